"""Fill a tank: AggregationEvent ADD packing, the tank as parent. What is in it runs together until it is cleaned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from suyuan.capture.bodies import aggregation_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.doors import at_door, kept_problems
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.places import places_of
from suyuan.operations.production.filling import Level, cleaned_at, level_in
from suyuan.stock.queries import on_hand
from suyuan.stock.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class FillTank:
    """Lots that go into `tank`. `accept`: confirmed that something of it is not free yet, or that the tank is to be
    cleaned.
    """

    warehouse: str
    tank: str
    lines: tuple[Line, ...]
    accept: frozenset[str] = frozenset()
    at: datetime | None = None


@command(FillTank, permission="produce")
def fill_tank(ctx: Context, who: Who, c: FillTank) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    day = day_of(who, c.warehouse, at)
    level = level_in(c.warehouse, c.tank, problems)
    goods = resolve(who, c.lines, places_of(who, c.warehouse), day=day)
    problems += goods.problems
    if level is None:
        return Plan(problems=problems, fields=goods.fields)
    tank = level.tank
    door = at_door(goods, c.warehouse)
    problems += fit_problems(who, level, goods) + kept_problems(door, c.warehouse)
    problems += unaccepted(
        [*free_problems(level, goods, c.warehouse, day.toordinal()), *clean_problems(who, level, at)], c.accept
    )
    events = [
        aggregation_event(
            head(
                ctx, who, c.warehouse, at, "packing", "in_progress", read_point=tank.place.uri,
                location=tank.place.uri, extra={"from": source},
            ),
            "ADD",
            parent=tank.uri,
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    result = {"tank": tank.code, "level": decimal_text(level.amount + _sum(goods))}
    return Plan(result=result, events=events, problems=problems, fields=goods.fields, held=door.held)


def _sum(goods: Resolved) -> Decimal:
    return sum((thing.quantity or Decimal(0) for thing in goods.things), Decimal(0))


def fit_problems(who: Who, level: Level, goods: Resolved) -> list[Problem]:
    """One item at a time, the one that the tank is for, and no more than it holds."""
    tank, problems = level.tank, []
    wanted = who.directory.kept(tank.item.uri) if tank.item else ""
    there = level.items(who)
    for thing in goods.things:
        item = who.directory.kept(thing.info.uri) if thing.info else thing.uri
        code = thing.info.code if thing.info else thing.uri
        if wanted and item != wanted:
            shown = {"tank": tank.code, "wanted": tank.item.code if tank.item else "", "item": code}
            problems.append(Problem("production.tank_other_item", thing.field, shown))
        elif there - {item}:
            codes = ", ".join(sorted(who.directory.items[uri].code for uri in there))
            shown = {"tank": tank.code, "there": codes, "item": code}
            problems.append(Problem("production.tank_mixed", thing.field, shown))
    items = {thing.info.uri for thing in goods.things if thing.info}
    if len(items) > 1 and not wanted:
        codes = ", ".join(sorted(who.directory.items[uri].code for uri in items))
        shown = {"tank": tank.code, "there": codes, "item": codes}
        problems.append(Problem("production.tank_mixed", "lines", shown))
    would = level.amount + _sum(goods)
    if tank.capacity is not None and would > unscaled(tank.capacity):
        info = next((thing.info for thing in goods.things if thing.info), None)
        shown = {
            "tank": tank.code, "most": decimal_text(unscaled(tank.capacity)), "would": decimal_text(would),
            "unit": info.base_unit if info else "",
        }  # fmt: skip
        problems.append(Problem("production.tank_full", "lines", shown))
    return problems


def free_problems(level: Level, goods: Resolved, warehouse: str, today: int) -> list[Problem]:
    """Goods that are not free would hold up all that is in the tank. Three or four statements."""
    states: dict[str, set[State]] = {}
    for row in on_hand(today, log=warehouse, subjects=goods.subjects):
        if row.container is None or key16(row.container) != key16(level.tank.uri):
            states.setdefault(row.uri, set()).update(row.states - {State.IN_STOCK})
    return [
        Problem("production.tank_waits", thing.field, {"goods": uri, "tank": level.tank.code, "state": state.value})
        for thing in goods.things
        for uri in thing.subjects
        for state in sorted(states.get(uri, ()))
    ]


def clean_problems(who: Who, level: Level, at: datetime) -> list[Problem]:
    """Is it time to clean it before anything new is filled in? One statement where that is said of the tank."""
    tank = level.tank
    if tank.hours is None:
        return []
    last = cleaned_at([tank.uri]).get(tank.uri)
    if last is not None and at - last <= timedelta(hours=tank.hours):
        return []
    said = last.astimezone(zone_of(who, tank.warehouse_id)).strftime("%Y-%m-%d %H:%M") if last else "–"
    return [Problem("production.tank_unclean", "tank", {"tank": tank.code, "time": said, "hours": str(tank.hours)})]
