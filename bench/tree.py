"""The transparency log: from waiting records to leaves and tiles, and proofs out of them."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random

from bench.capture import WIDE, written_twice
from bench.factory import WAREHOUSE
from bench.figures import Figure, of_rounds
from bench.ground import Ground
from bench.raw import PostgresRaw, Raw, Row, sqlite_of
from suyuan.capture.guard import governed
from suyuan.ledger.entries import envelope
from suyuan.ledger.keeping import keeping
from suyuan.ledger.proofs import proof_text
from suyuan.ledger.sequencer import sequence
from suyuan.tlog.tiles import LevelFiles
from suyuan.tlog.tree import integrate, leaf_hash, prove_inclusion

PROOFS = 200  # a round
_WAITING = (
    "SELECT r.id, r.kind, r.record_time, r.nonce, r.body_hash FROM "
    f"(SELECT log, record_time, id FROM ledger_pending WHERE log = %s ORDER BY record_time, id LIMIT {WIDE}) p "
    "JOIN ledger_record r ON r.id = p.id AND r.log = p.log"
)
_ARRAYS = "unnest(%b::bigint[], %b::bytea[])"


def batch1000(ground: Ground, rounds: int) -> Iterator[Figure]:
    """The sequencer over 1,000 records that wait; what of it is hashing and tiles; bytes a leaf; proofs."""
    empty_queue(ground)
    products, bares, hashings, least = [], [], [], []
    for _ in range(rounds + 1):
        fill_queue(ground)
        size = len_of(ground.raw)
        spent, _ = ground.whole.spent(partial(sequence_once, ground))
        bare, rows = ground.whole.spent(partial(sequenced_by_hand, ground.raw, size))
        if len_of(ground.raw) != len_of(ground.reader):
            raise AssertionError("the copies do not hold the same leaves")
        products.append(spent / len(rows) * 1e6)
        bares.append(bare / len(rows) * 1e6)
        envelopes = [envelope(WAREHOUSE, *row) for row in rows]
        hashings.append(hashing(ground, envelopes))
        least.append(ground.meter.spent(partial(hashed_by_hand, envelopes))[0] / len(rows) * 1e6)
    name, events = ground.engine, ground.events
    yield of_rounds("tree.batch1000", name, events, "µs/leaf", products[1:], bares[1:])
    yield of_rounds("tree.hash1000", name, events, "µs/leaf", hashings[1:], least[1:])
    yield Figure("tree.bytes", name, events, bytes_a_leaf(ground), "B/leaf")
    proofs = [proving(ground) for _ in range(rounds + 1)][1:]
    yield of_rounds("tree.proof", name, events, "ms", [tiles for tiles, _ in proofs])
    yield of_rounds("tree.proof.text", name, events, "ms", [text for _, text in proofs])


def fill_queue(ground: Ground) -> None:
    """1,000 records that wait in the works' log, on both copies; what customers sign stands in another log."""
    while waiting(ground.raw) < WIDE:
        written_twice(ground, [event for event in ground.take(WIDE // 4) if event["bizStep"] != "accepting"])


def empty_queue(ground: Ground) -> None:
    if waiting(ground.raw):
        raise AssertionError("the copies begin with records that wait")


def waiting(raw: Raw) -> int:
    return int(raw.select("SELECT COUNT(*) FROM ledger_pending WHERE log = %s", [WAREHOUSE])[0][0])


def len_of(raw: Raw) -> int:
    """Leaves of the works' log."""
    found = raw.select('SELECT MAX("index") FROM ledger_leaf WHERE log = %s', [WAREHOUSE])[0][0]
    return 0 if found is None else int(found) + 1


# -- leaves


def sequence_once(ground: Ground) -> None:
    with governed():
        sequence(ground.tick(), limit=WIDE)


def sequenced_by_hand(raw: Raw, size: int) -> list[Row]:
    """The same leaves by literal statements: what waits, hashes, leaf rows, the queue without them, size and root."""
    raw.begin()
    rows = raw.select(_WAITING, [WAREHOUSE])
    root = hashed_by_hand([envelope(WAREHOUSE, *row) for row in rows])
    leaves = [(WAREHOUSE, size + n, row[0]) for n, row in enumerate(rows)]
    if isinstance(raw, PostgresRaw):
        raw.copy('COPY ledger_leaf (log, "index", id) FROM STDIN', leaves)
        done = [[row[2] for row in rows], [row[0] for row in rows]]
        match = "p.record_time = d.record_time AND p.id = d.id"
        sql = f"DELETE FROM ledger_pending p USING {_ARRAYS} AS d(record_time, id) WHERE p.log = %s AND {match}"
        raw.execute(sql, [*done, WAREHOUSE])
    else:
        lite = sqlite_of(raw)
        lite.executemany('INSERT INTO ledger_leaf (log, "index", id) VALUES (?, ?, ?)', leaves)
        gone = [(WAREHOUSE, row[2], row[0]) for row in rows]
        lite.executemany("DELETE FROM ledger_pending WHERE log = ? AND record_time = ? AND id = ?", gone)
    raw.execute("UPDATE ledger_tree SET size = %s, root = %s WHERE log = %s", [size + len(rows), root, WAREHOUSE])
    raw.commit()
    return rows


def hashed_by_hand(envelopes: Sequence[bytes]) -> bytes:
    """A hash for each envelope and one for each pair of hashes above it."""
    sha256 = hashlib.sha256
    level = [sha256(b"\0" + said).digest() for said in envelopes]
    while len(level) > 1:
        level = [sha256(b"\1" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)]
    return level[0]


# -- tiles


def hashing(ground: Ground, envelopes: Sequence[bytes]) -> float:
    """µs a leaf for the hashes of 1,000 envelopes and the tiles they end up in, on a tree of the ledger's size."""
    kept = keeping().tiles(WAREHOUSE)
    copy = kept.with_name("bench")
    shutil.copytree(kept, copy)
    os.sync()  # what was copied is not to be written at the cost of what is measured
    store, size = LevelFiles(copy), len_of(ground.reader)

    def work() -> None:
        integrate(store, size, [leaf_hash(said) for said in envelopes])
        store.sync()

    spent, _ = ground.meter.spent(work)
    shutil.rmtree(copy)
    return spent / len(envelopes) * 1e6


def bytes_a_leaf(ground: Ground) -> float:
    files = [path for path in keeping().tiles(WAREHOUSE).rglob("*") if path.is_file()]
    return sum(map(size_of, files)) / len_of(ground.reader)


def size_of(file: Path) -> int:
    return file.stat().st_size


# -- proofs


def proving(ground: Ground) -> tuple[float, float]:
    """ms for one proof of a record anywhere in the log: out of the tiles, and from the record's id to its text."""
    store, size = keeping().store(WAREHOUSE), len_of(ground.reader)
    chosen = [Random(n).randrange(size) for n in range(PROOFS)]
    sql = 'SELECT id FROM ledger_leaf WHERE log = %s AND "index" = %s'
    records = [ground.reader.select(sql, [WAREHOUSE, index])[0][0] for index in chosen]

    def out_of_tiles() -> None:
        for index in chosen:
            prove_inclusion(store, index, size)

    def as_text() -> None:
        for record in records:
            proof_text(WAREHOUSE, record)

    return ground.meter.spent(out_of_tiles)[0] / PROOFS * 1e3, ground.meter.spent(as_text)[0] / PROOFS * 1e3
