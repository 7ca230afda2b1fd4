"""The walk of a tour on the warehouse map: its way as a line, its stops by their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.floor import drawing, spots_of
from suyuan.desk.floor_plan import plan_of
from suyuan.picking.aisles import Point
from suyuan.picking.layout import Layout, layout_of, way_of

RADIUS = 0.55  # metres


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the walk: its turn, and whether it was visited."""

    number: int
    place: str
    code: str
    visited: bool


def map_of(desk: Desk, start: str, stops: Sequence[Stop]) -> SafeString | str:
    """The drawing of the warehouse with the walk on it; "" where no stop has its place on the plan."""
    layout = layout_of(directory(), desk.warehouse)
    if not any(layout.spot(stop.place) for stop in stops):
        return ""
    plan = plan_of(spots_of(desk.warehouse, desk.now, desk.language), "fill")
    drawn = str(drawing(plan))
    return mark_safe(drawn.replace("</svg>", f"{walk_of(layout, start, stops)}</svg>"))  # its texts are escaped


def walk_of(layout: Layout, start: str, stops: Sequence[Stop]) -> str:
    """The way there and back, and a numbered disc at each stop. Stops at one place share a disc."""
    places = [start, *(stop.place for stop in stops), start]
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in way_of(layout, places))
    parts = [f'<polyline class="walk" points="{line}"></polyline>']
    at: dict[Point, list[Stop]] = {}
    for stop in stops:
        spot = layout.spot(stop.place)
        if spot is not None:
            at.setdefault((spot.x, spot.y), []).append(stop)
    for (x, y), here in at.items():
        visited = all(stop.visited for stop in here)
        words = escape(_("Stop {number}: {bin}").format(number=here[0].number, bin=here[0].code))
        numbers = str(here[0].number) if len(here) == 1 else f"{here[0].number}+"
        parts.append(
            f'<g class="stop{" stop-done" if visited else ""}"><title>{words}</title>'
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{RADIUS}"></circle>'
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{RADIUS:.2f}">{numbers}</text></g>'
        )
    return "".join(parts)
