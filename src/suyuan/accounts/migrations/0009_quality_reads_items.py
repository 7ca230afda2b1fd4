"""The qualified person reads items, whose quality is his, and so their doubles and what is missing of them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import default_roles


def grant(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    for spec in default_roles():
        if spec.code == "quality":
            role.objects.filter(code=spec.code).update(permissions=list(spec.permissions))


class Migration(migrations.Migration):
    dependencies = (("accounts", "0008_order_create"),)
    operations = (migrations.RunPython(grant, migrations.RunPython.noop),)
