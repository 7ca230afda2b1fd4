"""From the first page to an alert: looked at, snoozed with a reason; and who does what, at every size."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from suyuan.insight.refreshing import refresh
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import wrong
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]


@pytest.fixture
def live_fill() -> Callable[[], None]:
    def fill() -> None:
        company.build()
        refresh(company.NOW + timedelta(days=3))

    return fill


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_wants_attention(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter("inspector", language)
    problems: list[str] = []
    if language == "zh-hans":
        page.click("details.menu summary")
        page.click("[data-theme-switch]")  # dark in Chinese, light in English
    for name, url in {"home": "/", "alerts": "/alerts", "steps": "/steps", "digest": "/digest"}.items():
        page.goto(url)
        problems += [f"{name}: {one}" for one in wrong(page)]
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            over = too_wide(page)
            problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
            shoot(page, f"{language}-attention-{name}-{size}")
        page.set_viewport_size(SIZES["desk"])
    page.goto("/alerts?kind=pending_long")
    page.check("input[name=alert] >> nth=0")
    page.fill("[name=reason]", "laboratory")
    page.fill("[name=until]", "2026-11-25")
    page.click("button[value=snooze]")
    expect(page.locator(".alert-success")).to_be_visible()
    page.goto("/alerts?show=snoozed")
    expect(page.get_by_text("laboratory")).to_be_visible()
    assert not problems, "\n".join(problems)
