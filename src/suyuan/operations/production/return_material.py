"""Return material: ObjectEvent OBSERVE storing, from the line of a work order back to a bin."""

from dataclasses import dataclass, replace
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, resolve
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.material import by_paper, issues_of
from suyuan.operations.production.working import needed_work
from suyuan.operations.shortage import absent_containers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnMaterial:
    """What work order `number` did not use goes from its line, or where the lines say, `to` a bin."""

    warehouse: str
    number: str
    lines: tuple[Line, ...]
    to: str
    at: datetime | None = None


@command(ReturnMaterial, permission="produce")
def return_material(ctx: Context, who: Who, c: ReturnMaterial) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    work = needed_work(who, c.warehouse, c.number, problems)
    places = places_of(who, c.warehouse)
    target = place_of(places, c.to or "?", "to", problems, into=True)
    lines = tuple(placed_at(line, work.line if work else "") for line in c.lines)
    goods = resolve(who, lines, places, day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    if work is None:
        return Plan(problems=problems, fields=goods.fields)
    problems += [
        Problem("operations.moved_nowhere", thing.field, {"place": c.to})
        for thing in goods.things
        if target and thing.source == target
    ]
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "storing", "sellable_not_accessible", read_point=target, location=target,
                documents=[("prodorder", work.uri), *([("po", paper)] if paper else [])], extra={"from": source},
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for (source, paper), part in by_paper(goods, issues_of(work), back=True).items()
    ]  # fmt: skip
    return Plan(result={"place": target}, events=events, problems=problems, fields=goods.fields)


def placed_at(line: Line, place: str) -> Line:
    """The line, taken from the line of the order where it names no other place."""
    return line if line.place or line.inside or line.container or not place else replace(line, place=place)
