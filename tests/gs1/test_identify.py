"""One spelling for one identity."""

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.identifiers import Identity, Kind, canonical, identify
from suyuan.gs1.identifiers import _identify as identify_generally
from suyuan.gs1.keys import check_digit
from suyuan.gs1.problems import Refused

ID = "https://id.gs1.org"
ITEM = f"{ID}/01/09521141123454"
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz"
CODES = st.text(CSET82, min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "uri", "kind", "code"),
    [
        ("urn:epc:id:sgtin:0614141.812345.6789", "/01/80614141123458/21/6789", Kind.SERIAL, "6789"),
        ("urn:epc:class:lgtin:4012345.012345.Lot987", "/01/04012345123456/10/Lot987", Kind.LOT, "Lot987"),
        ("urn:epc:idpat:sgtin:4012345.012345.*", "/01/04012345123456", Kind.ITEM, "04012345123456"),
        ("urn:epc:id:sscc:4012345.3111111111", "/00/340123451111111111", Kind.CONTAINER, "340123451111111111"),
        ("urn:epc:id:sgln:4012345.00005.122", "/414/4012345000054/254/122", Kind.PLACE, "4012345000054.122"),
        ("urn:epc:id:sgln:4012345.00005.0", "/414/4012345000054", Kind.PLACE, "4012345000054"),
        ("urn:epc:id:sgln:952114100002..A%2F1", "/414/9521141000021/254/A%2F1", Kind.PLACE, "9521141000021.A/1"),
        ("urn:epc:id:pgln:4012345.00005", "/417/4012345000054", Kind.PARTY, "4012345000054"),
        ("urn:epc:id:grai:4012345.12345.7", "/8003/040123451234567", Kind.CONTAINER, "040123451234567"),
        ("urn:epc:idpat:grai:4012345.12345.*", "/8003/04012345123456", Kind.ITEM, "04012345123456"),
        ("urn:epc:id:giai:4012345.P-7", "/8004/4012345P-7", Kind.CONTAINER, "4012345P-7"),
        ("urn:epc:id:gsrn:4012345.3111111111", "/8018/401234531111111113", Kind.OTHER, "401234531111111113"),
        ("urn:epc:id:gsrnp:4012345.3111111111", "/8017/401234531111111113", Kind.OTHER, "401234531111111113"),
        ("urn:epc:id:gdti:4012345.12345.9", "/253/40123451234569", Kind.DOCUMENT, "40123451234569"),
        ("urn:epc:id:cpi:4012345.AB-1.77", "/8010/4012345AB-1/8011/77", Kind.SERIAL, "77"),
        ("urn:epc:id:sgcn:4012345.12345.9", "/255/40123451234569", Kind.SERIAL, "40123451234569"),
        ("urn:epc:id:ginc:4012345.X1", "/401/4012345X1", Kind.CONTAINER, "4012345X1"),
        ("urn:epc:id:gsin:4012345.123456789", "/402/40123451234567894", Kind.CONTAINER, "40123451234567894"),
        ("urn:epc:id:itip:4012345.012345.01.02.5", "/8006/040123451234560102/21/5", Kind.SERIAL, "5"),
        ("urn:epc:id:upui:4012345.012345.Q8", "/01/04012345123456/235/Q8", Kind.SERIAL, "Q8"),
        (
            "https://brand.example/some/stem/01/09521141123454?17=261212",
            "/01/09521141123454",
            Kind.ITEM,
            "09521141123454",
        ),
        ("HTTPS://ID.GS1.ORG/01/09521141123454/10/a", "/01/09521141123454/10/a", Kind.LOT, "a"),
        ("https://a/01/09521141123454/22/V/10/L", "/01/09521141123454/10/L", Kind.LOT, "L"),
        ("https://a/414/9521141000021/254/0", "/414/9521141000021", Kind.PLACE, "9521141000021"),
        ("https://a/00/faux/00/106141411234567897", "/00/106141411234567897", Kind.CONTAINER, "106141411234567897"),
    ],
)
def test_canonical_form(text: str, uri: str, kind: Kind, code: str) -> None:
    found = identify(text)
    assert (found.uri, found.kind, found.code) == (ID + uri, kind, code)
    assert identify(found.uri).uri == found.uri


def test_a_serial_keeps_the_lot_its_source_named() -> None:
    assert identify(f"{ITEM}/10/L/21/S") == Identity(f"{ITEM}/21/S", Kind.SERIAL, ITEM, f"{ITEM}/10/L", "S")
    assert identify(f"{ITEM}/21/S").lot is None


def test_an_item_is_its_own_item() -> None:
    assert identify(ITEM) == Identity(ITEM, Kind.ITEM, ITEM, None, "09521141123454")


