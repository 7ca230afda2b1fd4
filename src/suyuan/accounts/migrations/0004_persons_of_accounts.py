"""Every account so far is a person of its own. The roles as shipped are those of the table, `capture` among them.

Apart from the columns: PostgreSQL does not alter a table that it has just filled.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import default_roles


def tell_persons(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    user = apps.get_model("accounts", "User")
    for one in user.objects.all():
        one.person = str(one.pk)
        one.kind = "system" if getattr(one, "is_system", False) else "person"
        one.save(update_fields=["person", "kind"])


def ship_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    for spec in default_roles():
        role.objects.filter(code=spec.code).update(permissions=list(spec.permissions))


class Migration(migrations.Migration):
    dependencies = (("accounts", "0003_people"),)
    operations = (
        migrations.RunPython(tell_persons, migrations.RunPython.noop),
        migrations.RunPython(ship_roles, migrations.RunPython.noop),
    )
