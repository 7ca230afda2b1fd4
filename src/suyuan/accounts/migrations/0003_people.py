"""Accounts know the person behind them; grants have times; machines get tokens."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("accounts", "0002_default_roles"),)

    operations = [
        migrations.AddField("user", "kind", models.CharField(default="person", max_length=8)),
        migrations.AddField(
            "user",
            "person",
            models.CharField(blank=True, db_index=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            "user", "partner", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AddField(
            "user", "phone", models.CharField(blank=True, default="", max_length=32), preserve_default=False
        ),
        migrations.AddField("user", "must_change_password", models.BooleanField(default=False)),
        migrations.AddField("user", "era", models.PositiveIntegerField(default=0)),
        migrations.AddField("user", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("grant", "since", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("grant", "until", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("permissions", models.JSONField(default=list)),
                ("warehouses", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="accounts.token",
                    ),
                ),
                ("last_used", models.DateTimeField()),
            ],
        ),
    ]
