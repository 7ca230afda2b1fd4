"""Trade items."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type, Value, is_empty, print_value, read_value
from suyuan.catalog.models import Category, CategoryAttribute, Item, ItemPack, ItemUnit
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register, Standing, Used, Values
from suyuan.catalog.registers.attributes import CUSTOM, choices_of, custom_fields
from suyuan.catalog.registers.shared import (
    BASICS,
    IS_ACTIVE,
    LIFE,
    LIMITS,
    NAME_EN,
    NAME_ZH,
    SIZE,
    amount,
    ascending,
    code_refusals,
    days,
    file_problems,
    first_uri,
    fixed,
    fresh,
    merged_problems,
    new_ones,
    refusals,
    repeated,
    said,
    words,
)
from suyuan.catalog.registers.tables import Column, Raw, Table, flag, ids_of, text, unknown
from suyuan.catalog.registers.tables import amount as scaled_amount
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import item_uri, own_item_uri
from suyuan.gs1.keys import gtin14
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import UNITS, unit

TRACKINGS = words(
    ("none", N_("Not tracked")), ("lot", N_("By lot")), ("serial", N_("By serial number")),
    ("lot+serial", N_("By lot and serial number")),
)  # fmt: skip
HAZARDS = words(
    ("1", N_("1 Explosives")), ("2", N_("2 Gases")), ("3", N_("3 Flammable liquids")), ("4", N_("4 Flammable solids")),
    ("5", N_("5 Oxidisers")), ("6", N_("6 Toxic substances")), ("6.2", N_("6.2 Infectious substances")),
    ("7", N_("7 Radioactive material")), ("8", N_("8 Corrosives")), ("9", N_("9 Other dangerous goods")),
)  # fmt: skip

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("spec", N_("Specification"), group=BASICS, listed=True),
    Field("category", N_("Category"), Type.REFERENCE, refers="categories", group=BASICS, listed=True),
    Field("base_unit", N_("Base unit"), Type.CODE, needed=True, longest=3, frozen=True, group=BASICS, listed=True,
          hint=N_("The smallest unit in which it is counted or measured: EA, KGM, LTR …")),
    Field("gtin", N_("GTIN"), Type.CODE, longest=14, group=BASICS, listed=True, hint=N_("Of one base unit")),
    Field("tracking", N_("Tracking"), Type.CHOICE, choices=TRACKINGS, default="lot", frozen=True, group=BASICS,
          listed=True),
    Field("catch_weight", N_("Weighed each time"), Type.FLAG, default=False, frozen=True, group=BASICS,
          hint=N_("Pieces of unequal weight: every receipt and issue says how many and how heavy")),
    IS_ACTIVE,
    days("shelf_life_days", N_("Shelf life")),
    days("min_remaining_days_receipt", N_("Least remaining life at receipt")),
    days("min_remaining_days_dispatch", N_("Least remaining life at dispatch")),
    Field("storage_class", N_("Storage class"), longest=32, group=BASICS,
          hint=N_("Which places may hold it and at which temperatures, such as chilled")),
    Field("inspection_plan", N_("Inspection plan"), Type.CODE, longest=40, group=LIFE),
    amount("minimum", N_("Minimum stock"), "", LIMITS),
    amount("reorder_point", N_("Reorder point"), "", LIMITS),
    amount("maximum", N_("Maximum stock"), "", LIMITS),
    amount("reorder_quantity", N_("Reorder quantity"), "", LIMITS),
    days("lead_time_days", N_("Lead time"), LIMITS),
    Field("hazard_class", N_("Dangerous goods"), Type.CHOICE, choices=HAZARDS, group=SIZE),
    amount("weight", N_("Weight of one"), "kg", SIZE),
    amount("volume", N_("Volume of one"), "m³", SIZE),
    Field("description", N_("Description"), longest=2000, group=BASICS),
    Field("photo", N_("Photo"), Type.FILE, longest=64, group=BASICS),
)  # fmt: skip
LIFE_ORDER = (("min_remaining_days_receipt", "shelf_life_days"), ("min_remaining_days_dispatch", "shelf_life_days"))

TABLE = Table(
    model=Item,
    columns=(
        text("code"), text("name_zh"), text("name_en"), text("spec"), Column("category", path="category__code"),
        text("base_unit"), Column("gtin", read=lambda gtin: gtin or "", keep=lambda gtin: gtin or None),
        text("tracking"), flag("catch_weight"), flag("is_active"), Column("shelf_life_days"),
        Column("min_remaining_days_receipt"), Column("min_remaining_days_dispatch"), text("storage_class"),
        text("inspection_plan"), scaled_amount("minimum"), scaled_amount("reorder_point"), scaled_amount("maximum"),
        scaled_amount("reorder_quantity"), Column("lead_time_days"), text("hazard_class"), scaled_amount("weight"),
        scaled_amount("volume"), text("description"), text("photo"), Column("custom", path="custom"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
)  # fmt: skip


def tidy(values: Values) -> Values:
    """A GTIN in 14 digits, a unit in capitals."""
    told = {_named(name): value for name, value in values.items()}
    for name, spell in (("gtin", gtin_digits), ("base_unit", str.upper)):
        if told.get(name):
            told[name] = spell(str(told[name]))
    return told


def _named(name: str) -> str:
    return CUSTOM + code_key(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else name


def gtin_digits(digits: str) -> str:
    digits = "".join(digits.split())
    return digits.zfill(14) if digits.isascii() and digits.isdigit() and len(digits) >= 8 else digits


def read(rows: Raw) -> list[Standing]:
    """The rows as values, the company's own fields among them."""
    own = {one.name: one for one in custom_fields()}
    return [_with_own(own, standing) for standing in TABLE.read(rows)]


