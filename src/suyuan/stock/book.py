"""The stock book: events in, postings out. Pure; the same code applies one new event, replays a lot's history, and replays the ledger.

A balance is (log, holder, owner, receipt, status) of one subject. Every effect of an event is a list of postings that sum to
the balances; a posting that takes never takes more than there is. What is missing is taken from UNEXPLAINED, so a fact is
never dropped and nothing is ever negative; a guarded event is refused instead.

Events must come in order (`Fact.order`). Which events that concerns, when one arrives late, is the projector's business.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unit, unscaled
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.facts import (
    BOUNDLESS,
    CONSUMED,
    CONTAINER,
    EXTERNAL,
    MADE,
    NO_RECEIPT,
    OWN,
    PENDING,
    REJECTED,
    RELEASED,
    RETIRED,
    SAMPLE,
    SCRAP,
    TRANSFERRED,
    UNEXPLAINED,
    VARIANCE,
    Amount,
    Fact,
    Goods,
    Order,
    Traits,
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
GUARDED_STEPS = OUTBOUND | {"picking"}


PLACE, PACKED, TRANSIT, PARTY = "place", "container", "transit", "party"


class Key(NamedTuple):
    """Which balance of a subject."""

    log: str
    holder: bytes
    owner: bytes
    receipt: bytes
    status: str


@dataclass(slots=True)
class Row:
    """What lies there, in the subject's two units, and since when (order of rows is first in, first out)."""

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


@dataclass(slots=True)
class Subject:
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


