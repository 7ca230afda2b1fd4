"""The ways names come into the catalog. Each refuses with all problems at once, does everything or nothing, in a fixed number
of statements however many rows, and moves the catalog's version on.

Each takes the version first: its row lock makes writes to the catalog one after the other, so what a check has seen stays true.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from suyuan.accounts.models import Site
from suyuan.accounts.rules import is_code
from suyuan.catalog.models import (
    Category,
    Item,
    ItemPack,
    ItemUnit,
    Partner,
    PartnerStatus,
    Place,
    PlaceKind,
    Purpose,
    TemperatureClass,
    Tracking,
    Warehouse,
)
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import (
    DEFAULT_LOT_TEMPLATE,
    LOT_TOKEN,
    RESERVED_LOGS,
    SSCC_PREFIX,
    code_key,
    is_gln,
    overlapping,
    template_problems,
)
from suyuan.gs1.application_identifiers import is_value
from suyuan.gs1.identifiers import gln_uri, item_uri, own_item_uri, own_party_uri, party_uri
from suyuan.gs1.keys import gtin14
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import scaled, unit

T = TypeVar("T")
BATCH = 500
_LOCK = "UPDATE catalog_catalogversion SET token = token WHERE version = 0"
_BUMP = (
    "INSERT INTO catalog_catalogversion (version, token) "
    "SELECT MAX(version) + 1, %s FROM catalog_catalogversion RETURNING version"
)
_COUNT = (
    "INSERT INTO catalog_lotcounter (log, prefix, next_number) VALUES (%s, %s, %s) ON CONFLICT (log, prefix) "
    "DO UPDATE SET next_number = catalog_lotcounter.next_number + %s RETURNING next_number"
)


def bump() -> int:
    """The catalog's next version, which rows written in this transaction are stamped with; other writers wait until it ends."""
    with connection.cursor() as cursor:
        # Two statements: the second must see what a writer committed for whom the first waited.
        cursor.execute(_LOCK)
        cursor.execute(_BUMP, [uuid4().hex])
        return int(cursor.fetchone()[0])


