"""An urgent order takes over what is kept for others, by somebody's own decision; their lines are flagged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.allocating import FAR, Answer, Held, Lot, Take, Wish, allocate_all, overtaken
from suyuan.operations.events import day_of
from suyuan.operations.kept import key_of
from suyuan.operations.outbound.allocation import Here, day_problems, lots_here, wishes_of
from suyuan.operations.outbound.reserve import not_open, order_here, reservation
from suyuan.orders.kinds import Priority, Strategy
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.queries import lines_of
from suyuan.orders.reservations import Kept, do_break_part, do_reserve, kept_for, take_turn
from suyuan.orders.rules import Line
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """What an urgent order, or one `line` of it, still lacks is taken from what is kept for orders that are not urgent:
    from those that go last first."""

    warehouse: str
    number: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Overtaking:
    """What an urgent order would get of goods that are free or kept for others, and who gives way, and how much."""

    takes: tuple[Take, ...]
    answers: tuple[Answer, ...]
    losers: tuple[tuple[Kept, int], ...]
    problems: tuple[Problem, ...] = ()


@command(TakeOver, permission="ship")
def take_over(ctx: Context, who: Who, c: TakeOver) -> Plan:
    order, problems = order_here(c.number, c.warehouse)
    problems += [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    if order is None or problems:
        return Plan(problems=problems)
    problems = not_open(order)
    if order.priority != Priority.URGENT:
        problems.append(Problem("operations.not_urgent", "number", {"number": order.number}))
    if problems:
        return Plan(problems=problems)
    today = day_of(who, c.warehouse, ctx.now)
    lines = [line for line in lines_of([order]) if line.open and c.line in (None, line.number)]
    take_turn(OrderLine.objects.filter(pk__in=[line.id for line in lines]).values_list("item_id", flat=True), "")
    found = overtake(who, c.warehouse, order, lines, today)
    # Others who give way have their goods locked by the item's turn; movers wait for the goods themselves.
    take_turn((), c.warehouse, {key16(take.uri) for take in found.takes})
    found = overtake(who, c.warehouse, order, lines, today)
    if found.problems:
        return Plan(problems=list(found.problems))
    if not found.losers:
        return Plan(problems=[Problem("operations.nothing_to_take", "number", {"number": order.number})])
    for kept, part in found.losers:
        do_break_part(kept, part, f"{order.number}: {c.reason.strip()}")
    do_reserve([reservation(take, c.warehouse, micros(ctx.now)) for take in found.takes])
    numbers = {line.id: line.number for line in lines}
    reserved: list[Json] = [
        {"line": numbers[one.line], "uri": one.uri, "quantity": decimal_text(unscaled(one.quantity))}
        for one in found.takes
    ]
    flagged: list[Json] = [
        {"order": kept.order, "line": kept.line, "uri": kept.uri, "quantity": decimal_text(unscaled(part))}
        for kept, part in found.losers
    ]
    about = [order.uri, *dict.fromkeys(take.uri for take in found.takes)]
    return Plan(result={"order": order.uri, "reserved": reserved, "flagged": flagged}, about=about)


def overtake(who: Who, warehouse: str, order: Order, lines: Sequence[Line], today: date) -> Overtaking:
    """What the lines would get if whoever is not urgent gave way. A question: nothing is taken by asking."""
    fifo = any(Strategy.FIFO in (order.strategy, who.directory.items[line.item].strategy) for line in lines)
    here = lots_here(who, warehouse, {line.item for line in lines}, today, fifo=fifo)
    problems = day_problems(who, order, lines, here.lots, today)
    held = held_by_others(here, order)
    wishes = wishes_of(who, order, lines, kept_for(order.pk), today)
    takes, answers = overtaking(here.lots, wishes, held)
    by_id = {one.id: one for one in here.kept}
    losers = [(by_id[one.id], part) for one, part in overtaken(takes, here.lots, held)]
    return Overtaking(tuple(takes), tuple(answers), tuple(losers), tuple(problems))


def overtaking(lots: Sequence[Lot], wishes: Sequence[Wish], held: Sequence[Held]) -> tuple[list[Take], list[Answer]]:
    """What is free first; only what lacks then is taken from others. Pure."""
    free = allocate_all(lots, wishes)
    takes = [take for answer in free for take in answer.takes]
    lacking = [replace(wish, quantity=answer.missing) for wish, answer in zip(wishes, free, strict=True)]
    lacking = [wish for wish in lacking if wish.quantity]
    answers = allocate_all([_with(_less(lot, takes), held) for lot in lots], lacking)
    found: dict[tuple[int, str, str], Take] = {}
    for take in (*takes, *(take for answer in answers for take in answer.takes)):
        key = (take.line, take.uri, take.owner)
        found[key] = replace(take, quantity=take.quantity + (found[key].quantity if key in found else 0))
    return list(found.values()), answers


def _less(lot: Lot, takes: Sequence[Take]) -> Lot:
    taken = sum(take.quantity for take in takes if (take.uri, take.owner) == (lot.uri, lot.owner))
    return replace(lot, kept=lot.kept + taken) if taken else lot


def _with(lot: Lot, held: Sequence[Held]) -> Lot:
    """The lot as if those who are not urgent had nothing of it."""
    away = sum(one.quantity for one in held if (one.uri, one.owner) == (lot.uri, lot.owner) and not one.urgent)
    return replace(lot, kept=max(lot.kept - away, 0)) if away else lot


def held_by_others(here: Here, order: Order) -> list[Held]:
    owners = {key_of(lot.owner): lot.owner for lot in here.lots}
    return [
        Held(
            id=one.id,
            uri=one.uri,
            owner=owners.get(one.owner, ""),
            quantity=one.quantity,
            urgent=one.urgent,
            day=one.day.toordinal() if one.day else FAR,
        )
        for one in here.kept
        if one.order_id != order.pk
    ]
