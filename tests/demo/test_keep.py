"""What the demo's people know of their shelves, and the clock they work by."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from suyuan.demo.company import customers, partners, with_check_digit
from suyuan.demo.shelves import Batch, Shelves
from suyuan.demo.timetable import Timetable
from suyuan.gs1.keys import is_checked

START = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 9), st.booleans()), max_size=8), st.integers(1, 200))
def test_what_is_taken_is_gone(batches: list[tuple[int, int, bool]], wanted: int) -> None:
    shelves = Shelves()
    for number, (amount, day, free) in enumerate(batches):
        shelves.put(Batch("I", f"L{number}", amount, expiry=date(2026, 1, day), free=free))
    before, there = shelves.total("I"), shelves.there("I")
    parts = shelves.take("I", wanted)
    taken = sum(part.amount for part in parts)
    assert taken == min(wanted, there)
    assert shelves.total("I") == before - taken
    assert [part.expiry for part in parts] == sorted(part.expiry for part in parts if part.expiry)


def test_what_does_not_last_is_left() -> None:
    shelves = Shelves()
    shelves.put(Batch("I", "OLD", 5, expiry=date(2026, 1, 3), free=True))
    shelves.put(Batch("I", "NEW", 5, expiry=date(2026, 1, 9), free=True))
    assert [part.lot for part in shelves.take("I", 8, date(2026, 1, 4))] == ["NEW"]


def test_processes_run_in_the_order_of_their_time() -> None:
    timetable, seen = Timetable(START), list[str]()

    def work(name: str) -> Iterator[float]:
        for number in range(2):
            seen.append(f"{name}{number} {timetable.now:%H:%M}")
            yield 90

    timetable.add(START + timedelta(minutes=30), work("b"))
    timetable.add(START, work("a"))
    moments = list(timetable.steps(START + timedelta(hours=2)))
    assert [f"{moment:%H:%M}" for moment in moments] == ["00:00", "00:30", "01:30"]
    assert seen == ["a0 00:00", "b0 00:30", "a1 01:30"]


def test_numbers_are_nobodys() -> None:
    """GS1 prefix 952 is for demonstrations; each number has its check digit and is there once."""
    everybody = partners(200)
    glns = [one.gln for one in everybody if one.gln]
    assert all(is_checked(gln) and gln.startswith("952") for gln in glns)
    assert len(set(glns)) == len(glns)
    assert len({one.code for one in everybody}) == len(everybody)
    assert with_check_digit("952640010001") == "9526400100016"


def test_every_name_is_in_both_languages() -> None:
    assert all(one.name_zh and one.name_en for one in partners(100))
    assert len({one.zh for one in customers(100)}) == 100
