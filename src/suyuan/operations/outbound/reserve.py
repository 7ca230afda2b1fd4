"""Allocate goods to an order, and give them free again. No event: nothing happens to goods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.allocating import Answer, Lot, Take, Wish, allocate_all
from suyuan.operations.events import day_of
from suyuan.operations.kept import key_of
from suyuan.operations.outbound.allocation import Here, day_problems, lots_here, wishes_of
from suyuan.orders.kinds import OrderState, Strategy
from suyuan.orders.models import Order, OrderLine, Reservation
from suyuan.orders.queries import find_outgoing, lines_of
from suyuan.orders.reservations import (
    Kept,
    broken_of,
    do_break_part,
    do_release,
    do_reserve,
    kept_for,
    take_turn,
)
from suyuan.orders.rules import Line
from suyuan.orders.writes import do_set_delivery
from suyuan.tlog.jcs import Json

TRIES = 3  # lots may go while their turn is awaited; then others are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Keep free goods for all open lines of sales order or issue `number`, or for `line` alone: as much as is open and
    not yet kept. What is lacking is said, not refused, unless there is nothing at all, or `whole` is wanted.

    `delivery`: the day on which the customer has it, where the order does not say; it is kept with the order. `split`:
    several lots for a line will do, though the order wishes one.
    """

    warehouse: str
    number: str
    line: int | None = None
    delivery: date | None = None
    split: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReservation:
    """What is kept for an order, or for one `line` of it, is free again; broken reservations are cleared away."""

    warehouse: str
    number: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the rule gives the lines of an order. `lost`: what was kept for them of lots that are not free any more."""

    here: Here
    wishes: tuple[Wish, ...]
    answers: tuple[Answer, ...]
    lost: tuple[tuple[Kept, int, str], ...]
    problems: tuple[Problem, ...]

    @property
    def takes(self) -> list[Take]:
        return [take for answer in self.answers for take in answer.takes]


@command(Reserve, permission="ship")
def reserve(ctx: Context, who: Who, c: Reserve) -> Plan:
    order, problems = order_here(c.number, c.warehouse)
    if order is None or problems:
        return Plan(problems=problems)
    if problems := not_open(order):
        return Plan(problems=problems)
    today = day_of(who, c.warehouse, ctx.now)
    changes: list[Json] = []
    if c.delivery is not None and order.delivery is None:
        if c.delivery < today:
            return Plan(problems=[Problem("operations.delivery_past", "delivery", {"day": c.delivery.isoformat()})])
        changes.append(do_set_delivery(order, c.delivery))
    lines = [line for line in lines_of([order]) if line.open and c.line in (None, line.number)]
    if not lines:
        return Plan(problems=[Problem("operations.nothing_open", "number", {"number": order.number})])
    take_turn(OrderLine.objects.filter(pk__in=[line.id for line in lines]).values_list("item_id", flat=True), "")
    chosen = _locked(who, c, order, lines, today)
    problems = [*chosen.problems, *lacking_problems(who, order, lines, chosen, whole=c.whole)]
    if problems:
        return Plan(problems=problems)
    for kept, part, why in chosen.lost:
        do_break_part(kept, part, why)
    do_reserve([reservation(take, c.warehouse, micros(ctx.now)) for take in chosen.takes])
    result = {"order": order.uri, **told_of(chosen, lines)}
    about = [order.uri, *dict.fromkeys(take.uri for take in chosen.takes)]
    return Plan(result=result, about=about, changes=changes)


def told_of(chosen: Chosen, lines: Sequence[Line]) -> dict[str, Json]:
    """What a command answers: what was kept and why, what is lacking, in base units."""
    numbers = {line.id: line.number for line in lines}
    reserved: list[Json] = [
        {
            "line": numbers[take.line], "uri": take.uri, "quantity": decimal_text(unscaled(take.quantity)),
            "reason": take.reason, "before": take.before, "passed": [one.told for one in take.passed],
        }
        for take in chosen.takes
    ]  # fmt: skip
    missing: list[Json] = [
        {"line": wish.number, "quantity": decimal_text(unscaled(answer.missing))}
        for wish, answer in zip(chosen.wishes, chosen.answers, strict=True)
        if answer.missing
    ]
    return {"reserved": reserved, "missing": missing}


def _locked(who: Who, c: Reserve, order: Order, lines: Sequence[Line], today: date) -> Chosen:
    """What is chosen of goods that nobody moves any more until this is done."""
    locked: set[bytes] = set()
    chosen = choose(who, c.warehouse, order, lines, today, split=c.split)
    for _turn in range(TRIES):
        subjects = {key16(take.uri) for take in chosen.takes} - locked
        if not subjects:
            break
        take_turn((), c.warehouse, subjects)
        locked |= subjects
        chosen = choose(who, c.warehouse, order, lines, today, split=c.split)
    return chosen


def choose(
    who: Who, warehouse: str, order: Order, lines: Sequence[Line], today: date, *, split: bool = False
) -> Chosen:
    """What the rule gives these lines now. A question: nothing is kept by asking."""
    fifo = any(Strategy.FIFO in (order.strategy, who.directory.items[line.item].strategy) for line in lines)
    here = lots_here(who, warehouse, {line.item for line in lines}, today, fifo=fifo)
    mine = kept_for(order.pk)
    lost = lost_of(here.lots, mine)
    gone = {kept.id: part for kept, part, _why in lost}
    still = [_less(one, gone.get(one.id, 0)) for one in mine if one.quantity > gone.get(one.id, 0)]
    wishes = wishes_of(who, order, lines, still, today, split=split)
    problems = day_problems(who, order, [line for line in lines if line.open], here.lots, today)
    lots = [_without(lot, lost) for lot in here.lots]
    return Chosen(here, tuple(wishes), tuple(allocate_all(lots, wishes)), tuple(lost), tuple(problems))


def _less(one: Kept, part: int) -> Kept:
    return replace(one, quantity=one.quantity - part)


def _without(lot: Lot, lost: Iterable[tuple[Kept, int, str]]) -> Lot:
    away = sum(part for kept, part, _why in lost if kept.uri == lot.uri and kept.owner == key_of(lot.owner))
    return replace(lot, kept=lot.kept - away) if away else lot


def lost_of(lots: Sequence[Lot], mine: Sequence[Kept]) -> list[tuple[Kept, int, str]]:
    """What is kept for an order of lots of which so much is not free any more, since they were held, counted short or
    lost: (reservation, how much, why). The latest reservation loses first. Pure."""
    known = {(lot.uri, key_of(lot.owner)): lot for lot in lots}
    short = {key: max(lot.kept - lot.free, 0) for key, lot in known.items()}
    found = []
    for one in sorted(mine, key=lambda one: -one.id):
        lot = known.get((one.uri, one.owner))
        part = min(one.quantity, short.get((one.uri, one.owner), one.quantity))
        if part:
            short[one.uri, one.owner] = short.get((one.uri, one.owner), part) - part
            found.append((one, part, (lot.state if lot else "") or "not_free"))
    return found


def lacking_problems(
    who: Who, order: Order, lines: Sequence[Line], chosen: Chosen, *, whole: bool = False
) -> list[Problem]:
    """Why nothing is kept: there is nothing, or no one lot has a line; or, of a `whole` order, what each line lacks."""
    lacks = [(w, a) for w, a in zip(chosen.wishes, chosen.answers, strict=True) if a.missing]
    if not lacks or (chosen.takes and not whole):
        return []
    by_id = {line.id: line for line in lines}
    found = []
    for wish, answer in lacks:
        line = by_id[wish.line]
        shown = {
            "line": str(wish.number),
            "item": line.item_code,
            "wanted": decimal_text(unscaled(wish.quantity)),
            "free": decimal_text(unscaled(answer.free)),
            "missing": decimal_text(unscaled(answer.missing)),
            "unit": line.unit,
        }
        if wish.single and not wish.split and answer.free:
            shown["best"] = decimal_text(unscaled(answer.best))
            found.append(Problem("operations.no_single_lot", "number", shown))
        elif whole or answer.free:
            found.append(Problem("operations.lacking", "number", shown))
    return found or [Problem("operations.nothing_free", "number", {"number": order.number})]


def reservation(take: Take, warehouse: str, now: int) -> Reservation:
    return Reservation(
        line_id=take.line,
        log=warehouse,
        subject=key16(take.uri),
        owner=key_of(take.owner),
        uri=take.uri,
        quantity=take.quantity,
        reason=take.reason,
        before=take.before,
        passed=[one.told for one in take.passed],
        at=now,
    )


@command(ReleaseReservation, permission="ship")
def release_reservation(ctx: Context, who: Who, c: ReleaseReservation) -> Plan:
    order, problems = order_here(c.number, c.warehouse)
    problems += [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    if order is None or problems:
        return Plan(problems=problems)
    kept = [one for one in kept_for(order.pk) if c.line in (None, one.line)]
    broken = [one for one in broken_of(order.pk) if c.line in (None, one.line.number)]
    if not kept and not broken:
        return Plan(problems=[Problem("operations.nothing_reserved", "number", {"number": order.number})])
    do_release([*(one.id for one in kept), *(one.pk for one in broken)])
    freed: list[Json] = [
        {"line": one.line, "uri": one.uri, "quantity": decimal_text(unscaled(one.quantity))} for one in kept
    ]
    return Plan(result={"order": order.uri, "freed": freed}, about=[order.uri])


def order_here(number: str, warehouse: str) -> tuple[Order | None, list[Problem]]:
    """The sales order or issue, locked; None and why where there is none in this warehouse."""
    order = find_outgoing(number, lock=True)
    if order is None:
        return None, [Problem("orders.order_unknown", "number", {"number": number[:80]})]
    if order.warehouse_id != warehouse:
        shown = {"number": order.number, "warehouse": order.warehouse_id}
        return None, [Problem("operations.order_of_other", "number", shown)]
    return order, []


def not_open(order: Order) -> list[Problem]:
    open_ = order.state == OrderState.OPEN
    return [] if open_ else [Problem(f"orders.order_{order.state}", "number", {"number": order.number})]
