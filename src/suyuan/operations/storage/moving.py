"""What moving and putting away have in common."""

from collections.abc import Sequence
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan
from suyuan.gs1.problems import Problem
from suyuan.operations.events import day_of, happened, head, unaccepted
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.places import Spot, place_of, places_of
from suyuan.operations.shortage import absent_containers, amount_of
from suyuan.operations.storage.proposals import Taken, problems_at

NO_EXCEPTION = frozenset({"operations.hazards_together", "operations.hazards_beside", "operations.lots_in_place"})


def moving(
    ctx: Context,
    who: Who,
    warehouse: str,
    lines: Sequence[Line],
    to: str,
    *,
    at: datetime | None,
    accept: frozenset[str],
    override: str = "",
) -> Plan:
    """One event for each place that goods are taken from. `override`: why they go there though a rule is against it;
    of what may not lie together, dangerous goods or lots that are kept apart, there is no exception."""
    problems: list[Problem] = []
    when = happened(ctx, at, problems)
    places = places_of(who, warehouse)
    target = place_of(places, to or "?", "to", problems, into=True)
    goods = resolve(who, lines, places, day=day_of(who, warehouse, when))
    problems += goods.problems + absent_containers(goods, warehouse)
    spot = places.by_uri.get(target)
    if spot is not None:
        problems += unaccepted(fit_problems(goods, spot), accept)
        problems += _rules(who, warehouse, goods, spot, override)
    step = "stocking" if spot is not None and spot.purpose == Purpose.PICKING else "storing"
    events = [
        object_event(
            head(
                ctx, who, warehouse, when, step, "sellable_not_accessible",
                read_point=target, location=target, extra={"from": source, "override": override.strip()},
            ),
            "OBSERVE",
            epcs=part.instances,
            amounts=part.classes,
        )
        for source, part in goods.by_source().items()
    ]  # fmt: skip
    return Plan(result={"place": target}, events=events, problems=problems, fields=goods.fields)


def _rules(who: Who, warehouse: str, goods: Resolved, spot: Spot, override: str) -> list[Problem]:
    """What capacity, storage class and the segregation of dangerous goods have against it."""
    taken = [Taken(uri, amount_of(thing) or None) for thing in goods.things for uri in thing.subjects]
    found = problems_at(who, warehouse, taken, spot.uri, "to") if taken else []
    return [problem for problem in found if not override.strip() or problem.code in NO_EXCEPTION]


def fit_problems(goods: Resolved, spot: Spot) -> list[Problem]:
    """Goods that want another temperature than the place has, and goods that are where they are to go."""
    problems = []
    for thing in goods.things:
        if thing.source == spot.uri:
            problems.append(Problem("operations.moved_nowhere", thing.field, {"place": spot.code}))
        wanted = thing.info.storage_class if thing.info else ""
        if wanted and spot.temperature and wanted != spot.temperature:
            shown = {"goods": thing.uri, "wanted": wanted, "place": spot.code, "has": spot.temperature}
            problems.append(Problem("operations.wrong_temperature", thing.field, shown))
    return problems
