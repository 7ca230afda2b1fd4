"""Issue material: ObjectEvent OBSERVE picking / in_progress, from a bin to the line of a work order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.doors import amounts_of, at_door, kept_problems
from suyuan.operations.events import day_of, happened, head, unaccepted
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.material import by_paper, issued_of, issues_of, line_problems
from suyuan.operations.production.working import codes_of, issue_orders, needed_work
from suyuan.operations.shortage import absent_containers
from suyuan.orders.queries import OpenOrder
from suyuan.orders.reservations import do_consume
from suyuan.orders.rules import with_more
from suyuan.orders.writes import do_settle
from suyuan.production.rules import HUNDRED, NOTHING, Work
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueMaterial:
    """Bring goods to the line for work order `number`. `to`: another place than its line. `accept`: confirmed that it
    is more than the order takes, or nothing that its bill names.
    """

    warehouse: str
    number: str
    lines: tuple[Line, ...]
    to: str = ""
    accept: frozenset[str] = frozenset()
    at: datetime | None = None


@command(IssueMaterial, permission="produce")
def issue_material(ctx: Context, who: Who, c: IssueMaterial) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    work = needed_work(who, c.warehouse, c.number, problems)
    places = places_of(who, c.warehouse)
    goods = resolve(who, c.lines, places, day=day_of(who, c.warehouse, at))
    problems += goods.problems + absent_containers(goods, c.warehouse)
    if work is None:
        return Plan(problems=problems, fields=goods.fields)
    target = place_of(places, c.to or work.line, "to", problems, into=True)
    problems += [] if target else line_problems(work)
    issues = issues_of(work, lock=True)
    now = amounts_of(who, goods)
    problems += unaccepted(asked(who, work, issued_of(work), now), c.accept)
    problems += [
        Problem("operations.moved_nowhere", thing.field, {"place": work.line_code})
        for thing in goods.things
        if thing.source and thing.source == target
    ]
    door = at_door(goods, c.warehouse, partial(issue_orders, work))
    problems += kept_problems(door, c.warehouse)
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "picking", "in_progress", read_point=target, location=target,
                documents=[("prodorder", work.uri), *([("po", paper)] if paper else [])], extra={"from": source},
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for (source, paper), part in by_paper(goods, issues).items()
    ]  # fmt: skip
    about: list[str] = []
    changes: list[Json] = []
    if not problems:
        do_consume(door.mine, door.went)
        about, changes = settled(who, goods, issues)
    return Plan(
        result={"place": target}, events=events, problems=problems, fields=goods.fields, about=about, changes=changes,
        held=door.held,
    )  # fmt: skip


def settled(who: Who, goods: Resolved, issues: Sequence[OpenOrder]) -> tuple[list[str], list[Json]]:
    """The issue orders that are complete with these goods, and their ends."""
    now: dict[str, dict[str, Decimal]] = {}
    for (_source, paper), part in by_paper(goods, issues).items():
        for item, amount in amounts_of(who, part).items():
            of_paper = now.setdefault(paper, {})
            of_paper[item] = of_paper.get(item, NOTHING) + amount
    ends = {
        issue.order.uri: do_settle(issue.order, with_more(issue.lines, now[issue.order.uri]))
        for issue in issues
        if issue.order.uri in now
    }
    return [uri for uri, changes in ends.items() if changes], [one for changes in ends.values() for one in changes]


def asked(who: Who, work: Work, before: Mapping[str, Decimal], now: Mapping[str, Decimal]) -> list[Problem]:
    """What wants a yes: material that the bill does not name, or more of it than the whole order takes."""
    parts = {part.item: part for part in work.recipe.components}
    codes = codes_of(who, now)
    problems = []
    for item, amount in now.items():
        shown = {"number": work.number, "item": codes.get(item, item)}
        if item not in parts:
            problems.append(Problem("production.not_in_bom_in", "lines", shown))
            continue
        part, told = parts[item], before.get(item, NOTHING) + amount
        need = work.recipe.need(part, work.quantity)
        if told > need * (HUNDRED + part.over) / HUNDRED:
            shown |= {"need": decimal_text(need), "used": decimal_text(told), "unit": part.unit}
            problems.append(Problem("production.over_issued", "lines", shown))
    return problems
