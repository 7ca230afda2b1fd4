"""Reports: what a page shows, its files say, and nobody sees what is not his."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from pypdfium2 import PdfDocument
from pytest_django.plugin import DjangoDbBlocker
from python_calamine import CalamineWorkbook

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem, NewPartner
from suyuan.catalog.writes import do_add_items, do_add_partners
from suyuan.desk import reporting_files
from suyuan.insight.reports import happened, lines, running
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.insight.reports.declared import Chart, Drawn, Row, Rows, Series
from suyuan.insight.reports.running import bounded, in_pieces
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.lines import Line
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.quality.inspect import Inspect, Verdict
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.offices import opened

DAYS = "since=2026-11-10&until=2026-11-21"
EVIL = ("=1+1", "+49 30", "-1", "@SUM(A1:A9)", '=HYPERLINK("http://evil.example","click")')


def cells_of(page: str) -> list[list[str]]:
    """The table of a page as texts, its heads first."""
    found = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert found, "no table"
    rows = re.findall(r"<tr.*?</tr>", found[0], re.DOTALL)
    return [[_plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


def _plain(cell: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())


def bare(text: str) -> str:
    """A cell without what a page adds for the eye: thousands apart, blanks between groups of digits."""
    number = text.replace(",", "")
    if re.fullmatch(r"-?\d+(\.\d+)?", number):
        return str(float(number))
    return "".join(text.split())


def evil() -> None:
    """Goods and companies whose names begin like formulas came in and went out."""
    with governed():
        do_add_items(items=[NewItem(code=f"E{n}", name_en=name, base_unit="C62") for n, name in enumerate(EVIL)])
        do_add_partners(
            partners=[NewPartner(code="EVIL", name_en=EVIL[0], address=EVIL[3], contact=EVIL[1], roles=["supplier"]),
                      NewPartner(code="WORSE", name_en=EVIL[4], address=EVIL[2], roles=["customer"])]
        )  # fmt: skip
    work = company.Work()
    work.number = 9000
    at = company.NOW - timedelta(days=3)
    lines = tuple(ReceiptLine(item=f"E{n}", lot=f"L{n}", quantity=10 + n) for n in range(len(EVIL)))
    work.do(
        at, Receive(warehouse="plant", supplier="EVIL", lines=lines, accept=frozenset({"operations.expiry_missing"}))
    )
    told = tuple(Verdict(item=line.item, lot=line.lot, verdict="pass") for line in lines)
    work.do(at + timedelta(hours=1), Inspect(warehouse="plant", lines=told, testres="QC-17"))
    sold = tuple(Line(item=line.item, lot=line.lot, quantity=4) for line in lines)
    work.do(at + timedelta(hours=2), Ship(warehouse="plant", customer="WORSE", lines=sold, po="SO-EVIL"))


@pytest.fixture
def sly(firm: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        evil()
        yield


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    listed = client.get("/reports").content.decode()
    mine = [name for name, report in REPORTS.items() if report.permission == "trace.full:read"]
    assert all(f"/reports/{name}" in listed for name in mine)
    page = client.get(f"/reports/food-in?{DAYS}").content.decode()
    for text in ("Raw milk", "RM-1101", "Chilechuan Farm", "2,400", "2026-11-14"):
        assert text in page
    found = client.get("/reports?q=DSCSA").content.decode()
    assert "/reports/dscsa" in found
    assert "/reports/food-in" not in found


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if in_pieces(report)])
def test_a_file_of_many_events_is_written_piece_by_piece(sit: Sit, name: str) -> None:
    """Cut between any two moments it has the same rows, in the same order, says how many and the same of all of them;
    memory is that of one."""
    client, url = sit("keeper"), f"/reports/{name}?{DAYS}"
    whole = client.get(f"{url}&as=csv")
    sheets = [sheet_of(client.get(f"{url}&as=xlsx").content)]
    with patch.object(running, "PIECE", 1):
        parts = client.get(f"{url}&as=csv")
        book = client.get(f"{url}&as=xlsx").getvalue()
        assert "attachment" in parts.headers["Content-Disposition"]
        assert parts.streaming
        assert parts.getvalue() == whole.content
    sheets.append(sheet_of(book))
    heads = next(csv.reader(io.StringIO(whole.content.decode().removeprefix("\ufeff"))))
    tables = [rows[next(n for n, row in enumerate(rows) if [str(cell) for cell in row] == heads) :] for rows in sheets]
    assert tables[0] == tables[1]
    about = {row[0]: row[1] for row in sheet_of(book, "About")}
    assert about["Rows"] == str(len(tables[1]) - 1)
    page = client.get(url)
    told = dict(page.context["shown_facts"])
    assert {word: about[word] for word in told if word != "Made at"} == {
        word: value for word, value in told.items() if word != "Made at"
    }
    assert b"<f>" not in _xml(book)


@pytest.mark.parametrize("by", ["lot", "supplier", "missing"])
def test_files_have_what_the_page_has_no_room_for(sit: Sit, by: str) -> None:
    """The page reads so many events and says so; its files read on."""
    client, url = sit("keeper"), f"/reports/fsma-completeness?{DAYS}&by={by}"
    whole = client.get(f"{url}&as=csv").content
    assert whole.count(b"\n") > 1
    with patch.object(running, "PIECE", 1), patch.object(happened, "MOST", 0), patch.object(lines, "MOST", 0):
        page = client.get(url).content.decode()
        assert "The files of this page as Excel and CSV have all of it." in page
    with patch.object(running, "PIECE", 1), patch.object(happened, "MOST", 1), patch.object(lines, "MOST", 1):
        assert client.get(f"{url}&as=csv").getvalue() == whole


def sheet_of(book: bytes, name: str = "") -> list[list[object]]:
    found = CalamineWorkbook.from_filelike(io.BytesIO(book))
    sheet = found.get_sheet_by_name(name) if name else found.get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def test_a_sheet_has_so_many_rows_and_says_that_there_are_more(sit: Sit) -> None:
    with patch.object(running, "PIECE", 1), patch.object(reporting_files, "MOST_IN_EXCEL", 2):
        book = sit("keeper").get(f"/reports/fsma-204?{DAYS}&as=xlsx").getvalue()
    assert len(sheet_of(book)) == 3
    told = [row[1] for row in sheet_of(book, "About") if row[0] in ("Rows", "Note")]
    assert told == ["2", "A sheet has room for the first 2 rows. CSV has all."]


@pytest.mark.usefixtures("sly")
def test_each_report_says_the_same_on_the_page_in_office_and_on_paper(
    sit: Sit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every sheet is opened by LibreOffice, and by another reader, cell by cell; nothing in it is a formula."""
    client = sit("keeper")
    names = [name for name, report in REPORTS.items() if report.permission == "trace.full:read"]
    urls = {name: f"/reports/{name}?{DAYS}" for name in names}
    books = {name: client.get(f"{url}&as=xlsx").content for name, url in urls.items()}
    sheets = opened(books, tmp_path_factory.mktemp("office"))
    full = 0
    for name, url in urls.items():
        page = client.get(url).content.decode()
        told = client.get(f"{url}&as=csv").content.decode().removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(told)))
        assert not any(cell[:1] in ("=", "+", "@") for row in rows for cell in row), name
        for office in sheets[name]:
            heads = [bare(cell) for cell in rows[0]]
            start = next(n for n, row in enumerate(office) if [bare(cell) for cell in row] == heads)
            assert len(office) - start == len(rows), name
            assert _same(office[start + 1 :], rows[1:]), name
        assert b"<f>" not in _xml(books[name]), f"{name} has a formula"
        if "<table" not in page:
            assert len(rows) == 1, name
            continue
        full += 1
        shown = cells_of(page)
        if len(shown[0]) == len(rows[0]):  # without columns that a sheet takes apart
            assert shown[0] == rows[0], name
            assert _same(shown[1:], rows[1 : len(shown)]), name
        paper = client.get(f"{url}&as=pdf").content
        text = "".join("".join(one.get_textpage().get_text_bounded().split()) for one in PdfDocument(paper))
        wide = re.sub(r"\W", "", text)
        for row in shown[1:5]:
            assert re.sub(r"\W", "", row[0]) in wide, (name, row[0])
    assert full >= 9


