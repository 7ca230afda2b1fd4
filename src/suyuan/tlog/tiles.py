"""Where the hashes of a tree lie: the paths of C2SP tlog-tiles, and stores for them.

A store may hold tiles beyond the last signed size (left by an interrupted run): publish only what `covers` allows.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import Protocol

from suyuan.tlog.encoding import HASH_BYTES, LARGEST
from suyuan.tlog.errors import TlogError

TILE_WIDTH = 256
TILE_BYTES = TILE_WIDTH * HASH_BYTES
ENTRIES = -1
"""The level number of entry bundles, which stand beside level 0."""
MAX_ENTRY = 65_535

_TILE_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")
_STORE_PATH = re.compile(r"[a-z0-9]+(/[a-z0-9]+(\.p)?)*")


@dataclass(frozen=True, slots=True)
class Tile:
    """The `index`-th tile of a level, `width` hashes (or entries) wide: 1 … 256, 256 being a full one."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{_index_path(self.index)}" + ("" if self.width == TILE_WIDTH else f".p/{self.width}")

    def covers(self, size: int) -> bool:
        """Whether a tree of `size` leaves determines this tile, so that it may be published with its checkpoint."""
        return self.index * TILE_WIDTH + self.width <= size >> 8 * max(self.level, 0)


def _index_path(index: int) -> str:
    path = f"{index % 1000:03}"
    while index := index // 1000:
        path = f"x{index % 1000:03}/{path}"
    return path


def parse_tile_path(path: str) -> Tile:
    """The tile at `tile/<L>/<N>[.p/<W>]`, in its one canonical spelling."""
    match = _TILE_PATH.fullmatch(path)
    if not match:
        raise TlogError("tlog.tile_path", path=path[:80])
    level, index, width = match.groups()
    tile = Tile(
        ENTRIES if level == "entries" else int(level),
        int(index.replace("/", "").replace("x", "")),
        int(width) if width else TILE_WIDTH,
    )
    if tile.path != path or tile.level > 63 or not 1 <= tile.width <= TILE_WIDTH or tile.index > LARGEST:
        raise TlogError("tlog.tile_path", path=path[:80])
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """All hash tiles of a tree of `size` leaves, level by level: each full one and the partial one at the end."""
    level = 0
    while width := size >> 8 * level:
        for index in range(width // TILE_WIDTH):
            yield Tile(level, index)
        if width % TILE_WIDTH:
            yield Tile(level, width // TILE_WIDTH, width % TILE_WIDTH)
        level += 1


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length as a big-endian uint16."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TlogError("tlog.entry_length", length=len(entry))
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unpack_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle, which must end where an entry ends."""
    entries, position = [], 0
    while position < len(bundle):
        start = position + 2
        position = start + int.from_bytes(bundle[position:start], "big")
        if start > len(bundle) or position > len(bundle):
            raise TlogError("tlog.entries")
        entries.append(bundle[start:position])
    return entries


class TileStore(Protocol):
    """Bytes by path. What `write` took may be lost in a power cut until `sync` has returned."""

    def read(self, path: str) -> bytes | None: ...

    def write(self, path: str, data: bytes) -> None: ...

    def sync(self) -> None: ...


class MemoryTiles:
    """A store that dies with the process; `files` is its content by path."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._filled: set[str] = set()

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data
        if _is_full_tile(path):
            self._filled.add(path)

    def sync(self) -> None:
        """Drop the partial tiles that full ones have replaced, as `FileTiles` does."""
        for path in [path for path in self.files if path.partition(".p/")[0] in self._filled and ".p/" in path]:
            del self.files[path]
        self._filled.clear()


class FileTiles:
    """A store in a directory that a web server may serve as it is.

    Every file appears whole or not at all, its bytes on disk before its name; `sync` puts the names on disk too, and
    only then removes partial tiles whose full one now exists (tlog-tiles allows it; readers fall back to full ones).
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._directories: set[Path] = set()
        self._filled: set[str] = set()

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, None where there is nothing; an outsider's path cannot leave the directory."""
        if not _STORE_PATH.fullmatch(path):
            return None
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def write(self, path: str, data: bytes) -> None:
        if not _STORE_PATH.fullmatch(path):
            raise TlogError("tlog.tile_path", path=path[:80])
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(target, data)
        self._remember(target.parent)
        if _is_full_tile(path):
            self._filled.add(path)

    def sync(self) -> None:
        for directory in sorted(self._directories, reverse=True):
            _sync_directory(directory)
        self._directories.clear()
        for path in self._filled:
            shutil.rmtree(self.root / f"{path}.p", ignore_errors=True)
        self._filled.clear()

    def _remember(self, directory: Path) -> None:
        """Up to the root's own name: also a directory that exists may be one a killed process made and never synced."""
        while directory not in self._directories:
            self._directories.add(directory)
            if directory == self.root.parent:
                break
            directory = directory.parent


class LevelFiles:
    """A store with one growing file of hashes a level, for the process that appends.

    A tile, full or partial, is a slice of its level's file, so that a batch touches two or three files; `FileTiles` has
    to create, sync and name one for every tile, which costs more than the hashing. A torn write cannot hurt: below the
    persisted size every byte is replaced by itself. There is no place here for entry bundles.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._written: dict[Path, BufferedRandom] = {}
        self._named: set[Path] = set()

    def read(self, path: str) -> bytes | None:
        """The hashes of a tile, None where the file does not reach that far."""
        try:
            file, start, length = self._place(path)
            with file.open("rb") as hashes:
                hashes.seek(start)
                data = hashes.read(length)
        except (TlogError, FileNotFoundError):
            return None
        return data if len(data) == length else None

    def write(self, path: str, data: bytes) -> None:
        file, start, length = self._place(path)
        if len(data) != length:
            raise TlogError("tlog.tile_length", path=path, expected=length, length=len(data))
        hashes = self._open(file)
        hashes.seek(start)
        hashes.write(data)
        hashes.flush()

    def sync(self) -> None:
        for file, hashes in self._written.items():
            with hashes:
                os.fsync(hashes.fileno())
            if file not in self._named:
                _sync_directory(self.root)
                _sync_directory(self.root.parent)
                self._named.add(file)
        self._written.clear()

    def _open(self, file: Path) -> BufferedRandom:
        if file not in self._written:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
            self._written[file] = os.fdopen(descriptor, "r+b")
        return self._written[file]

    def _place(self, path: str) -> tuple[Path, int, int]:
        tile = parse_tile_path(path)
        if tile.level == ENTRIES:
            raise TlogError("tlog.tile_path", path=path)
        return self.root / f"level-{tile.level:02}", tile.index * TILE_BYTES, tile.width * HASH_BYTES


def copy_tiles(source: TileStore, target: TileStore, size: int, known: int = 0) -> None:
    """Bring a copy of the tree of `known` leaves up to `size`, so as to serve it as files or to keep it elsewhere."""
    for tile in tiles_of(size):
        if not tile.covers(known):
            data = source.read(tile.path)
            if data is None:
                raise TlogError("tlog.tile_missing", path=tile.path)
            target.write(tile.path, data)
    target.sync()


def _is_full_tile(path: str) -> bool:
    return path.startswith("tile/") and ".p/" not in path


def _write_whole(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
