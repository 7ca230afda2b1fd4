"""The rules of alerts and the steps of processes that an installation starts with."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from suyuan.insight.default_steps import DEFAULTS
from suyuan.insight.kinds import KINDS


def fill(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    rules, steps = apps.get_model("insight", "AlertRule"), apps.get_model("insight", "ProcessStep")
    rules.objects.bulk_create(
        [rules(kind=one.code, days=one.days, role=one.role, due_days=one.due_days) for one in KINDS.values()]
    )
    steps.objects.bulk_create(
        [
            steps(
                key=f"{one.process.upper()}|{one.number}", process=one.process, number=one.number, name_zh=one.name_zh, name_en=one.name_en, role=one.role,
                trigger_zh=one.trigger_zh, trigger_en=one.trigger_en, started_by=one.started_by, minutes=one.minutes,
                page=one.page, command=one.command,
            )
            for one in DEFAULTS
        ]
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_alerts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
