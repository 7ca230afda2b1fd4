"""Version 0: what the catalog is before anything is written, and the row that writers lock."""

from uuid import uuid4

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add_version(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("catalog", "CatalogVersion").objects.create(version=0, token=uuid4().hex)


class Migration(migrations.Migration):
    dependencies = (("catalog", "0001_initial"),)
    operations = (migrations.RunPython(add_version, migrations.RunPython.noop),)