class Book:
    """Balances of the subjects it was given, or of all. `tracked` limits what it answers for; other goods of an event are passed over."""

    def __init__(self, tracked: frozenset[bytes] | None = None, names: Mapping[bytes, str] | None = None) -> None:
        self.subjects: dict[bytes, Subject] = {}
        self.contents: dict[bytes, set[bytes]] = defaultdict(set)
        self.holders: dict[bytes, str] = {}
        self.skipped: frozenset[bytes] = frozenset()
        self.postings: list[Posting] = []
        self.problems: list[Problem] = []
        self.tracked = tracked
        self.names = names or {}
        self.mentioned: set[tuple[str, bytes]] = set()
        self._numbers: dict[tuple[str, bytes, bytes], int] = {}

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

    def apply(self, fact: Fact, *, guarded: bool = False) -> None:
        """Post one event. With `guarded`, what may not be is noted in `problems`; the caller then keeps nothing."""
        self._learn(fact)
        for goods in fact.goods:
            if self._tracks(goods.subject):
                self.introduce(fact, goods)
        if guarded:
            self.problems += _refusals(self, fact)
        _effect(fact)(self, fact)
        _mark(self, fact)
        for goods in fact.goods:
            if self._tracks(goods.subject):
                self.subjects[goods.subject].last = max(self.subjects[goods.subject].last, fact.order)

    def amount(self, goods: Goods) -> Amount | None:
        """The quantity in the subject's units; None where the event gives none. The second unit is one that can't be converted."""
        if goods.instance:
            return (ONE, 0)
        if goods.amount is None:
            return None
        subject = self.subjects[goods.subject]
        if not subject.unit:
            subject.unit = goods.unit
        if goods.unit == subject.unit:
            return (goods.amount, 0)
        mine, theirs = unit(subject.unit), unit(goods.unit)
        if mine.dimension == theirs.dimension:
            ratio = theirs.factor / mine.factor
            return (goods.amount * ratio.numerator // ratio.denominator, 0)
        if not subject.second_unit:
            subject.second_unit = goods.unit
        return (0, goods.amount)

    def post(self, fact: Fact, subject: bytes, key: Key, amount: Amount, counterpart: bytes) -> None:
        """Change one balance and note the line."""
        rows = self.subjects[subject].rows
        row = rows.get(key)
        if row is None:
            row = rows[key] = Row(since=fact.order[0], kind=self.holders.get(key.holder, PARTY))
        row.first += amount[0]
        row.second += amount[1]
        self.subjects[subject].last = max(self.subjects[subject].last, fact.order)
        if row.first or row.second:
            self.contents[key.holder].add(subject)
        elif not any(r.first or r.second for k, r in rows.items() if k.holder == key.holder):
            self.contents[key.holder].discard(subject)
        self.mentioned.add((key.log, subject))
        place = (key.log, fact.record, subject)
        number = self._numbers[place] = self._numbers.get(place, -1) + 1
        self.postings.append(
            Posting(key.log, fact.record, subject, number, fact.order[0], *key[1:], amount[0], amount[1], counterpart)
        )

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
        """Pick `wanted` (None: all) from balances in the given order; the parts, and what was missing."""
        first, second = wanted if wanted is not None else (-1, -1)
        parts: list[tuple[Key, Amount]] = []
        for key in rows:
            row = self.subjects[subject].rows[key]
            part = (
                row.first if first < 0 else min(row.first, first),
                row.second if second < 0 else min(row.second, second),
            )
            if part != NOTHING:
                parts.append((key, part))
                first -= part[0] if first > 0 else 0
                second -= part[1] if second > 0 else 0
            if first == 0 and second == 0:
                break
        return parts, (max(first, 0), max(second, 0))

    def rows(self, subject: bytes, keep: Callable[[Key], bool]) -> list[Key]:
        """Balances that hold something and satisfy `keep`: released before pending before rejected, then first in, first out."""
        held = self.subjects[subject].rows
        keys = [key for key, row in held.items() if (row.first or row.second) and keep(key)]
        return (
            sorted(keys, key=lambda key: (_STATUS_ORDER.get(key.status, 3), held[key].since, key))
            if len(keys) > 1
            else keys
        )

    def _tracks(self, subject: bytes) -> bool:
        return subject not in self.skipped and (self.tracked is None or subject in self.tracked)

    def _learn(self, fact: Fact) -> None:
        for holder in (fact.place, fact.read, fact.origin):
            if holder is not None:
                self.holders.setdefault(holder, PLACE)
        if fact.transit is not None:
            self.holders[fact.transit] = TRANSIT
        for goods in fact.goods:
            if goods.container or goods.role == "parent":
                self.holders[goods.subject] = PACKED

    def packed(self, key: Key) -> bool:
        return self.holders.get(key.holder) == PACKED

    def under_way(self, key: Key) -> bool:
        return self.holders.get(key.holder) == TRANSIT

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


_STATUS_ORDER = {RELEASED: 0, PENDING: 1, REJECTED: 2}
Effect = Callable[[Book, Fact], None]


def _effect(fact: Fact) -> Effect:
    """The wiring: which effect an event has, in one place (the mapping of warehouse operations to events)."""
    if not fact.ours:
        if fact.type in AGGREGATING and fact.action in {"ADD", "DELETE"}:
            return _pack_elsewhere
        return _delivered if fact.step in INBOUND | ARRIVAL_NOTED else _nothing
    if fact.type == "TransformationEvent":
        return _transform
    if fact.type in AGGREGATING:
        return _aggregate
    if fact.action == "ADD":
        return _create
    if fact.action == "DELETE":
        return _end
    if fact.step in INBOUND:
        return _receive
    if fact.step in OUTBOUND:
        return _ship
    if fact.step == "void_shipping":
        return _unship
    if fact.step == "accepting" and fact.place is None:
        return _delivered
    if fact.step in COUNTING:
        return _count
    if fact.step == "inspecting":
        return _inspect
    if fact.step == "sampling":
        return _sample
    return _relocate


def _nothing(book: Book, fact: Fact) -> None:
    """An event elsewhere, or one that moves nothing."""


def _mine(book: Book, fact: Fact) -> list[Goods]:
    return [goods for goods in fact.goods if book._tracks(goods.subject)]


def _target(fact: Fact, goods: Goods, holder: bytes, like: Key | None = None) -> Key:
    """Where goods land: as they were, unless the event says otherwise."""
    status = CONTAINER if goods.container else fact.status or (like.status if like else PENDING)
    receipt = NO_RECEIPT if goods.container else fact.receipt or (like.receipt if like else fact.record)
    owner = fact.owner or (like.owner if like else OWN)
    return Key(fact.log, holder, owner, receipt, status)


def _bring(book: Book, fact: Fact, goods: Goods, holder: bytes, amount: Amount, counterpart: bytes) -> None:
    """Goods appear in a holder out of a boundless one."""
    if amount != NOTHING:
        book.post(fact, goods.subject, _target(fact, goods, holder), amount, counterpart)


def _here(fact: Fact) -> bytes | None:
    return fact.place or fact.read


def _elsewhere(book: Book, fact: Fact, goods: Goods, holder: bytes) -> list[Key]:
    """Balances to take from when goods are put into `holder`: the named origin, else the read point, else anywhere in this log."""
    if goods.instance:
        found = book.where(goods.subject)
        return [found] if found else []
    keys = book.rows(goods.subject, lambda key: key.log == fact.log and key.holder != holder and _allowed(fact, key))
    if fact.origin is not None:
        return [key for key in keys if key.holder == fact.origin]
    near = [key for key in keys if key.holder == fact.read]
    loose = [key for key in keys if key.holder != fact.read and not book.packed(key) and not book.under_way(key)]
    packed = [key for key in keys if key.holder != fact.read and book.packed(key)]
    return near + loose + packed


def _allowed(fact: Fact, key: Key) -> bool:
    return (fact.owner is None or key.owner == fact.owner) and (fact.receipt is None or key.receipt == fact.receipt)


def _put(book: Book, fact: Fact, goods: Goods, holder: bytes, *, seen: bool) -> None:
    """Goods are now in `holder`. With `seen` what already lies there counts first: an observation moves only the rest."""
    amount = book.amount(goods)
    if goods.instance:
        _place_instance(book, fact, goods, holder)
        return
    sources = _elsewhere(book, fact, goods, holder)
    if amount is None:
        if not seen:
            for key, part in book.take(goods.subject, None, sources)[0]:
                book.shift(fact, goods.subject, key, _target(fact, goods, holder, key), part)
        return
    there = book.rows(goods.subject, lambda key: key.log == fact.log and key.holder == holder)
    held = book.subjects[goods.subject].rows
    lying = (sum(held[key].first for key in there), sum(held[key].second for key in there))
    wanted = _less(amount, lying) if seen else amount
    parts, missing = book.take(goods.subject, wanted, sources) if wanted != NOTHING else ([], NOTHING)
    for key, part in parts:
        book.shift(fact, goods.subject, key, _target(fact, goods, holder, key), part)
    if not seen and fact.origin is None:
        missing = _less(missing, lying)
    _bring(book, fact, goods, holder, missing, UNEXPLAINED)


def _less(amount: Amount, other: Amount) -> Amount:
    return (max(amount[0] - other[0], 0), max(amount[1] - other[1], 0))


def _place_instance(book: Book, fact: Fact, goods: Goods, holder: bytes, counterpart: bytes = UNEXPLAINED) -> None:
    """There is one of it: wherever it was, it is in `holder` now; across logs its old row is closed and a new one opened."""
    if _swallows(book, goods, holder):
        return
    old = book.where(goods.subject)
    if old is None:
        _bring(book, fact, goods, holder, (ONE, 0), counterpart)
        return
    new = _target(fact, goods, holder, old)
    if old.log == fact.log:
        book.shift(fact, goods.subject, old, new, (ONE, 0))
        return
    _cross(book, fact, goods.subject, old, new, (ONE, 0))
    if goods.container and fact.step not in INBOUND:
        _cross_content(book, fact, goods.subject)


def _swallows(book: Book, goods: Goods, holder: bytes) -> bool:
    """Nothing can be put into what is inside it: such an event stands, and moves nothing."""
    return goods.container and (holder == goods.subject or holder in book.inside(goods.subject))


def _cross(book: Book, fact: Fact, subject: bytes, old: Key, new: Key, amount: Amount) -> None:
    """From one log to another: the shard key of a row never changes, so the sender's row closes and the receiver's is new."""
    book.post(fact, subject, old, (-amount[0], -amount[1]), TRANSFERRED)
    book.post(fact, subject, new, amount, TRANSFERRED)


def _relocate(book: Book, fact: Fact) -> None:
    """OBSERVE in a place of ours: a move for the steps that move, an observation for the others."""
    moves = fact.step in MOVING
    holder = fact.place or (fact.read if fact.step in {"storing", "stocking"} else None)
    if holder is None:
        return
    listed = {goods.subject for goods in fact.goods}
    for goods in _mine(book, fact):
        if goods.role == "child" or _rides(book, goods, listed):
            continue
        _put(book, fact, goods, holder, seen=not moves)


def _rides(book: Book, goods: Goods, listed: set[bytes]) -> bool:
    """A serial named beside the container it is in: it stays in it."""
    where = book.where(goods.subject) if goods.instance else None
    return where is not None and where.holder in listed


def _create(book: Book, fact: Fact) -> None:
    """ADD: goods or identities come into being here."""
    holder = _here(fact)
    if holder is None:
        return
    for goods in _mine(book, fact):
        if goods.instance:
            _place_instance(book, fact, goods, holder, MADE)
        else:
            _bring(book, fact, goods, holder, book.amount(goods) or NOTHING, MADE)


_ENDS = {
    "destroying": SCRAP,
    "decommissioning": RETIRED,
    "sampling": SAMPLE,
    "dispensing": CONSUMED,
    "retail_selling": EXTERNAL,
}


def _end(book: Book, fact: Fact) -> None:
    """DELETE: goods cease to be. Destroying a container destroys what is in it; retiring one leaves it where the container stood."""
    outside = _ENDS.get(fact.step, RETIRED)
    for goods in _mine(book, fact):
        if goods.container:
            _empty(book, fact, goods.subject, outside if outside != RETIRED else None)
        _drain(book, fact, goods, outside)


def _drain(book: Book, fact: Fact, goods: Goods, outside: bytes) -> None:
    """Take goods out of stock to a boundless holder; what is missing there is unexplained."""
    if goods.instance:
        old = book.where(goods.subject)
        if old is not None:
            book.shift(fact, goods.subject, old, None, (ONE, 0), outside)
        return
    amount = book.amount(goods)
    here = _here(fact)
    keys = book.rows(goods.subject, lambda key: key.log == fact.log and _allowed(fact, key))
    if fact.origin is not None:
        keys = [key for key in keys if key.holder == fact.origin]
    keys = [key for key in keys if key.holder == here] + [key for key in keys if key.holder != here]
    parts, missing = book.take(goods.subject, amount, keys)
    for key, part in parts:
        book.shift(fact, goods.subject, key, None, part, outside)
    if missing != NOTHING and amount is not None:
        holder = here or fact.origin or UNEXPLAINED
        key = _target(fact, goods, holder)
        book.post(fact, goods.subject, key, missing, UNEXPLAINED)
        book.post(fact, goods.subject, key, (-missing[0], -missing[1]), outside)


def _empty(book: Book, fact: Fact, container: bytes, outside: bytes | None) -> None:
    """Everything directly in a container leaves it: to a boundless holder, or to where the container stands."""
    stands = book.where(container)
    holder = fact.place or (stands.holder if stands else None) or fact.read
    for child in sorted(book.contents.get(container, ())):
        if not book._tracks(child):
            continue
        held = book.subjects[child]
        if outside is not None and held.container:
            _empty(book, fact, child, outside)
        for key in [key for key, row in held.rows.items() if key.holder == container and (row.first or row.second)]:
            row = held.rows[key]
            target = None if outside is not None or holder is None else key._replace(holder=holder)
            book.shift(fact, child, key, target, (row.first, row.second), outside or UNEXPLAINED)


def _receive(book: Book, fact: Fact) -> None:
    """Goods come in: out of our own goods under way where there are such, else from the sender."""
    holder = _here(fact)
    if holder is None:
        return
    listed = {goods.subject for goods in fact.goods}
    for goods in _mine(book, fact):
        if goods.instance:
            if not _rides(book, goods, listed):
                _receive_instance(book, fact, goods, holder)
            _cross_content(book, fact, goods.subject)
        else:
            _receive_class(book, fact, goods, holder)


def _receive_instance(book: Book, fact: Fact, goods: Goods, holder: bytes) -> None:
    old = book.where(goods.subject)
    if old is None or old.owner == OWN:
        _place_instance(book, fact, goods, holder, fact.sender or EXTERNAL)
        return
    book.post(fact, goods.subject, old, (-ONE, 0), holder)
    _bring(book, fact, goods, holder, (ONE, 0), old.holder)


def _receive_class(book: Book, fact: Fact, goods: Goods, holder: bytes) -> None:
    amount = book.amount(goods)
    if amount is None:
        return
    outside = fact.sender is not None and fact.sender_log is None
    parts, missing = book.take(goods.subject, amount, _under_way(book, fact, goods))
    for key, part in parts:
        if outside:
            book.shift(fact, goods.subject, key, None, part, holder)
            _bring(book, fact, goods, holder, part, key.holder)
        elif key.log == fact.log:
            book.shift(fact, goods.subject, key, key._replace(holder=holder), part)
        else:
            _cross(book, fact, goods.subject, key, key._replace(log=fact.log, holder=holder), part)
    _bring(book, fact, goods, holder, missing, UNEXPLAINED if fact.sender_log is not None else fact.sender or EXTERNAL)


def _under_way(book: Book, fact: Fact, goods: Goods) -> list[Key]:
    """Balances a receipt can close: what a customer has or refused, or what a warehouse of ours sent and is still under way."""
    if fact.sender is not None and fact.sender_log is None:
        refused = fact.disposition == "returned"
        back = book.rows(
            goods.subject,
            lambda key: (
                key.holder == fact.sender
                or (book.under_way(key) and (key.owner == fact.sender or (refused and key.owner == OWN)))
            ),
        )
        return sorted(back, key=lambda key: (key.owner != OWN, key.holder != fact.sender))
    log = fact.sender_log if fact.sender_log != fact.log else None
    return book.rows(goods.subject, lambda key: book.under_way(key) and key.owner == OWN and log in (None, key.log))


def _cross_content(book: Book, fact: Fact, container: bytes) -> None:
    """What is in a container that came in comes with it: out of another log, or back from a customer and to be inspected anew."""
    returned = fact.sender is not None and fact.sender_log is None
    for child in book.inside(container):
        if not book._tracks(child):
            continue
        held = book.subjects[child]
        for key in [key for key, row in held.rows.items() if (row.first or row.second) and book.packed(key)]:
            row = held.rows[key]
            amount = (row.first, row.second)
            if key.log == PARTNERS:
                status = CONTAINER if held.container else PENDING
                receipt = NO_RECEIPT if held.container else fact.receipt or fact.record
                _cross(book, fact, child, key, Key(fact.log, key.holder, fact.owner or OWN, receipt, status), amount)
            elif key.log != fact.log:
                _cross(book, fact, child, key, key._replace(log=fact.log), amount)
            elif returned and key.status == RELEASED:
                book.shift(fact, child, key, key._replace(status=PENDING), amount)


def _pack_elsewhere(book: Book, fact: Fact) -> None:
    """A partner packs or unpacks: no stock of ours, but known, so that what is in a pallet comes in with the pallet."""
    parent = next((goods.subject for goods in fact.goods if goods.role == "parent"), None)
    children = [goods for goods in fact.goods if goods.role == "child"]
    if parent is None:
        return
    if fact.action == "DELETE" and not children:
        for child in sorted(book.contents.get(parent, ())):
            if book._tracks(child):
                _leave(book, fact, child, parent, None)
    for goods in children:
        if not book._tracks(goods.subject):
            continue
        if fact.action == "DELETE":
            _leave(book, fact, goods.subject, parent, book.amount(goods))
            continue
        if _swallows(book, goods, parent):
            continue
        old = book.where(goods.subject) if goods.instance else None
        if old is not None:
            book.shift(fact, goods.subject, old, None, (ONE, 0), parent)
        _bring(book, fact, goods, parent, book.amount(goods) or NOTHING, EXTERNAL)


def _leave(book: Book, fact: Fact, subject: bytes, container: bytes, amount: Amount | None) -> None:
    for key, part in book.take(subject, amount, book.rows(subject, lambda key: key.holder == container))[0]:
        book.shift(fact, subject, key, None, part, EXTERNAL)


def _ship(book: Book, fact: Fact) -> None:
    """Goods leave: into the transit holder of the shipment, owned by the recipient unless he is one of ours."""
    holder = fact.transit or EXTERNAL
    listed = {goods.subject for goods in fact.goods}
    for goods in _mine(book, fact):
        if goods.role == "child" or _rides(book, goods, listed):
            continue
        owner = fact.recipient if fact.recipient is not None and fact.recipient_log is None else None
        if goods.instance:
            old = book.where(goods.subject)
            new = _target(fact, goods, holder, old)
            new = new._replace(owner=owner or new.owner)
            if old is None:
                book.post(fact, goods.subject, new, (ONE, 0), UNEXPLAINED)
            elif old.log == fact.log:
                book.shift(fact, goods.subject, old, new, (ONE, 0))
            else:
                _cross(book, fact, goods.subject, old, new, (ONE, 0))
            continue
        amount = book.amount(goods)
        keys = [key for key in _elsewhere(book, fact, goods, holder) if not book.under_way(key)]
        parts, missing = book.take(goods.subject, amount, keys)
        for key, part in parts:
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=owner or key.owner), part)
        if missing != NOTHING and amount is not None:
            new = _target(fact, goods, holder)
            book.post(fact, goods.subject, new._replace(owner=owner or new.owner), missing, UNEXPLAINED)


