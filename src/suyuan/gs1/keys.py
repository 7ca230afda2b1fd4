"""Check digits and the numeric keys (GS1 General Specifications 7.9, 3.3)."""

import re
from functools import lru_cache

from suyuan.gs1.problems import Problem, Refused

_DIGITS = re.compile("[0-9]+")
_GTIN_LENGTHS = (8, 12, 13, 14)


def is_digits(text: str) -> bool:
    """ASCII digits only and at least one: `str.isdigit` also accepts other scripts."""
    return _DIGITS.fullmatch(text) is not None


def check_digit(digits: str) -> str:
    """The GS1 modulo-10 digit of `digits`, which are the key without it (General Specifications 7.9.1)."""
    return str(-_weighed(digits + "0") % 10)


def is_checked(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    return _weighed(digits) % 10 == 0


@lru_cache(maxsize=8192)  # a lot, a serial or a bin of a company names the same few items and sites again
def _weighed(digits: str) -> int:
    """The digits weighed 1, 3, 1, 3 … from the right. Summing bytes is three times as fast as summing int(c)."""
    data = digits.encode()
    half = len(data) >> 1
    # A byte is its digit plus 48: that is taken off once for the single and three times for the threefold ones.
    return sum(data[::-2]) + 3 * sum(data[-2::-2]) - 48 * (len(data) + 2 * half)


def check_problem(digits: str, field: str = "") -> Problem | None:
    """The problem of a key whose last digit is wrong, with the right digit in its params."""
    if is_checked(digits):
        return None
    params = {"value": digits, "found": digits[-1], "right": check_digit(digits[:-1])}
    return Problem("gs1.check_digit", field, params)


def gtin14(digits: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits in the 14 digits it is stored as; Refused otherwise."""
    digits = digits.strip()
    problem = _gtin_problem(digits)
    if problem is not None:
        raise Refused([problem])
    return digits.zfill(14)


def _gtin_problem(digits: str) -> Problem | None:
    if not is_digits(digits):
        return Problem("gs1.not_digits", "gtin", {"value": digits})
    if len(digits) not in _GTIN_LENGTHS:
        return Problem("gs1.gtin_length", "gtin", {"value": digits, "length": str(len(digits))})
    return check_problem(digits, "gtin")


def key_of_length(digits: str, length: int, field: str) -> str:
    """A numeric key of exactly `length` digits with its check digit (SSCC 18, GLN 13); Refused otherwise."""
    digits = digits.strip()
    if not is_digits(digits):
        raise Refused([Problem("gs1.not_digits", field, {"value": digits})])
    if len(digits) != length:
        raise Refused([Problem("gs1.length", field, {"value": digits, "length": str(length)})])
    problem = check_problem(digits, field)
    if problem is not None:
        raise Refused([problem])
    return digits
