"""Pure: what ledger, stock and genealogy each read of an EPCIS event, given who is who.

The mapping of warehouse operations to events is ours; the standard leaves it open (docs/decisions/0006).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta, timezone
from urllib.parse import quote
from zoneinfo import ZoneInfo

from msgspec import Struct

from suyuan.capture.who import Thing, Who, name_of
from suyuan.epcis.events import Event, EventType, Item, Role
from suyuan.genealogy.edges import Happening, Named
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import COUNT, scaled
from suyuan.ledger.entries import Entry, Mention, Name
from suyuan.ledger.keys import PARTNERS, declaration_key, event_key, key16, micros
from suyuan.stock.book import OUTBOUND
from suyuan.stock.facts import OWN, Fact, Goods, Traits

NAMESPACE = "urn:suyuan:epcis:"  # of our own extension fields
_EXPIRY = ("itemExpirationDate", "bestBeforeDate", "sellByDate")
_MADE = ("productionDate", "packagingDate")
_PLACE = Kind.PLACE.value
_OFF = OUTBOUND | {"void_shipping"}
# Plain text: the attribute of an enumeration is slow to read, and its members are slow to bind to a statement.
TYPE_TEXT = {type_: type_.value for type_ in EventType}
ROLE_TEXT = {role: role.value for role in Role}
_TAGGED = (f"{NAMESPACE}tags", f"{NAMESPACE}untagged")
SIGNED_FOR = frozenset({"receiving", "accepting", "arriving", "unloading"})
TAG = "tag"  # the role of an RFID tag
PARTY_ORDER = ("possessing_party", "owning_party", "location")


class Reading(Struct, frozen=True, gc=False):
    """One event, read for every floor below."""

    entry: Entry
    mentions: tuple[Mention, ...]
    names: Mapping[bytes, Name]
    fact: Fact | None
    happening: Happening | None


def log_of(event: Event, who: Who) -> str:
    """The one log an event stands in: that of the warehouse whose place it names, else `partners`."""
    return who.warehouse_of(event.biz_location) or who.warehouse_of(event.read_point) or PARTNERS


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
    built = event.type is EventType.ASSOCIATION
    things = [who.thing(item, lot_number, built=built) for item in event.items]
    day = date.fromordinal(_day(event, who.zone(log))) if who.directory.dated else None
    goods = tuple([_goods(thing, item, who, day) for thing, item in zip(things, event.items, strict=True)])
    names = {name.id: name for thing in things for name in thing.names}
    tags = _tags(event, who)
    for uri in (*_others(event), *tags, *_owners(event)):
        name = name_of(uri)
        names[name.id] = name
    declares = event_key(event.event_id or "") if event.error is not None else None
    entry = Entry(
        log,
        record,
        "epcis",
        event.stored,
        at,
        sequence,
        event.offset_minutes,
        TYPE_TEXT[event.type],
        event.action or "",
        event.biz_step or "",
        event.disposition or "",
        _id(event.read_point),
        _id(event.biz_location),
        declares,
    )
    mentions = (*_mentions(event, goods), *(Mention(key16(uri), TAG) for uri in tags))
    if declares is not None:
        return Reading(entry, mentions, names, None, None)
    fact = _fact(event, goods, who, entry, (at, sequence, recorded, record), names)
    return Reading(entry, mentions, names, fact, _happening(event, goods, entry))


def _id(uri: str | None) -> bytes | None:
    return key16(uri) if uri else None


def _lot_number(event: Event) -> str | None:
    """The lot that master data of the instance gives to the serials that come into being."""
    number = next((v for name, v in event.ilmd.items() if _local(name) == "lotNumber"), None) if event.ilmd else None
    return number if isinstance(number, str) and number else None


def _goods(thing: Thing, item: Item, who: Who, day: date | None) -> Goods:
    amount, unit = (None, "") if thing.instance else _amount(item, thing, who, day)
    return Goods(
        thing.subject,
        ROLE_TEXT[item.role],
        thing.instance,
        thing.container,
        amount,
        unit,
        thing.item,
        thing.lot,
        thing.bulk,
    )


def _amount(item: Item, thing: Thing, who: Who, day: date | None) -> tuple[int | None, str]:
    """Millionths in the item's base unit where the item is known and says how, else in the unit of the dimension; as
    entered where neither is exact.
    """
    entered = item.uom or COUNT
    if item.quantity is None:
        return None, entered
    base, up, down = who.conversion(thing, item.uom, day)
    number, parts = item.quantity.as_integer_ratio()
    whole, rest = divmod(number * up * 1_000_000, parts * down)
    return (whole, base) if rest == 0 else (scaled(item.quantity), entered)


def _others(event: Event) -> Iterable[str]:
    yield from (uri for uri in (event.read_point, event.biz_location) if uri)
    for pairs in (event.sources, event.destinations, event.transactions):
        yield from (uri for _, uri in pairs)


def _owners(event: Event) -> list[str]:
    """Whose goods they are, so that he can be named."""
    said = event.extensions.get(f"{NAMESPACE}owner")
    return [identify(said).uri] if isinstance(said, str) and _holder(said) else []


def _tags(event: Event, who: Who) -> list[str]:
    """The RFID tags that an event speaks of, so that they are found by their numbers."""
    if not event.extensions:
        return []
    lists = [event.extensions[name] for name in _TAGGED if name in event.extensions]
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    numbers = [row[name] for row in rows for name in ("tid", "epc") if isinstance(row.get(name), str)]
    return [f"{who.origin}/tag/{number}" for number in dict.fromkeys(numbers) if number.isalnum()]


def _mentions(event: Event, goods: Iterable[Goods]) -> Iterable[Mention]:
    for one in goods:
        yield Mention(one.subject, one.role, one.amount, one.unit)
    for prefix, pairs in (("from", event.sources), ("to", event.destinations), ("doc", event.transactions)):
        for kind, uri in pairs:
            yield Mention(key16(uri), f"{prefix}.{kind}"[:24])


def _fact(
    event: Event,
    goods: tuple[Goods, ...],
    who: Who,
    entry: Entry,
    order: tuple[int, int, int, bytes],
    names: dict[bytes, Name],
) -> Fact:
    log = entry.log
    ours = log in who.directory.warehouses
    extra = {name[len(NAMESPACE) :]: value for name, value in event.extensions.items() if name.startswith(NAMESPACE)}
    sender, sender_log = _party(event.sources, who)
    recipient, recipient_log = _party(event.destinations, who)
    step = event.biz_step or ""
    origin = _holder(extra.get("from")) or _own_location(event.sources, log, who)
    transit = None
    comes = step == "receiving" and sender_log is not None and any(kind == "desadv" for kind, _ in event.transactions)
    if ours and (comes or step in _OFF):
        uri = _transit_uri(event, who, sender_log if comes and sender_log else log)
        transit = key16(uri)
        names[transit] = Name(transit, uri, _PLACE, None, uri.rsplit("/", 1)[-1])
    return Fact(
        log=log,
        record=entry.id,
        order=order,
        type=entry.type,
        action=entry.action,
        step=step,
        disposition=entry.disposition,
        goods=goods,
        ours=ours,
        place=entry.biz_location if ours and who.warehouse_of(event.biz_location) == log else None,
        read=entry.read_point if ours and who.warehouse_of(event.read_point) == log else None,
        origin=origin if ours else None,
        sender=sender,
        sender_log=sender_log,
        recipient=recipient,
        recipient_log=recipient_log,
        transit=transit,
        ways=_ways(event, who) if step in SIGNED_FOR else frozenset(),
        owner=_owner(extra.get("owner"), who),
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
    if not pairs:
        return None, None
    by_kind = dict(reversed(pairs))
    uri = next((by_kind[kind] for kind in PARTY_ORDER if kind in by_kind), None)
    log = next((found for _, other in pairs if (found := who.warehouse_of_party(other))), None)
    return _id(uri), log


def _own_location(pairs: list[tuple[str, str]], log: str, who: Who) -> bytes | None:
    """The bin that a source location names; the warehouse as a whole says nothing new."""
    for kind, uri in pairs:
        if kind == "location" and who.warehouse_of(uri) == log and "/254/" in uri:
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


def _owner(value: object, who: Who) -> bytes | None:
    """Whose goods an event speaks of: ours where it names a warehouse of ours as a party, else a partner's."""
    if isinstance(value, str) and who.warehouse_of_party(value) is not None:
        return OWN
    return _holder(value)


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


def _traits(event: Event, goods: Iterable[Goods], extra: Mapping[str, object]) -> dict[bytes, Traits]:
    """Dates that the event gives for its goods: master data of the instance or lot, or our own list by lot."""
    found: dict[bytes, Traits] = {}
    if event.ilmd:
        plain = {_local(name): value for name, value in event.ilmd.items()}
        traits = Traits(_first_date(plain, _EXPIRY), _first_date(plain, _MADE))
        if traits != Traits():
            found = {g.subject: traits for g in goods if g.role in ("epc", "output") and not g.container}
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


def _happening(event: Event, goods: Iterable[Goods], entry: Entry) -> Happening:
    named = tuple([Named(g.subject, g.role, g.instance, g.amount, g.unit, g.lot, g.bulk) for g in goods])
    node = key16(f"transformation:{event.transformation_id}") if event.transformation_id else entry.id
    cleaned = event.extensions.get(f"{NAMESPACE}cleaned") is True
    return Happening(
        entry.log, entry.id, entry.event_time, entry.sequence, entry.type, entry.action, node, named, cleaned
    )
