"""Files named on the command line: `-` is standard input, gzip is unpacked, whatever the name says."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, cast

from suyuan.gs1.problems import Problem, Refused

STDIN = "-"
_GZIP = b"\x1f\x8b"


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked. Refused (cli.file_…) where it cannot be opened, or turns out unreadable inside the
    block."""
    try:
        with _raw(name) as raw:
            packed = raw.peek(2)[:2] == _GZIP
            yield cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Refused([Problem("cli.file_gzip", "", {"file": name})]) from None
    except FileNotFoundError:
        raise Refused([Problem("cli.file_missing", "", {"file": name})]) from None
    except IsADirectoryError:
        raise Refused([Problem("cli.file_folder", "", {"file": name})]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused([Problem("cli.file_unreadable", "", {"file": name, "reason": reason})]) from None


@contextmanager
def _raw(name: str) -> Iterator[io.BufferedReader]:
    if name == STDIN:
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield file


def content(name: str, limit: int) -> bytes:
    """A whole file of at most `limit` bytes, unpacked; a larger one is refused without being read."""
    with opened(name) as file:
        if name != STDIN and Path(name).stat().st_size > limit:
            raise _too_large(name, limit)
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _too_large(name, limit)
    if not data.strip():
        raise Refused([Problem("cli.file_empty", "", {"file": name})])
    return data


def _too_large(name: str, limit: int) -> Refused:
    params = {"file": name, "limit": str(limit), "mib": f"{limit / 2**20:g}"}
    return Refused([Problem("cli.file_too_large", "", params)])


@contextmanager
def written(name: str | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that appears when it is complete."""
    if name is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file, _packed(file, path) as out:
            yield out
        draft.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused([Problem("cli.file_unwritable", "", {"file": name, "reason": reason})]) from None
    finally:
        draft.unlink(missing_ok=True)


def _packed(file: BinaryIO, path: Path) -> AbstractContextManager[BinaryIO]:
    if path.suffix == ".gz":
        return cast(AbstractContextManager[BinaryIO], gzip.GzipFile(path.stem, "wb", 6, file))
    return nullcontext(file)
