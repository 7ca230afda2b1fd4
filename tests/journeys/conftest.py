"""A browser logged in at the small dairy of tests/desk, where it is always the same morning."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.desk import company

Enter = Callable[..., Page]


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return company.build


@pytest.fixture
def enter(page: Page) -> Iterator[Enter]:
    """`enter("keeper")` logs in and works in the plant; whoever was there before has gone, and nothing of his is on its
    way."""

    def entered(username: str = "keeper", language: str = "zh-hans") -> Page:
        page.goto("about:blank")
        page.context.clear_cookies()
        page.goto("/login")
        page.fill("#id_username", username)
        page.fill("#id_password", company.PASSWORD)
        page.click("main .btn-primary")
        page.wait_for_load_state()  # it is the script that sends the warehouse
        with page.expect_navigation():
            page.select_option("select[name=warehouse]", "plant")
        if language == "en":
            with page.expect_navigation():
                page.click("button[name=language]")
        return page

    with company.clock(ticks=True):
        yield entered
