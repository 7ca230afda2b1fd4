"""Where to put goods away: the bins with what is in them, read set by set, and judged by `fitting`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Any

from django.db.models import Q

from suyuan.capture.who import Who
from suyuan.catalog.kinds import Mixing, PlaceKind, Purpose
from suyuan.catalog.models import Item, Place
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import SCALE
from suyuan.ledger.keys import key16
from suyuan.operations.lines import LOT_TRACKED
from suyuan.operations.storage.fitting import (
    BESIDE,
    KEEPS,
    TEMPERATURES,
    Bin,
    Load,
    Proposal,
    against,
    beside,
    in_container,
    in_place,
    propose,
)
from suyuan.stock.queries import Stock, content, stock_in, stock_of, uris_of

MOST_BINS = 50_000  # places of a warehouse that are looked at
_MOST = 16  # warehouses at one version
_COLUMNS = (
    "id", "parent_id", "uri", "code", "kind", "purpose", "temperature_class", "storage_class", "aisle", "sequence",
    "x", "y", "capacity_weight", "capacity_volume", "capacity_pallets", "is_active",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of an item for keeping it: weight and volume of a base unit in 10⁻⁶ kg and m³."""

    weight: int
    volume: int
    hazard: str
    storage_class: str
    mixing: str = Mixing.NONE


@dataclass(frozen=True, slots=True)
class Taken:
    """Goods to be put away: a subject, and how much of it in millionths (None: all there is)."""

    uri: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Racks:
    """The bins in use by URI, each with what its rack and zone say where it says nothing; where the dock is, and
    whether any item is dangerous, has a class of its own, or has lots that are kept apart."""

    bins: Mapping[str, Bin]
    dock: tuple[float, float] | None
    particular: bool


_known: dict[tuple[str, str], Racks] = {}


def racks_of(who: Who, warehouse: str) -> Racks:
    """Two statements the first time after the catalog changed, none after."""
    key = (who.directory.token, warehouse)
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[key] = _racks(warehouse)
    return found


def _racks(warehouse: str) -> Racks:
    rows = list(Place.objects.filter(warehouse_id=warehouse).order_by("id").values_list(*_COLUMNS)[:MOST_BINS])
    above: dict[int, Row] = {row[0]: row for row in rows}
    found, docks = dict[str, Bin](), list[tuple[float, float]]()
    for row in rows:
        if row[5] == Purpose.RECEIVING and row[10] is not None and row[11] is not None:
            docks.append((row[10], row[11]))
        chain = _chain(row[0], above)
        if row[4] != PlaceKind.BIN or not all(one[15] for one in chain):
            continue
        found[row[2]] = Bin(
            row[2], row[3], _first(chain, 5), _first(chain, 6), _first(chain, 7), row[8], row[1], row[9], row[10],
            row[11], row[12], row[13], row[14],
        )  # fmt: skip
    temperatures = ["", *TEMPERATURES]
    apart = Q(category__one_lot__in=(Mixing.CONTAINER, Mixing.BIN))
    particular = Item.objects.filter(~Q(hazard_class="") | ~Q(storage_class__in=temperatures) | apart).exists()
    return Racks(found, docks[0] if docks else None, particular)


Row = tuple[Any, ...]  # of _COLUMNS


def _chain(id: int, above: Mapping[int, Row]) -> list[Row]:
    """A place and all around it, itself first. No place lies in itself, so this ends."""
    found: list[Row] = []
    at: int | None = id
    while at is not None and at in above:
        found.append(above[at])
        at = above[at][1]
    return found


def _first(chain: Sequence[Row], column: int) -> str:
    return next((str(row[column]) for row in chain if row[column]), "")


def proposals(who: Who, warehouse: str, goods: Sequence[Taken], most: int = 3) -> list[Proposal]:
    """The best bins for these goods together. A fixed number of statements."""
    racks = racks_of(who, warehouse)
    kept = [bin for bin in racks.bins.values() if bin.purpose in KEEPS]
    brought, load_of = _read(warehouse, goods, [bin.uri for bin in kept])
    filled = [replace(bin, load=load_of.get(bin.uri, bin.load)) for bin in kept]
    return propose(brought, filled, racks.dock, most, near=_neighbours(filled))


def problems_at(who: Who, warehouse: str, goods: Sequence[Taken], place: str, at: str) -> list[Problem]:
    """Everything that forbids putting these goods there. A fixed number of statements, none where no rule can bear
    upon it."""
    racks = racks_of(who, warehouse)
    bin = racks.bins.get(place)
    if bin is None or bin.purpose not in KEEPS:
        return []
    limited = (bin.weight, bin.volume, bin.pallets) != (None, None, None) or bin.storage_class
    if not limited and not racks.particular:
        return []
    around = [other for other in racks.bins.values() if beside(bin, other)]
    brought, load_of = _read(warehouse, goods, [place, *(other.uri for other in around)])
    around = [replace(other, load=load_of.get(other.uri, other.load)) for other in around]
    return against(brought, replace(bin, load=load_of.get(place, bin.load)), around, at)


