"""A supplier's despatch advice taken in: announced, replaced by another under its number, or cancelled.

What it tells of are events in the log of the partners. A replacement declares those before it wrong and names what
stands instead, a cancellation declares that they did not occur: so the history stays, and nothing is rewritten.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from suyuan.capture.bodies import declared_wrong
from suyuan.capture.who import Who
from suyuan.catalog.models import SupplierItem
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import Kind, identify, own_document_uri
from suyuan.gs1.problems import Problem
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import PARTNERS, key16
from suyuan.orders.edifact_desadv import Function
from suyuan.orders.edifact_despatched import Advice
from suyuan.orders.edifact_events import events_of
from suyuan.orders.notices import expected
from suyuan.orders.register_notices import RECEIVE

WRONG, NEVER = "incorrect_data", "did_not_occur"  # CBV error reasons
_TOLD = (
    "SELECT b.body, EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) FROM ledger_record r "
    "JOIN ledger_body b ON b.id = r.id AND b.log = r.log WHERE r.log = %s AND r.biz_step = %s AND r.declares IS NULL "
    "AND r.id IN (SELECT e.record FROM ledger_eventitem e WHERE e.role = %s AND e.identifier {keys})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAdvice:
    """What a supplier (URI) says under a number that he shipped to a warehouse: `function` as in `Function`, `events`
    as `edifact_events` makes them, none of a cancellation."""

    warehouse: str
    supplier: str
    number: str
    function: str = Function.ORIGINAL.value
    events: tuple[JsonObject, ...] = ()


def taking(advice: Advice, who: Who) -> TakeAdvice:
    """The command of a message with which nothing is wrong."""
    assert advice.supplier is not None  # an advice without one has a problem
    gone = advice.function is Function.CANCELLATION
    return TakeAdvice(
        warehouse=advice.warehouse, supplier=advice.supplier.uri, number=advice.number, function=advice.function.value,
        events=() if gone else tuple(events_of(advice, who.directory, who.origin)),
    )  # fmt: skip


def supplier_codes() -> dict[tuple[str, str], str]:
    """(Supplier, key of his code) → item, as `read_advices` wants them: URIs. One statement."""
    rows = SupplierItem.objects.filter(is_active=True).values_list("partner__uri", "key", "item__uri")
    return {(partner, key): item for partner, key, item in rows}


@command(TakeAdvice, permission=RECEIVE)
def take_advice(ctx: Context, who: Who, c: TakeAdvice) -> Plan:
    """`made`: whether anything is new; the same message twice is one."""
    before = shipments(c.supplier, own_document_uri(who.origin, "desadv", c.number))
    ids = {event["eventID"] for event in c.events}
    if any(one.body["eventID"] in ids for one in before):
        return Plan(result={"number": c.number, "made": False})
    standing = [one.body for one in before if one.stands]
    if c.function == Function.CANCELLATION and before and not standing:
        return Plan(result={"number": c.number, "made": False})
    if problems := advice_problems(who, c, bool(before), standing):
        return Plan(problems=problems)
    old = [*standing, *packed(standing)]
    reason = NEVER if c.function == Function.CANCELLATION else WRONG
    declared = [declared_wrong(body, at=ctx.now, reason=reason, corrective=instead(body, c.events)) for body in old]
    return Plan(result={"number": c.number, "made": True}, events=[*declared, *c.events])


def advice_problems(who: Who, c: TakeAdvice, known: bool, standing: Sequence[Mapping[str, Any]]) -> list[Problem]:
    params = {"number": c.number}
    if c.function == Function.ORIGINAL and known:
        return [Problem("orders.advice_known", "number", params)]
    if c.function == Function.CANCELLATION and not known:
        return [Problem("orders.advice_unknown", "number", params)]
    if c.function != Function.ORIGINAL and has_come(who, c, standing):
        return [Problem("orders.advice_received", "number", params)]
    return []


@dataclass(frozen=True, slots=True)
class Told:
    """A shipping event of a supplier, and whether it stands or was declared wrong."""

    body: Mapping[str, Any]  # Any: JSON of an event
    stands: bool


def shipments(supplier: str, paper: str) -> list[Told]:
    """What the supplier said that he shipped under a despatch advice (URIs). One statement."""
    rows = _told("shipping", "doc.desadv", [paper])
    return [one for one in rows if supplier in {source.get("source") for source in one.body.get("sourceList", ())}]


def packed(shipped: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What stands of how the containers of these shipments were packed, at any depth. A statement a level."""
    found: list[Mapping[str, Any]] = []
    times = {body["eventTime"] for body in shipped}
    boxes = {uri for body in shipped for uri in body.get("epcList", ()) if is_box(uri)}
    seen: set[str] = set()
    while boxes:
        seen |= boxes
        level = [one.body for one in _told("packing", "parent", boxes) if one.stands and one.body["eventTime"] in times]
        found += level
        boxes = {uri for body in level for uri in body.get("childEPCs", ()) if is_box(uri)} - seen
    return found


def is_box(uri: str) -> bool:
    return identify(uri).kind is Kind.CONTAINER


def _told(step: str, role: str, uris: Iterable[str]) -> list[Told]:
    with connection.cursor() as cursor:
        rows = select_in(cursor, _TOLD, map(key16, uris), PARTNERS, step, role)
    return [Told(json.loads(bytes(body)), not declared) for body, declared in rows]


def instead(body: Mapping[str, Any], events: Iterable[JsonObject]) -> list[str]:
    """The events that stand in the place of one: of a shipment the shipment, of a container how that is packed now."""
    return [str(new["eventID"]) for new in events if new.get("parentID") == body.get("parentID")]


def has_come(who: Who, c: TakeAdvice, standing: Sequence[Mapping[str, Any]]) -> bool:
    """Is anything of it here already, in whichever warehouse it was announced to?"""
    ends = {one.get("destination") for body in standing for one in body.get("destinationList", ())}
    houses = {who.warehouse_of_party(end) for end in ends if end} | {c.warehouse}
    return any(
        line.done or line.arrived
        for house in sorted(filter(None, houses))
        for one in expected(house, supplier=c.supplier, number=c.number, also_here=True)
        for line in one.lines
    )
