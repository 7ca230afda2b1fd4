"""Does the log say what was signed? Records against leaves, leaves against tiles and roots, roots against checkpoints.

Reads the rows of a log once, in the order of its leaves, a few thousand at a time; the tree is built again on the way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db.backends.utils import CursorWrapper

from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keeping import Keeping, Signed, all_notes
from suyuan.ledger.sequencer import Header, TreeRow, read_tree
from suyuan.tlog.checkpoint import Checkpoint, open_checkpoint
from suyuan.tlog.encoding import HASH_BYTES
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Verifier
from suyuan.tlog.tiles import TILE_WIDTH, FileTiles, LevelFiles, Tile, TileStore, parse_tile_path
from suyuan.tlog.tree import EMPTY_ROOT, integrate, root

CHUNK = 4096  # rows a step: a multiple of a tile's width
MOST = 1000  # findings of one kind in one log; the rest is the same again
NO_LEAF = b"\0" * HASH_BYTES
_EVENT_ID = re.compile(rb'"eventID":"([^"\\]{1,200})"')
_COLUMNS = (
    "r.id, r.kind, r.record_time, r.nonce, r.body_hash, r.type, r.action, r.event_time, r.sequence, r.utc_offset, "
    "r.biz_step, r.disposition, r.read_point, r.biz_location, r.declares"
)
_JOINED = "LEFT JOIN ledger_record r ON r.log = l.log AND r.id = l.id"
_BODY = "LEFT JOIN ledger_body b ON b.log = l.log AND b.id = l.id"


@dataclass(frozen=True, slots=True)
class Row:
    """A leaf with its record and body, as far as they are there; `index` is None for a record that waits.

    `columns` are the record's, by name, from `type` on.
    """

    log: str
    index: int | None
    id: bytes
    header: Header | None
    columns: Mapping[str, Any]  # Any: texts, numbers and ids, each of its column's type
    month: int | None
    body: bytes | None

    @property
    def name(self) -> str:
        """How a person finds the event: its eventID where the body still gives one, else the record's id."""
        found = _EVENT_ID.search(self.body or b"")
        return found[1].decode(errors="replace") if found else self.id.hex()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint that the rows must lead to; `name` says where it was kept, "" for our own."""

    name: str
    size: int
    root: bytes


_NAMES = tuple(name.strip().removeprefix("r.") for name in _COLUMNS.split(",")[5:])


def rows_of(cursor: CursorWrapper, log: str, size: int, *, bodies: bool = True) -> Iterator[list[Row]]:
    """The leaves of a log below `size`, in order, some at a time."""
    columns, body = (f"{_COLUMNS}, b.month, b.body", _BODY) if bodies else (f"{_COLUMNS}, NULL, NULL", "")
    sql = (
        f'SELECT l."index", l.id, {columns} FROM ledger_leaf l {_JOINED} {body} '
        'WHERE l.log = %s AND l."index" >= %s AND l."index" < %s ORDER BY l."index"'
    )
    for first in range(0, size, CHUNK):
        cursor.execute(sql, [log, first, min(first + CHUNK, size)])
        yield [_row(log, row) for row in cursor.fetchall()]


def rows_waiting(cursor: CursorWrapper, log: str) -> Iterator[list[Row]]:
    """The records of a log that wait for a leaf, some at a time."""
    sql = (
        f"SELECT NULL, l.id, {_COLUMNS}, b.month, b.body, l.record_time FROM ledger_pending l {_JOINED} {_BODY} "
        "WHERE l.log = %s AND (l.record_time, l.id) > (%s, %s) ORDER BY l.record_time, l.id LIMIT %s"
    )
    last: tuple[int, bytes] = (-(2**63), b"")
    while True:
        cursor.execute(sql, [log, *last, CHUNK])
        found = cursor.fetchall()
        if not found:
            return
        last = (found[-1][-1], found[-1][1])
        yield [_row(log, row) for row in found]


def _row(log: str, row: Sequence[Any]) -> Row:
    header = None if row[2] is None else Header(_bytes(row[2]), str(row[3]), row[4], _bytes(row[5]), _bytes(row[6]))
    body = None if row[18] is None else _bytes(row[18])
    return Row(log, row[0], _bytes(row[1]), header, dict(zip(_NAMES, row[7:17], strict=True)), row[17], body)


def _bytes(value: bytes | str) -> bytes:
    """SQLite stores whatever it is given: a forger's text must be found, not stop the search."""
    return value.encode() if isinstance(value, str) else value


# -- every record once


