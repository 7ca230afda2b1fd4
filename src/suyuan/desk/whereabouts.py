"""Where the goods of an answer are now: on the plan of each warehouse, under way, at which customers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.cards import FloorMap
from suyuan.desk.floor import drawing, spots_of
from suyuan.desk.floor_plan import plan_of
from suyuan.desk.naming import Names
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.picking.layout import layout_of
from suyuan.trace.answer import Trace
from suyuan.trace.values import Lying
from suyuan.ui.tables import Column, Row, States, Table
from suyuan.ui.things import thing_url
from suyuan.ui.units import unit_name

RADIUS = 0.5  # metres


@dataclass(frozen=True, slots=True)
class Heap:
    """What of an answer is at one place or partner: how many lots, serials and containers, how much by unit."""

    where: str
    state: str
    things: int
    sums: Mapping[str, int]


def heaps_of(answer: Trace) -> list[Heap]:
    """By place and shipment, then by customer; the most things first."""
    lying: dict[tuple[str, bool], list[Lying]] = defaultdict(list)
    for one in answer.stock:
        lying[one.place, one.under_way].append(one)
    here = [
        Heap(place, "transit" if under_way else "in_stock", len({one.key for one in some}), _sums(some))
        for (place, under_way), some in lying.items()
    ]
    given: dict[str, dict[str, int]] = defaultdict(dict)
    things: dict[str, set[bytes]] = defaultdict(set)
    for share, unit in answer.parties:
        if share.role == "customer":
            given[share.party][unit or COUNT] = given[share.party].get(unit or COUNT, 0) + share.quantity
            things[share.party] |= set(share.ids)
    gone = [Heap(party, "shipped", len(things[party]), sums) for party, sums in given.items()]
    order = ("in_stock", "transit", "shipped")
    return sorted([*here, *gone], key=lambda heap: (order.index(heap.state), -heap.things, heap.where))


def _sums(lying: Iterable[Lying]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in lying:
        sums[one.unit] = sums.get(one.unit, 0) + one.quantity
    return sums


def where_table(heaps: Iterable[Heap], names: Names, export: str, most: int) -> Table:
    """One row for each unit at each place; the first `most` of them."""
    columns = (
        Column(_("State"), "state"),
        Column(_("Where"), "thing"),
        Column(_("Things"), "number"),
        Column(_("Quantity"), "quantity"),
    )
    lines = [(heap, unit, amount) for heap in heaps for unit, amount in heap.sums.items()]
    rows = [
        Row((States((heap.state,)), names.thing(heap.where), heap.things, Quantity(unscaled(amount), unit)), heap.state)
        for heap, unit, amount in lines[:most]
    ]
    return Table("where", columns, rows, _("Nothing of it is with us or with a customer."), len(lines), export)


def maps_of(heaps: Iterable[Heap], desk: Desk, names: Names) -> tuple[FloorMap, ...]:
    """The warehouses in which something lies, the one worked in first."""
    by_log: dict[str, list[Heap]] = defaultdict(list)
    now = directory()
    for heap in heaps:
        if heap.state == "in_stock" and (log := now.warehouse_of(heap.where)):
            by_log[log].append(heap)
    words = {choice.code: choice.name for choice in desk.frame.warehouses}
    ordered = sorted(by_log, key=lambda log: (log != desk.warehouse, log))
    return tuple(_floor(log, words.get(log, log), by_log[log], desk, names) for log in ordered)


def _floor(log: str, name: str, heaps: Sequence[Heap], desk: Desk, names: Names) -> FloorMap:
    layout = layout_of(directory(), log)
    spots = [(heap, spot) for heap in heaps if (spot := layout.spot(heap.where)) is not None]
    beside = len(heaps) - len(spots)
    if not spots:
        return FloorMap(name, "", beside)
    drawn = str(drawing(plan_of(spots_of(log, desk.now, desk.language), "fill")))
    discs = "".join(_disc(heap, spot.x, spot.y, names) for heap, spot in spots)
    return FloorMap(name, mark_safe(drawn.replace("</svg>", f"{discs}</svg>")), beside)  # its texts are escaped


def _disc(heap: Heap, x: float, y: float, names: Names) -> str:
    amounts = " + ".join(f"{unscaled(amount):f} {_(unit_name(unit))}" for unit, amount in heap.sums.items())
    title = escape(f"{names.thing(heap.where)}: {amounts}")
    return (
        f'<a href="{escape(thing_url(heap.where))}" aria-label="{title}" class="stop stop-hit"><title>{title}</title>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{RADIUS}"></circle>'
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{RADIUS:.2f}">{heap.things}</text></a>'
    )
