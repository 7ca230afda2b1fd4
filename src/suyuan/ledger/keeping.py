"""What is kept beside the database, in folders of SUYUAN_HOME: tiles, signing keys, and every checkpoint ever signed.

A database can be restored to an earlier day and then knows nothing of the days after; this memory does. A checkpoint
is in it, on disk, before anybody is shown it.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from suyuan.gs1.problems import Problem, Refused
from suyuan.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from suyuan.tlog.encoding import decode64, encode64
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import ED25519, Signer, split_note
from suyuan.tlog.tiles import LevelFiles

TAIL = 8192  # bytes at the end of the memory in which the last checkpoint is looked for: some twenty-five notes
_SECRET = "PRIVATE+KEY+"
_END, _DASH = b"\n\n", "— ".encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint and the note that says it."""

    checkpoint: Checkpoint
    note: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """The folders, and the host under whose name the logs are signed."""

    home: Path
    host: str

    def origin(self, log: str) -> str:
        """The name of a new log for the world: that of its checkpoints and of its key."""
        return f"{self.host}/log/{_file_name(log)}"

    def is_name(self, log: str, name: str) -> bool:
        """Whether a log is or was signed under this name: a log that had to begin anew has a number after its own."""
        return name.partition("~")[0] == self.origin(log)

    def tiles(self, log: str) -> Path:
        return self.home / "tiles" / _file_name(log)

    def store(self, log: str) -> LevelFiles:
        return LevelFiles(self.tiles(log))

    def memory(self, log: str) -> Path:
        return self.home / "checkpoints" / _file_name(log)

    def key_file(self, log: str) -> Path:
        return self.home / "keys" / _file_name(log)

    def logs(self) -> list[str]:
        """The logs that have signed something here."""
        return sorted(unquote(path.name) for path in (self.home / "checkpoints").glob("*") if path.is_file())

    def signer(self, log: str) -> Signer | None:
        """The log's key; None where it has none. Raises Refused where the file holds something else."""
        file = self.key_file(log)
        try:
            return _read_key(file.read_text())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise Refused([Problem("ledger.key_damaged", "", {"log": log, "file": str(file)})]) from error

    def new_signer(self, log: str, name: str = "") -> Signer:
        """Make the log's key, for its owner's eyes alone; or the key that another process made meanwhile."""
        signer = Signer(name or self.origin(log), secrets.token_bytes(32))
        _create_once(self.key_file(log), _write_key(signer))
        return self.signer(log) or signer

    def last_signed(self, log: str) -> Signed | None:
        """The largest checkpoint in the memory; None where there is none.

        Raises Refused: the key is gone, or the memory holds what this key did not sign.
        """
        notes = notes_in(self.memory(log))
        if not notes:
            return None
        signer = self.signer(log)
        if signer is None:
            raise Refused([Problem("ledger.key_lost", "", {"log": log, "file": str(self.key_file(log))})])
        try:
            # The largest, not the last: a sequencer that was overtaken may have written late.
            note = max(notes, key=lambda note: parse_checkpoint(split_note(note)[0]).size)
            return Signed(open_checkpoint(note, [signer.verifier]), note)
        except TlogError as error:
            file = str(self.memory(log))
            raise Refused([Problem("ledger.memory_damaged", "", {"log": log, "file": file})]) from error

    def sign(self, signer: Signer, log: str, size: int, root: bytes) -> Signed:
        """Sign a checkpoint and remember it. The caller knows that it extends every one signed before."""
        checkpoint = Checkpoint(signer.name, size, root)
        note = sign_checkpoint(checkpoint, [signer])
        self.remember(log, note)
        return Signed(checkpoint, note)

    def remember(self, log: str, note: str) -> None:
        """Append a note to the memory, on disk when this returns; what a torn write left at the end goes."""
        file = self.memory(log)
        file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(file) as memory:
            tail, first = _tail(memory)
            end = memory.seek(0, os.SEEK_END) - (len(tail) - _whole(tail, first)[1])
            memory.truncate(end)
            memory.seek(end)
            memory.write(f"{note}\n".encode())
            memory.flush()
            os.fsync(memory.fileno())
        if end == 0:
            sync_directory(file.parent)
            sync_directory(file.parent.parent)


def keeping() -> Keeping:
    """That of this installation."""
    return Keeping(settings.SUYUAN.home, urlsplit(settings.SUYUAN.origin).netloc)


def notes_in(file: Path) -> list[str]:
    """The whole notes near the end of a memory, oldest first; what was torn by a power cut is left out."""
    try:
        with file.open("rb") as memory:
            return _whole(*_tail(memory))[0]
    except FileNotFoundError:
        return []


def all_notes(file: Path) -> list[str]:
    """Every whole note in a file: a copy of a memory, or a single checkpoint as it is published."""
    data = file.read_bytes()
    return _whole(data.rstrip(b"\n") + _END, True)[0]


def _tail(memory: BinaryIO) -> tuple[bytes, bool]:
    """The last bytes, and whether they are all there is."""
    size = memory.seek(0, os.SEEK_END)
    memory.seek(max(0, size - TAIL))
    return memory.read(), size <= TAIL


def _whole(tail: bytes, first: bool) -> tuple[list[str], int]:
    """The notes in the bytes, and where the last of them ends. Each is text, blank line, signatures, blank line."""
    notes: list[str] = []
    position = end = 0 if first else tail.find(_END) + len(_END)
    blocks: list[bytes] = []
    while (stop := tail.find(_END, position)) >= 0:
        blocks.append(tail[position:stop])
        position = stop + len(_END)
        if len(blocks) > 1 and blocks[-1].startswith(_DASH):
            notes.append((blocks[-2] + _END + blocks[-1] + b"\n").decode(errors="replace"))
            end = position
    return notes, end


def _file_name(log: str) -> str:
    return quote(log, safe="")


def _read_key(text: str) -> Signer:
    """A key in the form of Go's note package: PRIVATE+KEY+name+key id+base64(type ‖ seed)."""
    name, key_id, encoded = text.strip().removeprefix(_SECRET).split("+", 2)
    key = decode64(encoded)
    signer = Signer(name, key[1:])
    if key[:1] != bytes([ED25519]) or signer.verifier.key_id.hex() != key_id:
        raise ValueError("another key than its id says")
    return signer


def _write_key(signer: Signer) -> str:
    return f"{_SECRET}{signer.name}+{signer.verifier.key_id.hex()}+{encode64(bytes([ED25519]) + signer.seed)}\n"


def _create_once(path: Path, text: str) -> None:
    """A file that appears whole and is never replaced, for its owner alone: a key that signed must not be lost."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_directory(path.parent)
    sync_directory(path.parent.parent)


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The file, made if need be, for one writer at a time."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def sync_directory(directory: Path) -> None:
    """Put the names in a directory on disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
