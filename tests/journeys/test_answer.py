"""A shop answers a recall by the link in its notice: without an account, on a phone behind the counter or at a desk."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from suyuan.accounts.rules import SYSTEM
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.recall.answer_links import answer_link
from suyuan.recall.commands import StartRecall
from suyuan.recall.models import Answer, Case, ScopeParty
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import too_wide

WORDS = {
    "zh": ("谢谢", "没有需要答复的内容", "文件已带入"),
    "en": ("Recorded, thank you", "Nothing to answer", "File brought in"),
}
WIDE = {"phone": ViewportSize(width=360, height=740), "desk": ViewportSize(width=1280, height=900)}


@pytest.fixture
def shop(context: BrowserContext) -> Iterator[Page]:
    """The browser of somebody who has no account. A form that is refused (422) is no fault of the page."""
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda said: wrong.append(said.text) if said.type == "error" and "422" not in said.text else None
    )
    yield page
    assert not wrong, wrong


def opened() -> tuple[Case, str]:
    """A recall of the yoghurt, and the address by which a shop that had some of it answers."""
    lot = f"https://id.gs1.org/01/{company.YOGHURT}/10/{company.LOT}"
    command = StartRecall(warehouse="plant", subjects=(lot,), reason="沙门氏菌")
    execute(Context(actor=SYSTEM, request_id=UUID(int=77), now=company.NOW), command)
    case = Case.objects.get()
    party = ScopeParty.objects.filter(role="customer").order_by("pk")[0].party
    return case, "/" + answer_link(case, party).split("/", 3)[3]


def faults(page: Page, shoot: Shoot, name: str) -> list[str]:
    """What axe finds in both themes, and where it is too wide."""
    found = []
    page.wait_for_load_state()  # its script, which sets the theme as well, has been
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        found += [f"{name} {theme}: {one}" for one in wrong(page)]
        shoot(page, f"answer-{name}-{theme}")
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    return found + ([f"{name} is {over} px too wide"] if (over := too_wide(page)) > 0 else [])


@pytest.mark.usefixtures("enter")
@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desk"), ("en", "phone"), ("zh", "desk")])
def test_a_shop_answers_by_its_link(shop: Page, shoot: Shoot, tmp_path: Path, language: str, size: str) -> None:
    page, (case, link) = shop, opened()
    thanks, nothing, kept = WORDS[language]
    shelf = tmp_path / "shelf.png"
    Image.new("RGB", (40, 30), "#7799aa").save(shelf)
    page.set_viewport_size(WIDE[size])
    page.goto(f"{link}?lang={language}")
    expect(page.locator("main")).to_contain_text(case.number)
    problems = faults(page, shoot, f"empty-{language}-{size}")
    # More than it had is asked back, and neither the numbers nor the photo are lost.
    page.fill("#found", "99999")
    page.fill("#person", "Zhou")
    page.set_input_files("#files", shelf)
    page.click("main .btn-primary")
    expect(page.get_by_role("alert").first).to_contain_text("99999")
    expect(page.get_by_role("alert").first).not_to_contain_text("C62")
    expect(page.locator("#found")).to_have_value("99999")
    expect(page.locator("main")).to_contain_text(kept)
    problems += faults(page, shoot, f"refused-{language}-{size}")
    page.fill("#found", "12")
    page.fill("#sold", "24")
    page.click("main .btn-primary")
    expect(page.get_by_role("status")).to_contain_text(thanks)
    problems += faults(page, shoot, f"done-{language}-{size}")
    said = Answer.objects.get()
    assert (said.found, said.sold, len(said.files)) == (12_000_000, 24_000_000, 1)
    # Opened again the next day it knows more, by keyboard alone.
    page.goto(f"{link}?lang={language}")
    expect(page.locator("#found")).to_have_value("")
    page.locator("#found").focus()
    page.keyboard.type("36")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(thanks)
    assert Answer.objects.count() == 2
    # Who changed the address is told nothing.
    answer = page.request.get(f"{link[:-2]}?lang={language}")
    assert answer.status == 404
    assert nothing in answer.text()
    assert not problems, "\n".join(problems)


def test_whoever_keeps_the_recall_reads_it_at_once(enter: Enter, page: Page) -> None:
    case, link = opened()
    page.goto(f"{link}?lang=zh")
    page.fill("#found", "12")
    page.click("main .btn-primary")
    expect(page.get_by_role("status")).to_contain_text("谢谢")
    enter("keeper")
    page.goto(f"/recall/{case.number}")
    expect(page.locator(".list-group-item", has_text="12").first).to_be_visible()
