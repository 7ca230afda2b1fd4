"""Pending rows stand in the order of their leaves; a tree knows how far it has been signed."""

from typing import ClassVar

from django.db import migrations, models

import suyuan.ledger.fields

REFILL = """
INSERT INTO ledger_pending (log, record_time, id) SELECT r.log, r.record_time, r.id FROM ledger_record r
WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.log = r.log AND l.id = r.id)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0002_append_only")]
    operations: ClassVar = [
        migrations.AddField("tree", "signed_size", models.BigIntegerField(default=0)),
        migrations.DeleteModel("Pending"),  # a composite key cannot be altered; what waits is known from the records
        migrations.CreateModel(
            name="Pending",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "record_time", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.CharField(max_length=16)),
                ("record_time", models.BigIntegerField()),
                ("id", suyuan.ledger.fields.Key16Field(max_length=16)),
            ],
        ),
        migrations.RunSQL(REFILL, migrations.RunSQL.noop),
    ]
