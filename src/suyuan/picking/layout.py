"""Where the places of a warehouse lie for whoever walks: read once for each version of the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from suyuan.catalog.directory import Directory
from suyuan.catalog.kinds import Purpose
from suyuan.catalog.models import Place
from suyuan.picking.aisles import Direction, Net, Point, Spot, floor_of
from suyuan.picking.kinds import AisleKind
from suyuan.picking.models import Aisle
from suyuan.picking.tours import BUDGET, tour_of

_MOST = 64  # warehouses at one version
# Places from which goods are taken for orders, and in which turn. Those without a purpose are bins that nobody gave
# one; at the receiving dock lies what was not put away, or goes straight through.
_TURNS: Mapping[str, int] = {Purpose.PICKING: 0, Purpose.STORAGE: 1, "": 1, Purpose.RECEIVING: 2}
_ENDS = ("x", "y", "width", "depth")
SIDE = 1.0  # metres of a place that says where it is but not how large, as the map draws it


@dataclass(frozen=True, slots=True)
class Where:
    """A place: its code, its turn where nobody knows how far it is, and all that it lies in, itself first."""

    uri: str
    code: str
    purpose: str
    turn: tuple[bool, int, str, str]
    within: frozenset[str]
    spot: Spot | None

    @property
    def rank(self) -> int:
        """Pick faces first, then other bins, then the dock."""
        return _TURNS.get(self.purpose, len(_TURNS))


@dataclass(slots=True)
class Layout:
    """`places` by URI; `net`: the ways between them. `ready`: the place where picked goods are put, "" where there is
    none. `dead_ends`: aisles that cannot be left or reached; with any of them no tour is planned."""

    places: Mapping[str, Where]
    net: Net
    ready: str
    dead_ends: tuple[str, ...] = ()

    def may_give(self, place: str) -> bool:
        """Are goods for orders taken from there?"""
        found = self.places.get(place)
        return found is not None and found.purpose in _TURNS

    def spot(self, place: str) -> Spot | None:
        found = self.places.get(place)
        return found.spot if found else None

    def lies_in(self, place: str, zone: str) -> bool:
        found = self.places.get(place)
        return found is not None and zone in found.within

    def far(self, place: str, start: str) -> float:
        """How far a place is from another in metres; 0 where nobody knows."""
        one, other = self.spot(start), self.spot(place)
        return self.net.between(self.net.foot(one), self.net.foot(other)) if one and other else 0.0


@dataclass(frozen=True, slots=True)
class Routed:
    """`order`: indexes of the places as they are visited. Lengths in millimetres."""

    order: tuple[int, ...]
    length: int
    s_shape: int


def route(layout: Layout, places: Sequence[str], start: str = "", end: str = "", *, budget: float = BUDGET) -> Routed:
    """The tour through these places; those that lie nowhere on the plan come last, as their bins follow each other."""
    spots = [layout.spot(place) for place in places]
    known = [n for n, spot in enumerate(spots) if spot is not None]
    tour = tour_of(
        layout.net,
        [spot for spot in spots if spot is not None],
        layout.spot(start),
        layout.spot(end),
        budget=budget,
    )
    rest = sorted((n for n, spot in enumerate(spots) if spot is None), key=lambda n: _turn(layout, places[n]))
    length, s_shape = (round(metres * 1000) for metres in (tour.length, tour.s_shape)) if known else (0, 0)
    return Routed((*(known[n] for n in tour.order), *rest), length, s_shape)


def _turn(layout: Layout, place: str) -> tuple[bool, int, str, str]:
    found = layout.places.get(place)
    return found.turn if found else (True, 0, "", place)


def length_of(layout: Layout, places: Sequence[str]) -> int:
    """How far it is from one to the next, in millimetres; places that lie nowhere on the plan are passed over."""
    feet = [layout.net.foot(spot) for spot in map(layout.spot, places) if spot is not None]
    return round(1000 * sum(layout.net.between(a, b) for a, b in pairwise(feet)))


def way_of(layout: Layout, places: Sequence[str]) -> list[Point]:
    """The corners of the walk from one to the next."""
    feet = [layout.net.foot(spot) for spot in map(layout.spot, places) if spot is not None]
    found = list(feet[0].to_net) if feet else []
    for one, other in pairwise(feet):
        found += layout.net.way(one, other)
    return [point for n, point in enumerate(found) if n == 0 or point != found[n - 1]]


_known: dict[tuple[str, str], Layout] = {}


def layout_of(known: Directory, warehouse: str) -> Layout:
    """Two statements the first time after the catalog changed, none after."""
    key = (known.token, warehouse)
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[key] = _read(warehouse)
    return found


def _read(warehouse: str) -> Layout:
    names = ("id", "parent_id", "uri", "code", "key", "purpose", "aisle", "sequence", "is_active", *_ENDS)
    rows = {row[0]: row for row in Place.objects.filter(warehouse_id=warehouse).order_by("id").values_list(*names)}
    above = {id: row[1] for id, row in rows.items()}
    places = {}
    for id, row in rows.items():
        path = [id]
        while (parent := above.get(path[-1])) is not None and parent in rows:
            path.append(parent)
        aisle, sequence = row[6], row[7]
        turn = (sequence is None, sequence or 0, aisle, row[4])
        within = frozenset(rows[one][2] for one in path)
        spot = _spot(row[2], aisle, *row[9:])
        purpose = row[5] or _inherited([rows[one][5] for one in path])
        if all(rows[one][8] for one in path):
            places[row[2]] = Where(row[2], row[3], purpose, turn, within, spot)
    ready = next((one.uri for one in places.values() if one.purpose == Purpose.STAGING), "")
    directions, crosses = dict[str, Direction](), list[float]()
    for code, kind, direction, at in Aisle.objects.filter(warehouse_id=warehouse, is_active=True).values_list(
        "code", "kind", "direction", "at"
    ):
        if kind == AisleKind.CROSS:
            crosses += [at] if at is not None else []
        else:
            directions[code] = Direction(direction)
    bins = [one.spot for one in places.values() if one.spot is not None and one.purpose in _TURNS]
    net = Net(floor_of(bins, directions, crosses))
    return Layout(places, net, ready, net.dead_ends())


def _inherited(purposes: Sequence[str]) -> str:
    return next((purpose for purpose in purposes if purpose), "")


def _spot(
    uri: str, aisle: str, x: float | None, y: float | None, width: float | None, depth: float | None
) -> Spot | None:
    """The middle of a place."""
    if x is None or y is None:
        return None
    return Spot(uri, aisle, x + (width or SIDE) / 2, y + (depth or SIDE) / 2)
