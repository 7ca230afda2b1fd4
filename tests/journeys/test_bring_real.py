"""A real catalogue and a real shop's messy codes through the upload page; what is there twice is found, one is merged.

Two people: the administrator brings in, mends and asks; quality signs.
"""

import csv
import gzip
import json
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from suyuan.accounts.writes import At, do_add_user
from suyuan.catalog.directory import directory
from suyuan.catalog.models import Item
from tests.conformance.conftest import SHARED
from tests.desk import company
from tests.desk.sheets import work
from tests.journeys.conftest import Enter
from tests.journeys.test_bring import look
from tests.journeys.test_look import Shoot

REAL = SHARED / "data" / "real"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the real data is not at {REAL}; set SUYUAN_SHARED to where it is"),
]
UNKNOWN = "How it is counted"  # a heading that nobody could guess


def build_with_quality() -> None:
    company.build()
    do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])


@pytest.fixture
def live_fill() -> Callable[[], None]:
    return build_with_quality


def products() -> list[tuple[str, ...]]:
    with tarfile.open(REAL / "foodmart_warehouse_inventory.tar.gz") as packed:
        file = packed.extractfile("./product.json")
        assert file is not None
        goods = [json.loads(line) for line in file if line.strip()]
    return [(str(one["SKU"]), one["product_name"], "piece") for one in goods]


def shop_codes() -> list[tuple[str, ...]]:
    """Each code with each name it was sold under, as the shop's till wrote them."""
    with gzip.open(REAL / "online_retail_orders.csv.gz", "rt", encoding="utf-8") as file:
        pairs = dict.fromkeys((row["StockCode"], row["Description"]) for row in csv.DictReader(file))
    return [(*pair, "each") for pair in pairs]


def first_of_each(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found.setdefault(row[0].strip().upper(), row)
    return list(found.values())


def upload(page: Page, path: Path, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([heads, *rows])
    page.goto("/import?register=items")
    page.set_input_files("#file", path)
    page.click("main .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    work()


def write(page: Page) -> None:
    expect(page.locator("progress")).to_have_count(0)
    page.click("button[value=write]")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("main [role=status]").first).to_contain_text("已写入")


def test_it_works(enter: Enter, shoot: Shoot, tmp_path: Path) -> None:
    page = enter("admin")
    goods, codes = products(), shop_codes()
    upload(page, tmp_path / "foodmart.csv", ("SKU", "Product name", UNKNOWN), goods)
    expect(page.get_by_role("alert").first).to_contain_text("1560")
    expect(page.locator(".cell-problem").first).to_contain_text("基本单位")
    page.locator(f"select[aria-label*='{UNKNOWN}']").select_option("base_unit")
    page.click("form:has(select[name^=column-]) button")
    expect(page.locator("progress")).to_be_visible()
    work()
    write(page)

    upload(page, tmp_path / "shop.csv", ("StockCode", "Product name", "UOM"), codes)
    expect(page.locator("td.wrong").first).to_be_visible()
    problems = look(page, shoot, "real-wrong")
    kept = first_of_each(codes)
    upload(page, tmp_path / "shop-mended.csv", ("StockCode", "Product name", "UOM"), kept)
    write(page)
    assert Item.objects.count() >= len(goods) + len(kept)

    page.goto("/duplicates?register=items")
    page.click("form[action^='/duplicates/search'] button")
    work()
    page.goto("/duplicates?register=items")
    problems += look(page, shoot, "real-duplicates")
    page.locator("main a[href^='/duplicates/pair']").first.click()
    page.wait_for_load_state()
    page.locator("[name=keep]").first.check()
    keep = page.locator("[name=keep]").first.get_attribute("value")
    merged = page.locator("[name=keep]").last.get_attribute("value")
    page.fill("[name=reason]", "同一货品，两个编码")
    problems += look(page, shoot, "real-pair")
    page.click("button[value=merge]")
    expect(page.locator("main")).to_contain_text("已提交审批")

    enter("quality")
    page.goto("/approvals")
    page.click("main table a")
    page.check("[name=meaning][value=responsible]")
    page.fill("[name=reason]", "两者为同一货品")
    page.fill("#password", company.PASSWORD)
    page.click("button[value=approve]")
    expect(page.locator("main")).to_contain_text("已批准并执行")
    one, other = (Item.objects.get(key=key) for key in (keep, merged))
    assert directory().kept(other.uri) == one.uri
    assert not other.is_active
    assert not problems, "\n".join(problems)
