"""A lot fails its inspection and goes back to its supplier with its paper; nobody alone decided any of it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.rules import SYSTEM
from suyuan.accounts.writes import At, do_add_user
from suyuan.catalog.register import Row, Values
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.inspection.commands import PutInspectionPlans, PutPlanChecks
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]
PLAN: Values = {
    "code": "CUPS", "name_zh": "塑杯进货检验", "mode": "sampling", "aql": "2.5", "item": "CUP-150",
    "certificates": ("test-report",),
}  # fmt: skip
CHECKS: tuple[Values, ...] = (
    {"plan": "CUPS", "number": 1, "name_zh": "高度", "kind": "measured", "unit": "mm", "lower": Decimal(70),
     "upper": Decimal(72), "method": "GB/T 18006.1"},
    {"plan": "CUPS", "number": 2, "name_zh": "无裂纹", "kind": "yes_no", "weight": "critical"},
    {"plan": "CUPS", "number": 3, "name_zh": "外箱标签", "kind": "yes_no", "scope": "lot"},
)  # fmt: skip


def build() -> None:
    """The dairy, a plan for its cups, and a delivery of them."""
    company.build()
    do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality"), At("auditor")])
    line = ReceiptLine(item="CUP-150", lot="P-9001", quantity=40)
    told = (
        PutInspectionPlans(rows=(Row(PLAN),)),
        PutPlanChecks(rows=tuple(map(Row, CHECKS))),
        Receive(warehouse="plant", supplier="PACK", lines=(line,), po="PO-26-131"),
    )
    for n, command in enumerate(told):
        at = company.NOW - timedelta(hours=1)
        execute(Context(actor=SYSTEM, request_id=UUID(int=7000 + n), now=at), command)


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def test_it_works(enter: Enter, shoot: Shoot) -> None:
    page = enter("inspector")
    problems: list[str] = []

    def look(name: str) -> None:
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            over = too_wide(page)
            problems.extend([f"{name} at {size} is {over} px too wide"] if over > 0 else [])
            shoot(page, f"inspect-{name}-{size}")
        page.set_viewport_size(SIZES["desk"])

    # The queue, and a scan opens the lot.
    page.goto("/inspection")
    expect(page.locator("main table")).to_contain_text("P-9001")
    look("queue")
    page.locator("#scan").fill(f"01{company.CUP}10P-9001")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("检验单")
    # The grid is typed like a spreadsheet: Enter goes down, then to the next check.
    page.wait_for_load_state()
    page.locator("#a-1-1").focus()
    for value in ("71", "70.5", "73.2", "71", "71.9"):
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.locator("#a-1-2")).to_be_focused()
    page.click("button[value=fill]")
    expect(page.locator("#a-3-1")).to_have_class("form-control text-end is-invalid")
    look("results")
    # It cannot be passed; the fail waits for a second person.
    page.fill("[name='p-test-report-number']", "T-2611")
    page.check("[name='p-test-report-good']")
    page.click("button[value=pass]")
    expect(page.get_by_role("alert").first).to_contain_text("按方案本批不予接收")
    page.fill("[name=reason]", "高度超差")
    page.click("button[value=fail]")
    page.check("[name=verdict][value=fail]")
    look("fail")
    page.click("button[value=ask]")
    enter("quality")
    sign(page)
    # The report it opened: back to the supplier.
    enter("inspector")
    page.goto("/nonconformances")
    page.click("main table a")
    page.select_option("#disposition", "return")
    page.fill("[name=why]", "供应商同意退货")
    page.fill("[name=owner]", "inspector")
    page.fill("[name=due]", "2026-11-30")
    page.locator("form", has=page.locator("#disposition")).locator("button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("退回供应商")
    look("report")
    number = page.url.rsplit("/", 1)[1]
    enter("keeper")
    page.goto(f"/nonconformances/{number}/return")
    page.fill("[name=rma]", "RMA-77")
    look("return")
    page.click("button[value=record]")
    expect(page.locator("h1")).to_contain_text("退货单")
    expect(page.locator("main")).to_contain_text("RMA-77")
    look("note")
    # With the goods gone and signed for, the report is closed.
    page.goto(f"/nonconformances/{number}")
    page.fill("[name=signer]", "青城包装")
    page.click("button[value=confirm]")
    expect(page.locator("button[value=confirm]")).to_have_count(0)
    enter("inspector")
    page.goto(f"/nonconformances/{number}")
    page.click("button[value=close]")
    expect(page.locator("main")).to_contain_text("已关闭")
    page.goto("/inspection/series")
    page.click("main table a >> nth=-1")
    expect(page.locator("main")).to_contain_text("转移得分")
    look("series")
    assert not problems, "\n".join(problems)


def sign(page: Page) -> None:
    """The second person signs the first request that waits."""
    page.goto("/approvals")
    page.click("main table a")
    page.check("[name=meaning][value=responsible]")
    page.fill("[name=reason]", "见检验记录")
    page.fill("#password", company.PASSWORD)
    page.click("button[value=approve]")
    expect(page.locator("main")).to_contain_text("已批准并执行")
