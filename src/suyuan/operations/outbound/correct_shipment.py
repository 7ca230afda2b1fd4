"""Correct a shipment after it left: declarations of error for its events (EPCIS 2.0 §7.4.1.2) and what stands instead.

Judged as one net result: what is said to have stayed is here again, what went instead leaves now, and where that cannot
be, the stock names the events that depend on it. What the customer signed for is corrected with him: as a return, or
first by declaring his signature wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.db import connection

from suyuan.capture.bodies import PREFIX, declared_wrong
from suyuan.capture.who import Who
from suyuan.epcis.document import read_stored
from suyuan.epcis.events import Event, JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import key16
from suyuan.operations.correcting import INCORRECT_DATA, said_problems
from suyuan.operations.lines import container_uri
from suyuan.operations.mending import RightLine, groups_of, mended, read_rights, takes_others
from suyuan.operations.parties import document_uri
from suyuan.operations.reopening import orders_after
from suyuan.operations.signatures import ADJUSTMENT
from suyuan.tlog.jcs import Json

_STANDING = (
    "SELECT b.body FROM ledger_eventitem d "
    "JOIN ledger_record r ON r.log = d.log AND r.id = d.record AND r.biz_step = 'shipping' AND r.declares IS NULL "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE d.log = %s AND d.identifier = %s AND d.role = 'doc.desadv' "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record x WHERE x.declares = r.id) ORDER BY r.event_time, r.id"
)
_LATER = (
    "SELECT DISTINCT r.biz_step FROM ledger_eventitem d JOIN ledger_record r ON r.log = d.log AND r.id = d.record "
    "WHERE d.identifier = %s AND d.role = 'doc.desadv' AND r.biz_step IN ('accepting', 'void_shipping') "
    "AND r.declares IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_record x WHERE x.declares = r.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectShipment:
    """The shipment under `desadv` did not occur, or its data were incorrect: `lines` say what is right of lots and
    serials, `stayed` which containers (SSCC, code or URI) did not leave."""

    warehouse: str
    desadv: str
    error: str
    reason: str
    lines: tuple[RightLine, ...] = ()
    stayed: tuple[str, ...] = ()


@command(CorrectShipment, permission="adjust", groups=ADJUSTMENT)
def correct_shipment(ctx: Context, who: Who, c: CorrectShipment) -> Plan:
    problems = said_problems(c.error, c.reason, [*c.lines, *c.stayed])
    events = standing_shipment(who, c.warehouse, c.desadv)
    if not events:
        return Plan(problems=[*problems, Problem("operations.shipment_unknown", "desadv", {"desadv": c.desadv[:80]})])
    problems += _since(document_uri(who, "desadv", c.desadv), c.desadv)
    wrong = c.error == INCORRECT_DATA
    rights = read_rights(who, c.lines, problems) if wrong else {}
    stayed = _stayed(who, c.stayed, events, problems) if wrong else frozenset()
    named = {uri for event in events for uri in groups_of(who, event.body)}
    problems += [
        Problem("operations.not_in_event", right.field, {"goods": uri})
        for uri, right in rights.items()
        if uri not in named
    ]
    wrong_ones: list[Event] = []
    instead: list[JsonObject] = []
    declared: list[JsonObject] = []
    for event in events:
        body = {**event.body, "epcList": [epc for epc in _epcs(event) if identify(epc).uri not in stayed]}
        new = mended(who, body, rights) if wrong else None
        if new is not None and _same(new, event.body):
            continue  # this part of it was right
        wrong_ones.append(event)
        if new is not None:
            new |= {"eventID": ctx.mint(), f"{PREFIX}:request": str(ctx.request_id), f"{PREFIX}:by": ctx.actor.id}
            new[f"{PREFIX}:reason"] = c.reason.strip()
            if any(right.lot for right in rights.values()):
                new.pop(f"{PREFIX}:from", None)  # another lot may have lain elsewhere
            instead.append(new)
        ids = [cast(str, new["eventID"])] if new is not None else []
        declared.append(declared_wrong(event.body, at=ctx.now, reason=c.error or INCORRECT_DATA, corrective=ids))
    if wrong and not instead and len(declared) == len(events):
        problems.append(Problem("operations.nothing_left", "lines"))
    result: dict[str, Json] = {
        "desadv": c.desadv,
        "declared": [event["eventID"] for event in cast(Sequence[dict[str, Json]], declared)],
        "instead": [cast(str, event["eventID"]) for event in instead],
    }
    about, changes = orders_after(who, c.warehouse, wrong_ones, instead) if not problems else ([], [])
    above = not wrong or bool(stayed) or any(takes_others(who, event.body, rights) for event in events)
    return Plan(
        result=result, events=[*declared, *instead], problems=problems, four_eyes=above, about=about, changes=changes
    )


def standing_shipment(who: Who, warehouse: str, desadv: str) -> list[Event]:
    """The shipping events under a despatch advice (number or URI) that stand. One statement."""
    try:
        document = document_uri(who, "desadv", desadv)
    except Refused:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [warehouse, key16(document)])
        return [read_stored(bytes(body)) for (body,) in cursor.fetchall()]


def _since(document: str, desadv: str) -> list[Problem]:
    """What came of it since, and was told of the goods as they were said to have left. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [key16(document)])
        steps = {str(step) for (step,) in cursor.fetchall()}
    codes = {"accepting": "operations.shipment_signed", "void_shipping": "operations.shipment_voided"}
    return [Problem(codes[step], "desadv", {"desadv": desadv[:80]}) for step in sorted(steps)]


def _epcs(event: Event) -> Sequence[str]:
    return cast(Sequence[str], event.body.get("epcList", ()))


def _stayed(who: Who, texts: Sequence[str], events: Sequence[Event], problems: list[Problem]) -> frozenset[str]:
    """The containers that did not leave, each of which the shipment must name."""
    went = {identify(epc).uri for event in events for epc in _epcs(event)}
    found = set()
    for n, text in enumerate(texts):
        try:
            uri = container_uri(who, text, f"stayed[{n}]")
        except Refused as refused:
            problems += refused.problems
            continue
        found.add(uri)
        if uri not in went:
            problems.append(Problem("operations.not_in_event", f"stayed[{n}]", {"goods": uri}))
    return frozenset(found)


def _same(new: JsonObject, old: JsonObject) -> bool:
    """Do both name the same goods?"""
    return all(list(cast(Sequence[object], new.get(name, ()))) == list(cast(Sequence[object], old.get(name, ())))
               for name in ("epcList", "quantityList"))  # fmt: skip
