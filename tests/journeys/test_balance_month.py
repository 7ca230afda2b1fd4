"""Everything of a month in the demo company adds up, and nothing of it is unexplained."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from playwright.sync_api import Page, expect

from suyuan.demo.staff import PASSWORD
from tests.demo.filled import demo_company
from tests.journeys.test_balance import Shoot, look
from tests.journeys.test_figures import NOW


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return demo_company


@pytest.fixture
def keeper(page: Page) -> Iterator[Page]:
    with patch("suyuan.desk.access.current_time", lambda: NOW):
        page.goto("/login")
        page.fill("#id_username", "keeper")
        page.fill("#id_password", PASSWORD)
        page.click("main .btn-primary")
        page.wait_for_url("**/")
        yield page


def test_it_works(keeper: Page, shoot: Shoot) -> None:
    page = keeper
    page.goto("/balance?in=all")
    expect(page.locator("[data-unit]").first).to_be_visible()
    assert page.locator("main a.state-rejected").count() == 0
    look(page, shoot, "balance-all")
    page.click("details.menu summary")
    page.click("[data-theme-switch]")
    look(page, shoot, "balance-dark")
