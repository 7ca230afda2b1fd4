"""What is to be added to the catalog, and what is wrong with it: values in, problems out, no database.

A list is judged as a whole, beside what there is: every problem carries the row and column
(``items[3].packs[0].gtin``).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypeVar

from suyuan.accounts.rules import is_code
from suyuan.catalog.kinds import PartnerStatus, PlaceKind, Purpose, TemperatureClass, Tracking
from suyuan.catalog.rules import (
    LOT_TOKEN,
    RESERVED_LOGS,
    SSCC_PREFIX,
    code_key,
    contradictions,
    is_gln,
    overlapping,
    template_problems,
)
from suyuan.gs1.application_identifiers import is_value
from suyuan.gs1.identifiers import own_item_uri, own_party_uri
from suyuan.gs1.keys import gtin14
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import UNITS, scaled, unit

T = TypeVar("T")
PARTNER_ROLES = ("supplier", "customer", "carrier", "maker")
LONGEST_PLACE_CODE, LONGEST_CODE = 40, 80
MOST_DAYS = 36_500
MOST_RATIO = 2**53  # what every engine and JSON reader keeps exactly


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWarehouse:
    """A warehouse to be added, which is a place too. `site`: the site's code.

    `lot_token` begins its lot numbers, default its code without hyphens; `sscc_prefix` begins its SSCCs after the
    extension digit, default the GLN without check digit, which has room for 100,000 of them.
    """

    code: str
    name_zh: str = ""
    name_en: str = ""
    gln: str
    site: str
    lot_token: str
    sscc_prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place to be added. `parent`: the code of a place there is or one in the same list; none = the warehouse itself.

    `gln_extension`: 1–20 characters, default the code in its normalised spelling. `x` and `y` in metres.
    """

    code: str
    kind: str = PlaceKind.BIN
    purpose: str = ""
    parent: str = ""
    name_zh: str = ""
    name_en: str = ""
    temperature_class: str = ""
    gln_extension: str = ""
    x: float | None = None
    y: float | None = None

    @property
    def key(self) -> str:
        return code_key(self.code)

    @property
    def extension(self) -> str:
        return self.gln_extension or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPack:
    """A pack level: one of it holds numerator / denominator base units."""

    gtin: str
    numerator: int
    denominator: int = 1
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A further unit: one of it is numerator / denominator base units."""

    unit: str
    numerator: int
    denominator: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item to be added. `gtin`: 8–14 digits, of the base unit. `minimum` and `maximum` in base units."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    spec: str = ""
    category: str = ""
    base_unit: str
    gtin: str = ""
    tracking: str = Tracking.LOT
    catch_weight: bool = False
    shelf_life_days: int | None = None
    min_remaining_days_receipt: int | None = None
    min_remaining_days_dispatch: int | None = None
    storage_class: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    packs: Sequence[NewPack] = ()
    units: Sequence[NewUnit] = ()

    @property
    def key(self) -> str:
        return code_key(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPartner:
    """A partner to be added.

    `roles` of ``supplier``, ``customer``, ``carrier``, ``maker``. No persons in address, contact.
    """

    code: str
    name_zh: str = ""
    name_en: str = ""
    gln: str = ""
    roles: Collection[str]
    address: str = ""
    contact: str = ""
    status: str = PartnerStatus.APPROVED

    @property
    def key(self) -> str:
        return code_key(self.code)


# Shared by all of them


def code_problems(code: str, longest: int, at: str) -> list[Problem]:
    """What is wrong with a code as text."""
    if not code_key(code):
        return [Problem("catalog.code_missing", f"{at}.code")]
    # A URI carries the code, so what is invisible in it would make two things out of one.
    if not code.strip().isprintable() or max(len(code_key(code)), len(code)) > longest:
        return [Problem("catalog.code_bad", f"{at}.code", {"code": code, "longest": str(longest)})]
    return []


def choice_problems(value: str, allowed: Iterable[str], field: str, *, empty: bool = False) -> list[Problem]:
    """Is `value` one of a closed list?"""
    known = [str(one) for one in allowed]
    if value in known or (empty and not value):
        return []
    return [Problem("catalog.choice", field, {"value": value, "allowed": ", ".join(known)})]


def repeated(values: Sequence[tuple[str, str]], taken: Collection[str], field: str, code: str) -> list[Problem]:
    """A problem for each value that is taken or stands there twice.

    `values`: (the value as it is compared, the row's code as written); `field` with ``{n}`` for the row.
    """
    count = Counter(value for value, _ in values if value)
    return [
        Problem(code, field.format(n=n), {"code": written, "value": value})
        for n, (value, written) in enumerate(values)
        if value and (value in taken or count[value] > 1)
    ]


def ratio_problems(numerator: int, denominator: int, field: str) -> list[Problem]:
    """Are both whole numbers above 0 that a column can hold?"""
    if 0 < numerator < MOST_RATIO and 0 < denominator < MOST_RATIO:
        return []
    return [Problem("catalog.ratio", field, {"ratio": f"{numerator}/{denominator}"})]


def refusals(read: Callable[[T], object], value: T, field: str) -> list[Problem]:
    """The problems `read` has with `value`, placed at `field`."""
    try:
        read(value)
    except Refused as refused:
        return [Problem(problem.code, field, problem.params) for problem in refused.problems]
    return []


# Warehouses and places


@dataclass(frozen=True, slots=True)
class KnownWarehouses:
    """What new warehouses are compared with."""

    codes: Collection[str]
    glns: Collection[str]
    sites: Collection[str]
    lot_tokens: Collection[str]
    sscc_prefixes: Collection[str]


def warehouse_problems(new: NewWarehouse, known: KnownWarehouses) -> list[Problem]:
    """What is wrong with a new warehouse; its GLN is neither another's nor a partner's."""
    problems = []
    if not is_code(new.code) or new.code in RESERVED_LOGS:
        problems.append(Problem("catalog.warehouse_code_bad", "code", {"code": new.code}))
    elif new.code in known.codes:
        problems.append(Problem("catalog.warehouse_code_taken", "code", {"code": new.code}))
    if not is_gln(new.gln):
        problems.append(Problem("catalog.gln_bad", "gln", {"gln": new.gln}))
    elif new.gln in known.glns:
        problems.append(Problem("catalog.gln_taken", "gln", {"value": new.gln}))
    if new.site not in known.sites:
        problems.append(Problem("catalog.site_unknown", "site", {"site": new.site}))
    if not LOT_TOKEN.fullmatch(new.lot_token):
        problems.append(Problem("catalog.lot_token_bad", "lot_token", {"token": new.lot_token}))
    elif other := overlapping(new.lot_token, known.lot_tokens):
        problems.append(Problem("catalog.lot_token_overlaps", "lot_token", {"token": new.lot_token, "other": other}))
    # A prefix that was derived from a bad GLN needs no sentence of its own.
    if not SSCC_PREFIX.fullmatch(new.sscc_prefix):
        if new.sscc_prefix != new.gln[:12]:
            problems.append(Problem("catalog.sscc_prefix_bad", "sscc_prefix", {"prefix": new.sscc_prefix}))
    elif other := overlapping(new.sscc_prefix, known.sscc_prefixes):
        params = {"prefix": new.sscc_prefix, "other": other}
        problems.append(Problem("catalog.sscc_prefix_overlaps", "sscc_prefix", params))
    return problems


def place_problems(places: Sequence[NewPlace], keys: Collection[str], extensions: Collection[str]) -> list[Problem]:
    """What is wrong with new places; `keys` and `extensions`: the codes and GLN extensions their warehouse has."""
    parents = {new.key: code_key(new.parent) for new in places if new.key}
    known = {"", *keys, *parents}
    problems = [p for n, new in enumerate(places) for p in _place_problems(new, known, parents, f"places[{n}]")]
    problems += repeated([(new.key, new.code) for new in places], keys, "places[{n}].code", "catalog.code_taken")
    values = [(new.extension, new.code) for new in places]
    return problems + repeated(values, extensions, "places[{n}].gln_extension", "catalog.extension_taken")


def _place_problems(new: NewPlace, known: Collection[str], parents: Mapping[str, str], at: str) -> list[Problem]:
    problems = code_problems(new.code, LONGEST_PLACE_CODE, at)
    problems += choice_problems(new.kind, PlaceKind, f"{at}.kind")
    problems += choice_problems(new.purpose, Purpose, f"{at}.purpose", empty=True)
    problems += choice_problems(new.temperature_class, TemperatureClass, f"{at}.temperature_class", empty=True)
    # Extension 0 stands for the place without extension, which is the warehouse itself (TDS 6.3.3).
    if new.extension and (new.extension == "0" or not is_value("254", new.extension)):
        problems.append(Problem("catalog.extension_bad", f"{at}.gln_extension", {"extension": new.extension}))
    if code_key(new.parent) not in known:
        problems.append(Problem("catalog.parent_unknown", f"{at}.parent", {"parent": new.parent}))
    if new.key and is_inside_itself(new.key, parents):
        problems.append(Problem("catalog.place_inside_itself", f"{at}.parent", {"code": new.code}))
    return problems


def is_inside_itself(key: str, parents: Mapping[str, str]) -> bool:
    """Does the way up from `key` come back to it? `parents`: key → parent's key, of the new places."""
    seen: set[str] = set()
    at = parents[key]
    while at in parents and at not in seen:
        if at == key:
            return True
        seen.add(at)
        at = parents[at]
    return False


# Items


def category_problems(code: str, lot_template: str, keys: Collection[str]) -> list[Problem]:
    """What is wrong with a new category; `keys`: the codes there are."""
    problems = code_problems(code, LONGEST_PLACE_CODE, "category")
    problems += repeated([(code_key(code), code)], keys, "category.code", "catalog.code_taken")
    return problems + template_problems(lot_template)


def gtins_of(items: Iterable[NewItem]) -> list[str]:
    """All GTINs of items and packs in 14 digits, right or wrong."""
    return [gtin.strip().zfill(14) for new in items for gtin in _gtins(new)]


def _gtins(new: NewItem) -> list[str]:
    return [gtin for gtin in (new.gtin, *(pack.gtin for pack in new.packs)) if gtin]


def item_problems(
    items: Sequence[NewItem], *, categories: Collection[str], keys: Collection[str], gtins: Collection[str], origin: str
) -> list[Problem]:
    """What is wrong with new items; `categories`, `keys`, `gtins` (14 digits, packs' too): what there is."""
    problems = [p for n, new in enumerate(items) for p in _item_problems(new, categories, origin, f"items[{n}]")]
    problems += repeated([(new.key, new.code) for new in items], keys, "items[{n}].code", "catalog.code_taken")
    # A pack and an item must not share a GTIN either: a scan has one meaning.
    count = Counter(gtins_of(items))
    return problems + [
        Problem("catalog.gtin_taken", f"items[{n}].gtin", {"gtin": gtin})
        for n, new in enumerate(items)
        for gtin in gtins_of([new])
        if count[gtin] > 1 or gtin in gtins
    ]


def _item_problems(new: NewItem, categories: Collection[str], origin: str, at: str) -> list[Problem]:
    problems = code_problems(new.code, LONGEST_CODE, at)
    if new.gtin:
        problems += refusals(gtin14, new.gtin, f"{at}.gtin")
    elif not problems:
        problems += refusals(partial(own_item_uri, origin), new.key, f"{at}.code")
    if new.category and code_key(new.category) not in categories:
        problems.append(Problem("catalog.category_unknown", f"{at}.category", {"category": new.category}))
    problems += choice_problems(new.tracking, Tracking, f"{at}.tracking")
    problems += refusals(unit, new.base_unit, f"{at}.base_unit")
    for n, pack in enumerate(new.packs):
        problems += refusals(gtin14, pack.gtin, f"{at}.packs[{n}].gtin")
        problems += ratio_problems(pack.numerator, pack.denominator, f"{at}.packs[{n}]")
    return problems + _unit_problems(new, at) + _limit_problems(new, at)


def _unit_problems(new: NewItem, at: str) -> list[Problem]:
    problems = []
    count = Counter(other.unit for other in new.units)
    for n, other in enumerate(new.units):
        field = f"{at}.units[{n}]"
        problems += refusals(unit, other.unit, f"{field}.unit")
        problems += ratio_problems(other.numerator, other.denominator, field)
        if other.unit == new.base_unit or count[other.unit] > 1:
            problems.append(Problem("catalog.unit_twice", f"{field}.unit", {"unit": other.unit}))
    if problems or new.base_unit not in UNITS:
        return problems
    ratios = {other.unit: (other.numerator, other.denominator) for other in new.units}
    for n, other in enumerate(new.units):
        if against := contradictions(other.unit, new.base_unit, ratios):
            params = {"unit": other.unit, "other": against, "base": new.base_unit}
            problems.append(Problem("catalog.unit_contradicts", f"{at}.units[{n}].numerator", params))
    return problems


def _limit_problems(new: NewItem, at: str) -> list[Problem]:
    days = {
        "shelf_life_days": new.shelf_life_days,
        "min_remaining_days_receipt": new.min_remaining_days_receipt,
        "min_remaining_days_dispatch": new.min_remaining_days_dispatch,
    }
    problems = [
        Problem("catalog.days", f"{at}.{name}", {"days": str(value)})
        for name, value in days.items()
        if value is not None and not 0 <= value <= MOST_DAYS
    ]
    for name, amount in (("minimum", new.minimum), ("maximum", new.maximum)):
        if amount is not None:
            problems += refusals(scaled, amount, f"{at}.{name}")
    return problems


# Partners


def partner_problems(
    partners: Sequence[NewPartner], *, keys: Collection[str], glns: Collection[str], origin: str
) -> list[Problem]:
    """What is wrong with new partners; `keys` and `glns`: what there is, the warehouses' GLNs too."""
    problems = [p for n, new in enumerate(partners) for p in _partner_problems(new, origin, f"partners[{n}]")]
    problems += repeated([(new.key, new.code) for new in partners], keys, "partners[{n}].code", "catalog.code_taken")
    values = [(new.gln, new.code) for new in partners]
    return problems + repeated(values, glns, "partners[{n}].gln", "catalog.gln_taken")


def _partner_problems(new: NewPartner, origin: str, at: str) -> list[Problem]:
    problems = code_problems(new.code, LONGEST_CODE, at)
    if new.gln and not is_gln(new.gln):
        problems.append(Problem("catalog.gln_bad", f"{at}.gln", {"gln": new.gln}))
    elif not new.gln and not problems:
        problems += refusals(partial(own_party_uri, origin), new.key, f"{at}.code")
    problems += choice_problems(new.status, PartnerStatus, f"{at}.status")
    return problems + [p for role in new.roles for p in choice_problems(role, PARTNER_ROLES, f"{at}.roles")]
