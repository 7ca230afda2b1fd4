"""Pure: what ledger, stock and genealogy each read of an EPCIS event, given who is who.

The mapping of warehouse operations to events is ours; the standard leaves it open (docs/decisions/0006).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from fractions import Fraction
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from msgspec import Struct

from suyuan.catalog.directory import Directory
from suyuan.epcis.events import Event, Item
from suyuan.genealogy.edges import Happening, Named
from suyuan.gs1.identifiers import Identity, Kind, identify, lot_of_item
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import COUNT, scaled, unit
from suyuan.ledger.entries import Entry, Mention, Name
from suyuan.ledger.keys import PARTNERS, declaration_key, event_key, key16, micros
from suyuan.stock.book import OUTBOUND
from suyuan.stock.facts import Fact, Goods, Traits

NAMESPACE = "urn:suyuan:epcis:"  # of our own extension fields
_EXPIRY = ("itemExpirationDate", "bestBeforeDate", "sellByDate")
_MADE = ("productionDate", "packagingDate")
KIND_TEXT = {kind: kind.value for kind in Kind}  # the attribute of an enumeration is slow to read
_TELLING = frozenset({Kind.LOT, Kind.ITEM, Kind.SERIAL})
INSTANCES = frozenset({Kind.SERIAL, Kind.CONTAINER})
REFERENCE = {"count": COUNT, "mass": "KGM", "volume": "LTR", "length": "MTR", "area": "MTK"}
SIGNED_FOR = frozenset({"receiving", "accepting", "arriving", "unloading"})
_BULK = "/8004/"  # GIAI: a tank, silo or other fixed asset; a tote or roll cage has a GRAI, a pallet an SSCC
PARTY_ORDER = ("possessing_party", "owning_party", "location")


class Reading(Struct, frozen=True, gc=False):
    """One event, read for every floor below."""

    entry: Entry
    mentions: tuple[Mention, ...]
    names: Mapping[bytes, Name]
    fact: Fact | None
    happening: Happening | None


@dataclass(frozen=True, slots=True)
class Who:
    """Who is who: the catalog at one version, and the origin of things without a GS1 key."""

    directory: Directory
    origin: str
    zones: dict[str, ZoneInfo] = field(default_factory=dict)

    def zone(self, log: str) -> ZoneInfo | None:
        if log not in self.directory.warehouses:
            return None
        if log not in self.zones:
            self.zones[log] = ZoneInfo(self.directory.warehouses[log].time_zone)
        return self.zones[log]


def log_of(event: Event, who: Who) -> str:
    """The one log an event stands in: that of the warehouse whose place it names, else `partners`."""
    return who.directory.warehouse_of(event.biz_location) or who.directory.warehouse_of(event.read_point) or PARTNERS


def key_of(event: Event) -> bytes:
    """The id of an event's record. An event without an id has that of its hash (`epcis.hash`), set by whoever reads
    it.
    """
    if event.event_id is None:
        raise ValueError("an event needs an id before it is recorded")
    if event.error is not None:
        return declaration_key(event.event_id, event.error.declaration_time.isoformat())
    return event_key(event.event_id)


def read(event: Event, who: Who, *, sequence: int, recorded: int, log: str | None = None) -> Reading:
    """Read one event. `log` is given when it stands in the ledger already and its place may have become ours since."""
    log = log or log_of(event, who)
    record = key_of(event)
    at = micros(event.event_time)
    lot_number = _lot_number(event)
    goods = [_goods(item, who, lot_number) for item in event.items]
    names = {name.id: name for name in _names(event, goods)}
    declares = event_key(event.event_id or "") if event.error is not None else None
    entry = Entry(
        log=log,
        id=record,
        kind="epcis",
        body=event.stored,
        event_time=at,
        sequence=sequence,
        utc_offset=event.offset_minutes,
        type=event.type,
        action=event.action or "",
        biz_step=event.biz_step or "",
        disposition=event.disposition or "",
        read_point=_id(event.read_point),
        biz_location=_id(event.biz_location),
        declares=declares,
    )
    mentions = tuple(_mentions(event, goods))
    if declares is not None:
        return Reading(entry, mentions, names, None, None)
    fact = _fact(event, goods, who, log, record, (at, sequence, recorded, record), names)
    return Reading(entry, mentions, names, fact, _happening(event, goods, log, record, at, sequence))


class _Good(Struct, frozen=True, gc=False):
    """An item of an event, resolved: pack levels to their item, units to the base unit."""

    goods: Goods
    identity: Identity


def _id(uri: str | None) -> bytes | None:
    return key16(uri) if uri else None


def _lot_number(event: Event) -> str | None:
    """The lot that master data of the instance gives to the serials that come into being."""
    number = next((v for name, v in event.ilmd.items() if _local(name) == "lotNumber"), None) if event.ilmd else None
    return number if isinstance(number, str) and number else None


def _goods(item: Item, who: Who, lot_number: str | None) -> _Good:
    lot = item.lot
    if lot_number and lot is None and item.kind is Kind.SERIAL and item.item and item.role in ("epc", "output"):
        lot = lot_of_item(item.item, lot_number)
    identity = Identity(item.uri, item.kind, item.item, lot, item.code)
    instance = item.kind in INSTANCES or not (item.is_class or item.kind in (Kind.LOT, Kind.ITEM))
    container = item.kind is Kind.CONTAINER or item.role == "parent"
    pack = who.directory.item_of(item.item) if item.item else None
    factor = Fraction(1)
    if pack is not None and pack.item != item.item and not instance:
        factor = Fraction(pack.numerator, pack.denominator)
        identity = identify(lot_of_item(pack.item, item.code)) if item.kind is Kind.LOT else identify(pack.item)
    amount, unit = _amount(item, who, identity.item if pack else None, factor)
    goods = Goods(
        subject=key16(identity.uri),
        role=item.role,
        instance=instance,
        container=container,
        amount=None if instance else amount,
        unit="" if instance else unit,
        item=key16(identity.item) if identity.item and identity.item != identity.uri else None,
        lot=key16(identity.lot) if identity.lot else None,
        bulk=_BULK in identity.uri,
    )
    return _Good(goods, identity)


def _amount(item: Item, who: Who, known: str | None, factor: Fraction) -> tuple[int | None, str]:
    """Millionths in the item's base unit where the item is known and says how, else in the unit of the dimension; as
    entered where neither is exact.
    """
    entered = item.uom or COUNT
    if item.quantity is None:
        return None, entered
    info = who.directory.items.get(known) if known else None
    base, ratio = _plain(entered)
    if info is not None:
        said = info.ratio(info.base_unit if item.uom is None or factor != 1 else entered)
        base, ratio = (info.base_unit, said * factor) if said is not None else (base, ratio)
    whole = Fraction(item.quantity) * ratio * 1_000_000
    return (whole.numerator, base) if whole.denominator == 1 else (scaled(item.quantity), entered)


@lru_cache(maxsize=1024)
def _plain(code: str) -> tuple[str, Fraction]:
    """The unit that amounts of its dimension are kept in, and how many of it one is. Pieces keep the name they have."""
    measured = unit(code)
    base = REFERENCE.get(measured.dimension)
    if base is None or (base == COUNT and measured.factor == 1):
        return code, Fraction(1)
    return base, measured.factor


def _names(event: Event, goods: Iterable[_Good]) -> Iterable[Name]:
    for good in goods:
        yield _name(good.identity, _kind(good))
        if good.identity.lot:
            yield _name(identify(good.identity.lot))
        if good.identity.item:
            yield _name(identify(good.identity.item))
    for uri in _others(event):
        yield _name(identify(uri))


def _kind(good: _Good) -> str:
    """What a thing is by the part it plays, where its identifier does not tell."""
    if good.goods.container:
        return KIND_TEXT[Kind.CONTAINER]
    if good.identity.kind in _TELLING:
        return KIND_TEXT[good.identity.kind]
    return KIND_TEXT[Kind.SERIAL if good.goods.instance else Kind.LOT]


def _others(event: Event) -> Iterable[str]:
    yield from (uri for uri in (event.read_point, event.biz_location) if uri)
    for pairs in (event.sources, event.destinations, event.transactions):
        yield from (uri for _, uri in pairs)


def _name(identity: Identity, kind: str | None = None) -> Name:
    item = key16(identity.item) if identity.item else None
    return Name(key16(identity.uri), identity.uri, kind or KIND_TEXT[identity.kind], item, identity.code)


def _mentions(event: Event, goods: Iterable[_Good]) -> Iterable[Mention]:
    for good in goods:
        yield Mention(good.goods.subject, good.goods.role, good.goods.amount, good.goods.unit)
    for prefix, pairs in (("from", event.sources), ("to", event.destinations), ("doc", event.transactions)):
        for kind, uri in pairs:
            yield Mention(key16(uri), f"{prefix}.{kind}"[:24])


def _fact(
    event: Event,
    goods: list[_Good],
    who: Who,
    log: str,
    record: bytes,
    order: tuple[int, int, int, bytes],
    names: dict[bytes, Name],
) -> Fact:
    ours = log in who.directory.warehouses
    extra = {name[len(NAMESPACE) :]: value for name, value in event.extensions.items() if name.startswith(NAMESPACE)}
    sender, sender_log = _party(event.sources, who)
    recipient, recipient_log = _party(event.destinations, who)
    step = event.biz_step or ""
    origin = _holder(extra.get("from")) or _own_location(event.sources, log, who)
    transit = None
    comes = step == "receiving" and sender_log is not None and any(kind == "desadv" for kind, _ in event.transactions)
    if ours and (comes or step in OUTBOUND | {"void_shipping"}):
        uri = _transit_uri(event, who, sender_log if comes and sender_log else log)
        transit = key16(uri)
        names[transit] = Name(transit, uri, KIND_TEXT[Kind.PLACE], None, uri.rsplit("/", 1)[-1])
    return Fact(
        log=log,
        record=record,
        order=order,
        type=event.type,
        action=event.action or "",
        step=step,
        disposition=event.disposition or "",
        goods=tuple(good.goods for good in goods),
        ours=ours,
        place=_id(event.biz_location) if ours and who.directory.warehouse_of(event.biz_location) == log else None,
        read=_id(event.read_point) if ours and who.directory.warehouse_of(event.read_point) == log else None,
        origin=origin if ours else None,
        sender=sender,
        sender_log=sender_log,
        recipient=recipient,
        recipient_log=recipient_log,
        transit=transit,
        ways=_ways(event, who) if step in SIGNED_FOR else frozenset(),
        owner=_holder(extra.get("owner")),
        receipt=_hex(extra.get("receipt")),
        status=_text(extra.get("status")),
        blocks=event.persistent_set,
        unblocks=event.persistent_unset,
        block=_hex(extra.get("block")),
        pardons="non_conformant" in event.persistent_unset,
        day=_day(event, who.zone(log)),
        traits=_traits(event, goods, extra),
    )


def _party(pairs: list[tuple[str, str]], who: Who) -> tuple[bytes | None, str | None]:
    """The party on one side of an event, and the log if it is a warehouse of ours."""
    by_kind = dict(reversed(pairs))
    uri = next((by_kind[kind] for kind in PARTY_ORDER if kind in by_kind), None)
    log = next((found for _, other in pairs if (found := _warehouse_of_party(other, who))), None)
    return _id(uri), log


def _warehouse_of_party(uri: str, who: Who) -> str | None:
    """A warehouse of ours named as a location or, by its GLN, as a party."""
    return who.directory.warehouse_of(uri) or who.directory.warehouse_of(uri.replace("/417/", "/414/"))


def _own_location(pairs: list[tuple[str, str]], log: str, who: Who) -> bytes | None:
    """The bin that a source location names; the warehouse as a whole says nothing new."""
    for kind, uri in pairs:
        if kind == "location" and who.directory.warehouse_of(uri) == log and "/254/" in uri:
            return key16(uri)
    return None


def _ways(event: Event, who: Who) -> frozenset[bytes]:
    """Whichever of our warehouses sent it: the holders of goods under way under the despatch advice that is named."""
    if not any(kind == "desadv" for kind, _ in event.transactions):
        return frozenset()
    return frozenset(key16(_transit_uri(event, who, log)) for log in who.directory.warehouses)


def _transit_uri(event: Event, who: Who, log: str) -> str:
    """The holder of goods under way: one for each despatch advice, else for each recipient."""
    shipment = next((uri for kind, uri in event.transactions if kind == "desadv"), None)
    towards = next((uri for kind, uri in event.destinations if kind in PARTY_ORDER), None)
    name = (shipment or towards or "unknown").rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    return f"{who.origin}/transit/{log}/{quote(name, safe='')}"


def _holder(value: object) -> bytes | None:
    if not isinstance(value, str):
        return None
    try:
        return key16(identify(value).uri)
    except Refused:
        return None


def _hex(value: object) -> bytes | None:
    try:
        return bytes.fromhex(value) if isinstance(value, str) and len(value) == 32 else None
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(event: Event, zone: ZoneInfo | None) -> int:
    """The event's date where it happened, as days since 0001-01-01: in the site's zone, else at the offset it gives."""
    there: ZoneInfo | timezone = zone or timezone(timedelta(minutes=event.offset_minutes))
    return event.event_time.astimezone(there).toordinal()


def _traits(event: Event, goods: list[_Good], extra: Mapping[str, object]) -> dict[bytes, Traits]:
    """Dates that the event gives for its goods: master data of the instance or lot, or our own list by lot."""
    found: dict[bytes, Traits] = {}
    if event.ilmd:
        plain = {_local(name): value for name, value in event.ilmd.items()}
        traits = Traits(_first_date(plain, _EXPIRY), _first_date(plain, _MADE))
        if traits != Traits():
            found = {
                g.goods.subject: traits for g in goods if g.goods.role in ("epc", "output") and not g.goods.container
            }
    lots = extra.get("lots")
    for lot in lots if isinstance(lots, list) else []:
        if isinstance(lot, dict) and isinstance(lot.get("id"), str):
            key = _holder(lot["id"])
            if key is not None:
                found[key] = Traits(_first_date(lot, ("expiry",)), _first_date(lot, ("produced",)))
    return found


def _local(name: str) -> str:
    """The last part of a prefixed or full name."""
    return name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1]


def _first_date(values: Mapping[str, object], names: Iterable[str]) -> int | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, dict):
            value = value.get("@value")
        if isinstance(value, str):
            try:
                return date.fromisoformat(value[:10]).toordinal()
            except ValueError:
                continue
    return None


def _happening(event: Event, goods: list[_Good], log: str, record: bytes, at: int, sequence: int) -> Happening:
    named = tuple(_named(good) for good in goods)
    node = key16(f"transformation:{event.transformation_id}") if event.transformation_id else record
    cleaned = event.extensions.get(f"{NAMESPACE}cleaned") is True
    return Happening(log, record, at, sequence, event.type, event.action or "", node, named, cleaned)


def _named(good: _Good) -> Named:
    goods = good.goods
    return Named(goods.subject, goods.role, goods.instance, goods.amount, goods.unit, goods.lot, goods.bulk)
