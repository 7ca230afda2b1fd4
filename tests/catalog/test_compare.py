"""Rows that may mean one thing: what is alike, what is not, and that it is found among many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.duplicates import keep_found, similar_in, similar_to
from suyuan.catalog.likeness import Entry, Why, alike, bare, pairs, plain
from suyuan.catalog.models import Likeness, Searched
from suyuan.catalog.register import Row, put
from suyuan.catalog.registers import REGISTERS
from suyuan.catalog.writes import bump

MILK, CASE = "06901234000207", "16901234000204"


def entry(uri: str, *names: str, code: str = "", group: str = "", **shared: str) -> Entry:
    told = {(Why(why), value) for why, value in shared.items()} | ({(Why.CODE, bare(code))} if code else set())
    return Entry(uri, code, names, group, frozenset(told))


def found(*entries: Entry) -> list[tuple[str, str, str]]:
    return [(pair.one, pair.other, pair.text) for pair in pairs(entries)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("AB-007", "ab 7"), ("85123A", "85123-a"), ("００12", "12"), ("A.0100", "A100"), ("x_01", "X1")],
)
def test_codes_that_are_one(one: str, other: str) -> None:
    assert bare(one) == bare(other)


@pytest.mark.parametrize(("one", "other"), [("A10", "A100"), ("AB7", "BA7"), ("100", "10")])
def test_codes_that_are_two(one: str, other: str) -> None:
    assert bare(one) != bare(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("原味酸奶 150 g", "原味酸奶(150 g)"),
        ("原味酸奶 150 g", "酸奶原味 150 g"),
        ("White Lantern, metal", "metal lantern white"),
        ("WHITE HANGING HEART HOLDER", "White hanging hart holder"),
    ],
)
def test_names_that_are_alike(one: str, other: str) -> None:
    assert alike(entry("a", one), entry("b", other)) >= 60
    assert found(entry("a", one), entry("b", other)) == [("a", "b", "name")]


@pytest.mark.parametrize(
    ("one", "other"), [("原味酸奶 150 g", "原味酸奶 200 g"), ("生牛乳", "发酵菌种"), ("Cup 150", "Raw milk")]
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert found(entry("a", one), entry("b", other)) == []


def test_other_categories_are_other_goods() -> None:
    assert found(entry("a", "Plain yoghurt", group="1"), entry("b", "Plain yoghurt", group="2")) == []
    assert found(entry("a", "Plain yoghurt", group="1"), entry("b", "Plain yoghurt")) == [("a", "b", "name")]


def test_what_no_two_should_share() -> None:
    rows = [entry("a", gtin=MILK, code="X-1"), entry("b", gtin=MILK, code="x01"), entry("c", part="1|7")]
    assert found(*rows, entry("d", part="1|7")) == [("a", "b", "code,gtin"), ("c", "d", "part")]


def test_very_many_of_one_code_are_told_in_a_row() -> None:
    """A hundred rows with one supplier's code are a hundred pairs, not five thousand."""
    assert len(pairs([entry(f"u{n:03}", part="1|7") for n in range(100)])) == 99


def test_it_is_found_among_many() -> None:
    rows = [entry(f"u{n:05}", f"article {chr(0x4E00 + n)}{chr(0x5E00 + n)} {n}") for n in range(3000)]
    rows += [entry("x", "brushed steel kettle"), entry("y", "kettle, brushed steal")]
    assert ("x", "y", "name") in found(*rows)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_has_no_direction(one: str, other: str) -> None:
    first, second = entry("a", one), entry("b", other)
    assert alike(first, second) == alike(second, first)
    assert plain(plain(one)) == plain(one)


# -- among the rows that stand


def add(register: str, *rows: dict[str, object]) -> None:
    put(REGISTERS[register], [Row(row) for row in rows], version=bump(), used=lambda _uris: ())  # type: ignore[arg-type]  # values of tests


@pytest.fixture
def items(db: None) -> None:
    add("categories", {"code": "dairy"}, {"code": "cups"})
    yoghurt = {"name_zh": "原味酸奶 150 g", "name_en": "Plain yoghurt 150 g", "base_unit": "EA", "category": "dairy"}
    add(
        "items",
        {"code": "YOG-150", **yoghurt},
        {"code": "MILK", "name_en": "Raw milk", "base_unit": "KGM", "gtin": MILK},
    )
    add("packs", {"item": "MILK", "gtin": CASE, "numerator": 6})


@pytest.mark.usefixtures("items")
def test_while_somebody_types() -> None:
    (one,) = similar_to("items", {"code": "yog 150", "name_en": "Yoghurt, plain, 150 g", "category": "dairy"})
    assert (one.code, one.why) == ("YOG-150", (Why.CODE, Why.NAME))
    assert [one.code for one in similar_to("items", {"code": "NEW", "gtin": CASE})] == ["MILK"]
    assert similar_to("items", {"code": "NEW", "name_en": "Yoghurt, plain, 150 g", "category": "cups"}) == []
    assert similar_to("items", {"code": "YOG-150", "name_en": "Plain yoghurt 150 g"}) == []  # itself
    assert similar_to("items", {"code": "", "name_en": ""}) == []
    assert similar_to("places", {"code": "A"}) == []


@pytest.mark.usefixtures("items")
def test_it_sees_what_was_written_since() -> None:
    assert similar_to("items", {"code": "N", "name_en": "Glass bottle"}) == []
    add("items", {"code": "GLAS", "name_en": "Glas bottle", "base_unit": "EA"})
    assert [one.code for one in similar_to("items", {"code": "N", "name_en": "Glass bottle"})] == ["GLAS"]
    add("items", {"code": "GLAS", "is_active": False})
    assert similar_to("items", {"code": "N", "name_en": "Glass bottle"}) == []


@pytest.mark.usefixtures("items")
def test_a_whole_file() -> None:
    rows = [{"code": "YOG-150", "name_en": "x"}, {"code": "yog0150"}, {"code": "Z", "name_en": "Fresh air"}]
    told = similar_in("items", rows)
    assert {n: [one.code for one in found_] for n, found_ in told.items()} == {1: ["YOG-150"]}


@pytest.mark.usefixtures("items")
def test_partners_by_tax_number(db: None) -> None:
    add("partners", {"code": "F1", "roles": ("supplier",), "tax_number": "9115-0100"})
    (one,) = similar_to("partners", {"code": "F2", "tax_number": "91150100"})
    assert (one.code, one.why) == ("F1", (Why.TAX,))


@pytest.mark.usefixtures("items")
def test_a_search_replaces_the_last_one() -> None:
    first, second = (
        pairs([entry("a", code="1"), entry("b", code="01")]),
        pairs([entry("a", code="1"), entry("c", code="01")]),
    )
    assert keep_found("items", first, version=1, at=1) == 1
    assert keep_found("items", second, version=2, at=2) == 1
    assert [(row.one, row.other) for row in Likeness.objects.all()] == [("a", "c")]
    Likeness.objects.update(dismissed="two")
    assert keep_found("items", second, version=3, at=3) == 0
    assert Searched.objects.get().version == 3
