"""Delivery sign-off: OBSERVE accepting at the customer's; what is refused is accepting / returned, still under way."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.catalog.rules import PARTY, PLACE
from suyuan.delivery.kinds import Source, State, Step
from suyuan.delivery.port import Told
from suyuan.delivery.queries import of_document
from suyuan.delivery.writes import do_report
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.attachments import Attachment, attached
from suyuan.operations.doors import amounts_of
from suyuan.operations.events import day_of, happened, head, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import both, documents, find_partner, partner, us
from suyuan.operations.reopening import less_shipped
from suyuan.operations.shipments import Shipment, departure_of, shipment_of
from suyuan.operations.shortage import amount_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine(Line):
    """Goods that the recipient does not take, and why; without a reason that of the whole counts."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """The recipient signs for a shipment: for `accepted`, without lines for all that is not in `refused`.

    `signer`: his name, of which the record keeps a commitment only. `attachments`: his signature, photos; the events
    name them by their hash. An account of a carrier signs for what its own partner drives. What is refused did not go
    for its order, which is open again where it had been completed.
    """

    warehouse: str
    customer: str
    desadv: str
    accepted: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    reason: str = ""
    signer: Personal | None = None
    attachments: tuple[Attachment, ...] = ()
    at: datetime | None = None


@command(Deliver, permission="delivery:own")
def deliver(ctx: Context, who: Who, c: Deliver) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    customer = partner(who, c.customer, "customer", "customer", problems, even_closed=True)
    number = ctx.number(f"P{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    papers = documents(who, {"desadv": c.desadv, "recadv": number}, problems)
    accepted = resolve(who, c.accepted, name="accepted", day=day_of(who, c.warehouse, at)) if c.accepted else Resolved()
    refused = resolve(who, c.refused, name="refused", day=day_of(who, c.warehouse, at)) if c.refused else Resolved()
    problems += accepted.problems + refused.problems + reason_problems(c)
    proof = attached(who, c.attachments, accepted, problems)
    shipment = shipment_of(who, c.warehouse, c.desadv, problems)
    if shipment is None:
        return Plan(problems=problems)
    problems += driver_problems(ctx, who, c.warehouse, shipment)
    problems += signed_problems(accepted, refused, shipment, key16(customer))
    instances, classes = (accepted.instances, accepted.classes) if c.accepted else _rest(shipment, refused)

    def signed(disposition: str, epcs: list[str], amounts: list[Amount], reason: str = "") -> JsonObject:
        signing = head(
            ctx, who, c.warehouse, at, "accepting", disposition,
            read_point=customer.replace(PARTY, PLACE) if customer.startswith(PARTY) else "", documents=papers,
            sources=[("possessing_party", us(who, c.warehouse))], destinations=both(customer) if customer else (),
            extra={"reason": reason, "attachments": proof},
        )  # fmt: skip
        return object_event(signing, "OBSERVE", epcs=epcs, amounts=amounts)

    events = [signed("in_progress", instances, classes)] if instances or classes else []
    for reason, part in by_reason(c, refused).items():
        events.append(signed("returned", part.instances, part.classes, reason))
    if not problems:
        taken = bool(instances or classes)
        told_by_signature(ctx, c.warehouse, shipment, at, Step.DELIVERED if taken else Step.REFUSED)
    less = amounts_of(who, refused) if not problems else {}
    about, changes = less_shipped(c.warehouse, shipment.document, less)
    result, fields = {"number": number, "customer": customer}, accepted.fields | refused.fields
    return Plan(result=result, events=events, problems=problems, fields=fields, about=about, changes=changes)


def _rest(shipment: Shipment, refused: Resolved) -> tuple[list[str], list[Amount]]:
    """All of the shipment that is not refused."""
    gone = {key16(uri): amount_of(thing) for thing in refused.things for uri in thing.subjects}
    names = {shipment.uris.get(key) for key in gone}
    return [uri for uri in shipment.instances if uri not in names], shipment.classes(gone)


def reason_of(c: Deliver, line: Line) -> str:
    own = line.reason if isinstance(line, RefusedLine) else ""
    return own.strip() or c.reason.strip()


def reason_problems(c: Deliver) -> list[Problem]:
    """Whoever refuses says why, of each line or of all."""
    if all(reason_of(c, line) for line in c.refused):
        return []
    if not any(isinstance(line, RefusedLine) for line in c.refused):
        return [Problem("operations.reason_missing", "reason")]
    missing = [n for n, line in enumerate(c.refused) if not reason_of(c, line)]
    return [Problem("operations.reason_missing", f"refused[{n}].reason") for n in missing]


def by_reason(c: Deliver, refused: Resolved) -> dict[str, Resolved]:
    """What is refused, by why: an event names one reason."""
    found: dict[str, Resolved] = {}
    for thing in refused.things:
        found.setdefault(reason_of(c, c.refused[thing.index]), Resolved()).things.append(thing)
    return found


def driver_problems(ctx: Context, who: Who, warehouse: str, shipment: Shipment) -> list[Problem]:
    """An account of a carrier signs for no other's shipments."""
    if not ctx.actor.partner:
        return []
    mine = find_partner(who.directory, ctx.actor.partner)
    left = departure_of(warehouse, shipment.document)
    if mine is not None and left is not None and left.carrier == mine.uri:
        return []
    number = shipment.document.rsplit("/", 1)[-1]
    return [Problem("operations.shipment_of_another", "desadv", {"desadv": number})]


def told_by_signature(ctx: Context, warehouse: str, shipment: Shipment, at: datetime, step: Step) -> None:
    """What was signed is known of the consignments as well, whatever their carrier reports."""
    told = Told(at=at, code="", step=step.value, id=f"signed:{ctx.request_id.hex}")
    for id in of_document(shipment.document, warehouse).filter(state=State.BOOKED).values_list("pk", flat=True):
        do_report(id, [told], Source.SIGNED, ctx.now)


def signed_problems(accepted: Resolved, refused: Resolved, shipment: Shipment, customer: bytes) -> list[Problem]:
    """Nobody signs for more than is under way to him, accepted and refused together."""
    left: dict[bytes, int] = {}
    for row in shipment.rows:
        if row.owner == customer:
            left[row.subject] = left.get(row.subject, 0) + row.quantity
    if not left:
        return [Problem("operations.shipment_to_another", "customer")]
    problems = []
    for thing in (*accepted.things, *refused.things):
        for uri in thing.subjects:
            there, wanted = left.get(key16(uri), 0), amount_of(thing)
            if wanted > there or there <= 0:
                shown = {"goods": uri, "there": decimal_text(unscaled(max(there, 0)))}
                problems.append(Problem("operations.more_than_under_way", thing.field, shown))
            left[key16(uri)] = there - wanted
    return problems
