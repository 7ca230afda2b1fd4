"""What an event says of an identifier knows when that was, so that a thing's history can be read from a moment on."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.ledger.migrations._append_only import allow, forbid

TABLE = "ledger_eventitem"
FILL = f"""
UPDATE {TABLE} SET event_time = (
    SELECT r.event_time FROM ledger_record r WHERE r.log = {TABLE}.log AND r.id = {TABLE}.record
)
"""


def open_(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    allow(editor, TABLE)


def close(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    forbid(editor, TABLE)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0003_pending_in_order")]
    operations: ClassVar = [
        migrations.RunPython(open_, migrations.RunPython.noop),
        migrations.AddField("eventitem", "event_time", models.BigIntegerField(default=0), preserve_default=False),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex("eventitem", "ledger_eventitem_identifier"),
        migrations.AddIndex(
            "eventitem", models.Index(fields=["identifier", "event_time"], name="ledger_eventitem_since")
        ),
        migrations.RunPython(close, migrations.RunPython.noop),
    ]