def _unship(book: Book, fact: Fact) -> None:
    """A shipment is voided: the goods are back where the event says, ours again."""
    holder = _here(fact)
    if holder is None:
        return
    for goods in _mine(book, fact):
        gone = book.rows(goods.subject, lambda key: key.log == fact.log and book.under_way(key))
        # The shipment that the event names, if it names one.
        gone = [key for key in gone if key.holder == fact.transit] or gone
        parts, _missing = book.take(goods.subject, book.amount(goods), gone)
        for key, part in parts:
            book.shift(fact, goods.subject, key, key._replace(holder=holder, owner=fact.owner or OWN), part)


def _delivered(book: Book, fact: Fact) -> None:
    """The recipient signs: goods under way to him are his. What he refuses stays under way and is ours again."""
    for goods in _mine(book, fact):
        gone = book.rows(goods.subject, lambda key: book.under_way(key) and _destined(fact, key))
        parts, _missing = book.take(goods.subject, book.amount(goods), gone)
        for key, part in parts:
            holder = fact.recipient or fact.sender or key.owner
            refused = fact.disposition == "returned"
            target = key._replace(owner=OWN) if refused else key._replace(holder=holder)
            book.shift(fact, goods.subject, key, target, part)


def _destined(fact: Fact, key: Key) -> bool:
    """Whether goods under way go to whoever signs."""
    signer = fact.recipient or fact.sender
    return key.owner == signer if signer is not None else key.owner != OWN


