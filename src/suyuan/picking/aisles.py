"""How far it is from bin to bin: aisles side by side, joined by cross aisles. Pure.

Metres on the floor plan. One walks in the middle of an aisle; a place that lies in no aisle (a dock, a staging place)
is reached from the nearest cross aisle. `along`: how far into the aisle, `across`: from aisle to aisle.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import heappop, heappush
from itertools import pairwise
from math import inf

MARGIN = 1.0  # metres from the outermost bin to the cross aisle beyond it, where nobody says where that is
NOWHERE = -1
Point = tuple[float, float]


class Direction(StrEnum):
    """Which way one may walk through an aisle: both, or only towards greater or smaller coordinates."""

    BOTH = "both"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one stops: a place at a point of the plan; `aisle` is empty where it lies in none."""

    place: str
    aisle: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Aisle:
    code: str
    across: float
    direction: Direction = Direction.BOTH


@dataclass(frozen=True, slots=True)
class Floor:
    """Aisles from left to right, cross aisles from the nearer end on. `upright`: aisles run along y."""

    upright: bool
    aisles: tuple[Aisle, ...]
    crosses: tuple[float, ...]

    def along(self, spot: Spot) -> float:
        return spot.y if self.upright else spot.x

    def across(self, spot: Spot) -> float:
        return spot.x if self.upright else spot.y

    def point(self, across: float, along: float) -> Point:
        return (across, along) if self.upright else (along, across)


def floor_of(
    spots: Iterable[Spot],
    directions: Mapping[str, Direction] | None = None,
    crosses: Sequence[float] = (),
) -> Floor:
    """The floor of these bins. Aisles run the way in which their bins reach farther; there is a cross aisle at both
    ends, and wherever `crosses` says.
    """
    by_aisle: dict[str, list[Spot]] = {}
    for spot in spots:
        if spot.aisle:
            by_aisle.setdefault(spot.aisle, []).append(spot)
    upright = _reach(by_aisle, lambda spot: spot.y) >= _reach(by_aisle, lambda spot: spot.x)
    shape = Floor(upright, (), ())
    aisles = sorted(
        (
            Aisle(code, _middle([shape.across(spot) for spot in bins]), (directions or {}).get(code, Direction.BOTH))
            for code, bins in by_aisle.items()
        ),
        key=lambda aisle: (aisle.across, aisle.code),
    )
    reach = [shape.along(spot) for bins in by_aisle.values() for spot in bins] or [0.0]
    given = set(crosses)
    low = [] if any(at <= min(reach) for at in given) else [min(reach) - MARGIN]
    high = [] if any(at >= max(reach) for at in given) else [max(reach) + MARGIN]
    return Floor(upright, tuple(aisles), tuple(sorted({*low, *given, *high})))


def _reach(by_aisle: Mapping[str, Sequence[Spot]], of: Callable[[Spot], float]) -> float:
    return sum(max(map(of, bins)) - min(map(of, bins)) for bins in by_aisle.values())


def _middle(values: Sequence[float]) -> float:
    return (min(values) + max(values)) / 2


# -- ways -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Foot:
    """Where a spot touches the net. `line`: what it shares with spots that one reaches without a crossing: an aisle
    between two cross aisles, or a cross aisle between two aisles; `at`: how far on it; `aside`: how far beside it.

    `out` and `into`: crossings that are next when one leaves or comes, with the way there.
    """

    line: tuple[int, int, bool]
    at: float
    aside: float
    out: tuple[tuple[int, float], ...]
    into: tuple[tuple[int, float], ...]
    direction: Direction
    point: Point
    spot: Point

    @property
    def to_net(self) -> list[Point]:
        """From where one stands onto the net."""
        return [self.spot, self.point] if self.aside else [self.point]


