"""Reports: what a page shows, its files say, and nobody sees what is not his."""

import csv
import html
import io
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pypdfium2 import PdfDocument
from python_calamine import CalamineWorkbook

from suyuan.insight.reports.catalogue import REPORTS
from tests.desk.conftest import Hire, Sit

DAYS = "since=2026-11-14&until=2026-11-21"


def cells_of(page: str) -> list[list[str]]:
    """The table of a page as texts, its heads first."""
    found = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert found, "no table"
    rows = re.findall(r"<tr.*?</tr>", found[0], re.DOTALL)
    plain = lambda cell: " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())  # noqa: E731  # of one use
    return [[plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def said(value: object) -> str:
    """A cell of a sheet as the page writes it."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)


def sheet_of(client: Client, url: str) -> list[list[str]]:
    """The rows of the table in the Excel file, from its heads on."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{url}&as=xlsx").content))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    width = len(rows[-1])
    start = next(n for n, row in enumerate(rows) if all(row[:2]) and sum(map(bool, row)) == width)
    return [[said(cell) for cell in row] for row in rows[start:]]


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    listed = client.get("/reports").content.decode()
    assert all(f"/reports/{name}" in listed for name in REPORTS)
    page = client.get(f"/reports/food-in?{DAYS}").content.decode()
    for text in ("Raw milk", "RM-1101", "Chilechuan Farm", "2,400", "2026-11-14"):
        assert text in page


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_answers_in_all_forms(sit: Sit, name: str) -> None:
    client = sit("keeper")
    url = f"/reports/{name}?{DAYS}&in=all"
    page = client.get(url)
    assert page.status_code == 200, page.content
    told = client.get(f"{url}&as=csv").content.decode().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(told)))
    assert rows[0]
    assert client.get(f"{url}&as=xlsx").content[:2] == b"PK"
    assert client.get(f"{url}&as=pdf").content[:4] == b"%PDF"
