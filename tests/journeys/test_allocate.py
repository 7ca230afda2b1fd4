"""An order gets its goods: allocated with reasons, a lot swapped by scan, an urgent order takes over; a line asks for
cups with the scanner."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.operations.commands import Inspect, ReceiptLine, Receive, Reserve, Verdict
from suyuan.orders.commands import PutSalesLines, PutSalesOrders
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide

ORDER, HOT = "/orders/order?kind=sales&key=SO-1", "/orders/order?kind=sales&key=HOT"


def build() -> None:
    """The company with a second lot, an order that has its goods, and an urgent one that has none."""
    company.build()
    told = company.Work()
    told.number = 20_000
    at = company.NOW - timedelta(hours=3)
    line = ReceiptLine(item="YOG-150", lot="NEW", quantity=100, expiry=date(2027, 1, 30))
    told.do(at, Receive(warehouse="plant", supplier="PACK", lines=(line,)))
    verdict = Verdict(item="YOG-150", lot="NEW", verdict="pass")
    told.do(at + timedelta(hours=1), Inspect(warehouse="plant", lines=(verdict,)))
    for number, quantity, priority in (("SO-1", 2000, "normal"), ("HOT", 150, "urgent"), ("SO-2", 14, "normal")):
        head: dict[str, Value] = {"number": number, "partner": "C001", "warehouse": "plant", "priority": priority}
        row: dict[str, Value] = {"order": number, "line": 1, "item": "YOG-150", "quantity": Decimal(quantity)}
        told.do(at + timedelta(hours=2), PutSalesOrders(rows=(Row(head),)))
        told.do(at + timedelta(hours=2), PutSalesLines(rows=(Row(row),)))
    told.do(at + timedelta(hours=2), Reserve(warehouse="plant", number="SO-2"))


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def look(page: Page, shoot: Shoot, name: str) -> list[str]:
    """What is wrong with the page at any size."""
    problems = []
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        shoot(page, f"zh-hans-{name}-{size}")
        over = too_wide(page)
        problems += [f"{name}: {size} is {over} px too wide"] if over > 0 else []
    return problems + wrong(page)


def test_an_order_gets_its_goods(enter: Enter, shoot: Shoot) -> None:
    page = enter()
    problems: list[str] = []
    page.goto(ORDER)
    expect(page.locator("main")).to_contain_text("将分配")
    problems += look(page, shoot, "allocate-before")
    page.click("button[value=allocate]")
    expect(page.locator("main")).to_contain_text(company.LOT)
    problems += look(page, shoot, "allocate-kept")
    page.click("a[href*='swap=']")
    expect(page.locator("#scan")).to_be_focused()
    problems += look(page, shoot, "allocate-swap")
    page.fill("#quantity", "20")
    page.locator("form.border-primary #reason").fill("在最外面")
    page.fill("#scan", "NEW")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("人工选定")
    page.goto(HOT)
    expect(page.locator("main")).to_contain_text("缺")
    page.locator("summary", has_text="接管").click()
    problems += look(page, shoot, "allocate-urgent")
    page.locator("details[open] #reason").fill("医院急用")
    page.click("button[value=take_over]")
    expect(page.locator("main")).to_contain_text("已预留")
    page.goto("/orders?tab=sales")
    expect(page.locator("tbody tr").first).to_contain_text("HOT")
    expect(page.locator("tbody")).to_contain_text("失去货物")
    problems += look(page, shoot, "allocate-list")
    assert problems == []


def test_a_line_asks_for_cups(enter: Enter, shoot: Shoot) -> None:
    page = enter(language="en")
    page.set_viewport_size({"width": 480, "height": 800})
    page.goto("/orders/need")
    page.fill("#scan", f"(01){company.CUP}")
    page.keyboard.press("Enter")
    expect(page.locator("#line-0-item")).to_have_value(company.CUP)
    page.fill("#destination", "LINE-2")
    page.fill("#line-0-quantity", "300")
    shoot(page, "en-need-480")
    assert wrong(page) == []
    page.click("button[value=record]")
    expect(page.locator("main")).to_contain_text("P-8831")
    expect(page.locator("main")).to_contain_text("urgent")
    shoot(page, "en-issue-480")
    page.set_viewport_size({"width": 360, "height": 800})
    shoot(page, "en-issue-360")
    assert wrong(page) == []
