"""From a lot to its mass balance, from a number to its events."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import wrong
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]
LOT = f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}"


def look(page: Page, shoot: Shoot, name: str) -> None:
    assert wrong(page) == []
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        over = too_wide(page)
        assert over <= 0, f"{name} at {size} is {over} px too wide"
        shoot(page, f"{name}-{size}")
    page.set_viewport_size(SIZES["desk"])


def test_from_a_lot_to_the_events_behind_a_number(enter: Enter, shoot: Shoot) -> None:
    page = enter()
    page.goto(LOT)
    page.click("text=逐项查看")
    expect(page.locator("main h1")).to_contain_text("物料平衡")
    expect(page.locator(".card-footer").first).to_contain_text("原因不明 0")
    look(page, shoot, "balance-lot")
    page.click("[data-unit] tr:has-text('发给客户') a")
    expect(page.locator("main .figure").first).to_contain_text("10,476")
    expect(page.locator("main table tbody tr")).to_have_count(company.CUSTOMERS)
    look(page, shoot, "balance-events")
    page.click("text=完整平衡")
    expect(page.locator(".card-footer").first).to_contain_text("12,480")
