"""Two rows that mean one thing become one for all that is to come. What stands keeps its name.

The merged one keeps its row, its GTINs, its lots and its events; it is closed, and an alias leads to the one that goes
on. So no event is read differently, and lots are never merged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from suyuan.catalog.duplicates import do_settle
from suyuan.catalog.models import EARLIEST, Alias, Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import Problem

ITEM, PARTNER = "item", "partner"
REGISTERS: Mapping[str, str] = {ITEM: "items", PARTNER: "partners"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as far as a merge asks. `alias_of`: the URI that goes on in its place already.

    `fixed`: what must be the same in both (field → value), where both say it; `ratios`: unit → how many base units.
    `roles`: what a partner is to us.
    """

    uri: str
    code: str
    active: bool
    alias_of: str
    fixed: Mapping[str, str]
    ratios: Mapping[str, tuple[int, int]]
    roles: frozenset[str] = frozenset()


_DIFFERS = {
    "base_unit": "catalog.merge_base_unit",
    "tracking": "catalog.merge_tracking",
    "tax_number": "catalog.merge_tax_number",
    "country": "catalog.merge_country",
}


def merge_problems(keep: Side, merged: Side) -> list[Problem]:
    """Why these two cannot become one; all of it at once."""
    shown = {"keep": keep.code, "merged": merged.code}
    if keep.uri == merged.uri:
        return [Problem("catalog.merge_same", "merged", shown)]
    problems = []
    if keep.alias_of or not keep.active:
        problems.append(Problem("catalog.merge_kept_closed", "keep", shown))
    if merged.alias_of:
        problems.append(Problem("catalog.merged_already", "merged", shown))
    for name, value in merged.fixed.items():
        other = keep.fixed.get(name, "")
        if value and other and value != other:
            problems.append(Problem(_DIFFERS[name], "merged", {**shown, "one": other, "other": value}))
    for unit in sorted(merged.ratios.keys() & keep.ratios.keys()):
        if merged.ratios[unit] != keep.ratios[unit]:
            problems.append(Problem("catalog.merge_unit", "merged", {**shown, "unit": unit}))
    if missing := sorted(merged.roles - keep.roles):
        problems.append(Problem("catalog.merge_roles", "keep", {**shown, "roles": ", ".join(missing)}))
    return problems


def side_of(kind: str, code: str) -> Side | None:
    """The item or partner of a code, None where there is none. Three statements."""
    row: Item | Partner | None
    if kind == ITEM:
        row = Item.objects.filter(key=code_key(code)).first()
    else:
        row = Partner.objects.filter(key=code_key(code)).first()
    if row is None:
        return None
    alias = Alias.objects.filter(uri=row.uri, ended=None).values_list("target", flat=True).first() or ""
    if isinstance(row, Item):
        units = row.units.filter(since=EARLIEST).values_list("unit", "numerator", "denominator")
        ratios = {unit: (up, down) for unit, up, down in units}
        fixed = {"base_unit": row.base_unit, "tracking": row.tracking}
        return Side(row.uri, row.code, row.is_active, alias, fixed, ratios)
    roles = {"supplier": row.is_supplier, "customer": row.is_customer, "carrier": row.is_carrier, "maker": row.is_maker}
    fixed = {"tax_number": row.tax_number, "country": row.country}
    held = frozenset(role for role, on in roles.items() if on)
    return Side(row.uri, row.code, row.is_active, alias, fixed, {}, held)


def do_merge(kind: str, keep: Side, merged: Side, *, version: int, at: int) -> None:
    """Close the merged one and lead from it to the other; `at` in microseconds."""
    told = {"target": keep.uri, "kind": kind, "at": at, "ended": None, "version": version}
    Alias.objects.update_or_create(uri=merged.uri, defaults=told)
    if kind == ITEM:
        kept = Item.objects.get(uri=keep.uri)
        Item.objects.filter(uri=merged.uri).update(merged_into=kept, is_active=False, version=version)
        Item.objects.filter(uri=keep.uri).update(version=version)
    else:
        Partner.objects.filter(uri=merged.uri).update(is_active=False, version=version)
        Partner.objects.filter(uri=keep.uri).update(version=version)
    do_settle(REGISTERS[kind], merged.uri)


def do_part(kind: str, merged: Side, *, version: int, at: int) -> None:
    """Take a merge back: the alias ends, and its row goes on by itself."""
    Alias.objects.filter(uri=merged.uri).update(ended=at, version=version)
    if kind == ITEM:
        Item.objects.filter(uri=merged.uri).update(merged_into=None, is_active=True, version=version)
    else:
        Partner.objects.filter(uri=merged.uri).update(is_active=True, version=version)


def merged_into(uri: str) -> str:
    """The URI that goes on for this one; empty where it was not merged."""
    return Alias.objects.filter(uri=uri, ended=None).values_list("target", flat=True).first() or ""
