"""Pack: AggregationEvent ADD packing, the container as parent."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import aggregation_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, container_uri, resolve
from suyuan.operations.lots import mint_sscc
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers, amount_of, elsewhere
from suyuan.operations.storage.proposals import Taken, lots_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Put goods into a container: `container` as SSCC, code or URI; without one a new SSCC is minted.

    `place`: where the container stands, default the staging place.
    """

    warehouse: str
    lines: tuple[Line, ...]
    container: str = ""
    place: str = ""
    at: datetime | None = None


@command(Pack, permission="pick")
def pack(ctx: Context, who: Who, c: Pack) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.STAGING, into=True)
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    parent = ""
    try:
        parent = container_uri(who, c.container, "container") if c.container else mint_sscc(who, c.warehouse)
    except Refused as refused:
        problems += refused.problems
    problems += elsewhere(parent, c.warehouse, "container") if c.container else []
    if parent in goods.subjects:
        problems.append(Problem("operations.into_itself", "container", {"container": parent}))
    taken = [Taken(uri, amount_of(thing) or None) for thing in goods.things for uri in thing.subjects]
    problems += lots_problems(who, c.warehouse, taken, place, "place", container=parent) if parent else []
    events = [
        aggregation_event(
            head(
                ctx, who, c.warehouse, at, "packing", "in_progress",
                read_point=place, location=place, extra={"from": source},
            ),
            "ADD",
            parent=parent,
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
        if parent
    ]  # fmt: skip
    return Plan(result={"container": parent, "place": place}, events=events, problems=problems, fields=goods.fields)
