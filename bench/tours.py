"""Tours through sixty bins of a hall of twenty aisles, beside the S through whole aisles."""

import random
from collections.abc import Iterator
from time import process_time

from bench.figures import Figure, of_rounds
from bench.ground import Ground
from suyuan.picking.aisles import Net, Spot, floor_of
from suyuan.picking.tours import tour_of

AISLES, DEEP, STOPS, TOURS = 20, 30, 60, 20
DOCK = Spot("dock", "", 0.0, -3.0)


def sixty(ground: Ground, rounds: int) -> Iterator[Figure]:
    """What one tour costs, and how much shorter than the S it is, in percent."""
    spots = [Spot(f"{n}-{deep}", f"A{n:02}", 3.0 * n, float(deep)) for n in range(AISLES) for deep in range(DEEP)]
    net, chance = Net(floor_of(spots)), random.Random(1)
    tour_of(net, spots[:STOPS], DOCK, DOCK)  # the ways between the crossings are known afterwards, as in a wave
    costs, shorter = [], []
    for _round in range(rounds):
        drawn = [chance.sample(spots, STOPS) for _ in range(TOURS)]
        begun = process_time()
        tours = [tour_of(net, some, DOCK, DOCK) for some in drawn]
        costs.append(1000 * (process_time() - begun) / TOURS)
        shorter.append(100 * (1 - sum(one.length for one in tours) / sum(one.s_shape for one in tours)))
    yield of_rounds("tour.60stops", ground.engine, ground.events, "ms CPU", costs)
    yield of_rounds("tour.60stops.shorter", ground.engine, ground.events, "%", shorter)
