"""Databases of their own: the story is told in many transactions."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from tests.plugins.engines import Templates

Empty = Callable[[], AbstractContextManager[object]]


@pytest.fixture
def empty(
    templates: Templates, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Empty]:
    """`with empty():` works in a new database, beside a home of its own: what was signed is remembered there."""
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path))
    with django_db_blocker.unblock():
        yield lambda: templates.database("sqlite")
