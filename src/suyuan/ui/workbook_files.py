"""Spreadsheets made: exports and templates that say what belongs in each column, and read back as what they were."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from suyuan.gs1.quantities import Quantity, decimal_text
from suyuan.ui.tables import NUMERIC, Code, Column, DaysLeft, Echo, Jump, Value, harmless, plain
from suyuan.ui.tables import Row as Drawn
from suyuan.ui.tables import heads as titles
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name
from suyuan.ui.workbooks import MOST_ROWS, column_letters

LONGEST_LIST = 255  # characters of choices that a validation holds itself; longer ones stand in a hidden sheet
MOST_DIGITS = 15  # that a spreadsheet keeps of a number
LONGEST_CELL = 32_767
_LISTS = "_lists"
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}

Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, what belongs in it, and the words to choose from (`strict`: nothing else is right)."""

    title: str
    note: str = ""
    choices: Sequence[str] = ()
    strict: bool = True
    number: bool = False
    day: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be written. `notes`: (row, column), from 0, → what is wrong with that cell. `above`: lines over the
    heads; `sortable`: with arrows to sort and filter by. `beside`: a second sheet, name → rows, that says what the
    first is; it is read when that is written."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]] = ()
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    above: Sequence[Sequence[Cell]] = ()
    sortable: bool = False
    beside: tuple[str, Iterable[Sequence[Cell]]] | None = None


def make_workbook(page: Page, explained: str = "", said: tuple[str, str, str] = ("", "", "")) -> bytes:
    """The page as .xlsx. `explained` names a second sheet that lists the columns, under the titles `said`."""
    out = io.BytesIO()
    if page.notes or explained or any(head.choices for head in page.heads):
        _write(Workbook(out, {"in_memory": True, **_PLAIN}), page, explained, said)
    else:
        write_workbook(page, out)
    return out.getvalue()


def write_workbook(page: Page, out: IO[bytes]) -> None:
    """A page of many rows into a file, row by row: memory of one. It offers no choices."""
    _write(Workbook(out, {"constant_memory": True, **_PLAIN}), page)


def _write(book: Workbook, page: Page, explained: str = "", said: tuple[str, str, str] = ("", "", "")) -> None:
    sheet = book.add_worksheet(sheet_name(page.name))
    lists = book.add_worksheet(_LISTS)
    _write_heads(book, sheet, lists, page)
    last = _write_rows(book, sheet, page)
    if page.sortable and page.heads:
        sheet.autofilter(len(page.above), 0, max(last, len(page.above)), len(page.heads) - 1)
    lists.hide()
    if page.beside:
        _write_beside(book, *page.beside)
    if explained:
        _explain(book, explained[:31], said, page.heads)
    book.close()


def sheet_name(text: str) -> str:
    """A text as the name of a sheet: 31 characters, without those that no sheet may have."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in text).strip(" '")[:31] or "1"


def _write_heads(book: Workbook, sheet: Worksheet, lists: Worksheet, page: Page) -> None:
    top = len(page.above)
    loud = book.add_format({"bold": True, "font_size": 14})
    for n, line in enumerate(page.above):
        for column, value in enumerate(line):
            sheet.write_string(n, column, text_of(value)[:LONGEST_CELL], loud if not n else None)
    bold = book.add_format({"bold": True, "bg_color": "#E1E8EF", "bottom": 1, "text_wrap": True, "valign": "top"})
    needed = book.add_format({"bold": True, "bg_color": "#FFEEBF", "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})  # codes keep their leading zeros
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for n, head in enumerate(page.heads):
        width = max(12, min(40, sum(2 if letter > "\xff" else 1 for letter in head.title) + 4))
        sheet.set_column(n, n, width, None if head.number else day if head.day else text)
        sheet.write_string(top, n, head.title, needed if head.needed else bold)
        if head.note:
            sheet.write_comment(top, n, head.note, {"x_scale": 2})
        if head.choices:
            _offer(sheet, lists, n, head)
    sheet.freeze_panes(top + 1, 1)


def _write_beside(book: Workbook, name: str, rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.add_worksheet(sheet_name(name))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    for n, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(n, column, text_of(value)[:LONGEST_CELL])


def _offer(sheet: Worksheet, lists: Worksheet, column: int, head: Head) -> None:
    source: list[str] | str = list(head.choices)
    if sum(map(len, head.choices)) + len(head.choices) > LONGEST_LIST or any("," in word for word in head.choices):
        for row, word in enumerate(head.choices):
            lists.write_string(row, column, word)
        letters = column_letters(column + 1)
        source = f"={_LISTS}!${letters}$1:${letters}${len(head.choices)}"
    how = {"validate": "list", "source": source, "error_type": "stop" if head.strict else "information"}
    sheet.data_validation(1, column, MOST_ROWS, column, how)


def _write_rows(book: Workbook, sheet: Worksheet, page: Page) -> int:
    """The number of the last row that was written."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    at = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    top = n = len(page.above)
    wrong = book.add_format({"num_format": "@", "bg_color": "#FDDEDE", "font_color": "#9B1010"})
    for n, row in enumerate(page.rows, top + 1):
        for column, value in enumerate(row):
            note = page.notes.get((n - top - 1, column))
            if note is None:
                _write_cell(sheet, n, column, value, day, at)
            else:
                sheet.write_string(n, column, text_of(value)[:LONGEST_CELL] or " ", wrong)
                sheet.write_comment(n, column, note, {"x_scale": 2})
    return n


