"""Stock as it was known at a moment: told again from what had been recorded by then, of what had happened by then."""

from collections.abc import Iterable

from django.db import connection

from suyuan.capture.door import facts_known, who_is_who
from suyuan.stock.book import Book
from suyuan.stock.effects import apply
from suyuan.stock.facts import Fact
from suyuan.stock.late import bound_to
from suyuan.stock.queries import Stock


def as_known(subjects: Iterable[bytes], *, known: int, at: int | None = None) -> list[Stock]:
    """What lay where of these subjects at the microsecond `at` (default: `known`), as it was known at `known`.

    The events of each subject are read again, and those of the containers it was in: for a page about some lots, not
    for a whole warehouse.
    """
    wanted = set(subjects)
    book = _told(wanted, known, known if at is None else at)
    return [row for subject in sorted(wanted & book.subjects.keys()) for row in _rows(book, subject)]


def _told(wanted: set[bytes], known: int, at: int) -> Book:
    tracked: set[bytes] = set()
    history: dict[bytes, Fact] = {}
    frontier, who = set(wanted), who_is_who()
    with connection.cursor() as cursor:
        while frontier:
            tracked |= frontier
            for fact in facts_known(cursor, who, frontier, known):
                history[fact.record] = fact
            frontier = {other for fact in history.values() for other in bound_to(fact, tracked)} - tracked
    book = Book(frozenset(tracked))
    for fact in sorted(history.values(), key=lambda fact: fact.order):
        if fact.order[0] <= at:
            apply(book, fact)
    return book


def _rows(book: Book, subject: bytes) -> list[Stock]:
    held = book.subjects[subject]
    return [
        Stock(
            key.log, subject, key.holder, key.owner, key.receipt, key.status, row.first, row.second, row.since,
            row.kind,
            held.unit, held.second_unit, held.expiry, held.produced, dict(held.blocks), held.item, held.lot,
            held.instance, held.container, book.packed(key) and not book.in_house(key),
        )
        for key, row in held.rows.items()
        if row.first or row.second
    ]  # fmt: skip
