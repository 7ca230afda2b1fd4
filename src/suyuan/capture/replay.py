"""Replay: the projections made again from the bodies alone, in order and in any other order, and compared with the
tables.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.capture.door import events_in_ledger, who_is_who
from suyuan.capture.reading import Reading
from suyuan.capture.who import Who
from suyuan.genealogy.edges import Edge, closings, edges_of
from suyuan.genealogy.projector import all_edges
from suyuan.stock.book import Book, Key, Posting, Row
from suyuan.stock.effects import apply
from suyuan.stock.facts import Fact
from suyuan.stock.memory import MemoryStore

BATCH = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a table and the replay disagree: `what` is the projection, `place` the row's key, then both sides."""

    what: str
    place: object
    table: object
    replay: object


def readings(cursor: CursorWrapper, who: Who) -> Iterator[Reading]:
    """Every event in the ledger, read again from its body, declarations and what they declare wrong included."""
    return events_in_ledger(cursor, who)


Watch = Callable[[Iterable[Any]], Iterable[Any]]  # Any: passes on what it is given, to show how far it is


def differences(seed: int = 0, watch: Watch = iter) -> list[Difference]:
    """All disagreements between the tables and a replay in order, and between that and a replay in shuffled order.

    `watch` is given the events as they are read, and then the batches of the shuffled replay.
    """
    with connection.cursor() as cursor:
        who = who_is_who()
        told = list(watch(readings(cursor, who)))
        void = {r.entry.declares for r in told if r.entry.declares is not None}
        facts = [r.fact for r in told if r.fact is not None and r.entry.id not in void]
        book = in_order(facts)
        found = [
            *_balances(cursor, book),
            *_postings(cursor, book),
            *_subjects(cursor, book),
            *_edges(cursor, told, void),
        ]
    return [*found, *_shuffled(facts, book, frozenset(who.directory.warehouses), seed, watch)]


def in_order(facts: Iterable[Fact]) -> Book:
    """The whole stock book, told from the beginning."""
    book = Book()
    for fact in sorted(facts, key=lambda fact: fact.order):
        apply(book, fact)
    return book


def shuffled(
    facts: Sequence[Fact], warehouses: frozenset[str], seed: int, batch: int = BATCH, watch: Watch = iter
) -> MemoryStore:
    """The projection after the events came in another order, a few at a time."""
    chance = random.Random(seed)
    mixed = list(facts)
    chance.shuffle(mixed)
    store, parts = MemoryStore(warehouses), list[list[Fact]]()
    while mixed:
        size = chance.randint(1, batch)
        parts.append(mixed[:size])
        del mixed[:size]
    for part in watch(parts):
        store.arrive(part)
    return store


Balance = tuple[bytes, Key]


def _held(rows: Iterable[tuple[bytes, Key, Row]]) -> dict[Balance, Row]:
    return {(subject, key): row for subject, key, row in rows if row.first or row.second}


def _book_rows(book: Book) -> Iterator[tuple[bytes, Key, Row]]:
    return ((subject, key, row) for subject, held in book.subjects.items() for key, row in held.rows.items())


def _balances(cursor: CursorWrapper, book: Book) -> list[Difference]:
    cursor.execute(
        "SELECT subject, log, holder, owner, receipt, status, quantity, second, since, kind FROM stock_balance"
    )
    table = _held(
        (bytes(r[0]), Key(r[1], bytes(r[2]), bytes(r[3]), bytes(r[4]), r[5]), Row(*r[6:])) for r in cursor.fetchall()
    )
    return _compare("balance", table, _held(_book_rows(book)))


def _postings(cursor: CursorWrapper, book: Book) -> list[Difference]:
    columns = "log, record, subject, number, at, holder, owner, receipt, status, quantity, second, counterpart"
    cursor.execute(f"SELECT {columns} FROM stock_posting")
    table = {Posting._make(map(_plain, row)): 1 for row in cursor.fetchall()}
    return _compare("posting", table, dict.fromkeys(book.postings, 1))


def _subjects(cursor: CursorWrapper, book: Book) -> list[Difference]:
    """Blocks and dates as the tables have them, in whatever log."""
    cursor.execute("SELECT log, subject, expiry, produced, blocks FROM stock_subject")
    table = {(bytes(row[1]), row[0]): (row[2], row[3], _blocks(row[4])) for row in cursor.fetchall()}
    told = {
        (subject, log): (held.expiry, held.produced, {key.hex(): kind for key, kind in held.blocks.items()})
        for subject, log in table
        if (held := book.subjects.get(subject))
    }
    return _compare("subject", table, told)


def _blocks(text: str) -> dict[str, str]:
    return dict(json.loads(text)) if text else {}


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _edges(cursor: CursorWrapper, told: Sequence[Reading], void: set[bytes]) -> list[Difference]:
    happenings = [r.happening for r in told if r.happening is not None and r.entry.id not in void]
    drawn = [edge for event in happenings for edge in edges_of(event)]
    stays = {_edge_place(edge): edge for edge in closings(drawn)}
    replay = {_edge_place(edge): stays.get(_edge_place(edge), edge) for edge in drawn}
    table = {_edge_place(edge): edge for edge in all_edges(cursor)}
    return _compare("edge", table, replay)


def _edge_place(edge: Edge) -> tuple[bytes, bytes, str, bytes, str]:
    return (edge.parent, edge.child, edge.kind, edge.record, edge.log)


def _shuffled(
    facts: Sequence[Fact], book: Book, warehouses: frozenset[str], seed: int, watch: Watch
) -> list[Difference]:
    # Every late event has histories told again, so a long ledger comes in a few dozen batches, or would never end.
    store = shuffled(facts, warehouses, seed, max(BATCH, len(facts) // 25), watch)
    rows = ((subject, key, row) for subject, held in store.rows.items() for key, row in held.items())
    told = {posting: 1 for postings in store.posted.values() for posting in postings}
    return [
        *_compare("shuffled balance", _held(_book_rows(book)), _held(rows)),
        *_compare("shuffled posting", dict.fromkeys(book.postings, 1), told),
    ]


def _compare(what: str, table: Mapping[Any, object], replay: Mapping[Any, object]) -> list[Difference]:
    places = [place for place in {**table, **replay} if table.get(place) != replay.get(place)]
    return [Difference(what, place, table.get(place), replay.get(place)) for place in places]
