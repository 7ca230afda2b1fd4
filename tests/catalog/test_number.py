"""Numbers that are handed out: lots by template, SSCCs by prefix, both from a counter that never gives one twice."""

import threading
from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.rules import (
    CSET82,
    DEFAULT_LOT_TEMPLATE,
    lot_prefix,
    overlapping,
    render_lot_number,
    shift_of,
    sscc,
    template_problems,
)
from suyuan.catalog.writes import next_numbers
from suyuan.gs1.identifiers import sscc_uri
from suyuan.gs1.problems import Refused
from tests.plugins.engines import Statements

DAY = date(2025, 11, 21)


def test_it_works() -> None:
    assert render_lot_number(DEFAULT_LOT_TEMPLATE, site="HZ", line="2", shift="A", date=DAY, seq=7) == "HZ251121A007"
    assert lot_prefix(DEFAULT_LOT_TEMPLATE, site="HZ", line="2", shift="A", date=DAY) == "HZ251121A#"


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        ("{site}-{line}-{date:%Y%j}-{seq:04}", []),
        ("{site}{date}{seq}", []),
        ("{date}{seq}", ["catalog.template_once"]),
        ("{site}{site}{date}", ["catalog.template_once", "catalog.template_once"]),
        ("{site}{seq:x}", ["catalog.template_field"]),
        ("{site}{seq}{date:%c}", ["catalog.template_field"]),
        ("{site.__class__}{seq}", ["catalog.template_field", "catalog.template_once"]),
        ("{site!r}{seq}", ["catalog.template_field"]),
        ("{site:>99999999}{seq}", ["catalog.template_field"]),
        ("批{site}{seq}", ["catalog.template_characters"]),
        ("{site} {seq}", ["catalog.template_characters"]),
        ("{site{seq}", ["catalog.template_syntax"]),
        ("{site}{seq}{", ["catalog.template_syntax"]),
        ("", ["catalog.template_once", "catalog.template_once"]),
    ],
)
def test_a_template_says_the_plant_and_a_sequence_and_nothing_strange(template: str, codes: list[str]) -> None:
    assert [problem.code for problem in template_problems(template)] == codes
    if codes:
        with pytest.raises(Refused):
            render_lot_number(template, site="HZ", line="", shift="A", date=DAY, seq=1)


@pytest.mark.parametrize(
    ("line", "seq", "code"), [("线", 1, "catalog.lot_characters"), ("L" * 9, 1234, "catalog.lot_too_long")]
)
def test_a_lot_number_fits_a_barcode(line: str, seq: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        render_lot_number("{site}{date:%y%m%d}{line}{seq:03}", site="HZ", line=line, shift="", date=DAY, seq=seq)
    assert [problem.code for problem in refused.value.problems] == [code]


tokens = st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True)
shifts = st.sampled_from("ABC")
days = st.dates(date(2020, 1, 1), date(2069, 12, 31))
Lot = tuple[str, str, date, int]
lots = st.tuples(tokens, shifts, days, st.integers(1, 99_999))


@given(lots, lots)
def test_two_lots_have_two_numbers(one: Lot, other: Lot) -> None:
    def number(lot: Lot) -> str:
        site, shift, day, seq = lot
        return render_lot_number(DEFAULT_LOT_TEMPLATE, site=site, line="", shift=shift, date=day, seq=seq)

    if one[0] != other[0] and overlapping(one[0], [other[0]]):
        return  # two such warehouses cannot be
    assert CSET82.fullmatch(number(one))
    assert (number(one) == number(other)) == (one == other)


@pytest.mark.parametrize(
    ("at", "shift"),
    [(time(0), "C"), (time(7, 59), "C"), (time(8), "A"), (time(15, 59, 59), "A"), (time(16), "B"), (time(23, 59), "B")],
)
def test_the_day_has_three_shifts(at: time, shift: str) -> None:
    assert shift_of(at) == shift


def test_a_night_shift_reaches_over_midnight() -> None:
    two = ((time(6), "D"), (time(18), "N"))
    assert [shift_of(time(hour), two) for hour in (0, 5, 6, 17, 18, 23)] == ["N", "N", "D", "D", "N", "N"]


def test_an_sscc_counts_through_its_extension_digit_and_ends() -> None:
    assert sscc("690123400000", 0) == "069012340000000009"
    assert sscc("690123400000", 99_999).startswith("96901234000009999")
    with pytest.raises(Refused) as refused:
        sscc("690123400000", 100_000)
    assert [problem.code for problem in refused.value.problems] == ["catalog.sscc_exhausted"]


@given(st.from_regex(r"[0-9]{7,14}", fullmatch=True), st.integers(0, 999))
def test_every_sscc_is_one(prefix: str, number: int) -> None:
    digits = sscc(prefix, min(number, 10 ** (17 - len(prefix)) - 1))
    assert sscc_uri(digits).endswith(digits)
    assert digits[1:].startswith(prefix)


@pytest.mark.engine
def test_counting_starts_at_one_and_takes_one_statement(statements: Callable[[], Statements]) -> None:
    with statements() as seen:
        first = next_numbers(log="hz", prefix="HZ251121A#", count=3)
    assert (first, len(seen)) == (1, 1)
    assert next_numbers(log="hz", prefix="HZ251121A#") == 4
    assert next_numbers(log="hz", prefix="HZ251121B#") == 1
    assert next_numbers(log="sh", prefix="HZ251121A#") == 1


@pytest.mark.engine
def test_many_at_once_never_get_the_same() -> None:
    taken: list[int] = []

    def take() -> None:
        try:
            for _ in range(10):
                first = next_numbers(log="hz", prefix="x", count=3)
                taken.extend(range(first, first + 3))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 121))
