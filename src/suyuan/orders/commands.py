"""The commands on orders and notices: their rows, and the ends of an order, each with its reason."""

from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.master import Put, declare
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.orders.amounts import done_by_order
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order
from suyuan.orders.register_orders import BUY, ISSUE, SELL
from suyuan.orders.registers import REGISTERS
from suyuan.orders.writes import do_set_state


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPurchaseOrders(Put):
    """Purchase orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPurchaseLines(Put):
    """Lines of purchase orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSalesOrders(Put):
    """Sales orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSalesLines(Put):
    """Lines of sales orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIssues(Put):
    """Issue orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIssueLines(Put):
    """Lines of issue orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNotices(Put):
    """Advance notices of deliveries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNoticeLines(Put):
    """Lines of advance notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPickFaces(Put):
    """Pick faces."""


PUTS: dict[str, type[Put]] = {
    "purchase_orders": PutPurchaseOrders,
    "purchase_lines": PutPurchaseLines,
    "sales_orders": PutSalesOrders,
    "sales_lines": PutSalesLines,
    "issues": PutIssues,
    "issue_lines": PutIssueLines,
    "notices": PutNotices,
    "notice_lines": PutNoticeLines,
    "pick_faces": PutPickFaces,
}
for _name, _kind in PUTS.items():
    declare(_kind, REGISTERS[_name])


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOrder:
    """An order, by its number or URI, and why."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePurchase(OfOrder):
    """Nothing more is to come, though not all of it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenPurchase(OfOrder):
    """More is to come after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPurchase(OfOrder):
    """Nothing of it is to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSale(OfOrder):
    """Nothing more is to go, though not all of it went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenSale(OfOrder):
    """More is to go after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSale(OfOrder):
    """Nothing of it is to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIssue(OfOrder):
    """Nothing more is to be issued, though not all of it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIssue(OfOrder):
    """More is to be issued after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelIssue(OfOrder):
    """Nothing of it is to be issued."""


ENDS: dict[type[OfOrder], tuple[OrderKind, OrderState]] = {
    ClosePurchase: (OrderKind.PURCHASE, OrderState.CLOSED),
    ReopenPurchase: (OrderKind.PURCHASE, OrderState.OPEN),
    CancelPurchase: (OrderKind.PURCHASE, OrderState.CANCELLED),
    CloseSale: (OrderKind.SALES, OrderState.CLOSED),
    ReopenSale: (OrderKind.SALES, OrderState.OPEN),
    CancelSale: (OrderKind.SALES, OrderState.CANCELLED),
    CloseIssue: (OrderKind.ISSUE, OrderState.CLOSED),
    ReopenIssue: (OrderKind.ISSUE, OrderState.OPEN),
    CancelIssue: (OrderKind.ISSUE, OrderState.CANCELLED),
}
MAY = {OrderKind.PURCHASE: BUY, OrderKind.SALES: SELL, OrderKind.ISSUE: ISSUE}
_FROM = {
    OrderState.CLOSED: (OrderState.OPEN,),
    OrderState.OPEN: (OrderState.CLOSED, OrderState.CANCELLED),
    OrderState.CANCELLED: (OrderState.DRAFT, OrderState.OPEN),
}


def end_problems(order: Order, state: OrderState) -> list[Problem]:
    """What stands against an order's becoming so."""
    shown = {"number": order.number}
    if order.state not in _FROM[state]:
        return [Problem(f"orders.order_{order.state}", "number", shown)]
    if state is OrderState.CANCELLED and done_by_order(OrderKind(order.kind), [order.uri]):
        return [Problem("orders.cancel_begun", "number", shown)]
    return []


def _declare(kind: type[OfOrder], of: OrderKind, state: OrderState) -> None:
    @command(kind, permission=MAY[of], scope=None)
    def end(ctx: Context, who: Who, c: OfOrder) -> Plan:
        problems = [] if c.reason.strip() else [Problem("orders.reason_missing", "reason")]
        order = find_order(c.number, of, lock=True)
        if order is None:
            return Plan(problems=[*problems, Problem("orders.order_unknown", "number", {"number": c.number[:80]})])
        if problems := [*problems, *end_problems(order, state)]:
            return Plan(problems=problems)
        change = do_set_state(order, state)
        return Plan(result={"uri": order.uri, "state": state.value}, about=[order.uri], changes=[change])


for _end, _what in ENDS.items():
    _declare(_end, *_what)
