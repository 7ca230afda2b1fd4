"""The figures of the demo company: another time, down to the orders behind a number, and a file that says the same."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from re import compile as pattern
from unittest.mock import patch

import pytest
from playwright.sync_api import Page, expect

from suyuan.demo.staff import PASSWORD
from suyuan.insight.dayflows import refresh
from suyuan.ui.workbooks import read_workbook
from tests.demo.filled import UNTIL, demo_company
from tests.journeys.test_look import wrong
from tests.ledgers.story import sign
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]
Rows = list[list[str | Decimal]]
NOW = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 2, 30, tzinfo=UTC)  # the morning after
UNITS = ("Unit", "单位")
CHINESE = pattern("[\u4e00-\u9fff]")
TABLES = (
    "/figures", "/figures?item=FG-MILK", "/figures/service?in=all", "/figures/service?in=all&by=day",
    "/figures/service?in=all&by=order", "/figures/work", "/figures/work?in=all&by=zone",
)  # fmt: skip


def build() -> None:
    demo_company()
    sign()
    while refresh(NOW).more:
        pass


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


@pytest.fixture
def keeper(page: Page) -> Iterator[Page]:
    """The keeper of the plant, in Chinese."""
    with patch("suyuan.desk.access.current_time", lambda: NOW):
        page.goto("/login")
        page.fill("#id_username", "keeper")
        page.fill("#id_password", PASSWORD)
        page.click("main .btn-primary")
        page.wait_for_load_state()
        with page.expect_navigation():
            page.select_option("select[name=warehouse]", "plant")
        yield page


def test_another_time_gives_other_figures(keeper: Page) -> None:
    page = keeper
    page.click("nav >> text=指标")
    expect(page.locator("main h1")).to_have_text("库存周转与库存天数")
    month = on_screen(page)
    page.click("text=7 天")
    expect(page.locator("#since")).to_have_value("2026-11-16")
    expect(page.get_by_role("link", name="7 天")).to_have_attribute("aria-current", "true")
    week = on_screen(page)
    assert {row[0] for row in week} <= {row[0] for row in month}
    assert week != month
    page.fill("#since", "2026-11-10")
    page.fill("#until", "2026-11-12")
    page.click("text=显示")
    expect(page).to_have_url(pattern("since=2026-11-10&until=2026-11-12"))
    page.locator("main td a").first.click()
    assert [row[0] for row in on_screen(page)] == ["2026-11-12", "2026-11-11", "2026-11-10"]
    page.click("text=全部物料")
    expect(page.locator("#until")).to_have_value("2026-11-12")


def test_a_number_leads_to_its_orders(keeper: Page) -> None:
    page = keeper
    page.goto("/figures/service?in=all")
    missed = page.locator("main a.btn", has_text="未达成")
    many = int(missed.locator(".badge").inner_text())
    missed.click()
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(many)
    assert {row[4] for row in on_screen(page)} == {"没有全部发出", "客户拒收了一部分", "晚于承诺"}
    number = rows.first.locator("a").inner_text()
    rows.first.locator("a").click()
    expect(page.locator("main h1")).to_contain_text(number)
    page.go_back()
    page.select_option("#by", "customer")
    page.wait_for_url(pattern("by=customer"))
    customers = on_screen(page)
    page.locator("main td a").first.click()
    assert len(on_screen(page)) == customers[0][1]
    assert {row[1] for row in on_screen(page)} == {customers[0][0]}


def test_the_file_says_what_the_page_says(keeper: Page) -> None:
    for url in TABLES:
        keeper.goto(url)
        shown = on_screen(keeper)
        with keeper.expect_download() as download:
            keeper.click("text=Excel")
        heads, *rows = read_workbook(Path(download.value.path()).read_bytes())[0].rows
        assert [in_one(heads, row) for row in rows] == shown, url
        assert shown, url


def test_it_reads_well_in_both_languages(keeper: Page, shoot: Shoot) -> None:
    page, problems = keeper, list[str]()
    for language in ("zh", "en"):
        for name, url in (("stock", "/figures"), ("service", "/figures/service?in=all"), ("work", "/figures/work")):
            page.goto(url)
            problems += [f"{name}: {one}" for one in wrong(page)]
            for size in ("desk", "phone"):
                page.set_viewport_size(SIZES[size])
                over = too_wide(page)
                problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
                shoot(page, f"figures-{name}-{language}-{size}")
            page.set_viewport_size(SIZES["desk"])
            words = " ".join(page.locator("main h1, main label, main th, main li, main .card-title").all_inner_texts())
            problems += [f"{name}: {words}"] if bool(CHINESE.search(words)) is (language == "en") else []
        if language == "zh":
            with page.expect_navigation():
                page.click("button[name=language]")
    assert not problems, "\n".join(problems)


# -- the same of both -------------------------------------------------------------------------------------------------


def on_screen(page: Page) -> Rows:
    """The table as it is seen, numbers without what sets thousands apart."""
    page.wait_for_load_state()
    rows = page.locator("main table tbody tr").all()
    return [[plain(text) for text in row.locator("td").all_inner_texts()] for row in rows]


def in_one(heads: Sequence[str], row: Sequence[str]) -> list[str | Decimal]:
    """A row of the file; the unit of an amount in the same cell."""
    found: list[str] = []
    for head, text in zip(heads, (*row, *[""] * (len(heads) - len(row))), strict=True):
        if head in UNITS:
            found[-1] = f"{found[-1]} {text}".strip()
        else:
            found.append(text)
    return [plain(text) for text in found]


def plain(text: str) -> str | Decimal:
    amount, _, unit = " ".join(text.split()).partition(" ")
    try:
        number = Decimal(amount.replace(",", "")).normalize()
    except InvalidOperation:
        return " ".join(text.split())
    return f"{number:f} {unit}" if unit else number
