"""Tours of the solver beside the shortest there are, and these beside all orders of a few stops tried out."""

import random
from itertools import pairwise, permutations

import pytest

from suyuan.picking.aisles import Net, Spot, floor_of
from suyuan.picking.tours import tour_of
from tests.picking.optimum import shortest

DEEP, AISLES = 12, 8
DEPOT = Spot("dock", "", -2.0, -1.0)
SPOTS = [Spot(f"{n}-{deep}", f"A{n}", 3.0 * n, float(deep)) for n in range(AISLES) for deep in range(DEEP)]
NET = Net(floor_of(SPOTS))


@pytest.mark.parametrize("seed", range(12))
def test_the_shortest_is_that_of_all_orders(seed: int) -> None:
    some = random.Random(seed).sample(SPOTS, 6)
    feet = {spot.place: NET.foot(spot) for spot in (*some, DEPOT)}

    def walk(order: tuple[Spot, ...]) -> float:
        return sum(NET.between(feet[a.place], feet[b.place]) for a, b in pairwise((DEPOT, *order, DEPOT)))

    assert shortest(NET, some, DEPOT) == pytest.approx(min(walk(order) for order in permutations(some)))


@pytest.mark.parametrize("stops", [1, 2, 5, 13, 14, 20, 21, 40, 60])
def test_tours_are_next_to_the_shortest(stops: int) -> None:
    chance = random.Random(stops)
    for _ in range(5):
        some = chance.sample(SPOTS, stops)
        best, tour = shortest(NET, some, DEPOT), tour_of(NET, some, DEPOT, DEPOT)
        assert best - 1e-6 <= tour.length <= 1.01 * best
