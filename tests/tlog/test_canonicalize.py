"""RFC 8785: the appendix's numbers, the examples, and a law: equal values, equal bytes, and json reads them back."""

import json
import math
import struct
from collections import UserDict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.tlog import jcs
from suyuan.tlog.errors import TlogError
from suyuan.tlog.jcs import Json, canonical

# RFC 8785 appendix B: IEEE 754 bits and their text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


def as_doubles(value: object) -> object:
    """What a JavaScript reader would hold."""
    if isinstance(value, dict):
        return {name: as_doubles(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_doubles(element) for element in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize(("bits", "expected"), NUMBERS.items())
def test_numbers_of_the_appendix(bits: str, expected: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(value).decode() == expected


def test_the_example_of_section_3_2() -> None:
    value: Json = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(value) == (
        b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_names_are_sorted_by_utf16_code_units() -> None:
    """The example of section 3.2.3: U+1F600 is written with surrogates, which come before U+FB33."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, 0)))) == expected


def test_escapes() -> None:
    controls = "".join(map(chr, range(0x20)))
    assert canonical(controls).decode() == (
        '"'
        + "".join({8: r"\b", 9: r"\t", 10: r"\n", 12: r"\f", 13: r"\r"}.get(n, f"\\u{n:04x}") for n in range(32))
        + '"'
    )
    assert canonical("\x7f\u2028</é") == '"\x7f\u2028</é"'.encode()


def test_containers() -> None:
    assert canonical({}) == b"{}"
    assert canonical([]) == b"[]"
    assert canonical(UserDict({"b": (1, [2.0]), "a": {"": None}})) == b'{"a":{"":null},"b":[1,[2]]}'


@given(JSON)
def test_reads_back_and_is_stable(value: Json) -> None:
    written = canonical(value)
    read = json.loads(written)
    assert canonical(read) == written
    assert as_doubles(read) == as_doubles(value)


def test_large_whole_numbers_that_a_double_writes_the_same() -> None:
    assert canonical([2**53, 10**20]) == b"[9007199254740992,100000000000000000000]"
    assert canonical(-1152921504606847000) == b"-1152921504606847000"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_bits(value: float) -> None:
    text = canonical(value).decode()
    assert float(text) == value
    assert not text.endswith(".0")
    assert "E" not in text
    assert len(text) <= 25


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9)))
def test_the_order_of_insertion_does_not_matter(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (2**53 + 1, "json_integer"),
        (-(2**53) - 1, "json_integer"),
        (10**21, "json_integer"),
        pytest.param(10**6000, "json_integer", id="huge"),
        (math.nan, "json_float"),
        (-math.inf, "json_float"),
        ("\ud800", "json_text"),
        ({"\udfff": 1}, "json_text"),
        ({1: 2}, "json_key"),
        (Decimal(1), "json_type"),
        (b"x", "json_type"),
        ({"a": [{1, 2}]}, "json_type"),
    ],
)
def test_refuses_what_json_cannot_say(value: Json, code: str) -> None:
    with pytest.raises(TlogError) as refused:
        canonical(value)
    assert refused.value.problem.code == f"tlog.{code}"


def test_refuses_a_value_inside_itself() -> None:
    value: list[Json] = []
    value.append(value)
    with pytest.raises(TlogError, match="nested"):
        canonical(value)


@given(JSON)
def test_the_quick_way_writes_what_the_general_way_writes(value: Json) -> None:
    if jcs._is_usual(value):
        assert jcs._usual(value) == jcs._text(value).encode()


@pytest.mark.parametrize("value", [{"\ue000": 1, "\U0001f600": 2}, 2**53, -(2**53), 0.5, {1: 2}, UserDict({"a": 1})])
def test_the_general_way_takes_what_is_rare(value: Json) -> None:
    assert not jcs._is_usual([value])