def test_two_escapes_of_one_lot_are_one_lot() -> None:
    spellings = {f"{ITEM}/10/{lot}" for lot in ("A%2fB", "A%2FB", "%41%2FB")} | {
        "urn:epc:class:lgtin:9521141.012345.A%2FB"
    }
    assert {canonical(text) for text in spellings} == {f"{ITEM}/10/A%2FB"}
    assert identify(f"{ITEM}/10/A%2FB").code == "A/B"
    assert canonical(f"{ITEM}/10/100%25") == f"{ITEM}/10/100%25"


@given(CODES)
def test_every_spelling_of_a_lot_ends_in_one(lot: str) -> None:
    every = f"https://brand.example/x/01/09521141123454/10/{''.join(f'%{ord(c):02x}' for c in lot)}"
    urn = f"urn:epc:class:lgtin:9521141.012345.{quote(lot, safe='')}"
    found = identify(every)
    assert found.uri == identify(urn).uri == identify(found.uri).uri
    assert found.code == lot


USUAL = st.builds(
    lambda scheme, digits, code: scheme(digits, code),
    st.sampled_from(
        [
            lambda d, c: f"{ID}/01/{d[:13]}{check_digit(d[:13])}",
            lambda d, c: f"{ID}/01/{d[:13]}{check_digit(d[:13])}/10/{c}",
            lambda d, c: f"{ID}/01/{d[:13]}{check_digit(d[:13])}/21/{c}",
            lambda d, c: f"{ID}/00/{d}{check_digit(d)}",
            lambda d, c: f"{ID}/414/{d[:12]}{check_digit(d[:12])}/254/{c}",
            lambda d, c: f"{ID}/414/{d[:13]}",
            lambda d, c: f"urn:epc:id:sgtin:{d[:7]}.{d[7:13]}.{c}",
            lambda d, c: f"urn:epc:class:lgtin:{d[:12]}.{d[12:13]}.{c}",
            lambda d, c: f"urn:epc:idpat:sgtin:{d[:6]}.{d[6:13]}.{c}",
            lambda d, c: f"urn:epc:id:sscc:{d[:8]}.{d[8:]}",
            lambda d, c: f"urn:epc:id:sgln:{d[:12]}..{c}",
            lambda d, c: f"urn:epc:id:sgln:{d[:9]}.{d[9:13]}.{c}",
            lambda d, c: f"https://trace.example/item/{c}",
            lambda d, c: f"https://trace.example/item/{d}/lot/{c}",
            lambda d, c: f"https://trace.example/item/{c}/serial/{d}",
            lambda d, c: f"https://a.b/doc/po/{c}",
            lambda d, c: f"https://a.b/doc/01/{d[:13]}{check_digit(d[:13])}",
            lambda d, c: f"https://a.b:80/party/{c}",
            lambda d, c: f"https://a-b/container/{c}",
            lambda d, c: f"https://a.b/place/{c}/{d}",
            lambda d, c: f"{ID}/place/{c}",
        ]
    ),
    st.text("0123456789", min_size=17, max_size=17),
    st.one_of(CODES, st.sampled_from(["0", "*", "00", "a.b", ".", "..", "~$@"])),
)


@given(USUAL)
def test_the_quick_way_says_what_the_general_way_says(text: str) -> None:
    """Both answer, and alike, or both refuse: the quick way must never accept more."""
    try:
        expected = identify_generally(text)
    except Refused:
        with pytest.raises(Refused):
            identify(text)
    else:
        assert identify(text) == expected


@given(st.text(max_size=60))
def test_any_text_is_named_once_or_refused(text: str) -> None:
    try:
        found = identify(text)
    except Refused:
        return
    assert identify(found.uri).uri == found.uri


@pytest.mark.parametrize(
    ("path", "kind", "item", "lot", "code"),
    [
        ("/item/A-1", Kind.ITEM, "/item/A-1", None, "A-1"),
        ("/item/A-1/lot/L%207", Kind.LOT, "/item/A-1", None, "L 7"),
        ("/item/A-1/serial/9", Kind.SERIAL, "/item/A-1", None, "9"),
        ("/place/W1", Kind.PLACE, None, None, "W1"),
        ("/place/W1/A/01/12345678", Kind.PLACE, None, None, "12345678"),
        ("/transit/W1/S-99", Kind.PLACE, None, None, "S-99"),
        ("/party/ACME", Kind.PARTY, None, None, "ACME"),
        ("/container/T7", Kind.CONTAINER, None, None, "T7"),
        ("/doc/po/4711", Kind.DOCUMENT, None, None, "4711"),
        ("/doc/po", Kind.OTHER, None, None, "po"),
        ("/item/A/b/c", Kind.OTHER, None, None, "c"),
        ("/item", Kind.OTHER, None, None, "item"),
    ],
)
def test_own_origin(path: str, kind: Kind, item: str | None, lot: str | None, code: str) -> None:
    origin = "https://trace.example"
    found = identify("HTTPS://Trace.Example" + path)
    assert found == Identity(origin + path, kind, origin + item if item else None, origin + lot if lot else None, code)


