"""Reserve goods for a sales order, first expired first, and free them again. No event: nothing happens to goods."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.events import day_of
from suyuan.operations.fefo import is_free, less_kept
from suyuan.operations.lines import Resolved
from suyuan.operations.outbound.suggest import Allocation, allocate
from suyuan.operations.shortage import amount_of
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order, OrderLine, Reservation
from suyuan.orders.queries import find_order, lines_of
from suyuan.orders.reservations import Kept, broken_of, do_release, do_reserve, kept_for, kept_of, take_turn
from suyuan.orders.rules import Line
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Placed, content, on_hand
from suyuan.tlog.jcs import Json

TRIES = 3  # lots may go while their turn is awaited; then others are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Keep our own free goods for all open lines of sales order `number`, or for `line` alone: as much as is open and
    not yet kept. What is lacking is said, not refused, unless there is nothing at all.
    """

    warehouse: str
    number: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReservation:
    """What is kept for an order, or for one `line` of it, is free again; broken reservations are cleared away."""

    warehouse: str
    number: str
    reason: str
    line: int | None = None


@command(Reserve, permission="ship")
def reserve(ctx: Context, who: Who, c: Reserve) -> Plan:
    order, problems = _order(c.number, c.warehouse)
    if order is None or problems:
        return Plan(problems=problems)
    if order.state != OrderState.OPEN:
        return Plan(problems=[Problem(f"orders.order_{order.state}", "number", {"number": order.number})])
    lines = [line for line in lines_of([order]) if line.open and c.line in (None, line.number)]
    if not lines:
        return Plan(problems=[Problem("operations.nothing_open", "number", {"number": order.number})])
    take_turn(OrderLine.objects.filter(pk__in=[line.id for line in lines]).values_list("item_id", flat=True), "")
    today = day_of(who, c.warehouse, ctx.now)
    rows, missing = _take(who, c.warehouse, order, lines, today, micros(ctx.now))
    if not rows and missing:
        return Plan(problems=[Problem("operations.nothing_free", "number", {"number": order.number})])
    do_reserve(rows)
    said: list[Json] = [
        {"line": number_of(row, lines), "uri": row.uri, "quantity": decimal_text(Decimal(row.quantity) / 1_000_000)}
        for row in rows
    ]
    lacking: list[Json] = [{"line": number, "quantity": decimal_text(amount)} for number, amount in missing.items()]
    result: dict[str, Json] = {"order": order.uri, "reserved": said, "missing": lacking}
    return Plan(result=result, about=[order.uri, *dict.fromkeys(row.uri for row in rows)])


def number_of(row: Reservation, lines: Iterable[Line]) -> int:
    return next(line.number for line in lines if line.id == row.line_id)


def _take(
    who: Who, warehouse: str, order: Order, lines: Sequence[Line], today: date, now: int
) -> tuple[list[Reservation], dict[int, Decimal]]:
    """The rows to be written, and what lacks by line: of goods that nobody moves any more until this is done."""
    locked: set[bytes] = set()
    for _turn in range(TRIES):
        rows, missing = _chosen(who, warehouse, order, lines, today, now)
        subjects = {row.subject for row in rows}
        if subjects <= locked:
            break
        take_turn((), warehouse, subjects)
        locked |= subjects
    kept = [row for row in rows if row.subject in locked]
    return kept, missing


def _chosen(
    who: Who, warehouse: str, order: Order, lines: Sequence[Line], today: date, now: int
) -> tuple[list[Reservation], dict[int, Decimal]]:
    items = {uri for line in lines for uri in who.directory.family(line.item)}
    stock = [row for row in on_hand(today.toordinal(), log=warehouse, items=sorted(items)) if not row.owner]
    taken = kept_of(warehouse, {key16(row.uri) for row in stock})
    mine: dict[int, int] = {}
    for one in kept_for(order.pk):
        mine[one.line_id] = mine.get(one.line_id, 0) + one.quantity
    away: dict[str, int] = {}
    for one in taken:
        away[one.uri] = away.get(one.uri, 0) + one.quantity
    found: list[Reservation] = []
    missing: dict[int, Decimal] = {}
    for line in lines:
        wanted = max(line.open - Decimal(mine.get(line.id, 0)) / 1_000_000, Decimal(0))
        answer = allocate(less_kept(_fitting(who, stock, line, today), away), wanted)
        for part in answer.allocations:
            amount = scaled(part.quantity)
            away[part.uri] = away.get(part.uri, 0) + amount
            found.append(_row(line, warehouse, part, amount, now))
        if answer.missing:
            missing[line.number] = answer.missing
    return _together(found), missing


