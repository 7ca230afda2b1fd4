"""Unpack: AggregationEvent DELETE unpacking / completeness_verified; no children means all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import aggregation_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, container_uri, resolve
from suyuan.operations.parties import site
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import amount_of
from suyuan.operations.storage.proposals import Taken, lots_problems
from suyuan.stock.queries import Stock, stock_in, stock_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpack:
    """Take goods out of a container; without lines everything. `place`: where they are put, default where it stands."""

    warehouse: str
    container: str
    lines: tuple[Line, ...] = ()
    place: str = ""
    at: datetime | None = None


@command(Unpack, permission="move")
def unpack(ctx: Context, who: Who, c: Unpack) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, into=True)
    goods = resolve(who, c.lines, day=day_of(who, c.warehouse, at)) if c.lines else Resolved()
    try:
        parent = container_uri(who, c.container, "container")
    except Refused as refused:
        return Plan(problems=[*problems, *goods.problems, *refused.problems])
    stands = [row for row in stock_of([key16(parent)], c.warehouse) if row.ours]
    problems += goods.problems
    if not stands:
        problems.append(Problem("stock.not_here", "container", {"goods": parent}))
    else:
        problems += content_problems(goods, stock_in([key16(parent)], c.warehouse), parent)
    named = [Taken(uri, amount_of(thing) or None) for thing in goods.things for uri in thing.subjects]
    problems += lots_problems(who, c.warehouse, named or [Taken(parent)], place, "place") if place else []
    event = aggregation_event(
        head(
            ctx, who, c.warehouse, at, "unpacking", "completeness_verified",
            read_point=place or site(who, c.warehouse), location=place,
        ),
        "DELETE",
        parent=parent,
        epcs=goods.instances,
        amounts=goods.classes,
    )  # fmt: skip
    return Plan(result={"container": parent}, events=[event], problems=problems, fields=goods.fields)


def content_problems(goods: Resolved, inside: Sequence[Stock], container: str) -> list[Problem]:
    """Is what is to be taken out in there?"""
    if not goods.things and not inside:
        return [Problem("operations.container_empty", "container", {"container": container})]
    problems = []
    for thing in goods.things:
        for uri in thing.subjects:
            there = sum(row.quantity for row in inside if row.subject == key16(uri))
            if there <= 0 or amount_of(thing) > there:
                problems.append(Problem("operations.not_inside", thing.field, {"goods": uri, "container": container}))
    return problems
