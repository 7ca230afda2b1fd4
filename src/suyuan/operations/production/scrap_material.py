"""Scrap at the line: ObjectEvent DELETE destroying / destroyed in the name of a work order, with a reason.

Material is spoilt and first pieces are thrown away every day: one person says so, up to what the bill allows for. More
than that takes the second person whom destroying takes otherwise; so does nothing that is blocked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.doors import amounts_of
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.working import needed_work
from suyuan.production.rules import HUNDRED, NOTHING, Work
from suyuan.stock.queries import on_hand
from suyuan.stock.states import State

FREELY = Decimal(2)  # percent of what an order takes or makes that one person may scrap where the bill says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapMaterial:
    """Goods at the line of work order `number` that are no good, and why."""

    warehouse: str
    number: str
    lines: tuple[Line, ...]
    reason: str
    place: str = ""
    at: datetime | None = None


@command(ScrapMaterial, permission="produce", approvals=("destroy:approve",))
def scrap_material(ctx: Context, who: Who, c: ScrapMaterial) -> Plan:
    problems: list[Problem] = [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    at = happened(ctx, c.at, problems)
    day = day_of(who, c.warehouse, at)
    work = needed_work(who, c.warehouse, c.number, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place or (work.line if work else ""), "place", problems)
    lines = tuple(line if line.place or line.inside else replace(line, place=place) for line in c.lines)
    goods = resolve(who, lines, places, day=day)
    problems += goods.problems
    if work is None:
        return Plan(problems=problems, fields=goods.fields)
    problems += [
        Problem("production.scrap_elsewhere", thing.field, {"goods": thing.uri, "place": spot.code})
        for thing in goods.things
        if (spot := places.by_uri.get(thing.source)) is not None and spot.purpose != Purpose.PRODUCTION
    ]
    problems += blocked_problems(goods, c.warehouse, day.toordinal())
    now = amounts_of(who, goods)
    events = [
        object_event(
            head(
                ctx, who, c.warehouse, at, "destroying", "destroyed", read_point=place,
                documents=[("prodorder", work.uri)], extra={"from": source, "reason": c.reason.strip()},
            ),
            "DELETE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    said = {item: decimal_text(amount) for item, amount in now.items()}
    return Plan(
        result={"scrapped": dict(said)}, events=events, problems=problems, fields=goods.fields,
        four_eyes=too_much(work, now),
    )  # fmt: skip


def too_much(work: Work, now: Mapping[str, Decimal]) -> bool:
    """More than the bill allows for, or than is usual, with what was scrapped for the order before."""
    parts = {part.item: part for part in work.recipe.components}
    for item, amount in now.items():
        part = parts.get(item)
        whole = work.recipe.need(part, work.quantity) if part else work.quantity
        share = max(part.scrap, FREELY) if part else FREELY
        if (work.lost.get(item, NOTHING) + amount) > whole * share / HUNDRED:
            return True
    return False


def blocked_problems(goods: Resolved, warehouse: str, today: int) -> list[Problem]:
    """Goods on hold or recalled are evidence. Three or four statements."""
    states: dict[str, set[State]] = {}
    for row in on_hand(today, log=warehouse, subjects=goods.subjects):
        states.setdefault(row.uri, set()).update(row.states)
    return [
        Problem("production.scrap_blocked", thing.field, {"goods": uri, "state": state.value})
        for thing in goods.things
        for uri in thing.subjects
        for state in _blocking(states.get(uri, set()))
    ]


def _blocking(states: set[State]) -> Sequence[State]:
    return [state for state in (State.HELD, State.RECALLED) if state in states]
