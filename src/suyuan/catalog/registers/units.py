"""Further units of items, each from a day on: a conversion that was used gets a successor, and stays."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from suyuan.catalog.drafts import MOST_RATIO, ratio_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import EARLIEST, Item, ItemUnit
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register, Standing, Used, Values
from suyuan.catalog.registers.shared import BASICS, refusals, said
from suyuan.catalog.registers.tables import Column, Table, rows_of, unknown, write_parts
from suyuan.catalog.rules import code_key, contradictions, ratio_to_base
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import UNITS, unit

MOST = Decimal(MOST_RATIO)
Conversions = dict[tuple[str, date], tuple[int, int]]  # (unit, since) → ratio

FIELDS = (
    Field("item", N_("Item"), Type.REFERENCE, refers="items", needed=True, longest=80, group=BASICS, listed=True),
    Field("unit", N_("Unit"), Type.CODE, needed=True, longest=3, group=BASICS, listed=True,
          hint=N_("A code of UN/ECE Recommendation 20 or 21: CT, LTR, TNE …")),
    Field("since", N_("From"), Type.DATE, group=BASICS, listed=True, hint=N_("Empty: it has always been so")),
    Field("numerator", N_("Base units in it"), Type.WHOLE, needed=True, least=Decimal(1), most=MOST, group=BASICS,
          listed=True, hint=N_("Cannot change once it was used; give a successor from a later day")),
    Field("denominator", N_("… in so many of it"), Type.WHOLE, default=1, least=Decimal(1), most=MOST, group=BASICS,
          listed=True),
)  # fmt: skip


def _day(kept: date) -> date | None:
    return None if kept == EARLIEST else kept


TABLE = Table(
    model=ItemUnit,
    columns=(
        Column("item", path="item__code"), Column("unit"),
        Column("since", read=_day, keep=lambda day: day or EARLIEST), Column("numerator"), Column("denominator"),
    ),
    names=("item__key", "unit"),
    unique=("item", "unit", "since"),
    key=lambda values: f"{code_key(values['item'])}|{values['unit']}|{values['since'] or ''}",
    uri="item__uri",
)  # fmt: skip


def standing(keys: Collection[str]) -> Mapping[str, Standing]:
    """By item alone: an item has few units."""
    found: dict[str, Standing] = {}
    wanted = {"|".join(parts[:n]) for key in keys for parts in [key.split("|")] for n in range(1, len(parts))}
    for part in chunks(wanted):
        for one in TABLE.read(ItemUnit.objects.filter(item__key__in=part)):
            found[TABLE.key(one.values)] = one
    return {key: found[key] for key in keys if key in found}


def tidy(values: Values) -> Values:
    told = dict(values)
    if told.get("unit"):
        told["unit"] = str(told["unit"]).upper()
    if told.get("since") == EARLIEST:
        told["since"] = None
    return told


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    ids, bases, weighed = rows_of(Item, drafts, "item", ("pk", "base_unit", "catch_weight"))
    problems = unknown(drafts, "item", ids, "catalog.item_unknown")
    for n, draft in enumerate(drafts):
        if said(draft, "unit"):
            problems += refusals(unit, said(draft, "unit"), f"rows[{n}].unit")
        up, down = draft.values["numerator"], draft.values["denominator"]
        if isinstance(up, int) and isinstance(down, int):
            problems += ratio_problems(up, down, f"rows[{n}].numerator")
        if said(draft, "unit") and said(draft, "unit") == bases.get(code_key(said(draft, "item"))):
            problems.append(Problem("catalog.unit_twice", f"rows[{n}].unit", {"unit": said(draft, "unit")}))
        code = said(draft, "unit")
        if weighed.get(code_key(said(draft, "item"))) and code in UNITS and UNITS[code].dimension == "mass":
            problems.append(Problem("catalog.catch_weight_mass", f"rows[{n}].unit"))
    complete = all(said(draft, "item") and said(draft, "unit") and draft.values["numerator"] for draft in drafts)
    return problems if problems or not complete else _contradicting(drafts, bases)


def _contradicting(drafts: Sequence[Draft], bases: Mapping[str, str]) -> list[Problem]:
    """Two ways to convert that disagree on some day, among what is given and what stands."""
    there = conversions_of({code_key(said(draft, "item")) for draft in drafts})
    for draft in drafts:
        there.setdefault(code_key(said(draft, "item")), {})[_when(draft)] = _ratio(draft)
    problems = []
    for n, draft in enumerate(drafts):
        key, (code, since) = code_key(said(draft, "item")), _when(draft)
        for day in sorted({since} | {start for _, start in there[key] if start > since}):
            if other := contradictions(code, bases[key], in_force(there[key], day)):
                params = {"unit": code, "other": other, "base": bases[key]}
                problems.append(Problem("catalog.unit_contradicts", f"rows[{n}].numerator", params))
                break
    return problems


def conversions_of(keys: set[str]) -> dict[str, Conversions]:
    """The conversions there are, by the key of the item."""
    found: dict[str, Conversions] = {}
    for part in chunks(keys):
        rows = ItemUnit.objects.filter(item__key__in=part)
        for key, code, since, up, down in rows.values_list("item__key", "unit", "since", "numerator", "denominator"):
            found.setdefault(key, {})[code, since] = (up, down)
    return found


def in_force(conversions: Conversions, day: date) -> dict[str, tuple[int, int]]:
    """Unit → ratio on a day."""
    return {
        code: conversions[code, since] for code, since in sorted(conversions, key=lambda key: key[1]) if since <= day
    }


def _when(draft: Draft) -> tuple[str, date]:
    since = draft.values["since"]
    return said(draft, "unit"), since if isinstance(since, date) else EARLIEST


def _ratio(draft: Draft) -> tuple[int, int]:
    up, down = draft.values["numerator"], draft.values["denominator"]
    return (up, down) if isinstance(up, int) and isinstance(down, int) else (1, 1)


def judge_used(drafts: Sequence[Draft], used: Used, today: date) -> list[Problem]:
    """Of an item that the ledger knows goods of, nothing that was true until today changes: what was recorded reads the
    same for ever. A unit that nothing said anything of may begin today, a successor tomorrow.
    """
    touched = [(n, draft) for n, draft in enumerate(drafts) if draft.before is None or any(map(draft.changed, _RATIO))]
    if not touched:
        return []
    uris, bases = rows_of(Item, drafts, "item", ("uri", "base_unit"))
    known = set(used(set(uris.values())))
    there = conversions_of({code_key(said(draft, "item")) for _, draft in touched})
    problems = []
    for n, draft in touched:
        key, (code, since) = code_key(said(draft, "item")), _when(draft)
        if uris.get(key) not in known or code not in UNITS:
            continue
        before = in_force(there.get(key, {}), today)
        first = draft.before is None and ratio_to_base(code, bases[key], before) is None
        if since < today or (since == today and not first):
            params = {"unit": code, "item": said(draft, "item"), "today": today.isoformat()}
            problems.append(Problem("catalog.unit_used", f"rows[{n}].since", params))
    return problems


_RATIO = ("numerator", "denominator")


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    return write_parts(TABLE, Item, drafts, version, name="item", moved=True)


UNITS_OF_ITEMS = Register(
    name="units",
    one=N_("Unit"),
    many=N_("Units"),
    fields=FIELDS,
    keys=("item", "unit", "since"),
    permission="item.edit",
    standing=standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    about="items",
    tidy=tidy,
    judge_used=judge_used,
)
