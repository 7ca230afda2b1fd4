"""Three clicks from the search box until everything is held; then customers are told by two people, answer, and
consumers read it; an announcement is pasted; a drill is timed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.writes import At, do_add_user
from suyuan.catalog.models import Partner
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.plugins.browser import too_wide

Shoot = Callable[[Page, str], Path]
SIZES = {"phone": (360, 780), "handheld": (480, 800), "desk": (1280, 900)}


def build() -> None:
    company.build()
    do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality"), At("auditor")])
    Partner.objects.filter(key="C000").update(phone="0471-555 0100", contact="一号店 store1@example.com")
    Partner.objects.filter(key="C001").update(phone="0351-555 0101", address="太原市解放路 1 号")


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


class Looks:
    """Takes each page in three sizes, in dark too where asked, and says where it is too wide."""

    def __init__(self, page: Page, shoot: Shoot, language: str) -> None:
        self.page, self.shoot, self.language = page, shoot, language
        self.wide: list[str] = []

    def at(self, name: str, *, dark: bool = False) -> None:
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            over = too_wide(self.page)
            self.wide += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
            self.shoot(self.page, f"recall-{name}-{self.language}-{size}")
        if dark:
            self.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
            self.shoot(self.page, f"recall-{name}-{self.language}-dark")
            self.page.evaluate("document.documentElement.dataset.bsTheme = 'light'")


def sign(page: Page, enter: Enter, meaning: str = "approve") -> None:
    """The second person signs the one request that waits for him."""
    enter("quality")
    page.goto("/approvals")
    page.locator("main table a").first.click()
    page.locator("[name=meaning]").first.check()
    page.fill("[name=reason]", "已核对")
    page.fill("#password", company.PASSWORD)
    page.click("button[value=approve]")
    expect(page.locator(".alert-success")).to_be_visible()


def test_three_clicks_hold_everything_and_the_case_goes_to_its_end(enter: Enter, shoot: Shoot) -> None:
    page = enter("inspector")
    looks = Looks(page, shoot, "zh")
    # One: the search. Two: Recall. Three: hold it all.
    page.fill("#find", company.LOT)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("原味酸奶 150 g")
    page.get_by_role("link", name="召回", exact=True).last.click()
    expect(page.locator("main")).to_contain_text("东街超市北京店")
    expect(page.locator("main")).to_contain_text("这些客户有货 18")
    expect(page.locator("#stock").locator("xpath=ancestor::section")).to_contain_text("灌装二线")
    looks.at("new", dark=True)
    page.fill("#reason", "抽检发现沙门氏菌")
    page.click("button[value=hold]")
    expect(page.locator("h1")).to_contain_text(company.LOT)
    expect(page.locator(".alert-success")).to_contain_text("全部已冻结")
    case = page.url.split("?")[0]
    number = case.rpartition("/")[2]
    looks.at("case", dark=True)
    page.goto(f"{case}?tab=stock")
    expect(page.locator("main table")).to_contain_text("召回")
    page.goto(f"{case}?tab=scope")
    looks.at("scope")
    # The keeper writes to all customers, and quality lets it go.
    enter("keeper")
    page.goto(f"{case}?tab=notices")
    page.click("button[value=customer]")
    expect(page.locator(".list-group-item")).to_have_count(18)
    looks.at("notices")
    page.locator(".list-group-item").first.click()
    looks.at("notice")
    page.goto(f"{case}?tab=notices")
    page.click("button[value=approve]")
    sign(page, enter)
    enter("keeper")
    page.goto(f"{case}?tab=notices")
    expect(page.locator("main")).not_to_contain_text("等待由未参与起草的人批准")
    page.locator(".list-group-item", has_text="信函").first.click()
    page.fill("#person", "周店长")
    page.click("button[value=mark]")
    # One answers: it found all but twelve.
    page.goto(case)
    row = page.locator(".list-group-item", has_text="东街超市北京店")
    row.get_by_role("link", name="答复").click()
    page.fill("#found", "99999")
    page.click("button[value=answer]")
    expect(page.locator("main .alert-danger, main [role=alert]").first).to_contain_text("99999")
    page.fill("#found", "468")
    page.fill("#sold", "12")
    looks.at("answer")
    page.click("button[value=answer]")
    expect(page.locator(".list-group-item", has_text="东街超市北京店")).to_contain_text("97.5 %")
    # Consumers read it when two have published it.
    page.goto(f"{case}?tab=public")
    page.fill("#title_zh", "召回原味酸奶 150 g")
    page.fill("#text_zh", f"批号 {company.LOT}。请勿食用，可到购买处退货。")
    page.fill("#title_en", "Plain yoghurt 150 g is recalled")
    page.fill("#text_en", f"Lot {company.LOT}. Do not eat it; take it back to where you bought it.")
    looks.at("public")
    page.click("button[value=publish]")
    sign(page, enter)
    page.context.clear_cookies()
    page.goto("/recalls?lang=en")
    page.get_by_role("link", name="Plain yoghurt 150 g is recalled").click()
    expect(page.locator("article")).to_contain_text("Do not eat it")
    expect(page.locator("body")).not_to_contain_text("东街")
    looks.at("consumer", dark=True)
    # It cannot be closed while questions are open, unless somebody says why.
    enter("keeper")
    page.goto(f"{case}?tab=end")
    page.fill("#outcome", "已收回大部分")
    looks.at("end")
    page.click("button[value=close]")
    expect(page.locator("main [role=alert]").first).to_be_visible()
    page.fill("#outcome", "已收回大部分")
    page.fill("#open_why", "其余已过保质期")
    page.click("button[value=close]")
    sign(page, enter)
    page.goto(case)
    expect(page.locator("main")).to_contain_text("已收回大部分")
    page.goto(f"{case}?tab=course")
    looks.at("course")
    page.goto("/recall")
    expect(page.locator("main table")).to_contain_text(number)
    looks.at("list")
    assert looks.wide == []


def test_an_announcement_is_pasted_and_a_drill_is_timed(enter: Enter, shoot: Shoot) -> None:
    page = enter("inspector", "en")
    looks = Looks(page, shoot, "en")
    page.goto("/recall/scope")
    page.fill(
        "#text",
        "Recall of Raw milk, lots RM-1101 and RM 2207 and RM-9999, except goods for export.\nUse by 7/12 or so.",
    )
    page.click("main form button.btn-primary")
    expect(page.locator(".announced mark.code-missing")).to_have_text("RM-9999")
    expect(page.locator(".announced mark.code-unread").first).to_contain_text("except goods for export")
    looks.at("announcement", dark=True)
    page.fill("#text", "Recall of Raw milk, lots RM-1101 and RM 2207 and RM-9999.")
    page.locator("main form button.btn-scan").first.click()
    expect(page.locator("input[name=subject]:checked")).to_have_count(2)
    page.click("button[value=look]")
    expect(page.locator("main")).to_contain_text("Chilechuan Farm")
    page.locator("summary", has_text="only a drill").click()
    page.fill("#reason", "Yearly drill")
    page.click("button[value=drill]")
    expect(page.locator("main")).to_contain_text("points of 100")
    looks.at("drill")
    case = page.url.split("?")[0]
    page.goto(f"{case}?tab=end")
    page.fill("#outcome", "Two partners have no telephone number.")
    page.click("button[value=close_drill]")
    page.goto("/recall/drills")
    expect(page.locator("main table")).to_contain_text("RM-1101")
    looks.at("drills")
    # Nothing is held by it.
    page.goto(f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}")
    expect(page.locator("#title").locator("xpath=..")).not_to_contain_text("Recalled")
    assert looks.wide == []
