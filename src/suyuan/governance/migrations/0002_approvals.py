"""Requests that wait for their second person, their signatures, and the settings."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0001_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("version", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="ApprovalRequest",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("log", models.CharField(max_length=16)),
                ("command", models.CharField(max_length=60)),
                ("params", models.JSONField()),
                ("versions", models.JSONField(default=dict)),
                ("groups", models.JSONField(default=list)),
                ("salt", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64)),
                ("requester", models.UUIDField()),
                ("person", models.CharField(max_length=64)),
                ("reason", models.TextField(default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                            ("dead", "Dead"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("created", models.BigIntegerField()),
                ("expires", models.BigIntegerField()),
                ("decided", models.BigIntegerField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                ("result", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "created"], name="approval_waiting"),
                    models.Index(fields=["requester", "created"], name="approval_of"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided", None), ("state", "waiting")),
                            models.Q(models.Q(("state", "waiting"), _negated=True), ("decided__isnull", False)),
                            _connector="OR",
                        ),
                        name="approval_decided_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(blank=True, max_length=20)),
                ("user", models.UUIDField()),
                ("person", models.CharField(max_length=64)),
                ("asked_by", models.CharField(max_length=64)),
                ("exception", models.BooleanField(default=False)),
                ("verdict", models.CharField(max_length=10)),
                ("meaning", models.CharField(max_length=20)),
                ("reason", models.TextField(default="")),
                ("at", models.BigIntegerField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="governance.approvalrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("exception", False)), fields=("request", "person"), name="signature_once"
                    ),
                    models.UniqueConstraint(fields=("request", "group"), name="signature_one_each"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exception", True),
                            models.Q(("person", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="signature_second",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person", ""), _negated=True), models.Q(("asked_by", ""), _negated=True)
                        ),
                        name="signature_named",
                    ),
                ],
            },
        ),
    ]
