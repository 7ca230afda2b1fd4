"""The Merkle tree of RFC 6962 section 2.1 (SHA-256) over a tile store: append, root, and proofs with their checks.

A tree is its store and its size; whatever the store holds beyond that size is never looked at. Positions count from 0.
"""

import hashlib
from collections.abc import Iterator, Sequence

from suyuan.tlog.encoding import HASH_BYTES, check_number
from suyuan.tlog.errors import TlogError
from suyuan.tlog.tiles import TILE_BYTES, TILE_WIDTH, Tile, TileStore

_NODE = hashlib.sha256(b"\x01")
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def integrate(
    store: TileStore, size: int, leaves: Sequence[bytes], *, trusted_root: bytes | None = None
) -> tuple[int, bytes]:
    """Append leaf hashes to the tree of `size` leaves; return the new size and root.

    Writes tiles and does not sync: call `store.sync()` before the new size is persisted anywhere. Until then the old
    size stays valid, and the same call (or one with other leaves) may be made again. `trusted_root`, the root last
    persisted for `size`, makes damaged or replaced tiles a `TlogError` instead of a signed fork.
    """
    edges = _read_edges(store, check_number(size))
    if trusted_root is not None and _fold_edges(edges) != trusted_root:
        raise TlogError("tlog.tree_altered", size=size)
    for length in set(map(len, leaves)) - {HASH_BYTES}:
        raise TlogError("tlog.hash_length", length=length)
    new = b"".join(leaves)
    level = 0
    while new:
        if level == len(edges):
            edges.append(b"")
        edges[level], new = _extend_level(store, level, size >> 8 * (level + 1), edges[level] + new)
        level += 1
    return size + len(leaves), _fold_edges(edges)


def _extend_level(store: TileStore, level: int, index: int, hashes: bytes) -> tuple[bytes, bytes]:
    """Write the tiles of one level from tile `index` on; return its unfinished end and its finished tiles' roots."""
    count = len(hashes) // TILE_BYTES
    finished, rest = hashes[: count * TILE_BYTES], hashes[count * TILE_BYTES :]
    for number in range(count):
        store.write(Tile(level, index + number).path, finished[number * TILE_BYTES : (number + 1) * TILE_BYTES])
    if rest:
        store.write(Tile(level, index + count, len(rest) // HASH_BYTES).path, rest)
    return rest, _fold(finished, count)


def _fold(hashes: bytes, count: int = 1) -> bytes:
    """The roots over `count` runs of 2^n concatenated hashes, halved together in one buffer: one slice a node."""
    begin = _NODE.copy  # cheaper than a new hash, and than a new string with the prefix
    while len(hashes) > count * HASH_BYTES:
        nodes = []
        for i in range(0, len(hashes), 64):
            node = begin()
            node.update(hashes[i : i + 64])
            nodes.append(node.digest())
        hashes = b"".join(nodes)
    return hashes


def _read_edges(store: TileStore, size: int) -> list[bytes]:
    """The hashes after the last full tile of each level, lowest first: all that appending needs."""
    tree = _Tree(store, size)
    edges: list[bytes] = []
    while count := size >> 8 * len(edges):
        edges.append(tree.tile(len(edges), count // TILE_WIDTH) if count % TILE_WIDTH else b"")
    return edges


def _fold_edges(edges: list[bytes]) -> bytes:
    """The root: perfect subtrees from the smallest, rightmost one to the largest."""
    result: bytes | None = None
    for hashes in edges:
        while hashes:
            count = len(hashes) // HASH_BYTES
            start = (count & (count - 1)) * HASH_BYTES
            subtree, hashes = _fold(hashes[start:]), hashes[:start]
            result = subtree if result is None else node_hash(subtree, result)
    return EMPTY_ROOT if result is None else result


class _Tree:
    """The nodes of one tree size; each tile is read once."""

    def __init__(self, store: TileStore, size: int) -> None:
        self.store = store
        self.size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile as far as this size reaches."""
        key = (level, index)
        if key not in self._tiles:
            self._tiles[key] = self._read(level, index)
        return self._tiles[key]

    def _read(self, level: int, index: int) -> bytes:
        width = min(TILE_WIDTH, (self.size >> 8 * level) - index * TILE_WIDTH)
        tile, expected = Tile(level, index, width), width * HASH_BYTES
        data = self.store.read(tile.path)
        if data is None and width < TILE_WIDTH:
            # The full tile replaces its partial ones; it is written before they go, so look in this order.
            full = self.store.read(Tile(level, index).path)
            data = full[:expected] if full else None
        if data is None:
            raise TlogError("tlog.tile_missing", path=tile.path)
        if len(data) != expected:
            raise TlogError("tlog.tile_length", path=tile.path, expected=expected, length=len(data))
        return data

    def range_hash(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) for a range that RFC 6962's splitting produces."""
        count = end - start
        if count & (count - 1):
            middle = start + _split(count)
            return node_hash(self.range_hash(start, middle), self.range_hash(middle, end))
        level, height = divmod(count.bit_length() - 1, 8)
        index, offset = divmod(start >> 8 * level, TILE_WIDTH)
        first = offset * HASH_BYTES
        return _fold(self.tile(level, index)[first : first + (HASH_BYTES << height)])


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (≥ 2)."""
    return 1 << (count - 1).bit_length() - 1


def root(store: TileStore, size: int) -> bytes:
    """The Merkle Tree Hash of the first `size` leaves, at most eight tile reads."""
    return _fold_edges(_read_edges(store, check_number(size)))


def leaf_hashes(store: TileStore, size: int) -> Iterator[bytes]:
    """The leaf hashes of the tree in order, for comparing them with the ledger."""
    tree = _Tree(store, check_number(size))
    for index in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
        tile = tree._read(0, index)
        for start in range(0, len(tile), HASH_BYTES):
            yield tile[start : start + HASH_BYTES]


def prove_inclusion(store: TileStore, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, its sibling first (RFC 6962 section 2.1.1)."""
    check_number(size)
    if not 0 <= index < size:
        raise TlogError("tlog.range", index=index, size=size)
    tree, path, start, end = _Tree(store, size), [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(tree.range_hash(middle, end))
            end = middle
        else:
            path.append(tree.range_hash(start, middle))
            start = middle
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from the leaf hash `leaf` at `index` to `root` at `size` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    position, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root


def prove_consistency(store: TileStore, old: int, new: int) -> list[bytes]:
    """That the tree of `old` leaves is a prefix of the tree of `new` (RFC 6962 section 2.1.2).

    Empty for old = 0, as tlog-witness has it, and for old = new.
    """
    check_number(new)
    if not 0 <= old <= new:
        raise TlogError("tlog.range", index=old, size=new)
    if old == 0:
        return []
    tree, proof, start, end = _Tree(store, new), [], 0, new
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(tree.range_hash(middle, end))
            end = middle
        else:
            proof.append(tree.range_hash(start, middle))
            start = middle
    if start:
        proof.append(tree.range_hash(start, end))
    return proof[::-1]


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    # An old tree that is one perfect subtree is its own first node, and the proof leaves it out.
    nodes = list(proof) if position else [old_root, *proof]
    if not nodes:
        return False
    old_result = new_result = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_result, new_result = node_hash(node, old_result), node_hash(node, new_result)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new_result = node_hash(new_result, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old_result == old_root and new_result == new_root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
