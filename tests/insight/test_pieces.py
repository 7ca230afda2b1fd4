"""Many days of events, cut into pieces."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suyuan.insight.reports import running
from suyuan.insight.reports.running import windows
from suyuan.ledger.keys import micros

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
END = BEGIN + timedelta(microseconds=50)


def nth(times: list[int], since: int, until: int, n: int) -> int | None:
    """As the statement answers."""
    inside = sorted(at for at in times if since <= at < until)
    return inside[n] if n < len(inside) else None


@given(st.lists(st.integers(0, 49), max_size=40), st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_event_is_in_one_piece(times: list[int], most: int) -> None:
    told = [micros(BEGIN) + at for at in times]
    with patch.object(running, "_nth", lambda since, until, n: nth(told, since, until, n)):
        found = windows(BEGIN, END, most)
    assert (found[0][0], found[-1][1]) == (BEGIN, END)
    assert all(one[1] == other[0] for one, other in pairwise(found))
    for since, until in found:
        inside = [at for at in told if micros(since) <= at < micros(until)]
        assert len(inside) <= most or len(set(inside)) == 1


@pytest.mark.django_db
def test_of_few_events_there_is_one_piece() -> None:
    assert windows(BEGIN, END, 5) == [(BEGIN, END)]
