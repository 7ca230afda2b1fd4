"""Load a truck, each carton and pallet checked by scan; what was loaded is one event, OBSERVE loading / in_progress.

The load is a plan (rows of `delivery`), made of what stands ready for an order. No event moves the goods before they
are dispatched, and the dispatch asks the gate anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.delivery.kinds import LoadState
from suyuan.delivery.loads import do_close_load, do_end_load, do_load, do_make_load, load_of, open_load, rows_of
from suyuan.delivery.models import Load, LoadRow
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled, unscaled
from suyuan.ledger.keys import key16, micros, moment
from suyuan.operations.events import day_of, happened, head, zone_of
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.outbound.gate import gate_problems, leaving
from suyuan.operations.outbound.staged import Ready, staged
from suyuan.operations.parties import partner
from suyuan.operations.places import place_of, places_of
from suyuan.operations.shortage import absent_containers
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import find_order
from suyuan.orders.rules import state_problems
from suyuan.stock.book import ONE
from suyuan.stock.queries import content
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginLoad:
    """A load of all that stands ready for sales order `number`. `place`: the dock; `carrier` where the order says
    none."""

    warehouse: str
    number: str
    place: str = ""
    carrier: str = ""
    vehicle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLoad:
    warehouse: str
    load: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanLoad(OfLoad):
    """`uri` goes onto the truck: a container, a serial, or `quantity` of a lot in its base unit, default all of it."""

    uri: str
    quantity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOffLoad(OfLoad):
    """`uri` comes down from the truck again, all of it."""

    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseLoad(OfLoad):
    """All is loaded that is to go. What is missing on the truck is accepted by `operations.load_missing`, with a
    `reason`. `logger`: the temperature logger that travels along, by its number or EPC."""

    vehicle: str = ""
    seal: str = ""
    driver: Personal | None = None
    logger: str = ""
    reason: str = ""
    accept: frozenset[str] = frozenset()
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLoad(OfLoad):
    """The truck does not take it; what was scanned stands where it stood."""

    reason: str


@command(BeginLoad, permission="ship")
def begin_load(ctx: Context, who: Who, c: BeginLoad) -> Plan:
    order = find_order(c.number, OrderKind.SALES, lock=True)
    if order is None or order.partner is None:
        return Plan(problems=[Problem("orders.order_unknown", "number", {"number": c.number[:80]})])
    problems = state_problems(order.state, order.number, "number")
    if order.warehouse_id != c.warehouse:
        shown = {"number": order.number, "warehouse": order.warehouse_id}
        problems.append(Problem("operations.order_of_other", "number", shown))
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.STAGING)
    carrier = partner(who, c.carrier, "carrier", "carrier", problems) if c.carrier.strip() else ""
    known = open_load(c.warehouse, order.uri)
    if known is not None:
        problems.append(Problem("operations.load_known", "number", {"number": order.number, "load": known.number}))
    if problems:
        return Plan(problems=problems)
    ready = staged(c.warehouse, order)
    rows = [_row(one) for one in (*ready.boxes, *ready.loose)]
    if not rows:
        return Plan(problems=[Problem("operations.load_nothing", "number", {"number": order.number})])
    number = ctx.number(f"L{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    load = Load(
        id=ctx.request_id, log=c.warehouse, number=number, order=order.uri, order_number=order.number,
        customer=order.partner.uri, carrier=carrier or (order.carrier.uri if order.carrier else ""), place=place,
        vehicle=c.vehicle.strip()[:40], made=micros(ctx.now), made_by=ctx.actor.id,
    )  # fmt: skip
    do_make_load(load, rows)
    return Plan(result={"load": str(load.pk), "number": number, "rows": len(rows)}, about=[order.uri])


def _row(one: Ready) -> LoadRow:
    whole = one.container or one.instance
    return LoadRow(
        uri=one.uri, holder="" if one.container else one.holder, packed=one.packed and not one.container, whole=whole,
        unit="" if whole else one.amount.unit, quantity=ONE if whole else scaled(one.amount.amount),
    )  # fmt: skip


@command(ScanLoad, permission="ship")
def scan_load(ctx: Context, who: Who, c: ScanLoad) -> Plan:
    load, problems = _standing(c)
    if load is None:
        return Plan(problems=problems)
    rows = rows_of(load)
    mine = [row for row in rows if row.uri == c.uri]
    if not mine:
        return Plan(problems=[_other(load, rows, c.uri)])
    row = next((row for row in mine if row.loaded < row.quantity), mine[0])
    if row.loaded == row.quantity:
        shown = {"goods": c.uri, "time": moment(row.at or load.made).isoformat(timespec="minutes")}
        return Plan(problems=[Problem("operations.load_twice", "scan", shown)])
    left = row.quantity - row.loaded
    line = _line(row, c.quantity or decimal_text(unscaled(left)))
    goods = resolve(who, [line], places_of(who, c.warehouse), day=day_of(who, c.warehouse, ctx.now))
    problems = [*goods.problems, *absent_containers(goods, c.warehouse)]
    problems += gate_problems(leaving(who, goods), day_of(who, c.warehouse, ctx.now))
    more = ONE if row.whole else scaled(goods.things[0].quantity or unscaled(0)) if goods.things else 0
    if more > left:
        shown = {"goods": c.uri, "left": decimal_text(unscaled(left)), "unit": row.unit}
        problems.append(Problem("operations.load_much", "scan", shown))
    if problems:
        return Plan(problems=[replace(one, field="scan") for one in problems])
    do_load(row, row.loaded + more, ctx.actor.id, ctx.now)
    done = sum(one.loaded == one.quantity for one in rows if one.pk != row.pk) + (row.loaded + more == row.quantity)
    return Plan(result={"load": str(load.pk), "uri": c.uri, "done": done, "rows": len(rows)}, about=[c.uri])


def _other(load: Load, rows: Iterable[LoadRow], uri: str) -> Problem:
    """Why it does not belong on this truck: it stands on a pallet that does, or not at all."""
    for row in rows:
        if row.whole and key16(uri) in {one.subject for one in content([key16(row.uri)])}:
            return Problem("operations.load_inside", "scan", {"goods": uri, "container": row.uri})
    return Problem("operations.load_other", "scan", {"goods": uri, "order": load.order_number})


@command(TakeOffLoad, permission="ship")
def take_off_load(ctx: Context, who: Who, c: TakeOffLoad) -> Plan:
    load, problems = _standing(c)
    if load is None:
        return Plan(problems=problems)
    mine = [row for row in rows_of(load) if row.uri == c.uri and row.loaded]
    if not mine:
        return Plan(problems=[Problem("operations.load_not_on", "scan", {"goods": c.uri})])
    for row in mine:
        do_load(row, 0, ctx.actor.id, ctx.now)
    return Plan(result={"load": str(load.pk), "uri": c.uri}, about=[c.uri])


@command(CloseLoad, permission="ship")
def close_load(ctx: Context, who: Who, c: CloseLoad) -> Plan:
    load, problems = _standing(c)
    at = happened(ctx, c.at, problems)
    if load is None:
        return Plan(problems=problems)
    rows = rows_of(load)
    missing = [row for row in rows if row.loaded < row.quantity]
    if missing and "operations.load_missing" not in c.accept:
        goods_ = ", ".join(_short(row) for row in missing[:5])
        shown = {"count": str(len(missing)), "goods": goods_ + (" …" if len(missing) > 5 else "")}
        problems.append(Problem("operations.load_missing", "load", shown))
    elif missing and not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    lines = lines_of(rows)
    goods = resolve(who, lines, places_of(who, c.warehouse), day=day_of(who, c.warehouse, at)) if lines else Resolved()
    problems += goods.problems if lines else [Problem("operations.load_empty", "load", {"number": load.number})]
    problems += absent_containers(goods, c.warehouse)
    problems += gate_problems(leaving(who, goods), day_of(who, c.warehouse, at))
    if problems:
        return Plan(problems=problems, fields=goods.fields)
    extra = {
        "vehicle": c.vehicle.strip(), "seal": c.seal.strip(), "logger": c.logger.strip(), "load": load.number,
        "reason": c.reason.strip(), "carrier": load.carrier,
    }  # fmt: skip
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "loading", "in_progress", read_point=load.place,
            documents=[("po", load.order)], extra=extra,
        ),
        "OBSERVE",
        epcs=goods.instances,
        amounts=goods.classes,
    )  # fmt: skip
    do_close_load(load, vehicle=c.vehicle, seal=c.seal, logger=c.logger, request=ctx.request_id, now=ctx.now)
    result: dict[str, Json] = {"load": str(load.pk), "number": load.number, "missing": len(missing)}
    return Plan(result=result, events=[event], fields=goods.fields)


@command(CancelLoad, permission="ship")
def cancel_load(ctx: Context, who: Who, c: CancelLoad) -> Plan:
    load, problems = _standing(c)
    problems += [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    if load is None or problems:
        return Plan(problems=problems)
    do_end_load(load, LoadState.CANCELLED)
    return Plan(result={"load": str(load.pk)}, about=[load.order])


def _standing(c: OfLoad) -> tuple[Load | None, list[Problem]]:
    """The load, locked, while it has not left."""
    load = load_of(c.warehouse, c.load, lock=True)
    if load is None:
        return None, [Problem("operations.load_unknown", "load")]
    if load.state in (LoadState.SHIPPED, LoadState.CANCELLED):
        return None, [Problem(f"operations.load_{load.state}", "load", {"number": load.number})]
    return load, []


def _short(row: LoadRow) -> str:
    found = identify(row.uri)
    return f"SSCC {found.code}" if found.kind is Kind.CONTAINER else found.code


def _line(row: LoadRow, quantity: str) -> Line:
    if identify(row.uri).kind is Kind.CONTAINER:
        return Line(container=row.uri)
    found = Line(uri=row.uri) if row.whole else Line(uri=row.uri, quantity=quantity, unit=row.unit)
    return replace(found, inside=row.holder) if row.packed else replace(found, place=row.holder)


def lines_of(rows: Iterable[LoadRow]) -> tuple[Line, ...]:
    """What is on the truck, as a command names it."""
    return tuple(_line(row, decimal_text(unscaled(row.loaded))) for row in rows if row.loaded)


# -- the dispatch of a load -------------------------------------------------------------------------------------------


def ship_problems(load: Load | None, lines: Sequence[Line]) -> list[Problem]:
    """Is the load closed, and does it go as it was loaded?"""
    if load is None:
        return [Problem("operations.load_unknown", "load")]
    shown = {"number": load.number}
    if load.state != LoadState.CLOSED:
        return [Problem(f"operations.load_{load.state}", "load", shown)]
    loaded = sorted(
        (row.uri, "" if row.whole else decimal_text(unscaled(row.loaded))) for row in rows_of(load) if row.loaded
    )
    going = sorted((one.container or one.uri, _amount(one)) for one in lines)
    return [] if loaded == going else [Problem("operations.load_differs", "load", shown)]


def _amount(line: Line) -> str:
    try:
        return "" if line.container or not line.quantity else decimal_text(parse_amount(line.quantity))
    except Refused:
        return "?"
