"""In the racks: a pallet of a thousand serial numbers moves by its one label; and what lies where, as people see it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.ledger.models import Kind, Record
from suyuan.operations.commands import Inspect, Line, Pack, ReceiptLine, Receive, Verdict
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.journeys.test_work import scan
from tests.plugins.browser import SIZES, too_wide

PALLET = "069012340000012347"
SERIALS = tuple(f"S{n:05}" for n in range(1000))


def build() -> None:
    """The company, with a thousand sensors on a pallet at the dock."""
    company.build()
    with governed():
        do_add_items(items=[NewItem(code="SENSOR", name_zh="冷链传感器", base_unit="C62", tracking="lot+serial")])
    told = company.Work()
    told.number = 10_000
    at = company.NOW - timedelta(hours=1)
    line = ReceiptLine(item="SENSOR", lot="T-1", serials=SERIALS, expiry=date(2028, 1, 31))
    told.do(at, Receive(warehouse="plant", supplier="PACK", lines=(line,)))
    told.do(
        at + timedelta(minutes=1),
        Inspect(warehouse="plant", lines=(Verdict(item="SENSOR", lot="T-1", serials=SERIALS, verdict="pass"),)),
    )
    goods = Line(item="SENSOR", lot="T-1", serials=SERIALS)
    told.do(at + timedelta(minutes=2), Pack(warehouse="plant", lines=(goods,), container=PALLET, place="IN"))


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def test_a_pallet_of_a_thousand(enter: Enter, shoot: Shoot) -> None:
    page = enter()
    problems: list[str] = []

    def look(name: str) -> None:
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            shoot(page, f"zh-hans-{name}-{size}")
            over = too_wide(page)
            problems.extend([f"{name} at {size} is {over} px too wide"] if over > 0 else [])
        problems.extend(f"{name}: {one}" for one in wrong(page))

    page.goto("/stock?by=lot")
    expect(page.locator("main table")).to_contain_text("冷链传感器")
    look("stock")
    page.goto("/stock?by=zone&at=2026-11-20T12:00")
    look("stock-then")
    page.goto("/moving?do=away")
    before = events()
    scan(page, f"00{PALLET}")
    expect(page.locator("#sheet")).to_contain_text("1,000")
    look("moving")
    page.locator("#scan").fill("C-01-03")
    page.keyboard.press("Enter")
    page.wait_for_url("**/moving/done*")
    assert events() == before + 1
    look("moved")
    page.click("button[value=undo]")
    page.wait_for_url("**/moving/done?do=move*")
    assert not problems, "\n".join(problems)


def events() -> int:
    return Record.objects.filter(log="plant", kind=Kind.EPCIS).count()
