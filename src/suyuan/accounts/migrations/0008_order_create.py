"""Sales orders have a right of their own, which the roles as shipped hold as the table says."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import default_roles


def tell_orders(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    for spec in default_roles():
        role.objects.filter(code=spec.code).update(permissions=list(spec.permissions))


class Migration(migrations.Migration):
    dependencies = (("accounts", "0007_place_edit"),)
    operations = (migrations.RunPython(tell_orders, migrations.RunPython.noop),)
