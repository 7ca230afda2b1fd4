"""Swap what is kept for a line: the lot that was scanned instead of the one that was chosen. The rule is checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import lot_of_item
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled, unscaled
from suyuan.gs1.scans import scan
from suyuan.ledger.keys import key16, micros
from suyuan.operations import lines as goods
from suyuan.operations.allocating import Lot, Passed, Take, Wish, against, belongs, better_than, reason_of
from suyuan.operations.events import day_of
from suyuan.operations.kept import key_of
from suyuan.operations.outbound.allocation import day_problems, lots_here, wish_of
from suyuan.operations.outbound.reserve import not_open, order_here, reservation
from suyuan.orders.kinds import Strategy
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.queries import lines_of
from suyuan.orders.reservations import Kept, do_lessen, do_reserve, kept_for, take_turn
from suyuan.orders.rules import Line
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapReservation:
    """Keep for `line` of order `number` the lot that was scanned, instead of `instead`, the lot or serial that is kept
    for it: all of that, or `quantity` in base units.

    `scan`: a label, a URI, or the lot number alone. `instead`: a URI, needed where several lots are kept for the line.
    `reason`: needed where the rule puts another lot first.
    """

    warehouse: str
    number: str
    line: int
    scan: str
    instead: str = ""
    quantity: Decimal | int | str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Swapped:
    """What a swap comes to: `given` less of `old`, `take` of the lot that was scanned, or why not."""

    problems: tuple[Problem, ...] = ()
    old: Kept | None = None
    take: Take | None = None


@command(SwapReservation, permission="pick")
def swap_reservation(ctx: Context, who: Who, c: SwapReservation) -> Plan:
    order, problems = order_here(c.number, c.warehouse)
    if order is None or problems:
        return Plan(problems=problems)
    if problems := not_open(order):
        return Plan(problems=problems)
    line = next((one for one in lines_of([order]) if one.number == c.line), None)
    if line is None:
        shown = {"number": order.number, "line": str(c.line)}
        return Plan(problems=[Problem("operations.line_unknown", "line", shown)])
    found = swapped(who, order, line, c, day_of(who, c.warehouse, ctx.now))
    if found.problems or found.old is None or found.take is None:
        return Plan(problems=list(found.problems))
    do_swap(found.old, found.take, c.warehouse, micros(ctx.now))
    result: dict[str, Json] = {
        "order": order.uri,
        "line": line.number,
        "given": found.old.uri,
        "taken": found.take.uri,
        "quantity": decimal_text(unscaled(found.take.quantity)),
        "passed": [one.told for one in found.take.passed],
    }
    return Plan(result=result, about=[order.uri, found.old.uri, found.take.uri])


def do_swap(old: Kept, take: Take, warehouse: str, now: int) -> None:
    do_lessen(old, take.quantity)
    do_reserve([reservation(take, warehouse, now)])


def swapped(who: Who, order: Order, line: Line, c: SwapReservation, today: date) -> Swapped:
    """May the line have the lot that was scanned instead of what is kept for it? For whoever holds the order's lock:
    the goods are locked here.
    """
    kept = [one for one in kept_for(order.pk) if one.line_id == line.id]
    old, problems = _given_up(kept, c, order)
    uri = lot_scanned(who, line, c.scan)
    if not uri:
        problems.append(Problem("operations.swap_unknown", "scan", {"scan": c.scan[:80], "item": line.item_code}))
    if old is None or problems:
        return Swapped(tuple(problems))
    amount, problems = _amount(old, c.quantity)
    if problems or uri == old.uri:
        return Swapped(
            (*problems, *([Problem("operations.swap_same", "scan", {"goods": uri})] if uri == old.uri else []))
        )
    take_turn(OrderLine.objects.filter(pk=line.id).values_list("item_id", flat=True), c.warehouse, [key16(uri)])
    wish = wish_of(who, order, line, today, amount)
    lots = list(lots_here(who, c.warehouse, [line.item], today, fifo=wish.strategy is Strategy.FIFO).lots)
    if problems := day_problems(who, order, [line], lots, today):
        return Swapped(tuple(problems))
    # What is given up is free for the question which lot goes first.
    lots = [replace(lot, kept=lot.kept - amount) if _is(lot, old) else lot for lot in lots]
    new = next((lot for lot in lots if lot.uri == uri and lot.owner == wish.owner), None)
    new = new or next((lot for lot in lots if lot.uri == uri), None)
    problems = _not_for(new, uri, wish, line)
    if order.single_lot and amount < sum(one.quantity for one in kept):
        problems.append(Problem("operations.swap_single", "scan", {"number": order.number}))
    if new is None or problems:
        return Swapped(tuple(problems))
    better = better_than(new, lots, wish)
    if better and not c.reason.strip():
        return Swapped((Problem("operations.swap_reason", "reason", {"goods": uri, "better": better[0].uri}),))
    return Swapped((), old, _take(new, better, lots, wish, c.reason.strip()))


def _is(lot: Lot, kept: Kept) -> bool:
    return lot.uri == kept.uri and key_of(lot.owner) == kept.owner


def _given_up(kept: Sequence[Kept], c: SwapReservation, order: Order) -> tuple[Kept | None, list[Problem]]:
    named = [one for one in kept if c.instead in ("", one.uri)]
    if not named:
        return None, [Problem("operations.swap_nothing", "instead", {"number": order.number, "line": str(c.line)})]
    if len({one.uri for one in named}) > 1:
        return None, [Problem("operations.swap_which", "instead", {"count": str(len(named))})]
    return named[-1], []


def _amount(old: Kept, quantity: Decimal | int | str | None) -> tuple[int, list[Problem]]:
    if quantity is None or quantity == "":
        return old.quantity, []
    try:
        amount = scaled(parse_amount(quantity))
    except Refused as refused:
        return 0, [Problem(one.code, "quantity", one.params) for one in refused.problems]
    if not 0 < amount <= old.quantity:
        shown = {"kept": decimal_text(unscaled(old.quantity))}
        return 0, [Problem("operations.swap_amount", "quantity", shown)]
    return amount, []


def lot_scanned(who: Who, line: Line, text: str) -> str:
    """The URI of the lot or serial that a label, a URI or the lot number alone names; "" where it names none of the
    line's item.
    """
    text = text.strip()
    label = _label(who, text)
    family = who.directory.family(line.item)
    if label is not None:
        ours = label in family or label.startswith(tuple(f"{item}/" for item in family))
        return label if ours else ""
    try:
        return lot_of_item(line.item, text)
    except Refused:
        return ""


def _label(who: Who, text: str) -> str | None:
    """What a label or URI names; None where it is none, so that it may be a lot number."""
    try:
        found = scan(text)
    except Refused:
        return None
    if found.gtin and not found.lot and not found.serial:
        return None  # eight digits of a lot number can be a GTIN
    if not found.gtin:
        return found.identity.uri if found.identity else None
    named = goods.Line(item=found.gtin, lot=found.lot or "", serials=(found.serial,) if found.serial else ())
    try:
        return goods.resolve_line(who, named, "scan", needed=False, whole=True).uri
    except Refused:
        return ""


def _not_for(new: Lot | None, uri: str, wish: Wish, line: Line) -> list[Problem]:
    """Why the line cannot have so much of it."""
    if new is None:
        return [Problem("operations.swap_not_here", "scan", {"goods": uri})]
    if not belongs(new, wish):
        return [Problem("operations.swap_wanted", "scan", {"goods": uri, "lot": wish.lot})]
    barred = against(new, wish)
    if barred is not None:
        return [_problem(barred)]
    if new.open < wish.quantity:
        shown = {
            "goods": uri,
            "free": decimal_text(unscaled(new.open)),
            "wanted": decimal_text(unscaled(wish.quantity)),
        }
        return [Problem("operations.swap_little", "scan", shown | {"unit": line.unit})]
    return []


def _problem(barred: Passed) -> Problem:
    shown = {"goods": barred.uri, **barred.params}
    match barred.why:
        case "other_owner":
            return Problem("operations.swap_owner", "scan", {"goods": barred.uri})
        case "kept":
            return Problem("operations.kept_for_others", "scan", shown)
        case "short_life":
            return Problem("operations.short_remaining_life", "scan", shown)
        case "pending" | "held" | "rejected" | "recalled" | "expired":
            return Problem(f"stock.{barred.why}", "scan", {"goods": barred.uri})
    return Problem("operations.swap_not_free", "scan", {"goods": barred.uri})


def _take(new: Lot, better: Sequence[Lot], lots: Sequence[Lot], wish: Wish, reason: str) -> Take:
    """Where the rule was broken, the better lots stand beside it with the reason; else it is a choice like others."""
    if better:
        passed = tuple(Passed(one.uri, "swapped", {"reason": reason}) for one in better[:3])
        return Take(wish.line, new.uri, new.owner, wish.quantity, "swapped", "", passed)
    able = [one for one in lots if one.uri != new.uri and belongs(one, wish) and against(one, wish) is None]
    behind = [one for one in able if better_than(one, [new], wish)]
    following = min(behind, key=lambda one: (one.expiry or 0, one.uri), default=None)
    why = reason_of(new, following, wish, alone=not able)
    return Take(wish.line, new.uri, new.owner, wish.quantity, why, following.uri if following else "")