def standing(keys: Collection[str]) -> Mapping[str, Standing]:
    own = {one.name: one for one in custom_fields()}
    return {key: _with_own(own, one) for key, one in TABLE.standing(keys).items()}


def _with_own(own: Mapping[str, Field], one: Standing) -> Standing:
    values = dict(one.values)
    kept: Raw = values.pop("custom")
    values["category"] = values["category"] or ""
    values |= {CUSTOM + key: _read(own.get(CUSTOM + key), kept[key]) for key in kept}
    return Standing(one.id, one.uri, one.version, values)


def _read(field: Field | None, kept: str) -> Value:
    try:
        return read_value(field, kept) if field else kept
    except Refused:  # its choices have become fewer since: shown as it is, and refused when it is given again
        return kept


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = unknown(drafts, "category", ids_of(Category, drafts, "category"), "catalog.category_unknown")
    problems += fixed(drafts, "gtin", "catalog.gtin_fixed")
    for n, draft in new_ones(drafts):
        problems += code_refusals(draft, "gtin", own_item_uri, f"rows[{n}]")
    for n, draft in enumerate(drafts):
        if said(draft, "gtin"):
            problems += refusals(gtin14, said(draft, "gtin"), f"rows[{n}].gtin")
        if said(draft, "base_unit"):
            problems += refusals(unit, said(draft, "base_unit"), f"rows[{n}].base_unit")
    problems += repeated(drafts, "gtin", gtins_held(fresh(drafts, "gtin")), "catalog.gtin_taken")
    problems += ascending(drafts, ("minimum", "reorder_point", "maximum"), "catalog.limits_order")
    for names in LIFE_ORDER:
        problems += ascending(drafts, names, "catalog.life_order", at_low=True)
    problems += file_problems(drafts, "photo")
    problems += _weighed_problems(drafts)
    problems += merged_problems(drafts)
    return problems + _counted_problems(drafts) + _own_problems(drafts)


def tidy_gtin(values: Values) -> Values:
    """A GTIN in 14 digits."""
    return {**values, "gtin": gtin_digits(str(values["gtin"]))} if values.get("gtin") else values


def judge_used(drafts: Sequence[Draft], used: Used, today: date) -> list[Problem]:
    """Goods that events named before their item was catalogued are kept in the unit of their kind: kilograms, pieces.
    With another base unit what was recorded would read otherwise from now on.
    """
    scaled = [(n, draft) for n, draft in new_ones(drafts) if _is_scaled(said(draft, "base_unit"))]
    seen = set(used({uri_of(draft) for _n, draft in scaled})) if scaled else set()
    return [
        Problem("catalog.base_unit_seen", f"rows[{n}].base_unit", {"unit": said(draft, "base_unit")})
        for n, draft in scaled
        if uri_of(draft) in seen
    ]


def _is_scaled(code: str) -> bool:
    """Are amounts in this unit kept in another: grams in kilograms?"""
    return code in UNITS and UNITS[code].factor != 1


def gtins_held(gtins: Collection[str]) -> set[str]:
    """Those that an item or a pack has."""
    found: set[str] = set()
    for part in chunks(gtins):
        found.update(gtin for gtin in Item.objects.filter(gtin__in=part).values_list("gtin", flat=True) if gtin)
        found.update(ItemPack.objects.filter(gtin__in=part).values_list("gtin", flat=True))
    return found


