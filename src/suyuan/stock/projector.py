"""New events into the stock projection, whatever order they arrive in, by the same few statements for one event as
for a thousand.

In order, events are applied to the balances as they stand. Late ones, and declarations that an earlier one was wrong,
make the histories they touch be told again (`late`).
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from suyuan.gs1.problems import Problem, Refused, distinct
from suyuan.ledger.keys import PARTNERS
from suyuan.stock.book import Book, Subject
from suyuan.stock.changes import Changes, Place, Store
from suyuan.stock.effects import apply
from suyuan.stock.facts import Fact
from suyuan.stock.late import passed, retell
from suyuan.stock.loading import above, load, load_above
from suyuan.stock.scope import logs_of


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
    load(store, book, touched, standing)
    if guarded:
        load_above(store, book, above(touched))
    changes = Changes()
    late, opened = passed(store, book, ordered, voided)
    if late:
        again = retell(store, book, late, opened, ordered, voided, guarded=guarded)
        _refuse([*again.book.problems, *(again.newly_unexplained(touched) if guarded else [])])
        changes.retold, changes.since = again.subjects, again.since
        changes.balances |= again.left_over()
        _collect(changes, again.book, {}, again.told, store.logs())
        book.skipped = changes.retold
    for fact in ordered:
        apply(book, fact, guarded=guarded)  # of a late event, the goods that are not late themselves
    _refuse(book.problems)
    _collect(changes, book, standing, told, store.logs())
    store.write(changes)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(distinct(problems))


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
    everything = {goods.subject for fact in touched for goods in fact.goods}
    if guarded:  # a block on the lot or the item counts for the serial and the lot
        everything |= above(touched)
    # What is known of a subject is known in every log: one new to its log starts with that, a new date goes everywhere.
    news = any(_news(standing.get(place), seen) for place, seen in wanted.items())
    logs = None if news else logs_of(touched)
    own = {log for log, _ in wanted}
    if len(own) == 1 and len(everything) == len(wanted):  # all of this log has just been taken
        logs = (logs or store.logs() | {PARTNERS}) - own
    if logs is None or logs:
        standing |= {p: s for p, s in store.subjects(everything, logs).items() if p not in wanted}
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
    changes.balances |= book.changed
    changed = {key for key, held in book.subjects.items() if book.tracks(key) and held.blocks != before.get(key, {})}
    places |= {(log, key) for key in changed for log in logs}
    for place in places:
        held = book.subjects.get(place[1])
        if held is None or not book.tracks(place[1]):
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