def _aggregate(book: Book, fact: Fact) -> None:
    """Pack, unpack, or see a container with its content; then what the step says of the container itself."""
    parent = next((goods for goods in fact.goods if goods.role == "parent"), None)
    children = [goods for goods in _mine(book, fact) if goods.role == "child"]
    if parent is None:
        return
    if fact.action == "DELETE":
        _unpack(book, fact, parent, children)
        return
    if book._tracks(parent.subject):
        _stand(book, fact, parent)
    for goods in children:
        _put(book, fact, goods, parent.subject, seen=fact.action == "OBSERVE")
    if fact.step in OUTBOUND:
        _ship(book, fact)
    elif fact.step in INBOUND:
        _cross_content(book, fact, parent.subject)


def _stand(book: Book, fact: Fact, parent: Goods) -> None:
    """The container is where the event says; one never seen stands at the read point."""
    if fact.step in OUTBOUND:
        return
    known = book.where(parent.subject)
    holder = fact.place or (fact.read if known is None else None)
    if holder is not None:
        outside = fact.sender or EXTERNAL if fact.step in INBOUND else MADE
        _place_instance(book, fact, parent, holder, outside)


def _unpack(book: Book, fact: Fact, parent: Goods, children: list[Goods]) -> None:
    stands = book.where(parent.subject)
    if not any(goods.role == "child" for goods in fact.goods):
        _empty(book, fact, parent.subject, None)
        return
    holder = fact.place or (stands.holder if stands else None) or fact.read
    for goods in children:
        amount = book.amount(goods)
        inside = book.rows(goods.subject, lambda key: key.holder == parent.subject)
        parts, missing = book.take(goods.subject, amount, inside)
        for key, part in parts:
            target = key._replace(holder=holder) if holder is not None else None
            book.shift(fact, goods.subject, key, target, part, UNEXPLAINED)
        if goods.instance and not parts and holder is not None and book.where(goods.subject) is None:
            _bring(book, fact, goods, holder, (ONE, 0), UNEXPLAINED)
        elif not goods.instance and missing != NOTHING and amount is not None and holder is not None:
            _bring(book, fact, goods, holder, missing, UNEXPLAINED)


