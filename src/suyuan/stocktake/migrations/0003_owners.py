"""Whose goods were counted, what they weigh, and plans that make sheets by themselves."""

from django.db import migrations, models

import suyuan.ledger.fields
from suyuan.stock.facts import OWN


class Migration(migrations.Migration):
    dependencies = [
        ("stocktake", "0002_began"),
    ]

    operations = [
        migrations.AddField("countline", "owner", models.CharField(max_length=500, blank=True, default=""), False),
        migrations.AddField("countline", "weight", models.BigIntegerField(null=True)),
        migrations.AddField("countfinding", "owner", suyuan.ledger.fields.Key16Field(default=OWN)),
        migrations.AddField("countfinding", "book_weight", models.BigIntegerField(default=0)),
        migrations.AddField("countfinding", "counted_weight", models.BigIntegerField(default=0)),
        migrations.AddField("countplan", "measure", models.CharField(max_length=5, default="lines")),
        migrations.AddField("countplan", "daily", models.BooleanField(default=True)),
        migrations.RemoveConstraint("countfinding", "count_finding_once"),
        migrations.AddConstraint(
            "countfinding",
            models.UniqueConstraint(fields=["sheet", "bin", "subject", "owner"], name="count_finding_once"),
        ),
    ]
