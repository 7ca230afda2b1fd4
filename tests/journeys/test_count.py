"""Counting a zone of 5,000 lines: a bin with a scanner, the rest from a file with errors in it; judged and posted."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.writes import do_add_places
from suyuan.operations.commands import OpeningLine, OpeningStock
from suyuan.stocktake.models import CountFinding, CountLine, CountSheet
from tests.desk import company
from tests.desk.sheets import csv, work
from tests.journeys.conftest import Enter
from tests.journeys.test_bring import look
from tests.journeys.test_look import Shoot
from tests.journeys.test_work import scan
from tests.plugins.browser import SIZES

BINS, LOTS, EACH = 1000, 5, 100
HEADS = ("盘点单", "库位", "物料", "批号", "数量")


def goods() -> list[tuple[str, str]]:
    """(bin, lot) of everything in the zone."""
    return [(f"Z-{n:04}", f"L{n:04}-{k}") for n in range(BINS) for k in range(LOTS)]


def build() -> None:
    """The company, with a zone of a thousand bins in which five lots of cups lie each."""
    company.build()
    with governed():
        do_add_places(warehouse="plant", places=[NewPlace(code="Z", kind="zone", name_zh="高架区")])
        bins = [NewPlace(code=f"Z-{n:04}", parent="Z", purpose="storage") for n in range(BINS)]
        do_add_places(warehouse="plant", places=bins)
    told = company.Work()
    told.number = 10_000
    lines = [
        OpeningLine(item="CUP-150", lot=lot, quantity=EACH, place=bin, status="released", expiry=date(2027, 6, 1))
        for bin, lot in goods()
    ]
    for start in range(0, len(lines), 2000):
        stock = OpeningStock(warehouse="plant", lines=tuple(lines[start : start + 2000]))
        told.do(company.NOW - timedelta(hours=1), stock)


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def rows(number: str, skipped: int, wrong: bool) -> Sequence[Sequence[str]]:
    """What was counted in the other bins; every hundredth lot is one short."""
    found = [
        (number, bin, "CUP-150", lot, str(EACH - (n % 100 == 0))) for n, (bin, lot) in enumerate(goods()[skipped:])
    ]
    if wrong:
        found[7] = (number, "Z-9999", "CUP-150", "L", "1")
        found[8] = (number, found[8][1], "CUP-151", found[8][3], "many")
    return found


def test_a_zone_of_five_thousand_lines(enter: Enter, shoot: Shoot, tmp_path: Path) -> None:
    page = enter()
    page.click("nav >> text=盘点")
    page.fill("#places", "Z")
    page.click("[aria-labelledby=new] .btn-primary")
    problems = look(page, shoot, "count-sheet")
    number = page.locator("h1").inner_text()
    counted = by_scan(page, shoot)
    problems += look(page, shoot, "count-bins")
    bring(page, tmp_path, number, counted)
    page.goto(f"/counting/{CountSheet.objects.get().pk}")
    page.click("button[value=finish]")
    expect(page.get_by_role("alert")).to_contain_text("999")
    page.check("[name=leave_out]")
    page.click("button[value=finish]")
    expect(page.locator("h1")).to_have_text("差异")
    expect(page.locator("tbody tr")).to_have_count(50)
    problems += look(page, shoot, "count-review")
    page.click("button[value=post]")
    expect(page.locator("main")).to_contain_text("已入账")
    assert CountFinding.objects.filter(posted=True).count() == len(goods())
    page.goto("/counting/accuracy")
    expect(page.locator("[aria-labelledby=zones]")).to_contain_text("4,950")
    problems += look(page, shoot, "count-accuracy")
    page.goto("/counting")
    problems += look(page, shoot, "counting")
    assert not problems, "\n".join(problems)


def by_scan(page: Page, shoot: Shoot) -> int:
    """The first bin with the scanner of a handheld: how many lines that were."""
    page.set_viewport_size(SIZES["handheld"])
    page.click("text=盘点 >> nth=-1") if page.locator("main a.btn-scan").count() == 0 else page.click("main a.btn-scan")
    expect(page.locator("#scan")).to_be_focused()
    scan(page, "Z-0000")
    for _bin, lot in goods()[:LOTS]:
        scan(page, f"(01){company.CUP}(10){lot}")
        expect(page.locator("#quantity")).to_be_focused()
        page.keyboard.type("100")
        if lot == goods()[1][1]:
            shoot(page, "count-quantity-handheld")
        page.keyboard.press("Enter")
        expect(page.locator(".scan-said")).to_contain_text("已记下")
        expect(page.locator("#scan")).to_be_focused()
    expect(page.locator(".list-group-item")).to_have_count(LOTS)
    page.click("button[value=done]")
    expect(page.locator(".scan-said")).to_contain_text("已盘完")
    scan(page, "Z-0001")
    assert CountLine.objects.filter(scanned=True).count() == LOTS
    return LOTS


def bring(page: Page, folder: Path, number: str, skipped: int) -> None:
    """The rest from a file: first with errors, each in its cell, then mended."""
    page.set_viewport_size(SIZES["desk"])
    bad, good = folder / "盘点.csv", folder / "盘点改.csv"
    bad.write_bytes(csv(HEADS, *rows(number, skipped, wrong=True)))
    good.write_bytes(csv(HEADS, *rows(number, skipped, wrong=False)))
    page.goto("/import?register=counted")
    page.set_input_files("#file", bad)
    page.click("main .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("td.wrong")).to_have_count(3)
    page.set_input_files("#file", good)
    page.click("form[enctype] .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    work()
    page.click("button[value=write]")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("main [role=status]").first).to_contain_text("已写入")
    assert CountLine.objects.count() == len(goods())
