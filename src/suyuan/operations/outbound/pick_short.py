"""A task that cannot be done as planned: what lacks is planned anew at once, from another bin, then another lot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import uuid5

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.allocating import Take as Lots
from suyuan.operations.allocating import allocate
from suyuan.operations.events import day_of, zone_of
from suyuan.operations.outbound.allocation import lots_here, wish_of
from suyuan.operations.outbound.pick_planning import plan_takes, resequence, settle, task_of_take, tour_problems
from suyuan.operations.outbound.reserve import reservation
from suyuan.orders.kinds import OrderKind, OrderState, Strategy
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.queries import find_order
from suyuan.orders.reservations import broken_of, do_lessen, do_release, do_reserve, kept_for, take_turn
from suyuan.picking.kinds import COUNTED, SHORT_REASONS, TaskState
from suyuan.picking.layout import layout_of
from suyuan.picking.models import Task
from suyuan.picking.planning import Take, Want
from suyuan.picking.queries import line_of, task_of, tour_of
from suyuan.picking.writes import do_add, do_short
from suyuan.stocktake.queries import bins_of, on_sheets
from suyuan.stocktake.writes import do_make_sheet
from suyuan.tlog.jcs import Json

COUNT_PAPER = "CS"
COUNT_THRESHOLD = scaled(Decimal(2))  # percent, as of a count that nobody planned


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPick:
    """No more can be taken for `task` where it was planned; `reason` one of `SHORT_REASONS`."""

    warehouse: str
    task: int
    reason: str


@command(ShortPick, permission="pick")
def short_pick(ctx: Context, who: Who, c: ShortPick) -> Plan:
    task = task_of(c.warehouse, c.task, lock=True)
    if task is None:
        return Plan(problems=[Problem("picking.task_unknown", "task")])
    tour = tour_of(c.warehouse, task.tour_id)
    problems = tour_problems(tour, ctx.actor.id)
    if c.reason not in SHORT_REASONS:
        problems.append(Problem("picking.short_reason", "reason"))
    if task.state != TaskState.OPEN:
        problems.append(Problem("picking.task_ended", "task"))
    if tour is None or problems:
        return Plan(problems=problems)
    order = find_order(task.line.order.uri, OrderKind(task.line.order.kind), lock=True) or task.line.order
    today = day_of(who, c.warehouse, ctx.now)
    rest = task.quantity - task.picked
    do_short(task, reason=c.reason, person=ctx.actor.id, now=ctx.now)
    takes, lots, missing = (
        _again(who, order, task, rest, today, micros(ctx.now), held=c.reason == "held")
        if order.state == OrderState.OPEN
        else ([], (), 0)  # nobody wants it any more
    )
    tasks = [task_of_take(one, c.warehouse, tour, 0, urgent=task.urgent) for one in takes]
    do_add(tour, (), tasks)
    resequence(layout_of(who.directory, c.warehouse), tour)
    counted = _to_count(ctx, who, task) if c.reason in COUNTED else ""
    settle([tour.pk], ctx.actor.id, ctx.now)
    result: dict[str, Json] = {
        "task": task.pk,
        "bins": [{"place": one.place, "uri": one.want.uri, "quantity": _text(one.quantity)} for one in takes],
        "lots": [{"uri": one.uri, "quantity": _text(one.quantity), "reason": one.reason} for one in lots],
        "missing": _text(missing),
        "count": counted,
    }
    return Plan(result=result, about=[order.uri, task.uri])


def _text(amount: int) -> str:
    return decimal_text(unscaled(amount))


def _again(
    who: Who, order: Order, task: Task, rest: int, today: date, now: int, *, held: bool
) -> tuple[list[Take], Sequence[Lots], int]:
    """Where the rest is taken from instead, of which lots that were not kept for the line before, and how much lacks.

    What lacks is not kept for the line any longer, so that it is open again.
    """
    items = OrderLine.objects.filter(pk=task.line_id).values_list("item_id", flat=True)
    take_turn(items, task.log, [bytes(task.subject)])
    want = Want(task.line_id, order.pk, bytes(task.subject), task.uri, bytes(task.owner), rest)
    bins, left = ([], [want]) if held else plan_takes(who, task.log, [want], today, start=task.place)
    lacking = sum(one.quantity for one in left)
    if not lacking:
        return bins, [], 0
    _give_up(order, task, lacking)
    lots = _other_lots(who, order, task, lacking, today)
    do_reserve([reservation(one, task.log, now) for one in lots])
    wants = [Want(task.line_id, order.pk, key16(one.uri), one.uri, want.owner, one.quantity) for one in lots]
    more, nowhere = plan_takes(who, task.log, wants, today, start=task.place) if wants else ([], [])
    missing = lacking - sum(one.quantity for one in lots) + sum(one.quantity for one in nowhere)
    return [*bins, *more], lots, missing


def _give_up(order: Order, task: Task, amount: int) -> None:
    """So much of the lot is not kept for the line any longer; where a hold broke it, it is cleared away."""
    for kept in reversed(kept_for(order.pk)):
        if kept.line_id == task.line_id and kept.uri == task.uri and amount:
            part = min(kept.quantity, amount)
            do_lessen(kept, part)
            amount -= part
    do_release(one.pk for one in broken_of(order.pk) if one.line_id == task.line_id and one.uri == task.uri)


def _other_lots(who: Who, order: Order, task: Task, amount: int, today: date) -> Sequence[Lots]:
    """What the rule of the order gives the line of all lots but this one."""
    line = line_of(order, task.line_id)
    if line is None:
        return ()
    wish = wish_of(who, order, line, today, amount)
    here = lots_here(who, task.log, [line.item], today, fifo=wish.strategy is Strategy.FIFO)
    answer = allocate([lot for lot in here.lots if lot.uri != task.uri], wish)
    take_turn((), task.log, [key16(one.uri) for one in answer.takes])
    here = lots_here(who, task.log, [line.item], today, fifo=wish.strategy is Strategy.FIFO)
    again = allocate([lot for lot in here.lots if lot.uri != task.uri], wish)
    locked = {one.uri for one in answer.takes}
    return [replace(one, passed=()) for one in again.takes if one.uri in locked]


def _to_count(ctx: Context, who: Who, task: Task) -> str:
    """The number of the sheet on which the bin is to be counted, of a new one if it is on none."""
    if sheet := on_sheets([key16(task.place)]).get(key16(task.place)):
        return sheet
    bins = [one for one in bins_of(task.log)[0] if one.uri == task.place]
    if not bins:
        return ""
    number = ctx.number(COUNT_PAPER, zone_of(who, task.log))
    do_make_sheet(
        id=uuid5(ctx.request_id, "count"), number=number, warehouse=task.log, bins=bins, blind=True,
        threshold=COUNT_THRESHOLD, by=ctx.actor.id, now=ctx.now,
    )  # fmt: skip
    return number
