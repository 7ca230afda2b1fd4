"""What of the stock is kept for orders: rows by line, asked and written a set at a time.

The writers run inside a command, which has taken the item's turn (`take_turn`) or the goods' own lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F

from suyuan.catalog.models import Item
from suyuan.catalog.queries import chunks
from suyuan.ledger.bulk import is_postgres, select_in
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import Priority, ReservationState
from suyuan.orders.models import Reservation

_OPEN = (
    "SELECT r.id, r.line_id, r.log, r.subject, r.owner, r.uri, r.quantity, o.id, o.number, l.number, "
    "o.priority, COALESCE(l.expected, o.expected) "
    "FROM orders_reservation r JOIN orders_orderline l ON l.id = r.line_id JOIN orders_order o ON o.id = l.order_id "
    "WHERE r.state = 'open' AND "
)
_BREAK = "UPDATE orders_reservation SET state = 'broken', why = %s WHERE state = 'open' AND subject {keys} RETURNING id"
# Of a row of `stock_subject`: is some of it kept for an order? So that whoever looks it up anyway need not ask again.
IS_KEPT = (
    "CASE WHEN EXISTS (SELECT 1 FROM orders_reservation r WHERE r.subject = stock_subject.subject "
    "AND r.state = 'open') THEN 1 ELSE 0 END"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An open reservation: `quantity` in millionths, `order` and `line` as people number them."""

    id: int
    line_id: int
    log: str
    subject: bytes
    owner: bytes
    uri: str
    quantity: int
    order_id: int
    order: str
    line: int
    urgent: bool
    day: date | None  # when the order is to go


def kept_of(log: str, subjects: Iterable[bytes]) -> list[Kept]:
    """The open reservations of these lots and serials in a warehouse, the oldest first. One statement."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, f"{_OPEN}r.log = %s AND r.subject {{keys}}", subjects, log, suffix=" ORDER BY r.id")
    return [_kept(row) for row in rows]


def kept_for(order_id: int) -> list[Kept]:
    """The open reservations of an order. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_OPEN}o.id = %s ORDER BY r.id", [order_id])
        return [_kept(row) for row in cursor.fetchall()]


def of_order(order_id: int) -> list[Reservation]:
    """What is kept for an order, and what was until it broke, in the order of its lines. One statement."""
    return list(Reservation.objects.filter(line__order=order_id).order_by("line__number", "pk"))


