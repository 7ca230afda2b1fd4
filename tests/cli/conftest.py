"""The command in this process: the same `main`, a database of its own, what it prints and its exit code."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.cli.main import main
from tests.ledgers.story import GLN_A, GLN_B, Story, document
from tests.plugins.engines import Templates


@dataclass(frozen=True, slots=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # Any: each command has a shape of its own
        return json.loads(self.out)


Suyuan = Callable[..., Done]
Write = Callable[..., str]


def warehouses() -> None:
    """Warehouses a and b of the stories, made as a user makes them."""
    assert main(["warehouse", "add", "Dairy", "--gln", GLN_A, "--code", "a", "--time-zone", "UTC"]) == 0
    assert main(["warehouse", "add", "Depot", "--gln", GLN_B, "--code", "b", "--time-zone", "UTC"]) == 0


@pytest.fixture
def ledger(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """An empty ledger of two warehouses."""
    with django_db_blocker.unblock(), templates.database("sqlite", warehouses):
        yield


@pytest.fixture
def empty(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database with nothing but its tables."""
    with django_db_blocker.unblock(), templates.database("sqlite"):
        yield


@pytest.fixture
def suyuan(capsys: pytest.CaptureFixture[str]) -> Suyuan:
    def run(*words: str, lang: str = "en") -> Done:
        capsys.readouterr()
        code = main(["--lang", lang, *words])
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of bytes, of text, of JSON, or of the events of a story; its path."""

    def make(name: str, content: object) -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content)
        else:
            path.write_text(json.dumps(content))
        return str(path)

    return make


def told(text: str, story: Story | None = None) -> bytes:
    """The lines of a story as an EPCIS document."""
    story = story or Story()
    return document([story.event(line.strip()) for line in text.strip().splitlines() if line.strip()])
