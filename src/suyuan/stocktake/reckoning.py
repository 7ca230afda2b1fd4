"""How a sheet differs from the book as it was when each bin was looked at.

A fixed number of statements, whatever the number of bins and lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.db import connection

from suyuan.catalog.directory import directory
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.book import NOTHING
from suyuan.stock.facts import OWN, Amount
from suyuan.stock.queries import IN_HOUSE, Stock, about, stock_in, stock_of, uris_of
from suyuan.stocktake.models import BinLook, CountFinding, CountLine, CountSheet, SheetBin
from suyuan.stocktake.rules import (
    CONTAINER,
    LOT,
    RECOUNT,
    SERIAL,
    Done,
    Goods,
    Key,
    Seen,
    Tally,
    is_above,
    needs_signatures,
    owner_of,
    percent,
    tallies,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Goods of one owner in a bin of a sheet: what counts, and the book at the moment of that look. Amounts in
    millionths, weights of kilograms.

    `total`: None where nobody has looked yet. `decision` and `reason` as they were given so far. `owner_uri`: empty for
    ours.
    """

    bin: SheetBin
    subject: bytes
    uri: str
    kind: str
    unit: str
    book: int
    tally: Tally | None
    decision: str = ""
    reason: str = ""
    note: str = ""
    as_said: str = ""
    owner: bytes = OWN
    owner_uri: str = ""
    book_weight: int = 0

    @property
    def counted(self) -> int:
        return self.tally.quantity if self.tally else 0

    @property
    def counted_weight(self) -> int:
        """What was weighed; nothing where there is nothing, and as the book has it where nobody weighed."""
        if self.tally is not None and self.counted and self.tally.total.weight is None:
            return self.book_weight
        return (self.tally.total.weight or 0) if self.tally is not None and self.counted else 0

    @property
    def was_weighed(self) -> bool:
        return self.counted > 0 and self.tally is not None and self.tally.total.weight is not None

    @property
    def difference(self) -> int:
        return self.counted - self.book

    @property
    def is_right(self) -> bool:
        return self.difference == 0 and self.counted_weight == self.book_weight

    @property
    def is_missing(self) -> bool:
        """A serial or container that was not seen: it may stand elsewhere, so nothing is written of it."""
        return self.kind != LOT and self.counted == 0

    @property
    def is_disputed(self) -> bool:
        return self.tally is not None and self.tally.is_disputed

    @property
    def percent(self) -> Decimal | None:
        return percent(self.book, self.counted)

    @property
    def key(self) -> Key:
        return self.bin.pk, (self.subject, self.owner)

    def is_above(self, threshold: int) -> bool:
        return any(is_above(book, counted, self.kind, threshold) for book, counted in self._both)

    @property
    def needs_signatures(self) -> bool:
        return not self.is_missing and any(needs_signatures(book, counted, self.kind) for book, counted in self._both)

    @property
    def _both(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(book, counted) of the quantity and of the weight."""
        return (self.book, self.counted), (self.book_weight, self.counted_weight)


@dataclass(slots=True)
class Reckoning:
    """All of a sheet against the book. `found` in the order of bins and goods; `done`: bin → rounds it is done in."""

    sheet: CountSheet
    bins: list[SheetBin]
    found: list[Found]
    done: dict[int, set[int]]
    counted_bins: set[int]
    people: frozenset[str]
    asked: dict[Key, int] = field(default_factory=dict)
    moves: Mapping[Key, Sequence[tuple[int, Amount]]] = field(default_factory=dict)

    def moved_between(self, key: Key, first: int, last: int) -> bool:
        """Was anything of these goods brought to the bin or taken from it after the one moment, up to the other?"""
        return any(first < at <= last for at, _ in self.moves.get(key, ()))

    @property
    def seen(self) -> list[Found]:
        """What counts: what somebody saw, or did not see where he was done."""
        return [one for one in self.found if one.tally is not None]

    @property
    def different(self) -> list[Found]:
        return [one for one in self.seen if not one.is_right]

    @property
    def open_bins(self) -> list[SheetBin]:
        """Bins that are not done in this round: of a recount those with goods that are to be counted again."""
        round = self.sheet.round
        wanted = {bin for (bin, _), of in self.asked.items() if of == round} if round > 1 else None
        return [
            one for one in self.bins if round not in self.done.get(one.pk, ()) and (wanted is None or one.pk in wanted)
        ]

    @property
    def digest(self) -> str:
        """A fingerprint of what would be posted, so that nobody signs another sheet than he saw."""
        rows = [
            f"{one.bin.pk}|{one.subject.hex()}|{one.owner.hex()}|{one.counted}|{one.counted_weight}"
            f"|{one.tally.total.seen if one.tally else 0}|{one.decision}|{one.reason}"
            for one in self.seen
        ]
        return sha256("\n".join([str(self.sheet.pk), *rows]).encode()).hexdigest()[:32]


def reckon(sheet: CountSheet) -> Reckoning:
    """A sheet against the book as it was when each bin was looked at. Some nine statements."""
    bins = list(SheetBin.objects.filter(sheet=sheet).order_by("position"))
    lines = list(CountLine.objects.filter(sheet=sheet, struck=None))
    looks = list(BinLook.objects.filter(sheet=sheet))
    decisions = list(CountFinding.objects.filter(sheet=sheet))
    decided = {(one.bin_id, (one.subject, one.owner)): one for one in decisions}
    stock = stock_in([one.holder for one in bins], sheet.warehouse_id)
    book = _Book(bins, stock, moved_since(sheet, bins, lines, looks))
    owners = owners_of(sheet, lines, book)
    asked = {key: one.round for key, one in decided.items() if one.decision == RECOUNT}
    counts = tallies(
        [
            Seen(one.bin_id, owners[one.pk], one.person, one.round, one.quantity, one.seen, one.by, one.weight)
            for one in lines
        ],
        [Done(one.bin_id, one.person, one.round, one.seen, one.by) for one in looks],
        [
            *((bin, 1, goods) for bin, goods in book.keys),
            *((*key[:1], round, key[1]) for key, last in asked.items() for round in range(2, last + 1)),
        ],
        passing(book, lines, looks),
    )
    named = _named(stock, lines, decisions, [goods[0] for _, goods in book.keys])
    known = {one.pk: one for one in bins}
    order = {one.pk: one.position for one in bins}
    parties = _parties(lines, [goods[1] for _, goods in counts.keys() | book.keys])
    keys = sorted(counts.keys() | book.keys, key=lambda key: (order[key[0]], named[key[1][0]].uri, parties[key[1][1]]))
    found = [
        _found(known[key[0]], named[key[1][0]], key, book, counts.get(key), decided.get(key), parties[key[1][1]])
        for key in keys
    ]
    done: dict[int, set[int]] = defaultdict(set)
    for look in looks:
        done[look.bin_id].add(look.round)
    return Reckoning(
        sheet,
        bins,
        [one for one in found if one.counted or one.book or (one.tally and one.tally.others)],
        dict(done),
        {one.bin_id for one in lines},
        frozenset(line.person for line in lines) | {look.person for look in looks},
        asked,
        book.since,
    )


def passing(book: "_Book", lines: Iterable[CountLine], looks: Iterable[BinLook]) -> set[Key]:
    """Goods that came to a bin or left it between the first look there and the last time somebody was done with it."""
    spans: dict[int, tuple[int, int]] = {}
    for look in looks:
        began = look.began or look.seen
        first, last = spans.get(look.bin_id, (began, look.seen))
        spans[look.bin_id] = (min(first, began), max(last, look.seen))
    for line in lines:
        if line.bin_id in spans:
            first, last = spans[line.bin_id]
            spans[line.bin_id] = (min(first, line.seen), last)
    return {
        (bin, goods)
        for (bin, goods), moves in book.since.items()
        if bin in spans and any(spans[bin][0] <= at <= spans[bin][1] for at, _ in moves)
    }


def owners_of(sheet: CountSheet, lines: Iterable[CountLine], book: "_Book") -> dict[UUID, Goods]:
    """Line → its goods with the owner: as it was said, else whose they are by the book. A serial's or a container's is
    the book's: nobody sees whose it is. One statement where the book has none of them in that bin.
    """
    here: dict[tuple[int, bytes], set[bytes]] = defaultdict(set)
    for bin, (subject, owner) in book.keys:
        here[bin, subject].add(owner)
    silent = [one for one in lines if not one.owner or one.kind != LOT]
    elsewhere = {one.subject for one in silent if (one.bin_id, one.subject) not in here}
    anywhere: dict[bytes, set[bytes]] = defaultdict(set)
    for row in stock_of(elsewhere, sheet.warehouse_id) if elsewhere else ():
        if row.ours:
            anywhere[row.subject].add(row.owner)
    found: dict[UUID, Goods] = {}
    for one in lines:
        there, all_ = here.get((one.bin_id, one.subject), set()), anywhere.get(one.subject, set())
        said = owner_key(one.owner) if one.owner and (one.kind == LOT or not (there or all_)) else None
        found[one.pk] = one.subject, owner_of(said, there, all_, OWN)
    return found


def owners_in(warehouse: str) -> list[bytes]:
    """Whose goods lie in a warehouse; what its customers have by now does not. One statement."""
    with connection.cursor() as cursor:
        sql = (
            "SELECT DISTINCT b.owner FROM stock_balance b "
            f"WHERE b.log = %s AND b.quantity > 0 AND b.owner <> %s AND {IN_HOUSE}"
        )
        cursor.execute(sql, [warehouse, OWN])
        return [bytes(owner) for (owner,) in cursor.fetchall()]


def owner_key(uri: str) -> bytes:
    """The owner that a URI names; a warehouse of ours is ourselves."""
    return OWN if directory().warehouse_of(uri.replace("/417/", "/414/")) else key16(uri)


def _parties(lines: Iterable[CountLine], owners: Iterable[bytes]) -> dict[bytes, str]:
    """Owner → URI, empty for ours. One statement where there are others."""
    others = set(owners) - {OWN}
    said = {key16(one.owner): one.owner for one in lines if one.owner}
    return (
        {OWN: ""}
        | {one: one.hex() for one in others}
        | (uris_of(others) if others else {})
        | {key: uri for key, uri in said.items() if key in others}
    )


@dataclass(frozen=True, slots=True)
class _Name:
    subject: bytes
    uri: str
    kind: str
    unit: str
    as_said: str = ""


class _Book:
    """What the book has in the bins, now and at an earlier moment: quantities, and weights beside them."""

    def __init__(self, bins: Sequence[SheetBin], stock: Iterable[Stock], moved: Iterable["Moved"]) -> None:
        ids = {one.holder: one.pk for one in bins}
        self.now: dict[Key, Amount] = defaultdict(lambda: NOTHING)
        self.since: dict[Key, list[tuple[int, Amount]]] = defaultdict(list)
        for row in stock:
            key = ids[row.holder], (row.subject, row.owner)
            self.now[key] = _sum(self.now[key], (row.quantity, row.second))
        for holder, subject, owner, at, quantity, second in moved:
            self.since[ids[holder], (subject, owner)].append((at, (quantity, second)))
        self.keys = self.now.keys() | self.since.keys()

    def at(self, key: Key, moment: int) -> Amount:
        """What lay there at a moment: what lies there now less what has been posted since."""
        first, second = self.now.get(key, NOTHING)
        for at, (quantity, weight) in self.since.get(key, ()):
            if at > moment:
                first, second = first - quantity, second - weight
        return first, second


def _sum(one: Amount, other: Amount) -> Amount:
    return one[0] + other[0], one[1] + other[1]


Moved = tuple[bytes, bytes, bytes, int, int, int]
_SINCE = (
    "SELECT holder, subject, owner, at, quantity, second FROM stock_posting "
    "WHERE at > %s AND log = %s AND holder {keys}"
)


def moved_since(
    sheet: CountSheet, bins: Sequence[SheetBin], lines: Sequence[CountLine], looks: Sequence[BinLook]
) -> list[Moved]:
    """(holder, subject, owner, when, how much, second unit) of whatever was posted in these bins after the first look.
    One statement.
    """
    first = min([*(line.seen for line in lines), *(look.began or look.seen for look in looks)], default=None)
    if first is None:
        return []
    with connection.cursor() as cursor:
        rows = select_in(cursor, _SINCE, [one.holder for one in bins], first, sheet.warehouse_id)
    return [(bytes(holder), bytes(subject), bytes(owner), *rest) for holder, subject, owner, *rest in rows]


def _named(
    stock: Iterable[Stock], lines: Iterable[CountLine], decided: Iterable[CountFinding], moved: Iterable[bytes]
) -> dict[bytes, _Name]:
    """What each of the goods is called and what it is. Two statements, for what no line and no decision names."""
    found = {one.subject: _Name(one.subject, one.uri, one.kind, one.unit) for one in decided}
    for one in lines:
        said = one.as_said if one.kind != LOT else ""
        found[one.subject] = _Name(one.subject, one.uri, one.kind, one.unit, said)
    rows = {row.subject: (row.unit, row.instance, row.container) for row in stock}
    missing = [subject for subject in moved if subject not in found]
    gone = about(subject for subject in missing if subject not in rows)
    uris = uris_of(missing)
    for subject in missing:
        unit, instance, container = rows.get(subject) or (gone[subject].unit, False, gone[subject].container)
        uri = uris.get(subject, subject.hex())
        instance = instance or _is_serial(uri)
        found[subject] = _Name(subject, uri, CONTAINER if container else SERIAL if instance else LOT, unit)
    return found


def _is_serial(uri: str) -> bool:
    return "/21/" in uri or "/serial/" in uri


def _found(
    bin: SheetBin, name: _Name, key: Key, book: _Book, tally: Tally | None, decided: CountFinding | None, owner: str
) -> Found:
    stood, weight = book.at(key, tally.total.seen) if tally else book.now.get(key, NOTHING)
    holds = decided is not None and (
        decided.decision == RECOUNT
        or tally is None
        or (decided.counted, decided.seen) == (tally.quantity, tally.total.seen)
    )
    return Found(
        bin, name.subject, name.uri, name.kind, name.unit, stood, tally,
        decided.decision if decided and holds else "", decided.reason if decided else "",
        decided.note if decided else "",
        name.as_said, key[1][1], owner, weight,
    )  # fmt: skip
