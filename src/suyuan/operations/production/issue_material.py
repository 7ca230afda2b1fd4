"""Issue material: ObjectEvent OBSERVE picking / in_progress, from a bin to the line of a work order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.events import day_of, happened, head, unaccepted
from suyuan.operations.lines import Line, resolve
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.material import by_paper, issued_of, issues_of, line_problems
from suyuan.operations.production.working import amounts_of, codes_of, kept_at_door, needed_work, went_of
from suyuan.operations.shortage import absent_containers
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import OpenOrder, find_order
from suyuan.orders.reservations import do_consume
from suyuan.orders.rules import fill
from suyuan.orders.writes import close_if_complete
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
    issues = issues_of(work)
    now = amounts_of(who, goods)
    problems += unaccepted(asked(who, work, issued_of(work), now), c.accept)
    problems += [
        Problem("operations.moved_nowhere", thing.field, {"place": work.line_code})
        for thing in goods.things
        if thing.source and thing.source == target
    ]
    kept, lacking = kept_at_door(goods, c.warehouse, work)
    problems += lacking
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
    changes: list[Json] = []
    if not problems:
        do_consume(kept, went_of(goods))
        changes = closed(issues, {paper: amounts_of(who, part) for (_, paper), part in by_paper(goods, issues).items()})
    return Plan(result={"place": target}, events=events, problems=problems, fields=goods.fields, changes=changes)


def closed(issues: Sequence[OpenOrder], now: Mapping[str, Mapping[str, Decimal]]) -> list[Json]:
    """Close the issue orders (by URI: item → what comes now) all of whose lines are complete with this."""
    changes: list[Json] = []
    for issue in issues:
        more = now.get(issue.order.uri)
        order = find_order(issue.order.uri, OrderKind.ISSUE, lock=True) if more else None
        if more is None or order is None:
            continue
        done = {(line.order, line.item): more.get(line.item, NOTHING) for line in issue.lines}
        for line in issue.lines:
            done[line.order, line.item] += line.done
        changes += close_if_complete(order, fill(issue.lines, done))
    return changes


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