def test_an_own_serial_keeps_its_lot() -> None:
    found = identify("https://trace.example/item/A/lot/L/serial/S")
    assert found.uri == "https://trace.example/item/A/serial/S"
    assert found.lot == "https://trace.example/item/A/lot/L"


def test_own_codes_are_one_whatever_their_composition() -> None:
    composed, decomposed = (quote(unicodedata.normalize(form, "Käse")) for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert canonical(f"https://a.example/item/{decomposed}") == f"https://a.example/item/{composed}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("urn:epcglobal:cbv:bt:5200001000008:1152", Kind.DOCUMENT),
        ("urn:uuid:0a7c1a9e-0000-4000-8000-000000000000", Kind.OTHER),
        ("urn:epc:id:bic:CSQU3054383", Kind.CONTAINER),
        ("urn:epc:id:gid:952.1.2", Kind.OTHER),
        ("https://example.com/blog/2024/01/some-title", Kind.OTHER),
        ("https://example.com/8004/chair", Kind.OTHER),
        ("mailto:a@b.example", Kind.OTHER),
    ],
)
def test_other_uris_stay_as_they_are(text: str, kind: Kind) -> None:
    assert identify(f" {text}\r\n") == Identity(text, kind, code=identify(text).code)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("https://id.gs1.org/01/09521141123455", {"gs1.check_digit"}),
        ("https://brand.example/01/09521141123455/10/L", {"gs1.check_digit"}),
        ("https://brand.example/00/106141411234567890", {"gs1.check_digit"}),
        ("https://brand.example/414/9521141000012", {"gs1.check_digit"}),
        ("https://brand.example/8003/09521141000012S", {"gs1.check_digit"}),
        ("https://brand.example/01/9521141123454", {"gs1.too_short"}),
        ("https://brand.example/01/09521141123455/10/A%20B", {"gs1.check_digit", "gs1.format"}),
        (f"{ITEM}/21/S/10/L", {"gs1.link_order"}),
        (f"{ITEM}/235/T/21/S", {"gs1.link_order"}),
        (f"{ITEM}/10/", {"gs1.empty"}),
        (f"{ITEM}/", {"gs1.link_path"}),
        (f"{ITEM}?10=L", {"gs1.link_query_qualifier"}),
        (f"{ITEM}/10/{'L' * 21}", {"gs1.too_long"}),
        (f"{ITEM}/10/%C3%96", {"gs1.format"}),
        (f"{ITEM}/10/A%zz", {"gs1.uri"}),
        (f"{ITEM}/10/A%00", {"gs1.format"}),
        (f"{ITEM}/10/A<B", {"gs1.uri"}),
        ("https://id.gs1.org/item/A", {"gs1.link_path"}),
        ("urn:epc:id:sgtin:4012345.012345", {"gs1.urn"}),
        ("urn:epc:id:sgtin:4012345.01234.1", {"gs1.urn"}),
        ("urn:epc:id:sgtin:12345.01234567.1", {"gs1.urn"}),
        ("urn:epc:id:sgtin:４012345.012345.1", {"gs1.urn"}),
        ("urn:epc:id:sgln:4012345.00005.", {"gs1.empty"}),
        ("urn:epc:id:grai:4012345.12345.", {"gs1.urn"}),
        ("urn:epc:idpat:sgtin:4012345.*.*", {"gs1.urn_pattern"}),
        ("urn:epc:id:gtin:4012345.012345.1", {"gs1.urn_scheme"}),
        ("urn:epc:tag:sgtin-96:3.4012345.012345.1", {"gs1.urn_scheme"}),
        ("https://exa mple.com/x", {"gs1.uri"}),
        ("https:///x", {"gs1.uri"}),
        ("LOT-7", {"gs1.uri"}),
        ("", {"gs1.uri"}),
        ("urn:a:b\x00c", {"gs1.uri"}),
        ("urn:a:b c", {"gs1.uri"}),
        ("urn:a:" + "x" * 2048, {"gs1.uri_too_long"}),
    ],
)
def test_refuses(text: str, codes: set[str]) -> None:
    with pytest.raises(Refused) as refusal:
        identify(text)
    assert {problem.code for problem in refusal.value.problems} == codes
