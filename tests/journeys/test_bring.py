"""A sheet brought in: the errors where they are, the mended sheet, and the rows in the list."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.desk.sheets import csv, work
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide

HEADS = ("编码", "品名", "计量单位", "条码", "我们的备注")
BAD = csv(
    HEADS,
    ("P-1", "苹果汁 1 L", "瓶", "6901234000404", "畅销"),
    ("P-2", "=cmd|x", "个", "", ""),
    ("p-1", "梨汁", "瓶", "", ""),
)
GOOD = csv(HEADS, ("P-1", "苹果汁 1 L", "瓶", "6901234000405", "畅销"), ("P-2", "=cmd|x", "个", "", ""))


def look(page: Page, shoot: Shoot, name: str) -> list[str]:
    page.set_viewport_size(SIZES["desk"])
    problems = [f"{name}: {one}" for one in wrong(page)]
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        over = too_wide(page)
        problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
        shoot(page, f"bring-{name}-{size}")
    page.set_viewport_size(SIZES["desk"])
    return problems


def test_errors_in_place_then_mended(enter: Enter, shoot: Shoot, tmp_path: Path) -> None:
    page = enter("admin")
    page.goto("/start")
    problems = look(page, shoot, "start")
    page.click("a[href='/import?register=items']")
    problems += look(page, shoot, "upload")
    bad, good = tmp_path / "货品.csv", tmp_path / "货品改.csv"
    bad.write_bytes(BAD)
    good.write_bytes(GOOD)
    page.set_input_files("#file", bad)
    page.click("main .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    problems += look(page, shoot, "waiting")
    work()
    expect(page.locator("td.wrong")).to_have_count(2)
    expect(page.locator("td.wrong").first).to_contain_text("6901234000404")
    problems += look(page, shoot, "wrong")
    page.set_input_files("#file", good)
    page.click("form[enctype] .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    work()
    page.click("button[value=write]")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("main [role=status]").first).to_contain_text("已写入")
    problems += look(page, shoot, "written")
    page.goto("/data/items?q=P-1")
    expect(page.locator("main")).to_contain_text("苹果汁 1 L")
    assert not problems, "\n".join(problems)