def _transform(book: Book, fact: Fact) -> None:
    """Inputs are consumed, outputs come into being; where goods only change their label, status, blocks and expiry go with them."""
    inputs = [goods for goods in fact.goods if goods.role == "input" and not goods.bulk]
    inherited = _heritage(book, inputs) if fact.identity_preserving else None
    for goods in inputs:
        if book._tracks(goods.subject):
            if goods.container:
                _empty(book, fact, goods.subject, CONSUMED)
            _drain(book, fact, goods, CONSUMED)
    holder = _here(fact)
    for goods in fact.goods:
        if goods.role != "output" or holder is None or not book._tracks(goods.subject):
            continue
        if inherited is not None:
            _inherit(book.subjects[goods.subject], inherited)
        target = _target(fact, goods, holder)
        if inherited is not None and inherited.status and not goods.container:
            target = target._replace(status=inherited.status)
        amount = (ONE, 0) if goods.instance else book.amount(goods) or NOTHING
        if amount != NOTHING and not (goods.instance and book.where(goods.subject)):
            book.post(fact, goods.subject, target, amount, MADE)


@dataclass(slots=True)
class _Heritage:
    status: str
    expiry: int | None
    blocks: dict[bytes, str]


def _heritage(book: Book, inputs: list[Goods]) -> _Heritage:
    known = [book.subjects[goods.subject] for goods in inputs if goods.subject in book.subjects]
    held = [key.status for subject in known for key, row in subject.rows.items() if row.first or row.second]
    strictest = max(held, key=lambda status: _STATUS_ORDER.get(status, -1), default="")
    expiries = [subject.expiry for subject in known if subject.expiry is not None]
    blocks = {block: disposition for subject in known for block, disposition in subject.blocks.items()}
    return _Heritage("" if strictest == CONTAINER else strictest, min(expiries, default=None), blocks)


