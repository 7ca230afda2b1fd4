"""What becomes of an order: it is closed, cancelled, opened again. Inside a command; each trusts what it is given."""

from collections.abc import Sequence
from datetime import date

from suyuan.catalog.writes import bump
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.rules import Line, progress_of
from suyuan.tlog.jcs import Json

REGISTERS = {OrderKind.PURCHASE: "purchase_orders", OrderKind.SALES: "sales_orders", OrderKind.ISSUE: "issues"}


def do_set_state(order: Order, state: OrderState) -> dict[str, Json]:
    """Set the state; the change, as the change record keeps it (`Plan.changes`)."""
    before, version = order.state, bump()
    order.state, order.version = state.value, version
    Order.objects.filter(pk=order.pk).update(state=state.value, version=version)
    told: dict[str, Json] = {"register": REGISTERS[OrderKind(order.kind)], "uri": order.uri, "key": order.key}
    return told | {"version": version, "new": False, "fields": {"state": [before, state.value]}}


def do_set_delivery(order: Order, day: date) -> dict[str, Json]:
    """Say when the customer has the goods; the change, as the change record keeps it."""
    before, version = order.delivery, bump()
    order.delivery, order.version = day, version
    Order.objects.filter(pk=order.pk).update(delivery=day, version=version)
    told: dict[str, Json] = {"register": REGISTERS[OrderKind(order.kind)], "uri": order.uri, "key": order.key}
    change: list[Json] = [before.isoformat() if before else None, day.isoformat()]
    return told | {"version": version, "new": False, "fields": {"delivery": change}}


def close_if_complete(order: Order, lines: Sequence[Line]) -> list[Json]:
    """Close an open order all of whose lines are complete; the changes for `Plan.changes`, none where it stays open.

    `lines`: as they will be after the command, what it brings or takes included (`rules.fill`); `order` locked
    (`queries.find_order`), so that of two receipts that share the rest the second closes it.
    """
    if order.state != OrderState.OPEN or not progress_of(lines).is_complete:
        return []
    return [do_set_state(order, OrderState.CLOSED)]
