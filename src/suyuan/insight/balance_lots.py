"""The lots of items that have more of them than anybody reads: how many, and which are shown first."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection

from suyuan.insight.balance import Account, Key
from suyuan.insight.balance_asked import EVER, Wanted, balances
from suyuan.insight.balance_whole import Whole
from suyuan.stock.facts import UNEXPLAINED

AT_ONCE = 2_000  # goods whose history is told together
_OF = "s.container = 0 AND s.log IN ({logs}) AND s.item IN ({items})"
_MANY = f"SELECT COUNT(*), COUNT(DISTINCT COALESCE(s.lot, s.subject)) FROM stock_subject s WHERE {_OF}"
# CROSS JOIN keeps SQLite from beginning with the table that is longest.
_MOVED = (
    "SELECT COALESCE(s.lot, s.subject), MAX(p.at) FROM stock_subject s CROSS JOIN stock_posting p "
    f"WHERE {_OF} AND p.subject = s.subject AND p.at >= %s AND p.at < %s {{more}} "
    "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s"
)
_LIE = (
    f"SELECT DISTINCT COALESCE(s.lot, s.subject) FROM stock_subject s WHERE {_OF} AND EXISTS ("
    "SELECT 1 FROM stock_balance b WHERE b.subject = s.subject AND b.log = s.log AND (b.quantity > 0 OR b.second > 0) "
    "AND b.kind IN ('place', 'container')) ORDER BY 1 LIMIT %s"
)


def how_many(logs: Sequence[str], items: Collection[bytes]) -> tuple[int, int]:
    """Lots and serials of these items in the books of these warehouses; and how many of them are lots, or of none."""
    if not logs or not items:
        return 0, 0
    ((goods, lots),) = _asked(_MANY, logs, items)
    return int(goods), int(lots)


def first_lots(whole: Whole, items: Collection[bytes], most: int, *, odd: bool) -> list[bytes]:
    """Some lots: `odd` asks for those of which something is not explained, then those that moved last in the time,
    then those that lie there. Three statements at most.
    """
    times = (EVER if whole.since is None else whole.since, whole.until)
    found: dict[bytes, None] = {}
    if odd:
        rows = _asked(_MOVED, whole.logs, items, *times, UNEXPLAINED, most, more="AND p.counterpart = %s")
        found |= dict.fromkeys(bytes(row[0]) for row in rows)
    found |= dict.fromkeys(bytes(row[0]) for row in _asked(_MOVED, whole.logs, items, *times, most))
    if len(found) < most:
        found |= dict.fromkeys(bytes(row[0]) for row in _asked(_LIE, whole.logs, items, most))
    return list(found)[:most]


def _asked(
    sql: str, logs: Sequence[str], items: Collection[bytes], *parameters: bytes | int, more: str = ""
) -> list[tuple[Any, ...]]:  # Any: what a driver returns
    marks = [", ".join(["%s"] * len(keys)) for keys in (logs, items)]
    with connection.cursor() as cursor:
        cursor.execute(sql.format(logs=marks[0], items=marks[1], more=more), [*logs, *items, *parameters])
        return list(cursor.fetchall())


def in_parts(wanted: Wanted) -> Iterator[dict[Key, Account]]:
    """The balances of goods, some of them at a time, so that memory is bounded; a lot's serials stay with it."""
    members: dict[bytes, list[bytes]] = {}
    for subject, lot in wanted.goods.items():
        members.setdefault(lot, []).append(subject)
    part: dict[bytes, bytes] = {}
    for lot, subjects in members.items():
        part |= dict.fromkeys(subjects, lot)
        if len(part) >= AT_ONCE:
            yield balances(Wanted(logs=wanted.logs, since=wanted.since, until=wanted.until, goods=part))
            part = {}
    if part:
        yield balances(Wanted(logs=wanted.logs, since=wanted.since, until=wanted.until, goods=part))
