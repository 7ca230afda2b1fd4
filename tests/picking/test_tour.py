"""How far it is between bins, and in which order they are visited."""

from itertools import pairwise, permutations
from math import dist, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.picking.aisles import Direction, Floor, Net, Spot, floor_of
from suyuan.picking.tours import Ways, solve, tour_of
from tests.picking.floors import docks, floors, slow_length

BUDGET = 0.002
DOCK = Spot("dock", "", 0.0, -3.0)


def rack(aisles: int = 3, deep: int = 10) -> list[Spot]:
    return [Spot(f"A{n}-{y}", f"A{n}", 3.0 * n, float(y)) for n in range(aisles) for y in range(deep)]


def test_it_works() -> None:
    spots = rack()
    net = Net(floor_of(spots))
    one, other = net.foot(spots[0]), net.foot(spots[10])
    assert net.between(one, other) == 1 + 3 + 1  # out to the cross aisle, across, and in again
    assert net.way(one, other) == [(0.0, 0.0), (0.0, -1.0), (3.0, -1.0), (3.0, 0.0)]
    tour = tour_of(net, [spots[0], spots[29], spots[1], spots[28]], DOCK, DOCK)
    assert sorted(tour.order) == [0, 1, 2, 3]
    assert tour.length == 2 * (2 + 11) + 6 + 6


def test_a_middle_cross_aisle_is_a_short_cut() -> None:
    spots = rack()
    four, fourteen = spots[4], spots[14]
    around, through = Net(floor_of(spots)), Net(floor_of(spots, crosses=[4.5]))
    assert around.between(around.foot(four), around.foot(fourteen)) == 5 + 3 + 5
    assert through.between(through.foot(four), through.foot(fourteen)) == 0.5 + 3 + 0.5


def test_a_floor_without_aisles_is_walked_crosswise() -> None:
    net = Net(floor_of([]))
    feet = [net.foot(Spot("a", "", 1, 1)), net.foot(Spot("b", "", 4, 5))]
    assert net.between(*feet) == 7
    assert net.way(*feet) == [(1, 1), (4, 1), (4, 5)]


def test_aisles_that_lead_only_in_are_named() -> None:
    spots = rack(2)
    assert Net(floor_of(spots, {"A0": Direction.UP})).dead_ends() == ()
    assert Net(floor_of(spots, {"A0": Direction.UP, "A1": Direction.DOWN})).dead_ends() == ()
    assert Net(floor_of(spots, {"A0": Direction.UP, "A1": Direction.UP})).dead_ends() == ("A0", "A1")


def test_the_same_bin_is_visited_once() -> None:
    spots = rack()
    net = Net(floor_of(spots))
    tour = tour_of(net, [spots[0], spots[29], spots[0], spots[29]], DOCK, DOCK)
    assert tour.order in ((0, 2, 1, 3), (1, 3, 0, 2))


def test_nothing_to_visit_is_the_way_from_start_to_end() -> None:
    net = Net(floor_of(rack()))
    assert tour_of(net, []).length == 0
    assert tour_of(net, [], DOCK, Spot("gate", "", 6.0, -3.0)).length == 2 + 6 + 2


@pytest.mark.parametrize("count", [3, 8, 15, 20, 40])
def test_ends_apart_are_kept_apart(count: int) -> None:
    """From one end of the floor to the other, each aisle is walked through once at most."""
    spots = rack(4, 12)[::1][:count]
    net = Net(floor_of(rack(4, 12)))
    gate = Spot("gate", "", 9.0, 14.0)
    tour = tour_of(net, spots, DOCK, gate, budget=BUDGET)
    ways = Ways.of(net, spots, DOCK, gate)
    assert tour.length == pytest.approx(ways.length(tour.order))
    assert sorted(tour.order) == [*range(count)]


@settings(max_examples=60, deadline=None)
@given(floors(), st.none() | docks, st.none() | docks)
def test_every_stop_is_visited_once_and_never_by_a_longer_way_than_the_s(
    drawn: tuple[Floor, list[Spot]], start: Spot | None, end: Spot | None
) -> None:
    floor, spots = drawn
    net = Net(floor)
    tour = tour_of(net, spots, start, end, budget=BUDGET)
    assert sorted(tour.order) == [*range(len(spots))]
    assert tour.length < inf
    assert tour.length <= tour.s_shape + 1e-6
    assert tour.length == pytest.approx(
        _walked(net, [*filter(None, [start]), *(spots[n] for n in tour.order), *filter(None, [end])])
    )


def _walked(net: Net, spots: list[Spot]) -> float:
    """The length of what is drawn on the map."""
    ways = [net.way(net.foot(a), net.foot(b)) for a, b in pairwise(spots)]
    return sum(dist(a, b) for way in ways for a, b in pairwise(way))


@settings(max_examples=60, deadline=None)
@given(floors(), docks)
def test_distances_are_those_of_a_plain_search(drawn: tuple[Floor, list[Spot]], dock: Spot) -> None:
    floor, spots = drawn
    net = Net(floor)
    spots = [*spots[:5], dock]
    feet = [net.foot(spot) for spot in spots]
    for one, a in zip(spots, feet, strict=True):
        for other, b in zip(spots, feet, strict=True):
            assert net.between(a, b) == pytest.approx(slow_length(floor, one, other))
            assert all(net.between(a, b) <= net.between(a, c) + net.between(c, b) + 1e-6 for c in feet)


@settings(max_examples=60, deadline=None)
@given(floors())
def test_one_way_aisles_are_walked_their_way(drawn: tuple[Floor, list[Spot]]) -> None:
    floor, spots = drawn
    net = Net(floor)
    tour = tour_of(net, spots, budget=BUDGET)
    by_across = {aisle.across: aisle.direction for aisle in floor.aisles}
    for one, other in pairwise(spots[n] for n in tour.order):
        for (x0, y0), (x1, y1) in pairwise(net.way(net.foot(one), net.foot(other))):
            (a, b), (c, d) = ((x0, y0), (x1, y1)) if floor.upright else ((y0, x0), (y1, x1))
            if a == c and b != d and a in by_across:
                assert by_across[a] in (Direction.BOTH, Direction.UP if d > b else Direction.DOWN)


@settings(max_examples=25, deadline=None)
@given(floors(one_way=False), docks)
def test_the_solver_finds_the_shortest_of_all_orders(drawn: tuple[Floor, list[Spot]], dock: Spot) -> None:

    floor, spots = drawn
    ways = Ways.of(Net(floor), spots[:6], dock, dock)
    best = min(map(ways.length, permutations(range(len(spots[:6])))))
    assert ways.length(solve(ways, BUDGET)) <= best * 1.01 + 0.1
