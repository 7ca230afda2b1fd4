"""Events that come late, and declarations that an earlier one was wrong: the histories they touch are told again.

Only those of the goods concerned, of the containers they were in, and of the goods they were relabelled from or to;
and only from the moment of the first such event on, where what the goods were at that moment can be read off: the
balances of now less what was posted since. Two clerks who book one lot in the same moment so cost no more than the
few events of that moment, however long the lot's history is.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from suyuan.gs1.problems import Problem
from suyuan.stock.book import AGGREGATING, INBOUND, NEVER, WAYS, Book, Key, Posting, Row, Subject
from suyuan.stock.changes import Place, Store
from suyuan.stock.effects import apply
from suyuan.stock.facts import UNEXPLAINED, VARIANCE, Fact, Order
from suyuan.stock.loading import load_contents, load_outer, merge, put
from suyuan.stock.scope import goes, scope_of

Balances = dict[tuple[bytes, Key], Row]


@dataclass(slots=True)
class Again:
    """Histories told again: the book that tells them, from when on, and what had been told from then on."""

    book: Book
    subjects: frozenset[bytes]
    since: int | None
    undone: Sequence[Posting] = ()
    then: Balances = field(default_factory=dict)  # the balances that were changed since, as they were at that moment
    told: dict[Place, Subject] = field(default_factory=dict)

    def left_over(self) -> Balances:
        """Balances that the old telling had changed, as they now stand."""
        if self.since is None:
            return {}
        return {
            (subject, key): self.book.subjects[subject].rows.get(key) or row
            for (subject, key), row in self.then.items()
        }

    def newly_unexplained(self, touched: Sequence[Fact]) -> list[Problem]:
        """A correction of our own stock may not leave later events without the goods they moved, nor a return without
        the shipment it came back from; and what is right of a return may not be more than ever went there.
        """
        new = [p for p in self.book.postings if _out_of_nowhere(p)]
        own = {fact.record for fact in touched}
        lost = _brought(self.book.postings)
        lost.subtract(_brought(self.undone))
        bereft = [
            self._depends(subject, record) for (record, subject), more in lost.items() if more > 0 and record not in own
        ]
        bereft += self._never_had(touched, lost)
        if sum(p.first + p.second for p in new) <= sum(p.first + p.second for p in self.undone if _out_of_nowhere(p)):
            return bereft
        unexplained = [self._depends(p.subject, p.record) for p in new if p.record not in own]
        return [*unexplained, *bereft] or [Problem("stock.short_then", "", {})]

    def _never_had(self, touched: Sequence[Fact], more: Mapping[tuple[bytes, bytes], int]) -> list[Problem]:
        """A corrected return brings no more out of nothing than the one that was wrong did; of another lot as much."""
        returns = {fact.record for fact in touched if _is_return(fact)}
        if not any(p.record in returns for p in self.undone):
            return []  # nothing is corrected: a return of what was never sent has been asked for
        found: dict[bytes, list[tuple[bytes, int]]] = {}
        for (record, subject), amount in more.items():
            if record in returns and amount:
                found.setdefault(self._item(subject), []).append((subject, amount))
        return [
            Problem("stock.never_had", name, {"goods": name})
            for parts in found.values()
            if sum(amount for _subject, amount in parts) > 0
            for subject in dict.fromkeys(subject for subject, amount in parts if amount > 0)
            for name in [self.book.names.get(subject, subject.hex())]
        ]

    def _item(self, subject: bytes) -> bytes:
        held = self.book.subjects.get(subject)
        return held.item or subject if held else subject

    def _depends(self, subject: bytes, record: bytes) -> Problem:
        name = self.book.names.get(subject, subject.hex())
        return Problem("stock.depends", name, {"goods": name, "event": record.hex()})


def _is_return(fact: Fact) -> bool:
    return fact.step in INBOUND and fact.disposition == "returned"


def _out_of_nowhere(posting: Posting) -> bool:
    return posting.counterpart == UNEXPLAINED and posting.first + posting.second > 0


def _brought(postings: Iterable[Posting]) -> Counter[tuple[bytes, bytes]]:
    """(record, subject) → how much more of it there is by that event: what came from outside the book. A return from
    what a customer had brings nothing. What a count finds, or nothing explains, is judged elsewhere.
    """
    found: Counter[tuple[bytes, bytes]] = Counter()
    for p in postings:
        if p.counterpart not in (VARIANCE, UNEXPLAINED):
            found[p.record, p.subject] += p.first + p.second
    return found


# --- which are late --------------------------------------------------------------------------------------------------


def passed(
    store: Store, book: Book, ordered: Sequence[Fact], voided: Sequence[Fact]
) -> tuple[set[bytes], dict[bytes, int]]:
    """Subjects whose history has gone past an event only now known, or holds one that never happened; and the
    containers that these events concern, with the first moment.
    """
    late = {goods.subject for fact in voided for goods in fact.goods}
    if voided:  # what is right of a return is judged beside what was wrong of it
        late |= {goods.subject for fact in ordered if _is_return(fact) for goods in fact.goods}
    opened: dict[bytes, int] = {}
    for fact in [*voided, *ordered]:
        gone_by = {g.subject for g in fact.goods if g.subject in late or _latest(book, g.subject) > fact.order}
        # A serial that is late may have been built of other parts than now.
        containers = {g.subject for g in fact.goods if g.container or g.role == "parent" or book.holds(g.subject)}
        containers |= {g.subject for g in fact.goods if g.instance and g.subject in gone_by and goes(fact, g)}
        if gone_by & containers and fact.type in AGGREGATING:
            gone_by |= {g.subject for g in fact.goods if g.role == "child"}
        if fact.identity_preserving and gone_by:
            gone_by |= {g.subject for g in fact.goods}
        late |= gone_by
        if not containers:
            continue
        inside = {inner for container in containers for inner in book.inside(container)}
        late |= {inner for inner in inside if _last(book, inner) > fact.order}
        for one in containers | inside:
            opened[one] = min(opened.get(one, fact.order[0]), fact.order[0])
    late |= _moved_since(store, book, opened)
    return late, opened


def _moved_since(store: Store, book: Book, opened: dict[bytes, int]) -> set[bytes]:
    """What moved in or out of the containers since, and of the containers that did, level by level; `opened` grows by
    these.
    """
    moved: set[bytes] = set()
    asked = dict(opened)
    while asked:
        found = store.moved_since(asked)
        moved |= found
        since = min(asked.values())
        # One that is opened later by itself is asked again from the earlier moment.
        sooner = [key for key in found if opened.get(key, since + 1) > since]
        asked = {key: since for key in sooner if _is_container(store, book, key)}
        opened.update(asked)
        load_contents(store, book, set(asked), set())
    return moved


def _is_container(store: Store, book: Book, subject: bytes) -> bool:
    if subject not in book.subjects:
        merge(book, store.subjects([subject], None))
    held = book.subjects.get(subject)
    return held is not None and held.instance


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


# --- telling again ---------------------------------------------------------------------------------------------------


def retell(
    store: Store,
    known: Book,
    late: set[bytes],
    opened: Mapping[bytes, int],
    ordered: Sequence[Fact],
    voided: Sequence[Fact],
    *,
    guarded: bool,
) -> Again:
    """Tell the histories of the late subjects and of all bound to them, from the moment of the first of the new events
    on; from the beginning where one is declared wrong, or where it can't be read off what they were at that moment.
    """
    past = _Past(store, known, opened, ordered, frozenset(fact.record for fact in voided))
    again = None if voided else _from_moment(past, late, guarded=guarded)
    return again or _from_beginning(past, late, guarded=guarded)


@dataclass(slots=True)
class _Past:
    store: Store
    known: Book
    opened: Mapping[bytes, int]
    new: Sequence[Fact]
    gone: frozenset[bytes]

    def bound(self, late: Iterable[bytes], since: int | None, tracked: set[bytes], history: dict[bytes, Fact]) -> None:
        """Grow `tracked` by the subjects that must be told along, and `history` by their events."""
        frontier = set(late) - tracked
        while frontier:
            tracked |= frontier
            named = [fact for fact in self.new if any(g.subject in frontier for g in fact.goods)]
            for fact in [*self.store.facts_about(frontier, since), *named]:
                if fact.record not in self.gone:
                    history[fact.record] = fact
            frontier = {other for fact in history.values() for other in bound_to(fact, tracked)}
            frontier |= self._inside(tracked)
            frontier -= tracked

    def _inside(self, tracked: set[bytes]) -> set[bytes]:
        """What is in a container told anew is told with it, where an event of now concerns the container."""
        inside = {inner for container in tracked & self.opened.keys() for inner in self.known.inside(container)}
        return inside | {
            goods.subject
            for fact in self.new
            if fact.type in AGGREGATING and any(g.subject in tracked for g in fact.goods if g.role == "parent")
            for goods in fact.goods
        }

    def tell(self, book: Book, history: Mapping[bytes, Fact], *, guarded: bool) -> None:
        fresh = {fact.record for fact in self.new}
        # A block on the item or lot above counts for what is told, though it is not told itself.
        for held in list(self.known.subjects.values()):
            for key in (held.lot, held.item):
                if key is not None and key in self.known.subjects and key not in book.subjects and not book.tracks(key):
                    book.subjects[key] = replace(self.known.subjects[key], rows={})
        for fact in sorted(history.values(), key=lambda fact: fact.order):
            apply(book, fact, guarded=guarded and fact.record in fresh)


def bound_to(fact: Fact, tracked: set[bytes]) -> set[bytes]:
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


def _from_beginning(past: _Past, late: set[bytes], *, guarded: bool) -> Again:
    tracked: set[bytes] = set()
    history: dict[bytes, Fact] = {}
    past.bound(late, None, tracked, history)
    book = Book(frozenset(tracked), past.known.names)
    past.tell(book, history, guarded=guarded)
    undone = past.store.postings(tracked, None) if guarded else []
    return Again(book, frozenset(tracked), None, undone)


def _from_moment(past: _Past, late: set[bytes], *, guarded: bool) -> Again | None:
    """From the first of the new events on; None where that does not do."""
    since = past.new[0].order[0]
    tracked: set[bytes] = set()
    history: dict[bytes, Fact] = {}
    grow = set(late)
    while True:
        past.bound(grow, since, tracked, history)
        told = past.store.subjects(tracked, None)
        book = Book(frozenset(tracked), past.known.names)
        merge(book, told)
        if not all(_leaves_traits(fact, book) for fact in history.values()):
            return None
        undone = past.store.postings(tracked, since)
        then = _then(past.store, book, history.values(), undone, since)
        if then is None:
            return None
        # A container around them that has moved since is told along; one that has not stands where it stood.
        load_outer(past.store, book, tracked)
        moved = {key for key, held in book.subjects.items() if held.instance and held.last[0] >= since}
        grow = moved - tracked
        if not grow:
            break
    past.tell(book, history, guarded=guarded)
    again = Again(book, frozenset(tracked), since, undone, then, told)
    return None if _forgets_a_way(again) else again


def _leaves_traits(fact: Fact, book: Book) -> bool:
    """Whether units, dates and blocks of the subjects are the same before and after an event: what they were at an
    earlier moment is not kept.
    """
    if fact.blocks or fact.unblocks or fact.identity_preserving or fact.disposition == "returned":
        return False
    for subject, traits in fact.traits.items():
        held = book.subjects.get(subject)
        if held is None or traits.expiry not in (None, held.expiry) or traits.produced not in (None, held.produced):
            return False
    for goods in fact.goods:
        held = book.subjects.get(goods.subject)
        if held is not None and not goods.instance and goods.amount is not None and goods.unit != held.unit:
            return False
    return True


def _then(
    store: Store, book: Book, history: Collection[Fact], undone: Sequence[Posting], since: int
) -> Balances | None:
    """Put the balances of that moment into the book: those of now less what was posted since. Gives those that were
    changed since; None where it can't be said since when one of them had lain there.
    """
    subjects = book.tracked or frozenset()
    scope = scope_of(list(history))
    scope.logs, scope.since = None, since
    scope.home &= subjects
    scope.coming &= subjects
    scope.whole = set(subjects) - scope.home - scope.coming
    rows = {(subject, key): row for subject, key, row in store.all_rows(scope.whole, None)}
    rows |= {(subject, key): row for subject, key, row in store.near_rows(scope)}
    touched = {(posting.subject, posting.key) for posting in undone}
    holders = {key.holder for _, key in touched}
    found = store.rows_in({subject for subject, _ in touched}, holders, emptied=True)
    rows |= {(subject, key): row for subject, key, row in found if (subject, key) in touched}
    for posting in undone:
        row = rows[posting.subject, posting.key]
        row.first -= posting.first
        row.second -= posting.second
    for place in touched:
        row = rows[place]
        if (row.first or row.second) and row.since >= since:
            return None
    put(book, [(subject, key, row) for (subject, key), row in rows.items() if row.first or row.second])
    return {place: replace(rows[place]) for place in touched}


def _forgets_a_way(again: Again) -> bool:
    """Whether a container did not take a way that it had taken in the old telling: the empty balance that is left
    would say it had.
    """
    posted = {(p.subject, p.key) for p in again.book.postings}
    return any(
        row.kind in WAYS and place not in posted and again.book.subjects[place[0]].container
        for place, row in again.then.items()
    )
