"""Limits of alerts in single warehouses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0013_storage_classes"),
        ("insight", "0008_recall_steps"),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("days", models.IntegerField()),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.warehouse"
                    ),
                ),
            ],
        ),
    ]
