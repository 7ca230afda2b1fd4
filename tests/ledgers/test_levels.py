"""How much the last day presses: days, a share of the shelf life, or what is usual."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.stock.states import Level, Marks, is_expired, level_days, level_of

NONE = (None, None)


@pytest.mark.parametrize(
    ("days", "percent", "life", "levels"),
    [
        ((20, 10), NONE, 28, (20, 10)),
        ((20, None), NONE, None, (20, 5)),
        ((None, 5), NONE, 28, (5, 5)),
        (NONE, NONE, 28, (9, 2)),
        (NONE, NONE, 3, (1, 0)),
        (NONE, NONE, None, (30, 7)),
        ((5, 10), NONE, None, (10, 10)),
        (NONE, (50, 25), 28, (14, 7)),
        (NONE, (33, None), 100, (33, 10)),
        ((20, None), (50, 25), 28, (20, 7)),  # whichever comes first
        ((10, 2), (50, 25), 28, (14, 7)),
        ((10, 2), (50, 25), None, (10, 2)),  # of a life that nobody knows there is no share
        (NONE, (50, 25), None, (30, 7)),
        (NONE, (0, 0), 28, (0, 0)),
    ],
)
def test_days_of_warning(days: Marks, percent: Marks, life: int | None, levels: tuple[int, int]) -> None:
    assert level_days(days, percent, life, 30) == levels


def level(expiry: int | None, produced: int | None, today: int, life: int | None) -> Level | None:
    return level_of(expiry, produced, today, days=NONE, percent=(50, 25), life=life, otherwise=30)


def test_of_the_life_of_the_item() -> None:
    assert [level(100, 0, 100 - left, 28) for left in (15, 14, 8, 7, 0, -1)] == [
        None, Level.WARN, Level.WARN, Level.URGENT, Level.URGENT, None,
    ]  # fmt: skip


def test_of_the_life_of_the_lot_where_the_item_has_none() -> None:
    assert [level(100, 60, 100 - left, None) for left in (21, 20, 10)] == [None, Level.WARN, Level.URGENT]
    assert level(None, 60, 100, None) is None


def test_the_last_day_is_inclusive() -> None:
    day = date(2026, 12, 15)
    assert not is_expired(day, day)
    assert is_expired(day, day + timedelta(days=1))
    assert not is_expired(None, day)


MARKS = st.tuples(*[st.none() | st.integers(0, 100)] * 2)


@given(MARKS, MARKS, st.none() | st.integers(0, 400), st.integers(0, 90), st.integers(0, 500), st.integers(0, 500))
def test_it_only_ever_presses_more(
    days: Marks, percent: Marks, life: int | None, otherwise: int, today: int, later: int
) -> None:
    """Until the goods expire; and then this says nothing, since their state does."""
    order = [None, Level.WARN, Level.URGENT]
    told = [
        level_of(500, 100, day, days=days, percent=percent, life=life, otherwise=otherwise)
        for day in sorted((today, later))
    ]
    assert order.index(told[0]) <= order.index(told[1])
    assert level_of(500, 100, 501, days=days, percent=percent, life=life, otherwise=otherwise) is None
