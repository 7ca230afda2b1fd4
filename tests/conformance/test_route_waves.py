"""Real orders and bins, waved and routed: how far one walks, beside the S-shape. Run with -s to read the figures."""

import csv
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from suyuan.picking.aisles import Floor, Net, Spot, floor_of
from suyuan.picking.batching import Basket, batches_of
from suyuan.picking.tours import Tour, tour_of
from tests.picking.optimum import shortest

pytestmark = pytest.mark.shared

FILE = "data/real/warehouse_picking_orderlines.csv.gz"
DEPOT = Spot("depot", "", 0.0, 5.0)  # left of the first aisle, at the near ends
TOTES = 8  # orders on a trolley
MOST_STOPS = 60
BUDGET = 0.005


@pytest.fixture(scope="module")
def days(shared: Path) -> list[list[Basket]]:
    """The orders of each day, as they stand in the file."""
    found: dict[str, dict[str, list[Spot]]] = {}
    with gzip.open(shared / FILE, "rt") as file:
        for row in csv.DictReader(file):
            x, y = json.loads(row["Coord"])
            spot = Spot(row["Location"], row["Alley_Number"], float(x), float(y))
            found.setdefault(row["DATE"], {}).setdefault(row["OrderNumber"], []).append(spot)
    return [[Basket(int(number), tuple(spots)) for number, spots in day.items()] for day in found.values()]


@pytest.fixture(scope="module")
def net(days: list[list[Basket]]) -> Net:
    return Net(floor_of(spot for day in days for one in day for spot in one.spots))


def routed(net: Net, batches: Iterable[list[Basket]]) -> list[Tour]:
    return [
        tour_of(net, [spot for one in batch for spot in one.spots], DEPOT, DEPOT, budget=BUDGET) for batch in batches
    ]


def walked(tours: Iterable[Tour]) -> float:
    return sum(tour.length for tour in tours)


def s_shaped(tours: Iterable[Tour]) -> float:
    return sum(tour.s_shape for tour in tours)


def optimal(net: Net, batches: Iterable[list[Basket]]) -> float:
    return sum(shortest(net, [spot for one in batch for spot in one.spots], DEPOT) for batch in batches)


def as_they_came(day: list[Basket]) -> list[list[Basket]]:
    return [day[at : at + TOTES] for at in range(0, len(day), TOTES)]


def near_each_other(floor: Floor, day: list[Basket]) -> list[list[Basket]]:
    return batches_of(floor, day, DEPOT, most=TOTES, most_stops=MOST_STOPS)


def test_waves_of_real_orders(days: list[list[Basket]], net: Net) -> None:
    singly = routed(net, ([one] for day in days for one in day))
    came = routed(net, (batch for day in days for batch in as_they_came(day)))
    near = routed(net, (batch for day in days for batch in near_each_other(net.floor, day)))
    orders = sum(map(len, days))
    print(f"\n{orders} orders, {len(came)} and {len(near)} tours of up to {TOTES} orders; metres:")
    rows = {
        "one by one": singly,
        "waves as the orders came": came,
        "waves of neighbours": near,
    }
    for name, tours in rows.items():
        shorter = 100 * (1 - walked(tours) / s_shaped(tours))
        print(f"  {name:26} S {s_shaped(tours):9,.0f}  tours {walked(tours):9,.0f}  {shorter:5.1f} % shorter")
    # No tour is shorter: the S through waves of neighbours is itself within a twentieth of the shortest there is.
    best = optimal(net, (batch for day in days for batch in near_each_other(net.floor, day)))
    print(f"  the shortest through waves of neighbours {best:,.0f}, {100 * (1 - best / s_shaped(near)):.1f} % shorter")
    assert best <= walked(near) + 1e-6 <= 1.002 * best
    assert orders == 3584
    assert all(tour.length <= tour.s_shape + 1e-6 for tours in rows.values() for tour in tours)
    assert walked(came) <= 0.85 * s_shaped(singly)
    assert walked(came) <= 0.92 * s_shaped(came)
    assert walked(near) <= 0.92 * s_shaped(came)  # the same orders, in waves of our choosing
    assert walked(near) < walked(came)
