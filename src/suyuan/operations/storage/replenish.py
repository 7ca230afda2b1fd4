"""Pick faces that want more: what to bring from reserve, first expired first, in whole packs, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db.models import F

from suyuan.capture.who import Who
from suyuan.catalog.kinds import Mixing, Purpose
from suyuan.catalog.models import ItemPack
from suyuan.catalog.queries import chunks
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import SCALE, scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.fefo import is_free, less_kept, order_of, reason_of
from suyuan.operations.lines import Line
from suyuan.operations.storage.move import Move
from suyuan.operations.storage.proposals import racks_of
from suyuan.orders.models import PickFace
from suyuan.orders.reservations import kept_of
from suyuan.stock.queries import Placed, on_hand

REASONS: dict[str, str] = {
    "below": N_("Only {there} of at least {minimum} lie there"),
    "packs": N_("whole packs of {pack} up to {maximum}"),
    "loose": N_("up to {maximum}; a whole pack of {pack} is too much, or not there"),
    "units": N_("up to {maximum}"),
    "short": N_("{missing} lacking in reserve"),
}


@dataclass(frozen=True, slots=True)
class Face:
    """A pick face in use. Amounts in millionths of `unit`; `pack`: base units of the item's smallest pack, 0: none.
    `one_lot`: no two lots of the item may lie in it."""

    id: int
    place: str
    code: str
    item: str
    item_code: str
    unit: str
    minimum: int
    maximum: int
    pack: int = 0
    one_lot: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """Bring so many millionths of a lot or serial from a bin, or from a container in it; `reason` one of `fefo`."""

    uri: str
    place: str
    container: str | None
    quantity: int
    expiry: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A key of `REASONS`, with what it says, in millionths."""

    code: str
    params: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Refill:
    """What a pick face wants. `there`: free goods in it; `missing`: what reserve lacks of its minimum."""

    face: Face
    there: int
    takes: tuple[Take, ...]
    missing: int
    reasons: tuple[Reason, ...]

    @property
    def quantity(self) -> int:
        return sum(take.quantity for take in self.takes)


# -- rules ------------------------------------------------------------------------------------------------------------


def wanted_of(face: Face, there: int, held: int) -> int:
    """How much goes into a face in which `there` is free, and `held` all there is: up to its maximum, in whole packs
    unless not even one fits. Nothing while the minimum lies there."""
    room = face.maximum - held
    if there >= face.minimum or room <= 0:
        return 0
    return room - room % face.pack if 0 < face.pack <= room else room


def part_of(amount: int, left: int, pack: int, lacking: int) -> int:
    """How much to take of a row: all of it if it fits, else whole packs; a pack is opened only for what is lacking."""
    if amount <= left or not pack:
        return min(amount, left)
    whole = left - left % pack
    return whole if whole >= lacking else left


def take(face: Face, there: int, held: int, reserve: Sequence[Placed]) -> tuple[Take, ...]:
    """What to bring from the rows of reserve, in FEFO order."""
    left, lacking = wanted_of(face, there, held), face.minimum - there
    found: list[Take] = []
    ordered = sorted(reserve, key=order_of)
    for n, row in enumerate(ordered):
        part = part_of(scaled(row.quantity), left, face.pack, lacking)
        if part <= 0:
            break
        found.append(Take(row.uri, row.place, row.container, part, row.expiry, reason_of(row, ordered[n + 1 :])))
        left, lacking = left - part, lacking - part
    return tuple(found)


