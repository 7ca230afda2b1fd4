"""Advance notices as registers, for those that come as a file, a letter or a call."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Partner
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import refusals, said, words
from suyuan.catalog.registers.tables import Column, rows_of, text, unknown
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import sscc_uri
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.orders.kinds import NoticeState, OrderKind
from suyuan.orders.models import Notice, NoticeLine
from suyuan.orders.planning import (
    GOODS,
    HEAD,
    ITEM,
    LINE,
    LOT,
    NOTE,
    QUANTITY,
    UNIT,
    LineTable,
    NarrowTable,
    amounts,
    goods_problems,
    items_of,
    number_problems,
    paper_uri,
    partner_problems,
    upper_unit,
    warehouse_problems,
)
from suyuan.orders.register_orders import heads_of
from suyuan.orders.rules import serials_of

DESADV = "desadv"  # the CBV type
RECEIVE = "receive"
STATES = words(("open", N_("Open")), ("closed", N_("Closed")), ("cancelled", N_("Cancelled")))
FIELDS = (
    Field("number", N_("Despatch advice"), Type.CODE, needed=True, longest=LONGEST_CODE, group=HEAD, listed=True),
    Field("supplier", N_("Supplier"), Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=HEAD,
          listed=True),
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=HEAD,
          listed=True),
    Field("order", N_("Purchase order"), Type.REFERENCE, refers="purchase_orders", longest=LONGEST_CODE, group=HEAD,
          listed=True),
    Field("expected", N_("Expected on"), Type.DATE, group=HEAD, listed=True),
    Field("carrier", N_("Carrier"), longest=200, group=HEAD),
    Field("state", N_("State"), Type.CHOICE, choices=STATES, default=NoticeState.OPEN.value, group=HEAD, listed=True),
    NOTE,
)  # fmt: skip
LINE_FIELDS = (
    Field("notice", N_("Notice"), Type.REFERENCE, refers="notices", needed=True, longest=LONGEST_CODE, group=HEAD,
          listed=True),
    LINE, ITEM, QUANTITY, UNIT, replace(LOT, listed=True),
    Field("produced", N_("Produced"), Type.DATE, group=GOODS),
    Field("expiry", N_("Expires"), Type.DATE, group=GOODS, listed=True, hint=N_("The last day on which it is good")),
    Field("serials", N_("Serial numbers"), longest=4000, group=GOODS,
          hint=N_("One by one, or from A001 to A010 as A001-A010")),
    Field("sscc", N_("Pallet"), Type.CODE, longest=20, group=GOODS, listed=True, hint=N_("Its SSCC, 18 digits")),
)  # fmt: skip

TABLE = NarrowTable(
    model=Notice,
    columns=(
        text("number"), Column("supplier", path="supplier__code"), Column("warehouse", "warehouse_id"),
        Column("order", path="order__number", read=lambda number: number or ""), Column("expected"), text("carrier"),
        text("state"), text("note"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["number"]),
)  # fmt: skip
LINES = LineTable(
    model=NoticeLine,
    columns=(
        Column("notice", path="notice__number"), Column("line", "number"), Column("item", path="item__code"),
        scaled_amount("quantity"), Column("unit", path="unit"), text("lot"), Column("produced"), Column("expiry"),
        text("serials"), text("sscc"),
    ),
    names=("notice__key", "number"),
    unique=("notice", "number"),
    key=lambda values: f"{code_key(values['notice'])}|{values['line']}",
    uri="notice__uri",
)  # fmt: skip


def tidy(values: Values) -> Values:
    return {**values, "warehouse": str(values["warehouse"]).lower()} if values.get("warehouse") else values


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = number_problems(drafts, DESADV) + warehouse_problems(drafts)
    problems += partner_problems(drafts, "supplier", "supplier")
    orders = heads_of(OrderKind.PURCHASE, drafts)
    problems += [
        Problem("orders.order_unknown", problem.field, {"number": problem.params["order"]})
        for problem in unknown(drafts, "order", orders, "orders.order_unknown")
    ]
    (ids,) = rows_of(Partner, drafts, "supplier", ("pk",))
    for n, draft in enumerate(drafts):
        order, supplier = orders.get(code_key(said(draft, "order"))), ids.get(code_key(said(draft, "supplier")))
        if order is not None and supplier is not None and order.partner_id != supplier:
            shown = {"number": order.number, "partner": said(draft, "supplier")}
            problems.append(Problem("orders.order_of_another", f"rows[{n}].order", shown))
    return problems


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    (ids,) = rows_of(Partner, drafts, "supplier", ("pk",))
    orders = heads_of(OrderKind.PURCHASE, drafts)
    uris = [draft.before.uri if draft.before else paper_uri(DESADV, said(draft, "number")) for draft in drafts]
    by_key = {code_key(said(draft, "number")): uri for draft, uri in zip(drafts, uris, strict=True)}

    def also(draft: Draft) -> dict[str, object]:
        order = orders.get(code_key(said(draft, "order")))
        return {
            "key": code_key(said(draft, "number")),
            "uri": by_key[code_key(said(draft, "number"))],
            "supplier_id": ids[code_key(said(draft, "supplier"))],
            "order_id": order.pk if order else None,
        }

    TABLE.write(drafts, version, also)
    return uris


def tidy_line(values: Values) -> Values:
    """Digits alone, with or without the application identifier before them."""
    digits = "".join(str(values.get("sscc") or "").split())
    digits = digits.removeprefix("(00)")
    digits = digits[2:] if len(digits) == 20 and digits.startswith("00") else digits
    return {**upper_unit(values), "sscc": digits} if "sscc" in values else upper_unit(values)


def judge_lines(drafts: Sequence[Draft]) -> list[Problem]:
    known = {notice.key: notice for notice in _notices(drafts)}
    problems = [
        Problem("orders.notice_unknown", problem.field, {"number": problem.params["notice"]})
        for problem in unknown(drafts, "notice", known, "orders.notice_unknown")
    ]
    problems += goods_problems(drafts, items_of(drafts), {})
    for n, draft in enumerate(drafts):
        problems += _goods_line_problems(draft, f"rows[{n}]")
    return problems


def _goods_line_problems(draft: Draft, at: str) -> list[Problem]:
    problems = refusals(sscc_uri, said(draft, "sscc"), f"{at}.sscc") if said(draft, "sscc") else []
    begin, end = draft.values["produced"], draft.values["expiry"]
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        shown = {"from": begin.isoformat(), "until": end.isoformat()}
        problems.append(Problem("catalog.dates_order", f"{at}.expiry", shown))
    try:
        serials = serials_of(said(draft, "serials"))
    except Refused as refused:
        return [*problems, *(Problem(p.code, f"{at}.serials", p.params) for p in refused.problems)]
    if serials and len(serials) != draft.values["quantity"]:
        shown = {"count": str(len(serials)), "quantity": str(draft.values["quantity"])}
        problems.append(Problem("orders.serials_count", f"{at}.serials", shown))
    return problems


def _notices(drafts: Sequence[Draft]) -> list[Notice]:
    listed = sorted({code_key(said(draft, "notice")) for draft in drafts} - {""})
    return [
        notice
        for start in range(0, len(listed), 900)
        for notice in Notice.objects.filter(key__in=listed[start : start + 900])
    ]


def write_lines(drafts: Sequence[Draft], version: int) -> list[str]:
    known, items = {notice.key: notice for notice in _notices(drafts)}, items_of(drafts)

    def also(draft: Draft) -> dict[str, object]:
        return {"notice_id": known[code_key(said(draft, "notice"))].pk, **amounts(draft, items, None)}

    LINES.write(drafts, version, also)
    return [known[code_key(said(draft, "notice"))].uri for draft in drafts]


NOTICES = Register(
    name="notices",
    one=N_("Advance notice"),
    many=N_("Advance notices"),
    fields=FIELDS,
    keys=("number",),
    permission=RECEIVE,
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    tidy=tidy,
)
NOTICE_LINES = Register(
    name="notice_lines",
    one=N_("Line of an advance notice"),
    many=N_("Lines of advance notices"),
    fields=LINE_FIELDS,
    keys=("notice", "line"),
    permission=RECEIVE,
    standing=LINES.standing,
    judge=judge_lines,
    write=write_lines,
    rows=LINES.rows,
    read=LINES.read,
    columns=LINES.paths(),
    about="notices",
    tidy=tidy_line,
)
