"""Assemble: a serial comes into being (ObjectEvent ADD commissioning), parts are put in (AssociationEvent ADD)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from suyuan.capture.bodies import association_event, lot_facts, object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.doors import at_door, kept_problems
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, closed_problems, resolve, unlotted_problems
from suyuan.operations.lots import expiry_of, shift_at
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.assembling import parts_problems, whole_of
from suyuan.operations.production.working import issue_orders, work_for
from suyuan.operations.shortage import absent_containers
from suyuan.orders.reservations import do_consume


@dataclass(frozen=True, slots=True, kw_only=True)
class Assemble:
    """Put `parts` into `product`, an item with one serial; if there is none yet, it is made now, at `place`."""

    warehouse: str
    product: Line
    parts: tuple[Line, ...]
    place: str = ""
    prodorder: str = ""
    line: str = ""
    shift: str = ""
    at: datetime | None = None


@command(Assemble, permission="produce")
def assemble(ctx: Context, who: Who, c: Assemble) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    day = day_of(who, c.warehouse, at)
    places = places_of(who, c.warehouse)
    work = work_for(who, c.warehouse, c.prodorder, problems) if c.prodorder.strip() else None
    whole = whole_of(who, c.warehouse, c.product, problems)
    wanted = c.place or (work.line if work else "")
    place = whole.place or place_of(places, wanted, "place", problems, otherwise=Purpose.PRODUCTION, into=True)
    papers = [("prodorder", work.uri)] if work else documents(who, {"prodorder": c.prodorder}, problems)
    goods = resolve(who, c.parts, places, name="parts", day=day)
    problems += goods.problems + parts_problems(goods, whole) + absent_containers(goods, c.warehouse)
    door = at_door(goods, c.warehouse, partial(issue_orders, work))
    problems += kept_problems(door, c.warehouse)
    shift = c.shift or (work.shift if work else "") or shift_at(who, c.warehouse, at)
    extra = {"line": c.line or (work.line_code if work else ""), "shift": shift}
    events: list[JsonObject] = []
    fields = dict(goods.fields)
    if whole.thing is not None and whole.stands is None:
        one = Resolved([whole.thing])
        problems += unlotted_problems(one) + closed_problems(who, one)
        fields[whole.uri] = "product"
        last = expiry_of(whole.thing.info, None, day) if whole.thing.info else None
        made = head(
            ctx, who, c.warehouse, at, "commissioning", "active", read_point=place, location=place, documents=papers,
            extra={**extra, "lots": lot_facts([(whole.uri, last, day)])},
        )  # fmt: skip
        events.append(object_event(made, "ADD", epcs=whole.thing.instances))
    events += [
        association_event(
            head(
                ctx, who, c.warehouse, at, "assembling", "in_progress", read_point=place, location=place,
                documents=papers, extra={**extra, "from": source},
            ),
            "ADD",
            parent=whole.uri,
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
        if whole.uri
    ]  # fmt: skip
    if door.mine and not problems:
        do_consume(door.mine, door.went)
    result = {"product": whole.uri, "place": place}
    return Plan(result=result, events=events, problems=problems, fields=fields, held=door.held)
