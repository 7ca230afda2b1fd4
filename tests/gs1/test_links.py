"""Digital Links, strictly, and EPC URNs from and to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.digital_link import build_link, link_to_urn, parse_link, urn_to_link
from suyuan.gs1.elements import Element, format_elements
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.keys import check_digit
from suyuan.gs1.prefixes import company_prefix_length
from suyuan.gs1.problems import Refused

LINK = "https://a.example/01/09521141123454"
ID = "https://id.gs1.org"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (f"{LINK}/22/V/10/L/21/S", "(01)09521141123454(22)V(10)L(21)S"),
        (f"{LINK}/10/A%2FB?17=270200&lang=zh", "(01)09521141123454(10)A/B(17)270200"),
        (f"{LINK}/235/T?10=L", "(01)09521141123454(235)T(10)L"),
        ("https://[2001:db8::1]:8443/x/00/106141411234567897#f", "(00)106141411234567897"),
    ],
)
def test_parse(uri: str, expected: str) -> None:
    assert format_elements(parse_link(uri)) == expected


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("https://a/01/9521141123454", "gs1.too_short"),
        ("https://a/gtin/09521141123454", "gs1.link_path"),
        ("https://a/410/9521141000021", "gs1.link_path"),
        (f"{LINK}/21/S/10/L", "gs1.link_order"),
        (f"{LINK}/235/T/21/S", "gs1.link_order"),
        (f"{LINK}?10=L", "gs1.link_query_qualifier"),
        (f"{LINK}?21=L", "gs1.link_query_qualifier"),
        (f"{LINK}?8200=x", "gs1.link_attribute"),
        (f"{LINK}?17=270200&17=270200", "gs1.ai_repeated"),
        (f"{LINK}?999=x", "gs1.ai_unknown"),
        (f"{LINK}?02=09521141123454", "gs1.ai_excludes"),
        (f"{LINK}?3922=0299", "gs1.ai_needs"),
        (f"{LINK}?17=271301", "gs1.date"),
        (f"{LINK}/", "gs1.link_path"),
        (f"{LINK}/10/", "gs1.empty"),
        (f"{LINK}/10/a b", "gs1.link_uri"),
        ("ftp://a/01/09521141123454", "gs1.link_uri"),
        ("https://$a/01/09521141123454", "gs1.link_uri"),
        ("https://a", "gs1.link_path"),
    ],
)
def test_parse_refuses(uri: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_link(uri)
    assert code in {problem.code for problem in refusal.value.problems}


def test_build() -> None:
    elements = [Element("10", "A+B"), Element("99", "x"), Element("01", "09521141123454"), Element("17", "270200")]
    assert build_link(elements, "https://a.example/") == f"{LINK}/10/A%2BB?17=270200&99=x"


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ([Element("99", "x")], "gs1.link_key"),
        ([Element("01", "09521141123454"), Element("8200", "x")], "gs1.link_attribute"),
        ([Element("01", "09521141123454"), Element("235", "T"), Element("10", "L")], "gs1.link_attribute"),
        ([Element("01", "09521141123455")], "gs1.check_digit"),
    ],
)
def test_build_refuses(elements: list[Element], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        build_link(elements)
    assert code in {problem.code for problem in refusal.value.problems}


@given(st.text("!\"%&'()*+,-./0159:;<=>?AZ_az", min_size=1, max_size=20))
def test_a_built_link_reads_back_and_is_the_same_identity(lot: str) -> None:
    elements = (Element("01", "09521141123454"), Element("10", lot), Element("17", "270200"))
    link = build_link(elements, "https://brand.example")
    assert parse_link(link) == elements
    assert canonical(link) == canonical(build_link(elements[:2]))


URNS = [
    "urn:epc:id:sgtin:0614141.812345.6789%2F%26%25%22!%3F()",
    "urn:epc:class:lgtin:4012345.012345.Lot987",
    "urn:epc:idpat:sgtin:4012345.012345.*",
    "urn:epc:id:sscc:4012345.3111111111",
    "urn:epc:id:sgln:4012345.00005.122",
    "urn:epc:id:sgln:4012345.00005.0",
    "urn:epc:id:pgln:4012345.00005",
    "urn:epc:id:grai:4012345.12345.7A",
    "urn:epc:idpat:grai:4012345.12345.*",
    "urn:epc:id:giai:4012345.P-7",
    "urn:epc:id:gsrn:4012345.3111111111",
    "urn:epc:id:gsrnp:4012345.3111111111",
    "urn:epc:id:gdti:4012345.12345.9",
    "urn:epc:idpat:gdti:4012345.12345.*",
    "urn:epc:id:cpi:4012345.A%2FB%23-1.77",
    "urn:epc:idpat:cpi:4012345.AB.*",
    "urn:epc:id:sgcn:4012345.12345.9",
    "urn:epc:id:ginc:4012345.X1",
    "urn:epc:id:gsin:4012345.123456789",
    "urn:epc:id:itip:4012345.012345.01.02.5",
    "urn:epc:idpat:itip:4012345.012345.01.02.*",
    "urn:epc:id:upui:4012345.012345.Q8",
]


@pytest.mark.parametrize("urn", URNS)
def test_there_and_back(urn: str) -> None:
    assert link_to_urn(urn_to_link(urn), 7) == urn


@given(st.integers(6, 12), st.text("0123456789", min_size=13, max_size=13), st.text("AZ09-/%", min_size=1, max_size=20))
def test_every_prefix_length_goes_back(length: int, digits: str, serial: str) -> None:
    link = f"{ID}/01/{digits}{check_digit(digits)}/21/{''.join(f'%{ord(c):02X}' for c in serial)}"
    assert urn_to_link(link_to_urn(link, length)) == canonical(link)


@pytest.mark.parametrize("length", [5, 13])
def test_no_such_prefix(length: int) -> None:
    with pytest.raises(Refused) as refusal:
        link_to_urn(LINK, length)
    assert [problem.code for problem in refusal.value.problems] == ["gs1.company_prefix_length"]


def test_an_asset_of_nothing_but_its_prefix_has_no_urn() -> None:
    with pytest.raises(Refused):
        link_to_urn(f"{ID}/8004/4012345", 7)


@pytest.mark.parametrize("text", ["urn:uuid:1", "urn:epc:id:gid:1.2.3", LINK, "https://a.example/item/A"])
def test_only_urns_with_a_gs1_key_become_links(text: str) -> None:
    with pytest.raises(Refused):
        urn_to_link(text)


def test_a_uri_of_our_own_has_no_urn() -> None:
    with pytest.raises(Refused):
        link_to_urn("https://a.example/item/A", 7)


@pytest.mark.parametrize(
    ("uri", "length"),
    [(f"{ID}/01/80614141123458", 7), (f"{ID}/00/306141411234567891", 7), ("https://a.example/item/A", None)],
)
def test_prefix_length_from_the_public_list(uri: str, length: int | None) -> None:
    assert company_prefix_length(uri) == length
