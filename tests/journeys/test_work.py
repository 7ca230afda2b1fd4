"""Receiving and shipping with a scanner and a keyboard."""

from playwright.sync_api import Page, Route, expect

from tests.desk import company
from tests.journeys.conftest import Enter


def scan(page: Page, text: str) -> None:
    """What was understood is gone from the field, by script."""
    page.wait_for_load_state()
    page.locator("#scan").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#scan")).to_have_value("")


def test_receive_by_scan(enter: Enter) -> None:
    page = enter()
    page.click("nav >> text=收货")
    expect(page.locator("#scan")).to_be_focused()
    scan(page, "FARM-1")
    expect(page.locator("#supplier-note")).to_have_text("敕勒川牧场")
    scan(page, f"(01){company.MILK}(10)RM-1200(17)261124")
    page.fill("[name=line-0-quantity]", "1,500")
    scan(page, f"(01){company.CUP}(10)P-9000(30)5000")
    expect(page.locator("[name=line-0-quantity]")).to_have_value("1,500")
    expect(page.locator("[name=line-1-quantity]")).to_have_value("5000")
    page.locator("button[value=record]").dblclick()
    expect(page.locator("article h1")).to_have_text("收货单")
    expect(page.locator("article tbody tr")).to_have_count(2)
    page.click("article >> text=RM-1200")
    expect(page.locator("h1")).to_have_text("生牛乳")
    expect(page.locator("#way li")).to_have_count(1)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(enter: Enter) -> None:
    page = enter()
    page.goto("/receiving")
    scan(page, f"(01){company.CUP}(10)P-9000(30)5000")
    page.locator("#scan").fill("NONSENSE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("NONSENSE")
    expect(page.locator("#scan")).to_have_value("NONSENSE")
    page.fill("[name=po]", "PO-7")
    page.click("button[value=record]")
    expect(page.locator("#supplier-wrong")).to_be_visible()
    expect(page.locator("[name=po]")).to_have_value("PO-7")
    expect(page.locator("[name=line-0-lot]")).to_have_value("P-9000")


def test_ship_by_scan(enter: Enter) -> None:
    page = enter()
    page.click("nav >> text=发货")
    scan(page, "C003")
    scan(page, "HH261121A01")
    expect(page.locator(".hint-first")).to_contain_text(company.LOT)
    page.click("text=改用此批")
    expect(page.locator(".hint-first")).to_have_count(0)
    page.fill("[name=line-0-quantity]", "36")
    page.locator("button[value=record]").dblclick()
    expect(page.locator("article h1")).to_have_text("发货单")
    expect(page.locator("article tbody tr")).to_have_count(1)
    expect(page.locator("article .qr svg")).to_be_visible()


def test_it_works_without_scripts(enter: Enter) -> None:
    page = enter()
    plain = page.context.browser.new_context(  # type: ignore[union-attr]  # a context of a browser has one
        base_url=page.url.rstrip("/"),
        storage_state=page.context.storage_state(),
        java_script_enabled=False,
        locale="zh-CN",
    ).new_page()
    plain.goto("/receiving")
    for text in ("PACK", f"(01){company.CUP}(10)P-9000(30)5000"):
        plain.fill("#scan", text)
        plain.press("#scan", "Enter")
    plain.click("button[value=record]")
    expect(plain.locator("article h1")).to_have_text("收货单")
    plain.goto(f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}")
    expect(plain.locator("#parties")).to_be_visible()
    plain.context.close()


def test_what_is_typed_while_an_answer_is_on_its_way_stays(enter: Enter) -> None:
    page = enter()
    page.goto("/receiving")
    page.click("button[value=add]")
    expect(page.locator("[name=line-0-item]")).to_be_visible()
    held: list[Route] = []
    # a bound method of C has no place for its marks
    page.route("**/receiving", lambda route: held.append(route), times=1)
    page.fill("[name=line-0-item]", "CUP-150")
    with page.expect_request("**/receiving"):
        page.fill("[name=line-0-lot]", "P-9")  # leaves the item, which asks what it is called
    page.keyboard.type("000")
    page.fill("[name=line-0-quantity]", "1500")
    held.pop().continue_()
    expect(page.locator("#line-0-item-note")).to_have_text("塑杯 150 mL")
    expect(page.locator("[name=line-0-lot]")).to_have_value("P-9000")
    expect(page.locator("[name=line-0-quantity]")).to_have_value("1500")
