"""Counting plans, count sheets, what each counter saw, and what a sheet found."""

import django.db.models.deletion
import suyuan.ledger.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0004_duplicates"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("code", models.CharField(max_length=40)),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("days_a", models.IntegerField(blank=True, null=True)),
                ("days_b", models.IntegerField(blank=True, null=True)),
                ("days_c", models.IntegerField(blank=True, null=True)),
                ("blind", models.BooleanField(default=True)),
                ("threshold", models.BigIntegerField(default=2000000)),
                ("most", models.IntegerField(default=200)),
                ("team", models.CharField(blank=True, max_length=12)),
                ("person", models.CharField(blank=True, max_length=150)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.category",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.warehouse"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CountSheet",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=30, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("counting", "Counting"),
                            ("recount", "Recount"),
                            ("review", "Review"),
                            ("posted", "Posted"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("blind", models.BooleanField(default=True)),
                ("threshold", models.BigIntegerField()),
                ("team", models.CharField(blank=True, max_length=12)),
                ("person", models.CharField(blank=True, max_length=64)),
                ("round", models.SmallIntegerField(default=1)),
                ("round_began", models.BigIntegerField(default=0)),
                ("revision", models.IntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("created", models.BigIntegerField()),
                ("created_by", models.CharField(max_length=64)),
                ("closed", models.BigIntegerField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=64)),
                (
                    "after",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="stocktake.countsheet",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="stocktake.countplan",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.warehouse"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SheetBin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", suyuan.ledger.fields.Key16Field(max_length=16)),
                ("uri", models.CharField(max_length=500)),
                ("code", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=40)),
                ("zone", models.CharField(blank=True, max_length=40)),
                ("position", models.IntegerField()),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bins", to="stocktake.countsheet"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", suyuan.ledger.fields.Key16Field(max_length=16)),
                ("uri", models.CharField(max_length=500)),
                ("as_said", models.CharField(max_length=600)),
                ("kind", models.CharField(max_length=10)),
                ("quantity", models.BigIntegerField()),
                ("unit", models.CharField(blank=True, max_length=3)),
                ("entered", models.CharField(max_length=60)),
                ("entered_unit", models.CharField(blank=True, max_length=3)),
                ("round", models.SmallIntegerField()),
                ("person", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("seen", models.BigIntegerField()),
                ("recorded", models.BigIntegerField()),
                ("scanned", models.BooleanField(default=False)),
                ("struck", models.BigIntegerField(null=True)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stocktake.countsheet"
                    ),
                ),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stocktake.sheetbin"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CountFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", suyuan.ledger.fields.Key16Field(max_length=16)),
                ("uri", models.CharField(max_length=500)),
                ("kind", models.CharField(max_length=10)),
                ("unit", models.CharField(blank=True, max_length=3)),
                ("decision", models.CharField(blank=True, max_length=10)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("round", models.SmallIntegerField()),
                ("book", models.BigIntegerField(default=0)),
                ("counted", models.BigIntegerField(default=0)),
                ("person", models.CharField(blank=True, max_length=64)),
                ("seen", models.BigIntegerField(default=0)),
                ("posted", models.BooleanField(default=False)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="stocktake.countsheet"
                    ),
                ),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="stocktake.sheetbin"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BinLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.SmallIntegerField()),
                ("person", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("seen", models.BigIntegerField()),
                ("empty", models.BooleanField(default=False)),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="stocktake.countsheet"
                    ),
                ),
                (
                    "bin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="stocktake.sheetbin"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="countsheet",
            index=models.Index(fields=["warehouse", "state", "created"], name="count_sheet_state"),
        ),
        migrations.AddIndex(
            model_name="sheetbin",
            index=models.Index(fields=["holder"], name="count_bin_holder"),
        ),
        migrations.AddConstraint(
            model_name="sheetbin",
            constraint=models.UniqueConstraint(fields=("sheet", "holder"), name="count_bin_once"),
        ),
        migrations.AddIndex(
            model_name="countline",
            index=models.Index(fields=["sheet", "bin"], name="count_line_bin"),
        ),
        migrations.AddConstraint(
            model_name="countfinding",
            constraint=models.UniqueConstraint(fields=("sheet", "bin", "subject"), name="count_finding_once"),
        ),
        migrations.AddConstraint(
            model_name="binlook",
            constraint=models.UniqueConstraint(fields=("bin", "person", "round"), name="count_look_once"),
        ),
    ]
