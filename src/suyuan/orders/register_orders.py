"""Purchase and sales orders as registers: what is to come and to go. How far they are is no field of theirs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Partner
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import NONE, said, words
from suyuan.catalog.registers.tables import Column, rows_of, text
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem
from suyuan.orders.amounts import done_by_order
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.planning import (
    HEAD,
    NOTE,
    TERMS,
    NarrowTable,
    number_problems,
    paper_uri,
    partner_problems,
    warehouse_problems,
)

PO = "po"  # the CBV type of both kinds: what is a sale to us is the customer's purchase
BUY, SELL = "po.create", "order.create"  # the permissions
STATES = words(
    ("draft", N_("Draft")), ("open", N_("Open")), ("closed", N_("Closed")), ("cancelled", N_("Cancelled")),
)  # fmt: skip
ALWAYS = frozenset({"note", "reference"})  # what may change of an order that is at its end
FROM_THE_START = frozenset({OrderState.DRAFT.value, OrderState.OPEN.value})
ROLES = {OrderKind.PURCHASE: "supplier", OrderKind.SALES: "customer"}


def percent(name: str, word: str, most: int) -> Field:
    return Field(name, word, Type.DECIMAL, least=NONE, most=Decimal(most), unit="%", group=TERMS)


OVER, UNDER = percent("over", N_("May come more"), 1000), percent("under", N_("May come less"), 100)


def fields_of(partner: str, expected: str, reference: str) -> tuple[Field, ...]:
    """The fields of an order, with the words that the two kinds have of their own."""
    return (
        Field("number", N_("Order number"), Type.CODE, needed=True, longest=LONGEST_CODE, group=HEAD, listed=True),
        Field("partner", partner, Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=HEAD,
              listed=True),
        Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=HEAD,
              listed=True),
        Field("state", N_("State"), Type.CHOICE, choices=STATES, default=OrderState.OPEN.value, group=HEAD,
              listed=True),
        Field("ordered", N_("Ordered on"), Type.DATE, group=HEAD, listed=True),
        Field("expected", expected, Type.DATE, group=HEAD, listed=True),
        Field("reference", reference, longest=80, group=HEAD),
        Field("currency", N_("Currency"), Type.CODE, longest=3, group=TERMS, hint=N_("Three letters: CNY, EUR …")),
        OVER,
        UNDER,
        NOTE,
    )  # fmt: skip


def table_of(kind: OrderKind) -> NarrowTable:
    return NarrowTable(
        model=Order,
        columns=(
            text("number"), Column("partner", path="partner__code"), Column("warehouse", "warehouse_id"),
            text("state"), Column("ordered"), Column("expected"), text("reference"), text("currency"),
            scaled_amount("over"), scaled_amount("under"), text("note"),
        ),
        names=("key",),
        unique=("kind", "key"),
        key=lambda values: code_key(values["number"]),
        only={"kind": kind.value},
    )  # fmt: skip


def tidy(values: Values) -> Values:
    told = dict(values)
    for name, spell in (("warehouse", str.lower), ("currency", str.upper)):
        if told.get(name):
            told[name] = spell(str(told[name]))
    return told


def judge(kind: OrderKind, drafts: Sequence[Draft]) -> list[Problem]:
    """Numbers, parties and dates; what an order that has begun, or is at its end, can no longer be."""
    problems = number_problems(drafts, PO) + warehouse_problems(drafts)
    problems += partner_problems(drafts, "partner", ROLES[kind])
    for n, draft in enumerate(drafts):
        problems += _date_problems(draft, n) + _state_problems(draft, n)
    return problems + _begun_problems(kind, drafts)


def _date_problems(draft: Draft, n: int) -> list[Problem]:
    begin, end = draft.values["ordered"], draft.values["expected"]
    if not (isinstance(begin, date) and isinstance(end, date) and end < begin):
        return []
    shown = {"ordered": begin.isoformat(), "expected": end.isoformat()}
    return [Problem("orders.expected_before", f"rows[{n}].expected", shown)]


def _state_problems(draft: Draft, n: int) -> list[Problem]:
    """Closing and cancelling are said with a reason, by commands of their own."""
    shown = {"number": said(draft, "number")}
    before = draft.before.values["state"] if draft.before else None
    if said(draft, "state") != before and not {said(draft, "state"), before or OrderState.OPEN} <= FROM_THE_START:
        return [Problem("orders.state_by_command", f"rows[{n}].state", shown)]
    if draft.before is None or before in FROM_THE_START:
        return []
    return [
        Problem("orders.order_ended", f"rows[{n}].{name}", shown)
        for name in sorted(draft.given - ALWAYS)
        if draft.changed(name)
    ]


def _begun_problems(kind: OrderKind, drafts: Sequence[Draft]) -> list[Problem]:
    """What events have named stays with its partner and warehouse, and is no draft again."""
    touched = [
        (n, draft, name)
        for n, draft in enumerate(drafts)
        for name in ("partner", "warehouse", "state")
        if draft.before and draft.changed(name) and draft.values[name] != OrderState.OPEN
    ]
    if not touched:
        return []
    begun = {order for order, _item in done_by_order(kind, {d.before.uri for _, d, _ in touched if d.before})}
    return [
        Problem("orders.order_begun", f"rows[{n}].{name}", {"number": said(draft, "number")})
        for n, draft, name in touched
        if draft.before and draft.before.uri in begun
    ]


def write(kind: OrderKind, table: NarrowTable, drafts: Sequence[Draft], version: int) -> list[str]:
    (ids,) = rows_of(Partner, drafts, "partner", ("pk",))
    uris = [draft.before.uri if draft.before else paper_uri(PO, said(draft, "number")) for draft in drafts]
    by_key = {code_key(said(draft, "number")): uri for draft, uri in zip(drafts, uris, strict=True)}
    table.write(
        drafts,
        version,
        lambda draft: {
            "kind": kind.value,
            "key": code_key(said(draft, "number")),
            "uri": by_key[code_key(said(draft, "number"))],
            "partner_id": ids[code_key(said(draft, "partner"))],
        },
    )
    return uris


def register_of(kind: OrderKind, name: str, permission: str, one: str, many: str, *fields: str) -> Register:
    table = table_of(kind)
    return Register(
        name=name,
        one=one,
        many=many,
        fields=fields_of(*fields),
        keys=("number",),
        permission=permission,
        standing=table.standing,
        judge=lambda drafts: judge(kind, drafts),
        write=lambda drafts, version: write(kind, table, drafts, version),
        rows=table.rows,
        read=table.read,
        columns=table.paths(),
        tidy=tidy,
    )


PURCHASE_ORDERS = register_of(
    OrderKind.PURCHASE, "purchase_orders", BUY, N_("Purchase order"), N_("Purchase orders"), N_("Supplier"),
    N_("Expected on"), N_("Supplier's number"),
)  # fmt: skip
SALES_ORDERS = register_of(
    OrderKind.SALES, "sales_orders", SELL, N_("Sales order"), N_("Sales orders"), N_("Customer"), N_("Wanted on"),
    N_("Customer's number"),
)  # fmt: skip


def heads_of(kind: OrderKind, drafts: Sequence[Draft], name: str = "order") -> Mapping[str, Order]:
    """Key → the order, of those that the drafts name."""
    return orders_by_key(kind, {code_key(said(draft, name)) for draft in drafts} - {""})


def orders_by_key(kind: OrderKind, keys: Collection[str]) -> dict[str, Order]:
    listed = sorted(keys)
    return {
        order.key: order
        for start in range(0, len(listed), 900)
        for order in Order.objects.filter(kind=kind.value, key__in=listed[start : start + 900])
    }
