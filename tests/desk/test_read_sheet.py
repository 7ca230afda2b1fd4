"""A form as typed becomes a sheet, a sheet a command; what is wrong is said beside its field."""

from datetime import date
from decimal import Decimal

import pytest

from suyuan.desk.forms import MOST_LINES, Line, Sheet, by_field, day_of, line_problems, read_sheet
from suyuan.desk.receiving import COLUMNS, HEAD, command_of
from suyuan.desk.sheets import WARNINGS
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import parse_amount
from suyuan.operations.messages import MESSAGES


def test_it_works() -> None:
    posted = {
        "supplier": " FARM-1 ", "line-2-item": "MILK", "line-2-lot": "R\0M-1", "line-10-item": "CUP", "line-3-item": "",
        "line-2-price": "1", "line-x-item": "no",
    }  # fmt: skip
    sheet = read_sheet(posted, HEAD, COLUMNS)
    assert sheet.get("supplier") == "FARM-1"
    assert [line.values for line in sheet.lines] == [{"item": "MILK", "lot": "RM-1"}, {"item": "CUP"}]


@pytest.mark.parametrize("text", ["2026-12-19", "20261219", "2026/12/19", "2026.12.19", "2026年12月19日"])
def test_dates_as_people_type_them(text: str) -> None:
    problems: list[Problem] = []
    assert day_of(text, "x", problems) == date(2026, 12, 19)
    assert problems == []


@pytest.mark.parametrize("text", ["2026-02-31", "19.12.2026", "tomorrow", "2026-13-01", "0"])
def test_what_is_no_date_is_said(text: str) -> None:
    problems: list[Problem] = []
    assert day_of(text, "lines[0].expiry", problems) is None
    assert [(p.code, p.field) for p in problems] == [("desk.date_wrong", "lines[0].expiry")]


def test_a_sheet_becomes_a_command() -> None:
    lines = (Line({"item": "MILK", "quantity": "1,200.5", "serials": "A, B", "expiry": "2026-12-19"}),)
    made = command_of(Sheet({"supplier": "FARM-1", "po": "PO-1"}, lines), "plant", frozenset(), [])
    assert (made.warehouse, made.supplier, made.po) == ("plant", "FARM-1", "PO-1")
    assert parse_amount(made.lines[0].quantity or "") == Decimal("1200.5")
    assert made.lines[0].serials == ("A", "B")


def test_a_sheet_without_lines_and_one_with_too_many() -> None:
    assert [p.code for p in line_problems(Sheet())] == ["desk.lines_missing"]
    assert [p.code for p in line_problems(Sheet(lines=(Line(),) * (MOST_LINES + 1)))] == ["desk.lines_too_many"]


def test_problems_stand_beside_their_fields() -> None:
    found = by_field([Problem("a", "supplier"), Problem("b", "lines[0].lot"), Problem("c", "supplier")])
    assert [p.code for p in found["supplier"]] == ["a", "c"]


def test_every_warning_that_can_be_accepted_has_a_sentence() -> None:
    assert MESSAGES.keys() >= WARNINGS
