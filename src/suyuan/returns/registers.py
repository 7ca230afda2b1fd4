"""Announced returns as a register: what customers may send back, and under which number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type, Value
from suyuan.catalog.kinds import Tracking
from suyuan.catalog.models import Item, Partner, Warehouse
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, refusals, said
from suyuan.catalog.registers.tables import Column, Table, amount, rows_of, text, unknown
from suyuan.catalog.rules import code_key
from suyuan.governance.master import Put, declare
from suyuan.gs1.identifiers import own_document_uri
from suyuan.gs1.problems import N_, Problem
from suyuan.returns.kinds import CAUSES, NOTICE_STATES, Cause, NoticeState
from suyuan.returns.models import ReturnNotice

EDIT = "order.create"
GOODS = N_("Goods")
_LOTS = frozenset({Tracking.LOT.value, Tracking.LOT_SERIAL.value})

FIELDS = (
    Field("number", N_("Permission (RMA)"), Type.CODE, needed=True, longest=60, group=BASICS, listed=True),
    Field("line", N_("Line"), Type.WHOLE, needed=True, least=Decimal(1), most=Decimal(9999), group=BASICS,
          listed=True),
    Field("customer", N_("Customer"), Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE,
          group=BASICS, listed=True),
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=BASICS,
          listed=True),
    Field("expected", N_("Expected"), Type.DATE, group=BASICS, listed=True),
    Field("state", N_("State"), Type.CHOICE, choices=NOTICE_STATES, default=NoticeState.OPEN.value, group=BASICS,
          listed=True),
    Field("item", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=LONGEST_CODE, group=GOODS,
          listed=True),
    Field("lot", N_("Lot"), Type.CODE, longest=20, group=GOODS, listed=True, hint=N_("Empty: any lot of the item")),
    Field("quantity", N_("Quantity"), Type.DECIMAL, needed=True, group=GOODS, listed=True,
          hint=N_("In base units of the item")),
    Field("cause", N_("Why it comes back"), Type.CHOICE, choices=CAUSES, default=Cause.OTHER.value, group=GOODS,
          listed=True),
    Field("note", N_("Note"), longest=2000, group=GOODS),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PutReturnNotices(Put):
    """Announced returns."""


def notice_key(values: Mapping[str, Value]) -> str:
    return f"{code_key(str(values['number']))}|{values['line']}"


TABLE = Table(
    model=ReturnNotice,
    columns=(
        text("number"), Column("line"), Column("customer", path="customer__code"), Column("warehouse", "warehouse_id"),
        Column("expected"), text("state"), Column("item", path="item__code"), text("lot"), amount("quantity"),
        text("cause"), text("note"),
    ),
    names=("key",),
    unique=("key",),
    key=notice_key,
)  # fmt: skip


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    """Customers, warehouses and items that are there; one customer a number; amounts above nothing."""
    customers, is_customer = rows_of(Partner, drafts, "customer", ("pk", "is_customer"))
    items, tracking = rows_of(Item, drafts, "item", ("pk", "tracking"))
    houses = set(Warehouse.objects.values_list("code", flat=True))
    problems = unknown(drafts, "customer", customers, "catalog.partner_unknown")
    problems += unknown(drafts, "item", items, "returns.item_unknown")
    given = _given(drafts)
    for n, draft in enumerate(drafts):
        at, customer, item = f"rows[{n}]", said(draft, "customer"), said(draft, "item")
        house, quantity = said(draft, "warehouse"), draft.values.get("quantity")
        problems += refusals(notice_uri, said(draft, "number"), f"{at}.number") if said(draft, "number") else []
        if is_customer.get(code_key(customer)) is False:
            problems.append(Problem("returns.customer_wrong", f"{at}.customer", {"customer": customer}))
        if house and house.lower() not in houses:
            problems.append(Problem("returns.warehouse_unknown", f"{at}.warehouse", {"warehouse": house}))
        if isinstance(quantity, Decimal) and quantity <= 0:
            problems.append(Problem("returns.quantity_none", f"{at}.quantity"))
        if said(draft, "lot") and tracking.get(code_key(item), Tracking.LOT.value) not in _LOTS:
            problems.append(Problem("returns.lot_untracked", f"{at}.lot", {"item": item}))
        first = given.setdefault(code_key(said(draft, "number")), customer)
        if code_key(first) != code_key(customer):
            params = {"number": said(draft, "number"), "customer": first}
            problems.append(Problem("returns.customers_differ", f"{at}.customer", params))
    return problems


def _given(drafts: Sequence[Draft]) -> dict[str, str]:
    """Number → the customer of its other lines, those that are written now left out."""
    numbers = {said(draft, "number") for draft in drafts}
    now = {notice_key(draft.values) for draft in drafts}
    rows = ReturnNotice.objects.filter(number__in=numbers).values_list("number", "key", "customer__code")
    return {code_key(number): customer for number, key, customer in rows if key not in now}


def notice_uri(number: str) -> str:
    """The permission as events name it."""
    return own_document_uri(settings.SUYUAN.origin, "rma", number)


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    (customers,) = rows_of(Partner, drafts, "customer", ("pk",))
    (items,) = rows_of(Item, drafts, "item", ("pk",))
    lowered = [
        Draft({**draft.values, "warehouse": said(draft, "warehouse").lower()}, draft.before, draft.given)
        for draft in drafts
    ]
    TABLE.write(
        lowered,
        version,
        lambda draft: {
            "key": notice_key(draft.values),
            "uri": notice_uri(said(draft, "number")),
            "customer_id": customers[code_key(said(draft, "customer"))],
            "item_id": items[code_key(said(draft, "item"))],
        },
    )
    return [notice_uri(said(draft, "number")) for draft in drafts]


RETURN_NOTICES = Register(
    name="return_notices",
    one=N_("Announced return"),
    many=N_("Announced returns"),
    fields=FIELDS,
    keys=("number", "line"),
    permission=EDIT,
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)
REGISTERS: dict[str, Register] = {RETURN_NOTICES.name: RETURN_NOTICES}
PUTS: dict[str, type[Put]] = {RETURN_NOTICES.name: PutReturnNotices}
declare(PutReturnNotices, RETURN_NOTICES)
