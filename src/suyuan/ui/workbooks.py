"""Spreadsheets and CSV files read as rows of texts, however people make them; what is unsafe is refused first.

A file says by its first bytes what it is, never by its name. Sizes are measured before anything is unpacked into
memory: a workbook of a few kilobytes can claim, or become, any number of rows.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from suyuan.gs1.problems import Problem, Refused

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 5_000_000  # rows by columns: the reader makes room for each, filled or not
MOST_SHEETS = 50
MOST_UNPACKED = 400 * 1024 * 1024
MOST_MEMBERS = 2000
MOST_TIMES = 250  # unpacked to packed; rows of a real sheet, alike as they are, come to 60
FREE_TO_UNPACK = 8 * 1024 * 1024  # below which nobody asks how often
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_STEP = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ERROR = re.compile(rb"<(?:\w+:)?c\s[^>]*?\bt=[\"']e[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as texts. Rows are as long as their last filled cell; empty rows stand where they stood."""

    name: str
    rows: Sequence[Cells]


def read_workbook(content: bytes) -> tuple[Sheet, ...]:
    """The sheets of a file that have anything in them. Raises Refused where it can't be read, saying what it is."""
    if not content.strip(b"\0\r\n\t ,;"):
        raise _refused("ui.file_empty")
    if len(content) > MOST_BYTES:
        raise _refused("ui.file_large", most=str(MOST_BYTES // 1024 // 1024))
    if content.startswith(_OLE):
        raise _refused("ui.file_locked" if "EncryptedPackage".encode("utf-16-le") in content else "ui.file_old")
    sheets = _excel(content) if content.startswith(_ZIP) else (Sheet("", _table(decoded(content))),)
    filled = tuple(sheet for sheet in sheets if any(sheet.rows))
    if not filled:
        raise _refused("ui.file_empty")
    return filled


def _refused(code: str, **params: str) -> Refused:
    return Refused([Problem(code, "file", params)])


# -- Excel ------------------------------------------------------------------------------------------------------------


def _excel(content: bytes) -> tuple[Sheet, ...]:
    check_package(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [
            about.name
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible
        ]
        if len(shown) > MOST_SHEETS:
            raise _refused("ui.file_sheets", count=str(len(shown)), most=str(MOST_SHEETS))
        return tuple(
            Sheet(name, _texts(book.get_sheet_by_name(name).to_python(skip_empty_area=False))) for name in shown
        )
    except (CalamineError, ValueError, OSError) as error:
        raise _refused("ui.file_broken") from error
    except BaseException as error:  # a panic of the reader is no Exception, and must not take the worker with it
        if type(error).__name__ != "PanicException":
            raise
        raise _refused("ui.file_broken") from error


def _texts(rows: Iterable[Sequence[object]]) -> list[Cells]:
    found = [_trimmed([_text(value) for value in row]) for row in rows]
    _drop_empty(found)
    return found


def _text(value: object) -> str:
    """A cell as the text that means it: whole numbers without a point, days as 2026-11-30."""
    match value:
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case float():
            return f"{Decimal(f'{value:.15g}'):f}"  # what the sheet shows: it keeps 15 digits
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return str(value)


def check_package(content: bytes) -> None:
    """Refused where a workbook unpacks to more than it should, or has more rows and columns than are read.

    Everything is unpacked once, piece by piece and thrown away, since what a package says about its sizes may be a lie.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_members(package)
            left = MOST_UNPACKED
            for info in package.infolist():
                left -= _check_member(package, info, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refused("ui.file_broken") from error


def _check_members(package: zipfile.ZipFile) -> None:
    infos = package.infolist()
    names = {info.filename for info in infos}
    if "xl/workbook.xml" not in names:
        raise _refused("ui.file_binary" if "xl/workbook.bin" in names else "ui.file_no_workbook")
    if len(infos) > MOST_MEMBERS or len(names) < len(infos):
        raise _refused("ui.file_bomb")
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise _refused("ui.file_bomb")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise _refused("ui.file_broken")


def _check_member(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> int:
    most = min(left, max(FREE_TO_UNPACK, info.compress_size * MOST_TIMES))
    info.file_size = most + 2 * _STEP  # read to where the data end, not to where the directory says they do
    size = _Size() if _SHEET.fullmatch(info.filename) else None
    unpacked, tail = 0, b""
    with package.open(info) as member:
        while piece := member.read(_STEP):
            unpacked += len(piece)
            if unpacked > most:
                raise _refused("ui.file_bomb")
            if size is not None:
                tail = size.look(tail + piece)
    return unpacked


class _Size:
    """How many rows and columns a sheet has, by the cells that stand in it and not by what it says."""

    def __init__(self) -> None:
        self.started = self.row = self.column = 0

    def look(self, xml: bytes) -> bytes:
        """Take in a piece; gives back its end, where an element may be cut."""
        end = xml.rfind(b"<") if len(xml) - xml.rfind(b"<") < 1000 else len(xml)
        self.started += len(_ROW.findall(xml, 0, end))
        for letters, number in _last_cells(_CELL.findall(xml, 0, end)):
            self.row = max(self.row, int(number))
            self.column = max(self.column, column_number(letters.decode()))
        if wrong := _ERROR.search(xml, 0, end):  # the reader would take it for an empty cell
            cell = _CELL.match(wrong[0])
            raise _refused("ui.file_errors", cell=(cell[1] + cell[2]).decode() if cell else "?")
        rows, columns = max(self.row, self.started), self.column
        if rows > MOST_ROWS:
            raise _refused("ui.file_rows", most=f"{MOST_ROWS:,}")
        if columns > MOST_COLUMNS:
            raise _refused("ui.file_columns", most=str(MOST_COLUMNS))
        if rows * columns > MOST_CELLS:
            raise _refused("ui.file_cells", most=f"{MOST_CELLS:,}")
        return xml[end:]


def _last_cells(cells: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """One cell for each column and the last row: all that the size depends on."""
    columns: dict[bytes, int] = {}
    for letters, number in cells:
        if (row := int(number)) > columns.get(letters, 0):
            columns[letters] = row
    return ((letters, str(row).encode()) for letters, row in columns.items())


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The inverse of `column_number`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# -- CSV --------------------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030, which Chinese Excel writes. Refused where it is neither."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content or content.lstrip()[:1] == b"<" or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise _refused("ui.file_no_table")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or _is_chinese(text):
            return text
    raise _refused("ui.file_encoding")


def _is_chinese(text: str) -> bool:
    """Almost any bytes are some GB18030; those of a western encoding become signs that nobody writes."""
    foreign = [letter for letter in text if letter > "\x7f"][:5000]
    usual = sum(_is_usual(letter) for letter in foreign)
    return usual >= 0.9 * len(foreign)


def _is_usual(letter: str) -> bool:
    try:
        return bool(letter.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _table(text: str) -> list[Cells]:
    rows: list[Cells] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text)):
            if len(row) > MOST_COLUMNS:
                raise _refused("ui.file_columns", most=str(MOST_COLUMNS))
            rows.append(_trimmed([_meant(cell) for cell in row]))
            cells += len(row)
            if len(rows) > MOST_ROWS:
                raise _refused("ui.file_rows", most=f"{MOST_ROWS:,}")
            if cells > MOST_CELLS:
                raise _refused("ui.file_cells", most=f"{MOST_CELLS:,}")
    except csv.Error as error:
        raise _refused("ui.file_quotes", row=str(len(rows) + 1)) from error
    _drop_empty(rows)
    return rows


def delimiter_of(text: str) -> str:
    """Comma, semicolon or tab: the one that parts the first lines into most columns."""
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]

    def columns(delimiter: str) -> int:
        return sum(map(len, csv.reader(lines, delimiter=delimiter)))

    return max(",;\t", key=columns)


def _meant(cell: str) -> str:
    """Without the sign that a harmless export put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell


def _trimmed(cells: Sequence[str]) -> Cells:
    end = len(cells) - sum(1 for _ in takewhile(lambda cell: not cell.strip(), reversed(cells)))
    return tuple(cell.strip() for cell in cells[:end])


def _drop_empty(rows: list[Cells]) -> None:
    while rows and not rows[-1]:
        rows.pop()
