"""Check digits and the numeric keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.keys import check_digit, gtin14, is_checked, key_of_length
from suyuan.gs1.problems import Refused

DIGITS = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("952114112345", "4"),
        ("09521141123456789", "2"),
        ("952114100002", "1"),
        ("61414112345", "2"),
        ("629104150021", "3"),
        ("10614141123456789", "7"),
    ],
)
def test_known_digits(digits: str, expected: str) -> None:
    assert check_digit(digits) == expected
    assert is_checked(digits + expected)


@given(DIGITS)
def test_agrees_with_the_rule_as_it_is_written(digits: str) -> None:
    """Right to left by 3 and 1, up to the next ten (General Specifications 7.9.1)."""
    total = sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(digits)))
    assert check_digit(digits) == str((10 - total % 10) % 10)


@given(DIGITS, st.data())
def test_one_mistyped_digit_is_found(digits: str, data: st.DataObject) -> None:
    key = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(key) - 1))
    other = data.draw(st.sampled_from([c for c in "0123456789" if c != key[place]]))
    assert not is_checked(key[:place] + other + key[place + 1 :])


@pytest.mark.parametrize(
    ("given_digits", "expected"),
    [("95211411", "00000095211411"), ("614141123452", "00614141123452"), (" 9521141123454 ", "09521141123454")],
)
def test_gtin14(given_digits: str, expected: str) -> None:
    assert gtin14(given_digits) == expected


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("9521141123455", "gs1.check_digit"),
        ("952114112", "gs1.gtin_length"),
        ("952114112345x", "gs1.not_digits"),
        ("９５２１１４１１", "gs1.not_digits"),
        ("", "gs1.not_digits"),
    ],
)
def test_gtin14_refuses(digits: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        gtin14(digits)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_the_right_digit_is_named() -> None:
    with pytest.raises(Refused) as refusal:
        key_of_length("106141411234567890", 18, "sscc")
    assert refusal.value.problems[0].params == {"value": "106141411234567890", "found": "0", "right": "7"}
