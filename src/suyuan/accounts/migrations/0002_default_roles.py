"""The roles a new installation starts with; an existing one keeps what its administrator made of them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import default_roles


def add_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    role.objects.bulk_create(
        role(code=r.code, name_zh=r.name_zh, name_en=r.name_en, permissions=list(r.permissions))
        for r in default_roles()
    )


class Migration(migrations.Migration):
    dependencies = (("accounts", "0001_initial"),)
    operations = (migrations.RunPython(add_roles, migrations.RunPython.noop),)
