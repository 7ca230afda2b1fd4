"""From the search box to the customers of a lot in one step."""

from playwright.sync_api import Page, expect

from tests.desk import company
from tests.journeys.conftest import Enter


def wedge(page: Page, text: str) -> None:
    """A keyboard-wedge scanner: characters without a pause, then Enter; FNC1 as Ctrl+]."""
    for part in text.split("\x1d"):
        page.keyboard.type(part, delay=2)
        if part is not text.split("\x1d")[-1]:
            page.keyboard.press("Control+]")
    page.keyboard.press("Enter")


def test_it_works(enter: Enter) -> None:
    page = enter()
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type(company.LOT)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("原味酸奶 150 g")
    expect(page.get_by_text("湖滨超市太原店").first).to_be_visible()
    expect(page.get_by_text("家客户")).to_be_visible()
    expect(page.locator("[data-drawn]")).to_be_visible()
    page.click("text=另有 12 项")
    expect(page.locator("#parties tbody tr", has_text="客户")).to_have_count(company.CUSTOMERS)


def test_a_scan_from_anywhere_lands_in_the_box(enter: Enter) -> None:
    page = enter()
    page.goto("/waiting/pending")
    page.evaluate("document.activeElement.blur()")
    wedge(page, f"]d201{company.YOGHURT}10{company.LOT}\x1d17261212")
    expect(page.locator("h1")).to_have_text("原味酸奶 150 g")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()


def test_a_scan_into_another_field_leaves_that_field_as_it_was(enter: Enter) -> None:
    page = enter()
    page.goto("/receiving")
    page.fill("[name=po]", "PO-7")
    page.focus("[name=po]")
    wedge(page, "FARM-1")
    expect(page.locator("[name=supplier]")).to_have_value("FARM-1")
    expect(page.locator("[name=po]")).to_have_value("PO-7")


def test_a_person_who_types_is_no_scanner(enter: Enter) -> None:
    page = enter()
    page.goto("/receiving")
    page.focus("[name=po]")
    page.keyboard.type("PO-12345", delay=80)
    expect(page.locator("[name=po]")).to_have_value("PO-12345")


def test_tabs_work_by_keyboard_and_have_an_address(enter: Enter) -> None:
    page = enter()
    page.goto(f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}#proof")
    expect(page.locator("#proof")).to_be_visible()
    page.focus("#tab-way")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#events")).to_be_visible()
    expect(page.locator("#proof")).to_be_hidden()
