"""How what came fills the lines of an order, and what a list of serials means."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.problems import Refused
from suyuan.orders.rules import Line, fill, progress_of, serials_of


def wants(number: int, quantity: int, item: str = "A", **more: object) -> Line:
    return Line(
        id=number, order_id=1, order_key="O", order="O", number=number, item=item, item_code=item, unit="EA",
        quantity=Decimal(quantity), entered=Decimal(quantity), entered_unit="EA", **more,  # type: ignore[arg-type]  # fields of the line
    )  # fmt: skip


def told(lines: list[Line], **amounts: int) -> list[int]:
    return [int(one.done) for one in fill(lines, {("O", item): Decimal(amount) for item, amount in amounts.items()})]


def test_it_works() -> None:
    assert told([wants(1, 10), wants(2, 10), wants(3, 5, "B")], A=12, B=5) == [10, 2, 5]


def test_what_is_too_much_stands_on_the_last_line() -> None:
    assert told([wants(1, 10), wants(2, 10)], A=25) == [10, 15]


def test_what_was_taken_back_leaves_nothing_behind() -> None:
    assert told([wants(1, 10)], A=0) == [0]


def test_a_cancelled_line_takes_only_what_no_other_wants() -> None:
    assert told([wants(1, 10, state="cancelled"), wants(2, 10)], A=10) == [0, 10]
    assert told([wants(1, 10, state="cancelled"), wants(2, 10)], A=12) == [0, 12]
    assert told([wants(1, 10, state="cancelled")], A=3) == [3]


@given(st.lists(st.integers(1, 100), min_size=1, max_size=6), st.integers(0, 700))
def test_nothing_is_lost_and_lines_fill_in_turn(wanted: list[int], came: int) -> None:
    lines = [wants(n, quantity) for n, quantity in enumerate(wanted)]
    done = told(lines, A=came)
    assert sum(done) == came
    begun = [n for n, amount in enumerate(done) if amount]
    assert all(done[n] >= wanted[n] for n in begun[:-1])
    assert begun == list(range(len(begun)))


@pytest.mark.parametrize(
    ("done", "over", "under", "complete", "too_much", "still"),
    [
        (100, 0, 0, True, False, 0),
        (99, 0, 0, False, False, 1),
        (98, 0, 2, True, False, 0),
        (97, 0, 2, False, False, 3),
        (105, 5, 0, True, False, 0),
        (106, 5, 0, True, True, 0),
        (0, 0, 100, False, False, 100),
    ],
)
def test_tolerance(done: int, over: int, under: int, complete: bool, too_much: bool, still: int) -> None:
    (one,) = fill([wants(1, 100, over=Decimal(over), under=Decimal(under))], {("O", "A"): Decimal(done)})
    assert (one.is_complete, one.is_over, int(one.open)) == (complete, too_much, still)


def test_progress() -> None:
    lines = fill([wants(1, 10), wants(2, 10, "B"), wants(3, 10, "C", state="cancelled")], {("O", "A"): Decimal(10)})
    told = progress_of(lines)
    assert (told.lines, told.complete, told.percent, told.is_complete) == (2, 1, 50, False)
    assert not progress_of([]).is_complete, "an order without lines is not done"


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("", ()),
        ("A1 A2, A3；A4", ("A1", "A2", "A3", "A4")),
        ("A001-A003", ("A001", "A002", "A003")),
        ("A-098-A-100", ("A-098", "A-099", "A-100")),
        ("A098-100", ("A098", "A099", "A100")),
        ("2511-21", ("2511-21",)),
        ("9-1", ("9-1",)),
        ("A1-B3", ("A1-B3",)),
    ],
)
def test_serials(text: str, serials: tuple[str, ...]) -> None:
    assert serials_of(text) == serials


@pytest.mark.parametrize("text", ["A9-A1", "A00001-A10001", "A1-A9999999999"])
def test_no_such_range(text: str) -> None:
    if text == "A1-A9999999999":
        assert serials_of(text) == (text,)
        return
    with pytest.raises(Refused):
        serials_of(text)
