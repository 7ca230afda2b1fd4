"""Three lots become one and a by-product at the line; what tanks, assemblies and orders look like."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.desk import factory
from tests.desk.factory import WORK
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.journeys.test_work import scan
from tests.plugins.browser import SIZES, too_wide


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return factory.build


def test_three_lots_become_one(enter: Enter, shoot: Shoot) -> None:
    page = enter("maker")
    page.set_viewport_size(SIZES["handheld"])
    page.goto("/production/line")
    shoot(page, "zh-hans-line-orders-handheld")
    page.locator("#scan").fill(WORK)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**work={WORK}")
    for lot, amount in (("RM-3301", "300"), ("RM-3302", "100"), ("RM-3303", "90")):
        scan(page, lot)
        scan(page, amount)
    page.locator("#made").fill("3000")
    page.get_by_role("button", name="按清单").click()
    expect(page.locator("main")).to_contain_text("塑杯")
    page.locator("#side-by4").fill("36")
    shoot(page, "zh-hans-line-make-handheld")
    problems = wrong(page)
    over = too_wide(page)
    problems += [f"{over} px too wide"] if over > 0 else []
    page.locator("button[value=record]").click()
    page.wait_for_url("**/production/line/done*")
    expect(page.locator("main")).to_contain_text("乳清")
    shoot(page, "zh-hans-line-done-handheld")
    page.goto(f"/production/order?number={WORK}")
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        shoot(page, f"zh-hans-work-order-{size}")
        over = too_wide(page)
        problems += [f"order at {size} is {over} px too wide"] if over > 0 else []
    problems += wrong(page)
    page.get_by_role("link", name="原味酸奶").first.click()
    shoot(page, "zh-hans-made-lot-desk")
    assert problems == []


PAGES = {
    "production": "/production",
    "work-order": f"/production/order?number={WORK}",
    "line": f"/production/line?work={WORK}",
    "tanks": "/production/tanks",
    "tank": "/production/tanks?tank=MT-1",
    "assemblies": "/production/assemblies",
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter("maker", language=language)
    problems: list[str] = []
    pages = dict(PAGES)
    page.goto("/production/assemblies")
    page.locator("#scan").fill("F-100")
    page.keyboard.press("Enter")
    page.wait_for_url("**product=**")
    pages["assembly"] = page.url
    for name, url in pages.items():
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            page.goto(url)
            over = too_wide(page)
            problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
            shoot(page, f"{language}-make-{name}-{size}")
        problems += [f"{name}: {one}" for one in wrong(page)]
    page.emulate_media(color_scheme="dark")
    for name in ("work-order", "tank"):
        page.goto(pages[name])
        shoot(page, f"{language}-make-{name}-dark")
        problems += [f"{name} in the dark: {one}" for one in wrong(page)]
    assert problems == []
