"""A snapshot of the catalog in memory, for whoever must know thousands of names without asking for each.

One statement says whether the snapshot is still true. If not, only rows written since are read, with four statements;
if the known version is not part of the database's history (a transaction rolled back, another database), everything
is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from django.db import connection

from suyuan.catalog.models import Item, ItemPack, Partner, Warehouse
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE, PARTY, PLACE, gln_of, ratio_to_base
from suyuan.gs1.identifiers import item_uri


@dataclass(frozen=True, slots=True)
class WarehouseInfo:
    """A warehouse; `time_zone` is its site's."""

    code: str
    gln: str
    site: str
    time_zone: str
    lot_token: str
    sscc_prefix: str


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """An item; `conversions`: unit → (numerator, denominator) base units."""

    uri: str
    code: str
    base_unit: str
    tracking: str
    shelf_life_days: int | None
    min_remaining_days_receipt: int | None
    min_remaining_days_dispatch: int | None
    storage_class: str
    lot_template: str
    conversions: Mapping[str, tuple[int, int]]

    def ratio(self, unit: str) -> Fraction | None:
        """How many base units one `unit` is, None where nobody says."""
        return ratio_to_base(unit, self.base_unit, self.conversions)


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A pack level: one of it is numerator / denominator base units of the item `item` (its URI)."""

    item: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class PartnerInfo:
    """A partner and what he is to us: of ``supplier``, ``customer``, ``carrier``, ``maker``."""

    uri: str
    code: str
    roles: frozenset[str]
    status: str


@dataclass(frozen=True, slots=True)
class Directory:
    """The catalog at one version. `glns`: GLN → warehouse code; `packs`: GTIN URI → pack; items and partners by URI."""

    version: int = -1
    token: str = ""
    warehouses: Mapping[str, WarehouseInfo] = field(default_factory=dict)
    glns: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, frozenset[str]] = field(default_factory=dict)
    items: Mapping[str, ItemInfo] = field(default_factory=dict)
    packs: Mapping[str, PackInfo] = field(default_factory=dict)
    partners: Mapping[str, PartnerInfo] = field(default_factory=dict)

    def warehouse_of(self, uri: str | None) -> str | None:
        """The code of our warehouse that a canonical place URI belongs to, whatever its extension; None elsewhere."""
        return self.glns.get(gln_of(uri) or "") if uri and uri.startswith(PLACE) else None

    def partner_of(self, uri: str | None) -> PartnerInfo | None:
        """The partner that a canonical URI names, as a party or as a place with his GLN."""
        if not uri:
            return None
        gln = gln_of(uri)
        return self.partners.get(uri) or (self.partners.get(PARTY + gln) if gln else None)

    def item_of(self, uri: str) -> PackInfo | None:
        """The item behind an item or pack URI, and how many base units one of it is."""
        return PackInfo(uri, 1, 1) if uri in self.items else self.packs.get(uri)


_EMPTY = Directory()
_known = _EMPTY
_HISTORY = (
    "SELECT version, token FROM catalog_catalogversion "
    "WHERE version = %s OR version = (SELECT MAX(version) FROM catalog_catalogversion) ORDER BY version"
)


def directory() -> Directory:
    """The catalog as this connection sees it now."""
    global _known
    known = _known
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [known.version])
        history = cursor.fetchall()
    if (known.version, known.token) == history[-1]:
        return known
    _known = _refreshed(known if (known.version, known.token) in history else _EMPTY, *history[-1])
    return _known


def _refreshed(base: Directory, version: int, token: str) -> Directory:
    since = base.version
    warehouses = {**base.warehouses, **{w.code: w for w in _warehouses(since)}}
    items, aliases = _items(since)
    return Directory(
        version=version,
        token=token,
        warehouses=warehouses,
        glns={w.gln: w.code for w in warehouses.values()},
        sites=_sites(warehouses.values()),
        items={**base.items, **items},
        packs={**base.packs, **aliases, **_packs(since)},
        partners={**base.partners, **{p.uri: p for p in _partners(since)}},
    )


def _sites(warehouses: Iterable[WarehouseInfo]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for warehouse in warehouses:
        found.setdefault(warehouse.site, set()).add(warehouse.code)
    return {site: frozenset(codes) for site, codes in found.items()}


def _warehouses(since: int) -> list[WarehouseInfo]:
    rows = Warehouse.objects.filter(version__gt=since)
    return [
        WarehouseInfo(*row)
        for row in rows.values_list("code", "gln", "site_id", "site__time_zone", "lot_token", "sscc_prefix")
    ]


def _items(since: int) -> tuple[dict[str, ItemInfo], dict[str, PackInfo]]:
    """Items by URI; and, for those that got their GTIN after their URI, the GTIN's URI as a pack of one."""
    found: dict[str, ItemInfo] = {}
    conversions: dict[str, dict[str, tuple[int, int]]] = {}
    aliases: dict[str, PackInfo] = {}
    # A left join, so that an item has as many rows as units, and one where it has none.
    rows = Item.objects.filter(version__gt=since).values_list(
        "uri", "code", "base_unit", "tracking", "shelf_life_days", "min_remaining_days_receipt",
        "min_remaining_days_dispatch", "storage_class", "category__lot_template",
        "gtin", "units__unit", "units__numerator", "units__denominator",
    )  # fmt: skip
    for uri, code, base, tracking, life, receipt, dispatch, storage, template, gtin, unit, up, down in rows.iterator():
        own = conversions.setdefault(uri, {})
        if unit:
            own[unit] = (up, down)
        if uri not in found:
            template, own_view = template or DEFAULT_LOT_TEMPLATE, MappingProxyType(own)
            found[uri] = ItemInfo(uri, code, base, tracking, life, receipt, dispatch, storage, template, own_view)
        if gtin and uri != item_uri(gtin):
            aliases[item_uri(gtin)] = PackInfo(uri, 1, 1)
    return found, aliases


def _packs(since: int) -> dict[str, PackInfo]:
    rows = ItemPack.objects.filter(version__gt=since).values_list("gtin", "item__uri", "numerator", "denominator")
    return {item_uri(gtin): PackInfo(item, numerator, denominator) for gtin, item, numerator, denominator in rows}


def _partners(since: int) -> list[PartnerInfo]:
    names = ("supplier", "customer", "carrier", "maker")
    rows = Partner.objects.filter(version__gt=since)
    flags = [f"is_{name}" for name in names]
    return [
        PartnerInfo(uri, code, frozenset(name for name, on in zip(names, held, strict=True) if on), status)
        for uri, code, status, *held in rows.values_list("uri", "code", "status", *flags)
    ]