_COUNTS: Mapping[str, str] = {
    "ledger.untracked": (
        "SELECT r.log, r.id, NULL FROM ledger_record r "
        "WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.log = r.log AND l.id = r.id) AND NOT EXISTS "
        "(SELECT 1 FROM ledger_pending p WHERE p.log = r.log AND p.record_time = r.record_time AND p.id = r.id)"
    ),
    "ledger.waits_twice": (
        'SELECT p.log, p.id, l."index" FROM ledger_pending p JOIN ledger_leaf l ON l.log = p.log AND l.id = p.id'
    ),
    "ledger.pending_orphan": (
        "SELECT p.log, p.id, NULL FROM ledger_pending p "
        "WHERE NOT EXISTS (SELECT 1 FROM ledger_record r WHERE r.log = p.log AND r.id = p.id)"
    ),
    "ledger.leaf_orphan": (
        'SELECT l.log, l.id, l."index" FROM ledger_leaf l '
        "WHERE NOT EXISTS (SELECT 1 FROM ledger_record r WHERE r.log = l.log AND r.id = l.id)"
    ),
    "ledger.leaf_twice": "SELECT log, id, COUNT(*) FROM ledger_leaf GROUP BY log, id HAVING COUNT(*) > 1",
    "ledger.body_orphan": (
        "SELECT b.log, b.id, NULL FROM ledger_body b "
        "WHERE NOT EXISTS (SELECT 1 FROM ledger_record r WHERE r.log = b.log AND r.id = b.id)"
    ),
    "ledger.item_orphan": (
        "SELECT DISTINCT i.log, i.record, NULL FROM ledger_eventitem i "
        "WHERE NOT EXISTS (SELECT 1 FROM ledger_record r WHERE r.log = i.log AND r.id = i.record)"
    ),
}


def completeness(cursor: CursorWrapper) -> Iterator[Problem]:
    """Each record has one leaf or waits for one; nothing refers to a record that is not there. A statement a rule."""
    for code, sql in _COUNTS.items():
        cursor.execute(f"{sql} LIMIT {MOST}")
        for log, key, number in cursor.fetchall():
            params = {"event": bytes(key).hex(), "log": log, "index": str(number), "count": str(number)}
            yield Problem(code, log, params)
    yield from _beyond(cursor)


def _beyond(cursor: CursorWrapper) -> Iterator[Problem]:
    cursor.execute(
        'SELECT l.log, l."index", COALESCE(t.size, 0) FROM ledger_leaf l LEFT JOIN ledger_tree t ON t.log = l.log '
        f'WHERE l."index" < 0 OR l."index" >= COALESCE(t.size, 0) LIMIT {MOST}'
    )
    for log, index, size in cursor.fetchall():
        yield Problem("ledger.leaf_beyond", log, {"log": log, "index": str(index), "size": str(size)})


def logs_of(cursor: CursorWrapper, kept: Keeping) -> list[str]:
    """Every log there is or ever was."""
    cursor.execute("SELECT log FROM ledger_tree UNION SELECT log FROM ledger_pending")
    return sorted({row[0] for row in cursor.fetchall()} | set(kept.logs()))


# -- the tree


class _Rebuilt:
    """A tree built from the rows, kept as far as its edge; each finished tile is compared with the stored one."""

    def __init__(self, store: TileStore, size: int) -> None:
        self.store, self.size = store, size
        self.edge: dict[int, tuple[str, bytes]] = {}
        self.differing: list[str] = []

    def read(self, path: str) -> bytes | None:
        known = self.edge.get(parse_tile_path(path).level)
        return known[1] if known and known[0] == path else None

    def write(self, path: str, data: bytes) -> None:
        tile = parse_tile_path(path)
        self.edge[tile.level] = (path, data)
        if tile.level and tile.covers(self.size) and self.store.read(path) != data and len(self.differing) < MOST:
            self.differing.append(path)

    def sync(self) -> None:
        """Nothing is stored."""


