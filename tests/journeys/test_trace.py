"""The trace on one screen: from the box to the customers and bins, piles that open, a filter that hides nothing in
silence, pictures and tables to take away.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import LOT, wrong
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]
CUPS = f"/thing?id=/01/{company.CUP}/10/P-8831"


@pytest.fixture
def folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cards of a kind are many already."""
    monkeypatch.setattr("suyuan.desk.graphs.MOST_ALIKE", 1)


def test_a_pile_opens_and_closes_by_keyboard(enter: Enter, shoot: Shoot, folded: None) -> None:
    page = enter(language="en")
    page.goto(CUPS)
    pile = page.get_by_role("link", name="Open: Plain yoghurt 150 g, × 2")
    expect(pile).to_be_visible()
    expect(page.locator("#traced")).to_contain_text("4 cards stand behind dotted ones")
    pile.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#traced a[data-id$='HH261121A01']")).to_be_visible()
    expect(page.locator("#traced a[data-id$='HH261114A01']")).to_be_visible()
    expect(page.locator("[data-graph]")).to_be_focused()  # the keyboard goes on where it was
    shoot(page, "en-graph-open-desk")
    assert not wrong(page)
    page.get_by_role("link", name="Close: Plain yoghurt 150 g × 2").click()
    expect(page.get_by_role("link", name="Open: Plain yoghurt 150 g, × 2")).to_be_visible()


def test_the_way_of_a_card_is_lit_and_the_picture_grows(enter: Enter) -> None:
    page = enter()
    page.goto(LOT)
    svg = page.locator("svg[data-drawn]")
    expect(page.locator("[data-graph][data-ready]")).to_be_visible()
    page.locator("#traced a[data-id$='RM-1101']").hover()
    expect(svg).to_have_class("way-graph lit")
    expect(page.locator("#traced a[data-id$='RM-2207']")).to_have_css("opacity", "0.25")
    expect(page.locator("#traced .subject")).to_have_css("opacity", "1")
    before = svg.bounding_box()
    page.get_by_role("button", name="放大").click()
    after = svg.bounding_box()
    assert before
    assert after
    assert after["width"] > 1.2 * before["width"]
    page.locator("#traced a[data-id$='RM-1101']").click()
    expect(page.locator("h1")).to_have_text("生牛乳")


def test_pictures_are_files(enter: Enter) -> None:
    page = enter()
    page.goto(LOT)
    for kind, begins in (("SVG", b"<?xml"), ("PNG", b"\x89PNG")):
        with page.expect_download() as told:
            page.get_by_role("link", name=kind).click()
        assert told.value.suggested_filename.endswith(f"{company.LOT}.{kind.lower()}")
        assert Path(told.value.path()).read_bytes().startswith(begins)


def test_a_filter_tells_what_it_hides(enter: Enter, shoot: Shoot) -> None:
    page = enter(language="en")
    page.goto(f"{LOT}#all")
    page.click("#tab-all")
    expect(page.locator("#all tbody tr", has_text="Customer")).to_have_count(company.CUSTOMERS)
    page.locator("#all").get_by_label("Lot", exact=True).check()
    page.locator("#all").get_by_role("button", name="Narrow").click()
    expect(page.locator("#all [role=status]")).to_contain_text(f"Customer {company.CUSTOMERS}")
    expect(page.locator("#all tbody tr", has_text="Customer")).to_have_count(0)
    shoot(page, "en-affected-desk")
    assert not wrong(page)
    with page.expect_download() as told:
        page.locator("#all").get_by_role("link", name="Export CSV").click()
    assert f"Customer {company.CUSTOMERS}" in Path(told.value.path()).read_text("utf-8-sig").splitlines()[-1]


def test_a_question_by_name_and_day_is_traced(enter: Enter, shoot: Shoot) -> None:
    page = enter()
    page.fill("#find", "敕勒川")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("敕勒川牧场")
    page.goto("/trace")
    page.fill("#q", "敕勒川")
    page.fill("#since", "2026-11-01")
    page.get_by_role("button", name="开始追溯").click()
    expect(page.locator("#flows")).to_contain_text("家客户")
    expect(page.locator("#goods tbody tr")).to_have_count(1)
    problems: list[str] = []
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        over = too_wide(page)
        problems += [f"{size}: {over} px too wide"] if over > 0 else []
        shoot(page, f"zh-hans-trace-{size}")
    page.set_viewport_size(SIZES["desk"])
    problems += wrong(page)
    page.click("#tab-where")
    expect(page.locator("#where tbody tr").first).to_be_visible()
    page.click("details.menu summary")
    page.click("[data-theme-switch]")
    page.click("#tab-all")
    expect(page.locator("#all tbody tr").first).to_be_visible()
    shoot(page, "dark-trace-desk")
    problems += wrong(page)
    assert not problems, "\n".join(problems)
