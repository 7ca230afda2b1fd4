"""The ways names come into the catalog.

Each refuses with all problems at once, does everything or nothing, in a number of statements that grows with the
chunks only, and moves the catalog's version on. Each takes the version first: its row lock makes writes to the
catalog one after the other, so what a check has seen stays true.
"""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from suyuan.accounts.models import Site
from suyuan.catalog.drafts import (
    KnownWarehouses,
    NewItem,
    NewPack,
    NewPartner,
    NewPlace,
    NewUnit,
    NewWarehouse,
    category_problems,
    gtins_of,
    item_problems,
    partner_problems,
    place_problems,
    warehouse_problems,
)
from suyuan.catalog.kinds import PlaceKind
from suyuan.catalog.models import Category, Item, ItemPack, ItemUnit, Partner, Place, Warehouse
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE, code_key
from suyuan.gs1.identifiers import gln_uri, item_uri, own_item_uri, own_party_uri, party_uri
from suyuan.gs1.keys import gtin14
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import scaled

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
    """The catalog's next version, to stamp rows with; other writers wait until this transaction ends.

    Nobody may ask for the snapshot (`directory.directory`) before those rows are written: it would take itself
    for up to date.
    """
    with connection.cursor() as cursor:
        # Two statements: the second must see what a writer committed for whom the first waited.
        cursor.execute(_LOCK)
        cursor.execute(_BUMP, [uuid4().hex])
        return int(cursor.fetchone()[0])


def next_numbers(*, log: str, prefix: str, count: int = 1) -> int:
    """Take `count` numbers after `prefix` and return the first, from 1.

    One statement; a rolled-back taking is taken again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [log, prefix, count + 1, count])
        return int(cursor.fetchone()[0]) - count


def refuse(problems: Iterable[Problem]) -> None:
    """Raise with the problems there are, if any."""
    if found := list(problems):
        raise Refused(found)


def held(model: type[Model], column: str, values: Iterable[str]) -> set[str]:
    """Those of `values` that some row has in `column`."""
    found: set[str] = set()
    for part in chunks({value for value in values if value}):
        found.update(model._default_manager.filter(**{f"{column}__in": part}).values_list(column, flat=True))
    return found


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
    """A new warehouse and the place it is; defaults as `NewWarehouse` says."""
    new = NewWarehouse(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        gln=gln,
        site=site,
        lot_token=lot_token or code.replace("-", "").upper()[:6],
        sscc_prefix=sscc_prefix or gln[:12],
    )
    version = bump()
    refuse(warehouse_problems(new, _known_warehouses(new)))
    warehouse = Warehouse.objects.create(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        gln=gln,
        site_id=site,
        lot_token=new.lot_token,
        sscc_prefix=new.sscc_prefix,
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
        version=version,
    )
    return warehouse


def _known_warehouses(new: NewWarehouse) -> KnownWarehouses:
    rows = list(Warehouse.objects.values_list("code", "gln", "lot_token", "sscc_prefix"))
    return KnownWarehouses(
        codes={row[0] for row in rows},
        glns={row[1] for row in rows} | held(Partner, "gln", [new.gln]),
        sites=set(Site.objects.values_list("code", flat=True)),
        lot_tokens=[row[2] for row in rows],
        sscc_prefixes=[row[3] for row in rows],
    )


@transaction.atomic
def do_add_places(*, warehouse: str, places: Sequence[NewPlace]) -> list[str]:
    """New places of one warehouse; their URIs, in the same order. A statement per level of depth, and per 500 rows."""
    version = bump()
    owner = Warehouse.objects.filter(code=warehouse).first()
    if owner is None:
        raise Refused([Problem("catalog.warehouse_unknown", "warehouse", {"warehouse": warehouse})])
    there = list(Place.objects.filter(warehouse=owner).values_list("key", "id", "gln_extension"))
    ids = {key: id for key, id, _ in there}
    refuse(place_problems(places, ids, {extension for *_, extension in there}))
    rows = [_place(owner, new, version) for new in places]
    _insert_from_the_top(rows, {new.key: code_key(new.parent) or code_key(warehouse) for new in places}, ids)
    return [row.uri for row in rows]


def _insert_from_the_top(rows: Sequence[Place], parents: dict[str, str], ids: dict[str, int]) -> None:
    """Parents before children, so that a child can name its parent's id; `ids` of the places there are, by key."""
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if parents[row.key] in ids]
        waiting = [row for row in waiting if parents[row.key] not in ids]
        for row in ready:
            row.parent_id = ids[parents[row.key]]
        ids.update((row.key, row.pk) for row in Place.objects.bulk_create(ready, batch_size=BATCH))


