"""Pick faces filled again: by the scan of one, and how the page looks to keepers and buyers."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_places
from suyuan.governance.master import PutItems, PutSupplierItems
from suyuan.operations.commands import Line, Move
from suyuan.orders.commands import PutPickFaces
from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide


def build() -> None:
    """The company, with cups in its storage, two empty pick faces, and a keeper who buys as well."""
    company.build()
    with governed():
        do_add_places(warehouse="plant", places=[NewPlace(code=f"P-{n}", purpose="picking") for n in (1, 2)])
    do_add_user(username="both", name="周全", password=company.PASSWORD, grants=[At("keeper"), At("buyer")])
    told = company.Work()
    told.number = 10_000
    at = company.NOW - timedelta(hours=1)
    faces: list[dict[str, Value]] = [{"place": "P-1", "item": "CUP-150"}, {"place": "P-2", "item": "CULT"}]
    limits: dict[str, Value] = {"warehouse": "plant", "minimum": Decimal(100), "maximum": Decimal(500)}
    told.do(at, PutPickFaces(rows=tuple(Row({**limits, **face}) for face in faces)))
    item: dict[str, Value] = {"code": "CUP-150", "minimum": Decimal(50_000), "reorder_quantity": Decimal(20_000)}
    told.do(at, PutItems(rows=(Row(item),)))
    told.do(
        at, PutSupplierItems(rows=(Row({"partner": "PACK", "item": "CUP-150", "code": "C1", "lead_time_days": 4}),))
    )
    cups = Line(item="CUP-150", lot="P-8831", quantity=2000)
    told.do(at, Move(warehouse="plant", lines=(cups,), to="C-01-03"))


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build


def test_a_face_is_scanned(enter: Enter, shoot: Shoot) -> None:
    page = enter("both")
    problems: list[str] = []
    page.goto("/stock/replenish")
    expect(page.locator("main")).to_contain_text("P-1")
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        shoot(page, f"zh-hans-replenish-{size}")
        over = too_wide(page)
        problems.extend([f"{size} is {over} px too wide"] if over > 0 else [])
    problems.extend(wrong(page))
    page.locator("#scan").fill("P-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/moving/done*")
    expect(page.locator("main")).to_contain_text("500")
    page.goto("/stock/replenish")
    expect(page.locator("main")).not_to_contain_text("P-1 ")
    assert problems == []
