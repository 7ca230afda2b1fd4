"""Ten cups went out in two shipments and two come back: one is sold again, one was warm and is destroyed by two."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.rules import SYSTEM
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.writes import do_add_places
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.operations.commands import Line, Ship
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]


def build() -> None:
    """The dairy, its place for returns, somebody from quality, and ten cups with a customer who had none."""
    company.build()
    with governed():
        do_add_places(
            warehouse="plant",
            places=[NewPlace(code="BACK", purpose="returns", name_zh="退货区", name_en="Returns")],
        )
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality"), At("auditor")])
    for n, (number, quantity) in enumerate((("D-CUPS", 6), ("D-MORE", 4))):
        line = Line(item="CUP-150", lot="P-8831", quantity=quantity)
        told = Ship(warehouse="plant", customer="C003", lines=(line,), desadv=number)
        now = company.NOW - timedelta(hours=2 - n)
        execute(Context(actor=SYSTEM, request_id=UUID(int=7100 + n), now=now), told)


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def test_it_works(enter: Enter, shoot: Shoot) -> None:
    ticks = count(1)
    with patch("suyuan.desk.access.current_time", lambda: company.NOW + timedelta(seconds=next(ticks))):
        go_through(enter, shoot)


def go_through(enter: Enter, shoot: Shoot) -> None:
    page = enter("keeper")
    problems: list[str] = []

    def look(name: str) -> None:
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            over = too_wide(page)
            problems.extend([f"{name} at {size} is {over} px too wide"] if over > 0 else [])
            shoot(page, f"return-{name}-{size}")
        page.set_viewport_size(SIZES["desk"])

    # Twice: one intact, one warm. The goods say who the customer is.
    for condition in ("intact", "warm"):
        page.goto("/receiving/returns")
        page.locator("#scan").fill(f"01{company.CUP}10P-8831")
        page.keyboard.press("Enter")
        expect(page.locator("#customer")).to_have_value("C003")
        page.fill("[name='line-0-quantity']", "1")
        page.select_option("[name='line-0-condition']", condition)
        page.select_option("#cause", "damaged" if condition == "intact" else "temperature")
        if condition == "warm":
            expect(page.locator("[name='line-0-desadv'] option")).to_have_count(2)
            page.select_option("[name='line-0-desadv']", "D-CUPS")
            look("sheet")
        page.click("button[value=record]")
        expect(page.locator("h1")).to_contain_text("收货单")
    # The inspector sells one again; the warm one he cannot.
    enter("inspector")
    page.goto("/returns")
    expect(page.locator("main")).to_contain_text("冷链中断")
    expect(page.locator("button[value=restock]")).to_have_count(1)
    look("waiting")
    page.click("button[value=restock]")
    expect(page.locator("h1")).to_contain_text("重新入库单")
    look("restocked")
    # The keeper takes the warm one to disposal, and quality signs.
    enter("keeper")
    page.goto("/returns")
    page.get_by_role("link", name="销毁", exact=True).last.click()
    expect(page.locator("[name=pick]:checked")).to_have_count(1)
    look("disposal")
    page.click("button[value=check]")
    expect(page.locator("h1")).to_contain_text("将要销毁")
    page.select_option("#ground", "returned")
    page.select_option("#method", "incineration")
    page.fill("#where", "城东焚烧厂")
    page.fill("#witness", "吴静")
    look("check")
    page.click("button[value=ask]")
    expect(page.locator("main")).to_contain_text("已提交审批")
    enter("quality")
    page.goto("/approvals")
    page.click("main table a")
    look("approval")
    page.check("[name=meaning][value=responsible]")
    page.fill("[name=reason]", "在场监督")
    page.fill("#password", company.PASSWORD)
    page.click("button[value=approve]")
    expect(page.locator("main")).to_contain_text("已批准并执行")
    enter("keeper", "en")
    page.goto("/disposal")
    page.click("a[href*='/disposal/certificate']")
    expect(page.locator("main")).to_contain_text("Incineration")
    expect(page.locator("main")).to_contain_text("吴静")
    look("certificate")
    page.goto("/returns")
    expect(page.locator("main")).to_contain_text("Nothing waits")
    page.goto("/returns/figures?by=cause")
    expect(page.locator("main")).to_contain_text("Damaged on the way")
    look("figures")
    page.evaluate("document.cookie = 'theme=dark; path=/'")
    page.goto("/disposal")
    look("dark")
    assert not problems, "\n".join(problems)
