"""What tests of reports share: what is asked, and rows as plain values."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from suyuan.catalog.directory import directory
from suyuan.gs1.quantities import Quantity
from suyuan.insight.reports.declared import Asked, Cell, Linked, Named, Report, Unit, Word
from suyuan.insight.reports.running import run
from tests.operations.dairy import Desk

DAYS = 60


def asked(desk: Desk, report: Report, **values: object) -> Asked:
    """The last sixty days of the dairy's first warehouse, as a report is asked without saying; other values instead."""
    zone = ZoneInfo(directory().warehouses["main"].time_zone)
    today = desk.now.astimezone(zone).date()
    told = Asked(
        since=today - timedelta(days=DAYS), until=today, logs=("main",), zone=zone, now=desk.now, language="en",
        values={one.name: next(iter(one.choices)) for one in report.choices},
    )  # fmt: skip
    return replace(told, **values)  # type: ignore[arg-type]  # fields by name


def table(desk: Desk, report: Report, **values: object) -> list[tuple[object, ...]]:
    """The rows of a report: URIs of things, words in English."""
    shown = run(report, asked(desk, report, **values))
    assert {len(row.cells) for row in shown.found.rows} <= {len(shown.columns)}
    return [tuple(map(plain, row.cells)) for row in shown.found.rows]


def plain(cell: Cell) -> object:
    match cell:
        case Linked():
            return plain(cell.value)
        case Named():
            return cell.uri
        case Word():
            return cell.text.format(**cell.params)
        case Quantity():
            return cell.amount
        case Unit():
            return cell.code
    return cell