def _counted_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """A base unit that packs and units are counted in stays."""
    moved = {draft.before.id: n for n, draft in enumerate(drafts) if draft.before and draft.changed("base_unit")}
    counted: set[int] = set()
    for part in chunks(moved):
        counted.update(ItemPack.objects.filter(item__in=part).values_list("item_id", flat=True))
        counted.update(ItemUnit.objects.filter(item__in=part).values_list("item_id", flat=True))
    return [Problem("catalog.base_unit_counted", f"rows[{moved[id]}].base_unit") for id in sorted(counted)]


def _weighed_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """What is weighed each time is counted, in lots or not at all, and no factor makes its pieces out of kilograms."""
    found = {n: draft for n, draft in enumerate(drafts) if draft.values.get("catch_weight")}
    massed: set[int] = set()
    for part in chunks([draft.before.id for draft in found.values() if draft.before]):
        rows = ItemUnit.objects.filter(item__in=part).values_list("item_id", "unit")
        massed.update(item for item, code in rows if _is_mass(code))
    problems = []
    for n, draft in found.items():
        if _is_mass(said(draft, "base_unit")) or (draft.before is not None and draft.before.id in massed):
            problems.append(Problem("catalog.catch_weight_mass", f"rows[{n}].catch_weight"))
        if said(draft, "tracking") in ("serial", "lot+serial"):
            problems.append(Problem("catalog.catch_weight_serial", f"rows[{n}].catch_weight"))
    return problems


def _is_mass(code: str) -> bool:
    return code in UNITS and UNITS[code].dimension == "mass"


def _own_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """Fields of their own that the category does not have, lacks, or has with other choices."""
    told = [(n, draft, _own_of(draft)) for n, draft in enumerate(drafts)]
    keys = {code_key(said(draft, "category")) for draft in drafts} - {""}
    rows: dict[str, dict[str, tuple[str, bool, str]]] = {}
    for part in chunks(keys):
        found = CategoryAttribute.objects.filter(category__key__in=part)
        for category, key, kind, needed, choices in found.values_list(
            "category__key", "key", "type", "needed", "choices"
        ):
            rows.setdefault(category, {})[key] = (kind, needed, choices)
    if not rows and not any(own for *_, own in told):
        return []
    problems = []
    for n, draft, own in told:
        has = rows.get(code_key(said(draft, "category")), {})
        problems += _own_problems_of(own, has, said(draft, "category"), f"rows[{n}].{CUSTOM}")
    return problems


def _own_problems_of(
    own: Mapping[str, Value], has: Mapping[str, tuple[str, bool, str]], category: str, at: str
) -> list[Problem]:
    problems = [
        Problem("catalog.attribute_unknown", at + key, {"field": key, "category": category})
        for key in own
        if key not in has
    ]
    for key, (kind, needed, choices) in has.items():
        if needed and key not in own:
            problems.append(Problem("catalog.field_needed", at + key, {"field": key}))
        allowed = choices_of(choices)
        if kind == Type.CHOICE and key in own and own[key] not in allowed:
            params = {"value": str(own[key])[:40], "allowed": ", ".join(allowed)}
            problems.append(Problem("catalog.choice", at + key, params))
    return problems


def _own_of(draft: Draft) -> dict[str, Value]:
    return {
        name.removeprefix(CUSTOM): value
        for name, value in draft.values.items()
        if name.startswith(CUSTOM) and not is_empty(value)
    }


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    categories = ids_of(Category, drafts, "category")

    def also(draft: Draft) -> dict[str, Raw]:
        return {
            "key": code_key(said(draft, "code")),
            "uri": uri_of(draft),
            "category_id": categories.get(code_key(said(draft, "category"))),
            "custom": {key: print_value(value) for key, value in _own_of(draft).items()},
        }

    TABLE.write(drafts, version, also)
    return [uri_of(draft) for draft in drafts]


def uri_of(draft: Draft) -> str:
    """The trade item of its GTIN, else one under the company's origin."""
    return first_uri(draft, "gtin", item_uri, own_item_uri)


ITEMS = Register(
    name="items",
    one=N_("Item"),
    many=N_("Items"),
    fields=FIELDS,
    keys=("code",),
    permission="item.edit",
    standing=standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=read,
    columns={name: path for name, path in TABLE.paths().items() if name != "custom"},
    more=custom_fields,
    tidy=tidy,
    judge_used=judge_used,
)
