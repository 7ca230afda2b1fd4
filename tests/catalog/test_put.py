"""Rows of master data are put: added, changed, refused with everything that is wrong."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from unicodedata import normalize

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Field, Type, Value, print_value, read_value, value_problems
from suyuan.catalog.models import Item, Place
from suyuan.catalog.queries import working_calendar
from suyuan.catalog.register import Changed, Row, put
from suyuan.catalog.registers import REGISTERS
from suyuan.catalog.registers.places import circles
from suyuan.catalog.writes import bump
from suyuan.gs1.problems import Refused
from tests.catalog.conftest import CASE, SHOP_GLN, YOGHURT
from tests.plugins.engines import Statements

pytestmark = pytest.mark.usefixtures("company")
TODAY = date(2026, 11, 22)
Rows = list[dict[str, Value]]

# One row and more of each, in the order in which they can be filled.
ALL: dict[str, Rows] = {
    "sites": [{"code": "sh", "name_zh": "上海"}],
    "warehouses": [{"code": "sh-1", "site": "sh", "gln": "6901234000023", "sscc_prefix": "6901235"}],
    "places": [
        {"warehouse": "sh-1", "code": "A-1", "parent": "A", "x": Decimal("1.5"), "capacity_weight": Decimal("0.0001")},
        {"warehouse": "SH-1", "code": "A", "kind": "zone", "purpose": "picking"},
    ],
    "categories": [{"code": "Fish", "certificates": ("haccp",), "warn_days": 5, "urgent_days": 2, "warn_percent": 30,
                    "one_lot": "bin", "over": Decimal("2.5"), "under": Decimal(0), "sent": Decimal(1)}],
    "attributes": [
        {"category": "fish", "code": "fat", "type": "decimal", "needed": True},
        {"category": "fish", "code": "zone", "type": "choice", "choices": "N, S"},
    ],
    "items": [
        {
            "code": "cod", "base_unit": "kgm", "category": "FISH", "custom.fat": Decimal("1.5"), "custom.zone": "N",
            "minimum": Decimal(1), "reorder_point": Decimal(2), "maximum": Decimal(5), "weight": Decimal(1),
        },
    ],
    "packs": [{"item": "COD", "gtin": "6901234000115", "numerator": 12, "height": Decimal("0.25")}],
    "units": [
        {"item": "cod", "unit": "ct", "numerator": 10},
        {"item": "cod", "unit": "CT", "numerator": 12, "since": date(2027, 1, 1)},
    ],
    "partners": [
        {
            "code": "sea", "roles": ("supplier", "maker"), "country": "CN", "email": "office@sea.example",
            "recall_contact": "Quality", "recall_phone": "0571 7", "recall_email": "recall@sea.example",
            "ffrn": "12345678901", "ggn": "4049929999992", "source_url": "https://sea.example/lots",
        },
    ],
    "certificates": [{"partner": "sea", "kind": "haccp", "number": "H1", "valid_until": date(2027, 1, 1)}],
    "supplier_items": [{"partner": "sea", "code": "P|1", "item": "cod"}],
    "calendar": [
        {"day": date(2026, 10, 1), "name_zh": "国庆节"},
        {"day": date(2026, 10, 10), "works": True, "name_en": "In place of 7 October"},
    ],
}  # fmt: skip


def nothing(uris: Collection[str]) -> Collection[str]:
    return ()


def everything(uris: Collection[str]) -> Collection[str]:
    return uris


def do(
    name: str, *rows: Mapping[str, Value], version: int | None = None, used: Callable[..., Collection[str]] = nothing
) -> list[Changed]:
    return put(REGISTERS[name], [Row(row, version) for row in rows], version=bump(), used=used, today=TODAY)


def refusal(name: str, *rows: Mapping[str, Value], **more: object) -> list[tuple[str, str]]:
    before = [(register.name, register.rows().count()) for register in REGISTERS.values()]
    with pytest.raises(Refused) as refused:
        do(name, *rows, **more)  # type: ignore[arg-type]  # as `do` takes them
    assert before == [(register.name, register.rows().count()) for register in REGISTERS.values()]
    return [(problem.field, problem.code) for problem in refused.value.problems]


def standing(name: str, **where: object) -> Mapping[str, Value]:
    register = REGISTERS[name]
    (found,) = register.read(register.rows().filter(**where))
    return found.values


def test_it_works() -> None:
    (made,) = do("items", {"code": "TEA", "base_unit": "EA", "name_zh": "茶"})
    assert (made.uri, made.key, made.new) == (f"{settings.SUYUAN.origin}/item/TEA", "TEA", True)
    assert made.fields["name_zh"] == (None, "茶")
    (changed,) = do("items", {"code": " tea ", "name_zh": "绿茶"}, version=made.version)
    assert (changed.uri, changed.new, dict(changed.fields)) == (made.uri, False, {"name_zh": ("茶", "绿茶")})
    assert changed.version > made.version
    assert directory().items[made.uri].code == "TEA"


def test_everything_goes_in_and_stands_as_it_was_given_and_a_second_time_nothing_happens() -> None:
    for name, rows in ALL.items():
        register = REGISTERS[name]
        made = do(name, *rows)
        assert [one.new for one in made] == [True] * len(rows), name
        assert do(name, *rows) == [], name
        there = {one.uri for one in register.read(register.rows())}
        assert {one.uri for one in made} <= there, name
        assert set(register.columns) - {"version"} <= set(register.by_name), name
    assert standing("items", key="COD")["custom.FAT"] == Decimal("1.5")
    place = standing("places", key="A-1")
    assert (place["parent"], place["x"], place["capacity_weight"]) == ("A", Decimal("1.5"), Decimal("0.0001"))


@pytest.mark.parametrize("name", ALL)
def test_every_field_says_what_it_is(name: str) -> None:
    register = REGISTERS[name]
    assert set(register.keys) <= set(register.by_name)
    for field in register.fields:
        assert field.group, field
        assert (field.type in (Type.CHOICE, Type.MANY)) == bool(field.choices), field
        assert not field.refers or field.refers in REGISTERS


def test_an_item_hears_everything() -> None:
    rows: Rows = [
        {"code": "Yog-１５０", "gtin": "6901234000115"},
        {"code": "X", "base_unit": "CRATES", "gtin": "6901234000107", "tracking": "maybe", "shelf_life_days": -1},
        {"code": "Y", "base_unit": "KGM", "category": "Toys", "gtin": CASE, "colour": "red"},
        {"code": "x ", "minimum": Decimal(5), "maximum": Decimal(4)},
        {"code": ".", "base_unit": "EA", "shelf_life_days": 3, "min_remaining_days_dispatch": 4, "photo": "0" * 64},
        {"code": "W", "base_unit": "EA", "custom.fat": Decimal(1)},
    ]
    assert set(refusal("items", *rows)) == {
        ("rows[0].gtin", "catalog.gtin_fixed"),
        ("rows[1].base_unit", "catalog.field_long"),
        ("rows[1].base_unit", "gs1.unit_unknown"),
        ("rows[1].gtin", "gs1.check_digit"),
        ("rows[1].tracking", "catalog.choice"),
        ("rows[1].shelf_life_days", "catalog.field_bounds"),
        ("rows[2].category", "catalog.category_unknown"),
        ("rows[2].gtin", "catalog.gtin_taken"),
        ("rows[2].colour", "catalog.field_unknown"),
        ("rows[3].code", "catalog.row_twice"),
        ("rows[3].base_unit", "catalog.field_needed"),
        ("rows[3].maximum", "catalog.limits_order"),
        ("rows[4].code", "gs1.own_code"),
        ("rows[4].min_remaining_days_dispatch", "catalog.life_order"),
        ("rows[4].photo", "catalog.file_unknown"),
        ("rows[5].custom.FAT", "catalog.field_unknown"),
        ("rows[5].custom.FAT", "catalog.attribute_unknown"),
    }


def test_own_fields_belong_to_a_category() -> None:
    do("categories", *ALL["categories"], {"code": "toys"})
    do("attributes", *ALL["attributes"], {"category": "toys", "code": "zone", "type": "choice", "choices": "X"})
    rows: Rows = [
        {"code": "a", "base_unit": "EA", "category": "fish", "custom.zone": "X"},
        {"code": "b", "base_unit": "EA", "category": "toys", "custom.fat": Decimal(1)},
        {"code": "c", "base_unit": "EA", "category": "fish", "custom.fat": "much"},
    ]
    assert refusal("items", *rows) == [
        ("rows[2].custom.FAT", "catalog.field_value"),
        ("rows[0].custom.FAT", "catalog.field_needed"),
        ("rows[0].custom.ZONE", "catalog.choice"),
        ("rows[1].custom.FAT", "catalog.attribute_unknown"),
    ]
    assert refusal("attributes", {"category": "toys", "code": "FAT", "type": "text"}) == [
        ("rows[0].type", "catalog.attribute_type_differs")
    ]


def test_places_hear_everything() -> None:
    rows: Rows = [
        {"warehouse": "hz-cold", "code": "A", "parent": "a-01"},
        {"warehouse": "hz-cold", "code": "甲-1", "kind": "shed"},
        {"warehouse": "hz-cold", "code": "B", "parent": "nowhere"},
        {"warehouse": "hz-cold", "code": "C", "gln_extension": "A-01"},
        {"warehouse": "hz-cold", "code": "A-01", "gln_extension": "Z"},
        {"warehouse": "moon", "code": "D"},
        {"warehouse": "hz-cold", "code": "E", "parent": "E"},
    ]
    assert set(refusal("places", *rows)) == {
        ("rows[0].parent", "catalog.place_inside_itself"),
        ("rows[1].kind", "catalog.choice"),
        ("rows[1].gln_extension", "catalog.extension_bad"),
        ("rows[2].parent", "catalog.parent_unknown"),
        ("rows[3].gln_extension", "catalog.extension_taken"),
        ("rows[4].gln_extension", "catalog.extension_fixed"),
        ("rows[4].parent", "catalog.place_inside_itself"),
        ("rows[5].warehouse", "catalog.warehouse_unknown"),
        ("rows[6].parent", "catalog.place_inside_itself"),
    }


def test_a_place_moves_below_another() -> None:
    do("places", {"warehouse": "hz-cold", "code": "a-01-02", "parent": "a"})
    assert Place.objects.get(key="A-01-02").parent == Place.objects.get(key="A")
    do("places", {"warehouse": "hz-cold", "code": "A-01", "parent": ""})
    assert Place.objects.get(key="A-01").parent == Place.objects.get(key="HZ-COLD")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"item": "raw milk", "unit": "KGM", "numerator": 1}, "catalog.unit_twice"),
        ({"item": "raw milk", "unit": "GRM", "numerator": 1}, "catalog.unit_contradicts"),
        ({"item": "raw milk", "unit": "MLT", "numerator": 1}, "catalog.unit_contradicts"),
        ({"item": "raw milk", "unit": "QQQ", "numerator": 1}, "gs1.unit_unknown"),
        ({"item": "raw milk", "unit": "CT", "numerator": 0}, "catalog.field_bounds"),
        ({"item": "rice", "unit": "CT", "numerator": 1}, "catalog.item_unknown"),
        ({"item": "raw milk", "unit": "CT"}, "catalog.field_needed"),
    ],
)
def test_units_that_cannot_be(row: dict[str, Value], code: str) -> None:
    assert code in {found for _, found in refusal("units", row)}


def test_units_that_agree() -> None:
    do("units", {"item": "raw milk", "unit": "MLT", "numerator": 103, "denominator": 100_000})
    do("units", {"item": "raw milk", "unit": "GRM", "numerator": 1, "denominator": 1000})


def test_a_conversion_in_use_gets_a_successor() -> None:
    litre: dict[str, Value] = {"item": "raw milk", "unit": "LTR", "numerator": 104, "denominator": 100}
    assert refusal("units", litre, used=everything) == [("rows[0].since", "catalog.unit_used")]
    assert refusal("units", {**litre, "since": TODAY}, used=everything) == [("rows[0].since", "catalog.unit_used")]
    do("units", {**litre, "since": date(2026, 11, 23)}, used=everything)
    do("units", {"item": "raw milk", "unit": "CT", "numerator": 9, "since": TODAY}, used=everything)
    info = directory().items[f"{settings.SUYUAN.origin}/item/RAW%20MILK"]
    ratios = [info.ratio("LTR", day) for day in (None, TODAY, date(2026, 11, 23), date(2030, 1, 1))]
    assert [float(ratio) for ratio in ratios if ratio] == [1.03, 1.03, 1.04, 1.04]
    assert [info.ratio("CT", day) for day in (date(2026, 11, 21), date(2026, 11, 23))] == [None, 9]


def test_what_was_used_is_frozen() -> None:
    rows: Rows = [{"code": "raw milk", "base_unit": "LTR", "tracking": "none", "name_en": "Milk"}]
    assert refusal("items", *rows, used=everything) == [
        ("rows[0].base_unit", "catalog.base_unit_counted"),
        ("rows[0].base_unit", "catalog.field_frozen"),
        ("rows[0].tracking", "catalog.field_frozen"),
    ]
    do("items", {"code": "raw milk", "tracking": "none", "name_en": "Milk"})
    assert refusal("packs", {"item": "YOG-150", "gtin": CASE, "numerator": 6}, used=everything) == [
        ("rows[0].numerator", "catalog.field_frozen")
    ]


def test_a_version_passed_by_is_refused() -> None:
    version = Item.objects.get(key="YOG-150").version
    do("items", {"code": "YOG-150", "spec": "150 g"}, version=version)
    assert refusal("items", {"code": "YOG-150", "spec": "160 g"}, version=version) == [
        ("rows[0]", "catalog.changed_meanwhile")
    ]
    assert refusal("items", {"code": "YOG-150", "spec": "160 g"}, version=0) == [
        ("rows[0]", "catalog.changed_meanwhile")
    ]
    assert refusal("items", {"code": "NEW", "base_unit": "EA"}, version=7) == [("rows[0]", "catalog.changed_meanwhile")]


def test_the_rest_hears_everything_too() -> None:
    assert refusal("sites", {"code": "A B", "time_zone": "Mars"}) == [
        ("rows[0].code", "accounts.code_bad"),
        ("rows[0].time_zone", "accounts.time_zone_unknown"),
    ]
    assert set(refusal("warehouses", {"code": "company", "gln": SHOP_GLN, "site": "x", "lot_token": "CS1"})) == {
        ("rows[0].code", "catalog.warehouse_code_bad"),
        ("rows[0].gln", "catalog.gln_taken"),
        ("rows[0].site", "catalog.site_unknown"),
        ("rows[0].lot_token", "catalog.lot_token_overlaps"),
    }
    assert refusal("categories", {"code": "c", "lot_template": "{site}-{date:%Y-%m-%d}-{line}-{seq:09}"}) == [
        ("rows[0].lot_template", "catalog.template_long")
    ]
    assert refusal("categories", {"code": "c", "lot_template": "{date}{seq}", "warn_days": 1, "urgent_days": 2}) == [
        ("rows[0].lot_template", "catalog.template_once"),
        ("rows[0].warn_days", "catalog.urgent_before_warn"),
    ]
    assert set(refusal("partners", {"code": "f", "gln": "1", "country": "cn"}, {"code": "farm", "gln": SHOP_GLN})) == {
        ("rows[0].roles", "catalog.field_needed"),
        ("rows[0].gln", "catalog.gln_bad"),
        ("rows[0].country", "catalog.country_bad"),
        ("rows[1].gln", "catalog.gln_taken"),
    }
    late: dict[str, Value] = {"kind": "haccp", "number": "1", "valid_from": date(2026, 2, 1)}
    assert refusal("certificates", {**late, "partner": "who", "valid_until": date(2026, 1, 31)}) == [
        ("rows[0].partner", "catalog.partner_unknown"),
        ("rows[0].valid_until", "catalog.dates_order"),
    ]
    do("partners", {"code": "truck", "roles": ("carrier",)})
    do("supplier_items", {"partner": "shop", "code": "J-1", "item": "yog-150"})  # a customer has codes as well
    assert refusal("supplier_items", {"partner": "truck", "code": "1", "item": "rice", "gtin": YOGHURT[:-1] + "9"}) == [
        ("rows[0].item", "catalog.item_unknown"),
        ("rows[0].partner", "catalog.not_supplier"),
        ("rows[0].gtin", "gs1.check_digit"),
    ]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30)
ITEMS = st.fixed_dictionaries(
    {"base_unit": st.sampled_from(["EA", "KGM", "LTR"])},
    optional={
        "name_zh": TEXTS,
        "spec": TEXTS,
        "tracking": st.sampled_from(["none", "lot", "serial", "lot+serial"]),
        "is_active": st.booleans(),
        "shelf_life_days": st.integers(0, 36_500),
        "weight": st.decimals(0, 10**9, places=6),
        "hazard_class": st.sampled_from(["", "1", "9"]),
    },
)


@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_put_is_read_back_whatever_the_order(backwards: bool) -> None:
    @given(st.dictionaries(st.text("ABCxyz甲乙-|/", min_size=1, max_size=6), ITEMS, min_size=1, max_size=4))
    def law(items: dict[str, dict[str, Value]]) -> None:
        register = REGISTERS["items"]
        rows: Rows = [{**values, "code": f"{code}~"} for code, values in items.items()]
        rows = list({register.key_of(row): row for row in rows}.values())
        do("items", *(rows[::-1] if backwards else rows))
        there = register.standing({register.key_of(row) for row in rows})
        for row in rows:
            values = there[register.key_of(row)].values
            for name, value in row.items():
                told = normalize("NFC", value).strip() if isinstance(value, str) else value
                assert values[name] == told or name == "code", (name, value)
        assert do("items", *rows) == []

    law()


@given(st.dictionaries(st.integers(0, 6).map(str), st.integers(0, 9).map(str), max_size=7))
def test_a_way_up_that_comes_back_is_found(parents: dict[str, str]) -> None:
    def comes_back(start: str) -> bool:
        at = start
        for _ in parents:
            at = parents.get(at, "")
            if at == start:
                return True
        return False

    assert circles(parents) == {key for key in parents if comes_back(key)}


@pytest.mark.parametrize(
    ("field", "value", "good"),
    [
        (Field("f", "f", Type.WHOLE), 5, True),
        (Field("f", "f", Type.WHOLE), True, False),
        (Field("f", "f", Type.WHOLE), "5", False),
        (Field("f", "f", Type.FLAG), 1, False),
        (Field("f", "f", Type.TEXT, longest=3), "abcd", False),
        (Field("f", "f", Type.TEXT), "a\x00", False),
        (Field("f", "f", Type.DECIMAL), Decimal("0.0000001"), False),
        (Field("f", "f", Type.MANY, choices={"a": "A"}), ("a", "b"), False),
        (Field("f", "f", Type.DATE), None, True),
    ],
)
def test_a_value_is_what_its_field_takes(field: Field, value: Value, good: bool) -> None:
    assert (value_problems(field, value) == []) == good
    if good:
        assert read_value(field, print_value(value)) == value


def test_five_rows_and_twenty_cost_the_same(statements: Callable[[], Statements]) -> None:
    cost = []
    for prefix, count in (("a", 5), ("b", 20)):
        with statements() as seen:
            numbers = range(count)
            rows: dict[str, Rows] = {
                "items": [{"code": f"{prefix}{n}", "base_unit": "EA"} for n in numbers],
                "units": [{"item": f"{prefix}{n}", "unit": "CT", "numerator": n + 2} for n in numbers],
                "packs": [{"item": f"{prefix}{n}", "gtin": gtin(count * 100 + n), "numerator": 6} for n in numbers],
                "partners": [{"code": f"{prefix}{n}", "roles": ("supplier",)} for n in numbers],
                "supplier_items": [{"partner": f"{prefix}1", "code": f"{n}", "item": f"{prefix}{n}"} for n in numbers],
                "places": [{"warehouse": "hz-cold", "code": f"{prefix}{n}"} for n in numbers],
            }
            for name, told in rows.items():
                do(name, *told)
        cost.append(len([sql for sql in seen.sql if "SAVEPOINT" not in sql]))
    assert cost[0] == cost[1]


def gtin(number: int) -> str:
    digits = f"{69_000_000_000 + number:013d}"
    weights = (3, 1) * 7
    return digits + str(-sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 10)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("email", "no address", "email_bad"),
        ("recall_email", "a@b", "email_bad"),
        ("ffrn", "123", "ffrn_bad"),
        ("ggn", "4049929999991", "ggn_bad"),
        ("source_url", "sea.example/lots", "web_bad"),
    ],
)
def test_how_a_partner_is_reached_and_named_as_a_source_is_checked(field: str, text: str, code: str) -> None:
    assert refusal("partners", {"code": "sea", "roles": ("maker",), field: text}) == [
        (f"rows[0].{field}", f"catalog.{code}")
    ]


def test_days_of_the_calendar_take_turns_with_the_week() -> None:
    friday = date(2026, 10, 2)
    assert working_calendar().after(friday, 1) == date(2026, 10, 5)
    do("calendar", {"day": date(2026, 10, 5)}, {"day": date(2026, 10, 3), "works": True}, {"day": date(2026, 10, 6)})
    assert working_calendar().after(friday, 2) == date(2026, 10, 7)
    do("calendar", {"day": date(2026, 10, 6), "is_active": False})
    assert working_calendar().after(friday, 2) == date(2026, 10, 6)
    assert refusal("calendar", {"works": False}) == [("rows[0].day", "catalog.field_needed")]
