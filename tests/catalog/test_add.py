"""What comes into the catalog, and what is refused, all of it at once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.conf import settings

from suyuan.accounts.writes import do_add_site
from suyuan.catalog.drafts import NewItem, NewPack, NewPartner, NewPlace, NewUnit
from suyuan.catalog.models import CatalogVersion, Category, Item, ItemPack, ItemUnit, Partner, Place, Warehouse
from suyuan.catalog.writes import do_add_category, do_add_items, do_add_partners, do_add_places, do_add_warehouse
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Refused
from tests.catalog.conftest import CASE, COLD_GLN, MILK_GLN, SHOP_GLN, YOGHURT
from tests.plugins.engines import Statements

pytestmark = pytest.mark.usefixtures("company")
TABLES = (CatalogVersion, Warehouse, Place, Category, Item, ItemPack, ItemUnit, Partner)
ORIGIN = settings.SUYUAN.origin


def rows() -> list[int]:
    return [table._default_manager.count() for table in TABLES]


def refusal(add: Callable[[], object]) -> list[tuple[str, str]]:
    """The problems of `add`, as (field, code); nothing may have been kept."""
    before = rows()
    with pytest.raises(Refused) as refused:
        add()
    assert rows() == before
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_a_warehouse_is_a_place_and_gives_numbers_a_beginning() -> None:
    warehouse = Warehouse.objects.get(code="hz-milk")
    assert (warehouse.lot_token, warehouse.sscc_prefix) == ("HZMILK", "690123400000")
    root = Place.objects.get(uri=f"https://id.gs1.org/414/{MILK_GLN}")
    assert (root.warehouse_id, root.kind, root.parent_id) == ("hz-milk", "warehouse", None)


def test_places_hang_below_their_parents_in_whatever_order_they_come() -> None:
    place = Place.objects.get(key="A-01-02")
    assert place.uri == f"https://id.gs1.org/414/{COLD_GLN}/254/A-01-02"
    way = []
    at: Place | None = place
    while at:
        way.append(at.code)
        at = at.parent
    assert way == ["A-01-02", "A-01", "A", "hz-cold"]


def test_an_item_without_gtin_gets_a_uri_of_ours() -> None:
    raw = Item.objects.get(key="RAW MILK")
    assert (raw.uri, raw.code, raw.gtin) == (f"{ORIGIN}/item/RAW%20MILK", "raw milk", None)
    assert identify(raw.uri).uri == raw.uri
    yoghurt = Item.objects.get(gtin=YOGHURT)
    assert yoghurt.uri == f"https://id.gs1.org/01/{YOGHURT}"
    assert yoghurt.category is not None
    assert yoghurt.category.code == "dairy"


def test_a_partner_is_a_party() -> None:
    assert Partner.objects.get(key="FARM").uri == f"{ORIGIN}/party/FARM"
    shop = Partner.objects.get(key="SHOP")
    assert shop.uri == f"https://id.gs1.org/417/{SHOP_GLN}"
    assert (shop.is_customer, shop.is_supplier) == (True, False)


def test_limits_are_kept_exactly() -> None:
    do_add_items(
        items=[NewItem(code="cup", base_unit="EA", minimum=Decimal("0.000001"), maximum=Decimal("123456789012"))]
    )
    cup = Item.objects.get(key="CUP")
    assert (cup.minimum, cup.maximum) == (1, 123_456_789_012_000_000)


def test_a_bad_warehouse_hears_everything() -> None:
    assert refusal(lambda: do_add_warehouse(code="Company", gln=MILK_GLN[:-1] + "8", site="sh", lot_token="C")) == [
        ("code", "catalog.warehouse_code_bad"),
        ("gln", "catalog.gln_bad"),
        ("site", "catalog.site_unknown"),
        ("lot_token", "catalog.lot_token_overlaps"),
        ("sscc_prefix", "catalog.sscc_prefix_overlaps"),
    ]
    assert refusal(
        lambda: do_add_warehouse(code="hz-cold", gln=SHOP_GLN, site="hz", lot_token="q", sscc_prefix="12")
    ) == [
        ("code", "catalog.warehouse_code_taken"),
        ("gln", "catalog.gln_taken"),
        ("lot_token", "catalog.lot_token_bad"),
        ("sscc_prefix", "catalog.sscc_prefix_bad"),
    ]


@pytest.mark.parametrize("code", ["company", "partners"])
def test_the_logs_that_are_no_warehouse_stay_free(code: str) -> None:
    assert refusal(lambda: do_add_warehouse(code=code, gln="6901234000023", site="hz")) == [
        ("code", "catalog.warehouse_code_bad")
    ]


@pytest.mark.parametrize("gln", ["690123400000९", "６901234000009", "6901234000009 ", "", "690123400000"])
def test_a_gln_has_thirteen_ascii_digits(gln: str) -> None:
    problems = refusal(lambda: do_add_warehouse(code="x", gln=gln, site="hz", sscc_prefix="7777777"))
    assert problems == [("gln", "catalog.gln_bad")]


def test_bad_places_hear_everything() -> None:
    places = [
        NewPlace(code="b", parent="c"),
        NewPlace(code="C", parent="B"),
        NewPlace(code=" a-01 ", parent="nowhere"),
        NewPlace(code="甲-1", kind="shed", purpose="play"),
        NewPlace(code="D", gln_extension="0"),
        NewPlace(code="E", gln_extension="A"),
        NewPlace(code="d"),
        NewPlace(code=" "),
    ]
    assert refusal(lambda: do_add_places(warehouse="hz-cold", places=places)) == [
        ("places[0].parent", "catalog.place_inside_itself"),
        ("places[1].parent", "catalog.place_inside_itself"),
        ("places[2].parent", "catalog.parent_unknown"),
        ("places[3].kind", "catalog.choice"),
        ("places[3].purpose", "catalog.choice"),
        ("places[3].gln_extension", "catalog.extension_bad"),
        ("places[4].gln_extension", "catalog.extension_bad"),
        ("places[7].code", "catalog.code_missing"),
        ("places[2].code", "catalog.code_taken"),
        ("places[4].code", "catalog.code_taken"),
        ("places[6].code", "catalog.code_taken"),
        ("places[2].gln_extension", "catalog.extension_taken"),
        ("places[5].gln_extension", "catalog.extension_taken"),
    ]
    assert refusal(lambda: do_add_places(warehouse="sh", places=[NewPlace(code="x")])) == [
        ("warehouse", "catalog.warehouse_unknown")
    ]


def test_a_chinese_bin_code_takes_an_extension_of_its_own() -> None:
    uris = do_add_places(warehouse="hz-cold", places=[NewPlace(code="甲-1", gln_extension="J1")])
    assert uris == [f"https://id.gs1.org/414/{COLD_GLN}/254/J1"]


def test_bad_items_hear_everything() -> None:
    items = [
        NewItem(code="Yog-１５０", base_unit="EA"),
        NewItem(code="X", base_unit="CRATES", gtin="6901234000107", tracking="maybe", shelf_life_days=-1),
        NewItem(code="Y", base_unit="KGM", category="Toys", packs=[NewPack(gtin=CASE, numerator=0)]),
        NewItem(code="Z", base_unit="KGM", units=[NewUnit(unit="KGM", numerator=1), NewUnit(unit="QQQ", numerator=1)]),
        NewItem(code="x ", base_unit="EA", minimum=Decimal("0.0000001")),
        NewItem(code=".", base_unit="EA"),
        NewItem(code="a\x00b", base_unit="EA"),
    ]
    assert refusal(lambda: do_add_items(items=items)) == [
        ("items[1].gtin", "gs1.check_digit"),
        ("items[1].tracking", "catalog.choice"),
        ("items[1].base_unit", "gs1.unit_unknown"),
        ("items[1].shelf_life_days", "catalog.days"),
        ("items[2].category", "catalog.category_unknown"),
        ("items[2].packs[0]", "catalog.ratio"),
        ("items[3].units[0].unit", "catalog.unit_twice"),
        ("items[3].units[1].unit", "gs1.unit_unknown"),
        ("items[4].minimum", "gs1.amount_too_fine"),
        ("items[5].code", "gs1.own_code"),
        ("items[6].code", "catalog.code_bad"),
        ("items[0].code", "catalog.code_taken"),
        ("items[1].code", "catalog.code_taken"),
        ("items[4].code", "catalog.code_taken"),
        ("items[2].gtin", "catalog.gtin_taken"),
    ]


def test_a_gtin_means_one_thing() -> None:
    twice = [
        NewItem(code="p", base_unit="EA", gtin="6901234000115", packs=[NewPack(gtin="06901234000115", numerator=1)])
    ]
    assert refusal(lambda: do_add_items(items=twice)) == [("items[0].gtin", "catalog.gtin_taken")] * 2
    assert refusal(lambda: do_add_items(items=[NewItem(code="q", base_unit="EA", gtin=CASE)])) == [
        ("items[0].gtin", "catalog.gtin_taken")
    ]


def test_bad_partners_hear_everything() -> None:
    partners = [
        NewPartner(code="farm", roles=["friend"]),
        NewPartner(code="n1", gln=COLD_GLN, roles=[], status="loved"),
        NewPartner(code="n2", gln="123", roles=["carrier"]),
        NewPartner(code="..", roles=["carrier"]),
    ]
    assert refusal(lambda: do_add_partners(partners=partners)) == [
        ("partners[0].roles", "catalog.choice"),
        ("partners[1].status", "catalog.choice"),
        ("partners[2].gln", "catalog.gln_bad"),
        ("partners[3].code", "gs1.own_code"),
        ("partners[0].code", "catalog.code_taken"),
        ("partners[1].gln", "catalog.gln_taken"),
    ]


def test_bad_categories_hear_everything() -> None:
    assert refusal(lambda: do_add_category(code="DAIRY", lot_template="{date}{seq}{seq}")) == [
        ("category.code", "catalog.code_taken"),
        ("lot_template", "catalog.template_once"),
        ("lot_template", "catalog.template_once"),
    ]


def test_five_rows_and_twenty_cost_the_same(statements: Callable[[], Statements]) -> None:
    do_add_site(code="sh", name_zh="", name_en="", time_zone="Asia/Shanghai")
    cost = []
    for prefix, count in (("a", 5), ("b", 20)):
        with statements() as seen:
            do_add_items(
                items=[
                    NewItem(code=f"{prefix}{n}", base_unit="EA", units=[NewUnit(unit="KGM", numerator=2)])
                    for n in range(count)
                ]
            )
            do_add_partners(partners=[NewPartner(code=f"{prefix}{n}", roles=["customer"]) for n in range(count)])
            do_add_places(
                warehouse="hz-cold",
                places=[
                    NewPlace(code=f"{prefix}{n}", parent="" if n < 2 else f"{prefix}{n % 2}") for n in range(count)
                ],
            )
        cost.append(len([sql for sql in seen.sql if "SAVEPOINT" not in sql]))
    assert cost[0] == cost[1]
    assert cost[0] <= 24
