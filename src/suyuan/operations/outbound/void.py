"""Void a shipment that has not been signed for: OBSERVE void_shipping; the goods are back in a place of ours."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.doors import by_item
from suyuan.operations.events import happened, head
from suyuan.operations.places import place_of, places_of
from suyuan.operations.reopening import less_shipped
from suyuan.operations.shipments import shipment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidShipment:
    """All that is still under way under `desadv` is in `place` again, default the staging place. An order that it had
    completed is open again.
    """

    warehouse: str
    desadv: str
    reason: str
    place: str = ""
    at: datetime | None = None


@command(VoidShipment, permission="ship")
def void(ctx: Context, who: Who, c: VoidShipment) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.STAGING, into=True)
    if not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    shipment = shipment_of(who, c.warehouse, c.desadv, problems)
    if shipment is None:
        return Plan(problems=problems)
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "void_shipping", read_point=place, location=place,
            documents=[("desadv", shipment.document)], extra={"reason": c.reason.strip()},
        ),
        "OBSERVE",
        epcs=shipment.instances,
        amounts=shipment.classes(),
    )  # fmt: skip
    less = by_item(who, *shipment.not_refused) if not problems else {}
    about, changes = less_shipped(c.warehouse, shipment.document, less)
    return Plan(result={"place": place}, events=[event], problems=problems, about=about, changes=changes)
