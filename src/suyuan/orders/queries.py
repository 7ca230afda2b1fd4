"""What is asked of orders: a fixed number of statements whatever the number of orders and lines.

What came and went is asked of the ledger (`amounts`).
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import unscaled
from suyuan.orders.amounts import issued, received, shipped
from suyuan.orders.kinds import OUTGOING, LineState, OrderKind, OrderState
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.rules import Line, Progress, fill, progress_of
from suyuan.orders.tolerances import tolerances_of, with_tolerances

FIRST = ("-priority", "expected", "key")  # "urgent" comes behind "normal" in the alphabet

# -- orders -----------------------------------------------------------------------------------------------------------


def find_order(text: str, kind: OrderKind = OrderKind.PURCHASE, *, lock: bool = False) -> Order | None:
    """The order of a number, however it is spelled, or of the URI under which events name it. One statement.

    `lock`: whoever else takes it so waits until this transaction ends, and then sees what came or went by it.
    """
    return _first(text, [kind], lock)


def _first(text: str, kinds: Sequence[OrderKind], lock: bool) -> Order | None:
    """The order of the first kind, from the end of the alphabet, that has this number or URI."""
    text = text.strip()
    if not text:
        return None
    where = Q(key=code_key(text))
    if "://" in text or text.lower().startswith("urn:"):
        try:
            uri = canonical(text)
        except Refused:
            return None
        # A partner's paper has his number behind a colon or slash: urn:epcglobal:cbv:bt:0614141073467:1152
        where = Q(uri=uri) | Q(key=code_key(uri.replace(":", "/").rsplit("/", 1)[-1]))
    rows = Order.objects.filter(where, kind__in=[kind.value for kind in kinds]).order_by("-kind")
    rows = rows.select_related("partner", "warehouse", "owner", "destination")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    return next(iter(rows[:1]), None)


def orders_of(
    kind: OrderKind = OrderKind.PURCHASE,
    *,
    warehouse: str = "",
    partner: str = "",
    states: Iterable[str] = (OrderState.OPEN,),
) -> QuerySet[Order]:
    """Orders in these states, urgent ones first, then the earliest expected; `partner`: the URI of one."""
    rows = Order.objects.filter(kind=kind.value, state__in=list(states))
    rows = rows.select_related("partner", "warehouse", "owner", "destination")
    rows = rows.filter(warehouse_id=warehouse) if warehouse else rows
    rows = rows.filter(partner__uri__in=directory().family(partner)) if partner else rows
    return rows.order_by(*FIRST)


def find_outgoing(text: str, *, lock: bool = False) -> Order | None:
    """The sales order of a number or URI, or else the issue. One statement."""
    return _first(text, OUTGOING, lock)


def party_of(order: Order) -> str:
    """Who sends the goods of an order or gets them, by URI: its partner; of an issue the place, "" where none is."""
    if order.partner is not None:
        return order.partner.uri
    return order.destination.uri if order.destination is not None else ""


# -- lines ------------------------------------------------------------------------------------------------------------


DONE = {OrderKind.PURCHASE: received, OrderKind.SALES: shipped, OrderKind.ISSUE: issued}


def lines_of(orders: Sequence[Order], known: Directory | None = None) -> list[Line]:
    """The lines of these orders, each with what is done of it: two statements for a kind, and one for the names unless
    the caller has asked for them (`known`).
    """
    known = known or directory()
    found: list[Line] = []
    for kind, done in DONE.items():
        some = [order for order in orders if order.kind == kind]
        found += fill(planned(some, known), done((order.uri for order in some), known=known)) if some else []
    return found


def lines_by_themselves(order: Order) -> list[Line]:
    """The lines of an order as if it were open: of a closed one each counts as done. The statements of `lines_of`."""
    asked = copy(order)
    asked.state = OrderState.OPEN.value if order.state == OrderState.CLOSED else order.state
    return lines_of([asked])


def planned(orders: Sequence[Order], known: Directory | None = None) -> list[Line]:
    """The lines as they were ordered, nothing done of any. One statement for 900 orders; names as in `lines_of`."""
    by_id = {order.pk: order for order in orders}
    known = known or directory()
    rows = [
        row
        for part in chunks(by_id)
        for row in with_tolerances(OrderLine.objects.filter(order__in=part))
        .select_related("item")
        .order_by("order", "number")
    ]
    return [_line(by_id[row.order_id], row, known) for row in rows]


def _line(order: Order, row: Any, known: Directory) -> Line:  # Any: a line of `with_tolerances`
    item = known.kept(row.item.uri)
    over, under = tolerances_of(order, row)
    return Line(
        id=row.pk,
        order_id=order.pk,
        order_key=order.key,
        order=order.uri,
        number=row.number,
        item=item,
        item_code=known.items[item].code if item in known.items else row.item.code,
        quantity=unscaled(row.base),
        unit=row.item.base_unit,
        entered=unscaled(row.quantity),
        entered_unit=row.unit,
        over=over,
        under=under,
        expected=row.expected or order.expected,
        lot=row.lot,
        min_days=row.min_days,
        state=_state(order.state, row.state),
    )


def _state(order: str, line: str) -> str:
    """A line of an order that is at its end is at its own."""
    ended = {OrderState.CLOSED: LineState.CLOSED, OrderState.CANCELLED: LineState.CANCELLED}.get(OrderState(order))
    return ended.value if ended and line == LineState.OPEN else line


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order with its lines: what a dock or a list shows of it."""

    order: Order
    lines: tuple[Line, ...]

    @property
    def progress(self) -> Progress:
        return progress_of(self.lines)

    @property
    def open(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.open)


def with_lines(orders: Sequence[Order]) -> list[OpenOrder]:
    """These orders with their lines. The statements of `lines_of`."""
    found: dict[int, list[Line]] = {}
    for line in lines_of(orders):
        found.setdefault(line.order_id, []).append(line)
    return [OpenOrder(order, tuple(found.get(order.pk, ()))) for order in orders]


def open_lines(warehouse: str, partner: str = "", kind: OrderKind = OrderKind.PURCHASE) -> list[OpenOrder]:
    """The open orders of a warehouse (of one partner, by URI) of which something is still to come, or to go."""
    found = with_lines(list(orders_of(kind, warehouse=warehouse, partner=partner)))
    return [one for one in found if one.open]


def progress(orders: Sequence[Order]) -> dict[int, Progress]:
    """Order's key → how far it is. The statements of `lines_of`."""
    return {one.order.pk: one.progress for one in with_lines(orders)}


def late(kind: OrderKind, warehouse: str, today: date) -> list[OpenOrder]:
    """The open orders of which something should have come, or gone, before today."""
    return [
        one
        for one in open_lines(warehouse, kind=kind)
        if any(line.expected is not None and line.expected < today for line in one.open)
    ]
