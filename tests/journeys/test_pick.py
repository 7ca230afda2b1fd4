"""An urgent order overtakes a wave: released, walked by scans, interrupted, and put in front; and how it all looks."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Route, expect

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem, NewPlace
from suyuan.catalog.fields import Value
from suyuan.catalog.models import Partner, Place
from suyuan.catalog.register import Row
from suyuan.catalog.writes import bump, do_add_items, do_add_places
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.governance.master import PUTS
from suyuan.operations.commands import OpeningLine, OpeningStock, Reserve
from suyuan.orders.commands import PutSalesLines, PutSalesOrders
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.journeys.test_work import scan
from tests.plugins.browser import SIZES, too_wide

LIDS, GTIN = "LID-150", "06901234000405"
AISLES, DEEP = "ABCD", 6


def build() -> None:
    """The company with a hall of four aisles, three orders in it, and an urgent one; a second keeper."""
    company.build()
    with governed():
        do_add_items(
            items=[NewItem(code=LIDS, name_zh="杯盖 150 mL", name_en="Lid 150 mL", base_unit="C62", gtin=GTIN)]
        )
        codes = [f"{aisle}-{deep:02}" for aisle in AISLES for deep in range(1, DEEP + 1)]
        do_add_places(warehouse="plant", places=[NewPlace(code=code, purpose="storage") for code in codes])
        version = bump()
        for code in codes:
            column, deep = AISLES.index(code[0]), int(code[2:])
            spot = {"aisle": code[0], "x": 3.5 * column, "y": 1.5 * deep, "width": 1.2, "depth": 1.2}
            Place.objects.filter(warehouse="plant", code=code).update(**spot, version=version)
        Place.objects.filter(warehouse="plant", code="OUT").update(x=4.0, y=-1.5, width=4.0, depth=1.0, version=version)
        do_add_user(username="mei", name="梅梅", password=company.PASSWORD, grants=[At("keeper")])
    told = company.Work()
    told.number = 20_000
    at = company.NOW - timedelta(hours=1)
    for n, code in enumerate(codes):
        line = OpeningLine(item=LIDS, lot=f"G{n:02}", quantity=10, place=code, status="released")
        told.do(at - timedelta(hours=2), OpeningStock(warehouse="plant", lines=(line,)))
    night: dict[str, Value] = {
        "code": "NIGHT",
        "name_zh": "夜行快运",
        "name_en": "Night Express",
        "roles": ("carrier",),
    }
    account: dict[str, Value] = {"code": "NIGHT-1", "partner": "NIGHT", "adapter": "manual", "cutoff": "1-7 23:00"}
    told.do(at, PUTS["partners"](rows=(Row(night),)))
    told.do(at, PutCarrierAccounts(rows=(Row(account),)))
    customers = list(Partner.objects.filter(is_customer=True).order_by("key").values_list("code", flat=True)[:4])
    orders = (("SO-26-1", 65), ("SO-26-2", 45), ("SO-26-3", 35), ("SO-26-9", 15))
    for customer, (number, amount) in zip(customers, orders, strict=True):
        priority, carrier = ("urgent", "") if number.endswith("9") else ("normal", "NIGHT")
        head: dict[str, Value] = {
            "number": number, "partner": customer, "warehouse": "plant", "priority": priority,
            "carrier": carrier, "expected": company.TODAY, "delivery": company.TODAY + timedelta(days=1),
        }  # fmt: skip
        line_: dict[str, Value] = {"order": number, "line": 1, "item": LIDS, "quantity": Decimal(amount)}
        told.do(at, PutSalesOrders(rows=(Row(head),)))
        told.do(at, PutSalesLines(rows=(Row(line_),)))
        told.do(at, Reserve(warehouse="plant", number=number))


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def go_for(page: Page, code: str, lot: str) -> None:
    """Scans the bin and the lot in it."""
    for done, text in enumerate((code, f"(01){GTIN}(10){lot}"), 1):
        scan(page, text)
        expect(page.locator(".pick-done")).to_have_count(done)


def label(page: Page) -> tuple[str, str]:
    """The bin and the lot that the page asks for."""
    page.wait_for_load_state()
    code = page.locator(".pick-bin").first.inner_text().strip()
    return code, page.locator(".pick-goods").inner_text().split()[-1]


def looked_at(page: Page, shoot: Shoot, name: str, problems: list[str], says: str) -> None:
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        shoot(page, f"{says}-{name}-{size}")
        over = too_wide(page)
        problems.extend([f"{name} at {size} is {over} px too wide"] if over > 0 else [])
    problems += [f"{name}: {one}" for one in wrong(page)]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_urgent_order_overtakes_a_wave(enter: Enter, shoot: Shoot, language: str) -> None:
    page = enter("keeper", language)
    problems: list[str] = []
    page.goto("/picking")
    looked_at(page, shoot, "picking", problems, language)
    page.uncheck("input[aria-label='SO-26-9']")
    page.click("button[value=preview]")
    expect(page.locator("main [role=status]").first).to_be_visible()
    page.set_viewport_size(SIZES["desk"])
    shoot(page, f"{language}-picking-preview")
    page.click("button[value=make]")
    looked_at(page, shoot, "wave", problems, language)
    page.click("main button[value=take]")
    looked_at(page, shoot, "pick-bin", problems, language)
    code, lot = label(page)
    page.fill("#scan", "OUT")
    page.press("#scan", "Enter")
    expect(page.locator(".alert-danger")).to_contain_text(code)
    shoot(page, f"{language}-pick-wrong")
    go_for(page, code, lot)
    looked_at(page, shoot, "pick-ready", problems, language)
    page.click("button[value=pick]")
    expect(page.locator("button[value^=undo]")).to_be_visible()
    page.click("main a.btn-icon")
    looked_at(page, shoot, "tour", problems, language)
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.cookie = 'theme=dark;path=/'")
    page.reload()
    page.set_viewport_size(SIZES["desk"])
    shoot(page, f"{language}-tour-dark")
    page.evaluate("document.cookie = 'theme=light;path=/'")
    page.click("main button[value=rush]")
    page.click("main a.btn-scan")
    expect(page.locator(".pick-flag")).to_be_visible()
    looked_at(page, shoot, "pick-urgent", problems, language)
    go_for(page, *label(page))
    page.press("#scan", "Enter")
    expect(page.locator("button[value^=undo]")).to_be_visible()
    page.click("main details summary")
    shoot(page, f"{language}-pick-short")
    page.click("button[value=short-not_there]")
    expect(page.locator(".alert-warning")).to_be_visible()
    shoot(page, f"{language}-pick-told")
    page.goto("/picking/rates")
    looked_at(page, shoot, "rates", problems, language)
    assert problems == []


def test_scans_wait_their_turn(enter: Enter) -> None:
    """A scanner is faster than the answer: nothing is lost, and after a refusal what was not read is named."""
    page = enter("keeper", "en")
    page.goto("/picking")
    page.click("button[value=make]")
    page.click("main button[value=take]")
    code, lot = label(page)
    goods = f"(01){GTIN}(10){lot}"

    def slowly(*scans: str) -> None:
        held: list[Route] = []
        page.route("**/picking/**", lambda route: held.append(route), times=1)
        expect(page.locator("#scan")).to_be_focused()
        with page.expect_request("**/picking/**"):
            for text in scans:
                page.keyboard.type(text)
                page.keyboard.press("Enter")
        held.pop().continue_()

    slowly("OUT", goods)
    expect(page.locator(".alert-danger")).to_contain_text("Not read")
    expect(page.locator(".alert-danger")).to_contain_text(lot)
    slowly(code, goods)
    expect(page.locator("button[value=pick]")).to_be_visible()
    expect(page.locator("#scan")).to_have_value("")
