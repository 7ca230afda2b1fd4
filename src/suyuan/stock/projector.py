"""New events into the stock projection, whatever order they arrive in, by the same few statements for one event as
for a thousand.

In order, events are applied to the balances as they stand. A late event, or a declaration that an earlier one was
wrong, makes the histories it touches be told again from their beginning: only those of the goods concerned, the
containers they were in, and the goods they were relabelled from or to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace

from suyuan.gs1.problems import Problem, Refused, distinct
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import (
    AGGREGATING,
    ARRIVAL_NOTED,
    INBOUND,
    NEVER,
    OUTBOUND,
    Book,
    Key,
    Posting,
    Row,
    Subject,
)
from suyuan.stock.effects import apply
from suyuan.stock.facts import UNEXPLAINED, Fact, Order

EVERYWHERE = INBOUND | ARRIVAL_NOTED | {"void_shipping"}
Place = tuple[str, bytes]  # (log, subject)
Logs = frozenset[str] | None  # None: all of them


@dataclass(slots=True)
class Changes:
    """What is to be written: new postings, balances and subjects as they now stand, and the subjects whose history
    was told anew.
    """

    postings: list[Posting] = field(default_factory=list)
    balances: dict[tuple[bytes, Key], Row] = field(default_factory=dict)
    subjects: dict[Place, Subject] = field(default_factory=dict)
    learnt: dict[bytes, Subject] = field(default_factory=dict)  # dates and blocks that are new in every log
    retold: frozenset[bytes] = frozenset()


class Store(Protocol):
    """Where the projection stands: the tables, or memory for the replays that `fsck` and the tests compare with
    them.
    """

    def lock(self, wanted: Mapping[Place, Subject]) -> dict[Place, Subject]:
        """Take these subjects for this writer, new ones with what the events say of them; as they stood before."""

    def subjects(self, subjects: Iterable[bytes], logs: Logs) -> dict[Place, Subject]: ...

    def balances(self, subjects: Iterable[bytes], logs: Logs) -> list[tuple[bytes, Key, Row]]: ...

    def contents(self, holders: Iterable[bytes]) -> list[tuple[bytes, Key, Row]]:
        """What lies in these containers now, in any log."""

    def moved_since(self, holders: Mapping[bytes, int]) -> set[bytes]:
        """Subjects with a posting in one of these containers at or after its moment."""

    def facts_about(self, subjects: Iterable[bytes]) -> list[Fact]:
        """Every event that names one of them and is not declared wrong."""

    def unexplained(self, subjects: Iterable[bytes]) -> int:
        """The sum of what came out of nowhere, in millionths."""

    def logs(self) -> Iterable[str]:
        """The logs in which goods can lie, so that a block stands in all of them."""

    def write(self, changes: Changes) -> None: ...


def project(
    store: Store,
    facts: Sequence[Fact],
    *,
    guarded: bool = False,
    voided: Sequence[Fact] = (),
    names: Mapping[bytes, str] | None = None,
) -> None:
    """Bring the projection to where it would be had every event come in order. `facts` are new, `voided` are now
    declared wrong.

    Raises Refused with all reasons if `guarded` and the events may not be; the caller then rolls back.
    """
    ordered = sorted(facts, key=lambda fact: fact.order)
    touched = [*ordered, *voided]
    standing, told = _lock(store, ordered, touched, guarded)
    book = Book(names=names)
    _load(store, book, touched, standing, guarded=guarded)
    late, history = _late(store, book, ordered, voided)
    changes = Changes()
    if late:
        retold = _retell(late, history, ordered, guarded, names)
        changes.retold = retold.tracked or frozenset()
        _refuse([*retold.problems, *(_newly_unexplained(store, retold, touched) if guarded else [])])
        _collect(changes, retold, {}, {}, store.logs())
        book.skipped = changes.retold
    for fact in ordered:
        apply(book, fact, guarded=guarded and not late)
    _refuse(book.problems)
    _collect(changes, book, standing, told, store.logs())
    store.write(changes)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(distinct(problems))


def _logs(facts: Sequence[Fact]) -> Logs:
    """Which logs have a say: the event's own, that of the warehouse it sends to; all where goods come in or a block
    is laid.
    """
    logs: set[str] = set()
    for fact in facts:
        if not fact.ours or fact.step in EVERYWHERE or fact.blocks or fact.unblocks:
            return None
        if any(goods.instance for goods in fact.goods):
            return None  # there is one of it, wherever it is
        logs.add(fact.log)
        if fact.step in OUTBOUND:
            logs.add(PARTNERS)  # the recipient may have said what he got before we say what we sent
        if fact.recipient_log:
            logs.add(fact.recipient_log)
    return frozenset(logs)


def _lock(
    store: Store, ordered: Sequence[Fact], touched: Sequence[Fact], guarded: bool
) -> tuple[dict[Place, Subject], dict[Place, Subject]]:
    """Take the subjects of the new events, and read those of other logs that matter: as they stood, and as the tables
    now say.
    """
    sketch = Book()
    wanted: dict[Place, Subject] = {}
    for fact in ordered:
        for goods in fact.goods:
            sketch.introduce(fact, goods)
            sketch.amount(goods)
            seen = sketch.subjects[goods.subject]
            seen.last = fact.order
            wanted[fact.log, goods.subject] = seen
    standing = store.lock(wanted)
    logs = _logs(touched)
    everything = {goods.subject for fact in touched for goods in fact.goods}
    if guarded:  # a block on the lot or the item counts for the serial and the lot
        everything |= _above(touched)
    if logs is None or len(logs) > 1 or len(everything) > len(wanted):
        standing |= {p: s for p, s in store.subjects(everything, logs).items() if p not in wanted}
    # What is known of a subject is known in every log: one new to its log starts with that, a new date goes everywhere.
    learnt = {place[1] for place, seen in wanted.items() if _news(standing.get(place), seen)}
    if logs is not None and learnt:
        standing |= {p: s for p, s in store.subjects(learnt, None).items() if p not in wanted}
    told = standing | {place: told_of(standing.get(place), seen) for place, seen in wanted.items()}
    return standing, told


def _news(old: Subject | None, seen: Subject) -> bool:
    """Whether an event says of a subject what its row in this log does not know yet."""
    if old is None:
        return True
    return any(new not in (None, had) for new, had in ((seen.expiry, old.expiry), (seen.produced, old.produced)))


def told_of(old: Subject | None, new: Subject) -> Subject:
    """A subject's row after `lock`: a new one as the events tell of it, one that stood with the later last event."""
    if old is None:
        return replace(new, rows={}, blocks={})
    return replace(old, last=max(old.last, new.last), rows={})