def _inherit(subject: Subject, heritage: _Heritage) -> None:
    expiries = [day for day in (subject.expiry, heritage.expiry) if day is not None]
    subject.expiry = min(expiries, default=None)
    subject.blocks |= heritage.blocks


def _count(book: Book, fact: Fact) -> None:
    """A count says how much there is in a place, absolutely; the difference to the book is posted to variance."""
    holder = _here(fact)
    if holder is None:
        return
    for goods in _mine(book, fact):
        amount = book.amount(goods)
        if amount is None:
            continue
        if goods.instance:
            _place_instance(book, fact, goods, holder, VARIANCE)
            continue
        keys = book.rows(
            goods.subject, lambda key: key.log == fact.log and key.holder == holder and _allowed(fact, key)
        )
        parts, over = book.take(goods.subject, amount, keys)
        kept = dict(parts)
        for key in keys:
            row = book.subjects[goods.subject].rows[key]
            keep = kept.get(key, NOTHING)
            # A count in one unit says nothing of the other.
            less = (row.first - keep[0] if amount[0] or not amount[1] else 0, row.second - keep[1] if amount[1] else 0)
            book.shift(fact, goods.subject, key, None, less, VARIANCE)
        if over != NOTHING:
            like = keys[-1] if keys else None
            book.post(fact, goods.subject, like or _target(fact, goods, holder), over, VARIANCE)


