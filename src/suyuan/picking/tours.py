"""In which order the bins of a tour are visited: by a solver, and as an S through the aisles; the shorter of the two.
Pure but for the solver's clock: a budget of time, not a number of steps, ends its search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import fast_tsp

from suyuan.picking.aisles import Aisle, Direction, Floor, Foot, Net, Spot

BUDGET = 0.02  # seconds that the solver may take for a tour
FAR = 40_000  # an edge that no tour takes, in the solver's 16 bits; the longest real one is FINEST of its steps
FINEST = 6_000
EXACT = range(14, 21)  # so many nodes the solver tries in all orders, which takes up to 80 ms; one more is much faster
Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Tour:
    """`order`: indexes of the spots as they are visited; `length` in metres with the way from the start and to the end;
    `s_shape`: how long it is to walk through whole aisles instead, up one and down the next; `solved`: the solver's
    order, else that of the S with what can be cut short of it.

    Spots of the same place are visited together.
    """

    order: tuple[int, ...]
    length: float
    s_shape: float
    solved: bool


def tour_of(
    net: Net, spots: Sequence[Spot], start: Spot | None = None, end: Spot | None = None, *, budget: float = BUDGET
) -> Tour:
    """The tour through these spots. It begins and ends where it is told, else at its own first and last spot."""
    if not spots:
        return Tour((), _direct(net, start, end), _direct(net, start, end), False)
    stops, members = _stops(spots)
    ways = Ways.of(net, stops, start, end)
    snakes = snakes_of(net, stops, start, end)
    cut = min((snake.order for snake in snakes), key=ways.length)
    best = min((cut, solve(ways, budget)), key=ways.length)  # the S where they are the same: people know it
    order = tuple(index for stop in best for index in members[stop])
    return Tour(order, ways.length(best), min(snake.length for snake in snakes), best is not cut)


def _direct(net: Net, start: Spot | None, end: Spot | None) -> float:
    return net.between(net.foot(start), net.foot(end)) if start and end else 0.0


def _stops(spots: Sequence[Spot]) -> tuple[list[Spot], list[list[int]]]:
    """Each point once, with the indexes of the spots there."""
    at: dict[tuple[str, float, float], list[int]] = {}
    for n, spot in enumerate(spots):
        at.setdefault((spot.aisle, spot.x, spot.y), []).append(n)
    return [spots[members[0]] for members in at.values()], list(at.values())


@dataclass(frozen=True, slots=True)
class Ways:
    """How far it is from stop to stop, from the start to each and from each to the end: 0 where there is none."""

    between: Matrix
    first: list[float]
    last: list[float]

    @classmethod
    def of(cls, net: Net, stops: Sequence[Spot], start: Spot | None, end: Spot | None) -> "Ways":
        feet = [net.foot(stop) for stop in stops]
        return cls(
            matrix(net, feet),
            [net.between(net.foot(start), foot) for foot in feet] if start else [0.0] * len(feet),
            [net.between(foot, net.foot(end)) for foot in feet] if end else [0.0] * len(feet),
        )

    def length(self, order: Sequence[int]) -> float:
        steps = sum(self.between[a][b] for a, b in pairwise(order))
        return self.first[order[0]] + steps + self.last[order[-1]]


def matrix(net: Net, feet: Sequence[Foot]) -> Matrix:
    return [[0.0 if a == b else net.between(one, other) for b, other in enumerate(feet)] for a, one in enumerate(feet)]


# -- as an S ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Snake:
    """The S through whole aisles: the stops in its order, and how long it is."""

    order: tuple[int, ...]
    length: float


def snakes_of(net: Net, stops: Sequence[Spot], start: Spot | None, end: Spot | None) -> list[Snake]:
    """The S from either side."""
    return [_snake(net, stops, start, end, left=left) for left in (True, False)]


def _snake(net: Net, stops: Sequence[Spot], start: Spot | None, end: Spot | None, *, left: bool) -> Snake:
    """Up the first aisle from where the tour begins, down the next, one-way aisles as one must; out of the last one by
    the end by which one leaves, back if need be. What lies in no aisle comes last.
    """
    floor = net.floor
    by_aisle: dict[str, list[int]] = {}
    for n, stop in enumerate(stops):
        by_aisle.setdefault(stop.aisle, []).append(n)
    aisles = [aisle for aisle in floor.aisles if aisle.code in by_aisle]
    aisles = aisles if left else aisles[::-1]
    up = _is_low(floor, start)
    order: list[int] = []
    walk: list[Spot] = [start] if start else []
    for turn, aisle in enumerate(aisles, 1):
        up = {Direction.UP: True, Direction.DOWN: False}.get(aisle.direction, up)
        inside = sorted(by_aisle.pop(aisle.code), key=lambda n: floor.along(stops[n]), reverse=not up)
        back = turn == len(aisles) and aisle.direction is Direction.BOTH and up == _is_low(floor, end or start)
        order += inside
        walk += [_end_of(floor, aisle, low=up), *(stops[n] for n in inside)]
        walk += [_end_of(floor, aisle, low=up if back else not up)] if end or turn < len(aisles) else []
        up = not up
    rest = sorted((n for members in by_aisle.values() for n in members), key=lambda n: floor.across(stops[n]))
    walk += [*(stops[n] for n in rest), *([end] if end else [])]
    walk = walk if start or not order else walk[1:]  # begun anywhere, it begins at its first stop
    feet = [net.foot(spot) for spot in walk]
    return Snake((*order, *rest), sum(net.between(one, other) for one, other in pairwise(feet)))


def _is_low(floor: Floor, spot: Spot | None) -> bool:
    """Is the spot nearer to the near end of the aisles?"""
    return spot is None or 2 * floor.along(spot) <= floor.crosses[0] + floor.crosses[-1]


def _end_of(floor: Floor, aisle: Aisle, *, low: bool) -> Spot:
    return Spot("", aisle.code, *floor.point(aisle.across, floor.crosses[0 if low else -1]))


# -- by the solver ----------------------------------------------------------------------------------------------------


def solve(ways: Ways, budget: float = BUDGET) -> Sequence[int]:
    """A short order of the stops. One node stands for both ends, so that the tour is closed.

    The solver wants the same way in both directions. Where that is not so, each node becomes two, one to come to and
    one to leave from, always visited together (Jonker and Volgenant): a cheap edge joins the two, and none joins two
    of a kind.
    """
    size = len(ways.first)
    if size <= 2:
        return min(([*range(size)], [*reversed(range(size))]), key=ways.length)
    closed = [[0.0, *ways.first], *([last, *row] for last, row in zip(ways.last, ways.between, strict=True))]
    longest = max((length for row in closed for length in row if length < inf), default=0.0)
    scale = FINEST / longest if longest else 1.0
    steps = [[round(length * scale) if length < inf else FINEST * 2 for length in row] for row in closed]
    if all(steps[a][b] == steps[b][a] for a in range(size + 1) for b in range(a)):
        return _opened(_asked(steps, budget))
    order = _paired(_asked(_doubled(steps), budget), size + 1)
    return _opened(order) if order else [*range(size)]


def _asked(steps: list[list[int]], budget: float) -> list[int]:
    size = len(steps)
    if size not in EXACT:
        return fast_tsp.find_tour(steps, duration_seconds=budget, stop_when_converged=True)
    # More nodes at the spot of the first, which are left out again.
    more = EXACT.stop - size
    wide = [row + [row[0]] * more for row in steps]
    wide += [list(wide[0]) for _ in range(more)]
    return [n for n in fast_tsp.find_tour(wide, duration_seconds=budget, stop_when_converged=True) if n < size]


def _doubled(steps: list[list[int]]) -> list[list[int]]:
    """Nodes 0…n-1 to come to, n…2n-1 to leave from."""
    size = len(steps)
    wide = [[FAR] * (2 * size) for _ in range(2 * size)]
    for a in range(2 * size):
        wide[a][a] = 0
    for a in range(size):
        for b in range(size):
            length = 0 if a == b else FINEST * 2 + steps[a][b]
            wide[size + a][b] = wide[b][size + a] = length
    return wide


def _paired(order: list[int], size: int) -> list[int]:
    """The nodes of a tour through the doubled ones, in the direction in which one comes before one leaves; none where
    the two of a node were taken apart."""
    for turned in (order, order[::-1]):
        begin = turned.index(0)
        turned = turned[begin:] + turned[:begin]
        came, left = turned[::2], turned[1::2]
        if [n + size for n in came] == left:
            return came
    return []


def _opened(order: list[int]) -> list[int]:
    """The stops from the first after the ends' node on."""
    begin = order.index(0)
    return [n - 1 for n in order[begin + 1 :] + order[:begin]]
