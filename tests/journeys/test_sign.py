"""A held lot is released by two people at two desks, and the audit tells of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.writes import At, do_add_user
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.plugins.browser import SIZES, too_wide

LOT = f"/01/{company.YOGHURT}/10/{company.LOT}"
Shoot = Callable[[Page, str], Path]


def build_with_quality() -> None:
    company.build()
    do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality"), At("auditor")])


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build_with_quality


def test_it_works(enter: Enter, shoot: Shoot) -> None:
    page = enter("inspector")
    problems: list[str] = []

    def look(name: str) -> None:
        page.wait_for_load_state()
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            over = too_wide(page)
            problems.extend([f"{name} at {size} is {over} px too wide"] if over > 0 else [])
            shoot(page, f"sign-{name}-{size}")
        page.set_viewport_size(SIZES["desk"])

    page.goto(f"/hold?id={LOT}")
    page.fill("[name=reason]", "异味投诉")
    page.click("main .btn-warning")
    page.click("main a[href^='/release']")
    page.fill("[name=reason]", "复检合格")
    look("release")
    page.click("main .btn-primary")
    expect(page.locator("main table")).to_contain_text("解除冻结")
    look("mine")
    enter("quality")
    expect(page.locator("nav .count")).to_have_text("1")
    page.goto("/approvals")
    page.click("main table a")
    page.fill("#password", "wrong")
    page.click("button[value=approve]")
    expect(page.get_by_role("alert")).to_be_visible()
    look("wrong")
    page.check("[name=meaning][value=responsible]")
    page.fill("[name=reason]", "见检验报告")
    page.fill("#password", company.PASSWORD)
    page.click("button[value=approve]")
    expect(page.locator("main")).to_contain_text("已批准并执行")
    page.goto("/audit")
    look("audit")
    page.click("main table a:has-text('解除冻结')")
    page.wait_for_url("**/audit/**")
    look("entry")
    assert not problems, "\n".join(problems)
