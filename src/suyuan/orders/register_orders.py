"""Purchase and sales orders as registers: what is to come and to go. How far they are is no field of theirs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from suyuan.catalog.drafts import LONGEST_CODE, LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Partner, Place
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import NONE, said, words
from suyuan.catalog.registers.tables import Column, flag, rows_of, text
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.orders.amounts import done_by_order
from suyuan.orders.kinds import ENDED, OrderKind, OrderState, Priority
from suyuan.orders.models import Order
from suyuan.orders.planning import (
    CHOOSING,
    HEAD,
    NOTE,
    TERMS,
    NarrowTable,
    number_problems,
    paper_uri,
    partner_problems,
    warehouse_problems,
)

# The CBV type of purchases and sales: what is a sale to us is the customer's purchase. No issue is spelled like them,
# since a sale is picked too.
PO = "po"
PAPERS = {OrderKind.PURCHASE: PO, OrderKind.SALES: PO, OrderKind.ISSUE: "issue"}
BUY, SELL, ISSUE = "po.create", "order.create", "issue.create"  # the permissions
STATES = words(
    ("draft", N_("Draft")), ("open", N_("Open")), ("closed", N_("Closed")), ("cancelled", N_("Cancelled")),
)  # fmt: skip
PRIORITIES = words(("normal", N_("Normal")), ("urgent", N_("Urgent")))
STRATEGIES = words(("fefo", N_("What expires first")), ("fifo", N_("What came or was made first")))
ALWAYS = frozenset({"note", "reference"})  # what may change of an order that is at its end
DAYS = {"ordered": "", "expected": "orders.expected_before", "delivery": "orders.delivery_before"}  # in their order
FROM_THE_START = frozenset({OrderState.DRAFT.value, OrderState.OPEN.value})
PARTIES: dict[OrderKind, tuple[tuple[str, str], ...]] = {  # field → what the partner must be to us, "" anything
    OrderKind.PURCHASE: (("partner", "supplier"),),
    OrderKind.SALES: (("partner", "customer"), ("owner", ""), ("carrier", "carrier")),
    OrderKind.ISSUE: (("owner", ""),),
}


def _code(name: str) -> Column:
    """The code of the row that a foreign key leads to, empty where it leads nowhere."""
    return Column(name, path=f"{name}__code", read=lambda code: code or "")


def percent(name: str, word: str, most: int) -> Field:
    return Field(name, word, Type.DECIMAL, least=NONE, most=Decimal(most), unit="%", group=TERMS)


OVER, UNDER = percent("over", N_("May come more"), 1000), percent("under", N_("May come less"), 100)


NUMBER = Field("number", N_("Order number"), Type.CODE, needed=True, longest=LONGEST_CODE, group=HEAD, listed=True)
WAREHOUSE = Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12,
                  group=HEAD, listed=True)  # fmt: skip
STATE = Field("state", N_("State"), Type.CHOICE, choices=STATES, default=OrderState.OPEN.value, group=HEAD, listed=True)
ORDERED = Field("ordered", N_("Ordered on"), Type.DATE, group=HEAD, listed=True)
PRIORITY = Field("priority", N_("Priority"), Type.CHOICE, choices=PRIORITIES, default=Priority.NORMAL.value, group=HEAD,
                 listed=True)  # fmt: skip
DELIVERY = Field("delivery", N_("Delivered on"), Type.DATE, group=HEAD, listed=True,
                 hint=N_("The day on which the customer has the goods: their remaining life is judged on it"),
)  # fmt: skip
CARRIER = Field("carrier", N_("Carrier"), Type.REFERENCE, refers="partners", longest=LONGEST_CODE, group=HEAD)
ALLOCATING = (
    Field("strategy", N_("Goes first"), Type.CHOICE, choices=STRATEGIES, group=CHOOSING,
          hint=N_("Left empty, as the category of the item says")),
    Field("single_lot", N_("Each line of one lot only"), Type.FLAG, default=False, group=CHOOSING),
    Field("owner", N_("Owner of the goods"), Type.REFERENCE, refers="partners", longest=LONGEST_CODE, group=CHOOSING,
          hint=N_("Left empty, our own")),
)  # fmt: skip
DESTINATION = Field("destination", N_("Goes to"), Type.REFERENCE, refers="places", longest=LONGEST_PLACE_CODE,
                    group=HEAD, listed=True, hint=N_("A place of the warehouse: a line, a room"))  # fmt: skip


def fields_of(kind: OrderKind) -> tuple[Field, ...]:
    """The fields of an order, with the words that each kind has of its own."""
    if kind is OrderKind.ISSUE:
        expected = Field("expected", N_("Needed on"), Type.DATE, group=HEAD, listed=True)
        reference = Field("reference", N_("Work order, or what it is for"), longest=80, group=HEAD, listed=True)
        return (NUMBER, WAREHOUSE, DESTINATION, PRIORITY, STATE, ORDERED, expected, reference, *ALLOCATING, OVER, UNDER,
                NOTE)  # fmt: skip
    sale = kind is OrderKind.SALES
    word, when, theirs = _WORDS[kind]
    return (
        NUMBER,
        Field("partner", word, Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=HEAD,
              listed=True),
        WAREHOUSE,
        *((PRIORITY,) if sale else ()),
        STATE,
        ORDERED,
        Field("expected", when, Type.DATE, group=HEAD, listed=True),
        *((DELIVERY, CARRIER) if sale else ()),
        Field("reference", theirs, longest=80, group=HEAD),
        Field("currency", N_("Currency"), Type.CODE, longest=3, group=TERMS, hint=N_("Three letters: CNY, EUR …")),
        *(ALLOCATING if sale else ()),
        OVER,
        UNDER,
        NOTE,
    )  # fmt: skip


_WORDS = {
    OrderKind.PURCHASE: (N_("Supplier"), N_("Expected on"), N_("Supplier's number")),
    OrderKind.SALES: (N_("Customer"), N_("Wanted on"), N_("Customer's number")),
}
_COLUMNS = {
    column.name: column
    for column in (
        text("number"), _code("partner"), Column("warehouse", "warehouse_id"), text("state"), Column("ordered"),
        Column("expected"), text("reference"), text("currency"), scaled_amount("over"), scaled_amount("under"),
        text("note"), Column("priority", keep=lambda value: value or Priority.NORMAL.value), Column("delivery"),
        text("strategy"), flag("single_lot"), _code("owner"), _code("carrier"), _code("destination"),
    )
}  # fmt: skip


def table_of(kind: OrderKind) -> NarrowTable:
    return NarrowTable(
        model=Order,
        columns=[_COLUMNS[one.name] for one in fields_of(kind)],
        names=("key",),
        unique=("kind", "key"),
        key=lambda values: code_key(values["number"]),
        only={"kind": kind.value},
    )


def tidy(values: Values) -> Values:
    told = dict(values)
    for name, spell in (("warehouse", str.lower), ("currency", str.upper)):
        if told.get(name):
            told[name] = spell(str(told[name]))
    return told


def judge(kind: OrderKind, drafts: Sequence[Draft]) -> list[Problem]:
    """Numbers, parties and dates; what an order that has begun, or is at its end, can no longer be."""
    problems = number_problems(drafts, PAPERS[kind]) + warehouse_problems(drafts)
    for name, role in PARTIES[kind]:
        problems += partner_problems(drafts, name, role)
    if kind is OrderKind.ISSUE:
        problems += _destination_problems(drafts)
    for n, draft in enumerate(drafts):
        problems += _date_problems(draft, n) + _state_problems(draft, n)
    return problems + _begun_problems(kind, drafts)


def _date_problems(draft: Draft, n: int) -> list[Problem]:
    """An order is written before it goes, and goes before it arrives."""
    given = [(name, day) for name in DAYS if isinstance(day := draft.values.get(name), date)]
    return [
        Problem(DAYS[name], f"rows[{n}].{name}", {"day": day.isoformat(), "earliest": begin.isoformat()})
        for (_name, begin), (name, day) in pairwise(given)
        if day < begin
    ]


def _destination_problems(drafts: Sequence[Draft]) -> list[Problem]:
    places = _places(drafts)
    return [
        Problem(
            "orders.face_elsewhere", f"rows[{n}].destination", {"place": place, "warehouse": said(draft, "warehouse")}
        )
        for n, draft in enumerate(drafts)
        if (place := said(draft, "destination")) and _place(draft) not in places
    ]


def _place(draft: Draft) -> tuple[str, str]:
    return said(draft, "warehouse").lower(), code_key(said(draft, "destination"))


def _places(drafts: Sequence[Draft]) -> dict[tuple[str, str], int]:
    """(warehouse, key) → id of the places that are named."""
    keys = {_place(draft)[1] for draft in drafts} - {""}
    return {
        (warehouse, key): id
        for part in chunks(keys)
        for warehouse, key, id in Place.objects.filter(key__in=part).values_list("warehouse_id", "key", "pk")
    }


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
        for name in ("partner", "warehouse", "owner", "state")
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


def check_not_ended_since(judged: Mapping[int, bool]) -> None:
    """Take these orders (id → was it at its end as it was judged?) before they are written; Refused where goods closed
    one since, or opened it again. Goods do not wait for whoever writes names, so this waits for them."""
    rows = [
        row
        for part in chunks(judged)
        for row in Order.objects.select_for_update()
        .filter(pk__in=part)
        .order_by("pk")
        .values_list("pk", "state", "key")
    ]
    problems = [
        Problem("catalog.changed_meanwhile", "", {"key": key})
        for pk, state, key in rows
        if (state in ENDED) != judged[pk]
    ]
    if problems:
        raise Refused(problems)


def write(kind: OrderKind, table: NarrowTable, drafts: Sequence[Draft], version: int) -> list[str]:
    check_not_ended_since({d.before.id: d.before.values["state"] in ENDED for d in drafts if d.before})
    parties = {name: rows_of(Partner, drafts, name, ("pk",))[0] for name, _role in PARTIES[kind]}
    places = _places(drafts) if kind is OrderKind.ISSUE else {}
    uris = [draft.before.uri if draft.before else paper_uri(PAPERS[kind], said(draft, "number")) for draft in drafts]
    by_key = {code_key(said(draft, "number")): uri for draft, uri in zip(drafts, uris, strict=True)}

    def also(draft: Draft) -> dict[str, object]:
        key = code_key(said(draft, "number"))
        found: dict[str, object] = {"kind": kind.value, "key": key, "uri": by_key[key]}
        found |= {f"{name}_id": ids.get(code_key(said(draft, name))) for name, ids in parties.items()}
        return found | ({"destination_id": places.get(_place(draft))} if kind is OrderKind.ISSUE else {})

    table.write(drafts, version, also)
    return uris


def register_of(kind: OrderKind, name: str, permission: str, one: str, many: str) -> Register:
    table = table_of(kind)
    return Register(
        name=name,
        one=one,
        many=many,
        fields=fields_of(kind),
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


PURCHASE_ORDERS = register_of(OrderKind.PURCHASE, "purchase_orders", BUY, N_("Purchase order"), N_("Purchase orders"))
SALES_ORDERS = register_of(OrderKind.SALES, "sales_orders", SELL, N_("Sales order"), N_("Sales orders"))
ISSUES = register_of(OrderKind.ISSUE, "issues", ISSUE, N_("Issue order"), N_("Issue orders"))


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