def _load(
    store: Store, book: Book, touched: Sequence[Fact], standing: Mapping[Place, Subject], *, guarded: bool
) -> None:
    _merge(book, standing)
    named = {goods.subject for fact in touched for goods in fact.goods}
    for subject, key, row in store.balances(named, _logs(touched)):
        book.put(subject, key, row)
    _load_contents(store, book, {goods.subject for fact in touched for goods in fact.goods if goods.container})
    _load_outer(store, book, named)
    if guarded:
        above = {key for held in book.subjects.values() for key in (held.lot, held.item) if key}
        _merge(book, store.subjects(above - set(book.subjects) - _above(touched), None))


def _above(facts: Sequence[Fact]) -> set[bytes]:
    """The lots and items of what the events name."""
    return {key for fact in facts for goods in fact.goods for key in (goods.lot, goods.item) if key}


def _merge(book: Book, standing: Mapping[Place, Subject]) -> None:
    """One subject out of its rows in several logs: the blocks are the same in all, the latest event is the latest
    anywhere.
    """
    for (_log, key), row in standing.items():
        known = book.subjects.get(key)
        if known is None:
            book.subjects[key] = Subject(
                row.instance,
                row.container,
                row.unit,
                row.second_unit,
                row.item,
                row.lot,
                row.expiry,
                row.produced,
                dict(row.blocks),
                {},
                row.last,
            )
        else:
            known.unit, known.second_unit = known.unit or row.unit, known.second_unit or row.second_unit
            known.item, known.lot = known.item or row.item, known.lot or row.lot
            known.blocks |= row.blocks
            if row.last > known.last:
                known.last = row.last
                known.expiry, known.produced = row.expiry or known.expiry, row.produced or known.produced


