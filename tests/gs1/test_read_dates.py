"""Two-digit years and day 00."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.dates import full_year, parse_date, parse_minute


@pytest.mark.parametrize(("two", "year"), [(76, 2076), (77, 1977), (26, 2026), (0, 2000), (99, 1999)])
def test_century_in_2026(two: int, year: int) -> None:
    assert full_year(two, date(2026, 1, 1)) == year


@pytest.mark.parametrize(
    ("two", "today", "year"), [(1, 2098, 2101), (99, 2101, 2099), (48, 2098, 2148), (49, 2098, 2049)]
)
def test_at_the_turn_of_a_century(two: int, today: int, year: int) -> None:
    assert full_year(two, date(today, 1, 1)) == year


@given(st.integers(0, 99), st.integers(1950, 2150))
def test_always_within_49_past_and_50_to_come(two: int, today: int) -> None:
    year = full_year(two, date(today, 1, 1))
    assert year % 100 == two
    assert -49 <= year - today <= 50


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("270200", date(2027, 2, 28)),
        ("240200", date(2024, 2, 29)),
        ("240229", date(2024, 2, 29)),
        ("261231", date(2026, 12, 31)),
    ],
)
def test_day(value: str, day: date) -> None:
    assert parse_date(value) == day


def test_minute() -> None:
    assert parse_minute("2602282359") == datetime.fromisoformat("2026-02-28T23:59")
