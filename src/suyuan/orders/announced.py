"""What partners' shipping events announce: which goods are on their way to a warehouse, packed in what.

Read from the log of partners, with as many statements whatever the number of shipments: one for the events, one a level
of packing, three for names, lots and dates.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db import connection

from suyuan.capture.door import reread, who_is_who
from suyuan.capture.reading import Reading
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.catalog.models import Place
from suyuan.gs1.identifiers import Kind, gln_uri, identify, party_uri
from suyuan.gs1.quantities import UNITS, in_kilograms, is_weight, unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import PARTNERS, key16, moment
from suyuan.orders.expecting import EVENT, NOTHING, Expected, ExpectedLine
from suyuan.stock.facts import Traits

MOST = 500  # shipping events that are looked at, the latest ones
DEEPEST = 5  # levels of packing
_READ = (
    "SELECT r.log, r.sequence, r.record_time, b.body FROM ledger_record r "
    "JOIN ledger_body b ON b.id = r.id AND b.log = r.log "
    "WHERE r.log = %s AND r.declares IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) "
)
# Whoever voids a shipment names its despatch advice, and all of it stays.
_VOIDED = (
    "SELECT 1 FROM ledger_eventitem d "
    "JOIN ledger_eventitem v ON v.identifier = d.identifier AND v.log = d.log AND v.role = 'doc.desadv' "
    "JOIN ledger_record w ON w.id = v.record AND w.log = v.log AND w.biz_step = 'void_shipping' AND w.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record x WHERE x.declares = w.id) "
    "WHERE d.record = r.id AND d.log = r.log AND d.role = 'doc.desadv' AND w.event_time >= r.event_time"
)
_SENT = (
    f"{_READ} AND r.biz_step IN ('shipping', 'departing') AND r.id IN (SELECT e.record FROM ledger_eventitem e "
    "WHERE e.role IN ('to.possessing_party', 'to.owning_party', 'to.location') AND e.identifier {keys}) "
    f"AND NOT EXISTS ({_VOIDED}) "
)
_LATEST = f"ORDER BY r.event_time DESC LIMIT {MOST}"
_INSIDE = (
    "SELECT child, parent, quantity, unit FROM genealogy_edge WHERE log = %s AND kind IN ('within', 'seen') "
    "AND until IS NULL AND child {keys} ORDER BY child, parent"
)
_MEMBERS = "SELECT DISTINCT child, parent FROM genealogy_edge WHERE kind = 'member' AND child {keys}"
_NAMES = "SELECT DISTINCT id, uri FROM ledger_identifier WHERE id {keys}"
_MADE = (
    f"{_READ} AND (r.biz_step = 'commissioning' OR r.type = 'TransformationEvent') AND r.id IN "
    "(SELECT e.record FROM ledger_eventitem e WHERE e.role IN ('epc', 'output') AND e.identifier {keys})"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Goods of a shipment by their id: how much (None: nobody said), and the container they are in, if any."""

    subject: bytes
    amount: int | None
    unit: str
    inside: bytes | None = None


@dataclass(slots=True)
class Shipment:
    """The events of one despatch advice; one without an advice is a shipment by itself."""

    readings: list[Reading] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    containers: list[bytes] = field(default_factory=list)


def announced(warehouse: str) -> list[Expected]:
    """Every shipment that partners announced for a warehouse, here already or not; lines without what came."""
    who = who_is_who()
    readings = _sent(who, warehouse)
    shipments = _by_advice(readings)
    if not shipments:
        return []
    inside = _contents({key for one in shipments for key in one.containers})
    for one in shipments:
        one.pieces += [piece for key in one.containers for piece in _unpacked(key, inside)]
    things = _Things(who, [piece for one in shipments for piece in one.pieces], readings)
    return [_expected(one, warehouse, who, things) for one in shipments]


def _sent(who: Who, warehouse: str) -> list[Reading]:
    gln = who.directory.warehouses[warehouse].gln
    docks = Place.objects.filter(warehouse_id=warehouse, purpose=Purpose.RECEIVING).values_list("uri", flat=True)
    named = [key16(uri) for uri in (gln_uri(gln), party_uri(gln), *docks)]
    with connection.cursor() as cursor:
        rows = select_in(cursor, _SENT, named, PARTNERS, suffix=_LATEST)
    return [reread(who, row) for row in rows]


def _by_advice(readings: Sequence[Reading]) -> list[Shipment]:
    """The shipments, with what their events name themselves. Who says shipping and departing says one thing twice."""
    found: dict[bytes, Shipment] = {}
    for reading in readings:
        advice = next((m.identifier for m in reading.mentions if m.role == "doc.desadv"), reading.entry.id)
        found.setdefault(advice, Shipment()).readings.append(reading)
    for one in found.values():
        shipping = [reading for reading in one.readings if reading.entry.biz_step == "shipping"]
        one.readings = shipping or one.readings
        for reading in one.readings:
            _take(one, reading)
    return list(found.values())


def _take(shipment: Shipment, reading: Reading) -> None:
    goods = reading.fact.goods if reading.fact is not None else ()
    for one in goods:
        if one.container:
            shipment.containers += [one.subject] if one.subject not in shipment.containers else []
        else:
            shipment.pieces.append(Piece(one.subject, 1_000_000 if one.instance else one.amount, one.unit))


