"""Pick what a task asks for: the bin is scanned, then the lot; the event is that of `Pick`."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import Identity, Kind, identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.events import day_of, happened
from suyuan.operations.lines import LOT_TRACKED, Line, container_uri, resolve_line
from suyuan.operations.outbound.pick import Pick, pick
from suyuan.operations.outbound.pick_planning import settle, tour_problems
from suyuan.operations.outbound.swap import SwapReservation, do_swap, swapped
from suyuan.operations.places import places_of
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order
from suyuan.orders.reservations import broken_of, kept_for
from suyuan.picking.kinds import TaskState
from suyuan.picking.models import Slot, Task
from suyuan.picking.queries import line_of, must_scan_lot, task_of, tour_of
from suyuan.picking.writes import do_pick, do_set_tote, do_take_other
from suyuan.tlog.jcs import Json

SCANS = ("bin", "goods")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickTask:
    """So much was taken for `task`, default all that is left of it, in `unit` or the item's base unit.

    `bin`: code or URI of the place, or of the container in it, as it was scanned there; `goods`: the URI of what was
    scanned, a lot, serial or container: another lot of the item is swapped by the rule, for a `reason` where the rule
    puts the planned one first. `into`: the tote. `scans`: how many were made for this, wrong ones too; `scanned`: which
    of bin and goods a scanner read.
    """

    warehouse: str
    task: int
    bin: str
    goods: str = ""
    quantity: Decimal | int | str | None = None
    unit: str = ""
    weight: Decimal | int | str | None = None
    weight_unit: str = ""
    into: str = ""
    reason: str = ""
    scans: int = 0
    scanned: frozenset[str] = frozenset()
    at: datetime | None = None


@command(PickTask, permission="pick")
def pick_task(ctx: Context, who: Who, c: PickTask) -> Plan:
    problems: list[Problem] = []
    happened(ctx, c.at, problems)
    task = task_of(c.warehouse, c.task, lock=True)
    if task is None:
        return Plan(problems=[*problems, Problem("picking.task_unknown", "task")])
    problems += task_problems(ctx, task)
    problems += bin_problems(who, task, c.bin)
    other, wrong = goods_problems(who, c, task)
    problems += wrong
    if problems:
        return Plan(problems=problems)
    day = day_of(who, c.warehouse, c.at or ctx.now)
    if other:
        if problems := _swap(ctx, who, c, task, other, day):
            return Plan(problems=problems)
    elif problems := kept_problems(task):
        return Plan(problems=problems)
    done = _picked(ctx, who, c, task)
    if done.problems:
        return done
    amount, problems = _amount(who, c, task, day)
    if problems:
        return replace(done, problems=problems, events=())
    confirmed = len(c.scanned & set(SCANS))
    do_pick(
        task, amount=amount, person=ctx.actor.id, now=ctx.now, scans=max(c.scans, confirmed), confirmed=confirmed
    )  # fmt: skip
    if c.into:
        _keep_tote(task, str(done.result["into"]))
    if task.state != TaskState.OPEN:
        settle([task.tour_id], ctx.actor.id, ctx.now)
    result: dict[str, Json] = {
        **done.result,
        "task": task.pk,
        "order": task.line.order.uri,
        "uri": task.uri,
        "quantity": decimal_text(unscaled(amount)),
        "left": decimal_text(unscaled(task.quantity - task.picked)),
        "swapped": bool(other),
        "accuracy": {"scans": max(c.scans, confirmed), "confirmed": confirmed},
    }
    return replace(done, result=result, about=[task.line.order.uri])


# -- what stands against it -------------------------------------------------------------------------------------------


def task_problems(ctx: Context, task: Task) -> list[Problem]:
    """It is his, it is not done yet, and goods may still go for the order."""
    problems = tour_problems(tour_of(task.log, task.tour_id), ctx.actor.id)
    if task.state != TaskState.OPEN:
        problems.append(Problem("picking.task_ended", "task"))
    order = task.line.order
    if order.state != OrderState.OPEN:
        problems.append(Problem(f"orders.order_{order.state}", "task", {"number": order.number}))
    return problems


def bin_problems(who: Who, task: Task, text: str) -> list[Problem]:
    """Is what was scanned the bin, or the container in it?"""
    places = places_of(who, task.log)
    planned = places.by_uri.get(task.place)
    shown = {"bin": planned.code if planned else task.place}
    if not text.strip():
        return [Problem("picking.bin_missing", "bin", shown)]
    spot = places.find(text)
    if spot is not None:
        wrong = spot.uri != task.place
        return [Problem("picking.bin_other", "bin", shown | {"scanned": spot.code})] if wrong else []
    try:
        container = container_uri(who, text, "bin")
    except Refused:
        container = ""
    if task.container and container == task.container:
        return []
    return [Problem("picking.bin_other", "bin", shown | {"scanned": text.strip()[:80]})]


def goods_problems(who: Who, c: PickTask, task: Task) -> tuple[str, list[Problem]]:
    """The other lot or serial of the item that was scanned, "" where it is the planned one; and what is wrong."""
    planned = identify(task.uri)
    info = who.directory.items.get(who.directory.kept(task.line.item.uri))
    traced = planned.kind is not Kind.ITEM
    if not c.goods.strip():
        must = traced and info is not None and info.tracking in LOT_TRACKED and must_scan_lot(c.warehouse, info.uri)
        return "", [Problem("picking.lot_missing", "goods", {"goods": task.uri})] if must else []
    try:
        found = identify(c.goods)
    except Refused:
        return "", [Problem("picking.goods_unread", "goods", {"scanned": c.goods[:80]})]
    if found.kind is Kind.CONTAINER:
        wrong = found.uri != task.container
        return "", [Problem("picking.goods_other", "goods", {"goods": task.uri, "scanned": found.uri})] if wrong else []
    if _item_of(who, found) != who.directory.kept(task.line.item.uri):
        return "", [Problem("picking.goods_other", "goods", {"goods": task.uri, "scanned": found.uri})]
    if found.kind is Kind.ITEM and traced:
        must = must_scan_lot(c.warehouse, info.uri) if info else True
        return "", [Problem("picking.lot_missing", "goods", {"goods": task.uri})] if must else []
    return ("" if task.uri in (found.uri, found.lot) else found.uri), []


def _item_of(who: Who, found: Identity) -> str:
    pack = who.directory.item_of(found.item or found.uri)
    return who.directory.kept(pack.item) if pack else ""


def kept_problems(task: Task) -> list[Problem]:
    """Goods that were planned, but are kept for the order no longer: held since, or given to another one."""
    order = task.line.order
    if any(one.line_id == task.line_id and one.subject == bytes(task.subject) for one in kept_for(order.pk)):
        return []
    broken = [one for one in broken_of(order.pk) if one.line_id == task.line_id and one.uri == task.uri]
    if broken:
        return [Problem("picking.broken", "task", {"goods": task.uri, "why": broken[-1].why})]
    return [Problem("picking.not_kept", "task", {"goods": task.uri, "number": order.number})]


# -- doing it ---------------------------------------------------------------------------------------------------------


def _picked(ctx: Context, who: Who, c: PickTask, task: Task) -> Plan:
    """The plan of the pick, its refusals at the fields of this command."""
    slot = Slot.objects.filter(tour=task.tour_id, order=task.line.order_id).first()
    goods = identify(c.goods).uri if c.goods.strip() else ""
    serial = goods if goods and identify(goods).lot == task.uri else task.uri
    line = _line(c, task, serial)
    found = pick(
        ctx,
        who,
        Pick(
            warehouse=c.warehouse, lines=(line,), into=c.into or (slot.tote if slot else ""), po=task.line.order.uri,
            at=c.at,
        ),
    )  # fmt: skip
    problems = [_at_own_field(problem) for problem in found.problems]
    return replace(found, problems=problems, fields=dict.fromkeys(found.fields, "goods"))


def _line(c: PickTask, task: Task, uri: str) -> Line:
    whole = c.quantity is None or c.quantity == ""
    return Line(
        uri=uri,
        quantity=unscaled(task.quantity - task.picked) if whole else c.quantity,
        unit="" if whole else c.unit,
        place="" if task.container else task.place,
        inside=task.container,
        weight=c.weight,
        weight_unit=c.weight_unit,
        scanned=c.scanned,
    )


def _amount(who: Who, c: PickTask, task: Task, day: date) -> tuple[int, list[Problem]]:
    """How much it is in millionths; more than is left of the task is a problem."""
    thing = resolve_line(who, _line(c, task, task.uri), "lines[0]", day=day)
    amount, left = scaled(thing.quantity or Decimal(0)), task.quantity - task.picked
    if amount <= left:
        return amount, []
    shown = {"left": decimal_text(unscaled(left)), "unit": thing.info.base_unit if thing.info else ""}
    return 0, [Problem("picking.too_much", "quantity", shown)]


def _at_own_field(problem: Problem) -> Problem:
    field = {"quantity": "quantity", "unit": "unit", "weight": "weight", "weight_unit": "weight_unit"}
    tail = problem.field.rpartition(".")[2]
    if problem.field.startswith("lines["):
        return replace(problem, field=field.get(tail, "goods"))
    return problem


def _swap(ctx: Context, who: Who, c: PickTask, task: Task, other: str, day: date) -> list[Problem]:
    """Keep the scanned lot for the line instead of the planned one, and let the task be about it."""
    order = _locked(task.line.order)
    line = line_of(order, task.line_id)
    if line is None:
        return [Problem("picking.not_kept", "task", {"goods": task.uri, "number": order.number})]
    left = task.quantity - task.picked
    asked = SwapReservation(
        warehouse=c.warehouse, number=order.uri, line=line.number, scan=other, instead=task.uri,
        quantity=unscaled(left), reason=c.reason,
    )  # fmt: skip
    found = swapped(who, order, line, asked, day)
    if found.problems or found.old is None or found.take is None:
        return [
            replace(one, field={"scan": "goods", "reason": "reason"}.get(one.field, "goods")) for one in found.problems
        ]
    do_swap(found.old, found.take, c.warehouse, micros(ctx.now))
    do_take_other(task, uri=found.take.uri, subject=key16(found.take.uri))
    return []


def _locked(order: Order) -> Order:
    return find_order(order.uri, OrderKind(order.kind), lock=True) or order


def _keep_tote(task: Task, tote: str) -> None:
    """The goods of the order go on into this tote."""
    slot = Slot.objects.filter(tour=task.tour_id, order=task.line.order_id).first()
    if slot is not None and slot.tote != tote:
        do_set_tote(slot.pk, tote)
