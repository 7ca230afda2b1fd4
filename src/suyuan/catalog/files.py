"""Files that master data show: their bytes lie in the home folder under their hash, so none is kept twice."""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from suyuan.catalog.models import File
from suyuan.gs1.problems import Problem, Refused

LARGEST = 10 * 1024 * 1024
# The beginning of each kind that is taken: what a browser shows itself, and nothing that it would run.
_KINDS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
}


def keep_bytes(data: bytes) -> tuple[str, str]:
    """Keep the bytes of a picture or PDF; its hash (SHA-256, hex) and media type, read off the bytes.

    Harmless without its row: a file that nobody names. Refused: empty, too large, of another kind.
    """
    kind = media_type(data)
    if not kind:
        raise Refused([Problem("catalog.file_kind", "file")])
    if len(data) > LARGEST:
        raise Refused([too_large(len(data))])
    name = sha256(data).hexdigest()
    path = path_of(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
        with suppress(FileExistsError):
            Path(draft.name).replace(path)
    return name, kind


def too_large(size: int) -> Problem:
    return Problem("catalog.file_large", "file", {"size": str(size), "most": str(LARGEST // 1024 // 1024)})


def media_type(data: bytes) -> str:
    """The kind of these bytes, empty where it is none that is taken."""
    found = next((kind for kind, starts in _KINDS.items() if data.startswith(starts)), "")
    return "" if found == "image/webp" and data[8:12] != b"WEBP" else found


def path_of(name: str) -> Path:
    """Where the bytes of a hash lie."""
    home: Path = settings.SUYUAN.home
    return home / "files" / name[:2] / name


def do_add_file(*, name: str, hash: str, version: int) -> File:
    """The row of a file whose bytes are kept already; the same bytes keep the name they had first."""
    path = path_of(hash) if len(hash) == 64 and set(hash) <= set("0123456789abcdef") else None
    if path is None or not path.exists():
        raise Refused([Problem("catalog.file_unknown", "hash")])
    data = path.read_bytes()
    told = {"name": name.strip()[:200] or hash, "media_type": media_type(data), "size": len(data), "version": version}
    return File.objects.get_or_create(hash=hash, defaults=told)[0]
