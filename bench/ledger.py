"""Where built ledgers are kept for the next run, and which of them still fit. No Django in here."""

import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bench.engines import FOLDER, Engine

MARKS = "marks.json"
SOURCE = Path(__file__).resolve().parents[1] / "src" / "suyuan"
STORY = Path(__file__).with_name("factory.py")
DECIDES = ("capture/*.py", "stock/*.py", "genealogy/*.py")  # what rows come out


def folder_of(engine: str, events: int) -> Path:
    """Where the ledger is kept: another one for every schema and every story."""
    return FOLDER / f"{engine}-{events}-{_hash([*sorted(SOURCE.glob('*/migrations/0*.py')), STORY])}"


def home_of(folder: Path) -> Path:
    """The installation that was built; it is copied and never changed."""
    return folder / "kept"


def code_version() -> str:
    """Of the code that decides what rows an event leaves."""
    return _hash(file for pattern in DECIDES for file in sorted(SOURCE.glob(pattern)))


def is_built(folder: Path) -> bool:
    return (folder / MARKS).exists()


def forget(engine: Engine, folder: Path) -> None:
    engine.drop(home_of(folder))
    shutil.rmtree(folder, ignore_errors=True)


def _hash(files: Iterable[Path]) -> str:
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