def _load_contents(store: Store, book: Book, containers: set[bytes]) -> None:
    """What is inside, level by level."""
    seen: set[bytes] = set()
    while containers:
        seen |= containers
        found = store.contents(containers)
        inner = {subject for subject, _, _ in found}
        _merge(book, store.subjects(inner - set(book.subjects), None))
        for subject, key, row in store.balances(inner, None) if inner else []:
            book.put(subject, key, row)
        containers = {subject for subject in inner if book.subjects[subject].container} - seen


def _load_outer(store: Store, book: Book, subjects: set[bytes]) -> None:
    """The containers that the goods stand in, level by level, so that one on a truck is seen to be on the truck."""
    outer = {key.holder for s in subjects if s in book.subjects for key in book.subjects[s].rows if book.packed(key)}
    while outer := outer - set(book.subjects):
        _merge(book, store.subjects(outer, None))
        found = store.balances(outer, None)
        for subject, key, row in found:
            book.put(subject, key, row)
        outer = {key.holder for _, key, _ in found if book.packed(key)}


def _late(
    store: Store, book: Book, ordered: Sequence[Fact], voided: Sequence[Fact]
) -> tuple[set[bytes], dict[bytes, Fact]]:
    """Subjects whose history has gone past an event only now known, or holds one that never happened; and that
    history.
    """
    late = {goods.subject for fact in voided for goods in fact.goods}
    opened: dict[bytes, int] = {}
    for fact in [*voided, *ordered]:
        passed = {g.subject for g in fact.goods if g.subject in late or _latest(book, g.subject) > fact.order}
        containers = {g.subject for g in fact.goods if g.container}
        if passed & containers and fact.type in AGGREGATING:
            passed |= {g.subject for g in fact.goods if g.role == "child"}
        if fact.identity_preserving and passed:
            passed |= {g.subject for g in fact.goods}
        late |= passed
        inside = {inner for container in containers for inner in book.inside(container)}
        late |= {inner for inner in inside if _last(book, inner) > fact.order}
        for one in containers | inside:
            opened[one] = min(opened.get(one, fact.order[0]), fact.order[0])
    history: dict[bytes, Fact] = {}
    gone = frozenset(fact.record for fact in voided)
    late |= _moved_since(store, book, opened)
    while late:
        late |= _bound_together(store, late, ordered, gone, history)
        # What is in a container told anew is told with it, where an event of now concerns the container.
        inside = {inner for container in late & opened.keys() for inner in book.inside(container)}
        inside |= {
            goods.subject
            for fact in ordered
            if fact.type in AGGREGATING and any(g.subject in late for g in fact.goods if g.role == "parent")
            for goods in fact.goods
        }
        if inside <= late:
            break
        late |= inside
    return late, history


def _moved_since(store: Store, book: Book, opened: dict[bytes, int]) -> set[bytes]:
    """What moved in or out of the containers since, and of the containers that did, level by level; `opened` grows by
    these.
    """
    moved: set[bytes] = set()
    asked = dict(opened)
    while asked:
        found = store.moved_since(asked) - moved
        moved |= found
        since = min(asked.values())
        asked = {key: since for key in found if key not in opened and _is_container(store, book, key)}
        opened.update(asked)
        _load_contents(store, book, set(asked))
    return moved


def _is_container(store: Store, book: Book, subject: bytes) -> bool:
    if subject not in book.subjects:
        _merge(book, store.subjects([subject], None))
    held = book.subjects.get(subject)
    return held is not None and held.container