def lots_problems(
    who: Who, warehouse: str, goods: Sequence[Taken], place: str, at: str, *, container: str = ""
) -> list[Problem]:
    """Lots that would be mixed in that place, or in a `container` that stands there. A fixed number of statements, none
    where no item keeps its lots apart."""
    if not who.directory.unmixed or not goods:
        return []
    problems = []
    if container:
        brought, load_of = _read(warehouse, goods, [container])
        problems += in_container(brought, load_of.get(container, Load()), container, "container")
    bin = racks_of(who, warehouse).bins.get(place)
    if bin is not None and bin.purpose in KEEPS:
        brought, load_of = _read(warehouse, goods, [place])
        problems += in_place(brought, replace(bin, load=load_of.get(place, bin.load)), at)
    return problems


def _neighbours(bins: Sequence[Bin]) -> Callable[[Bin], Sequence[Bin]]:
    """The bins beside one, found by the square metre they stand in, or by their rack."""
    cells: dict[object, list[Bin]] = {}
    for bin in bins:
        cells.setdefault(_cell(bin), []).append(bin)

    def near(bin: Bin) -> list[Bin]:
        keys: Iterable[object] = [_cell(bin)]
        if bin.x is not None and bin.y is not None:
            x, y = floor(bin.x / BESIDE), floor(bin.y / BESIDE)
            keys = [(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        return [other for key in keys for other in cells.get(key, ()) if beside(bin, other)]

    return near


def _cell(bin: Bin) -> object:
    if bin.x is None or bin.y is None:
        return bin.parent
    return floor(bin.x / BESIDE), floor(bin.y / BESIDE)


# -- loads ------------------------------------------------------------------------------------------------------------


def _read(warehouse: str, goods: Sequence[Taken], places: Sequence[str]) -> tuple[Load, dict[str, Load]]:
    """What is brought, and what lies in each of these places already."""
    wanted = {key16(one.uri): one.amount for one in goods}
    mine = stock_of(wanted, warehouse)
    inside = content({row.subject for row in mine if row.container})
    there = {key16(uri): uri for uri in places}
    lying = [row for row in stock_in(there, warehouse) if row.subject not in wanted]
    boxes = {row.subject: row.holder for row in lying if row.container}
    packed = content(boxes) if boxes else []
    within = boxes | {row.subject: row.holder for row in packed if row.container}
    rows = [*mine, *inside, *lying, *packed]
    uris = uris_of({key for row in rows for key in (row.item, row.lot, row.subject) if key})
    items = kept_items({uris.get(row.item or row.subject, "") for row in rows})
    brought = _load([(_part(row, wanted), row) for row in mine] + [(row.quantity, row) for row in inside], uris, items)
    sorted_by: dict[str, list[tuple[int, Stock]]] = {}
    for row in [*lying, *packed]:
        holder = row.holder
        while holder in within:
            holder = within[holder]
        sorted_by.setdefault(there.get(holder, ""), []).append((row.quantity, row))
    return brought, {uri: _load(found, uris, items) for uri, found in sorted_by.items() if uri}


def _part(row: Stock, wanted: Mapping[bytes, int | None]) -> int:
    amount = wanted.get(row.subject)
    return row.quantity if amount is None else min(amount, row.quantity)


def _load(rows: Iterable[tuple[int, Stock]], uris: Mapping[bytes, str], items: Mapping[str, Kept]) -> Load:
    weight = volume = pallets = 0
    lots: dict[str, dict[str, int | None]] = {}
    hazards, classes, unmixed = set[str](), set[str](), dict[str, str]()
    for amount, row in rows:
        if row.container:
            pallets += 1
            continue
        item = uris.get(row.item or row.subject, "")
        kept = items.get(item)
        lots.setdefault(item, {})[uris.get(row.lot or row.subject, "")] = row.expiry
        if kept is not None:
            weight += kept.weight * amount // SCALE
            volume += kept.volume * amount // SCALE
            hazards |= {kept.hazard} - {""}
            classes |= {kept.storage_class} - {""}
            if kept.mixing != Mixing.NONE:
                unmixed[item] = kept.mixing
    return Load(weight, volume, pallets, lots, frozenset(hazards), frozenset(classes), unmixed)


def kept_items(uris: Iterable[str]) -> dict[str, Kept]:
    """What the catalog says of keeping these items. One statement for 900."""
    wanted = sorted(uri for uri in uris if uri)
    found: dict[str, Kept] = {}
    for start in range(0, len(wanted), 900):
        rows = Item.objects.filter(uri__in=wanted[start : start + 900])
        for uri, weight, volume, hazard, storage, tracking, mixing in rows.values_list(
            "uri", "weight", "volume", "hazard_class", "storage_class", "tracking", "category__one_lot"
        ):
            lots = mixing if mixing and tracking in LOT_TRACKED else Mixing.NONE
            found[uri] = Kept(weight or 0, volume or 0, hazard, storage, lots)
    return found
