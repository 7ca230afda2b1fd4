"""What counts, when is it due, and is it right? Pure.

A count is an absolute observation: each person's lines for goods in a bin add up to what he saw there, as of his last
look. Two people who saw the same goods differently are not averaged: somebody counts again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from suyuan.gs1.problems import N_

A, B, C = "A", "B", "C"
SHARE_A, SHARE_B = Decimal("0.8"), Decimal("0.95")
ACCEPTED, RECOUNT = "accepted", "recount"
LOT, SERIAL, CONTAINER = "lot", "serial", "container"
ONE = 1_000_000
BY_LINES, BY_VALUE = "lines", "value"
MEASURES: Mapping[str, str] = {
    BY_LINES: N_("Lines of shipments"),
    BY_VALUE: N_("Value of what left"),
}
ADJUSTMENT_SHARE = 50  # a difference above 1/50 of the book, or any serial's, is signed by second persons

# Why the book was wrong; the code goes into the event, the word is for people.
REASONS: Mapping[str, str] = {
    "miscounted": N_("Counted wrong before"),
    "misplaced": N_("Lay in another bin"),
    "not_booked_in": N_("A receipt was not recorded"),
    "not_booked_out": N_("An issue was not recorded"),
    "wrong_lot": N_("Taken from another lot"),
    "wrong_unit": N_("Recorded in the wrong unit"),
    "damaged": N_("Damaged or spoiled"),
    "lost": N_("Lost or stolen"),
    "other": N_("Another reason"),
}


# -- when is it due ---------------------------------------------------------------------------------------------------


def abc_classes(amounts: Mapping[str, int], share_a: Decimal = SHARE_A, share_b: Decimal = SHARE_B) -> dict[str, str]:
    """A, B or C of each item: those that make up the first 80 % of all, up to 95 %, and the rest.

    `amounts` in any one measure that can be added up. An item belongs to the class in which its part begins, so that
    the largest is always an A; what did not move at all is a C.
    """
    total = sum(amounts.values())
    classes: dict[str, str] = {}
    before = 0
    for item, amount in sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0])):
        share = Decimal(before) / total if total and amount > 0 else Decimal(1)
        classes[item] = A if share < share_a else B if share < share_b else C
        before += amount
    return classes


def is_due(last: date | None, every: int | None, today: date) -> bool:
    """Is a bin due that is to be counted every so many days? One that was never counted is."""
    return every is not None and (last is None or last + timedelta(days=every) <= today)


def often(classes: Iterable[str], days: Mapping[str, int | None]) -> int | None:
    """How often a bin with goods of these classes is counted: as often as the most frequent of them; None for never."""
    return min((every for one in classes if (every := days.get(one)) is not None), default=None)


# -- what counts ------------------------------------------------------------------------------------------------------

Goods = tuple[bytes, bytes]  # (subject, owner)
Key = tuple[int, Goods]  # (bin, goods)


@dataclass(frozen=True, slots=True)
class Seen:
    """A line that stands: what somebody saw of some goods in a bin. `seen` in µs, `quantity` in millionths; `weight` of
    goods that are weighed each time, in millionths of a kilogram.
    """

    bin: int
    goods: Goods
    person: str
    round: int
    quantity: int
    seen: int
    by: str = ""
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody is done with a bin."""

    bin: int
    person: str
    round: int
    seen: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """What one person saw of some goods in a bin, in one round, as of his last look. `weight`: None where not said."""

    person: str
    quantity: int
    seen: int
    by: str = ""
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts for some goods in a bin: the latest look of the last round. `others`: those who saw it otherwise in
    that round.
    """

    bin: int
    goods: Goods
    round: int
    total: Total
    others: tuple[Total, ...] = ()

    @property
    def quantity(self) -> int:
        return self.total.quantity

    @property
    def is_disputed(self) -> bool:
        return any(other.quantity != self.total.quantity for other in self.others)


@dataclass(slots=True)
class _Bin:
    """All looks at one bin in one round."""

    totals: dict[Goods, dict[str, Total]] = field(default_factory=dict)
    done: dict[str, Done] = field(default_factory=dict)


def tallies(
    lines: Iterable[Seen],
    looks: Iterable[Done],
    expected: Iterable[tuple[int, int, Goods]],
    passing: Collection[Key] = (),
) -> dict[Key, Tally]:
    """What counts, for everything that was seen, and for what should have been there where somebody was done.

    `expected`: (bin, round, goods) of the goods that a round is about: the book's in the first, those to be counted
    again later. Where two people were both done with a bin, what only one of them lists, the other has not seen there.
    """
    rounds: dict[tuple[int, int], _Bin] = {}
    for line in lines:
        seen = rounds.setdefault((line.bin, line.round), _Bin()).totals.setdefault(line.goods, {})
        seen[line.person] = _added(seen.get(line.person), line)
    for look in looks:
        rounds.setdefault((look.bin, look.round), _Bin()).done[look.person] = look
    wanted: dict[tuple[int, int], list[Goods]] = {}
    for bin, round, goods in expected:
        if (bin, goods) not in passing:
            wanted.setdefault((bin, round), []).append(goods)
    found: dict[Key, Tally] = {}
    for (bin, round), there in sorted(rounds.items(), key=lambda one: one[0]):
        _missing(there, wanted.get((bin, round), ()), {goods for where, goods in passing if where == bin})
        for goods, totals in there.totals.items():
            ordered = sorted(totals.values(), key=lambda total: (total.seen, total.person))
            found[bin, goods] = Tally(bin, goods, round, ordered[-1], tuple(ordered[:-1]))
    return found


def _added(before: Total | None, line: Seen) -> Total:
    if before is None:
        return Total(line.person, line.quantity, line.seen, line.by, line.weight)
    weight = before.weight if line.weight is None else line.weight + (before.weight or 0)
    return Total(line.person, before.quantity + line.quantity, max(before.seen, line.seen), line.by, weight)


def _missing(there: _Bin, expected: Sequence[Goods], passing: Collection[Goods]) -> None:
    """Whoever is done with a bin says by that what is not there."""
    if not there.done:
        return
    last = max(there.done.values(), key=lambda look: (look.seen, look.person))
    for goods in expected:
        if goods not in there.totals:
            there.totals[goods] = {last.person: Total(last.person, 0, last.seen, last.by)}
    if len(there.done) > 1:
        for totals in (totals for goods, totals in there.totals.items() if goods not in passing):
            for look in there.done.values():
                totals.setdefault(look.person, Total(look.person, 0, look.seen, look.by))


def owner_of(said: bytes | None, here: Collection[bytes], anywhere: Collection[bytes], own: bytes) -> bytes:
    """Whose goods somebody saw who did not say so: of the only one who has such goods in that bin, else in the
    warehouse; else ours.
    """
    if said is not None:
        return said
    owners = here or anywhere
    return next(iter(owners)) if len(owners) == 1 else own


# -- is it right ------------------------------------------------------------------------------------------------------


def is_above(book: int, counted: int, kind: str, threshold: int) -> bool:
    """Is the difference more than `threshold` (millionths of a percent) of the book? A serial's or container's is."""
    if book == counted:
        return False
    return kind != LOT or abs(counted - book) * 100 * ONE > book * threshold


def needs_signatures(book: int, counted: int, kind: str) -> bool:
    """Does writing this difference take second persons?"""
    return book != counted and (kind != LOT or abs(counted - book) * ADJUSTMENT_SHARE > book)


def percent(book: int, counted: int) -> Decimal | None:
    """The difference in percent of the book; None where the book has nothing."""
    return Decimal(counted - book) * 100 / book if book else None


def share(right: int, of: int) -> Decimal | None:
    """Lines right of all lines, in percent rounded down to a tenth; None where there are none."""
    return Decimal(right * 1000 // of) / 10 if of else None


def quantity_accuracy(book: int, off: int) -> Decimal | None:
    """How much of the book's quantity was right: 1 − |difference| / book, not below 0; in percent to a tenth."""
    return Decimal(max(0, book - off) * 1000 // book) / 10 if book else None
