"""Labels from the page of a lot: a printer that is off, another one that takes over, a damaged label, at every size."""

from dataclasses import replace
from ipaddress import ip_network
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.register import Row
from suyuan.devices.queue import print_next
from suyuan.devices.registers import PutPrinters
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from tests.desk import company
from tests.devices.printing import Paper
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide
from tests.plugins.postgres import free_port


def look(page: Page, shoot: Shoot, name: str) -> list[str]:
    problems = [f"{name}: {one}" for one in wrong(page)]
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        over = too_wide(page)
        problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
        shoot(page, f"labels-{name}-{size}")
    page.set_viewport_size(SIZES["desk"])
    return problems


def put_up(settings: Settings, off: int, on: int) -> None:
    settings.SUYUAN = replace(
        settings.SUYUAN, printer_networks=(ip_network("127.0.0.0/8"),), printer_ports=frozenset({off, on})
    )
    rows = tuple(
        Row({"code": code, "name_zh": name, "warehouse": "plant", "place": "IN", "host": "127.0.0.1", "port": port})
        for code, name, port in (("DOCK", "收货口打印机", off), ("OFFICE", "办公室打印机", on))
    )
    execute(Context(actor=SYSTEM, request_id=UUID(int=1), now=company.NOW), PutPrinters(rows=rows))


def test_a_label_from_the_page_of_a_lot(
    enter: Enter, shoot: Shoot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody chooses in the queue stands while the queue looks again."""
    monkeypatch.setattr("suyuan.desk.labels_queue.LATER", 1)
    with Paper() as paper:
        put_up(settings, free_port(), paper.port)
        page = enter()
        page.goto(f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}")
        page.click("main >> a:text-is('标签')")
        page.fill("#copies-0", "3")
        page.fill("#amount-0", "48 件")
        problems = look(page, shoot, "goods")
        page.click("main .btn-primary")
        expect(page.locator("#jobs")).to_contain_text("等待中")
        assert print_next("me", timezone.now)
        expect(page.locator("#jobs")).to_contain_text("没有响应")
        problems += look(page, shoot, "waiting")
        page.focus("#jobs select")
        page.select_option("#jobs select", "OFFICE")
        for _ in range(2):  # after the second answer the first one has been read
            with page.expect_response("**/labels/queue"):
                pass
        expect(page.locator("#jobs select")).to_have_value("OFFICE")
        page.click("#jobs button[value=move]")
        assert print_next("me", timezone.now)
        expect(page.locator("#jobs")).to_contain_text("已打印")
        assert paper.labels == 3
    page.goto(f"/labels/replace?id=/01/{company.YOGHURT}/10/{company.LOT}")
    problems += look(page, shoot, "replace")
    page.select_option("#defect", "unreadable")
    page.fill("#printer", "DOCK")
    page.click("main .btn-primary")
    expect(page.locator("h1")).to_contain_text("打印标签")
    page.goto("/labels/defects")
    expect(page.locator("main")).to_contain_text("DOCK")
    problems += look(page, shoot, "defects")
    page.goto("/labels/tags")
    expect(page.locator("#goods")).to_be_focused()
    problems += look(page, shoot, "tags")
    assert problems == []


def test_a_scan_that_comes_to_nothing_is_counted(enter: Enter) -> None:
    page = enter()
    page.goto("/receiving")
    page.locator("#scan").fill("NONSENSE-CODE")
    with page.expect_response("**/labels/failed") as told:
        page.keyboard.press("Enter")
    assert told.value.status == 204
    page.goto("/labels/defects")
    expect(page.locator("main .figure").first).to_have_text("1")
