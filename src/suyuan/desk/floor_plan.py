"""The plan of a warehouse: where its places lie, what colour each has, how they are drawn. Pure.

Coordinates in metres from the upper left corner. Places at one spot are the levels of a rack: they share it in slices.
A zone or rack without measures of its own is drawn around what lies in it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from suyuan.gs1.problems import N_

SIDE = 1.0  # metres of a bin that says where it is but not how large
MOST_DRAWN = 1500  # bins; a larger floor is drawn rack by rack
AGES = (7, 30, 90)  # days
FULL = (50, 80, 100)  # per cent
AREAS = ("zone", "rack")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place and what is in it. `weight` and `volume` in kg and m³, None where an item does not say; `days`: how long
    the oldest has lain there; `rows`: how many balances."""

    id: int
    parent: int | None
    uri: str
    code: str
    name: str
    kind: str
    temperature: str
    box: Box | None
    capacity: tuple[float | None, float | None, float | None] = (None, None, None)
    weight: float | None = 0.0
    volume: float | None = 0.0
    pallets: int = 0
    rows: int = 0
    days: int = 0
    held: bool = False

    @property
    def is_area(self) -> bool:
        return self.kind in AREAS

    @property
    def fill(self) -> float | None:
        """Per cent of the capacity that is nearest to its end; None where none is stated or nothing is known."""
        used = (self.weight, self.volume, float(self.pallets))
        shares = [100 * a / b for a, b in zip(used, self.capacity, strict=True) if a is not None and b]
        return max(shares, default=None)


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour of the legend: the class it is drawn with, what it means, a sign beside the colour."""

    code: str
    word: str
    sign: str = ""


def _by_fill(spot: Spot) -> str:
    if not spot.rows:
        return "none"
    fill = spot.fill
    if fill is None:
        return "some"
    return next((f"f{most}" for most in FULL if fill <= most), "over")


def _by_age(spot: Spot) -> str:
    if not spot.rows:
        return "none"
    return next((f"a{most}" for most in AGES if spot.days <= most), "old")


def _by_temperature(spot: Spot) -> str:
    return spot.temperature or "unsaid"


def _by_hold(spot: Spot) -> str:
    return "held" if spot.held else "clear" if spot.rows else "none"


EMPTY = Shade("none", N_("empty"))
COLOURINGS: Mapping[str, tuple[str, Callable[[Spot], str], tuple[Shade, ...]]] = {
    "fill": (
        N_("Occupancy"),
        _by_fill,
        (
            EMPTY,
            Shade("some", N_("in use, no capacity stated")),
            Shade("f50", N_("up to 50 %")),
            Shade("f80", N_("up to 80 %")),
            Shade("f100", N_("up to 100 %")),
            Shade("over", N_("over 100 %"), "!"),
        ),
    ),
    "age": (
        N_("Age"),
        _by_age,
        (
            EMPTY,
            Shade("a7", N_("up to 7 days")),
            Shade("a30", N_("up to 30 days")),
            Shade("a90", N_("up to 90 days")),
            Shade("old", N_("over 90 days"), "!"),
        ),
    ),
    "temperature": (
        N_("Temperature"),
        _by_temperature,
        (
            Shade("unsaid", N_("not stated")),
            Shade("ambient", N_("Ambient")),
            Shade("cool", N_("Cool")),
            Shade("chilled", N_("Chilled")),
            Shade("frozen", N_("Frozen"), "*"),
        ),
    ),
    "hold": (N_("Holds"), _by_hold, (EMPTY, Shade("clear", N_("free")), Shade("held", N_("on hold"), "‖"))),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A bin as drawn, or a rack that stands for `count` of them."""

    spot: Spot
    box: Box
    shade: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn. `areas` from the outermost in; `beside`: what has no place on the plan; `counts`: shade → bins."""

    view: Box
    areas: tuple[tuple[Spot, Box], ...]
    tiles: tuple[Tile, ...]
    beside: tuple[Spot, ...]
    counts: Mapping[str, int]
    grouped: bool


def plan_of(spots: Sequence[Spot], colouring: str) -> Plan:
    """The plan in a colouring; racks instead of bins where there are too many to draw."""
    _word, shade_of, _shades = COLOURINGS[colouring]
    warm = inherited(spots)
    boxes = boxes_of(warm)
    bins = [spot for spot in warm if not spot.is_area]
    drawn = [spot for spot in bins if spot.id in boxes]
    beside = tuple(spot for spot in bins if spot.id not in boxes)
    counts = Counter(shade_of(spot) for spot in bins)
    grouped = len(drawn) > MOST_DRAWN
    areas = tuple((spot, boxes[spot.id]) for spot in _outermost_first(warm) if spot.is_area and spot.id in boxes)
    if grouped:
        tiles = _racks(warm, drawn, boxes, shade_of, _order(colouring))
        areas = tuple((spot, box) for spot, box in areas if spot.kind == "zone")
    else:
        tiles = [Tile(spot, box, shade_of(spot)) for spot, box in sliced(drawn, boxes)]
    view = around([box for _spot, box in areas] + [tile.box for tile in tiles])
    return Plan(view, areas, tuple(tiles), beside, counts, grouped)


def _order(colouring: str) -> dict[str, int]:
    return {shade.code: n for n, shade in enumerate(COLOURINGS[colouring][2])}


def inherited(spots: Sequence[Spot]) -> list[Spot]:
    """A place that states no temperature has that of the place it lies in."""
    by_id = {spot.id: spot for spot in spots}
    known: dict[int, str] = {}

    def warmth(spot: Spot) -> str:
        way: list[Spot] = []
        at: Spot | None = spot
        while at is not None and at.id not in known and not at.temperature and at not in way:
            way.append(at)
            at = by_id.get(at.parent) if at.parent is not None else None
        found = known.get(at.id, at.temperature) if at is not None else ""
        known.update((one.id, found) for one in way)
        return found

    return [spot if spot.temperature else replace(spot, temperature=warmth(spot)) for spot in spots]


def boxes_of(spots: Sequence[Spot]) -> dict[int, Box]:
    """Where each place lies, as far as anybody says; an area without measures lies around its parts."""
    boxes = {spot.id: spot.box for spot in spots if spot.box is not None}
    parts: dict[int, list[int]] = {}
    for spot in spots:
        if spot.parent is not None:
            parts.setdefault(spot.parent, []).append(spot.id)
    for spot in reversed(_outermost_first(spots)):
        inside = [boxes[part] for part in parts.get(spot.id, ()) if part in boxes]
        if spot.is_area and inside and spot.id not in boxes:
            boxes[spot.id] = around(inside, 0.3)
    return boxes


def _outermost_first(spots: Sequence[Spot]) -> list[Spot]:
    parents = {spot.id: spot.parent for spot in spots}
    deep: dict[int, int] = {}
    for spot in spots:
        way: list[int] = []
        at: int | None = spot.id
        while at is not None and at in parents and at not in deep and at not in way:
            way.append(at)
            at = parents[at]
        base = deep.get(at, 0) if at is not None else 0
        deep.update((one, base + len(way) - n) for n, one in enumerate(way))
    return sorted(spots, key=lambda spot: deep[spot.id])


def sliced(spots: Iterable[Spot], boxes: Mapping[int, Box]) -> list[tuple[Spot, Box]]:
    """Bins with their boxes; those at one spot share it in slices, in the order of their codes."""
    at: dict[Box, list[Spot]] = {}
    for spot in spots:
        at.setdefault(boxes[spot.id], []).append(spot)
    found: list[tuple[Spot, Box]] = []
    for (x, y, width, depth), levels in at.items():
        slice_ = depth / len(levels)
        for n, spot in enumerate(sorted(levels, key=lambda one: one.code) if len(levels) > 1 else levels):
            found.append((spot, (x, y + n * slice_, width, slice_)))
    return found


def _racks(
    spots: Sequence[Spot],
    drawn: Sequence[Spot],
    boxes: Mapping[int, Box],
    shade_of: Callable[[Spot], str],
    order: Mapping[str, int],
) -> list[Tile]:
    """One tile for what lies in one place: in the shade that most of it has, the later one of the legend in doubt."""
    by_id = {spot.id: spot for spot in spots}
    groups: dict[int, list[Spot]] = {}
    for spot in drawn:
        above = spot.parent if spot.parent is not None and spot.parent in boxes else spot.id
        groups.setdefault(above, []).append(spot)
    tiles = []
    for id_, members in groups.items():
        counted = Counter(map(shade_of, members))
        shade = max(counted, key=lambda one: (counted[one], order.get(one, 0)))
        tiles.append(Tile(by_id[id_], boxes[id_], shade, len(members)))
    return tiles


def around(boxes: Sequence[Box], margin: float = 1.0) -> Box:
    """The box around boxes."""
    if not boxes:
        return (0.0, 0.0, 1.0, 1.0)
    left, top = min(box[0] for box in boxes) - margin, min(box[1] for box in boxes) - margin
    right, bottom = max(box[0] + box[2] for box in boxes) + margin, max(box[1] + box[3] for box in boxes) + margin
    return (left, top, right - left, bottom - top)
