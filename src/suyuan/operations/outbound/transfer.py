"""Send goods to another warehouse of ours: shipping / in_transit, source and destination location, same owner."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event, transit_uri
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.doors import at_door, kept_problems
from suyuan.operations.events import day_of, happened, head, zone_of
from suyuan.operations.lines import Line, resolve
from suyuan.operations.outbound.gate import gate_problems, leaving
from suyuan.operations.parties import document_uri, documents, site
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """To the warehouse with the code `to`; what is under way belongs to the sender until it is received there."""

    warehouse: str
    to: str
    lines: tuple[Line, ...]
    place: str = ""
    desadv: str = ""
    at: datetime | None = None


@command(Transfer, permission="ship")
def transfer(ctx: Context, who: Who, c: Transfer) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.STAGING)
    if c.to not in who.directory.warehouses or c.to == c.warehouse:
        return Plan(problems=[*problems, Problem("operations.transfer_target", "to", {"warehouse": c.to})])
    number = c.desadv or ctx.number(f"T{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    papers = documents(who, {"desadv": number}, problems)
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    door = at_door(goods, c.warehouse)
    problems += gate_problems(leaving(who, goods, door.held), day_of(who, c.warehouse, at))
    problems += kept_problems(door, c.warehouse)
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "shipping", "in_transit", read_point=place, documents=papers,
                sources=[("location", site(who, c.warehouse))], destinations=[("location", site(who, c.to))],
                extra={"from": source},
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    document = document_uri(who, "desadv", number)
    transit = transit_uri(who.origin, c.warehouse, document)
    result: dict[str, Json] = {"desadv": number, "document": document, "transit": transit}
    return Plan(result=result, events=events, problems=problems, fields=goods.fields, held=door.held)