def _inspect(book: Book, fact: Fact) -> None:
    """Pass or fail: goods move from one status to another; seen elsewhere than the book says, they move there first."""
    passed = fact.disposition == "conformant"
    failed = fact.disposition == "non_conformant"
    _relocate(book, fact)
    lifts = bool(fact.unblocks) and not fact.pardons
    if lifts or not (passed or failed):
        return  # lifting a block frees nothing else
    judged = {PENDING, REJECTED} if fact.pardons else {PENDING} if passed else {PENDING, RELEASED}
    status = RELEASED if passed else REJECTED
    for goods in _mine(book, fact):
        if goods.container:
            _judge_content(book, fact, goods.subject, judged, status)
            continue
        keys = book.rows(
            goods.subject, lambda key: key.log == fact.log and key.status in judged and _allowed(fact, key)
        )
        here = _here(fact)
        keys = [key for key in keys if key.holder == here] + [key for key in keys if key.holder != here]
        for key, part in book.take(goods.subject, book.amount(goods), keys)[0]:
            book.shift(fact, goods.subject, key, key._replace(status=status), part)


def _judge_content(book: Book, fact: Fact, container: bytes, judged: set[str], status: str) -> None:
    inside = book.inside(container)
    around = {container, *inside}
    for child in inside:
        if not book._tracks(child):
            continue
        for key in book.rows(child, lambda key: key.holder in around and key.log == fact.log and key.status in judged):
            row = book.subjects[child].rows[key]
            book.shift(fact, child, key, key._replace(status=status), (row.first, row.second))


def _sample(book: Book, fact: Fact) -> None:
    """A sample is taken: it leaves stock for the sample holder."""
    for goods in _mine(book, fact):
        _drain(book, fact, goods, SAMPLE)


BLOCKING = {"unavailable": "held", "damaged": "held", "stolen": "held", "recalled": "recalled"}


def _mark(book: Book, fact: Fact) -> None:
    """Blocks are stacked; lifting one frees nothing else (domain.md, Stock)."""
    for goods in _mine(book, fact):
        subject = book.subjects[goods.subject]
        for disposition in fact.blocks:
            if disposition in BLOCKING:
                subject.blocks[fact.block or fact.record] = disposition
        for disposition in fact.unblocks:
            for block in [b for b, d in subject.blocks.items() if d == disposition and fact.block in (None, b)]:
                del subject.blocks[block]


