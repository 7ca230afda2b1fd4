"""Places have a right of their own. The roles as shipped are those of the table; roles of the company's own keep what
they could do."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.accounts.roles import SHIPPED, default_roles

OLD, NEW = "user.manage", "place.edit"


def tell_places(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    role = apps.get_model("accounts", "Role")
    for spec in default_roles():
        role.objects.filter(code=spec.code).update(permissions=list(spec.permissions))
    for one in role.objects.exclude(code__in=SHIPPED):
        held = [text.replace(OLD, NEW, 1) for text in one.permissions if text.partition(":")[0] == OLD]
        one.permissions = [*one.permissions, *(text for text in held if text not in one.permissions)]
        one.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = (("accounts", "0006_site_version"),)
    operations = (migrations.RunPython(tell_places, migrations.RunPython.noop),)
