"""The tables of the ledger become append-only."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.ledger.migrations._append_only import forbid

TABLES = ("ledger_record", "ledger_body", "ledger_identifier", "ledger_eventitem", "ledger_leaf")


def close(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        forbid(editor, table)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(close, migrations.RunPython.noop)]
