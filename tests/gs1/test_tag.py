"""EPCs of RFID tags, against the vectors of the Tag Data Standard and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.epc_tags import decode_tag, encode_tag
from suyuan.gs1.identifiers import lot_uri, serial_uri, sscc_uri
from suyuan.gs1.keys import check_digit
from suyuan.gs1.problems import Refused

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("uri", "epc"),
    [  # Tag Data Standard 1.13, E.3
        (serial_uri("80614141123458", "6789"), "3074257BF7194E4000001A85"),
        (serial_uri("70614141123451", "32a/b"), "3674257BF6B7A659B2C2BF1000000000000000000000000000"),
        (sscc_uri("106141412345678908"), "3174257BF4499602D2000000"),
    ],
)
def test_it_works(uri: str, epc: str) -> None:
    assert encode_tag(uri, prefix_length=7, filter=3) == epc.ljust(len(encode_tag(uri, prefix_length=7)), "0")
    assert decode_tag(encode_tag(uri, prefix_length=7)) == uri
    assert decode_tag(encode_tag(uri, prefix_length=7, filter=3)) == uri


@given(st.from_regex(r"[0-9]{13}", fullmatch=True), st.text(CSET82, min_size=1, max_size=20), st.integers(6, 12))
def test_any_serial_comes_back(digits: str, serial: str, length: int) -> None:
    uri = serial_uri(digits + check_digit(digits), serial)
    assert decode_tag(encode_tag(uri, prefix_length=length)) == uri


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.integers(6, 12))
def test_any_logistic_unit_comes_back(digits: str, length: int) -> None:
    uri = sscc_uri(digits + check_digit(digits))
    assert decode_tag(encode_tag(uri, prefix_length=length).lower()) == uri


@given(st.from_regex(r"(30|31|36)([0-9A-F]{22}|[0-9A-F]{50})", fullmatch=True))
def test_whatever_is_read_is_written_the_same(epc: str) -> None:
    try:
        uri = decode_tag(epc)
    except Refused:
        return
    assert decode_tag(epc) == uri


@pytest.mark.parametrize(
    ("uri", "length", "code"),
    [
        (lot_uri("80614141123458", "L1"), 7, "gs1.epc_none"),
        ("https://trace.example/container/DRUM-7", 7, "gs1.epc_none"),
        (serial_uri("80614141123458", "1"), 13, "gs1.epc_prefix"),
    ],
)
def test_what_has_no_tag(uri: str, length: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        encode_tag(uri, prefix_length=length)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize(
    "text",
    ["", "E2003412", "30", "3074257BF7194E4000001A85FF", "307C257BF7194E4000001A85", "3174257BF4499602D2000001", "zz"],
)
def test_what_is_no_tag(text: str) -> None:
    with pytest.raises(Refused):
        decode_tag(text)
