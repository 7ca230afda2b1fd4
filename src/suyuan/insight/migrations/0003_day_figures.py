"""What of each item lay in a warehouse at the end of a day, and what left it."""

import suyuan.ledger.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0002_defaults"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayMark",
            fields=[
                ("log", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("leaves", models.BigIntegerField(default=0)),
                ("stale", models.IntegerField(null=True)),
                ("zone", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="DayFigure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "item", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.CharField(max_length=16)),
                ("item", suyuan.ledger.fields.Key16Field(max_length=16)),
                ("day", models.IntegerField()),
                ("on_hand", models.BigIntegerField()),
                ("shipped", models.BigIntegerField(default=0)),
                ("moved", models.BigIntegerField(default=0)),
                ("consumed", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["log", "day"], name="day_figure_day")],
            },
        ),
    ]
