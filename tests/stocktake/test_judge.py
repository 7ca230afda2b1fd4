"""Classes, due dates and what counts, without a database."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from suyuan.stock.facts import OWN
from suyuan.stocktake.rules import (
    CONTAINER,
    LOT,
    SERIAL,
    Done,
    Goods,
    Seen,
    abc_classes,
    is_above,
    is_due,
    needs_signatures,
    often,
    percent,
    quantity_accuracy,
    share,
    tallies,
)

ONE = 1_000_000
A, B = (b"a", OWN), (b"b", OWN)


def test_classes() -> None:
    assert abc_classes({"milk": 80, "cup": 15, "foil": 5, "salt": 0}) == {
        "milk": "A", "cup": "B", "foil": "C", "salt": "C",
    }  # fmt: skip
    assert abc_classes({"only": 3}) == {"only": "A"}
    assert abc_classes({"nothing": 0}) == {"nothing": "C"}
    assert abc_classes({}) == {}


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 10**6), min_size=1))
def test_who_moves_more_is_never_in_a_lower_class(amounts: dict[str, int]) -> None:
    classes = abc_classes(amounts)
    assert classes.keys() == amounts.keys()
    for one, more in amounts.items():
        for other, less in amounts.items():
            if more > less:
                assert classes[one] <= classes[other]


def test_due() -> None:
    today = date(2026, 11, 30)
    assert is_due(None, 30, today)
    assert is_due(date(2026, 10, 31), 30, today)
    assert not is_due(date(2026, 11, 1), 30, today)
    assert not is_due(None, None, today)
    days = {"A": 7, "B": 30, "C": None}
    assert often("CA", days) == 7
    assert often("C", days) is None


def seen(quantity: int, person: str = "kai", *, at: int = 1, goods: Goods = A, round: int = 1) -> Seen:
    return Seen(1, goods, person, round, quantity * ONE, at)


def test_lines_of_one_person_add_up_as_of_his_last_look() -> None:
    (tally,) = tallies([seen(3, at=5), seen(4, at=2)], [], []).values()
    assert (tally.quantity, tally.total.seen, tally.is_disputed) == (7 * ONE, 5, False)


def test_two_who_agree_and_two_who_do_not() -> None:
    (tally,) = tallies([seen(3), seen(3, "ola", at=2)], [], []).values()
    assert not tally.is_disputed
    (tally,) = tallies([seen(3), seen(4, "ola", at=2)], [], []).values()
    assert tally.is_disputed
    assert tally.quantity == 4 * ONE


def test_two_may_share_a_bin() -> None:
    found = tallies([seen(3), seen(4, "ola", goods=B)], [Done(1, "kai", 1, 9)], [])
    assert {key[1]: (one.quantity, one.is_disputed) for key, one in found.items()} == {
        A: (3 * ONE, False),
        B: (4 * ONE, False),
    }


def test_both_done_means_that_both_saw_all_of_it() -> None:
    found = tallies([seen(3)], [Done(1, "kai", 1, 9), Done(1, "ola", 1, 8)], [])
    assert found[1, A].is_disputed


def test_nobody_done_says_nothing_of_what_is_not_listed() -> None:
    assert tallies([], [], [(1, 1, A)]) == {}
    assert tallies([], [Done(1, "kai", 1, 9)], [(1, 1, A)])[1, A].quantity == 0


def test_the_last_round_counts() -> None:
    looks = [Done(1, "kai", 1, 9), Done(1, "ola", 2, 20)]
    found = tallies([seen(3), seen(5, "ola", at=15, round=2)], looks, [(1, 1, A), (1, 1, B), (1, 2, A)])
    assert (found[1, A].quantity, found[1, A].round) == (5 * ONE, 2)
    assert (found[1, B].quantity, found[1, B].round) == (0, 1), "what nobody asked for again stays as it was"


def test_above_a_threshold() -> None:
    assert not is_above(100 * ONE, 98 * ONE, LOT, 2 * ONE)
    assert is_above(100 * ONE, 97 * ONE, LOT, 2 * ONE)
    assert is_above(0, 1, LOT, 100 * ONE)
    assert is_above(ONE, 0, SERIAL, 1000 * ONE)
    assert not is_above(ONE, ONE, CONTAINER, 0)
    assert needs_signatures(100 * ONE, 97 * ONE, LOT)
    assert not needs_signatures(100 * ONE, 98 * ONE, LOT)


def test_shares() -> None:
    assert percent(200, 150) == Decimal(-25)
    assert percent(0, 5) is None
    assert share(2, 3) == Decimal("66.6")
    assert share(0, 0) is None
    assert quantity_accuracy(100, 1) == Decimal("99")
    assert quantity_accuracy(100, 300) == Decimal(0)
