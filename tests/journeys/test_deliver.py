"""A shipment goes to a carrier, is followed, and the driver has it signed on his phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPartner
from suyuan.catalog.models import File, Partner
from suyuan.catalog.register import Row
from suyuan.catalog.writes import bump, do_add_partners
from suyuan.delivery.kinds import Source
from suyuan.delivery.models import Consignment
from suyuan.delivery.port import Told
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.delivery.sending import work_next
from suyuan.delivery.writes import do_report
from suyuan.ledger.models import Record
from suyuan.operations.lines import Line
from suyuan.operations.outbound.book_carrier import BookCarrier
from suyuan.operations.outbound.ship import Ship
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import wrong
from tests.plugins.browser import too_wide

PHONE = {"width": 360, "height": 740}
CULTURE = "K-17"


def fill() -> None:
    company.build()
    with governed():
        do_add_partners(
            partners=[
                NewPartner(
                    code="FAST", name_zh="草原快运", name_en="Steppe Express", gln=company.gln(900), roles=["carrier"]
                )
            ]
        )
        do_add_user(
            username="driver", name="巴图", password=company.PASSWORD, kind="carrier", partner="FAST",
            grants=[At("carrier", "plant")],
        )  # fmt: skip
        Partner.objects.filter(code="C003").update(
            address="迎泽大街 12 号", city="太原市", phone="0351-555 0101", version=bump()
        )
    work = company.Work()
    work.number = 9_000_000
    account: dict[str, Any] = {
        "code": "FAST", "name_zh": "草原快运", "name_en": "Steppe Express", "partner": "FAST", "adapter": "manual",
        "cutoff": "1-6 17:00", "services": "std 标准", "sender_city": "呼和浩特市",
    }  # fmt: skip
    work.do(company.NOW, PutCarrierAccounts(rows=(Row(account),)))
    for n, desadv in enumerate(("DHH-1", "DHH-2", "DHH-3")):
        line = Line(item="YOG-150", lot=company.LOT, quantity=24 + 12 * n)
        ship = Ship(
            warehouse="plant", customer="C003", lines=(line,), po=f"SO-{n}", desadv=desadv, carrier="FAST",
            delivery_date=company.TODAY + timedelta(days=1),
        )  # fmt: skip
        work.do(company.NOW - timedelta(hours=20 - n), ship)
    for desadv in ("DHH-1", "DHH-2"):
        promised = company.TODAY + timedelta(days=1 if desadv == "DHH-1" else -1)
        book = BookCarrier(
            warehouse="plant", desadv=desadv, account="FAST", waybill=f"CY{desadv[-1]}20261121", promised=promised
        )
        work.do(company.NOW - timedelta(hours=18), book)
    while work_next("w", lambda: company.NOW - timedelta(hours=18)):
        pass
    for row in Consignment.objects.all():
        tell(row)


def tell(row: Consignment) -> None:
    way = [
        (16, "collected", "呼和浩特市", "快件已揽收"), (11, "in_transit", "大同市", "已到达大同转运中心"),
        (5, "out_for_delivery" if row.number == "DHH-1" else "exception", "太原市",
         "正在派送" if row.number == "DHH-1" else "收货人电话无人接听"),
    ]  # fmt: skip
    told = [
        Told(at=company.NOW - timedelta(hours=hours), code=step, step=step, text=text, place=place)
        for hours, step, place, text in way
    ]
    with governed():
        do_report(row.pk, told, Source.CALLED, company.NOW)


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return fill


def test_the_driver_has_it_signed_on_his_phone(page: Page, enter: Enter, shoot: Callable[..., None]) -> None:
    driver(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict
    page.goto("/deliveries")
    shoot(page, "driver-list-phone")
    page.click("text=西街超市太原店 >> nth=0")
    assert fits(page)
    shoot(page, "driver-shipment-phone")
    page.fill("input[name=line-0-accepted]", "40")
    page.fill("input[name=line-0-refused]", "4")
    page.fill("input[name=line-0-reason]", "破损")
    page.fill("#signer", "张丽")
    draw(page)
    shoot(page, "driver-signing-phone")
    assert wrong(page) == []
    page.locator("button.btn-scan").dblclick()  # an impatient thumb
    expect(page.locator("main")).to_contain_text("已签收")
    expect(page.locator("main")).to_contain_text("破损")
    shoot(page, "driver-signed-phone")
    assert fits(page)
    assert Record.objects.filter(biz_step="accepting").count() == 2  # what was taken, what was refused: each once
    expect(page.locator("main")).to_contain_text("需带回")
    page.click("main summary")
    page.fill("#signer", "张丽")
    draw(page)
    page.click("button.btn-scan")
    expect(page.locator("main form")).to_have_count(0)
    assert Record.objects.filter(biz_step="accepting").count() == 3
    biggest = max(File.objects.filter(media_type="image/png").values_list("size", flat=True))
    smallest = min(File.objects.filter(media_type="image/png").values_list("size", flat=True))
    assert smallest > biggest / 3  # both were drawn, the folded one as well


def driver(page: Page) -> Page:
    """He has one warehouse, so there is nothing to choose."""
    page.goto("/login")
    page.fill("#id_username", "driver")
    page.fill("#id_password", company.PASSWORD)
    page.click("main .btn-primary")
    page.wait_for_url("**/")
    return page


def draw(page: Page) -> None:
    """A name, more or less, with a finger."""
    page.wait_for_load_state()  # it is the script that draws
    canvas = page.locator("[data-sign] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 90)
    page.mouse.down()
    for n in range(60):
        page.mouse.move(box["x"] + 40 + 3.5 * n, box["y"] + 90 + 45 * ((n % 12) - 6) / 6)
    page.mouse.up()


def fits(page: Page) -> bool:
    return too_wide(page) <= 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_shipment_is_booked_and_followed(enter: Enter, shoot: Callable[..., None], language: str) -> None:
    page = enter(language=language)
    problems: list[str] = []

    def look(name: str) -> None:
        problems.extend(f"{name}: {one}" for one in wrong(page))
        for width, size in ((1280, "desk"), (480, "pda"), (360, "phone")):
            page.set_viewport_size({"width": width, "height": 800})
            shoot(page, f"{language}-{name}-{size}")
            problems.extend([] if fits(page) else [f"{name} is too wide at {size}"])
        page.set_viewport_size({"width": 1280, "height": 800})

    page.goto("/consignments")
    look("consignments")
    page.click("a[href*='new?desadv=DHH-3']")
    look("book-carrier")
    page.fill("#parcels", "3")
    page.fill("#weight", "54.5")
    page.locator("button.btn-scan").dblclick()
    expect(page.locator("h1")).to_contain_text("待下单" if language == "zh-hans" else "to be booked")
    assert Consignment.objects.filter(number="DHH-3").count() == 1
    page.goto(f"/consignments/{Consignment.objects.get(number='DHH-1').pk}")
    expect(page.locator("svg.way-sketch text")).to_have_count(3)
    look("consignment")
    page.goto("/consignments?show=pressing")
    expect(page.locator("table tbody tr")).to_have_count(1)
    look("consignments-pressing")
    assert not problems, "\n".join(problems)
    if language == "zh-hans":
        page.click("details.menu summary")
        page.click("[data-theme-switch]")
        page.goto(f"/consignments/{Consignment.objects.get(number='DHH-1').pk}")
        shoot(page, "dark-consignment")