def next_numbers(*, log: str, prefix: str, count: int = 1) -> int:
    """Take `count` numbers after `prefix`; the first of them, from 1. One statement; numbers of a failed transaction come again."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [log, prefix, count + 1, count])
        return int(cursor.fetchone()[0]) - count


def refuse(problems: Iterable[Problem]) -> None:
    """Raise with the problems there are, if any."""
    if found := list(problems):
        raise Refused(found)


def held(model: type[Model], column: str, values: Iterable[str]) -> set[str]:
    """Those of `values` that some row has in `column`."""
    rows = (
        model._default_manager.filter(**{f"{column}__in": part}).values_list(column, flat=True)
        for part in chunks(set(values))
    )
    return {value for part in rows for value in part}


# Warehouses and places


@transaction.atomic
def do_add_warehouse(
    *,
    code: str,
    name_zh: str = "",
    name_en: str = "",
    gln: str,
    site: str,
    lot_token: str = "",
    sscc_prefix: str = "",
) -> Warehouse:
    """A new warehouse and the place it is.

    `lot_token` begins its lot numbers, default its code without hyphens; `sscc_prefix` begins its SSCCs after the extension
    digit, default the GLN without check digit, which has room for 100,000 of them.
    """
    token = lot_token or code.replace("-", "").upper()[:6]
    prefix = sscc_prefix or gln[:12]
    version = bump()
    refuse(warehouse_problems(code=code, gln=gln, site=site, lot_token=token, sscc_prefix=prefix))
    warehouse = Warehouse.objects.create(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        gln=gln,
        site_id=site,
        lot_token=token,
        sscc_prefix=prefix,
        version=version,
    )
    Place.objects.create(
        uri=gln_uri(gln),
        warehouse=warehouse,
        code=code,
        key=code_key(code),
        kind=PlaceKind.WAREHOUSE,
        name_zh=name_zh,
        name_en=name_en,
    )
    return warehouse


def warehouse_problems(*, code: str, gln: str, site: str, lot_token: str, sscc_prefix: str) -> list[Problem]:
    """What is wrong with a new warehouse, beside those there are."""
    problems = []
    known = list(Warehouse.objects.values_list("code", "gln", "lot_token", "sscc_prefix"))
    if not is_code(code) or code in RESERVED_LOGS:
        problems.append(Problem("catalog.warehouse_code_bad", "code", {"code": code}))
    if code in {row[0] for row in known}:
        problems.append(Problem("catalog.warehouse_code_taken", "code", {"code": code}))
    problems += gln_problems(gln, "gln")
    if not Site.objects.filter(code=site).exists():
        problems.append(Problem("catalog.site_unknown", "site", {"site": site}))
    if not LOT_TOKEN.fullmatch(lot_token):
        problems.append(Problem("catalog.lot_token_bad", "lot_token", {"token": lot_token}))
    elif other := overlapping(lot_token, (row[2] for row in known)):
        problems.append(Problem("catalog.lot_token_overlaps", "lot_token", {"token": lot_token, "other": other}))
    if not SSCC_PREFIX.fullmatch(sscc_prefix):
        problems.append(Problem("catalog.sscc_prefix_bad", "sscc_prefix", {"prefix": sscc_prefix}))
    elif other := overlapping(sscc_prefix, (row[3] for row in known)):
        problems.append(Problem("catalog.sscc_prefix_overlaps", "sscc_prefix", {"prefix": sscc_prefix, "other": other}))
    return problems


def gln_problems(gln: str, field: str) -> list[Problem]:
    """What is wrong with a GLN that is to become ours or a partner's: one GLN is one of them."""
    if not is_gln(gln):
        return [Problem("catalog.gln_bad", field, {"gln": gln})]
    if Warehouse.objects.filter(gln=gln).exists() or Partner.objects.filter(gln=gln).exists():
        return [Problem("catalog.gln_taken", field, {"gln": gln})]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place to be added. `parent`: its code, of a place there is or one in the same call; none = the warehouse itself.

    `gln_extension`: 1–20 characters, default the code in its normalised spelling.
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


@transaction.atomic
def do_add_places(*, warehouse: str, places: Sequence[NewPlace]) -> list[str]:
    """New places of one warehouse; their URIs, in the same order. A statement per level of depth (and per 500 rows)."""
    bump()
    owner = Warehouse.objects.filter(code=warehouse).first()
    if owner is None:
        raise Refused([Problem("catalog.warehouse_unknown", "warehouse", {"warehouse": warehouse})])
    ids = dict(Place.objects.filter(warehouse=owner).values_list("key", "id"))
    extensions = set(Place.objects.filter(warehouse=owner).values_list("gln_extension", flat=True))
    refuse(place_problems(places, set(ids), extensions))
    root = code_key(warehouse)
    rows = {code_key(new.code): _place(owner, new) for new in places}
    parents = {code_key(new.code): code_key(new.parent) or root for new in places}
    waiting = dict(rows)
    while waiting:
        ready = [key for key in waiting if parents[key] in ids]
        for key in ready:
            waiting[key].parent_id = ids[parents[key]]
        for row in Place.objects.bulk_create([waiting.pop(key) for key in ready], batch_size=BATCH):
            ids[row.key] = row.id
    return [row.uri for row in rows.values()]


def _place(warehouse: Warehouse, new: NewPlace) -> Place:
    extension = new.gln_extension or code_key(new.code)
    return Place(
        uri=gln_uri(warehouse.gln, extension),
        warehouse=warehouse,
        code=new.code.strip(),
        key=code_key(new.code),
        gln_extension=extension,
        kind=new.kind,
        purpose=new.purpose,
        name_zh=new.name_zh,
        name_en=new.name_en,
        temperature_class=new.temperature_class,
        x=new.x,
        y=new.y,
    )