def _contents(containers: Collection[bytes]) -> dict[bytes, list[Piece]]:
    """Container → what is in it, at any depth. A statement a level."""
    found: dict[bytes, list[Piece]] = {}
    asked = set(containers)
    with connection.cursor() as cursor:
        for _ in range(DEEPEST):
            if not asked:
                break
            rows = select_in(cursor, _INSIDE, asked, PARTNERS)
            for key in asked:
                found.setdefault(key, [])
            for container, goods, amount, unit in rows:
                found[bytes(container)].append(Piece(bytes(goods), amount, unit, bytes(container)))
            asked = {bytes(goods) for _container, goods, _amount, _unit in rows} - found.keys()
    return found


def _unpacked(container: bytes, inside: Mapping[bytes, Sequence[Piece]]) -> list[Piece]:
    """What is in a container, its inner ones opened; itself where nobody told."""
    found: list[Piece] = []
    todo, seen = [container], {container}
    while todo:
        key = todo.pop()
        content = inside.get(key, ())
        if not content and key == container:
            found.append(Piece(key, None, "", key))
        for piece in content:
            if inside.get(piece.subject) and piece.subject not in seen:
                seen.add(piece.subject)
                todo.append(piece.subject)
            elif piece.subject not in seen:
                found.append(piece)
    return found


class _Things:
    """What the pieces are called: their URIs, the lots of serials, and the dates that were given at their making."""

    def __init__(self, who: Who, pieces: Sequence[Piece], readings: Iterable[Reading]) -> None:
        self.who = who
        wanted = {key for piece in pieces for key in (piece.subject, piece.inside) if key}
        with connection.cursor() as cursor:
            members = {bytes(one): bytes(lot) for one, lot in select_in(cursor, _MEMBERS, wanted)}
            names = select_in(cursor, _NAMES, wanted | set(members.values()))
            lots = (wanted | set(members.values())) - {piece.inside for piece in pieces if piece.inside}
            made = select_in(cursor, _MADE, lots, PARTNERS)
        self.uris = {bytes(key): str(uri) for key, uri in names}
        self.lots = {one: self.uris[lot] for one, lot in members.items() if lot in self.uris}
        self.traits: dict[bytes, Traits] = {}
        for reading in [*(reread(who, row) for row in made), *readings]:
            self.traits |= reading.fact.traits if reading.fact is not None else {}

    def line(self, piece: Piece) -> ExpectedLine:
        """One piece as a line; alike ones are put together after."""
        container = self.uris.get(piece.inside, "") if piece.inside else ""
        uri = self.uris.get(piece.subject, "")
        if piece.subject == piece.inside or not uri:
            return ExpectedLine(container=container)
        named = identify(uri)
        lot = identify(self.lots[piece.subject]).code if piece.subject in self.lots else ""
        serial = named.kind is Kind.SERIAL
        item = self.who.directory.kept(named.item or uri)
        info = self.who.directory.items.get(item)
        amount, base = unscaled(piece.amount or 0), info.base_unit if info else piece.unit
        weighs = piece.unit != base and piece.unit in UNITS and is_weight(piece.unit)  # beside how many there are
        traits = self.traits.get(piece.subject) or self.traits.get(key16(self.lots.get(piece.subject, ""))) or Traits()
        return ExpectedLine(
            item=item,
            item_code=info.code if info else "",
            lot=named.code if named.kind is Kind.LOT else lot,
            serials=(named.code,) if serial else (),
            produced=_day(traits.produced),
            expiry=_day(traits.expiry),
            quantity=Decimal(1) if serial else NOTHING if weighs else amount,
            unit=base,
            weight=in_kilograms(amount, piece.unit) if weighs else NOTHING,
            container=container,
        )


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal is not None else None


def together(lines: Iterable[ExpectedLine]) -> tuple[ExpectedLine, ...]:
    """Pieces of one lot in one container as one line."""
    found: dict[tuple[object, ...], ExpectedLine] = {}
    for line in lines:
        key = (line.item, line.lot, line.container, line.expiry, line.produced, bool(line.serials))
        old = found.get(key)
        if old is None:
            found[key] = line
        elif line.item:
            found[key] = replace(
                old,
                serials=(*old.serials, *line.serials),
                quantity=old.quantity + line.quantity,
                weight=old.weight + line.weight,
            )
    return tuple(found.values())


def _expected(one: Shipment, warehouse: str, who: Who, things: _Things) -> Expected:
    first = one.readings[0]
    papers = _named(one, "doc.desadv")
    sender = next(iter(_named(one, "from.possessing_party") + _named(one, "from.owning_party")), "")
    partner = who.directory.partner_of(sender)
    advice = papers[0] if papers else ""
    return Expected(
        source=EVENT,
        key=first.entry.id.hex(),
        number=tail(advice),
        uri=advice,
        warehouse=warehouse,
        supplier=partner.uri if partner else sender,
        supplier_code=partner.code if partner else tail(sender),
        shipped=moment(first.entry.event_time),
        orders=tuple(_named(one, "doc.po")),
        containers=tuple(things.uris[key] for key in one.containers if key in things.uris),
        lines=together(map(things.line, one.pieces)),
    )


def _named(one: Shipment, role: str) -> list[str]:
    """The URIs that its events name in a role."""
    uris = [
        reading.names[mention.identifier].uri
        for reading in one.readings
        for mention in reading.mentions
        if mention.role == role
    ]
    return list(dict.fromkeys(uris))


def tail(uri: str) -> str:
    """The number at the end of a paper's URI: ``…/doc/desadv/D-1``, ``urn:epcglobal:cbv:bt:0614141073467:1152``."""
    return identify(uri).code.rsplit(":", 1)[-1] if uri else ""
