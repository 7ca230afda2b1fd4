"""From the search box to the customers of a lot in one step."""

from playwright.sync_api import Page, expect

from tests.desk import company
from tests.journeys.conftest import Enter

WEDGE = """text => {
  for (const key of [...text, "Enter"]) {
    const field = document.activeElement;
    const ctrl = key === "\\u001d";
    const typed = { key: ctrl ? "]" : key, ctrlKey: ctrl, bubbles: true, cancelable: true };
    const natural = field.dispatchEvent(new KeyboardEvent("keydown", typed));
    const into = document.activeElement;
    if (natural && key.length === 1 && !ctrl && into.setRangeText)
      into.setRangeText(key, into.selectionStart ?? 0, into.selectionEnd ?? 0, "end");
    if (natural && key === "Enter" && into.form) into.form.requestSubmit();
  }
}"""


def wedge(page: Page, text: str) -> None:
    """A keyboard-wedge scanner: characters without a pause, then Enter; FNC1 as Ctrl+]. In one go inside the page:
    a busy machine would put pauses like a person's between keys that the driver sends one by one.
    """
    page.evaluate(WEDGE, text)


def test_it_works(enter: Enter) -> None:
    page = enter()
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type(company.LOT)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("原味酸奶 150 g")
    expect(page.get_by_text("湖滨超市太原店").first).to_be_visible()
    expect(page.get_by_text("家客户", exact=True)).to_be_visible()
    expect(page.locator("[data-drawn]")).to_be_visible()
    page.click("text=另有 12 项")
    expect(page.locator("#parties tbody tr", has_text="客户")).to_have_count(company.CUSTOMERS)


def test_a_scan_from_anywhere_lands_in_the_box(enter: Enter) -> None:
    page = enter()
    page.goto("/waiting/pending")
    page.evaluate("document.activeElement.blur()")
    wedge(page, f"]d201{company.YOGHURT}10{company.LOT}\x1d17261212")
    expect(page.locator("h1")).to_have_text("原味酸奶 150 g")
    page.wait_for_load_state()
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
