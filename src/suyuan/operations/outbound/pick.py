"""Pick: ObjectEvent OBSERVE picking / in_progress to the staging place, or AggregationEvent ADD picking into a tote."""

from dataclasses import dataclass, replace
from datetime import datetime

from suyuan.capture.bodies import aggregation_event, object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, container_uri, resolve
from suyuan.operations.outbound.reserve import Door, at_door, kept_problems
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers, elsewhere
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order, find_outgoing
from suyuan.orders.reservations import do_consume


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Take goods from bins or containers for order `po`, a sales order or an issue; an issue is done by this, so that
    what was kept for it is so no longer. `into`: a tote or pallet; `to`: default the destination of the issue, else the
    staging place.
    """

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
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    door = at_door(goods, c.warehouse, c.po)
    issue = issue_of(c.po, door)
    door = door_of(door, issue)
    bound = issue.destination.uri if issue is not None and issue.destination is not None else ""
    target = place_of(places, c.to or bound, "to", problems, otherwise=Purpose.STAGING, into=True)
    papers = documents(who, {"po": issue.uri if issue is not None else c.po}, problems)
    problems += goods.problems + absent_containers(goods, c.warehouse)
    problems += kept_problems(door, day_of(who, c.warehouse, at), c.warehouse)
    if issue is not None and not problems:
        do_consume(door.mine, door.went)
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


def issue_of(po: str, door: Door) -> Order | None:
    """The issue that is meant: named by its URI, or by its number where goods are kept for it. Else no statement."""
    if "/issue/" in po:
        return find_order(po, OrderKind.ISSUE)
    if not door.mine or "://" in po:
        return None
    found = find_outgoing(po)
    return found if found is not None and found.kind == OrderKind.ISSUE else None


def door_of(door: Door, issue: Order | None) -> Door:
    """What is kept for the issue is its own."""
    if issue is None:
        return door
    kept = [*door.mine, *door.others]
    mine = [one for one in kept if one.order_id == issue.pk]
    return replace(door, mine=mine, others=[one for one in kept if one not in mine])
