"""The lines of orders as registers. What came or went is never a field; no line can want less than that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Item
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import NONE, days, said, words
from suyuan.catalog.registers.tables import Column, text, unknown
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.orders.amounts import done_by_order
from suyuan.orders.kinds import ENDED, LineState, OrderKind
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.planning import (
    GOODS,
    HEAD,
    ITEM,
    LINE,
    LOT,
    QUANTITY,
    TERMS,
    UNIT,
    Items,
    LineTable,
    amounts,
    base_of,
    goods_problems,
    items_of,
    upper_unit,
)
from suyuan.orders.register_orders import BUY, ISSUE, OVER, SELL, UNDER, check_not_ended_since, heads_of

STATES = words(("open", N_("Open")), ("closed", N_("Closed")), ("cancelled", N_("Cancelled")))
STATE = Field("state", N_("State"), Type.CHOICE, choices=STATES, default=LineState.OPEN.value, group=TERMS, listed=True)
PRICE = Field("price", N_("Price of one"), Type.DECIMAL, least=NONE, group=TERMS, sees="cost.view:read-own")
WANTED = ("item", "quantity", "unit", "state")  # what says how much of what is wanted


def _order(refers: str) -> Field:
    return Field("order", N_("Order"), Type.REFERENCE, refers=refers, needed=True, longest=LONGEST_CODE, group=HEAD,
                 listed=True)  # fmt: skip


def _expected(word: str) -> Field:
    return Field("expected", word, Type.DATE, group=TERMS, listed=True, hint=N_("Left empty, as the order says"))


PURCHASE_FIELDS = (
    _order("purchase_orders"), LINE, ITEM, QUANTITY, UNIT, _expected(N_("Expected on")), OVER, UNDER, PRICE, STATE,
)  # fmt: skip
SALES_FIELDS = (
    _order("sales_orders"), LINE, ITEM, QUANTITY, UNIT, _expected(N_("Wanted on")),
    replace(LOT, hint=N_("Only where the customer wants this lot and no other")),
    days("min_days", N_("Least remaining life"), GOODS), OVER, UNDER, PRICE, STATE,
)  # fmt: skip
ISSUE_FIELDS = (
    _order("issues"), LINE, ITEM, QUANTITY, UNIT, _expected(N_("Needed on")),
    replace(LOT, hint=N_("Only where this lot is needed and no other")),
    days("min_days", N_("Least remaining life"), GOODS), OVER, UNDER, STATE,
)  # fmt: skip
FIELDS = {OrderKind.PURCHASE: PURCHASE_FIELDS, OrderKind.SALES: SALES_FIELDS, OrderKind.ISSUE: ISSUE_FIELDS}
_COLUMNS = (
    Column("order", path="order__number"), Column("line", "number"), Column("item", path="item__code"),
    scaled_amount("quantity"), Column("unit", path="unit"), Column("expected"), scaled_amount("over"),
    scaled_amount("under"), scaled_amount("price"), text("state"), text("lot"), Column("min_days"),
)  # fmt: skip


def table_of(kind: OrderKind) -> LineTable:
    named = {field.name for field in FIELDS[kind]}
    return LineTable(
        model=OrderLine,
        columns=[column for column in _COLUMNS if column.name in named],
        names=("order__key", "number"),
        unique=("order", "number"),
        key=lambda values: f"{code_key(values['order'])}|{values['line']}",
        uri="order__uri",
        only={"order__kind": kind.value},
    )


def judge(kind: OrderKind, drafts: Sequence[Draft]) -> list[Problem]:
    """Orders and items that are not there, amounts that are none, and lines that would want less than what came."""
    orders, items = heads_of(kind, drafts), items_of(drafts)
    problems = _order_problems(drafts, orders)
    problems += goods_problems(drafts, items, days_of(drafts, orders))
    return problems if problems else _less_problems(kind, drafts, orders, items)


def _order_problems(drafts: Sequence[Draft], orders: Mapping[str, Order]) -> list[Problem]:
    problems = [
        Problem("orders.order_unknown", problem.field, {"number": problem.params["order"]})
        for problem in unknown(drafts, "order", orders, "orders.order_unknown")
    ]
    for n, draft in enumerate(drafts):
        order = orders.get(code_key(said(draft, "order")))
        ended = order is not None and order.state in ENDED
        if ended and (draft.before is None or any(map(draft.changed, draft.given))):
            problems.append(Problem("orders.order_ended", f"rows[{n}].order", {"number": said(draft, "order")}))
    return problems


def days_of(drafts: Sequence[Draft], orders: Mapping[str, Order]) -> dict[int, date | None]:
    """Row → the day whose conversions count: that of the order."""
    found = {n: orders.get(code_key(said(draft, "order"))) for n, draft in enumerate(drafts)}
    return {n: order.ordered for n, order in found.items() if order is not None}


# -- not less than what came ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How much of which item a line wants; nothing where it is cancelled."""

    item: str
    amount: int


