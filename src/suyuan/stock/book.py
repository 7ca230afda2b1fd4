"""The stock book: balances, and the postings that changed them. Pure.

The same book applies one new event, tells a lot's history again, and replays the ledger (`effects.apply`).

A balance is (log, holder, owner, receipt, status) of one subject. Every effect of an event is a list of postings that
sum to the balances; a posting that takes never takes more than there is. What is missing is taken from UNEXPLAINED,
so a fact is never dropped and nothing is ever negative; a guarded event is refused instead.

Events must come in order (`Fact.order`). Which events that concerns, when one arrives late, is the projector's
business.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import is_weight, unit
from suyuan.stock.facts import (
    EXTERNAL,
    PENDING,
    REJECTED,
    RELEASED,
    Amount,
    Fact,
    Goods,
    Order,
)

ONE = 1_000_000
NOTHING: Amount = (0, 0)
NEVER: Order = (-(2**62), 0, 0, b"")

INBOUND = frozenset({"receiving"})
ARRIVAL_NOTED = frozenset({"arriving", "accepting", "unloading"})
OUTBOUND = frozenset({"shipping", "retail_selling", "dispensing"})
MOVING = frozenset(
    {
        "storing",
        "stocking",
        "picking",
        "staging_outbound",
        "transporting",
        "loading",
        "unloading",
        "collecting",
        "packing",
        "unpacking",
    }
)
COUNTING = frozenset({"cycle_counting", "stock_taking"})
AGGREGATING = frozenset({"AggregationEvent", "AssociationEvent"})
STATUS_ORDER = {RELEASED: 0, PENDING: 1, REJECTED: 2}  # what is taken first
BLOCKING = {"unavailable": "held", "damaged": "held", "stolen": "held", "recalled": "recalled"}
GUARDED_STEPS = OUTBOUND | {"picking", "assembling", "installing"}


# What a holder is: of goods under way, those between warehouses of ours and those to a customer are told apart.
PLACE, PACKED, TRANSIT, DELIVERY, PARTY = "place", "container", "transit", "delivery", "party"
WAYS = frozenset({TRANSIT, DELIVERY})
HERE = frozenset({PLACE, PACKED})


class Key(NamedTuple):
    """Which balance of a subject."""

    log: str
    holder: bytes
    owner: bytes
    receipt: bytes
    status: str


class Row(Struct, gc=False):
    """What lies there, in the subject's two units, and since when (order of rows is first in, first out).

    A row that was emptied is as good as none: when something comes again, it lies there since then.
    """

    first: int = 0
    second: int = 0
    since: int = 0
    kind: str = PLACE  # what the holder is


class Posting(NamedTuple):
    """One line of the double entry: the balance it changes, by how much, and the holder on the other side."""

    log: str
    record: bytes
    subject: bytes
    number: int
    at: int
    holder: bytes
    owner: bytes
    receipt: bytes
    status: str
    first: int
    second: int
    counterpart: bytes

    @property
    def key(self) -> Key:
        return Key(self.log, self.holder, self.owner, self.receipt, self.status)


class Subject(Struct, gc=False):
    """A lot, serial, item or container, as the book knows it at this moment of its history."""

    instance: bool = False
    container: bool = False
    unit: str = ""
    second_unit: str = ""
    item: bytes | None = None
    lot: bytes | None = None
    expiry: int | None = None
    produced: int | None = None
    blocks: dict[bytes, str] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    last: Order = NEVER

    @property
    def counted(self) -> int:
        """Which of the two units says how many there are, 0 or 1: the other is what they weigh, or the second."""
        return int(bool(self.second_unit) and is_weight(self.unit) and not is_weight(self.second_unit))


class Book:
    """Balances of the subjects it was given, or of all. `tracked` limits what it answers for; other goods of an event
    are passed over.
    """

    def __init__(self, tracked: frozenset[bytes] | None = None, names: Mapping[bytes, str] | None = None) -> None:
        self.subjects: dict[bytes, Subject] = {}
        self.contents: dict[bytes, set[bytes]] = defaultdict(set)
        self.holders: dict[bytes, str] = {}
        self.skipped: frozenset[bytes] = frozenset()
        self.weighed: set[bytes] = set()  # what the event that is being applied gives in both units
        self.postings: list[Posting] = []
        self.problems: list[Problem] = []
        self.tracked = tracked
        self.names = names or {}
        self.mentioned: set[tuple[str, bytes]] = set()
        self.changed: dict[tuple[bytes, Key], Row] = {}
        self._numbers: dict[tuple[str, bytes], int] = {}  # of the postings of the event that is being applied

    # -- reading -----------------------------------------------------------------------------------------------------

    def subject(self, key: bytes) -> Subject:
        found = self.subjects.get(key)
        if found is None:
            found = self.subjects[key] = Subject()
        return found

    def put(self, subject: bytes, key: Key, row: Row) -> None:
        """Load a balance that stands in the tables."""
        self.subject(subject).rows[key] = row
        self.holders[key.holder] = row.kind
        if row.first or row.second:
            self.contents[key.holder].add(subject)

    def where(self, container: bytes) -> Key | None:
        """The balance that says where an instance is."""
        found = self.subjects.get(container)
        if found is None:
            return None
        return next((key for key, row in found.rows.items() if row.first > 0), None)

    def root(self, key: Key) -> Key:
        """Follow containers outward to the balance of the outermost one."""
        seen = set()
        while key.holder in self.subjects and key.holder not in seen:
            seen.add(key.holder)
            outer = self.where(key.holder)
            if outer is None:
                return key
            key = outer
        return key

    def inside(self, container: bytes) -> list[bytes]:
        """Everything in a container, at any depth, in a fixed order."""
        found: list[bytes] = []
        todo = [container]
        while todo:
            for child in sorted(self.contents.get(todo.pop(), ())):
                if child not in found:
                    found.append(child)
                    todo.append(child)
        return found

    # -- writing -----------------------------------------------------------------------------------------------------

    def amount(self, goods: Goods) -> Amount | None:
        """The quantity in the subject's units; None where the event gives none. The second unit is one that can't be
        converted.
        """
        if goods.instance:
            return (ONE, 0)
        if goods.amount is None:
            return None
        subject = self.subjects[goods.subject]
        if not subject.unit:
            subject.unit = goods.unit
        if goods.unit == subject.unit:
            return (goods.amount, 0)
        first = _converted(goods.amount, goods.unit, subject.unit)
        if first is not None:
            return (first, 0)
        if not subject.second_unit:
            subject.second_unit = goods.unit
        # What neither unit can say is told of the goods, and is no amount of them here.
        return (0, _converted(goods.amount, goods.unit, subject.second_unit) or 0)

    def post(self, fact: Fact, subject: bytes, key: Key, amount: Amount, counterpart: bytes) -> None:
        """Change one balance and note the line."""
        log, holder, owner, receipt, status = key
        first, second = amount
        held = self.subjects[subject]
        row = held.rows.get(key)
        if row is None:
            row = held.rows[key] = Row(first, second, fact.order[0], self._kind(fact, holder))
        else:
            if not (row.first or row.second):
                row.since, row.kind = fact.order[0], self._kind(fact, holder)
            row.first += first
            row.second += second
        if fact.order > held.last:
            held.last = fact.order
        if row.first or row.second:
            self.contents[holder].add(subject)
        elif self.holders.get(holder) == PACKED and not self._holds(held, holder):
            self.contents[holder].discard(subject)
        place = (log, subject)
        self.mentioned.add(place)
        self.changed[subject, key] = row
        number = self._numbers[place] = self._numbers.get(place, -1) + 1
        self.postings.append(
            Posting(
                log, fact.record, subject, number, fact.order[0], holder, owner, receipt, status, first, second,
                counterpart,
            )
        )  # fmt: skip

    @staticmethod
    def _holds(held: Subject, holder: bytes) -> bool:
        return any(row.first or row.second for key, row in held.rows.items() if key.holder == holder)

    def shift(
        self, fact: Fact, subject: bytes, source: Key, target: Key | None, amount: Amount, outside: bytes = EXTERNAL
    ) -> None:
        """Move between two balances; `target` None means to the boundless holder `outside`."""
        if amount == NOTHING or source == target:
            return
        self.post(fact, subject, source, (-amount[0], -amount[1]), target.holder if target else outside)
        if target:
            self.post(fact, subject, target, amount, source.holder)

    def take(
        self, subject: bytes, wanted: Amount | None, rows: Iterable[Key]
    ) -> tuple[list[tuple[Key, Amount]], Amount]:
        """Pick `wanted` (None: all) from balances in the given order; the parts, and what was missing.

        Where an event says nothing of what goods weigh, all of the weight of a balance goes with the last piece of it.
        """
        first, second = wanted if wanted is not None else (-1, -1)
        parts: list[tuple[Key, Amount]] = []
        for key in rows:
            row = self.subjects[subject].rows[key]
            part = (
                row.first if first < 0 else min(row.first, first),
                row.second if second < 0 else min(row.second, second),
            )
            if row.first and row.second and subject not in self.weighed:
                one = self.subjects[subject].counted
                part = (row.first, row.second) if part[one] == (row.first, row.second)[one] else part
            if part != NOTHING:
                parts.append((key, part))
                first -= part[0] if first > 0 else 0
                second -= part[1] if second > 0 else 0
            if first == 0 and second == 0:
                break
        return parts, (max(first, 0), max(second, 0))

    def rows(self, subject: bytes, keep: Callable[[Key], bool]) -> list[Key]:
        """Balances that hold something and satisfy `keep`: released before pending before rejected, then first in,
        first out.
        """
        held = self.subjects[subject].rows
        return self.in_order(subject, [key for key, row in held.items() if (row.first or row.second) and keep(key)])

    def under_way_of(self, subject: bytes) -> list[Key]:
        """Its balances under way, in the order of `rows`."""
        held, kind_of = self.subjects[subject].rows, self.holders.get
        found = [key for key, row in held.items() if kind_of(key[1]) in WAYS and (row.first or row.second)]
        return self.in_order(subject, found)

    def in_order(self, subject: bytes, keys: list[Key]) -> list[Key]:
        if len(keys) < 2:
            return keys
        held = self.subjects[subject].rows
        return sorted(keys, key=lambda key: (STATUS_ORDER.get(key.status, 3), held[key].since, key))

    def tracks(self, subject: bytes) -> bool:
        return subject not in self.skipped and (self.tracked is None or subject in self.tracked)

    def begin(self, fact: Fact) -> None:
        """Note what kinds of holders an event names, before it is applied."""
        self._numbers.clear()
        self.weighed.clear()
        units: dict[bytes, str] = {}
        for goods in fact.goods:
            if goods.amount is not None and units.setdefault(goods.subject, goods.unit) != goods.unit:
                self.weighed.add(goods.subject)
        for holder in (fact.place, fact.read, fact.origin):
            if holder is not None:
                self.holders.setdefault(holder, PLACE)
        if fact.transit is not None:
            self.holders.setdefault(fact.transit, TRANSIT)
        for goods in fact.goods:
            if goods.container or goods.role == "parent":
                self.holders[goods.subject] = PACKED

    def _kind(self, fact: Fact, holder: bytes) -> str:
        """What a holder is to a balance that begins now; of goods under way the event tells whether they stay ours."""
        kind = self.holders.get(holder, PARTY)
        if kind not in WAYS:
            return kind
        return TRANSIT if fact.step in OUTBOUND and fact.recipient_log is not None else DELIVERY

    def in_house(self, key: Key) -> bool:
        """Whether goods lie in a place of ours, loose or in containers."""
        root = self.root(key) if self.packed(key) else key
        return self.holders.get(root.holder, PARTY) not in (TRANSIT, DELIVERY, PARTY)

    def packed(self, key: Key) -> bool:
        return self.holders.get(key.holder) == PACKED

    def holds(self, subject: bytes) -> bool:
        """Whether something is in it, as far as the book knows."""
        return bool(self.contents.get(subject))

    def built_in(self, key: Key) -> bool:
        """Whether goods are a part of something that has a serial number itself."""
        around = self.subjects.get(key.holder)
        return around is not None and around.instance and not around.container

    def under_way(self, key: Key) -> bool:
        return self.holders.get(key.holder) in WAYS

    def introduce(self, fact: Fact, goods: Goods) -> None:
        """Learn what an event says of one of its goods for good."""
        self.mentioned.add((fact.log, goods.subject))
        subject = self.subject(goods.subject)
        subject.instance, subject.container = goods.instance, goods.container
        subject.item = goods.item or subject.item
        subject.lot = goods.lot or subject.lot
        traits = fact.traits.get(goods.subject)
        if traits:
            subject.expiry = traits.expiry if traits.expiry is not None else subject.expiry
            subject.produced = traits.produced if traits.produced is not None else subject.produced


def _converted(amount: int, entered: str, wanted: str) -> int | None:
    """An amount in another unit of its dimension; None where it is of another."""
    if entered == wanted:
        return amount
    mine, theirs = unit(wanted), unit(entered)
    if mine.dimension != theirs.dimension:
        return None
    ratio = theirs.factor / mine.factor
    return amount * ratio.numerator // ratio.denominator


def elsewhere(book: Book, fact: Fact, goods: Goods, holder: bytes) -> list[Key]:
    """Balances to take from when goods are put into `holder`: the named origin, else the read point, else anywhere in
    this log.
    """
    if goods.instance:
        found = book.where(goods.subject)
        return [found] if found else []
    keys = [key for key in at_hand(book, fact, goods.subject) if key.holder != holder]
    if not keys:
        return keys
    if fact.origin is not None:
        return [key for key in keys if key.holder == fact.origin]
    near = [key for key in keys if key.holder == fact.read]
    loose = [key for key in keys if key.holder != fact.read and not book.packed(key)]
    packed = [key for key in keys if key.holder != fact.read and book.packed(key)]
    return near + loose + packed


def at_hand(book: Book, fact: Fact, subject: bytes) -> list[Key]:
    """Balances that an event of a warehouse can concern: in its log, and neither under way nor with a partner, in
    whatever container; of the owner and the receipt that it names.
    """
    # Written out: a lot has a row for each customer and pallet, and this is asked of nearly every event.
    found, log, kind_of = [], fact.log, book.holders.get
    for key, row in book.subjects[subject].rows.items():
        kind = kind_of(key[1])
        if kind in HERE and (row.first or row.second) and key[0] == log and allowed(fact, key):
            found.append(key)
    if any(kind_of(key[1]) == PACKED for key in found):
        found = [key for key in found if book.in_house(key)]
    return book.in_order(subject, found)


def allowed(fact: Fact, key: Key) -> bool:
    """Whether a balance is of the owner and the receipt that an event names, if it does."""
    return (fact.owner is None or key.owner == fact.owner) and (fact.receipt is None or key.receipt == fact.receipt)
