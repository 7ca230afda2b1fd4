"""Pick: ObjectEvent OBSERVE picking / in_progress to the staging place, or AggregationEvent ADD picking into a tote."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import aggregation_event, object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, container_uri, resolve
from suyuan.operations.outbound.reserve import at_door, kept_problems
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers, elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Take goods from bins or containers for order `po`. `into`: a tote or pallet; `to`: default the staging place."""

    warehouse: str
    lines: tuple[Line, ...]
    to: str = ""
    into: str = ""
    po: str = ""
    at: datetime | None = None


@command(Pick, permission="pick")
def pick(ctx: Context, who: Who, c: Pick) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    target = place_of(places, c.to, "to", problems, otherwise=Purpose.STAGING, into=True)
    papers = documents(who, {"po": c.po}, problems)
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    problems += kept_problems(at_door(goods, c.warehouse, c.po), day_of(who, c.warehouse, at), c.warehouse)
    tote = ""
    try:
        tote = container_uri(who, c.into, "into") if c.into else ""
    except Refused as refused:
        problems += refused.problems
    problems += elsewhere(tote, c.warehouse, "into")
    events = []
    for source, part in goods.by_source().items():
        picking = head(
            ctx, who, c.warehouse, at, "picking", "in_progress",
            read_point=target, location=target, documents=papers, extra={"from": source},
        )  # fmt: skip
        if tote:
            events.append(aggregation_event(picking, "ADD", parent=tote, epcs=part.instances, amounts=part.classes))
        else:
            events.append(object_event(picking, "OBSERVE", epcs=part.instances, amounts=part.classes))
    return Plan(result={"place": target, "into": tote}, events=events, problems=problems, fields=goods.fields)
