"""What is asked of the figures of the days: how often stock turned over, and how many days it lasts.

Amounts of different units are never added up: whatever is put together, is put together unit by unit.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from suyuan.catalog.directory import Directory, directory
from suyuan.insight.models import DayMark
from suyuan.orders.amounts import item_keys

RECENT = 28  # the last days, whose outflow says how long stock lasts
# What lay there after a row lies there until the next one.
_SPAN = (
    "WITH f AS (SELECT log, item, day, on_hand, shipped, moved, consumed, "
    "LEAD(day) OVER (PARTITION BY log, item ORDER BY day) AS later FROM insight_dayfigure "
    "WHERE log IN ({logs}) AND day >= %s AND day < %s) "
    "SELECT log, item, MIN(day), SUM(on_hand * (COALESCE(later, %s) - day)), "
    "SUM(CASE WHEN later IS NULL THEN on_hand END), SUM(shipped), SUM(moved), SUM(consumed), "
    "SUM(CASE WHEN day >= %s THEN shipped + moved + consumed END), SUM(CASE WHEN day >= %s THEN moved END) "
    "FROM f GROUP BY log, item"
)
_OPENING = (
    "SELECT f.log, f.item, f.on_hand FROM insight_dayfigure f JOIN (SELECT log, item, MAX(day) AS day "
    "FROM insight_dayfigure WHERE log IN ({logs}) AND day < %s GROUP BY log, item) m "
    "ON m.log = f.log AND m.item = f.item AND m.day = f.day WHERE f.on_hand <> 0"
)
_BY_DAY = (
    "SELECT log, item, day, on_hand, shipped, moved, consumed FROM insight_dayfigure "
    "WHERE log IN ({logs}) AND item IN ({items}) AND day >= %s AND day < %s ORDER BY log, day"
)


@dataclass(frozen=True, slots=True)
class Turnover:
    """An item, or several of one unit, in the days asked for. Millionths of the unit.

    `stock`: the sum of what lay there at the end of each day; `on_hand` at the end of the last. `out`: what was
    shipped and consumed, and moved to other warehouses as far as that leaves what is looked at. `recent`: the same of
    the last `RECENT` days.
    """

    days: int
    recent_days: int
    stock: int = 0
    on_hand: int = 0
    shipped: int = 0
    moved: int = 0
    consumed: int = 0
    recent: int = 0

    @property
    def out(self) -> int:
        return self.shipped + self.moved + self.consumed

    @property
    def mean(self) -> int:
        """What lay there on the mean of the days."""
        return self.stock // self.days if self.days else 0

    @property
    def turnover(self) -> float | None:
        """How often the mean stock left in these days; None where nothing lay there."""
        return self.out * self.days / self.stock if self.stock > 0 else None

    @property
    def a_year(self) -> float | None:
        """The same at this pace in a year."""
        turned = self.turnover
        return None if turned is None else turned * 365 / self.days

    @property
    def days_of_stock(self) -> float | None:
        """How many days what lies there lasts, at the outflow of the last days; None where nothing went out."""
        return self.on_hand * self.recent_days / self.recent if self.recent > 0 else None

    def plus(self, other: "Turnover") -> "Turnover":
        return Turnover(
            self.days, self.recent_days, self.stock + other.stock, self.on_hand + other.on_hand,
            self.shipped + other.shipped, self.moved + other.moved, self.consumed + other.consumed,
            self.recent + other.recent,
        )  # fmt: skip


Place = tuple[str, str]  # log, item (URI)


def turnovers(logs: Sequence[str], since: int, until: int) -> dict[Place, Turnover]:
    """(log, item) → its figures from one ordinal day to another, inclusive. Two statements.

    Of several warehouses what one moves to another has not left.
    """
    if not logs or until < since:
        return {}
    days, recent_days = until - since + 1, min(RECENT, until - since + 1)
    inside = len(logs) > 1
    first = until + 1 - recent_days
    found: dict[Place, Turnover] = {}
    known = directory()
    with connection.cursor() as cursor:
        cursor.execute(_OPENING.format(logs=_marks(logs)), [*logs, since])
        opening = {(log, bytes(item)): int(on_hand) for log, item, on_hand in cursor.fetchall()}
        cursor.execute(_SPAN.format(logs=_marks(logs)), [*logs, since, until + 1, until + 1, first, first])
        for row in cursor.fetchall():
            log, item, begun, stock, on_hand, shipped, moved, consumed, recent, recent_moved = map(_whole, row)
            before = opening.pop((log, item), 0) * (begun - since)
            one = Turnover(
                days, recent_days, before + stock, on_hand, shipped, 0 if inside else moved, consumed,
                recent - (recent_moved if inside else 0),
            )  # fmt: skip
            _put(found, known, log, item, one)
    for (log, item), on_hand in opening.items():
        _put(found, known, log, item, Turnover(days, recent_days, on_hand * days, on_hand))
    return found


def _whole(value: Any) -> Any:  # Any: a text, key or number of a driver
    return (
        value if isinstance(value, str) else bytes(value) if isinstance(value, bytes | memoryview) else int(value or 0)
    )


def _put(found: dict[Place, Turnover], known: Directory, log: str, item: bytes, one: Turnover) -> None:
    """Under the item that goes on, where the one of then was merged; what is no item of ours is left out."""
    uri = item_keys(known).get(item)
    if uri is not None:
        place = (log, known.kept(uri))
        found[place] = found[place].plus(one) if place in found else one


Key = tuple[str, str]  # whatever it is put together by, unit


def together(
    found: Mapping[Place, Turnover], key: Callable[[str, str], str], units: Callable[[str], str]
) -> dict[Key, Turnover]:
    """Put together by `key` (of log and item), each unit for itself."""
    sums: dict[Key, Turnover] = {}
    for (log, item), one in found.items():
        at = (key(log, item), units(item))
        sums[at] = sums[at].plus(one) if at in sums else one
    return sums


@dataclass(frozen=True, slots=True)
class Day:
    """The end of a day: what lay there, and what left on it."""

    day: int
    on_hand: int
    out: int


def by_day(logs: Sequence[str], item: str, since: int, until: int) -> list[Day]:
    """An item day by day, those without a row as the day before. Two statements."""
    known = directory()
    keys = [key for key, uri in item_keys(known).items() if known.kept(uri) == item]
    if not keys or not logs:
        return []
    inside = len(logs) > 1
    with connection.cursor() as cursor:
        cursor.execute(_OPENING.format(logs=_marks(logs)), [*logs, since])
        lying = {(log, bytes(key)): int(on_hand) for log, key, on_hand in cursor.fetchall() if bytes(key) in keys}
        cursor.execute(_BY_DAY.format(logs=_marks(logs), items=_marks(keys)), [*logs, *keys, since, until + 1])
        rows = cursor.fetchall()
    days: dict[int, list[tuple[str, bytes, int, int]]] = {}
    for log, key, day, on_hand, shipped, moved, consumed in rows:
        out = int(shipped) + int(consumed) + (0 if inside else int(moved))
        days.setdefault(int(day), []).append((log, bytes(key), int(on_hand), out))
    found = []
    for day in range(since, until + 1):
        for log, key, on_hand, _out in days.get(day, ()):
            lying[log, key] = on_hand
        found.append(Day(day, sum(lying.values()), sum(row[3] for row in days.get(day, ()))))
    return found


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def stale_since(logs: Iterable[str]) -> int | None:
    """From which ordinal day on figures are being made again; None: they are all as the ledger says. One statement."""
    marks = dict(DayMark.objects.filter(pk__in=list(logs)).values_list("pk", "stale"))
    return min((stale for stale in marks.values() if stale is not None), default=None)
