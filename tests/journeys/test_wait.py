"""What a page does not wait for comes when it is there, or by a plain link where there is no script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import LOT, wrong
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suyuan.desk.answers.is_wide", lambda _key: True)


def test_the_whole_way_appears_by_itself(enter: Enter, shoot: Shoot, wide: None) -> None:
    page = enter()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*whole=1", hold)
    page.goto(LOT)
    expect(page.locator("#traced")).to_contain_text("完整链路")
    problems = wrong(page)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        shoot(page, f"zh-hans-lot-wide-{size}")
    page.set_viewport_size(SIZES["desk"])
    held.pop().continue_()
    expect(page.locator("#traced [data-drawn]")).to_be_visible()
    expect(page.locator("#flows")).to_contain_text("家客户")
    page.click("text=另有 12 项")
    expect(page.locator("#parties tbody tr", has_text="客户")).to_have_count(company.CUSTOMERS)
    shoot(page, "zh-hans-lot-wide-whole-desk")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_of_very_much_the_sums_appear_and_lead_on(
    enter: Enter, shoot: Shoot, wide: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("suyuan.desk.answers.is_very_wide", lambda *_keys: True)
    page = enter(language=language)
    page.goto(LOT)
    expect(page.locator("#parties tbody tr, #traced tbody tr").first).to_be_visible()
    problems = wrong(page)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        over = too_wide(page)
        problems += [f"{size} is {over} px too wide"] if over > 0 else []
        shoot(page, f"{language}-lot-very-wide-{size}")
    page.click("#traced a[href$='whole=all']")
    expect(page.locator("#traced [data-drawn]")).to_be_visible()
    assert not problems, "\n".join(problems)


def test_a_tab_is_fetched_once(enter: Enter) -> None:
    page = enter()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/thing/tab" in request.url else None)
    page.goto(LOT)
    expect(page.locator("[data-drawn]")).to_be_visible()
    assert asked == []
    for _ in range(2):
        page.click("#tab-events")
        expect(page.locator("#events tbody tr").first).to_be_visible()
        page.click("#tab-way")
    assert len(asked) == 1


def test_without_script_tabs_are_links(enter: Enter, shoot: Shoot, browser: Browser) -> None:
    page = enter()
    page.goto(LOT)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    other = plain.new_page()
    other.goto(page.url)
    expect(other.locator("#events .htmx-indicator")).to_have_css("opacity", "0")
    shoot(other, "zh-hans-lot-plain-desk")
    other.click("#events a")
    expect(other.locator("#panel tbody tr").first).to_be_visible()
    plain.close()
