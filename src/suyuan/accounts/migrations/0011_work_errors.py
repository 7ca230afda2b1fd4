"""Who may see how many errors people made, as the table of roles says."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import default_roles


def tell_errors(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    for spec in default_roles():
        role.objects.filter(code=spec.code).update(permissions=list(spec.permissions))


class Migration(migrations.Migration):
    dependencies = (("accounts", "0010_issue_create"),)
    operations = (migrations.RunPython(tell_errors, migrations.RunPython.noop),)