def kept_by_line(orders: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Line → how much is kept for it and how much broke, in millionths. One statement for 900 orders."""
    found: dict[int, tuple[int, int]] = {}
    for part in chunks(orders):
        rows = Reservation.objects.filter(line__order__in=part).values_list("line_id", "state", "quantity")
        for line, state, quantity in rows:
            kept, broken = found.get(line, (0, 0))
            is_open = state == ReservationState.OPEN
            found[line] = (kept + quantity, broken) if is_open else (kept, broken + quantity)
    return found


def broken_of(order_id: int) -> list[Reservation]:
    """What was kept for an order until something broke it; its lines need other goods. One statement."""
    rows = Reservation.objects.filter(line__order=order_id, state=ReservationState.BROKEN.value)
    return list(rows.select_related("line").order_by("pk"))


def reserved(logs: Sequence[str]) -> dict[tuple[str, str], int]:
    """(log, URI of a lot or serial) → how much of it is kept for orders, in millionths. One statement."""
    found: dict[tuple[str, str], int] = {}
    rows = Reservation.objects.filter(log__in=logs, state=ReservationState.OPEN.value)
    for log, uri, quantity in rows.values_list("log", "uri", "quantity"):
        found[log, uri] = found.get((log, uri), 0) + quantity
    return found


def reservations_in(log: str, most: int) -> list[Reservation]:
    """What is kept in a warehouse, and what was until it broke, the latest first. One statement."""
    rows = Reservation.objects.filter(log=log).select_related(
        "line__order__partner", "line__order__destination", "line__item"
    )
    return list(rows.order_by("-state", "-pk")[:most])


def _kept(row: Sequence[Any]) -> Kept:  # Any: the columns of _OPEN
    id, line_id, log, subject, owner, uri, quantity, order_id, order, line, priority, day = row
    expected = date.fromisoformat(day) if isinstance(day, str) else day
    urgent = priority == Priority.URGENT
    return Kept(id, line_id, log, bytes(subject), bytes(owner), uri, quantity, order_id, order, line, urgent, expected)


def take_turn(item_ids: Iterable[int], log: str, subjects: Iterable[bytes] = ()) -> None:
    """Wait until nobody else reserves of these items, and until whoever moves these goods is done. SQLite lets one
    writer in at a time anyway."""
    if not is_postgres(connection):
        return
    list(Item.objects.select_for_update(no_key=True).filter(pk__in=sorted(set(item_ids))).order_by("pk").values("pk"))
    sql = "SELECT subject FROM stock_subject WHERE log = %s AND subject {keys}"
    with connection.cursor() as cursor:
        select_in(cursor, sql, sorted(set(subjects)), log, suffix=" ORDER BY subject FOR UPDATE")


# -- writing ----------------------------------------------------------------------------------------------------------


def do_reserve(rows: Sequence[Reservation]) -> None:
    Reservation.objects.bulk_create(rows)


def do_release(ids: Iterable[int]) -> int:
    """Take reservations away, open or broken; how many there were."""
    return sum(Reservation.objects.filter(pk__in=part).delete()[0] for part in chunks(ids))


def do_release_order(order_id: int) -> None:
    """Nothing is kept for an order any more, and what broke is cleared away. One statement."""
    Reservation.objects.filter(line__order=order_id).delete()


def do_consume(kept: Iterable[Kept], went: Mapping[bytes, int]) -> None:
    """What was kept for an order goes out: less of it is kept, the oldest reservation of a lot first."""
    left = dict(went)
    gone: list[int] = []
    for one in kept:
        part = min(one.quantity, left.get(one.subject, 0))
        left[one.subject] = left.get(one.subject, 0) - part
        if part == one.quantity:
            gone.append(one.id)
        elif part:
            Reservation.objects.filter(pk=one.id).update(quantity=F("quantity") - part)
    do_release(gone)


def do_lessen(kept: Kept, part: int) -> None:
    """So much less of it is kept; nothing where that is all."""
    if part < kept.quantity:
        Reservation.objects.filter(pk=kept.id).update(quantity=F("quantity") - part)
    else:
        do_release([kept.id])


def do_break_part(kept: Kept, part: int, why: str) -> None:
    """So much of a reservation is broken; the rest of it stays."""
    row = Reservation.objects.get(pk=kept.id)
    if part < row.quantity:
        Reservation.objects.filter(pk=row.pk).update(quantity=F("quantity") - part)
        row.pk, row.quantity = None, part
        row._state.adding = True
    row.state, row.why = ReservationState.BROKEN.value, why[:200]
    row.save()


def do_carry(kept: Kept, part: int, uri: str) -> None:
    """So much of what is kept for a line has another label now: the reservation goes with it."""
    row = Reservation.objects.get(pk=kept.id)
    told = {"uri": row.uri, "why": "relabelled"}
    if part < row.quantity:
        Reservation.objects.filter(pk=row.pk).update(quantity=F("quantity") - part)
        row.pk, row.quantity = None, part
        row._state.adding = True
    row.uri, row.subject, row.before, row.passed = uri, key16(uri), "", [*row.passed, told]
    row.save()


def do_break(subjects: Iterable[bytes], items: Iterable[str], why: str) -> int:
    """Goods are put on hold: what was kept of these lots and serials, and of these whole items, is so no longer. How
    many lines are flagged."""
    broken = {"state": ReservationState.BROKEN.value, "why": why[:200]}
    open_ = Reservation.objects.filter(state=ReservationState.OPEN.value)
    with connection.cursor() as cursor:  # a recall holds thousands of lots by one statement
        count = len(select_in(cursor, _BREAK, subjects, broken["why"]))
    for part in chunks(items):
        lines = open_.filter(line__item__uri__in=part).values_list("pk", flat=True)
        count += open_.filter(pk__in=list(lines)).update(**broken)
    return count
