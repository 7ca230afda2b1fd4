"""Work orders as a register: what is to be made, by which bill, where and when. How far they are is no field."""

from collections.abc import Mapping, Sequence

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_CODE, LONGEST_PLACE_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.register import Draft, Register, Values
from suyuan.catalog.registers.shared import BASICS, new_ones, refusals, said, words
from suyuan.catalog.registers.tables import Column, Table, amount, text
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import own_document_uri
from suyuan.gs1.problems import N_, Problem
from suyuan.production.amounts import done_by_work
from suyuan.production.kinds import WorkState
from suyuan.production.models import WorkOrder
from suyuan.production.planning import (
    GOODS,
    LONGEST_BOM,
    PRODUCE,
    QUANTITY,
    UNIT,
    WORK,
    amounts,
    goods_problems,
    items_of,
    lowered,
    percent,
    spot_of,
    spot_problems,
    spots_of,
    warehouse_problems,
)
from suyuan.production.register_boms import PRODUCT, bom_key, boms_of

PAPER = "prodorder"  # the CBV type
STATES = words(
    ("draft", N_("Draft")), ("open", N_("Open")), ("closed", N_("Closed")), ("cancelled", N_("Cancelled")),
)  # fmt: skip
ALWAYS = frozenset({"note"})  # what may change of an order that is at its end
FROM_THE_START = frozenset({WorkState.DRAFT.value, WorkState.OPEN.value})
FIELDS = (
    Field("number", N_("Work order"), Type.CODE, needed=True, longest=LONGEST_CODE, group=BASICS, listed=True),
    PRODUCT,
    Field("bom", N_("Bill of material"), Type.CODE, longest=LONGEST_BOM, needed=True, default="1", group=GOODS,
          listed=True, hint=N_("The version of the product's bill")),
    QUANTITY,
    UNIT,
    Field("warehouse", N_("Warehouse"), Type.REFERENCE, refers="warehouses", needed=True, longest=12, group=WORK,
          listed=True),
    Field("line", N_("Line"), Type.REFERENCE, refers="places", longest=LONGEST_PLACE_CODE, group=WORK, listed=True,
          hint=N_("Left empty, the usual line of the bill")),
    Field("shift", N_("Shift"), longest=8, group=WORK, listed=True),
    Field("due", N_("Due"), Type.DATE, group=WORK, listed=True),
    percent("over", N_("May make more"), 1000, N_("More than that wants a confirmation")),
    Field("state", N_("State"), Type.CHOICE, choices=STATES, default=WorkState.OPEN.value, group=BASICS, listed=True),
    Field("note", N_("Note"), longest=1000, group=BASICS),
)  # fmt: skip

TABLE = Table(
    model=WorkOrder,
    columns=(
        text("number"), Column("item", path="bom__item__code"), Column("bom", path="bom__code"), amount("quantity"),
        Column("unit", path="unit"), Column("warehouse", "warehouse_id"), Column("line", path="line__code"),
        text("shift"), Column("due"), amount("over"), text("state"), text("note"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["number"]),
)  # fmt: skip


def work_uri(number: str) -> str:
    """How events name a work order."""
    return own_document_uri(settings.SUYUAN.origin, PAPER, number)


def tidy(values: Values) -> Values:
    return lowered(values)  # type: ignore[return-value]  # the same values


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    """Numbers, products, bills and places; what an order that has begun, or is at its end, can no longer be."""
    boms, spots = boms_of(drafts), spots_of(drafts, "line")
    problems = goods_problems(drafts, items_of(drafts)) + warehouse_problems(drafts)
    problems += spot_problems(drafts, "line", spots)
    for n, draft in new_ones(drafts):
        if said(draft, "number"):
            problems += refusals(work_uri, said(draft, "number"), f"rows[{n}].number")
    for n, draft in enumerate(drafts):
        if said(draft, "item") and bom_key(draft) not in boms:
            shown = {"item": said(draft, "item"), "bom": said(draft, "bom")}
            problems.append(Problem("production.bom_unknown", f"rows[{n}].bom", shown))
        problems += _state_problems(draft, n)
    return problems + _begun_problems(drafts)


def _state_problems(draft: Draft, n: int) -> list[Problem]:
    """Closing and cancelling are said with a reason, by commands of their own."""
    shown = {"number": said(draft, "number")}
    before = draft.before.values["state"] if draft.before else None
    if said(draft, "state") != before and not {said(draft, "state"), before or WorkState.OPEN} <= FROM_THE_START:
        return [Problem("production.state_by_command", f"rows[{n}].state", shown)]
    if draft.before is None or before in FROM_THE_START:
        return []
    return [
        Problem("production.work_ended", f"rows[{n}].{name}", shown)
        for name in sorted(draft.given - ALWAYS)
        if draft.changed(name)
    ]


def _begun_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """What events have named keeps its product, bill and warehouse, and is no draft again."""
    touched = [
        (n, draft, name)
        for n, draft in enumerate(drafts)
        for name in ("item", "bom", "warehouse", "state")
        if draft.before and draft.changed(name) and draft.values[name] != WorkState.OPEN
    ]
    if not touched:
        return []
    begun = {work for work, *_rest in done_by_work({d.before.uri for _, d, _ in touched if d.before})}
    return [
        Problem("production.work_begun", f"rows[{n}].{name}", {"number": said(draft, "number")})
        for n, draft, name in touched
        if draft.before and draft.before.uri in begun
    ]


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    items, boms, spots = items_of(drafts), boms_of(drafts), spots_of(drafts, "line")
    uris = [draft.before.uri if draft.before else work_uri(said(draft, "number")) for draft in drafts]
    by_key = {code_key(said(draft, "number")): uri for draft, uri in zip(drafts, uris, strict=True)}

    def also(draft: Draft) -> Mapping[str, object]:
        key = code_key(said(draft, "number"))
        line = spot_of(draft, "line", spots) if said(draft, "line") else None
        return {
            "key": key, "uri": by_key[key], "bom_id": boms[bom_key(draft)], "line_id": line, **amounts(draft, items),
        }  # fmt: skip

    TABLE.write(drafts, version, also)
    return uris


WORK_ORDERS = Register(
    name="work_orders",
    one=N_("Work order"),
    many=N_("Work orders"),
    fields=FIELDS,
    keys=("number",),
    permission=PRODUCE,
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    tidy=tidy,
)