def place_problems(places: Sequence[NewPlace], keys: set[str], extensions: set[str]) -> list[Problem]:
    """What is wrong with new places, beside the codes (normalised) and extensions their warehouse has."""
    problems = []
    parents = {code_key(new.code): code_key(new.parent) for new in places}
    for n, new in enumerate(places):
        at, extension = f"places[{n}]", new.gln_extension or code_key(new.code)
        problems += code_problems(new.code, 40, at)
        problems += choice_problems(new.kind, PlaceKind.values, f"{at}.kind")
        problems += choice_problems(new.purpose, ["", *Purpose.values], f"{at}.purpose")
        problems += choice_problems(new.temperature_class, ["", *TemperatureClass.values], f"{at}.temperature_class")
        # CBV and TDS take extension 0 for the place without extension, which is the warehouse itself.
        if extension == "0" or not is_value("254", extension):
            problems.append(Problem("catalog.extension_bad", f"{at}.gln_extension", {"extension": extension}))
        if code_key(new.parent) and code_key(new.parent) not in keys | parents.keys():
            problems.append(Problem("catalog.parent_unknown", f"{at}.parent", {"parent": new.parent}))
        if is_inside_itself(code_key(new.code), parents):
            problems.append(Problem("catalog.place_inside_itself", f"{at}.parent", {"code": new.code}))
    codes = [(code_key(new.code), new.code) for new in places]
    glns = [(new.gln_extension or code_key(new.code), new.code) for new in places]
    problems += repeated(codes, keys, "places", "code", "catalog.code_taken")
    return problems + repeated(glns, extensions, "places", "gln_extension", "catalog.extension_taken")


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


def code_problems(code: str, longest: int, at: str) -> list[Problem]:
    """What is wrong with a code as text."""
    if not code_key(code):
        return [Problem("catalog.code_missing", f"{at}.code")]
    # A URI carries the code, so what is invisible in it would make two things out of one.
    if not code.strip().isprintable() or len(code_key(code)) > longest or len(code) > longest:
        return [Problem("catalog.code_bad", f"{at}.code", {"code": code, "longest": str(longest)})]
    return []


def choice_problems(value: str, allowed: Sequence[str], field: str) -> list[Problem]:
    """Is `value` one of a closed list?"""
    if value in allowed:
        return []
    return [Problem("catalog.choice", field, {"value": value, "allowed": ", ".join(v for v in allowed if v)})]


def repeated(
    values: Sequence[tuple[str, str]], taken: Collection[str], rows: str, field: str, code: str
) -> list[Problem]:
    """A problem for each value that stands in `taken` or more than once; `values`: (normalised, as written), a row each."""
    count = Counter(value for value, _ in values if value)
    return [
        Problem(code, f"{rows}[{n}].{field}", {"code": written, field: value})
        for n, (value, written) in enumerate(values)
        if value and (value in taken or count[value] > 1)
    ]


# Items


@transaction.atomic
def do_add_category(
    *, code: str, name_zh: str = "", name_en: str = "", lot_template: str = DEFAULT_LOT_TEMPLATE
) -> Category:
    """A new category of items."""
    bump()
    key = code_key(code)
    refuse(
        [
            *code_problems(code, 40, "category"),
            *repeated([(key, code)], held(Category, "key", [key]), "category", "code", "catalog.code_taken"),
            *template_problems(lot_template),
        ]
    )
    return Category.objects.create(
        code=code.strip(), key=key, name_zh=name_zh, name_en=name_en, lot_template=lot_template
    )


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
    shelf_life_days: int | None = None
    min_remaining_days_receipt: int | None = None
    min_remaining_days_dispatch: int | None = None
    storage_class: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    packs: Sequence[NewPack] = ()
    units: Sequence[NewUnit] = ()


@transaction.atomic
def do_add_items(*, items: Sequence[NewItem]) -> list[str]:
    """New items with their packs and units; their URIs, in the same order: the GTIN's, else one under the company's origin."""
    version = bump()
    categories = dict(Category.objects.values_list("key", "id"))
    refuse(item_problems(items, categories))
    rows = Item.objects.bulk_create(
        [_item(new, categories.get(code_key(new.category)), version) for new in items], batch_size=BATCH
    )
    pairs = list(zip(rows, items, strict=True))
    ItemPack.objects.bulk_create(
        [_pack(row, new, version) for row, item in pairs for new in item.packs], batch_size=BATCH
    )
    ItemUnit.objects.bulk_create([_unit(row, new) for row, item in pairs for new in item.units], batch_size=BATCH)
    return [row.uri for row in rows]


