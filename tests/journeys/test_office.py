"""Master data in the browser: a morning at the office by keyboard alone, and every page of it looked at."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.desk.test_office_list import put
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide

PAGES = {
    "data": "/data",
    "list": "/data/items?q=o&f.tracking=lot&sort=-code",
    "row": "/data/items/row?key=YOG-150",
    "partner": "/data/partners/row?key=FARM-1",
    "history": "/data/items/history?key=YOG-150",
    "map": "/map",
    "map-hold": "/map?by=temperature",
}
PERSON = 80  # milliseconds between two keys; a scanner is faster, and means something else
WORDS = {"zh-hans": ("已保存", "原味酸奶"), "en": ("Saved", "Plain yoghurt")}


def look(page: Page, shoot: Shoot, name: str, language: str) -> list[str]:
    """What is wrong with the page as it stands; shot at every size in Chinese, at one in English."""
    page.set_viewport_size(SIZES["desk"])
    problems = [f"{name}: {one}" for one in wrong(page)]
    for size in SIZES if language == "zh-hans" else ("desk",):
        page.set_viewport_size(SIZES[size])
        over = too_wide(page)
        problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
        shoot(page, f"{language}-office-{name}-{size}")
    page.set_viewport_size(SIZES["desk"])
    return problems


def build_floor() -> None:
    """Two zones of racks around the dock, some of them cold."""
    zones = [("Z-A", "常温区", "ambient"), ("Z-B", "冷库", "chilled")]
    here = {"warehouse": "plant"}
    put("places", *({**here, "code": c, "kind": "zone", "name_zh": n, "temperature_class": t} for c, n, t in zones))
    for z, (zone, _name, _temperature) in enumerate(zones):
        spots = [(rack, bay) for rack in range(1, 4) for bay in range(1, 11)]
        lying = [
            (f"{zone[-1]}-{rack:02}-{bay:02}", Decimal(2 + 14 * z + bay), Decimal(6 + 3 * rack)) for rack, bay in spots
        ]
        put(
            "places", *({**here, "code": c, "parent": zone, "x": x, "y": y, "capacity_pallets": 1} for c, x, y in lying)
        )
    for code, x in (("IN", 2), ("OUT", 20)):
        put(
            "places", {**here, "code": code, "x": Decimal(x), "y": Decimal(1), "width": Decimal(6), "depth": Decimal(3)}
        )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_morning_by_keyboard(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter("office", language)
    saved, name = WORDS[language]
    keys = page.keyboard
    page.goto("/data/items")
    keys.press("f")
    expect(page.locator("[data-quick]")).to_be_focused()
    keys.type("YOG", delay=PERSON)
    keys.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.wait_for_load_state()
    keys.press("j")
    expect(page.locator("tr[data-row]")).to_be_focused()
    keys.press("x")
    expect(page.locator("input[name=key]")).to_be_checked()
    keys.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)
    problems = look(page, shoot, "opened", language)
    page.locator("[name='v.spec']").focus()
    keys.type("150 g", delay=PERSON)
    keys.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text(saved)
    problems += look(page, shoot, "saved", language)
    page.goto("/data/items")
    keys.press("n")
    page.wait_for_url("**/data/items/new*")
    page.locator("[name='v.code']").fill("SALT")
    page.locator("[name='v.category']").focus()
    keys.type("dai", delay=PERSON)
    expect(page.locator("#field-category-list option")).to_have_count(1)
    page.locator("[name='v.gtin']").fill("12345678")
    keys.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name='v.code']")).to_have_value("SALT")
    problems += look(page, shoot, "refused", language)
    page.goto("/data/places")
    page.check("[data-all]")
    page.click("button[value=selected]")
    page.wait_for_load_state()
    page.select_option("#which", "temperature_class")
    page.select_option("[name='v.temperature_class']", "chilled")
    page.click("button[value=preview]")
    expect(page.locator("button[value=change]")).to_be_visible()
    problems += look(page, shoot, "bulk", language)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter("office", language)
    build_floor()
    problems: list[str] = []
    for name, url in PAGES.items():
        page.goto(url)
        problems += look(page, shoot, name, language)
    page.goto("/data/items")
    page.click("details.filters summary")
    problems += look(page, shoot, "filter", language)
    page.goto("/data/items/row?key=YOG-150")
    page.click("a[hx-target='#place-packs'] >> nth=0")
    expect(page.locator("#place-packs form")).to_be_visible()
    problems += look(page, shoot, "part", language)
    assert not problems, "\n".join(problems)


def test_a_scan_that_begins_with_a_shortcut_is_a_scan(enter: Enter) -> None:
    """Two letters without a pause between them, which no person types: they go into the search box, both."""
    page = enter("office")
    page.goto("/data/items")
    page.evaluate("""() => {
        document.activeElement.blur();
        for (const key of ["n", "x"]) document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
    }""")
    expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#find")).to_have_value("n")  # the browser types the second one itself
    page.wait_for_timeout(100)
    assert page.url.endswith("/data/items")
