"""Out of the store into the book: the goods that events name, what is in them, and what they are in."""

from collections.abc import Iterable, Mapping, Sequence

from suyuan.stock.book import Book, Subject
from suyuan.stock.changes import Found, Place, Store
from suyuan.stock.facts import Fact
from suyuan.stock.scope import scope_of


def load(store: Store, book: Book, touched: Sequence[Fact], standing: Mapping[Place, Subject]) -> None:
    merge(book, standing)
    scope = scope_of(touched)
    put(book, store.all_rows(scope.whole, scope.logs, emptied=scope.emptied))
    load_outer(store, book, scope.whole, emptied=scope.emptied)
    wholes = {one for one in scope.wholes if book.where(one)}
    # What is taken out of a container is put where the container stands.
    scope.holders |= {key.holder for key in (book.where(one) for one in scope.containers) if key}
    put(book, store.near_rows(scope))
    load_outer(store, book, scope.home | scope.coming, emptied=scope.emptied)
    load_contents(store, book, scope.containers | wholes, scope.holders)


def put(book: Book, found: Found) -> None:
    for subject, key, row in found:
        book.put(subject, key, row)


def above(facts: Iterable[Fact]) -> set[bytes]:
    """The lots and items of what the events name."""
    return {key for fact in facts for goods in fact.goods for key in (goods.lot, goods.item) if key}


def load_above(store: Store, book: Book, known: set[bytes]) -> None:
    """The lots and items of all that is loaded, but for those looked for before: a block on them counts."""
    higher = {key for held in book.subjects.values() for key in (held.lot, held.item) if key}
    merge(book, store.subjects(higher - set(book.subjects) - known, None))


def merge(book: Book, standing: Mapping[Place, Subject]) -> None:
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


def load_contents(store: Store, book: Book, containers: set[bytes], holders: set[bytes]) -> None:
    """What is inside, level by level, and what else of it lies in `holders`, where it could be taken out to."""
    seen: set[bytes] = set()
    while containers:
        seen |= containers
        found = store.contents(containers)
        inner = {subject for subject, _, _ in found}
        merge(book, store.subjects(inner - set(book.subjects), None))
        put(book, found)
        several = {subject for subject in inner if not book.subjects[subject].instance}
        put(book, store.rows_in(several, holders | containers))
        containers = {subject for subject in inner if book.subjects[subject].instance} - seen


def load_outer(store: Store, book: Book, subjects: set[bytes], *, emptied: bool = False) -> None:
    """The containers that the goods stand in, level by level, so that one on a truck is seen to be on the truck."""
    outer = {key.holder for s in subjects if s in book.subjects for key in book.subjects[s].rows if book.packed(key)}
    while outer := outer - set(book.subjects):
        merge(book, store.subjects(outer, None))
        found = store.all_rows(outer, None, emptied=emptied)
        put(book, found)
        outer = {key.holder for _, key, _ in found if book.packed(key)}
