"""From waiting records to signed leaves: one batch of a log at a time (docs/decisions/0009-sequencing.md).

    read what waits → hash → commit leaves, size, root → write tiles, sync → sign, remember → show the checkpoint

The commit compares the tree's size and root with what was read, and swaps them. So of two sequencers one commits and
the other has done nothing; tiles say only what is committed, so that whoever writes them writes the same bytes. Every
step after the commit is done again by the next run if this one dies.

Writes governed tables: call it inside `capture.guard.governed()`.
"""

import os
import secrets
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.bulk import Table, insert, insert_returning, is_postgres
from suyuan.ledger.entries import envelope
from suyuan.ledger.keeping import Keeping, Signed, keeping
from suyuan.ledger.keys import micros
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Signer
from suyuan.tlog.tiles import TILE_WIDTH, Tile, TileStore
from suyuan.tlog.tree import EMPTY_ROOT, integrate, leaf_hash

BATCH = 1000
LEASE_TIME = timedelta(seconds=10)
REWRITE = 4096  # leaves a step when tiles are written anew from the rows
LEASE = Table("ledger_lease", log="text", name="text", holder="text", until="int")
TREE = Table("ledger_tree", log="text", size="int", root="bytes", checkpoint="text", signed_size="int", signed_at="int")
LEAF = Table("ledger_leaf", log="text", index="int", id="key")
_NAME = "sequencer"
_FIRST_OF_EACH = """
WITH RECURSIVE logs(log) AS (
  SELECT MIN(log) FROM ledger_pending
  UNION ALL SELECT (SELECT MIN(p.log) FROM ledger_pending p WHERE p.log > logs.log) FROM logs WHERE logs.log IS NOT NULL
) SELECT log FROM logs WHERE log IS NOT NULL UNION SELECT log FROM ledger_tree WHERE size > signed_size
"""
HEADER = "r.id, r.kind, r.record_time, r.nonce, r.body_hash"
_FRONT = "(SELECT log, record_time, id FROM ledger_pending WHERE log = %s ORDER BY record_time, id LIMIT %s) p"
_WAITING = f"SELECT {HEADER}, r.sequence FROM {_FRONT} JOIN ledger_record r ON r.id = p.id AND r.log = p.log"
# PostgreSQL takes the whole table for a few rows where it has no statistics yet; OFFSET 0 keeps it to the index.
_WAITING_POSTGRES = (
    f"SELECT r.* FROM {_FRONT} CROSS JOIN LATERAL "
    f"(SELECT {HEADER}, r.sequence FROM ledger_record r WHERE r.id = p.id AND r.log = p.log OFFSET 0) r"
)
_LEAVES = (
    f"SELECT {HEADER} FROM ledger_leaf l JOIN ledger_record r ON r.id = l.id AND r.log = l.log "
    'WHERE l.log = %s AND l."index" >= %s AND l."index" < %s ORDER BY l."index"'
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did for one log: leaves added, the size signed now. With problems nothing was signed."""

    log: str
    added: int = 0
    size: int = 0
    more: bool = False
    problems: tuple[Problem, ...] = ()


class TreeRow(NamedTuple):
    """A row of `models.Tree`, or what stands for a log without one."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    checkpoint: str = ""
    signed_size: int = 0


class Header(NamedTuple):
    """What of a record goes into its leaf, beside the log."""

    id: bytes
    kind: str
    record_time: int
    nonce: bytes
    body_hash: bytes

    def leaf(self, log: str) -> bytes:
        """The hash of the record's leaf, 32 bytes."""
        return leaf_hash(envelope(log, *self))


class _Overtaken(Exception):
    """Another sequencer has committed since the tree was read."""


def sequence(now: datetime, *, limit: int = BATCH, holder: str = "", kept: Keeping | None = None) -> list[Outcome]:
    """One batch, of up to `limit` leaves, of every log in which something waits and that nobody else is working on.

    `holder` names a process that comes again and keeps its lease meanwhile; without it the lease is given back. A log
    with problems is left as it was; the others go on.
    """
    kept = kept or keeping()
    mine = holder or new_holder()
    with connection.cursor() as cursor:
        try:
            return [
                _advance(cursor, kept, log, now, limit) for log in take_leases(cursor, waiting_logs(cursor), mine, now)
            ]
        finally:
            if not holder:
                give_back(mine)


def sequence_all(now: datetime, *, kept: Keeping | None = None) -> list[Outcome]:
    """Batch after batch until nothing waits: every outcome. Raises Refused with what kept logs from being signed."""
    holder, done, more = new_holder(), list[Outcome](), True
    try:
        while more:
            last = sequence(now, holder=holder, kept=kept)
            done += last
            more = any(outcome.more for outcome in last)
    finally:
        give_back(holder)
    problems = [problem for outcome in done for problem in outcome.problems]
    if problems:
        raise Refused(problems)
    return done


def check_all(kept: Keeping | None = None) -> list[Problem]:
    """Whether every log can be signed on: what a process asks when it starts. Nothing is changed."""
    kept = kept or keeping()
    with connection.cursor() as cursor:
        cursor.execute("SELECT log FROM ledger_tree")
        logs = {cast(str, row[0]) for row in cursor.fetchall()} | set(kept.logs())
        return [problem for log in sorted(logs) for problem in check_memory(cursor, kept, log)]


def check_memory(cursor: CursorWrapper, kept: Keeping, log: str) -> list[Problem]:
    """Whether the database is at least as far as what has been signed, and agrees with it."""
    return recall(cursor, kept, log)[1]


def recall(cursor: CursorWrapper, kept: Keeping, log: str) -> tuple[Signed | None, list[Problem]]:
    """What was signed last, and what of it contradicts the database."""
    try:
        while True:
            tree, signed = read_tree(cursor, log), kept.last_signed(log)
            problems = memory_problems(log, tree, signed, kept)
            # A sequencer at work commits before it writes tiles: what looks ahead of a tree that grew is in order.
            if not problems or read_tree(cursor, log).size == tree.size:
                return signed, problems
    except Refused as refused:
        return None, list(refused.problems)


def new_holder() -> str:
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"


# -- the lease: who works on a log. It saves work; that nothing is signed twice is the commit's business.


def waiting_logs(cursor: CursorWrapper) -> list[str]:
    """Logs in which records wait for a leaf, or leaves for a signature. One statement, whatever the queue."""
    cursor.execute(_FIRST_OF_EACH)
    return [row[0] for row in cursor.fetchall()]


def take_leases(cursor: CursorWrapper, logs: Sequence[str], holder: str, now: datetime) -> list[str]:
    rows = [(log, _NAME, holder, micros(now + LEASE_TIME)) for log in sorted(logs)]
    free = f"ledger_lease.holder = excluded.holder OR ledger_lease.until < {micros(now)}"
    taken = f"ON CONFLICT (log, name) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE {free}"
    return sorted(row[0] for row in insert_returning(cursor, LEASE, rows, taken, "log"))


def give_back(holder: str) -> None:
    """End the leases of a holder, so that the next need not wait for them to run out."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_lease SET until = 0 WHERE holder = %s AND until > 0", [holder])


# -- one log


def _advance(cursor: CursorWrapper, kept: Keeping, log: str, now: datetime, limit: int) -> Outcome:
    try:
        tree, signed = read_tree(cursor, log), kept.last_signed(log)
        _refuse(memory_problems(log, tree, signed, kept))
        signer = _signer(kept, log, tree)
        _catch_up(cursor, kept, log, tree, signed)
        batch = _waiting(cursor, log, limit)
        if batch:
            tree = _extend(cursor, kept, log, tree, batch)
        _publish(cursor, kept, log, tree, signed, signer, now)
    except _Overtaken:
        return Outcome(log, more=True)
    except Refused as refused:
        return Outcome(log, problems=refused.problems)
    except TlogError as error:
        return Outcome(log, problems=(error.problem,))
    return Outcome(log, len(batch), tree.size, len(batch) == limit)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(problems)


def memory_problems(log: str, tree: TreeRow, signed: Signed | None, kept: Keeping) -> list[Problem]:
    """Why nothing may be signed: the database is behind what was signed before, or another one than it was."""
    last = signed.checkpoint if signed else None
    params = {"log": log, "size": str(tree.size), "signed": str(last.size if last else tree.signed_size)}
    if last is None:
        code = "ledger.memory_lost" if tree.signed_size else ""
    elif tree.size < last.size:
        code = "ledger.restored"
    elif tree.size == last.size and tree.root != last.root:
        code = "ledger.forked"
    else:
        code = ""
    if not code and _reaches_beyond(kept.store(log), tree.size):
        code = "ledger.tiles_ahead"
    return [Problem(code, log, params)] if code else []


def _reaches_beyond(store: TileStore, size: int) -> bool:
    """Whether there is a leaf after the `size`-th. Tiles are written after the commit: it must have been lost since."""
    index, width = divmod(size, TILE_WIDTH)
    return store.read(Tile(0, index, width + 1).path) is not None


def _signer(kept: Keeping, log: str, tree: TreeRow) -> Signer:
    """The log's key, made for its first checkpoint and never again."""
    signer = kept.signer(log)
    if signer is None and tree.signed_size:
        raise Refused([Problem("ledger.key_lost", log, {"log": log, "file": str(kept.key_file(log))})])
    return signer or kept.new_signer(log)


def _catch_up(cursor: CursorWrapper, kept: Keeping, log: str, tree: TreeRow, signed: Signed | None) -> None:
    """Write the tiles of leaves that were committed and not signed: a run died in between.

    They grow from the root that was signed and must arrive at the root that was committed.
    """
    size, root = (signed.checkpoint.size, signed.checkpoint.root) if signed else (0, EMPTY_ROOT)
    if size < tree.size and write_tiles(cursor, kept.store(log), log, size, tree.size, root) != tree.root:
        raise Refused([Problem("ledger.forked", log, {"log": log, "size": str(tree.size), "signed": str(size)})])


def write_tiles(
    cursor: CursorWrapper, store: TileStore, log: str, start: int, end: int, root: bytes = EMPTY_ROOT
) -> bytes:
    """Write the tiles of leaves [start, end) from the rows, onto those of the tree with `root`; the root at `end`."""
    for leaves in leaf_batches(cursor, log, start, end):
        start, root = integrate(store, start, leaves, trusted_root=root)
    store.sync()
    return root


def leaf_batches(cursor: CursorWrapper, log: str, start: int, end: int) -> Iterator[list[bytes]]:
    """The leaf hashes of the rows in a range, some at a time."""
    for first in range(start, end, REWRITE):
        cursor.execute(_LEAVES, [log, first, min(first + REWRITE, end)])
        yield [Header._make(row).leaf(log) for row in cursor.fetchall()]


def _waiting(cursor: CursorWrapper, log: str, limit: int) -> list[Header]:
    """The records that come next, those of one batch of the door in the order they stood in."""
    cursor.execute(_WAITING_POSTGRES if is_postgres(cursor.db) else _WAITING, [log, limit])
    rows = sorted(cursor.fetchall(), key=lambda row: (row[2], row[5], row[0]))
    return [Header._make(row[:5]) for row in rows]


class _Staged:
    """Tiles that are read from a store and written to memory until `write_through`."""

    def __init__(self, store: TileStore) -> None:
        self.store = store
        self.files: dict[str, bytes] = {}

    def read(self, path: str) -> bytes | None:
        return self.files.get(path) or self.store.read(path)

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data

    def sync(self) -> None:
        """Memory needs none."""

    def write_through(self) -> None:
        for path, data in self.files.items():
            self.store.write(path, data)
        self.store.sync()


def _extend(cursor: CursorWrapper, kept: Keeping, log: str, tree: TreeRow, batch: Sequence[Header]) -> TreeRow:
    """Commit the leaves, then write what they say of the tiles."""
    staged = _Staged(kept.store(log))
    leaves = [header.leaf(log) for header in batch]
    size, root = integrate(staged, tree.size, leaves, trusted_root=tree.root)
    _commit(cursor, log, tree, size, root, batch)
    staged.write_through()
    return tree._replace(size=size, root=root)


def _commit(cursor: CursorWrapper, log: str, tree: TreeRow, size: int, root: bytes, batch: Sequence[Header]) -> None:
    """Leaves, size and root, and the queue without them: all or nothing. Three statements."""
    with transaction.atomic():
        _swap(cursor, log, tree, size, root)
        insert(cursor, LEAF, [(log, tree.size + n, header.id) for n, header in enumerate(batch)])
        _dequeue(cursor, log, batch)


def _swap(cursor: CursorWrapper, log: str, tree: TreeRow, size: int, root: bytes) -> None:
    """The fence: only whoever knows the tree as it is may change it, however long he slept since he read it."""
    if tree.size:
        cursor.execute(
            "UPDATE ledger_tree SET size = %s, root = %s WHERE log = %s AND size = %s AND root = %s",
            [size, root, log, tree.size, tree.root],
        )
    else:
        cursor.execute(
            f"{TREE.values} ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root "
            "WHERE ledger_tree.size = 0",
            [log, size, root, "", 0, 0],
        )
    if cursor.rowcount != 1:
        raise _Overtaken


def _dequeue(cursor: CursorWrapper, log: str, batch: Sequence[Header]) -> None:
    if is_postgres(cursor.db):
        cursor.execute(
            "DELETE FROM ledger_pending p USING unnest(%b::bigint[], %b::bytea[]) AS done(record_time, id) "
            "WHERE p.log = %s AND p.record_time = done.record_time AND p.id = done.id",
            [[header.record_time for header in batch], [header.id for header in batch], log],
        )
    else:
        cursor.executemany(
            "DELETE FROM ledger_pending WHERE log = %s AND record_time = %s AND id = %s",
            [(log, header.record_time, header.id) for header in batch],
        )


def _publish(
    cursor: CursorWrapper, kept: Keeping, log: str, tree: TreeRow, signed: Signed | None, signer: Signer, now: datetime
) -> None:
    """Sign the tree unless that has been done, and show the checkpoint; one shown meanwhile for more stays."""
    if signed is None or signed.checkpoint.size < tree.size:
        signed = kept.sign(signer, log, tree.size, tree.root)
    cursor.execute(
        "UPDATE ledger_tree SET checkpoint = %s, signed_size = %s, signed_at = %s WHERE log = %s AND signed_size < %s",
        [signed.note, signed.checkpoint.size, micros(now), log, signed.checkpoint.size],
    )


def read_tree(cursor: CursorWrapper, log: str) -> TreeRow:
    cursor.execute("SELECT size, root, checkpoint, signed_size FROM ledger_tree WHERE log = %s", [log])
    row = cursor.fetchone()
    return TreeRow._make(row) if row else TreeRow()
