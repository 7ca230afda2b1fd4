"""Codes that could not be scanned, counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Sum

from suyuan.devices.models import Defect, ScanDefect

BY = ("item", "printer", "place", "device")
_PHONES = (
    ("zebra", "Zebra"),
    ("honeywell", "Honeywell"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
)
_DESKS = (("windows", "Windows"), ("mac os", "Mac"), ("linux", "Linux"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A code that could not be used: where, by which device, and of what, as far as that is known."""

    warehouse: str
    day: date
    kind: Defect
    item: str = ""
    printer: str = ""
    place: str = ""
    device: str = ""
    page: str = ""


def note(one: Failed) -> None:
    """Count it. One statement, whoever else counts the same at this moment."""
    table = ScanDefect._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (warehouse, day, kind, item, printer, place, device, page, count) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1) ON CONFLICT "
            "(warehouse, day, kind, item, printer, place, device, page) "
            f"DO UPDATE SET count = {table}.count + 1",
            [one.warehouse, one.day, str(one.kind), one.item[:300], one.printer[:40], one.place[:300], one.device[:60],
             one.page[:40]],
        )  # fmt: skip


def counts(warehouse: str, since: date, by: str) -> list[tuple[str, Mapping[str, int]]]:
    """What stands in `by` (one of `BY`) → kind → how often since that day, the most frequent first."""
    rows = ScanDefect.objects.filter(warehouse=warehouse, day__gte=since).values_list(by, "kind")
    found: dict[str, dict[str, int]] = {}
    for name, kind, total in rows.annotate(total=Sum("count")).order_by(by, "kind"):
        found.setdefault(name, {})[kind] = total
    return sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))


def device_of(agent: str) -> str:
    """What kind of device sent this user agent. Pure."""
    text = agent.lower()
    return next((word for sign, word in (*_PHONES, *_DESKS) if sign in text), "")
