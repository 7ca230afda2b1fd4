"""Which orders share a tour: those whose bins lie near each other, so that less is walked than one by one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suyuan.picking.aisles import Floor, Spot


@dataclass(frozen=True, slots=True)
class Basket:
    """An order to be picked: a key, and where its goods lie."""

    key: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one has to go for some goods: from `left` to `right`, and into which aisles how deep."""

    left: float
    right: float
    deep: Mapping[str, float]
    stops: frozenset[str]

    def with_(self, other: "Reach") -> "Reach":
        deep = dict(self.deep)
        for aisle, depth in other.deep.items():
            deep[aisle] = max(depth, deep.get(aisle, 0.0))
        return Reach(min(self.left, other.left), max(self.right, other.right), deep, self.stops | other.stops)


def length_of(reach: Reach, whole: float) -> float:
    """About how far it is: there and back across, and into each aisle and back or through it, whichever is shorter."""
    return 2 * (reach.right - reach.left) + sum(min(whole, 2 * deep) for deep in reach.deep.values())


def batches_of(
    floor: Floor, baskets: Sequence[Basket], start: Spot | None, *, most: int, most_stops: int
) -> list[list[Basket]]:
    """Tours of at most `most` orders and `most_stops` places; an order that is larger has one of its own.

    Each begins with the order that is farthest on its own; then whichever adds least to the way beside what it would
    cost alone (Clarke and Wright's savings). If that is not shorter than taking them as they come, they are.
    """
    reaches = [reach_of(floor, basket.spots, start) for basket in baskets]
    whole = floor.crosses[-1] - floor.crosses[0]
    alone = [length_of(reach, whole) for reach in reaches]
    left = dict.fromkeys(sorted(range(len(baskets)), key=lambda n: -alone[n]))
    found: list[list[int]] = []
    while left:
        batch = [next(iter(left))]
        del left[batch[0]]
        reach = reaches[batch[0]]
        while len(batch) < most:
            best = _next(reach, left, reaches, alone, whole, most_stops)
            if best is None:
                break
            del left[best]
            batch.append(best)
            reach = reach.with_(reaches[best])
        found.append(sorted(batch))
    plain = _as_they_come(reaches, most, most_stops)
    chosen = min((plain, found), key=lambda batches: sum(_length(batch, reaches, whole) for batch in batches))
    return [[baskets[n] for n in batch] for batch in sorted(chosen)]


def _next(
    reach: Reach,
    left: Mapping[int, None],
    reaches: Sequence[Reach],
    alone: Sequence[float],
    whole: float,
    most_stops: int,
) -> int | None:
    """The order that saves most when it comes along; none where none has room."""
    best, most = None, float("-inf")
    here = length_of(reach, whole)
    for n in left:
        if len(reach.stops | reaches[n].stops) > most_stops:
            continue
        saved = alone[n] - (length_of(reach.with_(reaches[n]), whole) - here)
        if saved > most:
            best, most = n, saved
    return best


def _as_they_come(reaches: Sequence[Reach], most: int, most_stops: int) -> list[list[int]]:
    found: list[list[int]] = []
    stops: frozenset[str] = frozenset()
    for n, reach in enumerate(reaches):
        stops |= reach.stops
        if not found or len(found[-1]) >= most or len(stops) > most_stops:
            found.append([])
            stops = reach.stops
        found[-1].append(n)
    return found


def _length(batch: Sequence[int], reaches: Sequence[Reach], whole: float) -> float:
    together = reaches[batch[0]]
    for n in batch[1:]:
        together = together.with_(reaches[n])
    return length_of(together, whole)


def reach_of(floor: Floor, spots: Sequence[Spot], start: Spot | None) -> Reach:
    """The reach of an order's goods, from where the tour starts."""
    across = [floor.across(spot) for spot in (*spots, *([start] if start else []))] or [0.0]
    low = start is None or 2 * floor.along(start) <= floor.crosses[0] + floor.crosses[-1]
    deep: dict[str, float] = {}
    for spot in spots:
        if spot.aisle:
            depth = floor.along(spot) - floor.crosses[0] if low else floor.crosses[-1] - floor.along(spot)
            deep[spot.aisle] = max(depth, deep.get(spot.aisle, 0.0))
    return Reach(min(across), max(across), deep, frozenset(spot.place for spot in spots))
