"""SQLite keeps edges in the order of their key."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.ledger.migrations._sorted import sort


def sort_them(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    sort(editor, "genealogy_edge")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("genealogy", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(sort_them, migrations.RunPython.noop)]
