"""What lay where at a moment of the past, from the postings: as the events tell it today, the late ones included.

What was known of it then is `capture.past`'s. Holds are not told: a posting knows quantities, not blocks.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.queries import Placed, Stock, placed

_KEY = ("log", "subject", "holder", "owner", "receipt", "status")
_SUMS = (
    f"SELECT {', '.join(f'p.{name}' for name in _KEY)}, SUM(p.quantity), SUM(p.second), MIN(p.at), b.kind, "
    "s.unit, s.second_unit, s.expiry, s.produced, s.item, s.lot, s.instance, s.container FROM stock_posting p "
    f"JOIN stock_balance b ON {' AND '.join(f'b.{name} = p.{name}' for name in _KEY)} "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject WHERE p.at <= %s AND "
)
_TOGETHER = (
    f" GROUP BY {', '.join(f'p.{name}' for name in _KEY)}, b.kind, s.unit, s.second_unit, s.expiry, s.produced, "
    "s.item, s.lot, s.instance, s.container HAVING SUM(p.quantity) > 0 OR SUM(p.second) > 0"
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
        rows = select_in(cursor, f"{_SUMS}{where}{which}", keys, *parameters, suffix=_TOGETHER)
    return [_stock(row) for row in rows]


def _stock(row: tuple[Any, ...]) -> Stock:
    log, subject, holder, owner, receipt, status, quantity, second, since, kind, *about = row
    unit, second_unit, expiry, produced, item, lot, instance, container = about
    return Stock(
        log, bytes(subject), bytes(holder), bytes(owner), bytes(receipt), status, int(quantity), int(second), since,
        kind, unit, second_unit, expiry, produced, {}, None if item is None else bytes(item),
        None if lot is None else bytes(lot), bool(instance), bool(container),
    )  # fmt: skip
