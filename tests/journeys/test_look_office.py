"""The pages of an office day: first steps, likely doubles, a signature, audit, people; in Chinese, light and dark."""

from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, ViewportSize, expect

from suyuan.accounts.writes import At, do_add_team, do_add_user
from suyuan.capture.guard import governed
from suyuan.governance.models import ApprovalRequest
from suyuan.ledger.models import Record
from tests.desk import company
from tests.desk.sheets import csv, work
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide

SMALL = {**SIZES, "phone": ViewportSize(width=360, height=740), "desk": ViewportSize(width=1280, height=800)}
ITEMS = csv(("编码", "品名", "单位"), ("CUP-9", "塑杯 150 mL", "个"), ("P-1", "香梨", "个"), ("P-2", "香梨", "个"))
STOCK = csv(
    ("仓库", "库位", "物料", "批号", "数量", "生产日期", "状态"),
    ("plant", "C-01-03", "YOG-150", "OLD-1", "1200", "2026-11-10", "合格"),
    ("plant", "IN", "YOG-150", "OLD-1", "50", "2026-11-10", "待检"),
)


def look(page: Page, shoot: Shoot, name: str) -> list[str]:
    """What is wrong with the page as it stands: by axe, and where it is too wide."""
    problems = [f"{name}: {one}" for one in wrong(page)]
    for size, viewport in SMALL.items():
        page.set_viewport_size(viewport)
        over = too_wide(page)
        problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
        shoot(page, f"office-{name}-{size}")
    page.set_viewport_size(SMALL["desk"])
    return problems


def bring(page: Page, folder: Path, register: str, content: bytes) -> None:
    """Upload a sheet and wait until it is judged."""
    file = folder / f"{register}.csv"
    file.write_bytes(content)
    page.goto(f"/import?register={register}")
    page.set_input_files("#file", file)
    page.click("main .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("button[value=write]")).to_be_visible()


def darken(page: Page) -> None:
    page.click("details.menu summary")
    page.click("[data-theme-switch]")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_opening_stock_from_the_sheet_to_the_signature(enter: Enter, shoot: Shoot, tmp_path: Path) -> None:
    with governed():
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])
    page = enter("keeper")
    bring(page, tmp_path, "opening", STOCK)
    problems = look(page, shoot, "opening")
    page.click("button[value=write]")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("main [role=status]").first).to_contain_text("已写入")
    problems += look(page, shoot, "opening-written")
    page.goto("/start")
    problems += look(page, shoot, "start-keeper")
    page = enter("quality")
    page.goto(f"/approvals/{ApprovalRequest.objects.get().pk}")
    problems += look(page, shoot, "opening-request")
    page.check("[name=meaning][value=responsible]")
    page.fill("[name=reason]", "按检验报告核对")
    page.fill("#password", company.PASSWORD)
    page.click("button[value=approve]")
    expect(page.locator("main [role=status]").first).to_contain_text("已批准")
    page.goto(f"/thing?id=/01/{company.YOGHURT}/10/OLD-1")
    expect(page.locator("body")).to_contain_text("期初库存")
    problems += look(page, shoot, "opening-lot")
    assert not problems, "\n".join(problems)


def test_the_office(enter: Enter, shoot: Shoot, tmp_path: Path) -> None:
    with governed():
        do_add_team(code="shift-a", name_zh="甲班", name_en="Team A", site="hohhot")
        do_add_user(username="auditor", name="周审", password=company.PASSWORD, grants=[At("auditor")])
    page = enter("keeper")
    page.goto("/shipping")
    for text in ("C003", "HH261121A01"):
        page.fill("#scan", text)
        page.keyboard.press("Enter")
        expect(page.locator("#scan")).to_have_value("")
    page.fill("[name=line-0-quantity]", "99999")
    page.click("button[value=record]")
    expect(page.get_by_role("alert")).to_be_visible()
    refused = UUID(bytes=bytes(Record.objects.filter(kind="access", type="Ship").get().id))
    problems: list[str] = []
    for mode in ("light", "dark"):
        page = enter("admin")
        if mode == "dark":
            darken(page)
        bring(page, tmp_path, "items", ITEMS)
        page.click("details.alert summary")
        problems += look(page, shoot, f"{mode}-doubles")
        for name, url in {
            "start": "/start", "data": "/data", "rule": "/quality/item-category", "new-person": "/people/new",
            "people": "/people", "team": "/people/teams/edit?code=shift-a", "teams": "/people/teams",
            "roles": "/people/roles",
        }.items():  # fmt: skip
            page.goto(url)
            problems += look(page, shoot, f"{mode}-{name}")
        page.goto("/data/items/new")
        page.fill("[name='v.code']", "YOG-151")
        page.fill("[name='v.name_zh']", "原味酸奶 150g")
        page.fill("[name='v.base_unit']", "C62")
        page.keyboard.press("Tab")
        expect(page.locator("#similar")).to_contain_text("YOG-150")
        problems += look(page, shoot, f"{mode}-warning")
        page = enter("auditor")
        if mode == "dark":
            darken(page)
        page.goto("/audit?refused=1")
        problems += look(page, shoot, f"{mode}-audit")
        page.goto(f"/audit/plant/{refused}")
        problems += look(page, shoot, f"{mode}-audit-entry")
    assert not problems, "\n".join(problems)
