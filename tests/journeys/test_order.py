"""The buyer writes an order and follows it; how the pages of orders look."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.orders import commands as ordering
from tests.desk import company
from tests.desk.company import NOW, TODAY
from tests.journeys.conftest import Enter
from tests.journeys.test_look import wrong
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]
PAGES = {
    "orders": "/orders",
    "orders-notices": "/orders?tab=notices",
    "order": "/orders/order?kind=purchase&key=PO-9001",
    "notice": "/orders/notice?key=D-77",
}


def fill() -> None:
    company.build()
    heads: tuple[dict[str, Value], ...] = (
        {"number": "PO-9001", "partner": "PACK", "warehouse": "plant", "ordered": TODAY, "expected": TODAY},
        {"number": "PO-9002", "partner": "FARM-1", "warehouse": "plant", "expected": TODAY.replace(day=18)},
    )
    lines: tuple[dict[str, Value], ...] = (
        {"order": "PO-9001", "line": 1, "item": "CUP-150", "quantity": Decimal(5000)},
        {"order": "PO-9001", "line": 2, "item": "CULT", "quantity": Decimal(2), "unit": "KGM"},
        {"order": "PO-9002", "line": 1, "item": "MILK", "quantity": Decimal(1200)},
    )
    notice: dict[str, Value] = {
        "number": "D-77",
        "supplier": "PACK",
        "warehouse": "plant",
        "order": "PO-9001",
        "expected": TODAY,
    }
    goods: dict[str, Value] = {"notice": "D-77", "line": 1, "item": "CUP-150", "lot": "P-1", "quantity": Decimal(400)}
    cups = ReceiptLine(item="CUP-150", lot="P-0", quantity=1250)
    for number, command in enumerate(
        (
            ordering.PutPurchaseOrders(rows=tuple(map(Row, heads))),
            ordering.PutPurchaseLines(rows=tuple(map(Row, lines))),
            ordering.PutNotices(rows=(Row(notice),)),
            ordering.PutNoticeLines(rows=(Row({**goods, "sscc": "369012340000000017"}),)),
            Receive(warehouse="plant", supplier="PACK", lines=(cups,), po="PO-9001"),
        ),
        1,
    ):
        execute(Context(actor=SYSTEM, request_id=UUID(int=10_000 + number), now=NOW), command)


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return fill


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_how_it_looks(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter(language=language)
    problems: list[str] = []
    for name, url in PAGES.items():
        for size, viewport in (SIZES if language == "zh-hans" else {"desk": SIZES["desk"]}).items():
            page.set_viewport_size(viewport)
            page.goto(url)
            over = too_wide(page)
            problems += [f"{name} at {size} is {over} px too wide"] if over > 0 and language != "en" else []
            shoot(page, f"{language}-{name}-{size}")
        problems += [f"{name}: {one}" for one in wrong(page)]
    assert not problems, "\n".join(problems)


def test_the_buyer_writes_an_order_and_closes_it(enter: Enter, shoot: Shoot) -> None:
    page = enter("office", language="en")
    page.goto("/orders")
    page.click("text=New: Purchase order")
    page.fill("[name='v.number']", "PO-9100")
    page.fill("[name='v.partner']", "PACK")
    page.fill("[name='v.warehouse']", "plant")
    page.fill("[name='v.expected']", "2026-12-01")
    page.click("[data-save]")
    page.goto("/orders")
    page.click("text=PO-9100")
    page.click("text=Add a line")
    expect(page.locator("[name='v.order']")).to_have_value("PO-9100")
    page.fill("[name='v.item']", "CUP-150")
    page.fill("[name='v.quantity']", "3000")
    page.click("[data-save]")
    expect(page.locator("main")).to_contain_text("3,000")
    shoot(page, "en-order-new")
    page.click("summary:has-text('Close or cancel this order')")
    page.fill("[name=reason]", "Too dear")
    page.click("button[value=cancel]")
    expect(page.locator("h1")).to_contain_text("Cancelled")
    shoot(page, "en-order-cancelled")