def refill(face: Face, there: int, held: int, reserve: Sequence[Placed]) -> Refill | None:
    """What the face wants, with its reasons; nothing where enough lies there, or blocked goods leave no room."""
    if not wanted_of(face, there, held):
        return None
    takes = take(face, there, held, reserve)
    quantity = sum(one.quantity for one in takes)
    missing = max(face.minimum - there - quantity, 0)
    shown = {"there": there, "minimum": face.minimum, "maximum": face.maximum, "pack": face.pack, "missing": missing}
    how = "units" if not face.pack else "loose" if quantity % face.pack else "packs"
    codes = ("below", *((how,) if takes else ()), *(("short",) if missing else ()))
    return Refill(face, there, takes, missing, tuple(Reason(code, shown) for code in codes))


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that is here of an item, what of it may be picked, and what of that is kept for nobody."""

    rows: Sequence[Placed] = ()
    free: Sequence[Placed] = ()
    loose: Sequence[Placed] = ()


def refills(faces: Iterable[Face], shelves: Mapping[str, Shelf], reserve: frozenset[str]) -> list[Refill]:
    """What each face wants, the emptiest first; no two of them the same goods. `shelves`: by item; `reserve`: the
    places from which faces are filled."""
    stores = {item: [row for row in one.loose if row.place in reserve] for item, one in shelves.items()}
    found = []
    for face, there, held in sorted(
        _filled(faces, shelves), key=lambda one: (one[1] * 100 // one[0].minimum, one[0].code)
    ):
        store = stores.get(face.item, [])
        lying = [row for row in shelves.get(face.item, Shelf()).rows if row.place == face.place]
        one = refill(face, there, held, of_one_lot(store, lying) if face.one_lot else store)
        if one is not None:
            stores[face.item] = without(store, one.takes)
            found.append(one)
    return found


def _filled(faces: Iterable[Face], shelves: Mapping[str, Shelf]) -> list[tuple[Face, int, int]]:
    """Each face with what may be picked from it, and all that lies there."""
    found = []
    for face in faces:
        shelf = shelves.get(face.item, Shelf())
        there, held = (
            sum(scaled(row.quantity) for row in rows if row.place == face.place) for rows in (shelf.free, shelf.rows)
        )
        found.append((face, there, held))
    return found


def of_one_lot(rows: Sequence[Placed], lying: Sequence[Placed]) -> list[Placed]:
    """Those of the lot that lies in the face already; of the one to be taken first, where none does."""
    first = next(iter(lying or sorted(rows, key=order_of)), None)
    return [row for row in rows if first is not None and _lot(row) == _lot(first)]


def _lot(row: Placed) -> str:
    return identify(row.uri).lot or row.uri


def without(rows: Sequence[Placed], takes: Iterable[Take]) -> list[Placed]:
    """The rows less what was taken of them."""
    left: dict[tuple[str, str, str | None], int] = {}
    for one in takes:
        key = (one.uri, one.place, one.container)
        left[key] = left.get(key, 0) + one.quantity
    found = []
    for row in sorted(rows, key=order_of):
        key = (row.uri, row.place, row.container)
        amount = scaled(row.quantity)
        part = min(left.get(key, 0), amount)
        left[key] = left.get(key, 0) - part
        if part < amount:
            found.append(msgspec.structs.replace(row, quantity=unscaled(amount - part)))
    return found


def move_of(warehouse: str, found: Sequence[Refill], accept: frozenset[str] = frozenset()) -> Move:
    """The command that brings what one place wants."""
    lines = tuple(_line(take) for one in found for take in one.takes)
    return Move(warehouse=warehouse, lines=lines, to=found[0].face.place, accept=accept)


def _line(one: Take) -> Line:
    """A container says where it stands itself."""
    return Line(
        uri=one.uri,
        quantity=unscaled(one.quantity),
        place="" if one.container else one.place,
        inside=one.container or "",
    )


# -- asked ------------------------------------------------------------------------------------------------------------


def faces_of(who: Who, warehouse: str) -> list[Face]:
    """The pick faces in use of a warehouse. Two statements for 900 items."""
    names = ("pk", "place__uri", "place__code", "item__uri", "minimum", "maximum")
    rows = PickFace.objects.filter(place__warehouse=warehouse, is_active=True, place__is_active=True)
    known = [(*row[:3], who.directory.kept(row[3]), *row[4:]) for row in rows.values_list(*names)]
    packs = _packs({row[3] for row in known})
    return [
        Face(
            id,
            place,
            code,
            item,
            info.code,
            info.base_unit,
            least,
            most,
            packs.get(item, 0),
            info.one_lot == Mixing.BIN,
        )
        for id, place, code, item, least, most in known
        if (info := who.directory.items.get(item)) is not None
    ]


def _packs(items: Iterable[str]) -> dict[str, int]:
    """Item → how many millionths its smallest pack of more than one base unit holds."""
    found: dict[str, int] = {}
    for part in chunks(items):
        rows = ItemPack.objects.filter(item__uri__in=part, numerator__gt=F("denominator"))
        for item, above, below in rows.values_list("item__uri", "numerator", "denominator"):
            size = above * SCALE // below
            found[item] = min(size, found.get(item, size))
    return found


def replenishments(who: Who, warehouse: str, today: date) -> list[Refill]:
    """What the pick faces of a warehouse want, of our own goods. A fixed number of statements."""
    racks = racks_of(who, warehouse)
    faces = [face for face in faces_of(who, warehouse) if face.place in racks.bins]
    if not faces:
        return []
    reserve = frozenset(bin.uri for bin in racks.bins.values() if bin.purpose == Purpose.STORAGE)
    return refills(faces, shelves_of(who, warehouse, {face.item for face in faces}, today), reserve)


def shelves_of(who: Who, warehouse: str, items: Iterable[str], today: date) -> dict[str, Shelf]:
    """Item → what is here of it, of our own."""
    wanted = set(items)
    family = [uri for item in wanted for uri in who.directory.family(item)]
    by_item: dict[str, list[Placed]] = {}
    for row in on_hand(today.toordinal(), log=warehouse, items=family):
        item = item_of(who, row)
        if not row.owner and item in wanted:
            by_item.setdefault(item, []).append(row)
    free = {
        item: [row for row in rows if is_free(row, who.directory.items[item], today)] for item, rows in by_item.items()
    }
    away: dict[str, int] = {}
    for kept in kept_of(warehouse, {key16(row.uri) for rows in free.values() for row in rows}):
        away[kept.uri] = away.get(kept.uri, 0) + kept.quantity
    return {item: Shelf(rows, free[item], less_kept(free[item], away)) for item, rows in by_item.items()}


def item_of(who: Who, row: Placed) -> str:
    """The item that goes on of the goods of a row."""
    named = identify(row.uri).item
    pack = who.directory.item_of(named) if named else None
    return who.directory.kept(pack.item) if pack else ""
