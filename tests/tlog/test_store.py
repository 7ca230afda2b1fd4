"""Where tiles lie: paths as tlog-tiles writes them, and a directory safe from power cuts and outsiders' paths."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.tlog.errors import TlogError
from suyuan.tlog.tiles import (
    ENTRIES,
    FileTiles,
    LevelFiles,
    Tile,
    pack_entries,
    parse_tile_path,
    tiles_of,
    unpack_entries,
)

PATHS = {
    "tile/0/000": Tile(0, 0),
    "tile/0/x001/234": Tile(0, 1234),
    "tile/1/x001/x234/067.p/255": Tile(1, 1_234_067, 255),
    "tile/63/005.p/1": Tile(63, 5, 1),
    "tile/entries/x001/000": Tile(ENTRIES, 1000),
}


@pytest.mark.parametrize(("path", "tile"), PATHS.items())
def test_paths(path: str, tile: Tile) -> None:
    assert parse_tile_path(path) == tile
    assert tile.path == path


@given(st.integers(-1, 63), st.integers(0, 2**50), st.integers(1, 256))
def test_paths_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/0/000.p",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../0/000",
        "checkpoint",
        "tile/0/" + "x999/" * 6 + "999",
    ],
)
def test_refuses_other_paths(path: str) -> None:
    with pytest.raises(TlogError, match="not the path of a tile"):
        parse_tile_path(path)


def test_covers_what_a_checkpoint_determines() -> None:
    assert Tile(0, 1, 44).covers(300)
    assert Tile(0, 1, 10).covers(300)
    assert not Tile(0, 1, 45).covers(300)
    assert not Tile(0, 1).covers(300)
    assert Tile(1, 0, 1).covers(300)
    assert not Tile(1, 0, 2).covers(511)
    assert Tile(1, 0, 2).covers(512)
    assert Tile(ENTRIES, 0).covers(256)
    assert list(tiles_of(0)) == []
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert all(tile.covers(70_000) for tile in tiles_of(70_000))


def test_reads_only_inside_its_directory(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"key")
    store = FileTiles(tmp_path / "log")
    store.write("tile/0/000.p/1", b"x" * 32)
    assert store.read("tile/0/000.p/1") == b"x" * 32
    for path in (
        "../secret",
        "tile/../../secret",
        "/etc/passwd",
        "tile",
        "tile/0/000.p/1/2",
        "",
        "tile//0",
        "tile/0/000\0",
    ):
        assert store.read(path) is None
    for path in ("../secret", "/secret", "tile/0/.hidden", ""):
        with pytest.raises(TlogError):
            store.write(path, b"")
    assert (tmp_path / "secret").read_bytes() == b"key"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileTiles(tmp_path)
    store.write("tile/0/000", b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.write("tile/0/000", b"new")
    assert [path.name for path in (tmp_path / "tile/0").iterdir()] == ["000"]
    assert store.read("tile/0/000") == b"old"


def test_bytes_reach_the_disk_before_names_and_names_before_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        partial = (tmp_path / "log/tile/0/000.p").exists()
        steps.append(
            f"sync {'directory ' + target.name if target.is_dir() else 'file'}{' partial kept' if partial else ''}"
        )
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        steps.append(f"name {target.name}")
        real_replace(source, target)

    store = FileTiles(tmp_path / "log")
    store.write("tile/0/000.p/1", b"x" * 32)
    store.sync()
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    store.write("tile/0/000", b"x" * 8192)
    store.sync()
    assert steps[:2] == ["sync file partial kept", "name 000"]
    assert set(steps[2:]) == {f"sync directory {name} partial kept" for name in ("0", "tile", "log", tmp_path.name)}
    assert not (tmp_path / "log/tile/0/000.p").exists()


def test_level_files_take_only_whole_hash_tiles(tmp_path: Path) -> None:
    store = LevelFiles(tmp_path / "log")
    with pytest.raises(TlogError, match="should have 64 bytes but has 32"):
        store.write("tile/0/000.p/2", b"x" * 32)
    for path in ("tile/entries/000", "../level-00", "tile/0/0"):
        with pytest.raises(TlogError, match="not the path of a tile"):
            store.write(path, b"x" * 32)
    assert not (tmp_path / "log").exists()


def test_level_files_sync_bytes_and_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store = LevelFiles(tmp_path / "log")
    for _ in range(2):
        store.write("tile/0/000.p/1", b"x" * 32)
        assert store.read("tile/0/000.p/1") == b"x" * 32
        store.sync()
    assert synced == ["level-00", "log", tmp_path.name, "level-00"]


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_entry_bundles(entries: list[bytes]) -> None:
    bundle = pack_entries(entries)
    assert unpack_entries(bundle) == entries
    if entries:
        with pytest.raises(TlogError, match="middle of an entry"):
            unpack_entries(bundle[:-1])


def test_an_entry_has_at_most_65535_bytes() -> None:
    assert unpack_entries(pack_entries([b"x" * 65_535])) == [b"x" * 65_535]
    with pytest.raises(TlogError, match="65536 bytes"):
        pack_entries([b"x" * 65_536])
