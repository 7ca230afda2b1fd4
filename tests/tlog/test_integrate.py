"""Appending: the tree is RFC 6962's whatever the batches, and a crash in between loses and changes nothing."""

import hashlib
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.tlog.errors import TlogError
from suyuan.tlog.tiles import FileTiles, LevelFiles, MemoryTiles, TileStore, copy_tiles, tiles_of
from suyuan.tlog.tree import EMPTY_ROOT, integrate, leaf_hash, leaf_hashes, node_hash, prove_inclusion, root
from tests.tlog.reference import LEAVES, ROOTS, naive_root, numbered_leaves

SIZES = st.one_of(st.integers(0, 20), st.integers(250, 260), st.integers(505, 520), st.integers(0, 3000))


class Interrupted(Exception):
    """The machine stopped here."""


class Failing(MemoryTiles):
    """A store whose machine stops after a number of writes."""

    def __init__(self, files: dict[str, bytes], writes: int) -> None:
        super().__init__()
        self.files = files
        self.writes = writes

    def write(self, path: str, data: bytes) -> None:
        if not self.writes:
            raise Interrupted
        self.writes -= 1
        super().write(path, data)


def grow(store: TileStore, leaves: list[bytes], cuts: list[int]) -> bytes:
    size, result = 0, EMPTY_ROOT
    for start, end in pairwise([0, *sorted(cuts), len(leaves)]):
        size, result = integrate(store, size, leaves[start:end], trusted_root=result)
        store.sync()
    assert size == len(leaves)
    return result


@pytest.mark.parametrize(("size", "expected"), ROOTS.items())
def test_published_roots(size: int, expected: str) -> None:
    store = MemoryTiles()
    assert integrate(store, 0, [leaf_hash(leaf) for leaf in LEAVES[:size]]) == (size, bytes.fromhex(expected))
    assert root(store, size).hex() == expected


def test_hashes_are_prefixed() -> None:
    assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == hashlib.sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()


@given(SIZES, st.lists(st.integers(0, 3000), max_size=6))
@settings(max_examples=40, deadline=None)
def test_batches_do_not_matter(size: int, cuts: list[int]) -> None:
    leaves = numbered_leaves(size)
    store, whole = MemoryTiles(), MemoryTiles()
    result = grow(store, leaves, [cut % (size + 1) for cut in cuts])
    assert result == naive_root(leaves) == grow(whole, leaves, []) == root(store, size)
    assert whole.files.keys() == {tile.path for tile in tiles_of(size)}
    assert {path: store.files[path] for path in whole.files} == whole.files
    assert list(leaf_hashes(store, size)) == leaves


def test_three_levels() -> None:
    leaves = numbered_leaves(70_000)
    store = MemoryTiles()
    assert grow(store, leaves, [65_535, 65_536, 65_537]) == naive_root(leaves)
    paths = [tile.path for tile in tiles_of(70_000)]
    assert len(paths) == 273 + 1 + 1 + 1 + 1
    assert {"tile/0/272", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} <= set(paths)
    assert all(path in store.files for path in paths)


