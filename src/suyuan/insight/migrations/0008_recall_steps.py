"""The steps of a recall as it is led now, where nobody has changed those that an installation started with."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.insight.default_steps import DEFAULTS


def renew(apps: Apps, schema: BaseDatabaseSchemaEditor | None) -> None:
    rows = apps.get_model("insight", "ProcessStep").objects
    there = rows.filter(process="recall")
    if there.exclude(version=0).exists():
        return  # what people write has a version: they lead it in their own way
    there.delete()
    rows.bulk_create(
        [
            rows.model(
                key=f"{one.process.upper()}|{one.number}", process=one.process, number=one.number, name_zh=one.name_zh,
                name_en=one.name_en, role=one.role, trigger_zh=one.trigger_zh, trigger_en=one.trigger_en,
                started_by=one.started_by, minutes=one.minutes, page=one.page, command=one.command,
            )
            for one in DEFAULTS if one.process == "recall"
        ]
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_day_balances")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
