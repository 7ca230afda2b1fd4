"""Three lots with a certificate, received from a purchase order with a scanner and a keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.catalog.writes import bump
from suyuan.gs1.identifiers import own_document_uri
from suyuan.orders.models import Order, OrderLine
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_work import scan
from tests.plugins.browser import too_wide

ORIGIN = "https://suyuan.example"


@pytest.fixture
def live_fill() -> Callable[[], None]:
    def fill() -> None:
        company.build()
        with governed():
            order = Order.objects.create(
                kind="purchase", number="PO-26-201", key=code_key("PO-26-201"),
                uri=own_document_uri(ORIGIN, "po", "PO-26-201"), partner=Partner.objects.get(code="PACK"),
                warehouse_id="plant", version=bump(),
            )  # fmt: skip
            OrderLine.objects.create(
                order=order, number=1, item=Item.objects.get(code="CUP-150"), quantity=15_000 * 10**6, unit="C62",
                base=15_000 * 10**6, version=1,
            )  # fmt: skip

    return fill


def test_three_lots_with_a_certificate_from_an_order(enter: Enter, shoot: Callable[..., None]) -> None:
    page = enter()
    page.click("nav >> text=收货")
    scan(page, "PO-26-201")
    expect(page.locator("#supplier-note")).to_have_text("青城包装")
    expect(page.locator("#order")).to_contain_text("15,000")
    for lot in ("A", "B", "C"):
        scan(page, f"(01){company.CUP}(10)P-90{lot}(17)270630(30)5000")
    expect(page.locator("fieldset.line")).to_have_count(3)
    page.set_input_files("#upload", {"name": "质检报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 ok"})
    expect(page.locator("#files li")).to_have_count(1)
    for width, name in ((1280, "desk"), (480, "pda"), (360, "phone")):
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, f"receive-order-{name}")
        assert too_wide(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("button[value=record]").dblclick()
    expect(page.locator("article h1")).to_have_text("收货单")
    expect(page.locator("article tbody tr")).to_have_count(3)
    expect(page.locator("article")).to_contain_text("已齐并关闭")
    expect(page.locator("#papers")).to_contain_text("质检报告.pdf")
    shoot(page, "receipt")
    page.click("article >> text=更正")
    page.fill("[name=line-1-quantity]", "4990")
    page.fill("[name=reason]", "清点有误")
    shoot(page, "receipt-correct")
    page.click("button[value=mend]")
    expect(page.locator(".alert-success")).to_be_visible()


def test_a_contradiction_stands_side_by_side(enter: Enter, shoot: Callable[[Page, str], None]) -> None:
    page = enter()
    for expiry in ("270630", "270701"):
        page.goto("/receiving")
        scan(page, "PACK")
        scan(page, f"(01){company.CUP}(10)P-777(17){expiry}(30)500")
        page.click("button[value=record]")
        expect(page.locator("article, #conflicts")).to_be_visible()
    expect(page.locator("#conflicts")).to_contain_text("2027-06-30")
    expect(page.locator("#conflicts")).to_contain_text("2027-07-01")
    expect(page.locator("#conflicts")).to_contain_text("王芳")
    shoot(page, "receive-conflict")