@dataclass(slots=True)
class TreeAudit:
    """The audit of one log's tree: `take` its rows in order, then `findings`.

    `reach`: how many leaves the tiles must have; `anchors` in any order; `copy` and `copied`: tiles kept elsewhere and
    how many leaves they have.
    """

    log: str
    tree: TreeRow
    store: TileStore
    reach: int
    anchors: Sequence[Anchor] = ()
    copy: TileStore | None = None
    copied: int = 0
    size: int = 0
    root: bytes = EMPTY_ROOT
    roots: dict[int, bytes] = field(default_factory=dict)
    holes: list[int] = field(default_factory=list)
    changed: list[tuple[int, str]] = field(default_factory=list)
    unlike_copy: list[tuple[int, str]] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)
    rebuilt: _Rebuilt = field(init=False)

    def __post_init__(self) -> None:
        self.rebuilt = _Rebuilt(self.store, self.reach)

    def take(self, rows: Sequence[Row], end: int) -> None:
        """The next rows, which should be those of all leaves from where the last ended up to `end`."""
        by_index = {row.index: row for row in rows}
        first, leaves, names = self.size, list[bytes](), list[str]()
        for index in range(first, end):
            row = by_index.get(index)
            if row is None:
                self.holes.append(index)
            leaves.append(row.header.leaf(self.log) if row and row.header else NO_LEAF)
            names.append(row.name if row else "–")
        self._compare(self.store, self.reach, first, leaves, names, self.changed)
        if self.copy:
            self._compare(self.copy, self.copied, first, leaves, names, self.unlike_copy)
        self._grow(leaves)

    def _compare(
        self,
        store: TileStore,
        reach: int,
        first: int,
        leaves: Sequence[bytes],
        names: Sequence[str],
        unlike: list[tuple[int, str]],
    ) -> None:
        for start in range(first - first % TILE_WIDTH, min(first + len(leaves), reach), TILE_WIDTH):
            path, data = _leaf_tile(store, start, reach)
            if data is None:
                self.missing[path] = None
                continue
            for index in range(max(start, first), min(start + TILE_WIDTH, first + len(leaves), reach)):
                offset = (index - start) * HASH_BYTES
                if data[offset : offset + HASH_BYTES] != leaves[index - first]:
                    unlike.append((index, names[index - first]))

    def _grow(self, leaves: Sequence[bytes]) -> None:
        """Append, stopping at each size that an anchor speaks of."""
        first = self.size
        stops = {anchor.size for anchor in self.anchors} | {self.tree.size, first + len(leaves)}
        for stop in sorted(stop for stop in stops if first < stop <= first + len(leaves)):
            self.size, self.root = integrate(self.rebuilt, self.size, leaves[self.size - first : stop - first])
            self.roots[self.size] = self.root

    def findings(self) -> Iterator[Problem]:
        """What does not agree, said once: by the event where the tiles tell which it is."""
        base = {"log": self.log, "size": str(self.tree.size)}
        for index in self.holes[:MOST]:
            yield Problem("ledger.leaf_hole", self.log, base | {"index": str(index)})
        for path in self.missing:
            yield Problem("ledger.tile_missing", self.log, base | {"path": path})
        for index, name in self.unlike_copy[:MOST]:
            yield Problem("ledger.record_copied", self.log, base | {"index": str(index), "event": name})
        yield from self._tile_findings(base)
        if self.roots.get(self.tree.size, EMPTY_ROOT) != self.tree.root and not self.holes:
            yield Problem("ledger.root_differs", self.log, base)
        for anchor in self.anchors:
            yield from self._anchor_findings(anchor)

    def _tile_findings(self, base: Mapping[str, str]) -> Iterator[Problem]:
        """Where rows and tiles differ, the signature decides which of them was changed."""
        own = [anchor for anchor in self.anchors if not anchor.name] or [Anchor("", self.tree.size, self.tree.root)]
        if all(self._agrees(anchor) for anchor in own):
            tiles = {_leaf_tile_path(index, self.reach): name for index, name in reversed(self.changed)}
            for path, name in sorted(tiles.items()):
                yield Problem("ledger.tile_damaged", self.log, {**base, "path": path, "event": name})
            for path in self.rebuilt.differing:
                yield Problem("ledger.tile_above", self.log, {**base, "path": path})
            return
        for index, name in self.changed[:MOST]:
            yield Problem("ledger.record_changed", self.log, {**base, "index": str(index), "event": name})

    def _agrees(self, anchor: Anchor) -> bool:
        return anchor.size <= self.tree.size and self.roots.get(anchor.size, EMPTY_ROOT) == anchor.root

    def _anchor_findings(self, anchor: Anchor) -> Iterator[Problem]:
        params = {"log": self.log, "name": anchor.name, "signed": str(anchor.size), "size": str(anchor.size)}
        if anchor.size > self.tree.size:
            if anchor.name:
                yield Problem("ledger.checkpoint_ahead", self.log, params | {"size": str(self.tree.size)})
        elif not self._agrees(anchor):
            if anchor.name:
                yield Problem("ledger.checkpoint_differs", self.log, params)
            elif not self.changed and not self.holes:
                yield Problem("ledger.signed_differs", self.log, params)


def _leaf_tile(store: TileStore, start: int, size: int) -> tuple[str, bytes | None]:
    """The tile of the leaves from `start` on, as far as a tree of `size` has them; a full tile serves as well."""
    path = _leaf_tile_path(start, size)
    data = store.read(path)
    return path, store.read(path.partition(".p/")[0]) if data is None else data


def _leaf_tile_path(index: int, size: int) -> str:
    number = index // TILE_WIDTH
    return Tile(0, number, min(TILE_WIDTH, size - number * TILE_WIDTH)).path


