"""The audit finds records beside the events by their command, and what is rare among them by its kind."""

from typing import ClassVar

from django.db import migrations, models

BESIDE_EVENTS = models.Q(kind__in=["change", "access", "approval"])
RARE = models.Q(kind__in=["access", "approval"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0004_items_in_time")]
    operations: ClassVar = [
        migrations.AddIndex(
            "record",
            models.Index(fields=["type", "record_time"], name="ledger_record_command", condition=BESIDE_EVENTS),
        ),
        migrations.AddIndex(
            "record", models.Index(fields=["kind", "record_time"], name="ledger_record_rare", condition=RARE)
        ),
    ]
