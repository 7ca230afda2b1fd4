"""What lay where at a moment of the past, from the postings: as the events tell it today, the late ones included.

What was known of it then is `capture.past`'s. Holds are not told: a posting knows quantities, not blocks.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.queries import AWAY, Placed, Stock, placed

KEY = ("log", "subject", "holder", "owner", "receipt", "status")
TOGETHER = ", ".join(f"p.{name}" for name in KEY)
KIND = " AND ".join(f"k.{name} = p.{name}" for name in KEY)
# What lay where at the first parameter, `lying`, as far as `{which}` asks for it of postings `p` and subjects `s`; and
# which of the containers around it had left by then, `gone`. A step of `boxes` looks at wherever a container has ever
# been, since sums are not allowed there. CROSS JOIN keeps SQLite from beginning with the table that is longest; to what
# is grouped it makes an index, to what is recursive it makes none, and would read all of it for each row.
LYING = (
    "WITH RECURSIVE moment AS (SELECT CAST(%s AS bigint) AS at), lying AS ("
    f"SELECT {TOGETHER}, SUM(p.quantity) AS quantity, SUM(p.second) AS second, MIN(p.at) AS since, k.kind "
    f"FROM stock_posting p JOIN stock_balance k ON {KIND} "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
    f"WHERE p.at <= (SELECT at FROM moment) AND {{which}} GROUP BY {TOGETHER}, k.kind "
    "HAVING SUM(p.quantity) > 0 OR SUM(p.second) > 0), "
    "boxes(log, subject) AS (SELECT log, holder FROM lying WHERE kind = 'container' "
    "UNION SELECT k.log, k.holder FROM boxes x CROSS JOIN stock_balance k "
    "WHERE k.subject = x.subject AND k.log = x.log AND k.kind = 'container'), "
    "stood AS (SELECT p.log, p.subject, p.holder, k.kind FROM boxes x CROSS JOIN stock_posting p "
    f"CROSS JOIN stock_balance k WHERE p.subject = x.subject AND p.log = x.log AND {KIND} "
    f"AND p.at <= (SELECT at FROM moment) GROUP BY {TOGETHER}, k.kind HAVING SUM(p.quantity) > 0), "
    f"away(log, subject) AS (SELECT log, subject FROM stood WHERE kind IN {AWAY} "
    "UNION SELECT i.log, i.subject FROM away a JOIN stood i ON i.log = a.log AND i.holder = a.subject), "
    "gone AS (SELECT log, subject FROM away GROUP BY log, subject) "
)
_SUMS = (
    f"{LYING}SELECT {', '.join(f'b.{name}' for name in KEY)}, b.quantity, b.second, b.since, b.kind, s.unit, "
    "s.second_unit, s.expiry, s.produced, s.item, s.lot, s.instance, s.container, g.subject FROM lying b "
    "JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject "
    "LEFT JOIN gone g ON g.log = b.log AND g.subject = b.holder"
)


def stock_of_then(subjects: Iterable[bytes], at: int, log: str | None = None) -> list[Stock]:
    """What lay where of these subjects at the end of the microsecond `at`. One statement."""
    return _then("p.subject {keys}", subjects, at, log)


def stock_of_items_then(items: Iterable[bytes], at: int, log: str | None = None) -> list[Stock]:
    """The same of any lot or serial of these items, and of the items themselves where they have no lots."""
    wanted = list(items)
    return [*_then("s.item {keys}", wanted, at, log), *stock_of_then(wanted, at, log)]


def stock_in_then(holders: Iterable[bytes], at: int, log: str | None = None) -> list[Stock]:
    """What lay in these places or containers themselves."""
    return _then("p.holder {keys}", holders, at, log)


def on_hand_then(
    today: int, at: int, *, log: str | None = None, items: Iterable[str] = (), subjects: Iterable[str] = ()
) -> list[Placed]:
    """`queries.on_hand` at a moment; `today` as the ordinal day of that moment in the site's zone."""
    by_item, by_subject = [key16(uri) for uri in items], [key16(uri) for uri in subjects]
    rows = stock_of_items_then(by_item, at, log) if by_item else []
    rows += stock_of_then(by_subject, at, log) if by_subject else []
    return placed_then(rows, today, at)


def placed_then(rows: Sequence[Stock], today: int, at: int) -> list[Placed]:
    """Such balances with names and outermost place, as `queries.placed`."""
    return placed(rows, today, find=lambda subjects: stock_of_then(subjects, at))


def _then(which: str, keys: Iterable[bytes], at: int, log: str | None) -> list[Stock]:
    where, parameters = ("p.log = %s AND ", (at, log)) if log else ("", (at,))
    with connection.cursor() as cursor:
        rows = select_in(cursor, _SUMS.replace("{which}", f"{where}{which}"), keys, *parameters)
    return [_stock(row) for row in rows]


def _stock(row: tuple[Any, ...]) -> Stock:
    log, subject, holder, owner, receipt, status, quantity, second, since, kind, *about = row
    unit, second_unit, expiry, produced, item, lot, instance, container, gone = about
    return Stock(
        log, bytes(subject), bytes(holder), bytes(owner), bytes(receipt), status, int(quantity), int(second), since,
        kind, unit, second_unit, expiry, produced, {}, None if item is None else bytes(item),
        None if lot is None else bytes(lot), bool(instance), bool(container), gone is not None,
    )  # fmt: skip
