"""Tests of the floors below the command kernel write to tables directly; nobody else may, in tests as in life."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import settings

from suyuan.capture import guard
from tests.settings import HOME

settings.load_profile("ci")  # the same examples each time, and no deadline: a busy machine is no fault
HERE = Path(__file__).parent
COMMANDS_ONLY = {"governance", "operations", "recall"}


def pytest_unconfigure() -> None:
    """A process that shares the tests with others ends without looking back."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Where several processes share the tests, each has its database in its own memory: it needs no name of its own."""


@pytest.fixture(autouse=True)
def nobody_has_tried() -> None:
    """Attempts to log in are counted across tests, and so are codes that were used."""
    cache.clear()


@pytest.fixture(autouse=True)
def writes_are_governed(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.path.relative_to(HERE).parts[0] in COMMANDS_ONLY:
        yield
        return
    guard.suspend("test")
    yield
    guard.resume("test")
