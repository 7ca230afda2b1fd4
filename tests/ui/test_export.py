"""What a table shows is what it exports."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.template import Context, Template
from django.utils import timezone, translation

from suyuan.gs1.quantities import Quantity
from suyuan.ui.tables import Code, Column, Row, States, Table, csv_lines
from suyuan.ui.things import thing_of

LOT = "https://id.gs1.org/01/06901234567892/10/L-1"
TABLE = Table(
    "stock",
    (
        Column("Goods", "thing"), Column("Quantity", "quantity"), Column("State", "state"), Column("Time", "time"),
        Column("Day"), Column("Note"), Column("Record"),
    ),
    [
        Row(
            (
                thing_of(LOT, "Yoghurt"), Quantity(Decimal("1920.50"), "KGM"), States(("held", "released")),
                datetime(2026, 11, 21, 4, 0, tzinfo=UTC), date(2026, 12, 19), "=1+1", Code("0192f3c4"),
            ),
            "held",
        ),
        Row((None, None, States(()), None, None, "", None)),
    ],
    export="/x?csv=1",
)  # fmt: skip


def exported() -> list[list[str]]:
    with timezone.override(ZoneInfo("Asia/Shanghai")), translation.override("en"):
        text = "".join(csv_lines(TABLE))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_it_works() -> None:
    head, first, empty = exported()
    assert head == ["Goods", "Code", "URI", "Quantity", "Unit", "State", "Time", "Day", "Note", "Record"]
    assert first[:6] == ["Yoghurt", "L-1", LOT, "1920.5", "kg", "On hold, Released"]
    assert first[6:8] == ["2026-11-21T12:00:00+08:00", "2026-12-19"]
    assert empty == [""] * 10


def test_no_spreadsheet_takes_a_cell_for_a_formula() -> None:
    assert exported()[1][8] == "'=1+1"


def test_the_page_shows_the_same_cells() -> None:
    with timezone.override(ZoneInfo("Asia/Shanghai")), translation.override("en"):
        shown = Template("{% load ui %}{% table table %}").render(Context({"table": TABLE}))
    for text in ("Yoghurt", "L-1", "1,920.5", "kg", "On hold", "Released", "2026-11-21 12:00", "2026-12-19", "=1+1"):
        assert text in shown
    assert shown.count("<tr") == 3


def test_what_is_shown_is_escaped() -> None:
    table = Table("x", (Column("Note"),), [Row(("<script>alert(1)</script>",))])
    shown = Template("{% load ui %}{% table table %}").render(Context({"table": table}))
    assert "<script>" not in shown


def test_an_empty_table_says_so() -> None:
    shown = Template("{% load ui %}{% table table %}").render(Context({"table": Table("x", (), (), "No stock.")}))
    assert "No stock." in shown
    assert "<table" not in shown
