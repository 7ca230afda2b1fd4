"""Release orders to be picked together: a wave of tours, each with its tasks in the order of the walk. No event yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from suyuan.capture.who import Who
from suyuan.catalog.models import Place
from suyuan.delivery.queries import cutoffs
from suyuan.delivery.rules import next_cutoff
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import micros
from suyuan.operations.events import day_of, zone_of
from suyuan.operations.outbound.pick_planning import (
    layout_problems,
    plan_takes,
    resequence,
    sequenced,
    settle,
    task_of_take,
)
from suyuan.operations.parties import partner
from suyuan.operations.places import place_of, places_of
from suyuan.orders.kinds import OUTGOING, Priority
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.queries import find_order
from suyuan.orders.reservations import take_turn
from suyuan.picking.batching import Basket, batches_of
from suyuan.picking.kinds import TaskState, TourState, WaveKind, WaveState
from suyuan.picking.layout import Layout, layout_of
from suyuan.picking.models import Slot, Task, Tour, Wave
from suyuan.picking.planning import Take, Want
from suyuan.picking.queries import ON_THE_WAY, Waiting, tour_of, waiting, wave_of
from suyuan.picking.writes import (
    do_add,
    do_cancel_tasks,
    do_close_wave,
    do_finish_tours,
    do_make_wave,
)
from suyuan.tlog.jcs import Json

PAPER = "WV"
MOST_ORDERS = 1000
MOST_ON_TOUR, MOST_STOPS = 8, 60
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeWave:
    """Plan tours for these `orders` (numbers), or for all that wait for picking: of a `carrier` only, to go or be with
    the customer `until` that day, `urgent` ones only.

    `kind`: one of `WaveKind`; `zone`: only what lies there; `cutoff`: when the carrier comes, where not as his accounts
    say (`leaving`): what is fetched earlier goes on tours of its own, which come first. `most_orders`
    on a tour, which visits `most_stops` places.
    """

    warehouse: str
    orders: tuple[str, ...] = ()
    kind: str = WaveKind.CLUSTER.value
    carrier: str = ""
    until: date | None = None
    urgent: bool = False
    zone: str = ""
    cutoff: datetime | None = None
    most_orders: int = MOST_ON_TOUR
    most_stops: int = MOST_STOPS


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWave:
    """Nothing more of a wave is picked. What was picked stays where it is, and what was not waits for another wave."""

    warehouse: str
    wave: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RushOrder:
    """An urgent order goes in front of a running tour: its goods are picked next."""

    warehouse: str
    order: str
    tour: int


@command(MakeWave, permission="pick")
def make_wave(ctx: Context, who: Who, c: MakeWave) -> Plan:
    problems = _form_problems(c)
    layout = layout_of(who.directory, c.warehouse)
    problems += layout_problems(layout)
    carrier = partner(who, c.carrier, "carrier", "carrier", problems) if c.carrier else ""
    zone = place_of(places_of(who, c.warehouse), c.zone, "zone", problems)
    if c.kind == WaveKind.ZONE and not c.zone:
        problems.append(Problem("picking.zone_missing", "zone"))
    chosen = _named(c, problems) if c.orders else None
    if problems:
        return Plan(problems=problems)
    found = _in_turn(c.warehouse, [one for one in waiting(c.warehouse, chosen) if _asked(c, carrier, one)])
    takes, missing = plan_takes(
        who, c.warehouse, [want for one in found for want in one.wants], day_of(who, c.warehouse, ctx.now), zone=zone
    )
    if not takes:
        return Plan(
            problems=[Problem("picking.nothing_to_pick" if not missing else "picking.nothing_in_bins", "orders")]
        )
    zoned, first = zone_of(who, c.warehouse), {one.want.order_id for one in takes}
    leaves = leaving((one.order for one in found), ctx.now, zoned) if c.cutoff is None else {}
    cutoff = c.cutoff or min((at for order, at in leaves.items() if order in first), default=None)
    wave = Wave(
        id=ctx.request_id, number=ctx.number(PAPER, zoned), warehouse_id=c.warehouse, kind=c.kind,
        urgent=any(one.order.priority == Priority.URGENT for one in found), carrier_id=_carrier_id(found),
        cutoff=micros(cutoff) if cutoff else None, zone=Place.objects.filter(uri=zone).first() if zone else None,
        created=micros(ctx.now), created_by=ctx.actor.id,
    )  # fmt: skip
    tours, slots, tasks = _tours(layout, c, found, takes, leaves)
    do_make_wave(wave, tours, slots, tasks)
    return Plan(result=_told(wave, tours, tasks, missing, found), about=[one.order.uri for one in found])


def _form_problems(c: MakeWave) -> list[Problem]:
    problems = []
    if c.kind not in {kind.value for kind in WaveKind}:
        problems.append(Problem("picking.kind_unknown", "kind", {"kind": c.kind}))
    if not 1 <= c.most_orders <= MOST_ORDERS:
        problems.append(Problem("picking.most_orders", "most_orders", {"most": str(MOST_ORDERS)}))
    if not 1 <= c.most_stops <= MOST_ORDERS:
        problems.append(Problem("picking.most_stops", "most_stops", {"most": str(MOST_ORDERS)}))
    if c.cutoff is not None and c.cutoff.tzinfo is None:
        problems.append(Problem("operations.time_zone_missing", "cutoff"))
    if len(c.orders) > MOST_ORDERS:
        problems.append(Problem("picking.orders_many", "orders", {"most": str(MOST_ORDERS)}))
    return problems


def outgoing(number: str, warehouse: str, field: str, problems: list[Problem], *, lock: bool = False) -> Order | None:
    """The sales order or issue of a number or URI, of this warehouse."""
    found = next((order for kind in OUTGOING if (order := find_order(number, kind, lock=lock))), None)
    if found is None:
        problems.append(Problem("orders.order_unknown", field, {"number": number[:80]}))
    elif found.warehouse_id != warehouse:
        shown = {"number": found.number, "warehouse": found.warehouse_id}
        problems.append(Problem("operations.order_of_other", field, shown))
        return None
    return found


def _named(c: MakeWave, problems: list[Problem]) -> list[int]:
    found = [outgoing(number, c.warehouse, f"orders[{n}]", problems) for n, number in enumerate(c.orders[:MOST_ORDERS])]
    return [order.pk for order in found if order is not None]


def _asked(c: MakeWave, carrier: str, one: Waiting) -> bool:
    """Is it of the carrier, the time and the urgency that were asked for?"""
    order = one.order
    days = [day for day in (order.expected, order.delivery) if day is not None]
    return (
        (not carrier or (order.carrier is not None and order.carrier.uri == carrier))
        and (c.until is None or not days or min(days) <= c.until)
        and (not c.urgent or order.priority == Priority.URGENT)
    )


def _in_turn(warehouse: str, found: Sequence[Waiting]) -> list[Waiting]:
    """The same, asked again when nobody else plans with these goods any more."""
    wants = [want for one in found for want in one.wants]
    if not wants:
        return []
    items = OrderLine.objects.filter(order__in=[one.order.pk for one in found]).values_list("item_id", flat=True)
    take_turn(items.distinct(), warehouse, {want.subject for want in wants})
    return waiting(warehouse, [one.order.pk for one in found])


def _carrier_id(found: Sequence[Waiting]) -> int | None:
    """The carrier that all of them go with."""
    ids = {one.order.carrier_id for one in found}
    return ids.pop() if len(ids) == 1 else None


def leaving(orders: Iterable[Order], now: datetime, zone: ZoneInfo) -> dict[int, datetime]:
    """Order's key → when its carrier takes goods next, from the day on that it is to go; where that is known. One
    statement.
    """
    known, found = cutoffs(), dict[int, datetime]()
    for order in orders:
        begin = datetime.combine(order.expected, time.min, zone) if order.expected is not None else now
        by_day = known.get(order.carrier.uri) if order.carrier is not None else None
        at = next_cutoff(by_day, max(now, begin), zone) if by_day else None
        if at is not None:
            found[order.pk] = at
    return found


def _tours(
    layout: Layout, c: MakeWave, found: Sequence[Waiting], takes: Sequence[Take], leaves: Mapping[int, datetime]
) -> tuple[list[Tour], list[Slot], list[Task]]:
    """Urgent orders on tours of their own, which come first; then those that are fetched first."""
    by_order: dict[int, list[Take]] = {}
    for one in takes:
        by_order.setdefault(one.want.order_id, []).append(one)
    urgent = {one.order.pk for one in found if one.order.priority == Priority.URGENT}
    turn = [one.order.pk for one in found if one.order.pk in by_order]
    groups: dict[tuple[bool, datetime], list[int]] = {}
    for key in turn:
        groups.setdefault((key not in urgent, LATEST if key in urgent else leaves.get(key, LATEST)), []).append(key)
    batches = [batch for _, group in sorted(groups.items()) for batch in _batches(layout, c, group, by_order)]
    tours, slots, tasks = list[Tour](), list[Slot](), list[Task]()
    for number, batch in enumerate(batches, 1):
        tour = Tour(number=number)
        mine = [task_of_take(one, c.warehouse, tour, 0) for key in batch for one in by_order[key]]
        sequenced(layout, mine, layout.ready)
        tours.append(tour)
        slots += [Slot(tour=tour, order_id=key, position=position) for position, key in enumerate(batch, 1)]
        tasks += mine
    return tours, slots, tasks


def _batches(layout: Layout, c: MakeWave, orders: Sequence[int], takes: dict[int, list[Take]]) -> list[list[int]]:
    """Which orders share a tour: those of neighbouring bins, as far as it is known where these are."""
    if c.kind == WaveKind.SINGLE:
        return [[key] for key in orders]
    baskets = [
        Basket(key, tuple(spot for one in takes[key] if (spot := layout.spot(one.place)) is not None)) for key in orders
    ]
    batches = batches_of(
        layout.net.floor, baskets, layout.spot(layout.ready), most=c.most_orders, most_stops=c.most_stops
    )
    turn = {key: n for n, key in enumerate(orders)}
    return [sorted((basket.key for basket in batch), key=turn.__getitem__) for batch in batches]


def _told(
    wave: Wave, tours: Sequence[Tour], tasks: Sequence[Task], missing: Sequence[Want], found: Sequence[Waiting]
) -> dict[str, Json]:
    numbers = {one.order.pk: one.order.number for one in found}
    walks: list[Json] = [
        {
            "number": tour.number,
            "tasks": sum(task.tour.number == tour.number for task in tasks),
            "stops": len({task.place for task in tasks if task.tour.number == tour.number}),
            "length": tour.length,
            "s_shape": tour.s_shape,
        }
        for tour in tours
    ]
    lacking: list[Json] = [
        {"order": numbers[want.order_id], "uri": want.uri, "quantity": decimal_text(unscaled(want.quantity))}
        for want in missing
    ]
    return {"wave": str(wave.pk), "number": wave.number, "tours": walks, "missing": lacking}


# -- the end of one ---------------------------------------------------------------------------------------------------


@command(CancelWave, permission="pick")
def cancel_wave(ctx: Context, who: Who, c: CancelWave) -> Plan:
    problems = [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    wave = wave_of(c.warehouse, c.wave)
    if wave is None:
        return Plan(problems=[*problems, Problem("picking.wave_unknown", "wave")])
    if problems:
        return Plan(problems=problems)
    if not do_close_wave(wave.pk, WaveState.CANCELLED, by=ctx.actor.id, now=ctx.now, reason=c.reason.strip()):
        return Plan(problems=[Problem("picking.wave_ended", "wave", {"wave": wave.number})])
    left = list(Task.objects.filter(wave=wave, state=TaskState.OPEN.value).select_for_update())
    do_cancel_tasks(left)
    tours = Tour.objects.filter(wave=wave, state__in=ON_THE_WAY).values_list("pk", flat=True)
    do_finish_tours(tours, TourState.CANCELLED, ctx.now)
    return Plan(result={"wave": str(wave.pk), "cancelled": len(left)})


# -- an urgent order --------------------------------------------------------------------------------------------------


@command(RushOrder, permission="pick")
def rush_order(ctx: Context, who: Who, c: RushOrder) -> Plan:
    problems: list[Problem] = []
    tour = tour_of(c.warehouse, c.tour, lock=True)
    order = outgoing(c.order, c.warehouse, "order", problems)
    if tour is None:
        problems.append(Problem("picking.tour_unknown", "tour"))
    elif tour.state not in ON_THE_WAY:
        problems.append(Problem("picking.tour_ended", "tour", {"tour": f"{tour.wave.number}/{tour.number}"}))
    if tour is None or order is None or problems:
        return Plan(problems=problems)
    others = _not_begun(order, tour)
    do_cancel_tasks(others)
    settle({task.tour_id for task in others}, ctx.actor.id, ctx.now)
    found = _in_turn(c.warehouse, waiting(c.warehouse, [order.pk]))
    wants = [want for one in found for want in one.wants]
    layout = layout_of(who.directory, c.warehouse)
    takes, missing = plan_takes(who, c.warehouse, wants, day_of(who, c.warehouse, ctx.now), start=tour.start)
    mine = list(Task.objects.filter(tour=tour, line__order=order, state=TaskState.OPEN.value))
    if not takes and not mine:
        return Plan(problems=[Problem("picking.nothing_to_pick", "order")])
    tasks = [task_of_take(one, c.warehouse, tour, 0, urgent=True) for one in takes]
    do_add(tour, _slot(tour, order), tasks)
    Task.objects.filter(pk__in=[task.pk for task in mine]).update(urgent=True)
    resequence(layout, tour)
    told = _told(tour.wave, [], [], missing, found)
    return Plan(result={**told, "tour": tour.pk, "tasks": len(tasks) + len(mine)}, about=[order.uri])


def _not_begun(order: Order, tour: Tour) -> list[Task]:
    """Tasks for the order on other tours that nobody has taken yet, and of which nothing was picked."""
    rows = Task.objects.filter(
        line__order=order, state=TaskState.OPEN.value, picked=0, tour__state=TourState.OPEN.value
    ).exclude(tour=tour)
    return list(rows.select_for_update(of=("self",)))


def _slot(tour: Tour, order: Order) -> list[Slot]:
    positions = dict(Slot.objects.filter(tour=tour).values_list("order_id", "position"))
    return [] if order.pk in positions else [Slot(order=order, position=max(positions.values(), default=0) + 1)]