@given(st.integers(0, 600), st.integers(1, 600), st.integers(0, 8), st.booleans())
@settings(max_examples=60, deadline=None)
def test_interrupted_runs_are_repeated(old: int, more: int, writes: int, synced: bool) -> None:
    """Also with other leaves than the run that died had, and after that run had removed partial tiles."""
    leaves = numbered_leaves(old + more)
    store = MemoryTiles()
    before = grow(store, leaves[:old], [old // 2])
    dying = Failing(store.files, writes)
    with suppress(Interrupted):
        integrate(dying, old, [leaf_hash(b"other %d" % n) for n in range(more + 300)])
    if synced:
        dying.sync()
    assert root(store, old) == before
    assert integrate(store, old, leaves[old:], trusted_root=before) == (old + more, naive_root(leaves))
    assert root(store, old + more) == naive_root(leaves)


def test_on_disk(tmp_path: Path) -> None:
    leaves = numbered_leaves(1_000)
    store, memory = FileTiles(tmp_path / "a" / "log"), MemoryTiles()
    expected = grow(memory, leaves, [100, 300])
    assert grow(store, leaves, [100, 300]) == expected
    files = {str(path.relative_to(store.root)): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    assert files == memory.files
    assert root(FileTiles(store.root), 1_000) == expected
    assert not (store.root / "tile/0/000.p").exists()


def test_on_disk_by_level(tmp_path: Path) -> None:
    leaves = numbered_leaves(1_000)
    store = LevelFiles(tmp_path / "a" / "log")
    assert grow(store, leaves, [100, 300]) == naive_root(leaves)
    assert {path.name: path.stat().st_size for path in store.root.iterdir()} == {"level-00": 32_000, "level-01": 96}
    again = LevelFiles(store.root)
    for size in (1, 255, 256, 300, 1_000):
        assert root(again, size) == naive_root(leaves[:size])
    assert again.read("tile/0/003.p/232") == b"".join(leaves[768:])
    for path in ("tile/0/003.p/233", "tile/0/003", "tile/2/000.p/1", "tile/entries/000", "../../level-00"):
        assert again.read(path) is None


@pytest.mark.parametrize("kind", [FileTiles, LevelFiles])
def test_a_killed_process_on_disk(tmp_path: Path, kind: type[FileTiles] | type[LevelFiles]) -> None:
    leaves = numbered_leaves(700)
    before = grow(kind(tmp_path / "log"), leaves[:300], [])
    dead = kind(tmp_path / "log")
    integrate(dead, 300, [leaf_hash(b"other %d" % n) for n in range(900)])
    dead.sync()
    store = kind(tmp_path / "log")
    assert integrate(store, 300, leaves[300:], trusted_root=before) == (700, naive_root(leaves))
    store.sync()
    assert list(leaf_hashes(kind(tmp_path / "log"), 700)) == leaves


def test_copies_are_whole(tmp_path: Path) -> None:
    leaves = numbered_leaves(1_000)
    store, copy, whole = LevelFiles(tmp_path / "log"), FileTiles(tmp_path / "copy"), MemoryTiles()
    grow(store, leaves, [])
    copy_tiles(store, copy, 300)
    assert root(copy, 300) == naive_root(leaves[:300])
    copy_tiles(store, copy, 1_000, known=300)
    grow(whole, leaves, [])
    files = {path.relative_to(copy.root).as_posix() for path in copy.root.rglob("*") if path.is_file()}
    assert files - {"tile/1/000.p/1"} == whole.files.keys()
    assert all(copy.read(path) == data for path, data in whole.files.items())
    with pytest.raises(TlogError, match="is missing"):
        copy_tiles(store, MemoryTiles(), 1_001)


def test_old_size_reads_full_tile_when_partial_is_gone() -> None:
    leaves = numbered_leaves(300)
    store = MemoryTiles()
    grow(store, leaves, [100])
    assert "tile/0/000.p/100" not in store.files
    assert root(store, 100) == naive_root(leaves[:100])


def test_refuses_altered_tiles() -> None:
    leaves = numbered_leaves(300)
    store = MemoryTiles()
    before = grow(store, leaves, [])
    files = dict(store.files)
    store.files["tile/0/001.p/44"] = leaf_hash(b"forged") + store.files["tile/0/001.p/44"][32:]
    altered = dict(store.files)
    with pytest.raises(TlogError, match="another root at size 300"):
        integrate(store, 300, leaves, trusted_root=before)
    assert store.files == altered
    store.files = files
    assert integrate(store, 300, [], trusted_root=before) == (300, before)


def test_refuses_missing_and_short_tiles() -> None:
    store = MemoryTiles()
    grow(store, numbered_leaves(300), [])
    store.files["tile/0/001.p/44"] += b"x"
    with pytest.raises(TlogError, match=r"tile/0/001.p/44 should have 1408 bytes but has 1409"):
        root(store, 300)
    del store.files["tile/0/001.p/44"]
    with pytest.raises(TlogError, match=r"tile/0/001.p/44 is missing"):
        integrate(store, 300, [leaf_hash(b"")])
    store.files["tile/0/000"] = store.files["tile/0/000"][:-32]
    with pytest.raises(TlogError, match=r"tile/0/000 should have 8192 bytes"):
        prove_inclusion(store, 0, 256)


def test_refuses_what_is_not_a_hash_or_size() -> None:
    with pytest.raises(TlogError, match="31"):
        integrate(MemoryTiles(), 0, [b"x" * 31])
    with pytest.raises(TlogError, match="whole number"):
        integrate(MemoryTiles(), -1, [])
    with pytest.raises(TlogError, match="whole number"):
        root(MemoryTiles(), 2**63)
    with pytest.raises(TlogError, match="whole number"):
        root(MemoryTiles(), 10**5000)