# -- guards ------------------------------------------------------------------------------------------------------------


def _refusals(book: Book, fact: Fact) -> list[Problem]:
    """What a command may not do and a fact may have done: take what is not there, or what is not free."""
    if not fact.ours:
        return []
    taken = _taken(book, fact)
    problems = [p for goods, keys in taken for p in _short(book, fact, goods, keys)]
    if fact.step in GUARDED_STEPS or (fact.type == "TransformationEvent" and not fact.identity_preserving):
        if fact.disposition not in {"returned", "disposed"}:
            problems += [p for goods, keys in taken for p in _unfree(book, fact, goods, keys)]
    return problems


def _taken(book: Book, fact: Fact) -> list[tuple[Goods, list[Key]]]:
    """For each of the goods that an event takes out of somewhere: the balances it may come from."""
    taking: list[Goods] = []
    if fact.type == "TransformationEvent":
        taking = [goods for goods in fact.goods if goods.role == "input" and not goods.bulk]
    elif fact.type in AGGREGATING and fact.action == "ADD":
        taking = [goods for goods in fact.goods if goods.role == "child"]
    elif fact.type not in AGGREGATING and (fact.action == "DELETE" or fact.step in OUTBOUND | MOVING):
        taking = [goods for goods in fact.goods if goods.role == "epc"]
    holder = fact.place if fact.step in MOVING else None
    parent = next((goods.subject for goods in fact.goods if goods.role == "parent"), None)
    found = []
    for goods in taking:
        keys = [key for key in _elsewhere(book, fact, goods, parent or holder or b"") if not book.under_way(key)]
        if fact.type == "TransformationEvent" or fact.action == "DELETE":
            keys = [key for key in keys if fact.origin is None or key.holder == fact.origin]
        found.append((goods, keys))
    return found


def _short(book: Book, fact: Fact, goods: Goods, keys: list[Key]) -> list[Problem]:
    amount = book.amount(goods)
    if amount is None:
        return []
    name = book.names.get(goods.subject, goods.subject.hex())
    if goods.instance:
        gone = not keys or keys[0].log != fact.log or book.under_way(book.root(keys[0]))
        known = goods.subject in book.subjects and book.subjects[goods.subject].last != NEVER
        if gone and (known or fact.type not in AGGREGATING) and not (goods.container and not keys):
            return [Problem("stock.not_here", name, {"goods": name})]
        return []
    _parts, missing = book.take(goods.subject, amount, keys)
    if missing == NOTHING:
        return []
    unit_code = book.subjects[goods.subject].unit if missing[0] else book.subjects[goods.subject].second_unit
    want, lack = (amount[0], missing[0]) if missing[0] else (amount[1], missing[1])
    shown = {
        "goods": name,
        "wanted": decimal_text(unscaled(want)),
        "there": decimal_text(unscaled(want - lack)),
        "unit": unit_code,
    }
    return [Problem("stock.short", name, shown)]


def _unfree(book: Book, fact: Fact, goods: Goods, keys: list[Key]) -> list[Problem]:
    """Goods that are pending, rejected, held, recalled or expired, in whatever container."""
    problems = []
    contained = book.inside(goods.subject) if goods.container else []
    checked = [(goods.subject, book.take(goods.subject, book.amount(goods), keys)[0])]
    checked += [
        (child, [(key, NOTHING) for key, row in book.subjects[child].rows.items() if row.first or row.second])
        for child in contained
    ]
    for subject, parts in checked:
        held = book.subjects[subject]
        name = book.names.get(subject, subject.hex())
        states = {key.status for key, _ in parts} & {PENDING, REJECTED}
        states |= {BLOCKING[disposition] for disposition in _all_blocks(book, subject)}
        if held.expiry is not None and held.expiry < fact.day:
            states.add("expired")
        problems += [Problem(f"stock.{state}", name, {"goods": name}) for state in sorted(states)]
    return problems


def _all_blocks(book: Book, subject: bytes) -> list[str]:
    held = book.subjects[subject]
    above = [book.subjects[key] for key in (held.lot, held.item) if key is not None and key in book.subjects]
    return [disposition for one in (held, *above) for disposition in one.blocks.values()]


def traits_of(subject: Subject) -> Traits:
    return Traits(subject.expiry, subject.produced)


def is_kept(holder: bytes) -> bool:
    """Whether balances are kept for a holder."""
    return holder not in BOUNDLESS