def _same(some: list[list[str]], others: list[list[str]]) -> bool:
    """The same cells; what is inert in CSV by a leading quotation mark is so in a sheet by being text."""
    inert = [[bare(cell.removeprefix("'")) for cell in row] for row in others]
    return [[bare(cell) for cell in row] for row in some] == inert


def _xml(book: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as pack:
        return b"".join(pack.read(name) for name in pack.namelist() if name.startswith("xl/worksheets/"))


def test_numbers_are_numbers_and_days_are_days(sit: Sit) -> None:
    book = sit("keeper").get(f"/reports/food-in?{DAYS}&as=xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    heads = next(n for n, row in enumerate(rows) if "Quantity" in row)
    assert rows[0][0] == "Food: records of purchases checked"
    assert any(str(row[0]).startswith("Days: 2026-11-10") for row in rows[:heads])
    assert any("By: 王芳" in str(row[0]) for row in rows[:heads])
    line = dict(zip(rows[heads], rows[heads + 1], strict=True))
    assert isinstance(line["Quantity"], float | int)
    assert line["Date of purchase"] == date(2026, 11, 14)


def test_who_sees_one_warehouse_gets_its_report_and_is_told_so(sit: Sit) -> None:
    """The keeper of the east sees nothing of the plant, whatever he writes into the address."""
    client = sit("eastkeeper", "east")
    page = client.get(f"/reports/food-in?{DAYS}&in=plant").content.decode()
    assert "RM-1101" not in page
    assert "that you may see" in page
    assert "East hub" in page
    assert "RM-1101" not in client.get(f"/reports/food-in?{DAYS}&in=all&as=csv").content.decode()


def test_what_cannot_be_read_is_said(sit: Sit) -> None:
    client = sit("keeper")
    page = client.get("/reports/food-in?since=yesterday&item=NONE&partner=NOBODY&category=X").content.decode()
    for text in ("is no day", "no item NONE", "no partner NOBODY", "no category X"):
        assert text in page
    assert "at most 1827 days" in client.get("/reports/food-in?since=2027-01-01&until=2026-01-01").content.decode()
    assert client.get("/reports/nothing").status_code == 404


def test_what_is_asked_for_narrows_it(sit: Sit) -> None:
    client = sit("keeper")
    lines = {
        query: len(client.get(f"/reports/food-in?{DAYS}&{query}&as=csv").content.decode().splitlines()) - 1
        for query in ("", "item=MILK", "lot=RM-2207", "partner=PACK", "category=dairy")
    }
    assert lines == {"": 4, "item=MILK": 2, "lot=RM-2207": 1, "partner=PACK": 2, "category=dairy": 0}


def test_a_row_leads_to_its_event(sit: Sit) -> None:
    client = sit("keeper")
    page = client.get(f"/reports/food-in?{DAYS}&lot=RM-1101").content.decode()
    (url,) = set(re.findall(r'href="(/event/[^"]+)"', page))
    event = client.get(url).content.decode()
    assert "RM-1101" in event
    assert "Chilechuan Farm" in event
    assert client.get(url.replace("/plant/", "/east/")).status_code == 404
    assert sit("eastkeeper", "east").get(url).status_code == 404


def test_prices_are_for_those_who_may_see_costs(hire: Hire, sit: Sit) -> None:
    assert "cost.view:read" in REPORTS["drugs-sold"].needs
    assert hire("finance").get(f"/reports/drugs-sold?{DAYS}").status_code == 200


def test_paper_says_that_it_has_not_all(sit: Sit) -> None:
    client = sit("keeper")
    with patch("suyuan.desk.reporting_tables.CELLS_ON_PAPER", 30):
        paper = client.get(f"/reports/food-in?{DAYS}&as=pdf").content
    text = " ".join(one.get_textpage().get_text_bounded() for one in PdfDocument(paper))
    assert "Paper has the first 2 of 4 rows" in text


def test_what_is_cut_is_said() -> None:
    found = bounded(Rows([Row((n,)) for n in range(6)]), 5)
    assert (len(found.rows), found.total, [note.code for note in found.notes]) == (5, 6, ["insight.report_cut"])
    assert not bounded(replace(found, notes=(), total=None), 5).notes


def test_the_form_says_which_days_count_and_takes_others(sit: Sit) -> None:
    """The usual span is named; whoever changes its days gets them, without a script, and whoever leaves them does
    not."""
    client = sit("keeper")

    def days(query: str) -> tuple[str, str, str, str]:
        page = client.get(f"/reports/food-in?{query}").content.decode()
        (select,) = re.findall(r'<select[^>]*name="span".*?</select>', page, re.DOTALL)
        (span,) = re.findall(r'value="([^"]*)" selected', select)
        since, until = (re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("since", "until"))
        (was,) = re.findall(r'name="was" value="([^"]*)"', page)
        assert since
        assert until
        return span, since[1], until[1], was

    span, since, until, was = days("")
    assert span == "30"
    assert date.fromisoformat(until) - date.fromisoformat(since) == timedelta(days=29)
    as_shown = {"span": span, "since": since, "until": until, "was": was}
    assert days(urlencode(as_shown))[0] == "30"
    assert days(urlencode({**as_shown, "since": "2026-11-10"}))[:3] == ("", "2026-11-10", until)
    assert days(urlencode({**as_shown, "span": "7", "since": "2026-11-10"}))[0] == "7"
    own = days(DAYS)
    assert own[:3] == ("", "2026-11-10", "2026-11-21")
    assert days(urlencode({"span": "7", "since": own[1], "until": own[2], "was": own[3]}))[0] == "7"


def test_charts_stand_on_the_page_and_their_labels_apart(sit: Sit) -> None:
    labels = [f"IMY26110205{n:02}-RJ68" for n in range(60)]
    series = (Series("Mean", [float(n) for n in range(60)], {7: "1"}), Series("UCL", [70.5] * 60, limit=True))
    chart = Chart("Quality", labels, series)
    bars = replace(
        chart, labels=["a", "b"], series=(Series("One", [1, 2.5]), Series("Two", [2, None])), drawn=Drawn.BAR
    )
    report = replace(REPORTS["food-in"], rows=lambda asked: Rows([], charts=[chart, bars]))
    with patch.dict(REPORTS, {"food-in": report}):
        page = sit("keeper").get("/reports/food-in").content.decode()
    assert page.count('<svg class="drawing"') == 2
    texts = re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', page)
    shown = [float(x) for x, _y, text in texts if text in labels]
    assert 2 <= len(shown) < len(labels)
    assert min(right - left for left, right in pairwise(shown)) > 5 * len(labels[0])
