"""Ship to a customer: ObjectEvent OBSERVE shipping / in_transit; no bizLocation, since the goods are under way."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from suyuan.capture.bodies import object_event, transit_uri
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.delivery.kinds import LoadState
from suyuan.delivery.loads import do_end_load, load_of
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.governance.settings import OVER_SHIPMENT
from suyuan.gs1.problems import Problem
from suyuan.operations.doors import at_door, hold, kept_problems
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.lines import Line, resolve
from suyuan.operations.outbound.gate import asked_of, gate_problems, going_of, leaving, life_problems, order_problems
from suyuan.operations.outbound.load import ship_problems
from suyuan.operations.parties import both, document_uri, documents, partner, us
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers
from suyuan.operations.signatures import SELLER, takes_signature
from suyuan.orders.reservations import do_consume
from suyuan.orders.rules import with_more
from suyuan.orders.writes import do_settle
from suyuan.tlog.jcs import Json

ABOVE = "operations.above_order"
# What a person may say yes to; an order that is closed, or somebody else's, he puts right first.
ACCEPTABLE = frozenset(
    f"operations.{name}" for name in ("short_remaining_life", "delivery_date_missing", "not_in_order", "above_order")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """A dispatch of lots, serials and containers. `desadv`: number of the despatch advice, minted where none is given.

    `carrier`: the partner that drives, who then sees this shipment. `place`: the dock the goods leave from; a line's
    `place` or `inside` says where its goods are taken from. `load`: the checked load that leaves as it was loaded.
    `logger`: the temperature logger that travels along, by its number or EPC; `vehicle` and `seal` as they are written.
    `po`: where it is an order of ours, the goods go against it: more than it allows (`operations.above_order`) wants to
    be accepted, and signed where the firm's settings say so, by whoever keeps sales orders; and what completes it
    closes it, so that nothing is kept for it any more.
    """

    warehouse: str
    customer: str
    lines: tuple[Line, ...]
    place: str = ""
    po: str = ""
    inv: str = ""
    desadv: str = ""
    delivery_date: date | None = None
    carrier: str = ""
    load: UUID | None = None
    vehicle: str = ""
    seal: str = ""
    logger: str = ""
    at: datetime | None = None
    accept: frozenset[str] = frozenset()


@command(Ship, permission="ship", further=(SELLER,))
def ship(ctx: Context, who: Who, c: Ship) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.STAGING)
    customer = partner(who, c.customer, "customer", "customer", problems)
    carrier = partner(who, c.carrier, "carrier", "carrier", problems) if c.carrier.strip() else ""
    number = c.desadv or ctx.number(f"D{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    # The order, then the load, then the goods are taken; whatever is asked of them is asked after that.
    asked = asked_of(who, c.po)
    load = load_of(c.warehouse, c.load, lock=True) if c.load is not None else None
    po = asked.order.uri if asked is not None else c.po
    papers = documents(who, {"desadv": number, "po": po, "inv": c.inv}, problems)
    today = day_of(who, c.warehouse, at)
    goods = resolve(who, c.lines, places, day=today)
    held = hold(goods)
    rows = leaving(who, goods, held)
    problems += goods.problems + absent_containers(goods, c.warehouse)
    problems += gate_problems(rows, today)
    lives = life_problems(who, rows, c.delivery_date, today, customer=customer, carrier=carrier, asked=asked)
    door = at_door(goods, c.warehouse, lambda: [asked.order.pk] if asked else [], held=held)
    going = going_of(who, rows, door.went) if asked is not None else {}
    lives += order_problems(who, asked, c.warehouse, customer, going)
    problems += unaccepted(lives, c.accept & ACCEPTABLE) + kept_problems(door, c.warehouse)
    problems += ship_problems(load, c.lines) if c.load is not None else []
    above = takes_signature(ABOVE, OVER_SHIPMENT, c.accept, lives)
    said = {"carrier": carrier, "vehicle": c.vehicle.strip(), "seal": c.seal.strip(), "logger": c.logger.strip()}
    if not problems and door.mine:
        do_consume(door.mine, door.went)
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "shipping", "in_transit",
                read_point=place, documents=papers, sources=both(us(who, c.warehouse)),
                destinations=both(customer) if customer else (), extra={"from": source, **said},
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    document = document_uri(who, "desadv", number)
    result: dict[str, Json] = {
        "desadv": number,
        "document": document,
        "transit": transit_uri(who.origin, c.warehouse, document),
        "customer": customer,
        "carrier": carrier,
    }
    closed: list[Json] = []
    if load is not None and not problems:
        do_end_load(load, LoadState.SHIPPED, document)
    if asked is not None and not problems:
        closed = do_settle(asked.order, with_more(asked.lines, {item: amount for item, (amount, _) in going.items()}))
    about = [uri for uri, said_of in ((carrier, carrier), (po, closed)) if said_of]
    return Plan(
        result=result, events=events, problems=problems, fields=goods.fields, about=about, changes=closed, held=held,
        four_eyes=above, signers=[SELLER.name] if above else [],
    )  # fmt: skip
