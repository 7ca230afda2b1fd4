"""Reports in any order, pauses, times of leaving, punctuality: the pure part."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.delivery.kinds import ENDS, STEPS, Step
from suyuan.delivery.port import Told
from suyuan.delivery.rules import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    SLOWEST_ASK,
    Standing,
    expected_on,
    is_late,
    key_of,
    mapped,
    next_ask,
    next_cutoff,
    pause,
    punctuality,
    read_cutoffs,
    read_services,
    standing,
)
from suyuan.gs1.problems import Refused

ZONE = ZoneInfo("Asia/Shanghai")
REPORTS = st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["", "strange", *Step])), max_size=12)


def test_it_works() -> None:
    assert standing([(3, "delivered"), (1, "collected"), (2, "out_for_delivery")]) == Standing("delivered", 3)
    assert standing([(1, "delivered"), (2, "returned")]).step == "returned"
    assert standing([]) == Standing()
    assert standing([(9, "booked"), (4, "in_transit")]) == Standing("in_transit", 4)
    assert standing([(9, "booked")]) == Standing("booked", 9)


@given(REPORTS, st.randoms())
def test_the_order_in_which_they_are_told_does_not_matter(reports: list[tuple[int, str]], chance: object) -> None:
    shuffled = sorted(reports, key=lambda _one: chance.random())  # type: ignore[attr-defined]  # Hypothesis' Random
    assert standing(shuffled) == standing(reports) == standing(reports + reports)


@given(REPORTS)
def test_what_says_nothing_changes_nothing(reports: list[tuple[int, str]]) -> None:
    known = [one for one in reports if one[1] in STEPS]
    assert standing(known) == standing(reports)
    assert standing(reports).has_ended == (standing(reports).step in ENDS)


def told(**more: object) -> Told:
    values: dict[str, object] = {"at": datetime(2026, 11, 23, tzinfo=UTC), "code": "X", **more}
    return Told(**values)  # type: ignore[arg-type]  # of the test


def test_a_report_is_known_by_what_it_says_or_by_its_id() -> None:
    assert key_of(told(text="at the depot")) == key_of(told(text="at the depot ", waybill="W1"))
    assert key_of(told(text="at the depot")) != key_of(told(text="at the door"))
    assert key_of(told(id="7", text="a")) == key_of(told(id="7", text="b"))
    assert len(key_of(told(text="长" * 900))) == 64


@given(st.integers(1, 60), st.floats(0, 1))
def test_pauses_grow_and_end(tries: int, chance: float) -> None:
    assert FIRST_PAUSE / 2 <= pause(tries, chance) <= LONGEST_PAUSE
    assert pause(tries, chance) <= pause(tries + 1, 1.0)


def test_pauses_differ_from_each_other() -> None:
    assert len({pause(5) for _ in range(20)}) > 10


def test_the_longer_nothing_happens_the_more_seldom_it_is_asked() -> None:
    spans = [next_ask(timedelta(hours=hours)) for hours in (0, 1, 4, 12, 48, 480)]
    assert spans == sorted(spans)
    assert spans[-1] == SLOWEST_ASK


def test_times_of_leaving() -> None:
    cutoffs = read_cutoffs("1-5 16:30; 6 12:00")
    assert cutoffs == {**dict.fromkeys(range(1, 6), time(16, 30)), 6: time(12)}
    monday = datetime(2026, 11, 23, 16, 29, tzinfo=ZONE)
    assert next_cutoff(cutoffs, monday, ZONE) == monday.replace(minute=30)
    assert next_cutoff(cutoffs, monday.replace(minute=30), ZONE) == datetime(2026, 11, 24, 16, 30, tzinfo=ZONE)
    saturday = datetime(2026, 11, 28, 13, 0, tzinfo=ZONE)
    assert next_cutoff(cutoffs, saturday, ZONE) == datetime(2026, 11, 30, 16, 30, tzinfo=ZONE)
    assert next_cutoff({}, monday, ZONE) is None


@pytest.mark.parametrize("text", ["8 12:00", "1-5 25:00", "daily", "5-1 12:00", "1-3 12:00; 2 13:00", "1 12"])
def test_what_is_no_time_of_leaving(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_cutoffs(text)
    assert refused.value.problems[0].code == "delivery.cutoff_wrong"


def test_services() -> None:
    assert read_services("1 特快\n2=Standard\n\n3") == {"1": "特快", "2": "Standard", "3": "3"}
    for text in ("1 a\n1 b", "x" * 41):
        with pytest.raises(Refused):
            read_services(text)


def test_on_the_day_itself_is_in_time() -> None:
    days = [(date(2026, 11, 20), date(2026, 11, 20)), (date(2026, 11, 20), date(2026, 11, 21))]
    assert punctuality(days).share == 0.5
    assert punctuality([]).share is None


def test_late_is_what_should_be_there_or_will_come_too_late() -> None:
    today = date(2026, 11, 23)
    assert is_late(date(2026, 11, 22), None, "in_transit", today)
    assert not is_late(today, None, "in_transit", today)
    assert is_late(date(2026, 11, 25), date(2026, 11, 26), "in_transit", today)
    assert not is_late(date(2026, 11, 22), None, "delivered", today)
    assert not is_late(None, None, "", today)


def test_what_the_carrier_says_goes_before_what_others_took() -> None:
    begun = datetime(2026, 11, 23, tzinfo=UTC)
    ways = [timedelta(hours=hours) for hours in (10, 20, 30, 40, 50)]
    assert expected_on(date(2026, 11, 30), begun + timedelta(days=1), begun, ways) == begun + timedelta(days=1)
    assert expected_on(date(2026, 11, 30), None, begun, ways) == begun + timedelta(hours=30)
    assert expected_on(date(2026, 11, 30), None, begun, ways[:4]) == date(2026, 11, 30)


def test_a_carriers_word_is_found_in_any_case() -> None:
    words = {"DONE": "delivered", "odd": "vanished"}
    assert [mapped(words, code) for code in ("DONE", "done ", "odd", "what")] == ["delivered", "delivered", "", ""]