def audit_of(
    cursor: CursorWrapper,
    kept: Keeping,
    log: str,
    signed: Signed | None,
    anchors: Sequence[Anchor] = (),
    copy: TileStore | None = None,
) -> tuple[TreeAudit, list[Problem]]:
    """The audit of a log against what was `signed`, against `anchors` and a copy of its tiles; and what is wrong before
    any row is read. `signed` comes from `sequencer.recall`, called before the rows are, since a log grows meanwhile.
    """
    tree, problems = read_tree(cursor, log), list[Problem]()
    own = [Anchor("", signed.checkpoint.size, signed.checkpoint.root)] if signed else []
    if tree.checkpoint:
        problems += _shown_problems(kept, log, tree)
    copied = _copied(copy, anchors, tree.size) if copy else 0
    if copy and not copied:
        problems.append(Problem("ledger.tiles_none", log, {"log": log}))
    elif copy and (untrue := _untrue(copy, anchors, copied)):
        copy = None
        problems.append(Problem("ledger.tiles_untrue", log, {"log": log, "size": str(untrue)}))
    reach = min(signed.checkpoint.size, tree.size) if signed else 0
    return TreeAudit(log, tree, kept.store(log), reach, [*own, *anchors], copy, copied), problems


def _shown_problems(kept: Keeping, log: str, tree: TreeRow) -> list[Problem]:
    """The checkpoint that the database shows must be one that the key signed, for the size it is said to be for."""
    try:
        signer = kept.signer(log)
        if signer is None or open_checkpoint(tree.checkpoint, [signer.verifier]).size == tree.signed_size:
            return []
    except (TlogError, Refused):
        pass
    return [Problem("ledger.checkpoint_shown", log, {"log": log})]


def _copied(copy: TileStore, anchors: Sequence[Anchor], size: int) -> int:
    """How many leaves of the copy to look at: as many as a checkpoint vouches for, else as many as there are."""
    sizes = [anchor.size for anchor in anchors if anchor.size <= size]
    for wanted in sorted(sizes, reverse=True):
        if _leaf_tile(copy, (wanted - 1) // TILE_WIDTH * TILE_WIDTH, wanted)[1] is not None:
            return wanted
    return min(size, _reach_of(copy))


def _reach_of(store: TileStore) -> int:
    """How many leaves a store has: whole tiles from the front, then the widest partial one."""
    full = 0
    while store.read(Tile(0, full).path) is not None:
        full += 1
    partial = (width for width in range(TILE_WIDTH - 1, 0, -1) if store.read(Tile(0, full, width).path) is not None)
    return full * TILE_WIDTH + next(partial, 0)


def _untrue(copy: TileStore, anchors: Sequence[Anchor], copied: int) -> int:
    """The size of a checkpoint that the copy contradicts, 0 if none."""
    for anchor in anchors:
        if anchor.size == copied:
            try:
                return 0 if root(copy, copied) == anchor.root else copied
            except TlogError:
                return copied
    return 0


# -- what was kept elsewhere


def read_anchors(
    files: Sequence[Path], verifiers: Mapping[str, Sequence[Verifier]]
) -> tuple[dict[str, list[Anchor]], list[Problem]]:
    """The largest checkpoint in each file, by log, and what is wrong with the files. `verifiers` by log."""
    found: dict[str, list[Anchor]] = {}
    problems: list[Problem] = []
    keys = [verifier for own in verifiers.values() for verifier in own]
    logs = {verifier.name: log for log, own in verifiers.items() for verifier in own}
    for file in files:
        try:
            opened = [open_checkpoint(note, keys) for note in all_notes(file)]
        except OSError as error:
            problems.append(_unusable(file, error.strerror or str(error)))
        except TlogError as error:
            problems.append(Problem(error.problem.code, str(file), error.problem.params))
        else:
            for checkpoint in _largest(opened):
                anchor = Anchor(str(file), checkpoint.size, checkpoint.root)
                found.setdefault(logs[checkpoint.origin], []).append(anchor)
            if not opened:
                problems.append(_unusable(file, "–"))
    return found, problems


def _largest(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    largest: dict[str, Checkpoint] = {}
    for checkpoint in sorted(checkpoints, key=lambda one: one.size):
        largest[checkpoint.origin] = checkpoint
    return list(largest.values())


def _unusable(file: Path, reason: str) -> Problem:
    return Problem("ledger.checkpoint_bad", str(file), {"name": str(file), "reason": reason})


def copied_tiles(folder: Path, log: str, *, alone: bool) -> TileStore | None:
    """The tiles of a log in a copied folder: of SUYUAN_HOME/tiles, or of one log in it, or as they are published.

    `alone`: the folder can only be meant for this log.
    """
    name = quote(log, safe="")
    for place in (folder / name, folder) if alone or folder.name == name else (folder / name,):
        if (place / "tile").is_dir():
            return FileTiles(place)
        if (place / "level-00").is_file():
            return LevelFiles(place)
    return None
