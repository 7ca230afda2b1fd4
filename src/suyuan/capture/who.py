"""Who is who: the catalog and the installation, as an event's identifiers are read by them.

What an identifier means is worked out once for each version of the catalog, since a batch names the same things again
and again.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from suyuan.catalog.directory import Directory
from suyuan.epcis.events import Item
from suyuan.gs1.identifiers import Identity, Kind, identify, lot_of_item
from suyuan.gs1.quantities import COUNT, unit
from suyuan.ledger.entries import Name
from suyuan.ledger.keys import key16

KIND_TEXT = {kind: kind.value for kind in Kind}  # the attribute of an enumeration is slow to read
INSTANCES = frozenset({Kind.SERIAL, Kind.CONTAINER})
_TELLING = frozenset({Kind.LOT, Kind.ITEM, Kind.SERIAL})
_REFERENCE = {"count": COUNT, "mass": "KGM", "volume": "LTR", "length": "MTR", "area": "MTK"}
_BULK = "/8004/"  # GIAI: a tank, silo or other fixed asset; a tote or roll cage has a GRAI, a pallet an SSCC
_MOST = 20_000  # of each, so that a large document does not fill the memory

Conversion = tuple[str, int, int]  # unit, numerator and denominator of how many of it one is
K = TypeVar("K")
V = TypeVar("V")


class Thing(Struct, frozen=True, gc=False):
    """What an event's item names: pack levels resolved to their item, with every name that has to be known by its id.

    `known` is the URI of an item in the catalog; one pack is `packs` / `per` of its base units.
    """

    subject: bytes
    instance: bool
    container: bool
    bulk: bool
    item: bytes | None
    lot: bytes | None
    names: tuple[Name, ...]
    known: str | None = None
    packs: int = 1
    per: int = 1


class Who(Struct):
    """The catalog at one version, and the origin of things without a GS1 key."""

    directory: Directory
    origin: str
    _things: dict[tuple[str, str | None, bool, bool, str | None], Thing] = field(default_factory=dict)
    _conversions: dict[tuple[str | None, int, int, str | None, date | None], Conversion] = field(default_factory=dict)
    _logs: dict[str, str | None] = field(default_factory=dict)
    _parties: dict[str, str | None] = field(default_factory=dict)
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)

    def zone(self, log: str) -> ZoneInfo | None:
        if log not in self.directory.warehouses:
            return None
        return _once(self._zones, log, lambda: ZoneInfo(self.directory.warehouses[log].time_zone))

    def warehouse_of(self, uri: str | None) -> str | None:
        """The code of our warehouse that a place belongs to."""
        if uri is None:
            return None
        return _once(self._logs, uri, lambda: self.directory.warehouse_of(uri))

    def warehouse_of_party(self, uri: str) -> str | None:
        """A warehouse of ours named as a location or, by its GLN, as a party."""
        place = uri.replace("/417/", "/414/")
        return _once(self._parties, uri, lambda: self.directory.warehouse_of(uri) or self.directory.warehouse_of(place))

    def thing(self, item: Item, lot_number: str | None, *, built: bool = False) -> Thing:
        """`lot_number` is the lot that the event's master data give to the serials that come into being. `built`: the
        event puts parts together, so that a parent with a serial number is goods as before, and no container.
        """
        parent = item.role == "parent" and not (built and item.kind is Kind.SERIAL)
        given = lot_number if item.role in ("epc", "output") else None
        key = (item.uri, item.lot, item.is_class, parent, given)
        return _once(self._things, key, lambda: _thing(item, parent, given, self.directory))

    def conversion(self, thing: Thing, uom: str | None, day: date | None = None) -> Conversion:
        """The unit that an amount in `uom` (None: pieces) of a thing is kept in on a day, and how many of it one is."""
        dated = self.directory.dated
        since = self.directory.items[thing.known].since(day) if dated and thing.known in dated else None
        key = (thing.known, thing.packs, thing.per, uom, since)
        return _once(self._conversions, key, lambda: _conversion(thing, uom, self.directory, since))


def _once(known: dict[K, V], key: K, make: Callable[[], V]) -> V:
    try:
        return known[key]
    except KeyError:
        if len(known) >= _MOST:
            known.clear()
        value = known[key] = make()
        return value


def _thing(item: Item, parent: bool, lot_number: str | None, directory: Directory) -> Thing:
    lot = item.lot
    if lot_number and lot is None and item.kind is Kind.SERIAL and item.item:
        lot = lot_of_item(item.item, lot_number)
    identity = Identity(item.uri, item.kind, item.item, lot, item.code)
    instance = item.kind in INSTANCES or not (item.is_class or item.kind in (Kind.LOT, Kind.ITEM))
    pack = directory.item_of(item.item) if item.item else None
    if pack is not None and pack.item != item.item and not instance:
        identity = identify(lot_of_item(pack.item, item.code)) if item.kind is Kind.LOT else identify(pack.item)
    container = parent or item.kind is Kind.CONTAINER
    names = [_name(identity, _kind_of(identity, instance, container))]
    names += [name_of(uri) for uri in (identity.lot, identity.item) if uri]
    return Thing(
        subject=key16(identity.uri),
        instance=instance,
        container=container,
        bulk=_BULK in identity.uri,
        item=key16(identity.item) if identity.item and identity.item != identity.uri else None,
        lot=key16(identity.lot) if identity.lot else None,
        names=tuple(names),
        known=identity.item if pack else None,
        packs=pack.numerator if pack and not instance else 1,
        per=pack.denominator if pack and not instance else 1,
    )


def _kind_of(identity: Identity, instance: bool, container: bool) -> str:
    """What a thing is by the part it plays, where its identifier does not tell."""
    if container:
        return KIND_TEXT[Kind.CONTAINER]
    if identity.kind in _TELLING:
        return KIND_TEXT[identity.kind]
    return KIND_TEXT[Kind.SERIAL if instance else Kind.LOT]


def _name(identity: Identity, kind: str) -> Name:
    item = key16(identity.item) if identity.item else None
    return Name(key16(identity.uri), identity.uri, kind, item, identity.code)


@lru_cache(maxsize=65536)
def name_of(uri: str) -> Name:
    """A place, party, document, lot or item by its canonical URI."""
    identity = identify(uri)
    return _name(identity, KIND_TEXT[identity.kind])


def _conversion(thing: Thing, uom: str | None, directory: Directory, since: date | None) -> Conversion:
    entered = uom or COUNT
    base, ratio = _plain(entered)
    info = directory.items.get(thing.known) if thing.known else None
    if info is not None:
        pack = Fraction(thing.packs, thing.per)
        said = info.ratio(info.base_unit if uom is None or pack != 1 else entered, since)
        base, ratio = (info.base_unit, said * pack) if said is not None else (base, ratio)
    return base, ratio.numerator, ratio.denominator


def _plain(code: str) -> tuple[str, Fraction]:
    """The unit that amounts of its dimension are kept in, and how many of it one is. Pieces keep the name they have."""
    measured = unit(code)
    base = _REFERENCE.get(measured.dimension)
    if base is None or (base == COUNT and measured.factor == 1):
        return code, Fraction(1)
    return base, measured.factor