def _place(warehouse: Warehouse, new: NewPlace, version: int) -> Place:
    return Place(
        uri=gln_uri(warehouse.gln, new.extension),
        warehouse=warehouse,
        code=new.code.strip(),
        key=new.key,
        gln_extension=new.extension,
        kind=new.kind,
        purpose=new.purpose,
        name_zh=new.name_zh,
        name_en=new.name_en,
        temperature_class=new.temperature_class,
        x=new.x,
        y=new.y,
        version=version,
    )


@transaction.atomic
def do_add_category(
    *, code: str, name_zh: str = "", name_en: str = "", lot_template: str = DEFAULT_LOT_TEMPLATE
) -> Category:
    """A new category of items, with the template of their lot numbers."""
    version = bump()
    key = code_key(code)
    refuse(category_problems(code, lot_template, held(Category, "key", [key])))
    return Category.objects.create(
        code=code.strip(), key=key, name_zh=name_zh, name_en=name_en, lot_template=lot_template, version=version
    )


@transaction.atomic
def do_add_items(*, items: Sequence[NewItem]) -> list[str]:
    """New items with packs and units.

    Their URIs, in the same order: the GTIN's, else one under the company's origin.
    """
    version = bump()
    categories = dict(Category.objects.values_list("key", "id"))
    gtins = gtins_of(items)
    refuse(
        item_problems(
            items,
            categories=categories,
            keys=held(Item, "key", (new.key for new in items)),
            gtins=held(Item, "gtin", gtins) | held(ItemPack, "gtin", gtins),
            origin=settings.SUYUAN.origin,
        )
    )
    rows = [_item(new, categories.get(code_key(new.category)), version) for new in items]
    pairs = list(zip(Item.objects.bulk_create(rows, batch_size=BATCH), items, strict=True))
    packs = [_pack(row, new, version) for row, item in pairs for new in item.packs]
    units = [_unit(row, new, version) for row, item in pairs for new in item.units]
    ItemPack.objects.bulk_create(packs, batch_size=BATCH)
    ItemUnit.objects.bulk_create(units, batch_size=BATCH)
    return [row.uri for row in rows]


def _item(new: NewItem, category: int | None, version: int) -> Item:
    gtin = gtin14(new.gtin) if new.gtin else None
    return Item(
        uri=item_uri(gtin) if gtin else own_item_uri(settings.SUYUAN.origin, new.key),
        code=new.code.strip(),
        key=new.key,
        gtin=gtin,
        name_zh=new.name_zh,
        name_en=new.name_en,
        spec=new.spec,
        category_id=category,
        base_unit=new.base_unit,
        tracking=new.tracking,
        catch_weight=new.catch_weight,
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


def _unit(item: Item, new: NewUnit, version: int) -> ItemUnit:
    return ItemUnit(item=item, unit=new.unit, numerator=new.numerator, denominator=new.denominator, version=version)


@transaction.atomic
def do_add_partners(*, partners: Sequence[NewPartner]) -> list[str]:
    """New partners; their URIs, in the same order: the party of their GLN, else one under the company's origin."""
    version = bump()
    glns = [new.gln for new in partners]
    refuse(
        partner_problems(
            partners,
            keys=held(Partner, "key", (new.key for new in partners)),
            glns=held(Partner, "gln", glns) | held(Warehouse, "gln", glns),
            origin=settings.SUYUAN.origin,
        )
    )
    rows = [_partner(new, version) for new in partners]
    Partner.objects.bulk_create(rows, batch_size=BATCH)
    return [row.uri for row in rows]


def _partner(new: NewPartner, version: int) -> Partner:
    return Partner(
        uri=party_uri(new.gln) if new.gln else own_party_uri(settings.SUYUAN.origin, new.key),
        code=new.code.strip(),
        key=new.key,
        gln=new.gln or None,
        name_zh=new.name_zh,
        name_en=new.name_en,
        is_supplier="supplier" in new.roles,
        is_customer="customer" in new.roles,
        is_carrier="carrier" in new.roles,
        is_maker="maker" in new.roles,
        address=new.address,
        contact=new.contact,
        status=new.status,
        version=version,
    )
