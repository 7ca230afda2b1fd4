"""Pick: ObjectEvent OBSERVE picking / in_progress to the staging place, or AggregationEvent ADD picking into a tote."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import aggregation_event, object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.doors import Door, amounts_of, at_door, kept_problems
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, container_uri, resolve
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.reopening import settled
from suyuan.operations.shortage import absent_containers, elsewhere
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order, find_outgoing
from suyuan.orders.reservations import do_consume


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Take goods from bins or containers for order `po`, a sales order or an issue; an issue is done by this, so that
    what was kept for it is so no longer, and what completes it closes it. `into`: a tote or pallet; `to`: default the
    destination of the issue, else the staging place.
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
    issue = find_order(c.po, OrderKind.ISSUE, lock=True) if "/issue/" in c.po else None
    door = at_door(goods, c.warehouse, lambda: [order.pk for order in picked_for(c.po, issue)])
    issue = issue or issue_of(c.po, door)
    bound = issue.destination.uri if issue is not None and issue.destination is not None else ""
    target = place_of(places, c.to or bound, "to", problems, otherwise=Purpose.STAGING, into=True)
    papers = documents(who, {"po": issue.uri if issue is not None else c.po}, problems)
    problems += goods.problems + absent_containers(goods, c.warehouse)
    problems += kept_problems(door, c.warehouse)
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
    done = {}
    if issue is not None and not problems:
        do_consume(door.mine, door.went)
        done = {issue.uri: amounts_of(who, goods)}
    about, changes = settled(OrderKind.ISSUE, done)
    return Plan(
        result={"place": target, "into": tote}, events=events, problems=problems, fields=goods.fields, about=about,
        changes=changes, held=door.held,
    )  # fmt: skip


def picked_for(po: str, issue: Order | None) -> list[Order]:
    """The order of which what is kept may be picked."""
    found = issue or (find_outgoing(po) if po else None)
    return [found] if found is not None else []


def issue_of(po: str, door: Door) -> Order | None:
    """The issue that is meant by a number: goods are kept for it. Else no statement."""
    if not door.mine or "://" in po:
        return None
    found = find_outgoing(po)
    return found if found is not None and found.kind == OrderKind.ISSUE else None
