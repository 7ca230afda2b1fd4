"""The shortest tour there is through aisles between two cross aisles, by dynamic programming: a check on the solver.

Ratliff and Rosenthal, Order-Picking in a Rectangular Warehouse (Operations Research 31, 1983): a tour is a connected
graph in which every crossing has an even degree; from left to right it is enough to know of the last aisle whether its
ends have none, an odd or an even degree, and whether they hang together.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from suyuan.picking.aisles import Net, Spot

State = tuple[int, int, bool]  # degree of the near end and of the far end (0 none, 1 odd, 2 even), joined
ACROSS = ((1, 1), (2, 0), (0, 2), (2, 2))  # how often one walks along the near and the far cross aisle


def shortest(net: Net, spots: Sequence[Spot], depot: Spot) -> float:
    """Metres from the depot through all spots and back. Two cross aisles, no one-way aisles, the depot at the left of
    the first aisle, on the near side.
    """
    floor = net.floor
    near, far = floor.crosses
    index = {aisle.code: n for n, aisle in enumerate(floor.aisles)}
    picks: dict[int, set[float]] = {}
    for spot in spots:
        picks.setdefault(index[spot.aisle], set()).add(floor.along(spot))
    # The way to the first aisle and back is walked whatever comes, so its near end is met.
    states = _least(
        ((_more(2, low), _more(0, high), whole), cost) for low, high, whole, cost in _inside(picks, 0, near, far)
    )
    for n in range(1, max(picks) + 1):
        step = floor.aisles[n].across - floor.aisles[n - 1].across
        states = _least(
            ((_more(a, low), _more(b, high), (joined and a > 0 and b > 0) or whole), cost + step * (a + b) + inside)
            for (one, other, joined), cost in states.items()
            for a, b in ACROSS
            if _goes_on(one, a, b, joined=joined) and _goes_on(other, b, a, joined=joined)
            for low, high, whole, inside in _inside(picks, n, near, far)
        )
    ends = [
        cost for (one, other, joined), cost in states.items() if _even(one, other) and (joined or not one or not other)
    ]
    return min(ends) + 2 * net.between(
        net.foot(depot), net.foot(Spot("", floor.aisles[0].code, *floor.point(floor.aisles[0].across, near)))
    )


def _least(found: Iterator[tuple[State, float]]) -> dict[State, float]:
    least: dict[State, float] = {}
    for state, cost in found:
        least[state] = min(cost, least.get(state, inf))
    return least


def _inside(picks: dict[int, set[float]], n: int, near: float, far: float) -> list[tuple[int, int, bool, float]]:
    """The ways through one aisle: degree at its near and its far end, whether they are joined by it, metres."""
    through = [(1, 1, True, far - near), (2, 2, True, 2 * (far - near))]
    depths = sorted(picks.get(n, ()))
    if not depths:
        return [(0, 0, False, 0.0), *through]
    gap = max(high - low for low, high in pairwise([near, *depths, far]))
    return [
        *through,
        (2, 0, False, 2 * (depths[-1] - near)),
        (0, 2, False, 2 * (far - depths[0])),
        (2, 2, False, 2 * (far - near - gap)),
    ]


def _more(degree: int, more: int) -> int:
    return 0 if degree + more == 0 else 1 if (degree + more) % 2 else 2


def _even(*degrees: int) -> bool:
    return all(degree % 2 == 0 for degree in degrees)


def _goes_on(degree: int, here: int, there: int, *, joined: bool) -> bool:
    """Whether an end may be left for good: even, and not cut off from what comes."""
    return _even(degree + here) and (degree == 0 or here > 0 or (joined and there > 0))
