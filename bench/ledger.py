"""Where built ledgers are kept for the next run, and which of them still fit. No Django in here."""

import json
import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bench.engines import FOLDER, Engine

MARKS, SCHEMA = "marks.json", "schema.json"
SOURCE = Path(__file__).resolve().parents[1] / "src" / "suyuan"
STORY = Path(__file__).with_name("factory.py")
DECIDES = ("capture/*.py", "stock/*.py", "genealogy/*.py")  # what rows come out


def folder_of(engine: str, events: int) -> Path:
    """Where the ledger is kept: another one for every story."""
    return FOLDER / f"{engine}-{events}-{_hash([STORY])}"


def home_of(folder: Path) -> Path:
    """The installation that was built; it is copied and never changed."""
    return folder / "kept"


def code_version() -> str:
    """Of the code that decides what rows an event leaves."""
    return _hash(file for pattern in DECIDES for file in sorted(SOURCE.glob(pattern)))


def schema() -> dict[str, str]:
    """Every migration and what is in it."""
    return {str(file.relative_to(SOURCE)): _hash([file]) for file in sorted(SOURCE.glob("*/migrations/0*.py"))}


def note_schema(folder: Path) -> None:
    (folder / SCHEMA).write_text(json.dumps(schema(), indent=1))


def is_built(folder: Path) -> bool:
    """Whether there is a ledger whose tables are today's, or become so by migrating."""
    return (folder / MARKS).exists() and _migrated(folder).items() <= schema().items()


def is_begun(folder: Path) -> bool:
    """Whether a build was interrupted, and can go on since the tables are still the same."""
    return not (folder / MARKS).exists() and (folder / SCHEMA).exists() and not is_behind(folder)


def is_behind(folder: Path) -> bool:
    return _migrated(folder) != schema()


def _migrated(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / SCHEMA).read_text())
    return found


def forget(engine: Engine, folder: Path) -> None:
    engine.drop(home_of(folder))
    shutil.rmtree(folder, ignore_errors=True)


def _hash(files: Iterable[Path]) -> str:
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
