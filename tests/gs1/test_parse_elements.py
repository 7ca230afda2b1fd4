"""Element strings, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.application_identifiers import TABLE, is_value, value_problems
from suyuan.gs1.elements import Element, format_elements, parse_elements, validate_elements
from suyuan.gs1.problems import Refused

GTIN = "09521141123454"
CHINA_UDI = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"


def codes(text: str) -> list[str]:
    with pytest.raises(Refused) as refusal:
        parse_elements(text)
    return [problem.code for problem in refusal.value.problems]


def read(text: str) -> str:
    return format_elements(parse_elements(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHINA_UDI, CHINA_UDI),
        (f"]d201{GTIN}10LOT-7\x1d21SN1", f"(01){GTIN}(10)LOT-7(21)SN1"),
        (f"]C101{GTIN}10LOT-7\x1d", f"(01){GTIN}(10)LOT-7"),
        (f"]Q301{GTIN}1724020010L", f"(01){GTIN}(17)240200(10)L"),
        (f"01{GTIN}10LOT-7{{GS}}21SN1", f"(01){GTIN}(10)LOT-7(21)SN1"),
        (f"01{GTIN}10LOT-721SN1", f"(01){GTIN}(10)LOT-721SN1"),
        (f"01{GTIN}310300125017270200", f"(01){GTIN}(3103)001250(17)270200"),
        (f"01{GTIN}\x1d10L", f"(01){GTIN}(10)L"),
        (f"(01) {GTIN} (10) A\\(1)", f"(01){GTIN}(10)A\\(1)"),
        ("00106141411234567897029521141123454637\x1d", None),
    ],
)
def test_reads(text: str, expected: str | None) -> None:
    if expected is None:
        assert codes(text)
    else:
        assert read(text) == expected


def test_a_separator_may_be_missing_where_one_reading_is_left() -> None:
    """422 always has three digits, so what follows can only be the next element."""
    assert read(f"01{GTIN}4221567003261231235910L") == f"(01){GTIN}(422)156(7003)2612312359(10)L"
    assert codes(f"01{GTIN}42215610") == ["gs1.too_long"]


def test_the_same_element_twice_is_one() -> None:
    assert read(f"(01){GTIN}(01){GTIN}(10)L") == f"(01){GTIN}(10)L"


def test_other_separators_can_be_set() -> None:
    assert parse_elements(f"01{GTIN}10L~21S", separators=("~",)) == (
        Element("01", GTIN),
        Element("10", "L"),
        Element("21", "S"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["gs1.scan_empty"]),
        ("]d1" + "01" + GTIN, ["gs1.symbology"]),
        (f"\x1d01{GTIN}", ["gs1.separator"]),
        ("0109521141123455", ["gs1.check_digit"]),
        (f"(01){GTIN}(17)270230", ["gs1.date"]),
        (f"(01){GTIN}(17)250229", ["gs1.date"]),
        (f"(01){GTIN}(17)271301", ["gs1.date"]),
        (f"(01){GTIN}(10)A B", ["gs1.format"]),
        (f"(01){GTIN}(10)Ö", ["gs1.format"]),
        (f"(01){GTIN}(10){'L' * 21}", ["gs1.too_long"]),
        (f"(01){GTIN}(10)L(10)M", ["gs1.ai_repeated"]),
        (f"(01){GTIN}x(10", ["gs1.brackets", "gs1.too_long"]),
        (f"(01){GTIN}(99)", ["gs1.empty"]),
        ("(21)S", ["gs1.ai_needs"]),
        ("(10)L", ["gs1.ai_needs"]),
        (f"(02){GTIN}", ["gs1.ai_needs"]),
        ("(37)12", ["gs1.ai_needs"]),
        (f"(01){GTIN}(37)12", ["gs1.ai_excludes", "gs1.ai_needs"]),
        (f"(01){GTIN}(02){GTIN}(00)106141411234567897(37)1", ["gs1.ai_excludes"] * 2),
        ("(01)09521141123455(17)271301(10)", ["gs1.check_digit", "gs1.date", "gs1.empty"]),
        ("07123", ["gs1.ai_unknown"]),
    ],
)
def test_refuses_with_every_problem(text: str, expected: list[str]) -> None:
    found = codes(text)
    assert sorted(set(found)) == sorted(set(expected))


def test_content_of_a_logistic_unit() -> None:
    assert validate_elements(parse_elements(f"(00)106141411234567897(02){GTIN}(37)12")) == []


def test_a_part_of_a_label_may_lack_its_key_but_not_contradict_itself() -> None:
    assert parse_elements("10LOT", associations=False) == (Element("10", "LOT"),)
    with pytest.raises(Refused):
        parse_elements("(3100)000001(3101)000001", associations=False)


def test_a_signature_needs_a_serialised_key() -> None:
    bare = [Element("253", "9521141000021"), Element("8030", "abc")]
    assert [p.code for p in validate_elements(bare)] == ["gs1.signature_serial"]
    assert validate_elements([Element("253", "9521141000021S"), Element("8030", "abc")]) == []


AIS = st.sampled_from(
    sorted(ai for ai, row in TABLE.items() if not row.checks and row.pattern.pattern.startswith("[!"))
)
VALUES = st.text("!\"%&'()*+,-./0159:;<=>?AZ_az", min_size=1, max_size=20)
LOOSE = st.lists(st.builds(Element, AIS, VALUES), min_size=1, max_size=5, unique_by=lambda element: element.ai)


@given(LOOSE)
def test_what_is_written_reads_back(elements: list[Element]) -> None:
    if not all(is_value(element.ai, element.value) for element in elements) or validate_elements(
        elements, associations=False
    ):
        return
    for brackets in (True, False):
        assert parse_elements(format_elements(elements, brackets), associations=False) == tuple(elements)


@given(st.sampled_from(sorted(TABLE)), st.text("0123456789AZaz/=", max_size=40))
def test_the_quick_answer_is_the_long_one(ai: str, value: str) -> None:
    assert is_value(ai, value) == (value_problems(ai, value) == [])
