"""Under how many points suppliers are marked."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.insight.kinds import LEAST


def fill(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    row = apps.get_model("insight", "ScoreLimit")
    row.objects.bulk_create([row(part=name, least=least) for name, least in LEAST.items()])


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0009_alert_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoreLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=12, unique=True)),
                ("least", models.IntegerField()),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