def _less_problems(
    kind: OrderKind, drafts: Sequence[Draft], orders: Mapping[str, Order], items: Items
) -> list[Problem]:
    """Lines of which less would be wanted than came, all lines of the order with that item taken together."""
    touched = [(n, draft) for n, draft in enumerate(drafts) if draft.before and any(map(draft.changed, WANTED))]
    if not touched:
        return []
    heads = {orders[code_key(said(draft, "order"))] for _, draft in touched}
    done = done_by_order(kind, {order.uri for order in heads})
    before = _standing(heads)
    after = before | {_place(draft, orders): _wanted(draft, orders, items) for draft in drafts}
    family = _merged(before) if done else {}
    problems = []
    for n, draft in touched:
        order, was = orders[code_key(said(draft, "order"))], before[_place(draft, orders)]
        came = sum(done.get((order.uri, key16(uri)), 0) for uri in {was.item, *family.get(was.item, ())})
        left = _sum(after, order.pk, was.item)
        if left < came and left < _sum(before, order.pk, was.item):
            shown = {"number": order.number, "done": decimal_text(unscaled(came))}
            problems.append(Problem("orders.below_done", f"rows[{n}].{_what(draft)}", shown))
    return problems


def _what(draft: Draft) -> str:
    return next(name for name in ("state", "item", "unit", "quantity") if draft.changed(name))


def _place(draft: Draft, orders: Mapping[str, Order]) -> tuple[int, int]:
    line = draft.values["line"]
    return orders[code_key(said(draft, "order"))].pk, line if isinstance(line, int) else 0


def _wanted(draft: Draft, orders: Mapping[str, Order], items: Items) -> _Wanted:
    order = orders[code_key(said(draft, "order"))]
    base = base_of(draft, items, order.ordered)
    counts = base is not None and said(draft, "state") != LineState.CANCELLED
    return _Wanted(items.uris[code_key(said(draft, "item"))], scaled(base or Decimal(0)) if counts else 0)


def _standing(orders: set[Order]) -> dict[tuple[int, int], _Wanted]:
    """(order, line) → what it wants as it stands."""
    found = {}
    listed = sorted(order.pk for order in orders)
    for start in range(0, len(listed), 900):
        rows = OrderLine.objects.filter(order__in=listed[start : start + 900])
        for order, number, uri, base, state in rows.values_list("order", "number", "item__uri", "base", "state"):
            found[order, number] = _Wanted(uri, base if state != LineState.CANCELLED else 0)
    return found


def _merged(lines: Mapping[tuple[int, int], _Wanted]) -> dict[str, list[str]]:
    """Item → those merged into it and those it was merged into: goods of either came for it."""
    uris = {line.item for line in lines.values()}
    found: dict[str, list[str]] = {}
    pairs = list(Item.objects.filter(merged_into__isnull=False).values_list("uri", "merged_into__uri"))
    for one, kept in pairs:
        for own, other in ((one, kept), (kept, one)):
            if own in uris:
                found.setdefault(own, []).append(other)
    return found


def _sum(lines: Mapping[tuple[int, int], _Wanted], order: int, item: str) -> int:
    return sum(line.amount for (own, _), line in lines.items() if own == order and line.item == item)


# -- writing ----------------------------------------------------------------------------------------------------------


def write(kind: OrderKind, table: LineTable, drafts: Sequence[Draft], version: int) -> list[str]:
    orders, items = heads_of(kind, drafts), items_of(drafts)
    check_not_ended_since({order.pk: False for order in orders.values()})

    def also(draft: Draft) -> dict[str, object]:
        order = orders[code_key(said(draft, "order"))]
        return {"order_id": order.pk, **amounts(draft, items, order.ordered)}

    table.write(drafts, version, also)
    return [orders[code_key(said(draft, "order"))].uri for draft in drafts]


def register_of(kind: OrderKind, name: str, about: str, permission: str, one: str, many: str) -> Register:
    table = table_of(kind)
    return Register(
        name=name,
        one=one,
        many=many,
        fields=FIELDS[kind],
        keys=("order", "line"),
        permission=permission,
        standing=table.standing,
        judge=lambda drafts: judge(kind, drafts),
        write=lambda drafts, version: write(kind, table, drafts, version),
        rows=table.rows,
        read=table.read,
        columns=table.paths(),
        about=about,
        tidy=upper_unit,
    )


PURCHASE_LINES = register_of(
    OrderKind.PURCHASE, "purchase_lines", "purchase_orders", BUY, N_("Line of a purchase order"),
    N_("Lines of purchase orders"),
)  # fmt: skip
SALES_LINES = register_of(
    OrderKind.SALES, "sales_lines", "sales_orders", SELL, N_("Line of a sales order"), N_("Lines of sales orders"),
)  # fmt: skip
ISSUE_LINES = register_of(
    OrderKind.ISSUE, "issue_lines", "issues", ISSUE, N_("Line of an issue order"), N_("Lines of issue orders"),
)  # fmt: skip
