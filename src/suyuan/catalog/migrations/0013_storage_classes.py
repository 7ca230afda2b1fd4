"""How goods are kept, and between which temperatures."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DEGREE = 1_000_000
# As usual in the trade (cold food 0 to 8, frozen at −18 and below; pharmacopoeia: cool not above 20, room temperature
# up to 30).
CLASSES = (
    ("ambient", "常温", "Ambient", 0, 30),
    ("cool", "阴凉", "Cool", 0, 20),
    ("chilled", "冷藏", "Chilled", 0, 8),
    ("frozen", "冷冻", "Frozen", None, -18),
)


def fill(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    row = apps.get_model("catalog", "StorageClass")
    row.objects.bulk_create(
        [
            row(
                code=code, key=code.upper(), name_zh=zh, name_en=en,
                coldest=None if coldest is None else coldest * DEGREE, warmest=warmest * DEGREE,
            )
            for code, zh, en, coldest, warmest in CLASSES
        ]
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0012_working_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="StorageClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=32, unique=True)),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("coldest", models.BigIntegerField(blank=True, null=True)),
                ("warmest", models.BigIntegerField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
