"""What stands ready for an order: cartons and pallets packed for it, and goods that were picked for it and lie loose.

Asked of the ledger: what the picks that name the order brought somewhere, as far as it still lies there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.keys import key16
from suyuan.orders.models import Order
from suyuan.orders.reservations import kept_for
from suyuan.stock.book import PACKED
from suyuan.stock.queries import Stock, roots, stock_of, uris_of

# What the events of an order brought to a place or container and took from it again, by goods and holder.
_MOVED = (
    "SELECT p.subject, p.holder, SUM(p.quantity) FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.log = e.log AND r.id = e.record "
    "AND r.biz_step IN ('picking', 'storing', 'stocking', 'packing', 'loading', 'shipping') "
    "JOIN stock_posting p ON p.record = e.record AND p.log = e.log "
    "WHERE e.log = %s AND e.identifier = %s AND e.role = 'doc.po' GROUP BY p.subject, p.holder"
)
_BOXES = (
    "SELECT DISTINCT b.identifier FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.log = e.log AND r.id = e.record AND r.biz_step = 'packing' "
    "JOIN ledger_eventitem b ON b.log = e.log AND b.record = e.record AND b.role = 'parent' "
    "WHERE e.log = %s AND e.identifier = %s AND e.role = 'doc.po'"
)


@dataclass(frozen=True, slots=True)
class Ready:
    """Goods that stand ready: so much of a lot (or a serial, or a whole container) in a place or container (`holder`,
    URI; "" where only the lot is known). `planned`: kept for the order, but not picked yet."""

    uri: str
    holder: str
    packed: bool
    amount: Quantity
    container: bool = False
    instance: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """What stands ready for an order: its outermost cartons and pallets, and loose goods."""

    boxes: tuple[Ready, ...] = ()
    loose: tuple[Ready, ...] = ()


def staged(warehouse: str, order: Order) -> Staged:
    """Six statements or so, and one a level of containers, whatever the number of lots."""
    moved = [
        (bytes(subject), bytes(holder), int(sum_)) for subject, holder, sum_ in _asked(_MOVED, warehouse, order.uri)
    ]
    boxes = {bytes(row[0]) for row in _asked(_BOXES, warehouse, order.uri)}
    left = {(subject, holder): amount for subject, holder, amount in moved if amount > 0 and holder not in boxes}
    rows = [row for row in stock_of({subject for subject, _ in left} | boxes, warehouse) if row.ours]
    outer = _outermost(rows, boxes, warehouse)
    at = stock_of(outer - {row.subject for row in rows}, warehouse) if outer else []
    loose = [row for row in rows if not row.container and (row.subject, row.holder) in left]
    uris = uris_of({key for row in (*rows, *at) for key in (row.subject, row.holder)})
    ready = [_ready(row, min(row.quantity, left[row.subject, row.holder]), uris) for row in loose]
    return Staged(
        tuple(_ready(row, row.quantity, uris) for row in (*rows, *at) if row.subject in outer),
        tuple(ready) if moved or boxes else tuple(_planned(order)),
    )


def _outermost(rows: Iterable[Stock], boxes: set[bytes], warehouse: str) -> set[bytes]:
    """The containers in which what was packed for the order stands now: a carton on a pallet goes with the pallet."""
    mine = {row.subject: row for row in rows if row.subject in boxes}
    packed = {row.holder for row in mine.values() if row.kind == PACKED}
    at = roots(packed, lambda keys: stock_of(keys, warehouse)) if packed else {}
    found = {key for key, row in mine.items() if row.kind != PACKED}
    found |= {at[row.holder].subject for row in mine.values() if row.kind == PACKED and row.holder in at}
    return found


def _ready(row: Stock, part: int, uris: dict[bytes, str]) -> Ready:
    amount = Quantity(unscaled(part), row.unit or COUNT)
    uri, holder = uris.get(row.subject, ""), uris.get(row.holder, "")
    return Ready(uri, holder, row.kind == PACKED, amount, row.container, row.instance)


def _planned(order: Order) -> list[Ready]:
    """Nothing was picked by a tour: what is kept for the order goes as it lies."""
    total: dict[str, int] = {}
    for one in kept_for(order.pk):
        total[one.uri] = total.get(one.uri, 0) + one.quantity
    rows: Sequence[Stock] = stock_of([key16(uri) for uri in total], order.warehouse_id) if total else []
    units = {row.subject: (row.unit or COUNT, row.instance) for row in rows}
    return [
        Ready(uri, "", False, Quantity(unscaled(amount), units.get(key16(uri), (COUNT, False))[0]),
              instance=units.get(key16(uri), (COUNT, False))[1], planned=True)
        for uri, amount in total.items()
    ]  # fmt: skip


def _asked(sql: str, warehouse: str, uri: str) -> list[tuple[bytes, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [warehouse, key16(uri)])
        return list(cursor.fetchall())