@dataclass(slots=True)
class Net:
    """The crossings of a floor and the ways between them; what was asked once is known afterwards."""

    floor: Floor
    _next: list[list[tuple[int, float]]] = field(default_factory=list)
    _known: dict[int, tuple[list[float], list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._next = [[] for _ in range(len(self.floor.aisles) * len(self.floor.crosses))]
        for i, aisle in enumerate(self.floor.aisles):
            for k in range(len(self.floor.crosses)):
                if i + 1 < len(self.floor.aisles):
                    self._join(self.node(i, k), self.node(i + 1, k), self.floor.aisles[i + 1].across - aisle.across)
            for k, (low, high) in enumerate(pairwise(self.floor.crosses)):
                self._join(self.node(i, k), self.node(i, k + 1), high - low, aisle.direction)

    def node(self, aisle: int, cross: int) -> int:
        return aisle * len(self.floor.crosses) + cross

    def _join(self, one: int, other: int, length: float, direction: Direction = Direction.BOTH) -> None:
        if direction is not Direction.DOWN:
            self._next[one].append((other, length))
        if direction is not Direction.UP:
            self._next[other].append((one, length))

    def foot(self, spot: Spot) -> Foot:
        """Where a spot touches the net."""
        index = next((i for i, aisle in enumerate(self.floor.aisles) if aisle.code == spot.aisle), NOWHERE)
        return self._beside(spot) if index == NOWHERE else self._inside(spot, index)

    def _inside(self, spot: Spot, index: int) -> Foot:
        crosses, aisle = self.floor.crosses, self.floor.aisles[index]
        at = min(max(self.floor.along(spot), crosses[0]), crosses[-1])
        part = max(k for k in range(len(crosses) - 1) if crosses[k] <= at or k == 0)
        low = (self.node(index, part), at - crosses[part])
        high = (self.node(index, part + 1), crosses[part + 1] - at)
        up, down = aisle.direction is not Direction.DOWN, aisle.direction is not Direction.UP
        point = self.floor.point(aisle.across, at)
        out = ((low,) if down else ()) + ((high,) if up else ())
        into = ((low,) if up else ()) + ((high,) if down else ())
        return Foot((index, part, True), at, 0.0, out, into, aisle.direction, point, point)

    def _beside(self, spot: Spot) -> Foot:
        crosses, aisles = self.floor.crosses, self.floor.aisles
        along, at = self.floor.along(spot), self.floor.across(spot)
        k = min(range(len(crosses)), key=lambda k: abs(crosses[k] - along))
        aside = abs(crosses[k] - along)
        gap = sum(aisle.across <= at for aisle in aisles)
        beside = [i for i in (gap - 1, gap) if 0 <= i < len(aisles)]
        ends = tuple((self.node(i, k), aside + abs(aisles[i].across - at)) for i in beside)
        point = self.floor.point(at, crosses[k])
        return Foot((gap, k, False), at, aside, ends, ends, Direction.BOTH, point, (spot.x, spot.y))

    def _from(self, start: int) -> tuple[list[float], list[int]]:
        """How far it is from a crossing to each other, and which crossing comes before that one."""
        found = self._known.get(start)
        if found is not None:
            return found
        far, before = [inf] * len(self._next), [NOWHERE] * len(self._next)
        far[start] = 0.0
        heap = [(0.0, start)]
        while heap:
            length, node = heappop(heap)
            if length > far[node]:
                continue
            for other, step in self._next[node]:
                if length + step < far[other]:
                    far[other], before[other] = length + step, node
                    heappush(heap, (far[other], other))
        self._known[start] = (far, before)
        return far, before

    def between(self, one: Foot, other: Foot) -> float:
        """The shortest way in metres; infinite where one-way aisles allow none. Without aisles one walks crosswise."""
        if not self.floor.aisles:
            return abs(one.spot[0] - other.spot[0]) + abs(one.spot[1] - other.spot[1])
        return min(self._straight(one, other), self._around(one, other)[0])

    @staticmethod
    def _straight(one: Foot, other: Foot) -> float:
        """Without a crossing; infinite where there is none, or the aisle is walked the other way."""
        if one.line != other.line:
            return inf
        step = other.at - one.at
        wrong = Direction.DOWN if step > 0 else Direction.UP
        if step and one.direction is wrong:
            return inf
        if not step and one.aside == other.aside:
            return 0.0  # the same point
        return abs(step) + one.aside + other.aside

    def _around(self, one: Foot, other: Foot) -> tuple[float, int, int]:
        """By way of crossings: how far, the first and the last of them."""
        best = (inf, NOWHERE, NOWHERE)
        for leaving, first in one.out:
            far, _before = self._from(leaving)
            for coming, last in other.into:
                length = first + far[coming] + last
                if length < best[0]:
                    best = (length, leaving, coming)
        return best

    def way(self, one: Foot, other: Foot) -> list[Point]:
        """The corners of the shortest way, both ends in it; only the ends where there is none."""
        if not self.floor.aisles:
            return [one.spot, (other.spot[0], one.spot[1]), other.spot]
        around, leaving, coming = self._around(one, other)
        if coming == NOWHERE or self._straight(one, other) <= around:
            return [*one.to_net, *reversed(other.to_net)]
        _far, before = self._from(leaving)
        nodes = [coming]
        while nodes[-1] != leaving:
            nodes.append(before[nodes[-1]])
        return [*one.to_net, *map(self._corner, reversed(nodes)), *reversed(other.to_net)]

    def _corner(self, node: int) -> Point:
        aisle, cross = divmod(node, len(self.floor.crosses))
        return self.floor.point(self.floor.aisles[aisle].across, self.floor.crosses[cross])

    def dead_ends(self) -> tuple[str, ...]:
        """The aisles that cannot be left or reached, since too many are one-way; none on a floor that works."""
        if not self.floor.aisles:
            return ()
        there, _ = self._from(0)
        closed = {node for node, far in enumerate(there) if far == inf}
        closed |= {node for node in range(len(there)) if self._from(node)[0][0] == inf}
        size = len(self.floor.crosses)
        return tuple(self.floor.aisles[i].code for i in sorted({node // size for node in closed}))
