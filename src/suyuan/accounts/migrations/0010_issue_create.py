"""Who may ask for goods to be issued, as the table of roles says."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import default_roles


def tell_issues(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    for spec in default_roles():
        role.objects.filter(code=spec.code).update(permissions=list(spec.permissions))


class Migration(migrations.Migration):
    dependencies = (("accounts", "0009_quality_reads_items"),)
    operations = (migrations.RunPython(tell_issues, migrations.RunPython.noop),)
