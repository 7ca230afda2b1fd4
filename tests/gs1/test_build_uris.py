"""URIs made from what people type."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from suyuan.gs1 import identifiers as ids
from suyuan.gs1.problems import Refused

ORIGIN = "https://trace.example"
ITEM = "https://id.gs1.org/01/09521141123454"
# Whatever a person may call a thing: any printable text that begins and ends with no blank.
TYPED = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20)


def test_keys() -> None:
    assert ids.item_uri("9521141123454") == ITEM
    assert ids.lot_uri("9521141123454", " A/B ") == f"{ITEM}/10/A%2FB"
    assert ids.serial_uri("9521141123454", "S") == f"{ITEM}/21/S"
    assert ids.sscc_uri("106141411234567897") == "https://id.gs1.org/00/106141411234567897"
    assert ids.gln_uri("4012345000054") == "https://id.gs1.org/414/4012345000054"
    assert ids.gln_uri("4012345000054", "A-01") == "https://id.gs1.org/414/4012345000054/254/A-01"
    assert ids.party_uri("4012345000054") == "https://id.gs1.org/417/4012345000054"


def test_own_things() -> None:
    assert ids.own_item_uri(ORIGIN, "酸奶 1") == f"{ORIGIN}/item/%E9%85%B8%E5%A5%B6%201"
    assert ids.own_place_uri("https://Trace.Example/", "W1", "A", "01") == f"{ORIGIN}/place/W1/A/01"
    assert ids.own_party_uri(ORIGIN, "ACME") == f"{ORIGIN}/party/ACME"
    assert ids.own_container_uri(ORIGIN, "T7") == f"{ORIGIN}/container/T7"
    assert ids.own_document_uri(ORIGIN, "po", "47/11") == f"{ORIGIN}/doc/po/47%2F11"


def test_lots_and_serials_of_both_sorts_of_item() -> None:
    own = ids.own_item_uri(ORIGIN, "A")
    assert ids.lot_of_item(ITEM, "L") == f"{ITEM}/10/L"
    assert ids.lot_of_item(own, "批 7") == f"{ORIGIN}/item/A/lot/%E6%89%B9%207"
    assert ids.serial_of_item(ITEM, "S") == f"{ITEM}/21/S"
    assert ids.serial_of_item(own, "S") == f"{ORIGIN}/item/A/serial/S"


@given(TYPED, TYPED)
def test_what_is_built_reads_back(code: str, lot: str) -> None:
    assume(code.strip() and lot.strip() and code.strip() not in (".", "..") and lot.strip() not in (".", ".."))
    item = ids.own_item_uri(ORIGIN, code)
    uri = ids.lot_of_item(item, lot)
    found = ids.identify(uri)
    assert (found.uri, found.kind, found.item) == (uri, ids.Kind.LOT, item)


@pytest.mark.parametrize("code", ["", " ", ".", "..", "a\x00b", "a\nb", "\ud800"])
def test_refuses_codes_that_cannot_be_read_back(code: str) -> None:
    with pytest.raises(Refused) as refusal:
        ids.own_place_uri(ORIGIN, "W1", code)
    assert [problem.code for problem in refusal.value.problems] == ["gs1.own_code"]


@pytest.mark.parametrize(
    "origin", ["trace.example", "https://", "https://trace.example/path", "ftp://a", "https://id.gs1.org"]
)
def test_refuses_what_is_no_origin(origin: str) -> None:
    with pytest.raises(Refused):
        ids.own_item_uri(origin, "A")


def test_refuses_codes_that_spell_a_digital_link() -> None:
    with pytest.raises(Refused) as refusal:
        ids.own_place_uri(ORIGIN, "W1", "414", "4012345000054")
    assert [problem.code for problem in refusal.value.problems] == ["gs1.own_origin"]


def test_refuses_lots_that_are_no_gs1_lots() -> None:
    for lot in ("", "A B", "批", "L" * 21):
        with pytest.raises(Refused):
            ids.lot_uri("9521141123454", lot)


def test_refuses_lots_of_what_is_no_item() -> None:
    for uri in (f"{ITEM}/10/L", "https://id.gs1.org/00/106141411234567897", f"{ORIGIN}/place/W1"):
        with pytest.raises(Refused) as refusal:
            ids.lot_of_item(uri, "L")
        assert [problem.code for problem in refusal.value.problems] == ["gs1.not_item"]


@given(st.sampled_from([ITEM, f"{ORIGIN}/item/A"]), st.lists(st.text("09AZaz-_.~/ %é", min_size=1, max_size=22)))
def test_many_serials_are_spelled_as_each_by_itself(item: str, serials: list[str]) -> None:
    try:
        each = tuple(ids.serial_of_item(item, serial) for serial in serials)
    except Refused:
        with pytest.raises(Refused):
            ids.serials_of_item(item, serials)
    else:
        assert ids.serials_of_item(item, serials) == each


@given(st.sampled_from(["po", "desadv", "01", "采购"]), st.text("09AZaz-_.~/ %é", max_size=22))
def test_numbers_of_papers_are_spelled_as_identify_reads_them(kind: str, number: str) -> None:
    try:
        uri = ids.own_document_uri(ORIGIN, kind, number)
    except Refused:
        return
    found = ids.identify(uri)
    assert (found.uri, found.kind, found.code) == (uri, ids.Kind.DOCUMENT, number.strip())
