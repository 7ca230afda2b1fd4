"""Goods whose records are kept whatever the rules say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0004_report_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uri", models.CharField(db_index=True, max_length=500)),
                ("reason", models.CharField(max_length=500)),
                ("by", models.CharField(max_length=64)),
                ("by_name", models.CharField(max_length=200)),
                ("since", models.BigIntegerField()),
                ("ended", models.BigIntegerField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=200)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", None)), fields=("uri",), name="legal_hold_once"
                    )
                ],
            },
        ),
    ]
