"""Delivery sign-off: OBSERVE accepting at the customer's; what is refused is accepting / returned, still under way."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.catalog.rules import PARTY, PLACE
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import both, documents, partner, us
from suyuan.operations.shipments import Shipment, shipment_of
from suyuan.operations.shortage import amount_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """The recipient signs for a shipment: for `accepted`, without lines for all that is not in `refused`.

    `signer`: his name, of which the record keeps a commitment only.
    """

    warehouse: str
    customer: str
    desadv: str
    accepted: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    reason: str = ""
    signer: Personal | None = None
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
    problems += accepted.problems + refused.problems
    if c.refused and not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    shipment = shipment_of(who, c.warehouse, c.desadv, problems)
    if shipment is None:
        return Plan(problems=problems)
    problems += signed_problems(accepted, refused, shipment, key16(customer))
    instances, classes = (accepted.instances, accepted.classes) if c.accepted else _rest(shipment, refused)

    def signed(disposition: str, epcs: list[str], amounts: list[Amount], reason: str = "") -> JsonObject:
        signing = head(
            ctx, who, c.warehouse, at, "accepting", disposition,
            read_point=customer.replace(PARTY, PLACE) if customer.startswith(PARTY) else "", documents=papers,
            sources=[("possessing_party", us(who, c.warehouse))], destinations=both(customer) if customer else (),
            extra={"reason": reason},
        )  # fmt: skip
        return object_event(signing, "OBSERVE", epcs=epcs, amounts=amounts)

    events = [signed("in_progress", instances, classes)] if instances or classes else []
    if refused.things:
        events.append(signed("returned", refused.instances, refused.classes, c.reason.strip()))
    fields = accepted.fields | refused.fields
    return Plan(result={"number": number, "customer": customer}, events=events, problems=problems, fields=fields)


def _rest(shipment: Shipment, refused: Resolved) -> tuple[list[str], list[Amount]]:
    """All of the shipment that is not refused."""
    gone = {key16(uri): amount_of(thing) for thing in refused.things for uri in thing.subjects}
    names = {shipment.uris.get(key) for key in gone}
    return [uri for uri in shipment.instances if uri not in names], shipment.classes(gone)


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
