"""What becomes of an order: it is closed, cancelled, opened again. Inside a command; each trusts what it is given."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from suyuan.catalog.writes import bump
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import ENDED, OUTGOING, OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.reservations import do_release_order
from suyuan.orders.rules import Line, progress_of
from suyuan.tlog.jcs import Json

REGISTERS = {OrderKind.PURCHASE: "purchase_orders", OrderKind.SALES: "sales_orders", OrderKind.ISSUE: "issues"}
# The commands by which people close orders, and open them again.
BY_HAND = {
    OrderKind.PURCHASE: ("ClosePurchase", "ReopenPurchase"),
    OrderKind.SALES: ("CloseSale", "ReopenSale"),
    OrderKind.ISSUE: ("CloseIssue", "ReopenIssue"),
}
_LAST = (
    "SELECT r.type FROM ledger_eventitem e JOIN ledger_record r ON r.log = e.log AND r.id = e.record "
    "WHERE e.role = 'about' AND e.identifier = %s AND r.kind = 'change' AND r.type IN (%s, %s) "
    "ORDER BY e.event_time DESC, r.record_time DESC LIMIT 1"
)


def do_set_state(order: Order, state: OrderState, *, by_goods: bool = False) -> dict[str, Json]:
    """Set the state; the change, as the change record keeps it (`Plan.changes`). What is kept for an order that ends is
    free again.

    `by_goods`: not a person's doing. It leaves the catalog's version alone, so that no truck waits for whoever writes
    names, and no process reads them again for it.
    """
    before = order.state
    order.state, order.version = state.value, order.version if by_goods else bump()
    Order.objects.filter(pk=order.pk).update(state=order.state, version=order.version)
    if order.kind in OUTGOING and state in ENDED:
        do_release_order(order.pk)
    return _told(order, "state", before, state.value)


def do_set_delivery(order: Order, day: date) -> dict[str, Json]:
    """Say when the customer has the goods; the change, as the change record keeps it."""
    before = order.delivery
    order.delivery, order.version = day, bump()
    Order.objects.filter(pk=order.pk).update(delivery=day, version=order.version)
    return _told(order, "delivery", before.isoformat() if before else None, day.isoformat())


def _told(order: Order, field: str, before: str | None, after: str) -> dict[str, Json]:
    told: dict[str, Json] = {"register": REGISTERS[OrderKind(order.kind)], "uri": order.uri, "key": order.key}
    change: list[Json] = [before, after]
    return told | {"version": order.version, "new": False, "fields": {field: change}}


def do_settle(order: Order, lines: Sequence[Line]) -> list[Json]:
    """Close an open order all of whose lines are complete; open a closed one where they are not, unless a person had
    closed it. The changes for `Plan.changes`, none where it stays as it is.

    `lines`: as they will be after the command (`rules.with_more`), those of a closed order by themselves
    (`queries.lines_by_themselves`); `order` locked (`queries.find_order`), so that of two trucks that share the rest
    the second closes it.
    """
    complete = progress_of(lines).is_complete
    if order.state == OrderState.OPEN and complete:
        return [do_set_state(order, OrderState.CLOSED, by_goods=True)]
    if order.state == OrderState.CLOSED and not complete and not _closed_by_hand(order):
        return [do_set_state(order, OrderState.OPEN, by_goods=True)]
    return []


def _closed_by_hand(order: Order) -> bool:
    closes, _reopens = names = BY_HAND[OrderKind(order.kind)]
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [key16(order.uri), *names])
        row = cursor.fetchone()
    return row is not None and row[0] == closes
