"""Quantities in the base unit, exactly or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.rules import code_key, ratio_to_base, to_base
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import Quantity

MILK = {"LTR": (103, 100)}


def q(amount: str, unit: str) -> Quantity:
    return Quantity(Decimal(amount), unit)


@pytest.mark.parametrize(
    ("entered", "base", "conversions", "expected"),
    [
        (q("5", "KGM"), "KGM", {}, q("5", "KGM")),
        (q("2500", "GRM"), "KGM", {}, q("2.5", "KGM")),
        (q("10", "LTR"), "KGM", MILK, q("10.3", "KGM")),
        (q("500", "MLT"), "KGM", MILK, q("0.515", "KGM")),
        (q("3", "CT"), "EA", {"CT": (12, 1)}, q("36", "EA")),
        (q("7", "C62"), "EA", {}, q("7", "EA")),
        (q("2", "DZN"), "EA", {}, q("24", "EA")),
        (q("2", "DZN"), "EA", {"DZN": (13, 1)}, q("26", "EA")),
        (q("9", "EA"), "KGM", {"EA": (1, 3)}, q("3", "KGM")),
        (q("-2", "CT"), "EA", {"CT": (12, 1)}, q("-24", "EA")),
    ],
)
def test_it_works(entered: Quantity, base: str, conversions: dict[str, tuple[int, int]], expected: Quantity) -> None:
    assert to_base(entered, base, conversions) == expected


def problem(entered: Quantity, base: str, conversions: dict[str, tuple[int, int]]) -> tuple[str, dict[str, str]]:
    with pytest.raises(Refused) as refused:
        to_base(entered, base, conversions)
    [found] = refused.value.problems
    return found.code, dict(found.params)


def test_a_residue_is_a_problem_and_says_where_it_lies() -> None:
    assert problem(q("1", "EA"), "KGM", {"EA": (1, 3)}) == (
        "catalog.residue",
        {"amount": "1", "unit": "EA", "base": "KGM", "below": "0.333333"},
    )


def test_weight_and_volume_do_not_meet_without_a_factor() -> None:
    assert problem(q("1", "LTR"), "KGM", {})[0] == "catalog.no_conversion"
    assert problem(q("1", "CT"), "EA", {"BX": (6, 1)})[0] == "catalog.no_conversion"


amounts = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False)
ratios = st.tuples(st.integers(1, 10**6), st.integers(1, 10**6))


@given(amounts, ratios)
def test_what_is_converted_is_exact(amount: Decimal, ratio: tuple[int, int]) -> None:
    try:
        base = to_base(Quantity(amount, "CT"), "EA", {"CT": ratio})
    except Refused:
        return
    exact = ratio_to_base("CT", "EA", {"CT": ratio})
    assert exact is not None
    assert base.amount.as_integer_ratio()[0] * exact.denominator * amount.as_integer_ratio()[1] == (
        amount.as_integer_ratio()[0] * exact.numerator * base.amount.as_integer_ratio()[1]
    )


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert code_key(code_key(text)) == code_key(text)


@pytest.mark.parametrize("text", ["85123a", " 85123A ", "８５１２３Ａ", "85123A\n"])
def test_spellings_of_one_code_are_one_code(text: str) -> None:
    assert code_key(text) == "85123A"
