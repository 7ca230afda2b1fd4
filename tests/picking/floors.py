"""Floors to be walked in tests: what Hypothesis draws, and a plain search that knows each metre of them."""

from heapq import heappop, heappush
from itertools import pairwise
from math import inf

from hypothesis import strategies as st

from suyuan.picking.aisles import Direction, Floor, Spot, floor_of

DEEP = 20  # bins of an aisle


@st.composite
def floors(draw: st.DrawFn, *, one_way: bool = True) -> tuple[Floor, list[Spot]]:
    """A floor that can be walked, and some of its bins."""
    count = draw(st.integers(1, 6))
    upright = draw(st.booleans())
    spots = [
        Spot(f"A{n}-{side}-{deep}", f"A{n}", *((x, deep) if upright else (deep, x)))
        for n in range(count)
        for side in (0, 1)
        for x in [4.0 * n + side]
        for deep in map(float, range(DEEP))
    ]
    ways = st.sampled_from(list(Direction)) if one_way else st.just(Direction.BOTH)
    given_ = draw(st.lists(ways, min_size=count, max_size=count))
    if Direction.BOTH not in given_ and len(set(given_)) < 2:
        given_[0] = Direction.BOTH
    crosses = draw(st.lists(st.sampled_from([5.5, 9.5, 14.5]), unique=True))
    floor = floor_of(spots, {f"A{n}": way for n, way in enumerate(given_)}, crosses)
    chosen = draw(st.lists(st.sampled_from(spots), min_size=1, max_size=14, unique=True))
    return floor, chosen


docks = st.builds(lambda x, y: Spot("dock", "", float(x), float(y)), st.integers(-5, 30), st.integers(-5, 30))


def slow_length(floor: Floor, one: Spot, other: Spot) -> float:
    """The shortest way between two spots, by a search through a graph that is made for these two alone."""
    marks: dict[int, set[float]] = {n: set(floor.crosses) for n in range(len(floor.aisles))}
    feet: dict[int, set[float]] = {k: {aisle.across for aisle in floor.aisles} for k in range(len(floor.crosses))}
    ends = []
    turn = {aisle.code: n for n, aisle in enumerate(floor.aisles)}
    for spot in (one, other):
        if spot.aisle:
            marks[turn[spot.aisle]].add(floor.along(spot))
            ends.append(((floor.aisles[turn[spot.aisle]].across, floor.along(spot)), 0.0))
        else:
            k = min(feet, key=lambda k: abs(floor.crosses[k] - floor.along(spot)))
            feet[k].add(floor.across(spot))
            ends.append(((floor.across(spot), floor.crosses[k]), abs(floor.crosses[k] - floor.along(spot))))
    edges: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for n, aisle in enumerate(floor.aisles):
        for low, high in pairwise(sorted(marks[n])):
            if aisle.direction is not Direction.DOWN:
                edges.setdefault((aisle.across, low), []).append((aisle.across, high))
            if aisle.direction is not Direction.UP:
                edges.setdefault((aisle.across, high), []).append((aisle.across, low))
    for k, cross in enumerate(floor.crosses):
        for left, right in pairwise(sorted(feet[k])):
            edges.setdefault((left, cross), []).append((right, cross))
            edges.setdefault((right, cross), []).append((left, cross))
    if ends[0] == ends[1]:
        return 0.0
    return ends[0][1] + _search(edges, ends[0][0], ends[1][0]) + ends[1][1]


def _search(
    edges: dict[tuple[float, float], list[tuple[float, float]]], start: tuple[float, float], goal: tuple[float, float]
) -> float:
    far, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        length, node = heappop(heap)
        if node == goal:
            return length
        for other in edges.get(node, ()):
            step = length + abs(other[0] - node[0]) + abs(other[1] - node[1])
            if step < far.get(other, inf):
                far[other] = step
                heappush(heap, (step, other))
    return inf
