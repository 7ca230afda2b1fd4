"""The tables of ISO 2859-1, against the printed ones and against the rule that they are built by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.inspection.iso2859 import AQLS, LETTERS, LEVELS, Sampling, Severity, letter_of, plan_of, sampling_of
from tests.inspection import published

PRINTED = {
    Severity.NORMAL: published.NORMAL,
    Severity.TIGHTENED: published.TIGHTENED,
    Severity.REDUCED: published.REDUCED,
}
SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
# Along the diagonals (letter + AQL) the acceptance numbers are the same; between 0 and 1 stand the arrows.
DIAGONALS = {
    Severity.NORMAL: {14: 0, 17: 1, 18: 2, 19: 3, 20: 5, 21: 7, 22: 10, 23: 14, 24: 21, 25: 30, 26: 44},
    Severity.TIGHTENED: {15: 0, 18: 1, 19: 2, 20: 3, 21: 5, 22: 8, 23: 12, 24: 18, 25: 27, 26: 41},
    Severity.REDUCED: {14: 0, 18: 1, 19: 2, 20: 3, 21: 5, 22: 6, 23: 8, 24: 10, 25: 14, 26: 21},
}
LAST_SMALL = 4  # letters up to E have the two longest diagonals


@pytest.mark.parametrize("severity", list(Severity))
def test_every_cell_is_the_printed_one(severity: Severity) -> None:
    rows = [line.split() for line in PRINTED[severity].strip().splitlines()]
    assert [row[0] for row in rows] == list(LETTERS[:16])
    for letter, *cells in rows:
        found = [plan_of(letter, aql, severity) for aql in AQLS]
        assert [f"{plan.letter}{plan.accept}" for plan in found] == cells, letter


@pytest.mark.parametrize("severity", list(Severity))
def test_the_diagonals_hold(severity: Severity) -> None:
    for at, letter in enumerate(LETTERS[:16]):
        for column, aql in enumerate(AQLS):
            expected = DIAGONALS[severity].get(at + column)
            long = at + column > 24 and at > LAST_SMALL
            short = severity is Severity.REDUCED and at < 2  # both have two pieces, and go on as A does
            if expected is not None and not long and not short:
                plan = plan_of(letter, aql, severity)
                assert (plan.letter, plan.accept) == (letter, expected), (letter, aql)


def test_sample_sizes() -> None:
    assert [plan_of(letter, AQLS[14 - at]).size for at, letter in enumerate(LETTERS[:15])] == list(SIZES[:15])
    reduced = [plan_of(letter, AQLS[14 - at], Severity.REDUCED).size for at, letter in enumerate(LETTERS[:15])]
    assert reduced == [2, 2, *SIZES[:13]]
    assert plan_of("R", "0.025", Severity.TIGHTENED) == Sampling("S", 3150, 1)


def test_the_letters_are_the_printed_ones() -> None:
    low = 2
    for line in published.LETTERS.strip().splitlines():
        most, *letters = line.split()
        high = 10_000_000 if most == "-" else int(most)
        for level, letter in zip(LEVELS, letters, strict=True):
            assert letter_of(low, level) == letter_of(high, level) == letter
        low = high + 1


@pytest.mark.parametrize(
    ("lot", "level", "aql", "severity", "plan"),
    [
        (50, "II", "1.0", "normal", ("E", 13, 0)),  # an arrow down from D
        (150, "II", "1.5", "normal", ("G", 32, 1)),
        (1000, "S-3", "1.0", "normal", ("E", 13, 0)),
        (2000, "II", "1.0", "normal", ("K", 125, 3)),
        (2000, "II", "1.0", "tightened", ("K", 125, 2)),
        (2000, "II", "1.0", "reduced", ("K", 50, 2)),
        (20_000, "II", "6.5", "reduced", ("L", 80, 10)),  # an arrow up from M
    ],
)
def test_examples(lot: int, level: str, aql: str, severity: str, plan: tuple[str, int, int]) -> None:
    found = sampling_of(lot, level, aql, Severity(severity))
    assert (found.letter, found.size, found.accept) == plan
    assert found.reject == found.accept + 1


def test_a_sample_as_large_as_the_lot_is_the_lot() -> None:
    assert sampling_of(8, "II", "0.65") == Sampling("F", 8, 0, whole=True)
    assert sampling_of(1, "II", "4.0") == Sampling("B", 1, 0, whole=True)
    assert not sampling_of(21, "II", "2.5").whole


@given(
    lot=st.integers(1, 10**9),
    level=st.sampled_from(LEVELS),
    aql=st.sampled_from(AQLS),
    severity=st.sampled_from(list(Severity)),
)
def test_every_lot_has_a_plan_within_it(lot: int, level: str, aql: str, severity: Severity) -> None:
    plan = sampling_of(lot, level, aql, severity)
    assert 1 <= plan.size <= lot
    assert plan.whole == (plan.size == lot)


@given(at=st.integers(0, 15), column=st.integers(0, 24))
def test_a_greater_aql_lets_no_less_pass(at: int, column: int) -> None:
    """For one letter: never more pieces for as many allowed, going from one AQL to the next."""
    less, more = plan_of(LETTERS[at], AQLS[column]), plan_of(LETTERS[at], AQLS[column + 1])
    assert more.accept / more.size >= less.accept / less.size
    tight = plan_of(LETTERS[at], AQLS[column], Severity.TIGHTENED)
    assert tight.accept / tight.size <= less.accept / less.size or tight.size > less.size