def _fitting(who: Who, stock: Sequence[Placed], line: Line, today: date) -> list[Placed]:
    """What may go for a line: free, of its item and lot, and with the life that the customer wants."""
    info = who.directory.items[line.item]
    family = tuple(who.directory.family(line.item))
    day = line.expected or today
    return [
        row
        for row in stock
        if (row.uri in family or row.uri.startswith(tuple(f"{uri}/" for uri in family)))
        and (not line.lot or row.uri.rpartition("/10/")[2] == line.lot)
        and is_free(row, info, max(day, today))
        and (line.min_days is None or row.expiry is None or row.expiry - max(day, today).toordinal() >= line.min_days)
    ]


def _row(line: Line, warehouse: str, one: Allocation, amount: int, now: int) -> Reservation:
    return Reservation(
        line_id=line.id, log=warehouse, subject=key16(one.uri), owner=OWN, uri=one.uri, quantity=amount, at=now
    )


def _together(rows: Sequence[Reservation]) -> list[Reservation]:
    """One row for each line and lot, whatever the number of bins it lies in."""
    found: dict[tuple[int, bytes], Reservation] = {}
    for row in rows:
        key = (row.line_id, row.subject)
        if key in found:
            found[key].quantity += row.quantity
        else:
            found[key] = row
    return list(found.values())


@command(ReleaseReservation, permission="ship")
def release_reservation(ctx: Context, who: Who, c: ReleaseReservation) -> Plan:
    order, problems = _order(c.number, c.warehouse)
    problems += [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    if order is None or problems:
        return Plan(problems=problems)
    kept = [one for one in kept_for(order.pk) if c.line in (None, one.line)]
    broken = [one for one in broken_of(order.pk) if c.line in (None, one.line.number)]
    if not kept and not broken:
        return Plan(problems=[Problem("operations.nothing_reserved", "number", {"number": order.number})])
    do_release([*(one.id for one in kept), *(one.pk for one in broken)])
    freed: list[Json] = [
        {"line": one.line, "uri": one.uri, "quantity": decimal_text(Decimal(one.quantity) / 1_000_000)} for one in kept
    ]
    return Plan(result={"order": order.uri, "freed": freed}, about=[order.uri])


def _order(number: str, warehouse: str) -> tuple[Order | None, list[Problem]]:
    order = find_order(number, OrderKind.SALES, lock=True)
    if order is None:
        return None, [Problem("orders.order_unknown", "number", {"number": number[:80]})]
    if order.warehouse_id != warehouse:
        shown = {"number": order.number, "warehouse": order.warehouse_id}
        return None, [Problem("operations.order_of_other", "number", shown)]
    return order, []


# -- at the doors -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Door:
    """What a command takes: lot or serial → how much in millionths, and the line that named it; what of it is kept for
    the order it goes out for, and for others."""

    went: Mapping[bytes, int]
    fields: Mapping[bytes, str]
    mine: Sequence[Kept] = ()
    others: Sequence[Kept] = ()


def at_door(goods: Resolved, warehouse: str, po: str) -> Door:
    """One statement; one more a level of containers, and where something is kept and an order is named."""
    went, fields = dict[bytes, int](), dict[bytes, str]()
    for thing in goods.things:
        inside = [(row.subject, row.quantity) for row in content([key16(thing.uri)])] if thing.container else []
        for key, amount in inside or [(key16(uri), amount_of(thing)) for uri in thing.subjects]:
            went[key] = went.get(key, 0) + amount
            fields.setdefault(key, thing.field)
    kept = kept_of(warehouse, went)
    order = find_order(po, OrderKind.SALES) if kept and po else None
    mine = [one for one in kept if order is not None and one.order_id == order.pk]
    return Door(went, fields, mine, [one for one in kept if one not in mine])


def kept_problems(door: Door, today: date, warehouse: str) -> list[Problem]:
    """Goods that are kept for other orders and would be lacking there. Two or three statements where any are kept."""
    promised: dict[bytes, list[Kept]] = {}
    for one in door.others:
        promised.setdefault(one.subject, []).append(one)
    if not promised:
        return []
    here: dict[bytes, int] = {}
    for row in on_hand(today.toordinal(), log=warehouse, subjects=sorted({one.uri for one in door.others})):
        if row.kind in (PLACE, PACKED) and not row.owner:
            here[key16(row.uri)] = here.get(key16(row.uri), 0) + scaled(row.quantity)
    problems = []
    for key, kept in promised.items():
        if here.get(key, 0) - door.went[key] < sum(one.quantity for one in kept):
            orders = ", ".join(dict.fromkeys(one.order for one in kept))
            shown = {"goods": kept[0].uri, "orders": orders}
            problems.append(Problem("operations.kept_for_others", door.fields[key], shown))
    return problems
