"""Put back what was picked: ObjectEvent OBSERVE storing or stocking, in the name of the order, and the task with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import micros
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, resolve
from suyuan.operations.outbound.pick_planning import tour_problems
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.reopening import settled
from suyuan.operations.shortage import short_problems
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Reservation
from suyuan.orders.reservations import do_reserve
from suyuan.picking.kinds import TourState
from suyuan.picking.models import Slot, Task
from suyuan.picking.queries import task_of, tour_of
from suyuan.picking.writes import do_open_again, do_put_back
from suyuan.stock.queries import stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """So much of what was picked for `task`, default all of it, lies again in the bin `to`, default where it came from.

    `source`: where it is now, a place or tote; default where the pick put it. Goods of an issue are kept for it again,
    and it is open again where they had completed it.
    `again`: the task is open as before, so that whoever picked a wrong amount picks the right one.
    """

    warehouse: str
    task: int
    reason: str
    quantity: Decimal | int | str | None = None
    to: str = ""
    source: str = ""
    at: datetime | None = None
    weight: Decimal | int | str | None = None
    again: bool = False


@command(PutBack, permission="pick")
def put_back(ctx: Context, who: Who, c: PutBack) -> Plan:
    problems = [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    at = happened(ctx, c.at, problems)
    task = task_of(c.warehouse, c.task, lock=True)
    if task is None:
        return Plan(problems=[*problems, Problem("picking.task_unknown", "task")])
    if c.again:
        problems += again_problems(ctx, task)
    if not task.picked:
        return Plan(problems=[*problems, Problem("picking.nothing_picked", "task")])
    places = places_of(who, c.warehouse)
    target = place_of(places, c.to or task.place, "to", problems, into=True)
    line = _line(who, c, task)
    goods = resolve(who, (line,), places, day=day_of(who, c.warehouse, at))
    problems += goods.problems
    amount = scaled(goods.things[0].quantity or Decimal(0)) if goods.things else 0
    if amount > task.picked:
        problems.append(Problem("picking.back_too_much", "quantity", {"picked": decimal_text(unscaled(task.picked))}))
    stock = stock_of([bytes(task.subject)], c.warehouse)
    problems += short_problems(goods, stock)
    if problems:
        return Plan(problems=[_at_own_field(problem) for problem in problems])
    spot = places.by_uri[target]
    papers = documents(who, {"po": task.line.order.uri}, problems)
    part = goods.things[0]
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "stocking" if spot.purpose == Purpose.PICKING else "storing",
            "sellable_not_accessible", read_point=target, location=target, documents=papers,
            extra={"from": part.source},
        ),
        "OBSERVE",
        epcs=part.instances,
        amounts=part.classes,
    )  # fmt: skip
    (do_open_again if c.again else do_put_back)(task, amount)
    changes: list[Json] = []
    if task.line.order.kind == OrderKind.ISSUE:
        less = {who.directory.kept(task.line.item.uri): -unscaled(amount)}
        changes = settled(OrderKind.ISSUE, {task.line.order.uri: less})[1]
        do_reserve([_kept_again(task, amount, micros(ctx.now))])
    result: dict[str, Json] = {"task": task.pk, "place": target, "quantity": decimal_text(unscaled(amount))}
    return Plan(result=result, events=[event], fields=goods.fields, about=[task.line.order.uri], changes=changes)


def again_problems(ctx: Context, task: Task) -> list[Problem]:
    """Only whoever walks the tour, or has just walked it, picks its tasks again."""
    tour = tour_of(task.log, task.tour_id)
    if tour is not None and tour.state == TourState.DONE and tour.person == ctx.actor.id:
        return []
    return tour_problems(tour, ctx.actor.id)


def _line(who: Who, c: PutBack, task: Task) -> Line:
    """The goods at where the pick put them: the tote of the order, the destination of an issue, the staging place."""
    whole = c.quantity is None or c.quantity == ""
    order = task.line.order
    slot = Slot.objects.filter(tour=task.tour_id, order=order.pk).first()
    places = places_of(who, c.warehouse)
    tote = slot.tote if slot else ""
    bound = order.destination.uri if order.destination is not None else places.default(Purpose.STAGING)
    named = places.find(c.source) if c.source else None
    inside = (c.source if named is None else "") if c.source else tote
    place = "" if inside else (named.uri if named else bound)
    quantity = unscaled(task.picked) if whole else c.quantity
    return Line(uri=task.uri, quantity=quantity, place=place, inside=inside, weight=c.weight)


def _kept_again(task: Task, amount: int, now: int) -> Reservation:
    return Reservation(
        line_id=task.line_id, log=task.log, subject=bytes(task.subject), owner=bytes(task.owner), uri=task.uri,
        quantity=amount, at=now, reason="lot_wanted",
    )  # fmt: skip


def _at_own_field(problem: Problem) -> Problem:
    tail = problem.field.rpartition(".")[2]
    if problem.field.startswith("lines["):
        return replace(problem, field=tail if tail in ("quantity", "weight") else "source")
    return problem
