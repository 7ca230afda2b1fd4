"""A snapshot of the catalog in memory, for whoever must know thousands of names without asking for each.

One statement says whether the snapshot is still true. If not, only rows written since are read, with five statements;
if the known version is not part of the database's history (a transaction rolled back, another database), everything
is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from django.db import connection

from suyuan.catalog.kinds import Mixing, Tracking
from suyuan.catalog.models import EARLIEST, Alias, Item, ItemPack, Partner, Warehouse
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE, PARTY, PLACE, gln_of, ratio_to_base
from suyuan.gs1.identifiers import item_uri, party_uri


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
    """An item; `conversions`: unit → (numerator, denominator) base units, as they have always been.

    `strategy`: which goods go first, ``fefo`` or ``fifo``, "" where its category does not say.
    `later`: (from when on, all conversions as of that day), ascending, where one has a successor. `certificates`: the
    kinds that a supplier of it must hold. `active`: in use, so that new work may begin with it. `catch_weight`: whoever
    counts it weighs it too. `one_lot`: how far its lots are kept apart (`kinds.Mixing`), where it has lots.
    """

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
    later: tuple[tuple[date, Mapping[str, tuple[int, int]]], ...] = ()
    certificates: frozenset[str] = frozenset()
    active: bool = True
    catch_weight: bool = False
    strategy: str = ""
    one_lot: str = Mixing.NONE

    def since(self, day: date | None) -> date:
        """From when on the conversions of a day hold; None: the first ones."""
        return max((start for start, _ in self.later if day is not None and start <= day), default=EARLIEST)

    def conversions_on(self, day: date | None) -> Mapping[str, tuple[int, int]]:
        """The conversions in force on a day; None: the first ones."""
        since = self.since(day)
        return next((conversions for start, conversions in self.later if start == since), self.conversions)

    def ratio(self, unit: str, day: date | None = None) -> Fraction | None:
        """How many base units one `unit` is on a day, None where nobody says."""
        return ratio_to_base(unit, self.base_unit, self.conversions_on(day))


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A pack level: one of it is numerator / denominator base units of the item `item` (its URI)."""

    item: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate; both days inclusive, None: without beginning or end."""

    kind: str
    number: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PartnerInfo:
    """A partner and what he is to us: of ``supplier``, ``customer``, ``carrier``, ``maker``.

    `certificates`: kinds that he must hold whatever he supplies; `held`: those that he has;
    `active`: in use. `min_days` and `min_share` (percent of the shelf life): what life the goods he gets must have
    left when he has them; `lead_days`: so long goods are under way to him or with him; None where nobody says.
    """

    uri: str
    code: str
    roles: frozenset[str]
    status: str
    certificates: frozenset[str] = frozenset()
    held: tuple[Held, ...] = ()
    active: bool = True
    min_days: int | None = None
    min_share: int | None = None
    lead_days: int | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """The catalog at one version. `glns`: GLN → warehouse code; `packs`: GTIN URI → pack; items and partners by URI.

    `dated`: the items whose conversions changed on some day; `unmixed`: those whose lots are kept apart. `aliases`:
    item or partner merged into another → that one; events are read without them, since they said what they said.
    """

    version: int = -1
    token: str = ""
    warehouses: Mapping[str, WarehouseInfo] = field(default_factory=dict)
    glns: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, frozenset[str]] = field(default_factory=dict)
    items: Mapping[str, ItemInfo] = field(default_factory=dict)
    packs: Mapping[str, PackInfo] = field(default_factory=dict)
    partners: Mapping[str, PartnerInfo] = field(default_factory=dict)
    dated: frozenset[str] = frozenset()
    unmixed: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)

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

    def kept(self, uri: str) -> str:
        """The item or partner that goes on for this one: itself, unless it was merged into another."""
        while uri in self.aliases:  # ends, since what was merged takes nothing in
            uri = self.aliases[uri]
        return uri

    def family(self, uri: str) -> list[str]:
        """This item or partner with all that were merged with it, the one that goes on first."""
        if not self.aliases:
            return [uri]
        kept = self.kept(uri)
        return [kept, *sorted(one for one in self.aliases if self.kept(one) == kept)]


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
        partners={**base.partners, **_partners(since)},
        dated=base.dated | {uri for uri, info in items.items() if info.later},
        unmixed=(base.unmixed - items.keys()) | {uri for uri, info in items.items() if info.one_lot != Mixing.NONE},
        aliases=_aliases(base.aliases, since),
    )


def _aliases(base: Mapping[str, str], since: int) -> Mapping[str, str]:
    """Those that hold: one that was taken back is an alias no more."""
    rows = Alias.objects.filter(version__gt=since).values_list("uri", "target", "ended")
    now = {**base, **{uri: "" if ended else target for uri, target, ended in rows}}
    return {uri: target for uri, target in now.items() if target}


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
    successors: dict[str, list[tuple[date, str, tuple[int, int]]]] = {}
    aliases: dict[str, PackInfo] = {}
    # A left join, so that an item has as many rows as units, and one where it has none.
    rows = Item.objects.filter(version__gt=since).values_list(
        "uri", "code", "base_unit", "tracking", "shelf_life_days", "min_remaining_days_receipt",
        "min_remaining_days_dispatch", "storage_class", "category__lot_template", "category__certificates",
        "gtin", "is_active", "catch_weight", "category__strategy", "category__one_lot",
        "units__unit", "units__numerator", "units__denominator", "units__since",
    )  # fmt: skip
    for row in rows.iterator():
        (
            uri,
            code,
            base,
            tracking,
            life,
            receipt,
            dispatch,
            storage,
            template,
            papers,
            gtin,
            active,
            weighed,
            strategy,
            mixing,
            unit,
            up,
            down,
            start,
        ) = row
        ratios = conversions.setdefault(uri, {})
        if unit and start == EARLIEST:
            ratios[unit] = (up, down)
        elif unit:
            successors.setdefault(uri, []).append((start, unit, (up, down)))
        if uri not in found:
            found[uri] = ItemInfo(
                uri, code, base, tracking, life, receipt, dispatch, storage, template or DEFAULT_LOT_TEMPLATE,
                MappingProxyType(ratios), certificates=_kinds(papers), active=active, catch_weight=weighed,
                strategy=strategy or "", one_lot=_mixing(tracking, mixing),
            )  # fmt: skip
        if gtin and uri != item_uri(gtin):
            aliases[item_uri(gtin)] = PackInfo(uri, 1, 1)
    for uri, told in successors.items():
        found[uri] = replace(found[uri], later=_later(conversions[uri], told))
    return found, aliases


def _later(
    first: Mapping[str, tuple[int, int]], successors: Iterable[tuple[date, str, tuple[int, int]]]
) -> tuple[tuple[date, Mapping[str, tuple[int, int]]], ...]:
    """All conversions as of each day on which one changes."""
    found: dict[date, dict[str, tuple[int, int]]] = {}
    now = dict(first)
    for start, unit, ratio in sorted(successors):
        now = found[start] = {**now, unit: ratio}
    return tuple((start, MappingProxyType(ratios)) for start, ratios in found.items())


def _kinds(papers: str | None) -> frozenset[str]:
    return frozenset(papers.split(",")) if papers else frozenset()


def _mixing(tracking: str, of_category: str | None) -> str:
    """What has no lots has none to keep apart."""
    return of_category or Mixing.NONE if tracking in (Tracking.LOT, Tracking.LOT_SERIAL) else Mixing.NONE


def _packs(since: int) -> dict[str, PackInfo]:
    rows = ItemPack.objects.filter(version__gt=since).values_list("gtin", "item__uri", "numerator", "denominator")
    return {item_uri(gtin): PackInfo(item, numerator, denominator) for gtin, item, numerator, denominator in rows}


def _partners(since: int) -> dict[str, PartnerInfo]:
    """Partners by URI, and by their GLN's where they got that after their URI."""
    found: dict[str, PartnerInfo] = {}
    papers: dict[str, tuple[Held, ...]] = {}
    # A left join, as for items.
    rows = Partner.objects.filter(version__gt=since).values_list(
        "uri", "code", "status", "gln", "certificates", "is_supplier", "is_customer", "is_carrier", "is_maker",
        "is_active", "min_days", "min_share", "lead_days",
        "held__is_active", "held__kind", "held__number", "held__valid_from", "held__valid_until",
    )  # fmt: skip
    for (
        uri,
        code,
        status,
        gln,
        needed,
        supplier,
        customer,
        carrier,
        maker,
        active,
        min_days,
        min_share,
        lead,
        good,
        kind,
        number,
        begin,
        end,
    ) in rows:
        if good:
            papers[uri] = (*papers.get(uri, ()), Held(kind, number, begin, end))
        flags = {"supplier": supplier, "customer": customer, "carrier": carrier, "maker": maker}
        roles = frozenset(role for role, on in flags.items() if on)
        info = PartnerInfo(
            uri, code, roles, status, _kinds(needed), papers.get(uri, ()), active, min_days, min_share, lead
        )
        found |= {uri: info, party_uri(gln): info} if gln else {uri: info}
    return found
