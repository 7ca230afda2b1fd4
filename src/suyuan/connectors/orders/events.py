"""A movement as the EPCIS event it becomes. Pure.

Its id is made of the warehouse, the kind and the number of its paper: an import that was broken off and begun again
makes the same events, and the write door passes over those it has.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import CONTEXT, Amount, Head, Pair, object_event
from suyuan.connectors.orders.plan import Kind, Movement
from suyuan.epcis.document import event_of
from suyuan.epcis.events import Event
from suyuan.gs1.identifiers import gln_uri, lot_of_item, own_document_uri, party_uri
from suyuan.gs1.quantities import COUNT
from suyuan.stock.facts import RELEASED

PAPERS = {Kind.RECEIPT: "recadv", Kind.SHIPMENT: "inv", Kind.RETURN: "rma"}


@dataclass(frozen=True, slots=True)
class World:
    """What events name: the warehouse with its zone, items, parties by code; the party of "" is for all unnamed."""

    origin: str
    gln: str
    zone: ZoneInfo
    items: dict[str, str]
    parties: dict[str, str]
    supplier: str


def event_for(movement: Movement, world: World) -> Event:
    """The event of a movement; the same for the same movement."""
    amounts = [
        Amount(uri=lot_of_item(world.items[item], lot), quantity=Decimal(pieces), uom=COUNT)
        for item, lot, pieces in movement.amounts
    ]
    return event_of(object_event(_head(movement, world), "OBSERVE", amounts=amounts), CONTEXT)


def event_id(movement: Movement, world: World) -> str:
    """The id of a movement's event."""
    paper = f"{PAPERS[movement.kind]}/{movement.number}"
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{world.origin}/{world.gln}/orders/{paper}')}"


def _head(movement: Movement, world: World) -> Head:
    paper = PAPERS[movement.kind]
    sent = movement.kind is Kind.SHIPMENT
    us = party_uri(world.gln)
    them = world.supplier if movement.kind is Kind.RECEIPT else world.parties[movement.customer]
    place = gln_uri(world.gln)
    return Head(
        id=event_id(movement, world),
        at=movement.at.replace(tzinfo=world.zone),
        zone=world.zone,
        step="shipping" if sent else "receiving",
        disposition="in_transit" if sent else "returned" if movement.kind is Kind.RETURN else "in_progress",
        read_point=place,
        location="" if sent else place,
        documents=[(paper, own_document_uri(world.origin, paper, movement.number))],
        sources=_parties(us if sent else them, movement.kind),
        destinations=_parties(them if sent else us, movement.kind),
        # What was made up so that orders can be shipped needs no inspection.
        extra={"status": RELEASED} if movement.kind is Kind.RECEIPT else {},
    )


def _parties(uri: str, kind: Kind) -> list[Pair]:
    """What comes back is the customer's no more and not yet ours: only who hands it over is said."""
    kinds = ("possessing_party",) if kind is Kind.RETURN else ("owning_party", "possessing_party")
    return [(name, uri) for name in kinds]
