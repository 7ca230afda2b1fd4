"""What the parts of suppliers' scores weigh."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.insight.kinds import SCORE


def fill(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    row = apps.get_model("insight", "ScoreWeight")
    row.objects.bulk_create([row(part=name, weight=part.weight) for name, part in SCORE.items()])


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0005_legal_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoreWeight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=12, unique=True)),
                ("weight", models.IntegerField()),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
