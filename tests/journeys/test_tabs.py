"""Tabs on a phone: one line that scrolls sideways, with the chosen one in view, by finger and by keyboard."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.conftest import Enter
from tests.journeys.test_look import LOT, Shoot, wrong
from tests.plugins.browser import too_wide

PAGES = {
    "lot": f"{LOT}#proof",
    "orders": "/orders?tab=notices",
    "counting": "/counting",
    "labels": "/labels/defects",
    "stock": "/stock?by=owner",
    "holds": "/reports/views",
    "alerts": "/alerts",
    "duplicates": "/duplicates",
    "receiving": "/receiving/accuracy",
}
LISTS = "main :is(.nav-tabs, .nav-pills):visible"
LINES = "list => new Set([...list.querySelectorAll('.nav-link')].map(tab => tab.offsetTop)).size"
SEEN = """tab => {
  const [inner, outer] = [tab.getBoundingClientRect(), tab.closest('.nav').getBoundingClientRect()];
  return inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.right <= innerWidth;
}"""
HIDDEN = "list => list.scrollWidth - list.clientWidth"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tabs_take_one_line(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter(language=language)
    page.set_viewport_size(ViewportSize(width=360, height=740))
    problems, scrolled = [], 0
    for name, url in PAGES.items():
        page.goto(url)
        lists = page.locator(LISTS)
        expect(lists.first).to_be_visible()
        for list_ in lists.all():
            scrolled += int(list_.evaluate(HIDDEN)) > 0
            problems += [f"{name}: {lines} lines"] if (lines := list_.evaluate(LINES)) != 1 else []
            for tab in list_.locator(".active").all():
                problems += [] if tab.evaluate(SEEN) else [f"{name}: the chosen tab is out of view"]
        problems += [f"{name} is {over} px too wide"] if (over := too_wide(page)) > 0 else []
        problems += [f"{name}: {one}" for one in wrong(page)]
        shoot(page, f"tabs-{name}-{language}")
    assert not problems, "\n".join(problems)
    assert scrolled, "none of them has more than a phone has room for"


def test_the_keyboard_brings_them_into_view(enter: Enter) -> None:
    page = enter(language="en")
    page.set_viewport_size(ViewportSize(width=360, height=740))
    page.goto(LOT)
    tabs = page.locator("main [role=tablist]:visible .nav-link")
    expect(tabs.first).to_be_visible()
    tabs.first.focus()
    for _step in range(tabs.count() - 1):
        page.keyboard.press("ArrowRight")
    expect(tabs.last).to_be_focused()
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    assert tabs.last.evaluate(SEEN)
    assert focused_in_view(page)


def focused_in_view(page: Page) -> bool:
    """Links among tabs as well, whichever the keyboard is at."""
    page.goto("/orders?tab=purchase")
    links = page.locator(f"{LISTS} .nav-link")
    expect(links.first).to_be_visible()
    links.first.focus()
    for _step in range(links.count() - 1):
        page.keyboard.press("Tab")
    expect(links.last).to_be_focused()
    return bool(links.last.evaluate(SEEN))
