"""How right the book is, and how right those who count are: of what posted sheets found.

By lines, by quantity as the mean over lines, since pieces and kilograms cannot be added up, and by value for those who
see prices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from suyuan.gs1.identifiers import identify
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import micros
from suyuan.stocktake.models import State
from suyuan.stocktake.rules import share

WEEK = 7 * 86_400 * 1_000_000
MONDAY = 4 * 86_400 * 1_000_000  # 1970-01-05, in µs after 1970-01-01

_QUANTITY = (
    "AVG(CASE WHEN f.counted = f.book THEN 1.0 WHEN f.book = 0 OR ABS(f.counted - f.book) >= f.book THEN 0.0 "
    "ELSE 1.0 - ABS(f.counted - f.book) * 1.0 / f.book END)"
)
_LINES = (
    "COUNT(*), SUM(CASE WHEN f.counted = f.book AND f.counted_weight = f.book_weight THEN 1 ELSE 0 END), "
    + _QUANTITY
    + " FROM stocktake_countfinding f "
    "JOIN stocktake_countsheet s ON s.id = f.sheet_id JOIN stocktake_sheetbin b ON b.id = f.bin_id "
    "WHERE f.posted AND s.state = %s AND s.warehouse_id = %s AND s.closed >= %s"
)
# What each person saw of some goods in one round, against what was written in the end.
_PEOPLE = (
    "SELECT t.account, COUNT(*), SUM(CASE WHEN t.total = f.counted THEN 1 ELSE 0 END), SUM(t.scanned), SUM(t.lines) "
    'FROM (SELECT l.bin_id, l.subject, l.round, l."by" AS account, SUM(l.quantity) AS total, COUNT(*) AS lines, '
    "SUM(CASE WHEN l.scanned THEN 1 ELSE 0 END) AS scanned FROM stocktake_countline l "
    "JOIN stocktake_countsheet s ON s.id = l.sheet_id "
    "WHERE l.struck IS NULL AND s.state = %s AND s.warehouse_id = %s AND s.closed >= %s "
    'GROUP BY l.bin_id, l.subject, l.round, l."by") t '
    "JOIN (SELECT bin_id, subject, SUM(counted) AS counted FROM stocktake_countfinding WHERE posted "
    "GROUP BY bin_id, subject) f ON f.bin_id = t.bin_id AND f.subject = t.subject GROUP BY t.account"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """How right the book was in a zone: lines, of which right; `quantity` in percent."""

    zone: str
    lines: int
    right: int
    quantity: Decimal | None

    @property
    def share(self) -> Decimal | None:
        return share(self.right, self.lines)


@dataclass(frozen=True, slots=True)
class Value:
    """What the goods that were counted in a zone are worth by the book, and how much of that was right, in percent.
    `unpriced`: goods that have no price, and are in neither.
    """

    zone: str
    book: Decimal
    off: Decimal
    unpriced: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(int(max(self.book - self.off, Decimal(0)) * 1000 / self.book)) / 10 if self.book else None


@dataclass(frozen=True, slots=True)
class Week:
    """The same of a week, by its first day in microseconds."""

    start: int
    lines: int
    right: int

    @property
    def share(self) -> Decimal | None:
        return share(self.right, self.lines)


@dataclass(frozen=True, slots=True)
class Counter:
    """How often what somebody counted was what was written in the end; `scanned` of his `entries`, which add up to
    `lines`, were scanned and not typed. `account`: the id.
    """

    account: str
    lines: int
    right: int
    scanned: int
    entries: int

    @property
    def share(self) -> Decimal | None:
        return share(self.right, self.lines)

    @property
    def scans(self) -> Decimal | None:
        return share(self.scanned, self.entries)


def by_zone(warehouse: str, since: datetime, until: datetime | None = None) -> list[Zone]:
    """Zones by code, of what was posted from `since` to before `until`. One statement."""
    ended = "" if until is None else f"AND s.closed < {micros(until)} "
    rows = _asked(f"SELECT b.zone, {_LINES} {ended}GROUP BY b.zone ORDER BY b.zone", warehouse, since)
    return [Zone(zone, lines, int(right), _percent(quantity)) for zone, lines, right, quantity in rows]


def by_value(warehouse: str, since: datetime, prices: Mapping[str, Decimal]) -> list[Value]:
    """Zones by code, with `prices` of a base unit by item URI. One statement."""
    sql = (
        "SELECT b.zone, f.uri, SUM(f.book), SUM(ABS(f.counted - f.book)) FROM stocktake_countfinding f "
        "JOIN stocktake_countsheet s ON s.id = f.sheet_id JOIN stocktake_sheetbin b ON b.id = f.bin_id "
        "WHERE f.posted AND s.state = %s AND s.warehouse_id = %s AND s.closed >= %s AND f.kind <> 'container' "
        "GROUP BY b.zone, f.uri ORDER BY b.zone"
    )
    zones: dict[str, list[tuple[Decimal, Decimal] | None]] = {}
    for zone, uri, book, off in _asked(sql, warehouse, since):
        price = prices.get(identify(uri).item or uri)
        worth = None if price is None else (unscaled(int(book)) * price, unscaled(int(off)) * price)
        zones.setdefault(zone, []).append(worth)
    return [
        Value(
            zone,
            sum((one[0] for one in its if one), Decimal(0)),
            sum((one[1] for one in its if one), Decimal(0)),
            sum(one is None for one in its),
        )
        for zone, its in zones.items()
    ]


def by_week(warehouse: str, since: datetime) -> list[Week]:
    """Weeks in which sheets were closed, the first first. One statement."""
    week = f"(s.closed - {MONDAY}) / {WEEK}"
    rows = _asked(f"SELECT {week}, {_LINES} GROUP BY {week} ORDER BY 1", warehouse, since)
    return [Week(int(number) * WEEK + MONDAY, lines, int(right)) for number, lines, right, _ in rows]


def by_person(warehouse: str, since: datetime) -> list[Counter]:
    """Accounts, those who counted most first. One statement."""
    rows = _asked(_PEOPLE, warehouse, since)
    found = [
        Counter(who, lines, int(right), int(scanned), int(entries)) for who, lines, right, scanned, entries in rows
    ]
    return sorted(found, key=lambda one: (-one.lines, one.account))


def _asked(sql: str, warehouse: str, since: datetime) -> Sequence[tuple[Any, ...]]:  # Any: of whatever columns
    with connection.cursor() as cursor:
        cursor.execute(sql, [State.POSTED.value, warehouse, micros(since)])
        return list(cursor.fetchall())


def _percent(mean: object) -> Decimal | None:
    return None if mean is None else Decimal(int(Decimal(str(mean)) * 1000)) / 10
