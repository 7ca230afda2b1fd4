"""Views of reports that are kept, and mails that carry a file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("insight", "0003_day_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("report", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=100)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("shared", models.BooleanField(default=False)),
                ("every", models.CharField(blank=True, max_length=5)),
                ("on", models.SmallIntegerField(default=1)),
                ("minute", models.IntegerField(default=450)),
                ("zone", models.CharField(blank=True, max_length=64)),
                ("recipients", models.JSONField(default=list)),
                ("language", models.CharField(default="zh-hans", max_length=16)),
                ("begun", models.BigIntegerField(default=0)),
                ("version", models.IntegerField(default=1)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("owner", "name"), name="report_view_once")],
            },
        ),
        migrations.RemoveConstraint(model_name="delivery", name="delivery_once"),
        migrations.AddField(
            model_name="delivery",
            name="about",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delivery",
            name="file_name",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(model_name="delivery", name="file", field=models.BinaryField(null=True)),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("user", "day", "way", "about"), name="delivery_once"),
        ),
    ]