def _bound_together(
    store: Store, late: set[bytes], new: Sequence[Fact], gone: frozenset[bytes], history: dict[bytes, Fact]
) -> set[bytes]:
    """The subjects with all whose history must be told along; their events go into `history`."""
    tracked: set[bytes] = set()
    frontier = set(late)
    while frontier:
        tracked |= frontier
        for fact in [*store.facts_about(frontier), *(f for f in new if any(g.subject in frontier for g in f.goods))]:
            if fact.record not in gone:
                history[fact.record] = fact
        frontier = {other for fact in history.values() for other in _bound(fact, tracked)} - tracked
    return tracked


def _latest(book: Book, subject: bytes) -> Order:
    """The last event that concerned a subject or a container around it: where that stands says what is at hand."""
    latest = _last(book, subject)
    held = book.subjects.get(subject)
    around = [key for key, row in held.rows.items() if (row.first or row.second) and book.packed(key)] if held else []
    seen: set[bytes] = set()
    while around:
        key = around.pop()
        if key.holder in seen:
            continue
        seen.add(key.holder)
        latest = max(latest, _last(book, key.holder))
        outer = book.where(key.holder)
        if outer is not None and book.packed(outer):
            around.append(outer)
    return latest


def _last(book: Book, subject: bytes) -> Order:
    held = book.subjects.get(subject)
    return held.last if held else NEVER


def _retell(
    late: set[bytes],
    history: Mapping[bytes, Fact],
    new: Sequence[Fact],
    guarded: bool,
    names: Mapping[bytes, str] | None,
) -> Book:
    """Tell the histories of these subjects from the beginning."""
    book = Book(frozenset(late), names)
    fresh = {fact.record for fact in new}
    for fact in sorted(history.values(), key=lambda fact: fact.order):
        apply(book, fact, guarded=guarded and fact.record in fresh)
    return book


def _bound(fact: Fact, tracked: set[bytes]) -> set[bytes]:
    """Subjects whose history must be told along with a tracked one: the container it is put in, what it was
    relabelled from or to.
    """
    bound: set[bytes] = set()
    if any(g.subject in tracked for g in fact.goods):
        if any(g.subject in tracked and g.role == "child" for g in fact.goods):
            bound |= {g.subject for g in fact.goods if g.role == "parent"}
        if fact.identity_preserving:
            bound |= {g.subject for g in fact.goods}
    return bound


def _newly_unexplained(store: Store, retold: Book, touched: Sequence[Fact]) -> list[Problem]:
    """A correction of our own stock may not leave later events without the goods they moved."""
    new = [p for p in retold.postings if p.counterpart == UNEXPLAINED and p.first + p.second > 0]
    if sum(p.first + p.second for p in new) <= store.unexplained(retold.tracked or ()):
        return []
    own = {fact.record for fact in touched}
    names = retold.names
    return [
        Problem(
            "stock.depends",
            names.get(p.subject, p.subject.hex()),
            {"goods": names.get(p.subject, p.subject.hex()), "event": p.record.hex()},
        )
        for p in new
        if p.record not in own
    ] or [Problem("stock.short_then", "", {})]


def _collect(
    changes: Changes,
    book: Book,
    standing: Mapping[Place, Subject],
    told: Mapping[Place, Subject],
    logs: Iterable[str],
) -> None:
    """Add what the book says and the tables do not: its postings, the balances they changed, and the subjects that
    differ.
    """
    changes.postings += book.postings
    places: set[Place] = set(told) | book.mentioned
    before = {key: row.blocks for (_log, key), row in told.items()}
    for posting in book.postings:
        key = Key(posting.log, posting.holder, posting.owner, posting.receipt, posting.status)
        changes.balances[posting.subject, key] = book.subjects[posting.subject].rows[key]
    changed = {key for key, held in book.subjects.items() if held.blocks != before.get(key, {})}
    places |= {(log, key) for key in changed for log in logs}
    for place in places:
        held = book.subjects.get(place[1])
        if held is None or place[1] in book.skipped:
            continue
        if _differs(told.get(place), held, mentioned=place in book.mentioned):
            changes.subjects[place] = held
    for (_log, subject), old in standing.items():
        known = book.subjects[subject]
        if subject in book.skipped or (old.expiry, old.produced, old.blocks) == (
            known.expiry,
            known.produced,
            known.blocks,
        ):
            continue
        changes.learnt[subject] = known


