"""Whatever a scanner sends."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.elements import scan
from suyuan.gs1.identifiers import Kind
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import Quantity

GTIN = "09521141123454"
ITEM = f"https://id.gs1.org/01/{GTIN}"


def test_a_case_of_weighed_goods() -> None:
    found = scan(f"]d201{GTIN}112511211727020031030012503303001400" + "10L-7\x1d3012")
    assert (found.gtin, found.lot, found.quantity) == (GTIN, "L-7", 12)
    assert (found.production, found.expiry) == (date(2025, 11, 21), date(2027, 2, 28))
    assert found.weights == {"310": Quantity(Decimal("1.25"), "KGM"), "330": Quantity(Decimal("1.4"), "KGM")}
    assert found.identity is not None
    assert found.identity.uri == f"{ITEM}/10/L-7"


def test_a_serial_with_its_lot() -> None:
    identity = scan("(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234").identity
    assert identity is not None
    assert identity.uri == "https://id.gs1.org/01/06901234567892/21/1234"
    assert identity.lot == "https://id.gs1.org/01/06901234567892/10/A213B1"


def test_a_pallet_and_what_is_on_it() -> None:
    found = scan(f"(00)106141411234567897(02){GTIN}(37)12(10)L")
    assert found.identity is not None
    assert found.identity.kind is Kind.CONTAINER
    assert (found.sscc, found.content, found.quantity, found.gtin) == ("106141411234567897", GTIN, 12, None)


def test_a_place_label() -> None:
    found = scan("(414)4012345000054(254)A-01")
    assert found.identity is not None
    assert found.identity.code == "4012345000054.A-01"
    assert found.gln == "4012345000054"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("9521141123454", ITEM),
        ("]E09521141123454", ITEM),
        ("614141123452", "https://id.gs1.org/01/00614141123452"),
        ("95211411", "https://id.gs1.org/01/00000095211411"),
        ("]I1" + GTIN, ITEM),
        ("106141411234567897", "https://id.gs1.org/00/106141411234567897"),
        ("00106141411234567897", "https://id.gs1.org/00/106141411234567897"),
        (f"01{GTIN}\r\n", ITEM),
        (f"{ITEM}/10/L?17=270200", f"{ITEM}/10/L"),
        (f"]Q1HTTPS://brand.example/01/{GTIN}/10/L", f"{ITEM}/10/L"),
        ("urn:epc:class:lgtin:9521141.012345.L", f"{ITEM}/10/L"),
        ("https://trace.example/item/A/lot/L", "https://trace.example/item/A/lot/L"),
        ("(8004)4012345P(99)x", "https://id.gs1.org/8004/4012345P"),
    ],
)
def test_one_code_one_identity(text: str, uri: str) -> None:
    found = scan(text)
    assert found.identity is not None
    assert found.identity.uri == uri


@pytest.mark.parametrize(
    "text",
    [f"{ITEM}/10/L?17=270200", f"(01){GTIN}(10)L(17)270200", f"01{GTIN}1727020010L", f"]d201{GTIN}10L\x1d17270200"],
)
def test_a_link_says_what_the_bars_say(text: str) -> None:
    found = scan(text)
    assert (found.gtin, found.lot, found.expiry, found.identity and found.identity.uri) == (
        GTIN,
        "L",
        date(2027, 2, 28),
        f"{ITEM}/10/L",
    )


@pytest.mark.parametrize("text", ["urn:epc:class:lgtin:9521141.012345.L", "https://trace.example/item/A/lot/L", "10L"])
def test_the_lot_number_is_read_from_everything(text: str) -> None:
    assert scan(text).lot == "L"


def test_expiry_to_the_minute() -> None:
    found = scan(f"(01){GTIN}(7003)2612312359")
    assert (found.expiry, found.expires_at) == (date(2026, 12, 31), datetime.fromisoformat("2026-12-31T23:59"))


def test_a_lot_number_alone_names_nothing() -> None:
    assert scan("(10)LOT").identity is None


def test_the_century_follows_today() -> None:
    text = f"(01){GTIN}(17)770101"
    assert scan(text, today=date(2026, 6, 1)).expiry == date(1977, 1, 1)
    assert scan(text, today=date(2027, 6, 1)).expiry == date(2077, 1, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "gs1.scan_empty"),
        ("]d2", "gs1.scan_empty"),
        ("hello", "gs1.scan_unknown"),
        ("]d1hello", "gs1.scan_unknown"),
        (f"]d101{GTIN}10L", "gs1.scan_unknown"),
        ("]Q110LOT", "gs1.scan_unknown"),
        ("9521141123455", "gs1.check_digit"),
        ("0109521141123455", "gs1.check_digit"),
        ("https://id.gs1.org/01/09521141123455", "gs1.check_digit"),
        (f"{ITEM}?17=271301", "gs1.date"),
        (f"\x1d01{GTIN}", "gs1.separator"),
        ("(01)" + GTIN + "(37)1", "gs1.ai_excludes"),
    ],
)
def test_refuses(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        scan(text)
    assert code in {problem.code for problem in refusal.value.problems}


@given(st.text("0123456789]dQ1E0()/:httpsABC\x1d{GS}%?=&.-", max_size=60))
def test_anything_else_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        scan(text)
