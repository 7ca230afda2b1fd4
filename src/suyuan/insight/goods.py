"""Goods in our custody, lot by lot: one statement for all warehouses."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from msgspec import Struct

from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.stock.queries import IN_HOUSE, uris_of
from suyuan.tlog.jcs import Json

Asked = str | int | bytes
# Since when goods are here: since they came, whichever bins they have lain in; what we made, since it lies there.
SINCE = "MIN(COALESCE(r.event_time, b.since))"
_LOTS = (
    f"SELECT b.log, COALESCE(s.lot, b.subject), COALESCE(s.item, b.subject), MIN(s.expiry), SUM(b.quantity), "
    f"MAX(s.unit), {SINCE}, MIN(s.produced) "
    "FROM stock_subject s JOIN stock_balance b ON b.log = s.log AND b.subject = s.subject "
    "LEFT JOIN ledger_record r ON r.log = b.log AND r.id = b.receipt "
    f"WHERE s.container = 0 AND b.quantity > 0 AND {{asked}} AND {IN_HOUSE} "
    "GROUP BY b.log, COALESCE(s.lot, b.subject), COALESCE(s.item, b.subject)"
)


class Lot(Struct, frozen=True, gc=False):
    """Goods of one lot (or item without lots) in one warehouse. `expiry` an ordinal day, `quantity` in millionths,
    `since` in microseconds, `produced` the earliest, an ordinal day."""

    log: str
    subject: bytes
    item: bytes
    expiry: int | None
    quantity: int
    unit: str
    since: int
    produced: int | None = None


def lots(asked: str, *values: Asked, having: str = "") -> list[Lot]:
    """The lots in our custody of which something satisfies a condition on `s` (subject) and `b` (balance)."""
    return [
        Lot(log, bytes(subject), bytes(item), expiry, int(quantity), unit or "", int(since), produced)
        for log, subject, item, expiry, quantity, unit, since, produced in rows(
            f"{_LOTS.replace('{asked}', asked)} {having}", *values
        )
    ]


def rows(sql: str, *values: Asked) -> list[tuple[Any, ...]]:  # Any: what a driver returns
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())


def amount(quantity: int, unit: str) -> dict[str, Json]:
    """A quantity as facts."""
    return {"quantity": decimal_text(unscaled(quantity)), "unit": unit}


def causes_of(kind: str, found: Sequence[tuple[Lot, Severity, dict[str, Json]]]) -> list[Cause]:
    """The causes that are lots, each with its quantity. One statement for their names."""
    names = uris_of({lot.subject for lot, _severity, _facts in found})
    return [
        Cause(
            kind=kind,
            log=lot.log,
            cause=lot.subject.hex(),
            subject=names.get(lot.subject, lot.subject.hex()),
            severity=severity,
            since=lot.since,
            facts={**amount(lot.quantity, lot.unit), **facts},
        )
        for lot, severity, facts in found
    ]
