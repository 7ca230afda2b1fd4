"""Numbers, codes, units and states as they are shown."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.stock.states import State
from suyuan.ui.formats import code_groups, grouped_number
from suyuan.ui.states import STATES, state, strictest_first
from suyuan.ui.things import thing_of, thing_url, uri_of_id
from suyuan.ui.units import unit_name


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0"), ("1234567.5", "1,234,567.5"), ("-1200", "-1,200"), ("0.10", "0.1"), ("1E+3", "1,000"),
        ("999999999999.000001", "999,999,999,999.000001"),
    ],
)  # fmt: skip
def test_a_number_has_its_thousands_apart(amount: str, shown: str) -> None:
    assert grouped_number(Decimal(amount)) == shown


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_no_digit_is_lost(amount: Decimal) -> None:
    assert Decimal(grouped_number(amount).replace(",", "")) == amount


def test_long_numbers_are_grouped_and_words_are_not() -> None:
    assert code_groups("06901234567892") == ("06", "9012", "3456", "7892")
    assert code_groups("12345678") == ("12345678",)
    assert code_groups("HH261114A01") == ("HH261114A01",)


@given(st.text(alphabet="0123456789AB-", max_size=30))
def test_groups_are_the_code(code: str) -> None:
    assert "".join(code_groups(code)) == code


def test_every_state_of_the_stock_has_icon_word_and_mark() -> None:
    for known in State:
        shown = STATES[known.value]
        assert all((shown.icon, shown.word, shown.mark))


def test_an_unknown_state_shows_as_its_code() -> None:
    assert state("thawed").word == "thawed"


def test_the_strictest_state_stands_first() -> None:
    assert strictest_first(("in_stock", "held", "recalled", "held")) == ("recalled", "held", "in_stock")


def test_package_codes_of_both_recommendations_have_one_name() -> None:
    assert unit_name("XBX") == unit_name("BX") == "boxes"
    assert unit_name("QQ") == "QQ"


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/01/06901234567892/10/A%2FB%2BC",
        "https://id.gs1.org/00/369012340000000017",
        "https://id.suyuan.example/item/MILK/lot/R%3F1",
        "urn:epcglobal:cbv:bt:6901234567892:PO-1",
    ],
)
def test_the_address_of_a_thing_leads_back_to_it(uri: str) -> None:
    canonical = thing_of(uri).uri
    address = thing_url(canonical)
    assert address.startswith("/thing?id=")
    assert uri_of_id(unquoted(address)) == canonical


def unquoted(address: str) -> str:
    """As a server reads the query."""
    return parse_qs(urlsplit(address).query)["id"][0]
