"""What scans do to a sheet; no database, no browser."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from suyuan.desk.forms import Line, Sheet
from suyuan.desk.scans import fields_of, with_scan
from suyuan.gs1.scans import scan

YOGHURT = "06901234000108"


def label(text: str) -> dict[str, str]:
    return fields_of(scan(text, today=date(2026, 11, 21)))


def test_a_full_label_fills_a_line() -> None:
    sheet = with_scan(Sheet(), label(f"]d201{YOGHURT}1726121910A-7\x1d3012"))
    assert sheet.lines[0].values == {"item": YOGHURT, "lot": "A-7", "expiry": "2026-12-19", "quantity": "12"}


def test_a_weighed_label_fills_quantity_and_unit() -> None:
    assert label(f"(01){YOGHURT}(3102)001250")["quantity"] == "12.5"
    assert label(f"(01){YOGHURT}(3102)001250")["unit"] == "KGM"


def test_a_logistic_label_names_what_is_inside_and_its_pallet() -> None:
    found = label(f"(00)369012340000000017(02){YOGHURT}(37)48(10)A-7")
    assert found == {"item": YOGHURT, "lot": "A-7", "quantity": "48", "inside": "369012340000000017"}


def test_the_same_label_again_counts_one_more() -> None:
    sheet = Sheet()
    for _ in range(3):
        sheet = with_scan(sheet, label(f"(01){YOGHURT}(10)A-7"))
    assert [line.get("quantity") for line in sheet.lines] == ["3"]


def test_another_lot_is_another_line() -> None:
    sheet = with_scan(with_scan(Sheet(), label(f"(01){YOGHURT}(10)A-7")), label(f"(01){YOGHURT}(10)A-8"))
    assert [line.get("lot") for line in sheet.lines] == ["A-7", "A-8"]


def test_a_label_spread_over_two_codes_completes_the_line() -> None:
    sheet = with_scan(with_scan(Sheet(), label(f"(01){YOGHURT}")), label("(10)A-7(17)261219"))
    assert sheet.lines[0].values == {"item": YOGHURT, "lot": "A-7", "expiry": "2026-12-19"}
    other_way = with_scan(with_scan(Sheet(), label("(10)A-7")), label(f"(01){YOGHURT}"))
    assert other_way.lines[0].values == {"item": YOGHURT, "lot": "A-7"}


def test_a_second_lot_label_never_overwrites_the_first() -> None:
    sheet = with_scan(Sheet(lines=(Line({"item": YOGHURT, "lot": "A-7"}),)), label("(10)A-8"))
    assert [line.get("lot") for line in sheet.lines] == ["A-7", "A-8"]


def test_serials_are_lines_of_one_each() -> None:
    sheet = with_scan(with_scan(Sheet(), label(f"(01){YOGHURT}(21)S1")), label(f"(01){YOGHURT}(21)S2"))
    assert [(line.get("serials"), line.get("quantity")) for line in sheet.lines] == [("S1", "1"), ("S2", "1")]


def test_a_quantity_typed_wrong_is_left_to_its_typist() -> None:
    sheet = with_scan(Sheet(lines=(Line({"item": YOGHURT, "quantity": "many"}),)), {"item": YOGHURT})
    assert [line.get("quantity") for line in sheet.lines] == ["many"]


@given(st.lists(st.sampled_from([f"(01){YOGHURT}(10)A", f"(01){YOGHURT}(10)B", "(10)C", "(17)261219"]), max_size=12))
def test_no_scan_is_lost(texts: list[str]) -> None:
    sheet = Sheet()
    for text in texts:
        sheet = with_scan(sheet, label(text))
    kept = {value for line in sheet.lines for value in line.values.values()}
    assert {value for text in texts for value in label(text).values()} <= kept
