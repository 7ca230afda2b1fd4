"""The tests' own databases: real commits, on both engines, apart from each other."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from tests.plugins.engines import Statements


@pytest.mark.engine
@pytest.mark.parametrize("time", [1, 2])
def test_each_test_finds_an_empty_database(engine: str, time: int) -> None:
    assert connection.vendor == engine
    assert not Session.objects.exists()
    with transaction.atomic():
        Session.objects.create(session_key=str(time), session_data="", expire_date=timezone.now())
    assert Session.objects.count() == 1


@pytest.mark.engine
def test_statements_leave_out_transaction_words(engine: str, statements: Callable[[], Statements]) -> None:
    with statements() as seen, transaction.atomic():
        Session.objects.count()
    assert len(seen) == 1, seen.sql


def test_without_the_mark_there_is_no_engine(engine: str | None) -> None:
    assert engine is None
