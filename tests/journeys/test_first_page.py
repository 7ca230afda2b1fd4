"""The first page a stranger sees: it loads whole under the content security policy, in the reader's language."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect


def test_it_works(page: Page, shoot: Callable[[Page, str], Path]) -> None:
    answers: list[tuple[int, str]] = []
    page.on("response", lambda response: answers.append((response.status, response.url)))
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("input[name=username]")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui"), (
        "the style sheet is missing"
    )
    assert page.evaluate("typeof window.htmx") == "object", "the script is missing"
    assert [answer for answer in answers if answer[0] >= 400] == []
    assert shoot(page, "login").stat().st_size > 5000