def _write_cell(sheet: Worksheet, row: int, column: int, value: Cell, day: Format, at: Format) -> None:
    match value:
        case None | "":
            return
        case datetime() if value.tzinfo is None:
            sheet.write_datetime(row, column, value.replace(microsecond=0), at)
        case datetime() | str():
            sheet.write_string(row, column, str(value)[:LONGEST_CELL])
        case date():
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001  # a day
        case _ if len(decimal_text(Decimal(value)).lstrip("-0.").replace(".", "")) > MOST_DIGITS:
            sheet.write_string(row, column, text_of(value))
        case _:
            sheet.write_number(row, column, float(value))


def text_of(value: Cell) -> str:
    """A cell as the text of it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime() if value.tzinfo is None:
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return decimal_text(Decimal(value))


def _explain(book: Workbook, name: str, said: tuple[str, str, str], heads: Sequence[Head]) -> None:
    sheet = book.add_worksheet(name)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (title, width) in enumerate(zip(said, (26, 60, 60), strict=True)):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, title, bold)
    for row, head in enumerate(heads, 1):
        for column, text in enumerate((head.title, head.note, " · ".join(head.choices))):
            sheet.write_string(row, column, text, wrap)


def csv_lines(heads: Sequence[Head], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The same as CSV (RFC 4180) with the mark without which Excel misreads Chinese."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield writer.writerow([harmless(head.title) for head in heads])
    for row in rows:
        yield writer.writerow([harmless(value) if isinstance(value, str) else text_of(value) for value in row])


# -- tables of pages --------------------------------------------------------------------------------------------------


def heads_of(columns: Sequence[Column]) -> list[Head]:
    """The heads of a table; a quantity has its unit apart, a thing its code and URI."""
    return [
        Head(title, number=column.kind in NUMERIC and not n)
        for column in columns
        for n, title in enumerate(titles(column))
    ]


def cells_of(columns: Sequence[Column], row: Drawn) -> list[Cell]:
    """A row of a table as cells, as many as it has heads: numbers and days stay what they are."""
    wide = [(len(titles(column)), _apart(value)) for column, value in zip(columns, row.cells, strict=True)]
    return [cell for width, cells in wide for cell in [*cells, *[None] * (width - len(cells))]]


def _apart(value: Value) -> list[Cell]:
    match value:
        case Quantity(amount=amount, unit=unit):
            return [amount, _(unit_name(unit))]
        case Thing():
            return [value.name, value.code, value.uri]
        case DaysLeft(days=days):
            return [days]
        case Code(text=text) | Jump(text=text):
            return [text]
        case datetime() if value.tzinfo is not None:
            return list(plain(value))
        case None | str() | int() | Decimal() | date():
            return [value]
    return list(plain(value))
