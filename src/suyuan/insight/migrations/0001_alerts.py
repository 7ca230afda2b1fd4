"""Alerts and their rules, the daily digest and what is sent, the steps of processes."""

import django.db.models.deletion
import suyuan.insight.kinds
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0008_order_create"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("days", models.IntegerField(blank=True, null=True)),
                ("role", models.CharField(blank=True, max_length=12)),
                ("team", models.CharField(blank=True, max_length=12)),
                ("due_days", models.IntegerField(blank=True, null=True)),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="digest",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("minute", models.IntegerField(default=450)),
                ("zone", models.CharField(max_length=64)),
                ("kinds", models.CharField(blank=True, max_length=500)),
                ("mine_only", models.BooleanField(default=False)),
                ("by_mail", models.BooleanField(default=True)),
                ("webhook", models.CharField(blank=True, max_length=300)),
                ("language", models.CharField(default="zh-hans", max_length=16)),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="ProcessStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=24, unique=True)),
                ("process", models.CharField(max_length=12)),
                ("number", models.IntegerField()),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("role", models.CharField(blank=True, max_length=12)),
                ("team", models.CharField(blank=True, max_length=12)),
                ("trigger_zh", models.CharField(blank=True, max_length=300)),
                ("trigger_en", models.CharField(blank=True, max_length=300)),
                ("started_by", models.CharField(blank=True, max_length=200)),
                ("minutes", models.IntegerField(blank=True, null=True)),
                ("page", models.CharField(blank=True, max_length=200)),
                ("command", models.CharField(blank=True, max_length=60)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("log", models.CharField(max_length=16)),
                ("cause", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=500)),
                ("severity", models.SmallIntegerField(default=suyuan.insight.kinds.Severity["WARN"])),
                ("facts", models.TextField(default="{}")),
                ("since", models.BigIntegerField()),
                ("found", models.BigIntegerField()),
                ("state", models.CharField(default="open", max_length=4)),
                ("owner", models.CharField(blank=True, max_length=64)),
                ("team", models.CharField(blank=True, max_length=12)),
                ("due", models.DateField(null=True)),
                ("snoozed_until", models.DateField(null=True)),
                ("snooze_severity", models.SmallIntegerField(default=0)),
                ("snooze_reason", models.TextField(blank=True)),
                ("snoozed_by", models.CharField(blank=True, max_length=64)),
                ("closed", models.BigIntegerField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=64)),
                ("why", models.TextField(blank=True)),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "log", "kind", "severity"], name="alert_open"),
                    models.Index(fields=["owner", "state"], name="alert_of"),
                    models.Index(fields=["subject"], name="alert_subject"),
                    models.Index(condition=models.Q(("state", "gone")), fields=["closed"], name="alert_closed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "gone"), _negated=True),
                        fields=("kind", "log", "cause"),
                        name="alert_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("way", models.CharField(max_length=8)),
                ("target", models.CharField(max_length=320)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.IntegerField(default=0)),
                ("due", models.BigIntegerField()),
                ("holder", models.CharField(blank=True, max_length=64)),
                ("taken", models.BigIntegerField(null=True)),
                ("made", models.BigIntegerField()),
                ("ended", models.BigIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "due"], name="delivery_next")],
                "constraints": [models.UniqueConstraint(fields=("user", "day", "way"), name="delivery_once")],
            },
        ),
    ]