def _item(new: NewItem, category: int | None, version: int) -> Item:
    gtin = gtin14(new.gtin) if new.gtin else None
    key = code_key(new.code)
    return Item(
        uri=item_uri(gtin) if gtin else own_item_uri(settings.SUYUAN.origin, key),
        code=new.code.strip(),
        key=key,
        gtin=gtin,
        name_zh=new.name_zh,
        name_en=new.name_en,
        spec=new.spec,
        category_id=category,
        base_unit=new.base_unit,
        tracking=new.tracking,
        shelf_life_days=new.shelf_life_days,
        min_remaining_days_receipt=new.min_remaining_days_receipt,
        min_remaining_days_dispatch=new.min_remaining_days_dispatch,
        storage_class=new.storage_class,
        minimum=None if new.minimum is None else scaled(new.minimum),
        maximum=None if new.maximum is None else scaled(new.maximum),
        version=version,
    )


def _pack(item: Item, new: NewPack, version: int) -> ItemPack:
    return ItemPack(
        item=item,
        gtin=gtin14(new.gtin),
        numerator=new.numerator,
        denominator=new.denominator,
        level=new.level,
        version=version,
    )


def _unit(item: Item, new: NewUnit) -> ItemUnit:
    return ItemUnit(item=item, unit=new.unit, numerator=new.numerator, denominator=new.denominator)


def item_problems(items: Sequence[NewItem], categories: Collection[str]) -> list[Problem]:
    """What is wrong with new items, beside those there are; `categories`: their normalised codes."""
    problems = [problem for n, new in enumerate(items) for problem in one_item_problems(new, categories, f"items[{n}]")]
    codes = [(code_key(new.code), new.code) for new in items]
    problems += repeated(codes, held(Item, "key", (key for key, _ in codes)), "items", "code", "catalog.code_taken")
    # A pack and an item must not share a GTIN either: a scan has one meaning.
    gtins = [[new.gtin, *(pack.gtin for pack in new.packs)] for new in items]
    count = Counter(gtin.strip().zfill(14) for own in gtins for gtin in own if gtin)
    taken = held(Item, "gtin", count) | held(ItemPack, "gtin", count)
    problems += [
        Problem("catalog.gtin_taken", f"items[{n}].gtin", {"gtin": gtin})
        for n, own in enumerate(gtins)
        for gtin in own
        if gtin and (count[gtin.strip().zfill(14)] > 1 or gtin.strip().zfill(14) in taken)
    ]
    return problems


def one_item_problems(new: NewItem, categories: Collection[str], at: str) -> list[Problem]:
    """What is wrong with one new item by itself."""
    problems = code_problems(new.code, 80, at)
    if new.category and code_key(new.category) not in categories:
        problems.append(Problem("catalog.category_unknown", f"{at}.category", {"category": new.category}))
    problems += choice_problems(new.tracking, Tracking.values, f"{at}.tracking")
    problems += refusals(unit, new.base_unit, f"{at}.base_unit")
    if new.gtin:
        problems += refusals(gtin14, new.gtin, f"{at}.gtin")
    elif not problems:
        problems += refusals(partial(own_item_uri, settings.SUYUAN.origin), code_key(new.code), f"{at}.code")
    for name in ("shelf_life_days", "min_remaining_days_receipt", "min_remaining_days_dispatch"):
        days = getattr(new, name)
        if days is not None and not 0 <= days <= 36_500:
            problems.append(Problem("catalog.days", f"{at}.{name}", {"days": str(days)}))
    for name in ("minimum", "maximum"):
        if (amount := getattr(new, name)) is not None:
            problems += refusals(scaled, amount, f"{at}.{name}")
    for n, pack in enumerate(new.packs):
        problems += refusals(gtin14, pack.gtin, f"{at}.packs[{n}].gtin")
        problems += ratio_problems(pack.numerator, pack.denominator, f"{at}.packs[{n}]")
    return problems + unit_problems(new, at)


