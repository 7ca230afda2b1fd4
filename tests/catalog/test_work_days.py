"""Working days counted."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.rules import Calendar

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_it_works() -> None:
    """Before the long holiday of October 2026, with the Saturday after it worked."""
    holidays = {date(2026, 10, 1) + timedelta(days=n) for n in range(7)}
    calendar = Calendar(holidays, {date(2026, 10, 10)})
    assert calendar.after(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert calendar.after(date(2026, 9, 30), 0) == date(2026, 9, 30)


@given(DAYS, st.integers(1, 60), st.sets(DAYS), st.sets(DAYS))
def test_so_many_working_days_lie_between(day: date, count: int, off: set[date], on: set[date]) -> None:
    calendar = Calendar(off, on - off)
    found = calendar.after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert sum(calendar.works(one) for one in between) == count
    assert calendar.works(found)
    assert all(one.weekday() < 5 or one in on for one in between if calendar.works(one))