def _differs(told: Subject | None, held: Subject, *, mentioned: bool) -> bool:
    """Whether a row has to be written. Which event was the last matters only in the logs that the events stand in."""
    if told is None or (mentioned and told.last != held.last):
        return True
    return (told.unit, told.second_unit, told.item, told.lot, told.expiry, told.produced, told.blocks) != (
        held.unit, held.second_unit, held.item, held.lot, held.expiry, held.produced, held.blocks
    )  # fmt: skip


@dataclass(slots=True)
class MemoryStore:
    """The projection in memory: what the replays of `fsck` and of the tests are projected into, in any order of
    arrival.
    """

    warehouses: frozenset[str] = frozenset()
    facts: dict[bytes, Fact] = field(default_factory=dict)
    about: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    held: dict[Place, Subject] = field(default_factory=dict)
    rows: dict[bytes, dict[Key, Row]] = field(default_factory=lambda: defaultdict(dict))
    postings: dict[bytes, list[Posting]] = field(default_factory=lambda: defaultdict(list))

    def arrive(self, facts: Sequence[Fact], voided: Sequence[bytes] = ()) -> None:
        """Take new events, in any order, and declarations that earlier ones were wrong."""
        gone = [self.facts.pop(record) for record in voided if record in self.facts]
        project(self, facts, voided=gone)
        for fact in facts:
            self.facts[fact.record] = fact
            for goods in fact.goods:
                self.about[goods.subject].add(fact.record)

    def lock(self, wanted: Mapping[Place, Subject]) -> dict[Place, Subject]:
        old = {place: self.held[place] for place in wanted if place in self.held}
        for place, new in wanted.items():
            self.held[place] = told_of(old.get(place), new)
        return old

    def subjects(self, subjects: Iterable[bytes], logs: Logs) -> dict[Place, Subject]:
        wanted = set(subjects)
        return {
            place: held
            for place, held in self.held.items()
            if place[1] in wanted and (logs is None or place[0] in logs)
        }

    def balances(self, subjects: Iterable[bytes], logs: Logs) -> list[tuple[bytes, Key, Row]]:
        return [
            (subject, key, replace(row))
            for subject in subjects
            for key, row in self.rows.get(subject, {}).items()
            if logs is None or key.log in logs
        ]

    def contents(self, holders: Iterable[bytes]) -> list[tuple[bytes, Key, Row]]:
        wanted = set(holders)
        return [
            (subject, key, replace(row))
            for subject, rows in self.rows.items()
            for key, row in rows.items()
            if key.holder in wanted and (row.first or row.second)
        ]

    def moved_since(self, holders: Mapping[bytes, int]) -> set[bytes]:
        return {
            subject
            for subject, postings in self.postings.items()
            for posting in postings
            if posting.holder in holders and posting.at >= holders[posting.holder]
        }

    def facts_about(self, subjects: Iterable[bytes]) -> list[Fact]:
        records = {record for subject in subjects for record in self.about.get(subject, ())}
        return [self.facts[record] for record in records if record in self.facts]

    def unexplained(self, subjects: Iterable[bytes]) -> int:
        found = (p for subject in subjects for p in self.postings.get(subject, ()))
        return sum(p.first + p.second for p in found if p.counterpart == UNEXPLAINED and p.first + p.second > 0)

    def logs(self) -> frozenset[str]:
        return self.warehouses

    def write(self, changes: Changes) -> None:
        for subject in changes.retold:
            self.rows.pop(subject, None)
            self.postings.pop(subject, None)
        self.held = {place: held for place, held in self.held.items() if place[1] not in changes.retold}
        for posting in changes.postings:
            self.postings[posting.subject].append(posting)
        for (subject, key), row in changes.balances.items():
            self.rows[subject][key] = row
        for place, held in changes.subjects.items():
            self.held[place] = replace(held, rows={}, blocks=dict(held.blocks))
        for place, held in self.held.items():
            new = changes.learnt.get(place[1])
            if new is not None:
                held.expiry, held.produced, held.blocks = new.expiry, new.produced, dict(new.blocks)
