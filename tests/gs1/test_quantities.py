"""Exact amounts and units."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import UNITS, Quantity, Unit, decimal_text, parse_amount, scaled, unit, unscaled

AMOUNTS = st.decimals(0, 999_999_999_999, places=6, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "written"),
    [("12.50", "12.5"), ("10", "10"), (0, "0"), ("-0", "0"), (".5", "0.5"), (" 7. ", "7"), (Decimal("1E+3"), "1000"),
     ("0.000001", "0.000001"), ("999999999999.999999", "999999999999.999999"), ("1.5000000000", "1.5")],
)  # fmt: skip
def test_parse(text: str | int | Decimal, written: str) -> None:
    assert decimal_text(parse_amount(text)) == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "gs1.amount_negative"),
        (Decimal("-0.5"), "gs1.amount_negative"),
        ("1.0000001", "gs1.amount_too_fine"),
        ("0." + "1" * 62, "gs1.amount_too_fine"),
        (Decimal("0." + "1" * 70), "gs1.amount_too_fine"),
        ("1000000000000", "gs1.amount_too_large"),
        (Decimal("1E+999999"), "gs1.amount_too_large"),
        ("1e3", "gs1.amount_format"),
        ("1_000", "gs1.amount_format"),
        ("1,5", "gs1.amount_format"),
        ("１２", "gs1.amount_format"),
        ("NaN", "gs1.amount_format"),
        (Decimal("Infinity"), "gs1.amount_format"),
        (Decimal("sNaN"), "gs1.amount_format"),
        (True, "gs1.amount_format"),
        ("", "gs1.amount_format"),
        ("9" * 100, "gs1.amount_format"),
    ],
)
def test_parse_refuses(text: str | int | Decimal, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_amount(text)
    assert [problem.code for problem in refusal.value.problems] == [code]


@given(AMOUNTS)
def test_the_database_gives_back_what_it_got(amount: Decimal) -> None:
    assert unscaled(scaled(amount)) == amount
    assert scaled(amount) < 2**63
    assert parse_amount(decimal_text(amount)) == amount


@given(AMOUNTS)
def test_equal_amounts_are_written_alike(amount: Decimal) -> None:
    text = decimal_text(amount)
    assert text == decimal_text(amount.normalize()) == decimal_text(parse_amount(amount))
    assert "E" not in text
    assert "." not in text or not text.endswith(("0", "."))


def test_differences_may_be_negative() -> None:
    assert scaled(Decimal("-1.5")) == -1_500_000
    assert decimal_text(unscaled(-1_500_000)) == "-1.5"


@pytest.mark.parametrize("amount", [Decimal("0.0000001"), Decimal("NaN"), Decimal("Infinity"), Decimal("1E+12")])
def test_scaled_refuses_what_is_not_exact(amount: Decimal) -> None:
    with pytest.raises(Refused):
        scaled(amount)


def test_three_cases_of_one_kilogram_picked_one_by_one_end_at_nothing() -> None:
    stock = Quantity(Decimal(1), "TNE").to("KGM") - Quantity(Decimal(997), "KGM")
    for _ in range(3):
        stock -= Quantity(Decimal(1), "KGM")
    assert stock == Quantity(Decimal(0), "KGM")


def test_pieces_are_the_default() -> None:
    assert unit(None) == unit("C62")
    assert Quantity(Decimal(2)) + Quantity(Decimal(3)) == Quantity(Decimal(5))


@pytest.mark.parametrize(
    ("amount", "here", "there", "expected"),
    [
        ("1", "TNE", "KGM", "1000"), ("2.5", "KGM", "GRM", "2500"), ("3", "DZN", "EA", "36"),
        ("1", "MTQ", "LTR", "1000"), ("1", "HLT", "LTR", "100"), ("2", "LBR", "GRM", "907.18474"),
        ("1", "INH", "CMT", "2.54"), ("4", "XCT", "CT", "4"),
        ("1", "YRD", "FOT", "3"), ("1", "GLL", "QTL", "4"), ("1", "HAR", "MTK", "10000"), ("16", "ONZ", "LBR", "1"),
    ],
)  # fmt: skip
def test_convert(amount: str, here: str, there: str, expected: str) -> None:
    assert str(Quantity(Decimal(amount), here).to(there)) == f"{expected} {there}"


def is_exact(amount: Decimal, here: Unit, there: Unit) -> bool:
    millionths = Fraction(amount) * here.factor / there.factor * 10**6
    return here.dimension == there.dimension and millionths.denominator == 1


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_conversion_is_exact_or_refused(amount: Decimal, here: str, there: str) -> None:
    try:
        converted = Quantity(amount, here).to(there)
    except Refused:
        assert not is_exact(amount, UNITS[here], UNITS[there])
    else:
        assert Fraction(converted.amount) * UNITS[there].factor == Fraction(amount) * UNITS[here].factor


@pytest.mark.parametrize("other", [Quantity(Decimal(1), "KGM"), Quantity(Decimal(1), "EA")])
def test_only_the_same_unit_is_added(other: Quantity) -> None:
    with pytest.raises(Refused) as refusal:
        Quantity(Decimal(1)) + other
    assert refusal.value.problems[0].code == "gs1.units_differ"


@pytest.mark.parametrize(("here", "there"), [("KGM", "LTR"), ("CEL", "FAH"), ("CT", "C62"), ("CT", "BX")])
def test_no_ratio_no_conversion(here: str, there: str) -> None:
    with pytest.raises(Refused):
        Quantity(Decimal(1), here).to(there)


def test_an_unknown_unit_names_close_ones() -> None:
    with pytest.raises(Refused) as refusal:
        unit("kgm")
    assert refusal.value.problems[0].params == {"value": "kgm", "close": "KGM"}


def test_units_of_trade_are_there() -> None:
    wanted = "KGM GRM TNE MGM LTR MLT HLT MTQ MTR CMT MMT MTK C62 EA H87 PR DZN CS CT BX PK PF CEL FAH KEL PL BG RO"
    assert set(wanted.split()) <= UNITS.keys()
