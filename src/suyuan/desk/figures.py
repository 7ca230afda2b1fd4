"""The live figures of the first page: what flowed today and in the two weeks before, and what waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from suyuan.ledger.keys import micros, moment
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.queries import IN_HOUSE, UNDER_BLOCK, Placed, placed, stock_of

DAYS = 14
UNEXPLAINED_DAYS = 7
MICROS_A_DAY = 86_400_000_000
CUSTODY = frozenset({"place", "container"})
NEVER = 10**7  # a day after all expiry dates
IN, INSPECTED, OUT, EXCEPTIONS = "in", "inspected", "out", "exceptions"
FLOWS = (IN, INSPECTED, OUT, EXCEPTIONS)
_OF_STEP = {"receiving": IN, "inspecting": INSPECTED, "shipping": OUT}
_EXCEPTIONS = frozenset({"holding", "destroying", "void_shipping"})
# Days are counted at today's offset of the site: where clocks changed since, an hour stands on the day beside it.
_COUNTS = (
    "SELECT biz_step, disposition, (event_time + %s) / %s, COUNT(*) FROM ledger_record "
    "WHERE event_time >= %s AND event_time < %s AND log = %s AND kind = 'epcis' AND declares IS NULL "
    "GROUP BY 1, 2, 3"
)
# CROSS JOIN keeps SQLite from beginning with the table that is longest.
_UNEXPLAINED = (
    "SELECT p.subject, p.at, p.quantity, s.unit FROM ledger_record r CROSS JOIN stock_posting p "
    "LEFT JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
    "WHERE p.log = r.log AND p.record = r.id AND r.event_time >= %s AND r.log = %s "
    "AND p.counterpart = %s AND p.quantity > 0 ORDER BY p.at DESC LIMIT %s"
)
_HERE = (
    "SELECT DISTINCT s.subject, s.expiry FROM {} WHERE b.log = s.log AND b.subject = s.subject AND s.log = %s "
    "AND b.log = %s AND {} AND s.container = 0 AND b.quantity > 0 "
    f"AND {IN_HOUSE} ORDER BY s.expiry, s.subject LIMIT %s"
)
_BY_BALANCE, _BY_SUBJECT = "stock_balance b CROSS JOIN stock_subject s", "stock_subject s CROSS JOIN stock_balance b"


class Condition(NamedTuple):
    """What is asked of goods in our custody: the table to begin with, what its rows must be, with which values."""

    tables: str
    said: str
    values: tuple[str | int, ...] = ()


def of_status(status: str) -> Condition:
    """Goods of this quality."""
    return Condition(_BY_BALANCE, "b.status = %s", (status,))


def expiring(until: int) -> Condition:
    """Goods that expire on or before this day."""
    return Condition(_BY_SUBJECT, "s.expiry IS NOT NULL AND s.expiry <= %s", (until,))


def blocked_in(log: str) -> Condition:
    """Goods on hold: themselves, their lot or their item."""
    return Condition(_BY_SUBJECT, f"s.subject IN ({UNDER_BLOCK})", (log, log))


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Goods that an event took or found where the book had none."""

    subject: bytes
    at: datetime
    quantity: int
    unit: str


def flows(log: str, now: datetime, zone: ZoneInfo) -> dict[str, list[int]]:
    """How many events of each flow on each of the last days, today last. One statement."""
    offset = round((now.astimezone(zone).utcoffset() or timedelta()).total_seconds()) * 1_000_000
    today = (micros(now) + offset) // MICROS_A_DAY
    since, until = (today - DAYS + 1) * MICROS_A_DAY - offset, (today + 1) * MICROS_A_DAY - offset
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [offset, MICROS_A_DAY, since, until, log])
        return by_flow(cursor.fetchall(), today)


def by_flow(rows: Sequence[Sequence[Any]], today: int) -> dict[str, list[int]]:
    """Pure: (step, disposition, day, count) → the days of each flow."""
    found = {flow: [0] * DAYS for flow in FLOWS}
    for step, disposition, day, count in rows:
        at = DAYS - 1 - (today - int(day))
        if step in _OF_STEP:
            found[_OF_STEP[step]][at] += count
        if step in _EXCEPTIONS or disposition in ("non_conformant", "returned"):
            found[EXCEPTIONS][at] += count
    return found


def here(log: str, asked: Condition, most: int) -> list[bytes]:
    """The first `most` subjects of which something here satisfies a condition, first to expire first."""
    with connection.cursor() as cursor:
        cursor.execute(_HERE.format(asked.tables, asked.said), [log, log, *asked.values, most])
        return [bytes(row[0]) for row in cursor.fetchall()]


def lying(log: str, subjects: Sequence[bytes], today: int) -> list[Placed]:
    """Where these lie here, first to expire first."""
    rows = [row for row in placed(stock_of(subjects, log), today) if row.kind in CUSTODY]
    return sorted(rows, key=lambda row: (row.expiry or NEVER, row.uri, row.place))


def unexplained(log: str, now: datetime, most: int) -> list[Unexplained]:
    """What the last days left unexplained in a log, latest first."""
    since = micros(now - timedelta(days=UNEXPLAINED_DAYS))
    with connection.cursor() as cursor:
        cursor.execute(_UNEXPLAINED, [since, log, UNEXPLAINED, most])
        return [
            Unexplained(bytes(subject), moment(at), amount, unit or "")
            for subject, at, amount, unit in cursor.fetchall()
        ]
