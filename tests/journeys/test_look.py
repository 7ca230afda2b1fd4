"""Every page at three sizes, in both languages, light and dark: judged by axe, and shot for people to look at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.desk import company
from tests.journeys.conftest import Enter
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]
LOT = f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}"
PAGES = {
    "home": "/",
    "lot": LOT,
    "lot-proof": f"{LOT}#proof",
    "raw": f"/thing?id=/01/{company.MILK}/10/RM-1101",
    "item": f"/thing?id=/01/{company.YOGHURT}",
    "partner": f"/thing?id=/417/{company.gln(100)}",
    "hold": f"/hold?id=/01/{company.YOGHURT}/10/{company.LOT}",
    "candidates": "/search?q=HH26",
    "not-found": "/search?q=NOT-HERE",
    "receiving": "/receiving",
    "shipping": "/shipping",
    "trace": f"/trace?q={company.LOT}",
    "balance": f"/balance?id=/01/{company.YOGHURT}/10/{company.LOT}",
    "reports": "/reports",
    "report": "/reports/turnover",
    "recalls": "/recall",
    "stock": "/stock",
    "waiting": "/waiting/expiring",
    "help": "/help/approvals",
}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],  # all that is right would be described as well, which takes longer than finding it
}
JUDGE = "options => axe.run(document, options).then(found => found.violations)"
AXE = Axe()


def wrong(page: Page) -> list[str]:
    """What axe finds: rule and place."""
    page.wait_for_load_state()
    page.evaluate(AXE.axe_script)
    found = page.evaluate(JUDGE, RULES)
    return [f"{v['id']}: {node['target']} {node['failureSummary']}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter(language=language)
    problems: list[str] = []
    for name, url in PAGES.items():
        page.set_viewport_size(SIZES["desk"])
        page.goto(url)
        if name in ("lot", "raw"):
            expect(page.locator("[data-drawn]")).to_be_visible()
        problems += [f"{name}: {one}" for one in wrong(page)]
        for size, viewport in (SIZES if language == "zh-hans" else {k: SIZES[k] for k in ("desk", "phone")}).items():
            page.set_viewport_size(viewport)
            over = too_wide(page)
            problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
            shoot(page, f"{language}-{name}-{size}")
    assert not problems, "\n".join(problems)


def test_what_is_done_less_often_stands_in_a_menu(enter: Enter, shoot: Shoot) -> None:
    page = enter(language="en")
    page.set_viewport_size(SIZES["phone"])
    page.goto(LOT)
    rest = page.locator(".acts .menu-list a")
    expect(rest.first).to_be_hidden()
    page.locator(".acts summary").press("Enter")
    expect(rest.first).to_be_visible()
    shoot(page, "lot-menu-phone")
    assert not wrong(page)
    assert too_wide(page) <= 0
    page.keyboard.press("Escape")
    expect(rest.first).to_be_hidden()
    expect(page.locator(".acts summary")).to_be_focused()


def test_dark(enter: Enter, shoot: Shoot) -> None:
    page = enter()
    page.click("details.menu summary")
    page.click("[data-theme-switch]")
    problems: list[str] = []
    for name in ("home", "lot", "hold", "candidates", "receiving", "report", "stock"):
        page.goto(PAGES[name])
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        problems += [f"{name}: {one}" for one in wrong(page)]
        shoot(page, f"dark-{name}")
    assert not problems, "\n".join(problems)


def test_papers_and_refusals(enter: Enter, shoot: Shoot) -> None:
    page = enter()
    problems: list[str] = []

    def look(name: str) -> None:
        problems.extend(f"{name}: {one}" for one in wrong(page))
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            shoot(page, f"zh-hans-{name}-{size}")
        page.set_viewport_size(SIZES["desk"])

    page.goto("/receiving")
    for text in ("FARM-1", f"(01){company.MILK}(10)RM-1200(17)261101", "CULT"):
        page.fill("#scan", text)
        page.keyboard.press("Enter")
        expect(page.locator("#scan")).to_have_value("")
    look("receiving-filled")
    page.fill("[name=line-0-quantity]", "1500")
    page.click("button[value=record]")
    expect(page.get_by_role("alert")).to_be_visible()
    look("receiving-refused")
    page.click("button[value=remove-1]")
    expect(page.locator("fieldset.line")).to_have_count(1)
    page.click("button[value=record]")
    page.check("[name=accept]")
    page.click("button[value=record]")
    expect(page.locator("article")).to_be_visible()
    look("receipt")
    page.goto("/shipping")
    for text in ("C003", "HH261121A01", company.CASE):
        page.fill("#scan", text)
        page.keyboard.press("Enter")
        expect(page.locator("#scan")).to_have_value("")
    look("shipping-filled")
    page.fill("[name=line-0-quantity]", "5")
    page.fill("[name=line-1-quantity]", "5")
    page.click("button[value=record]")
    expect(page.get_by_role("alert")).to_be_visible()
    look("shipping-refused")
    page.click("button[value=remove-0]")
    expect(page.locator("fieldset.line")).to_have_count(1)
    page.click("button[value=record]")
    expect(page.locator("article")).to_be_visible()
    look("note")
    page.emulate_media(media="print")
    shoot(page, "print-note")
    assert not problems, "\n".join(problems)


def test_the_login(page: Page, shoot: Shoot) -> None:
    page.goto("/login")
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        shoot(page, f"zh-hans-login-{size}")
    assert not wrong(page)
