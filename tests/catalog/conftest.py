"""A small company: one site, two warehouses, a farm, a shop, raw milk without GTIN and yoghurt with one."""

from collections.abc import Callable

import pytest

from suyuan.accounts.writes import do_add_site
from suyuan.catalog.drafts import NewItem, NewPack, NewPartner, NewPlace, NewUnit
from suyuan.catalog.writes import (
    do_add_category,
    do_add_items,
    do_add_partners,
    do_add_places,
    do_add_warehouse,
)

MILK_GLN, COLD_GLN, SHOP_GLN = "6901234000009", "6901234000016", "6901234567892"
YOGHURT, CASE, PALLET = "06901234000108", "16901234000105", "26901234000102"


def build_company() -> None:
    do_add_site(code="hz", name_zh="杭州", name_en="Hangzhou", time_zone="Asia/Shanghai")
    do_add_warehouse(code="hz-milk", name_zh="原料库", name_en="Raw materials", gln=MILK_GLN, site="hz")
    do_add_warehouse(code="hz-cold", name_zh="冷库", gln=COLD_GLN, site="hz", lot_token="CS", sscc_prefix="69012341")
    do_add_places(
        warehouse="hz-cold",
        places=[
            NewPlace(code="A-01-02", parent="a-01", x=1.5, y=2.0),
            NewPlace(code="A-01", kind="rack", parent="A"),
            NewPlace(code="A", kind="zone", purpose="storage", temperature_class="chilled", name_zh="甲区"),
        ],
    )
    do_add_category(code="dairy", name_zh="乳品", lot_template="{site}{date:%y%m%d}{shift}{seq:02}")
    do_add_items(
        items=[
            NewItem(
                code="raw milk",
                name_en="Raw milk",
                base_unit="KGM",
                units=[NewUnit(unit="LTR", numerator=103, denominator=100)],
            ),
            NewItem(
                code="YOG-150",
                name_zh="原味酸奶",
                name_en="Plain yoghurt",
                base_unit="EA",
                category="Dairy",
                gtin=YOGHURT.lstrip("0"),
                shelf_life_days=28,
                packs=[NewPack(gtin=CASE, numerator=12, level="case"), NewPack(gtin=PALLET, numerator=960)],
            ),
        ]
    )
    do_add_partners(
        partners=[
            NewPartner(code="FARM", name_zh="青山牧场", roles=["supplier", "maker"]),
            NewPartner(code="SHOP", name_en="Corner shop", gln=SHOP_GLN, roles=["customer"]),
        ]
    )


@pytest.fixture
def company(db: None) -> Callable[[], None]:
    build_company()
    return build_company
