"""Normal, tightened, reduced: ISO 2859-1, 9.3 and 9.4, told lot by lot."""

from hypothesis import given
from hypothesis import strategies as st

from suyuan.inspection.iso2859 import Severity
from suyuan.inspection.switching import Lot, Notice, Series, series_of

GOOD, BAD = Lot(True, 1, 0, "H", "1.0"), Lot(False, 1, 3, "H", "1.0")
CLEAN = Lot(True, 3, 0, "K", "1.0")  # Ac 3, and 0 found: accepted one step tighter (Ac 2) too
CLOSE = Lot(True, 3, 3, "K", "1.0")  # accepted, but not one step tighter


def told(text: str, *, reduced: bool = True) -> Series:
    """``+`` an accepted lot, ``-`` one that is not, ``c`` a clean one of Ac 3, ``x`` a close one, ``r`` resumed, ``i``
    irregular."""
    meant: dict[str, Lot | Notice] = {
        "+": GOOD,
        "-": BAD,
        "c": CLEAN,
        "x": CLOSE,
        "r": Notice.RESUME,
        "i": Notice.IRREGULAR,
    }
    return series_of([meant[sign] for sign in text], reduced=reduced)


def severity(text: str, *, reduced: bool = True) -> str:
    return told(text, reduced=reduced).severity.value


def test_it_works() -> None:
    assert told("") == Series()
    assert severity("+-+") == "normal"


def test_two_of_five_tighten() -> None:
    assert severity("--") == "tightened"
    assert severity("-+++-") == "tightened"
    assert severity("-++++-") == "normal"  # six lots apart


def test_five_accepted_bring_normal_back() -> None:
    assert severity("--++++") == "tightened"
    assert severity("--+++++") == "normal"
    assert severity("--++-+++++") == "normal"  # five in a row, after one that was not
    assert severity("--++++-++++") == "tightened"
    assert severity("--+++++-") == "normal"  # what was before counts no more


def test_five_not_accepted_on_tightened_stop() -> None:
    assert not told("--" + "-" * 4).stopped
    assert told("--" + "-" * 5).stopped
    assert told("--" + "-+" * 5).stopped  # together, not in a row
    assert told("--" + "-" * 5 + "+++++").stopped  # lots do not set it going again
    assert told("--" + "-" * 5 + "r") == Series(Severity.TIGHTENED)
    assert severity("--" + "-" * 5 + "r+++++") == "normal"


def test_the_score_of_small_acceptance_numbers() -> None:
    assert told("++").score == 4
    assert told("++-").score == 0
    assert severity("+" * 14) == "normal"
    assert severity("+" * 15) == "reduced"


def test_the_score_of_greater_acceptance_numbers() -> None:
    assert told("cc").score == 6
    assert told("ccx").score == 0
    assert severity("c" * 9) == "normal"
    assert severity("c" * 10) == "reduced"
    assert severity("c" * 9 + "x" + "c" * 9) == "normal"


def test_reduced_only_where_it_is_allowed() -> None:
    assert severity("+" * 40, reduced=False) == "normal"


def test_reduced_ends_with_one_lot_or_a_word() -> None:
    assert severity("+" * 15 + "-") == "normal"
    assert severity("+" * 15 + "+++") == "reduced"
    assert severity("+" * 15 + "i") == "normal"
    assert told("+" * 15 + "-").score == 0  # it begins anew
    assert severity("+" * 15 + "-" + "+" * 14) == "normal"
    assert severity("+" * 15 + "-" + "+" * 15) == "reduced"


@given(st.text(alphabet="+-cxri", max_size=60))
def test_a_series_is_told_one_by_one(text: str) -> None:
    """From reduced to tightened there is no way but through normal; the score is never kept beyond a failure."""
    before = Series()
    for n in range(1, len(text) + 1):
        now = told(text[:n])
        assert {before.severity, now.severity} != {Severity.REDUCED, Severity.TIGHTENED}
        assert now.score == 0 or text[n - 1] != "-"
        assert not now.stopped or now.severity is Severity.TIGHTENED
        before = now
