"""What the registers of production share: amounts in the unit they were entered in, places of a warehouse."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Item, Place, Warehouse
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Standing
from suyuan.catalog.registers.shared import LIMITS, NONE, SMALLEST, said
from suyuan.catalog.registers.tables import PAIRS, Table, rows_of
from suyuan.catalog.registers.units import Conversions, conversions_of, in_force
from suyuan.catalog.rules import code_key, to_base
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import Quantity, scaled
from suyuan.gs1.quantities import unit as unit_of

PRODUCE = "produce"  # the permission of everything here
GOODS, WORK = N_("Goods"), N_("Work")
LONGEST_BOM = 20
QUANTITY = Field("quantity", N_("Quantity"), Type.DECIMAL, needed=True, least=SMALLEST, group=GOODS, listed=True)
UNIT = Field("unit", N_("Unit"), Type.CODE, longest=3, group=GOODS, listed=True,
             hint=N_("Left empty, the item's base unit"))  # fmt: skip


def percent(name: str, word: str, most: int = 1000, hint: str = "") -> Field:
    return Field(name, word, Type.DECIMAL, least=NONE, most=Decimal(most), unit="%", group=LIMITS, hint=hint)


@dataclass(frozen=True, slots=True)
class Items:
    """The items that some rows name in one field, by the key of their code."""

    name: str
    ids: Mapping[str, int]
    units: Mapping[str, str]
    active: Mapping[str, bool]
    conversions: Mapping[str, Conversions]


def items_of(drafts: Sequence[Draft], name: str = "item") -> Items:
    """Two statements for 900 items."""
    ids, units, active = rows_of(Item, drafts, name, ("pk", "base_unit", "is_active"))
    return Items(name, ids, units, active, conversions_of(set(ids)))


def base_of(draft: Draft, items: Items) -> Decimal | None:
    """The amount of a row in the item's base unit, by the conversions that hold last. Refused where there is none."""
    key, amount = code_key(said(draft, items.name)), draft.values.get("quantity")
    if key not in items.units:
        return None
    code = said(draft, "unit") or items.units[key]
    unit_of(code)
    if not isinstance(amount, Decimal):
        return None
    return to_base(Quantity(amount, code), items.units[key], in_force(items.conversions.get(key, {}), date.max)).amount


def amounts(draft: Draft, items: Items) -> dict[str, object]:
    """The columns of a row's amount: as it was entered, and in the base unit."""
    base = base_of(draft, items)
    if base is None:
        raise ValueError("a row is judged before it is written")
    key = code_key(said(draft, items.name))
    return {"unit": said(draft, "unit") or items.units[key], "base": scaled(base)}


def goods_problems(drafts: Sequence[Draft], items: Items) -> list[Problem]:
    """Items that are not there or no longer in use, amounts that are none of theirs."""
    problems = []
    for n, draft in enumerate(drafts):
        key, shown = code_key(said(draft, items.name)), {"item": said(draft, items.name)}
        if key and key not in items.ids:
            problems.append(Problem("catalog.item_unknown", f"rows[{n}].{items.name}", shown))
        elif key and not items.active[key] and (draft.before is None or draft.changed(items.name)):
            problems.append(Problem("production.item_closed", f"rows[{n}].{items.name}", shown))
        problems += amount_problems(draft, items, n)
    return problems


def amount_problems(draft: Draft, items: Items, n: int) -> list[Problem]:
    """An amount that is none of the item's units, or leaves a remainder."""
    try:
        base = base_of(draft, items)
        if base is not None:
            scaled(base)
    except Refused as refused:
        return [Problem(p.code, f"rows[{n}].{_cell(p.code)}", p.params) for p in refused.problems]
    return []


def _cell(code: str) -> str:
    return "unit" if code in ("gs1.unit_unknown", "catalog.no_conversion") else "quantity"


def numbered(table: Table, keys: Collection[str]) -> dict[str, Standing]:
    """The rows of a table whose key ends in a whole number: head's key, code's key, number."""
    listed = [key.split("|") for key in keys]
    wanted = [
        parts for parts in listed if len(parts) == len(table.names) and parts[-1].isascii() and parts[-1].isdigit()
    ]
    found: dict[str, Standing] = {}
    for start in range(0, len(wanted), PAIRS):
        part = wanted[start : start + PAIRS]
        where = {f"{name}__in": {_cell_of(parts[n], n, parts) for parts in part} for n, name in enumerate(table.names)}
        found |= {table.key(one.values): one for one in table.read(table.rows().filter(**where))}
    return {key: found[key] for key in keys if key in found}


def _cell_of(text: str, n: int, parts: Sequence[str]) -> str | int:
    return int(text) if n == len(parts) - 1 else text


# -- places -----------------------------------------------------------------------------------------------------------


def warehouse_problems(drafts: Sequence[Draft]) -> list[Problem]:
    known = set(Warehouse.objects.values_list("code", flat=True))
    return [
        Problem("catalog.warehouse_unknown", f"rows[{n}].warehouse", {"warehouse": said(draft, "warehouse")})
        for n, draft in enumerate(drafts)
        if said(draft, "warehouse") and said(draft, "warehouse").lower() not in known
    ]


Spots = Mapping[tuple[str, str], int]  # (warehouse, key of a place) → its id


def spots_of(drafts: Sequence[Draft], name: str) -> Spots:
    """The places that the rows name in this field, of whichever warehouse. One statement for 900."""
    keys = {code_key(said(draft, name)) for draft in drafts} - {""}
    return {
        (warehouse, key): id
        for part in chunks(keys)
        for warehouse, key, id in Place.objects.filter(key__in=part).values_list("warehouse_id", "key", "pk")
    }


def spot_of(draft: Draft, name: str, spots: Spots) -> int | None:
    return spots.get((said(draft, "warehouse").lower(), code_key(said(draft, name))))


def spot_problems(drafts: Sequence[Draft], name: str, spots: Spots) -> list[Problem]:
    """Places that are not in the warehouse of their row."""
    return [
        Problem(
            "production.place_elsewhere", f"rows[{n}].{name}",
            {"place": said(draft, name), "warehouse": said(draft, "warehouse")},
        )
        for n, draft in enumerate(drafts)
        if said(draft, name) and spot_of(draft, name, spots) is None
    ]  # fmt: skip


def lowered(values: Mapping[str, object], names: Iterable[str] = ("warehouse",)) -> dict[str, object]:
    """Codes that are kept in lower case, and units in upper case."""
    told = {name: str(value).lower() if name in names and value else value for name, value in values.items()}
    return {**told, "unit": str(told["unit"]).upper()} if told.get("unit") else told
