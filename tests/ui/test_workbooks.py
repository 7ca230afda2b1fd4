"""Files as people have them: read as texts, and refused in words where they are not what they seem."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from suyuan.gs1.problems import Refused
from suyuan.ui import workbooks
from suyuan.ui.workbook_files import Head, Page, csv_lines, make_workbook
from suyuan.ui.workbooks import column_letters, column_number, read_workbook

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip)


def rows(content: bytes) -> list[tuple[str, ...]]:
    return list(read_workbook(content)[0].rows)


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_workbook(content)
    return refused.value.problems[0].code


def excel(table: Sequence[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for n, row in enumerate(table):
        sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()


def package(**members: bytes) -> bytes:
    """A workbook of hand-made parts; `sheet` is its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, zipfile.ZipFile(io.BytesIO(excel([["a"]]))) as plain:
        for name in plain.namelist():
            given = members.get("sheet") if name == "xl/worksheets/sheet1.xml" else None
            made.writestr(name, plain.read(name) if given is None else given)
        for name, content in members.items():
            if name != "sheet":
                made.writestr(f"xl/media/{name}", content)
    return out.getvalue()


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def test_it_works() -> None:
    content = excel([["code", "amount"], ["0007", 12], ["=cmd|' /C calc'!A0", 0.1 + 0.2], [6901234000108, None, True]])
    assert rows(content)[:2] == [("code", "amount"), ("0007", "12")]
    assert rows(content)[3] == ("6901234000108", "", "1")


def test_places_of_cells_are_kept() -> None:
    assert rows(package(sheet=sheet_xml('<row r="3"><c r="C3"><v>1</v></c></row>'))) == [(), (), ("", "", "1")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files_are_read_as_they_are_saved(encoding: str, delimiter: str) -> None:
    content = f'编码{delimiter}名称\r\n0007{delimiter}"酸奶{delimiter}原味"\r\n'.encode(encoding)
    assert rows(content) == [("编码", "名称"), ("0007", f"酸奶{delimiter}原味")]


def test_western_letters_are_not_taken_for_chinese() -> None:
    assert refusal("code,name\n1,Käse mit Kräutern für Bäcker\n".encode("latin-1")) == "ui.file_encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ui.file_empty"),
        (b"\r\n,,\r\n", "ui.file_empty"),
        (excel([]), "ui.file_empty"),
        (workbooks._OLE + bytes(600), "ui.file_old"),
        (workbooks._OLE + "EncryptedPackage".encode("utf-16-le"), "ui.file_locked"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "ui.file_no_table"),
        (b"%PDF-1.7 ...", "ui.file_no_table"),
        (b"code\0name", "ui.file_no_table"),
        (b"PK\x03\x04 and then nothing of the kind", "ui.file_broken"),
        (excel([["a"]])[:900], "ui.file_broken"),
        (b'a,b\n"1,2\n' + b"3,4\n" * 50_000, "ui.file_quotes"),
        (b"," * 300 + b"x", "ui.file_columns"),
        (b"1\n" * (workbooks.MOST_ROWS + 1), "ui.file_rows"),
        (b"x" * (workbooks.MOST_BYTES + 1), "ui.file_large"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_zip_of_something_else_is_said() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", "<a/>")
    assert refusal(out.getvalue()) == "ui.file_no_workbook"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ('<row r="1"><c r="A1"/></row><row r="1000000"><c r="A1000000"><v>1</v></c></row>', "ui.file_rows"),
        ("<row><c><v>1</v></c></row>" * (workbooks.MOST_ROWS + 1), "ui.file_rows"),
        ('<row r="1"><c s="1" r="XFD1"><v>1</v></c></row>', "ui.file_columns"),
        ('<row r="1"><c r="GR1"/></row><row r="90000"><c r="A90000"><v>1</v></c></row>', "ui.file_cells"),
        ('<row r="2"><c r="B2" s="1" t="e"><v>#N/A</v></c></row>', "ui.file_errors"),
    ],
)
def test_a_sheet_is_measured_before_it_is_read(cells: str, code: str) -> None:
    assert refusal(package(sheet=sheet_xml(cells))) == code


def test_a_million_rows_are_refused_without_reading_them() -> None:
    table = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    assert refusal(package(sheet=sheet_xml(table))) == "ui.file_rows"


def test_a_bomb_is_refused() -> None:
    assert refusal(package(picture=bytes(30_000_000))) == "ui.file_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = package(picture=bytes(30_000_000))
    honest, lie = struct.pack("<L", 30_000_000), struct.pack("<L", 1000)
    assert honest in content
    assert refusal(content.replace(honest, lie)) == "ui.file_bomb"


def test_many_packed_pictures_are_refused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 20_000_000)
    noise = {f"p{n}": bytes([n % 251, n % 7]) * 3_000_000 for n in range(4)}
    assert refusal(package(**noise)) == "ui.file_bomb"


def test_hidden_sheets_are_left_out() -> None:
    page = Page("货品", [Head("状态", choices=[f"选择，{n} 号" for n in range(60)])], [["=1+1"]])
    sheets = read_workbook(make_workbook(page, "说明", ("列", "说明", "可选")))
    assert [sheet.name for sheet in sheets] == ["货品", "说明"]


HEADS = [Head("code"), Head("amount", number=True), Head("day", day=True)]
ROW = st.tuples(
    WORDS.filter(lambda text: not text.startswith("'")),
    st.decimals(min_value=0, max_value=10**17, places=3, allow_nan=False).map(lambda d: Decimal(d).normalize()),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
)


def _texts(row: tuple[str, Decimal, date]) -> tuple[str, ...]:
    return row[0], f"{row[1]:f}", row[2].isoformat()


@given(st.lists(ROW, min_size=1, max_size=5))
def test_what_is_written_reads_back(table: list[tuple[str, Decimal, date]]) -> None:
    wanted = [_texts(row) for row in table]
    assert rows(make_workbook(Page("a", HEADS, table)))[1:] == wanted
    assert rows("".join(csv_lines(HEADS, table)).encode())[1:] == wanted


def test_formulas_in_a_csv_are_harmless() -> None:
    lines = "".join(csv_lines([Head("code")], [["=cmd|' /C calc'!A0"], ["-1+1"]]))
    assert "\n'=cmd" in lines
    assert "\n'-1+1" in lines


def test_wrong_cells_carry_their_sentence() -> None:
    content = make_workbook(Page("a", [Head("code")], [["x"]], {(0, 0): "Say it again."}))
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        comments = next(name for name in made.namelist() if "comments" in name)
        assert b"Say it again." in made.read(comments)


@given(st.integers(1, 20_000))
def test_columns_have_letters(number: int) -> None:
    assert column_number(column_letters(number)) == number
