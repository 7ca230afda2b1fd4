"""A home of its own for every test: tiles, keys and memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from suyuan.ledger.keeping import Keeping
from tests.plugins.engines import Templates


@pytest.fixture
def kept(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path / "home", "trace.example")


@pytest.fixture
def sqlite_file(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database that can be copied and put back."""
    with django_db_blocker.unblock(), templates.database("sqlite"):
        yield
