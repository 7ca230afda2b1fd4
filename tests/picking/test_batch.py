"""Which orders share a tour."""

from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.picking.aisles import Floor, Spot, floor_of
from suyuan.picking.batching import Basket, batches_of, length_of, reach_of
from tests.picking.floors import floors
from tests.picking.test_tour import DOCK, rack


def baskets(*orders: list[Spot]) -> list[Basket]:
    return [Basket(n, tuple(spots)) for n, spots in enumerate(orders)]


def keys(batches: list[list[Basket]]) -> list[list[int]]:
    return [[basket.key for basket in batch] for batch in batches]


def test_neighbours_share_a_tour() -> None:
    spots = rack(6)
    near, far = [spots[3], spots[7]], [spots[55], spots[58]]
    orders = baskets([near[0]], [far[0]], [near[1]], [far[1]])
    assert keys(batches_of(floor_of(spots), orders, DOCK, most=2, most_stops=60)) == [[0, 2], [1, 3]]


def test_a_trolley_holds_no_more_than_it_can() -> None:
    spots = rack(2)
    orders = baskets(*([spot] for spot in spots))
    found = batches_of(floor_of(spots), orders, DOCK, most=20, most_stops=7)
    assert sorted(map(len, found)) == [6, 7, 7]


def test_an_order_that_is_too_large_goes_alone() -> None:
    spots = rack(2)
    orders = baskets(spots[:9], [spots[0]], [spots[1]])
    assert keys(batches_of(floor_of(spots), orders, DOCK, most=3, most_stops=4)) == [[0], [1, 2]]


@settings(max_examples=50, deadline=None)
@given(floors(), st.integers(1, 5), st.integers(3, 9), st.data())
def test_each_order_is_in_one_tour_and_less_is_walked_than_as_they_come(
    drawn: tuple[Floor, list[Spot]], most: int, most_stops: int, data: st.DataObject
) -> None:
    floor, spots = drawn
    some = st.lists(st.sampled_from(spots), min_size=1, max_size=3)
    orders = baskets(*data.draw(st.lists(some, max_size=12)))
    found = batches_of(floor, orders, DOCK, most=most, most_stops=most_stops)
    assert sorted(key for batch in keys(found) for key in batch) == [*range(len(orders))]
    assert all(len(batch) <= most for batch in found)
    for batch in found:
        assert len(batch) == 1 or len({spot.place for one in batch for spot in one.spots}) <= most_stops
    plain = batches_of(floor, orders, DOCK, most=1, most_stops=most_stops)
    assert _estimate(floor, found) <= _estimate(floor, plain) + 1e-6


def _estimate(floor: Floor, batches: list[list[Basket]]) -> float:
    whole = floor.crosses[-1] - floor.crosses[0]
    tours = [[spot for one in batch for spot in one.spots] for batch in batches]
    return sum(length_of(reach_of(floor, spots, DOCK), whole) for spots in tours)
