"""What the registers of orders and notices share: their tables, amounts in the unit they were ordered in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Item, Partner, Warehouse
from suyuan.catalog.register import Draft, Standing, Values
from suyuan.catalog.registers.shared import SMALLEST, refusals, said
from suyuan.catalog.registers.tables import PAIRS, Table, rows_of, unknown
from suyuan.catalog.registers.units import Conversions, conversions_of, in_force
from suyuan.catalog.rules import code_key, to_base
from suyuan.gs1.identifiers import own_document_uri
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import Quantity, scaled
from suyuan.gs1.quantities import unit as unit_of

HEAD, GOODS, TERMS, CHOOSING = N_("Order"), N_("Goods"), N_("Terms"), N_("Which goods")
MOST_LINE = Decimal(1_000_000)

LINE = Field(
    "line", N_("Line no."), Type.WHOLE, needed=True, least=Decimal(1), most=MOST_LINE, group=GOODS, listed=True
)
ITEM = Field("item", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=LONGEST_CODE, group=GOODS,
             listed=True)  # fmt: skip
QUANTITY = Field("quantity", N_("Quantity"), Type.DECIMAL, needed=True, least=SMALLEST, group=GOODS, listed=True)
UNIT = Field("unit", N_("Unit"), Type.CODE, longest=3, group=GOODS, listed=True,
             hint=N_("Left empty, the item's base unit"))  # fmt: skip
LOT = Field("lot", N_("Lot"), Type.CODE, longest=20, group=GOODS)
NOTE = Field("note", N_("Note"), longest=1000, group=HEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrowTable(Table):
    """A table of which a register has only some rows."""

    only: Mapping[str, object] = field(default_factory=dict)

    def rows(self) -> QuerySet[Any]:  # Any: of whichever model
        return self.model._default_manager.filter(**self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTable(NarrowTable):
    """A table whose key is that of the head and a whole number."""

    def standing(self, keys: Collection[str]) -> dict[str, Standing]:
        head, number = self.names
        listed = [key.rpartition("|") for key in keys]
        wanted = [(first, int(last)) for first, _, last in listed if last.isascii() and last.isdigit()]
        found: dict[str, Standing] = {}
        for start in range(0, len(wanted), PAIRS):
            part = wanted[start : start + PAIRS]
            heads, numbers = {first for first, _ in part}, {last for _, last in part}
            rows = self.rows().filter(**{f"{head}__in": heads, f"{number}__in": numbers})
            found |= {self.key(one.values): one for one in self.read(rows)}
        return {key: found[key] for key in keys if key in found}


def paper_uri(kind: str, number: str) -> str:
    """How events name a paper of ours: by its number under our origin."""
    return own_document_uri(settings.SUYUAN.origin, kind, number)


def number_problems(drafts: Sequence[Draft], kind: str) -> list[Problem]:
    """Numbers of new papers that no URI can carry."""
    return [
        problem
        for n, draft in enumerate(drafts)
        if draft.before is None and said(draft, "number")
        for problem in refusals(partial(paper_uri, kind), said(draft, "number"), f"rows[{n}].number")
    ]


def upper_unit(values: Values) -> Values:
    return {**values, "unit": str(values["unit"]).upper()} if values.get("unit") else values


# -- parties ----------------------------------------------------------------------------------------------------------


def partner_problems(drafts: Sequence[Draft], name: str, role: str) -> list[Problem]:
    """Partners that do not exist; and of those newly named, whether he is what we take him for, and in use."""
    """ `role`: "" for anything."""
    ids, plays, active = rows_of(Partner, drafts, name, ("pk", f"is_{role}" if role else "pk", "is_active"))
    problems = unknown(drafts, name, ids, "catalog.partner_unknown")
    problems = [Problem(p.code, p.field, {"partner": p.params[name]}) for p in problems]
    for n, draft in enumerate(drafts):
        key = code_key(said(draft, name))
        if key not in ids or (draft.before is not None and not draft.changed(name)):
            continue
        shown = {"partner": said(draft, name)}
        if not plays[key]:
            problems.append(Problem(f"orders.not_{role}", f"rows[{n}].{name}", shown))
        if not active[key]:
            problems.append(Problem("orders.partner_closed", f"rows[{n}].{name}", shown))
    return problems


def warehouse_problems(drafts: Sequence[Draft]) -> list[Problem]:
    known = set(Warehouse.objects.values_list("code", flat=True))
    return [
        Problem("catalog.warehouse_unknown", f"rows[{n}].warehouse", {"warehouse": said(draft, "warehouse")})
        for n, draft in enumerate(drafts)
        if said(draft, "warehouse") and said(draft, "warehouse").lower() not in known
    ]


# -- goods ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Items:
    """The items that some lines name, by the key of their code."""

    ids: Mapping[str, int]
    uris: Mapping[str, str]
    units: Mapping[str, str]
    active: Mapping[str, bool]
    tracking: Mapping[str, str]
    conversions: Mapping[str, Conversions]


def items_of(drafts: Sequence[Draft]) -> Items:
    """Two statements for 900 items."""
    ids, uris, units, active, tracking = rows_of(
        Item, drafts, "item", ("pk", "uri", "base_unit", "is_active", "tracking")
    )
    return Items(ids, uris, units, active, tracking, conversions_of(set(ids)))


def base_of(draft: Draft, items: Items, day: date | None) -> Decimal | None:
    """The amount of a line in the item's base unit, by the conversions of a day (None: those that hold last).

    Refused where the unit is none of the item's, or leaves a remainder.
    """
    key, amount = code_key(said(draft, "item")), draft.values.get("quantity")
    if key not in items.units:
        return None
    code = said(draft, "unit") or items.units[key]
    unit_of(code)
    if not isinstance(amount, Decimal):
        return None
    conversions = in_force(items.conversions.get(key, {}), day or date.max)
    return to_base(Quantity(amount, code), items.units[key], conversions).amount


def goods_problems(drafts: Sequence[Draft], items: Items, days: Mapping[int, date | None]) -> list[Problem]:
    """Items that are not there or no longer in use, amounts that are none of theirs. `days`: row → day."""
    problems = unknown(drafts, "item", items.ids, "catalog.item_unknown")
    for n, draft in enumerate(drafts):
        key = code_key(said(draft, "item"))
        if key in items.ids and not items.active[key] and (draft.before is None or draft.changed("item")):
            problems.append(Problem("orders.item_closed", f"rows[{n}].item", {"item": said(draft, "item")}))
        try:
            base = base_of(draft, items, days.get(n))
            if base is not None:
                scaled(base)
        except Refused as refused:
            problems += [Problem(p.code, f"rows[{n}].{_cell(p.code)}", p.params) for p in refused.problems]
    return problems


def _cell(code: str) -> str:
    return "unit" if code in ("gs1.unit_unknown", "catalog.no_conversion") else "quantity"


def amounts(draft: Draft, items: Items, day: date | None) -> dict[str, object]:
    """The columns of a line's amount: as it was ordered, and in the base unit."""
    base = base_of(draft, items, day)
    if base is None:
        raise ValueError("a line is judged before it is written")
    key = code_key(said(draft, "item"))
    return {"item_id": items.ids[key], "unit": said(draft, "unit") or items.units[key], "base": scaled(base)}
