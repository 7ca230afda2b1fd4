"""A mixed pallet: packed by scan with its SSCC, checked onto the truck, dispatched with its papers."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.operations.lines import Line
from suyuan.operations.outbound.pick import Pick
from suyuan.orders.commands import PutSalesLines, PutSalesOrders
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import wrong
from tests.journeys.test_work import scan
from tests.plugins.browser import too_wide

SIZES = {"phone": (360, 740), "handheld": (480, 800), "desk": (1280, 800)}
CUPS = "P-8831"


def fill() -> None:
    """72 cups of yoghurt and 40 empty ones for C003, picked to the dock."""
    company.build()
    work = company.Work()
    work.number = 7_000_000
    sale: dict[str, Value] = {
        "number": "SO-72", "partner": "C003", "warehouse": "plant", "delivery": company.TODAY,
    }  # fmt: skip
    begun = company.NOW - timedelta(hours=1)
    work.do(begun, PutSalesOrders(rows=(Row(sale),)))
    goods = (("YOG-150", company.LOT, 72), ("CUP-150", CUPS, 40))
    for n, (item, lot, amount) in enumerate(goods, 1):
        line: dict[str, Value] = {"order": "SO-72", "line": n, "item": item, "quantity": Decimal(amount)}
        work.do(begun, PutSalesLines(rows=(Row(line),)))
        picked = Line(item=item, lot=lot, quantity=amount)
        work.do(begun + timedelta(minutes=n), Pick(warehouse="plant", lines=(picked,), po="SO-72"))


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return fill


def sized(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})


def fits(page: Page) -> bool:
    return too_wide(page) <= 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_mixed_pallet(enter: Enter, shoot: Callable[..., None], language: str) -> None:
    page, zh = enter(language=language), language.startswith("zh")
    sized(page, "handheld")
    page.goto("/shipping/pack")
    scan(page, "SO-72")
    expect(page.locator("main")).to_contain_text(company.LOT)
    scan(page, f"(01){company.YOGHURT}(10){company.LOT}")
    scan(page, f"(01){company.CUP}(10){CUPS}")
    expect(page.locator("[name=line-1-quantity]")).to_have_value("40")
    page.fill("#gross", "31.5")
    page.fill("#tare", "22")
    shoot(page, f"pack-handheld-{language}")
    assert fits(page)
    assert wrong(page) == []
    page.locator("button[value=record]").dblclick()  # an impatient thumb
    expect(page.locator(".alert-success")).to_contain_text("已装箱" if zh else "Packed")
    pallet = page.locator(".alert-success code").first.inner_text().replace(" ", "")
    shoot(page, f"packed-handheld-{language}")
    sized(page, "phone")
    page.goto("/shipping/loads")
    scan_on(page, "SO-72")
    expect(page.locator("main")).to_contain_text("0 / 1")
    page.locator("#scan").fill(f"(01){company.CUP}(10)K-404")
    page.keyboard.press("Enter")
    expect(page.locator("[data-wrong]")).to_be_visible()
    shoot(page, f"load-wrong-phone-{language}")
    scan(page, f"(00){pallet[-18:]}")
    expect(page.locator("main")).to_contain_text("1 / 1")
    page.fill("#vehicle", "蒙A·12345")
    page.fill("#seal", "S-77")
    page.fill("#logger", "TL-0042")
    page.fill("#driver", "王师傅")
    shoot(page, f"load-phone-{language}")
    assert fits(page)
    assert wrong(page) == []
    page.locator("button[value=close]").dblclick()
    expect(page.locator("article h1")).to_have_text("发货单" if zh else "Dispatch note")
    sized(page, "desk")
    expect(page.locator("article")).to_contain_text("TL-0042")
    shoot(page, f"shipped-desk-{language}")
    page.click("text=装箱单" if zh else "text=Packing list")
    expect(page.locator("article tbody tr")).to_have_count(3)
    shoot(page, f"packing-list-desk-{language}")
    assert wrong(page) == []
    page.emulate_media(color_scheme="dark")
    page.goto("/shipping/loads")
    shoot(page, f"loads-dark-{language}")


def scan_on(page: Page, text: str) -> None:
    """A scan that leads to another page."""
    page.locator("#scan").fill(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