def unit_problems(new: NewItem, at: str) -> list[Problem]:
    """What is wrong with the further units of an item."""
    problems = []
    count = Counter(other.unit for other in new.units)
    for n, other in enumerate(new.units):
        field = f"{at}.units[{n}]"
        problems += refusals(unit, other.unit, f"{field}.unit")
        problems += ratio_problems(other.numerator, other.denominator, field)
        if other.unit == new.base_unit or count[other.unit] > 1:
            problems.append(Problem("catalog.unit_twice", f"{field}.unit", {"unit": other.unit}))
    return problems


def ratio_problems(numerator: int, denominator: int, field: str) -> list[Problem]:
    """Both whole numbers above 0 that a column can hold?"""
    if 0 < numerator < 2**53 and 0 < denominator < 2**53:
        return []
    return [Problem("catalog.ratio", field, {"ratio": f"{numerator}/{denominator}"})]


def refusals(read: Callable[[T], object], value: T, field: str) -> list[Problem]:
    """The problems `read` has with `value`, placed at `field`."""
    try:
        read(value)
    except Refused as refused:
        return [Problem(problem.code, field, problem.params) for problem in refused.problems]
    return []


# Partners


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPartner:
    """A partner to be added; `roles` of ``supplier``, ``customer``, ``carrier``, ``maker``. No persons in address and contact."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    gln: str = ""
    roles: Collection[str]
    address: str = ""
    contact: str = ""
    status: str = PartnerStatus.APPROVED


ROLES = ("supplier", "customer", "carrier", "maker")


@transaction.atomic
def do_add_partners(*, partners: Sequence[NewPartner]) -> list[str]:
    """New partners; their URIs, in the same order: the party of their GLN, else one under the company's origin."""
    version = bump()
    refuse(partner_problems(partners))
    rows = Partner.objects.bulk_create([_partner(new, version) for new in partners], batch_size=BATCH)
    return [row.uri for row in rows]


def _partner(new: NewPartner, version: int) -> Partner:
    key = code_key(new.code)
    return Partner(
        uri=party_uri(new.gln) if new.gln else own_party_uri(settings.SUYUAN.origin, key),
        code=new.code.strip(),
        key=key,
        gln=new.gln or None,
        name_zh=new.name_zh,
        name_en=new.name_en,
        address=new.address,
        contact=new.contact,
        status=new.status,
        version=version,
        is_supplier="supplier" in new.roles,
        is_customer="customer" in new.roles,
        is_carrier="carrier" in new.roles,
        is_maker="maker" in new.roles,
    )


def partner_problems(partners: Sequence[NewPartner]) -> list[Problem]:
    """What is wrong with new partners, beside those there are."""
    problems = []
    for n, new in enumerate(partners):
        at = f"partners[{n}]"
        problems += code_problems(new.code, 80, at)
        problems += choice_problems(new.status, PartnerStatus.values, f"{at}.status")
        problems += [p for role in new.roles for p in choice_problems(role, ROLES, f"{at}.roles")]
        if new.gln and not is_gln(new.gln):
            problems.append(Problem("catalog.gln_bad", f"{at}.gln", {"gln": new.gln}))
        elif not new.gln and code_key(new.code):
            problems += refusals(partial(own_party_uri, settings.SUYUAN.origin), code_key(new.code), f"{at}.code")
    codes = [(code_key(new.code), new.code) for new in partners]
    glns = [(new.gln, new.code) for new in partners]
    taken = held(Partner, "gln", (gln for gln, _ in glns)) | held(Warehouse, "gln", (gln for gln, _ in glns))
    problems += repeated(
        codes, held(Partner, "key", (key for key, _ in codes)), "partners", "code", "catalog.code_taken"
    )
    return problems + repeated(glns, taken, "partners", "gln", "catalog.gln_taken")
