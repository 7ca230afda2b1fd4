"""What is missing or contradicts itself: each rule finds its row and no other, and the score is what the page says."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import pytest

from suyuan.accounts.writes import do_add_site
from suyuan.catalog.models import Item, Likeness, Place
from suyuan.catalog.quality import BY_ID, RULES, WEIGHTS, Finding, findings, found, of_register, score
from suyuan.catalog.register import Row, put
from suyuan.catalog.registers import REGISTERS
from suyuan.catalog.writes import bump, do_add_warehouse
from tests.plugins.engines import Statements

TODAY = date(2026, 11, 22)
GOOD_ITEM = {
    "code": "GOOD", "name_zh": "好", "name_en": "Good", "base_unit": "EA", "gtin": "06901234000207", "category": "FOOD",
    "shelf_life_days": 30, "min_remaining_days_receipt": 20, "storage_class": "cool",
}  # fmt: skip
GOOD_FIRM = {
    "code": "FIRM", "name_zh": "司", "name_en": "Firm", "roles": ("supplier",), "status": "approved", "country": "CN",
    "city": "北京", "tax_number": "1",
}  # fmt: skip
PAPER = {"partner": "FIRM", "kind": "food-licence", "number": "1", "valid_until": date(2027, 6, 1)}


def add(register: str, *rows: Mapping[str, object]) -> None:
    put(REGISTERS[register], [Row(row) for row in rows], version=bump(), used=lambda _uris: ())  # type: ignore[arg-type]  # values of tests


@pytest.fixture
def company(db: None) -> None:
    """A company with nothing to find."""
    do_add_site(code="bj", name_zh="北京", name_en="Beijing", time_zone="Asia/Shanghai")
    do_add_warehouse(code="w", gln="6901234000009", site="bj", lot_token="W", sscc_prefix="69012340")
    good = {"name_zh": "食", "name_en": "Food", "warn_days": 7}
    add("categories", {"code": "FOOD", **good}, {"code": "TOOL", "name_zh": "具", "name_en": "Tools"})
    add("items", GOOD_ITEM)
    add("partners", GOOD_FIRM)
    add("supplier_items", {"partner": "FIRM", "code": "S1", "item": "GOOD"})
    add("certificates", PAPER)
    bin_ = {
        "warehouse": "w",
        "parent": "W",
        "kind": "bin",
        "purpose": "storage",
        "x": Decimal(1),
        "y": Decimal(2),
        "capacity_pallets": 1,
    }
    add("places", {"code": "A-01", **bin_})


def counted() -> dict[str, int]:
    """Rule → of how many rows it is true, where it is of any."""
    told = [one for name in REGISTERS for one in findings(REGISTERS[name], TODAY)]
    return {one.rule.id: one.wrong for one in told if one.wrong}


FAULTS: dict[str, Callable[[], None]] = {
    "item-alike": lambda: _alike(),
    "item-limits": lambda: _item(minimum=5, maximum=4),
    "item-life-order": lambda: _item(min_remaining_days_receipt=31),
    "item-life": lambda: add("items", GOOD_ITEM | {"code": "B", "gtin": "", "shelf_life_days": None,
                                                   "min_remaining_days_receipt": None}),
    "item-category": lambda: add("items", {"code": "GOOD", "category": ""}),
    "item-storage": lambda: add("items", {"code": "GOOD", "storage_class": ""}),
    "item-category-closed": lambda: add("categories", {"code": "FOOD", "is_active": False}),
    "item-names": lambda: add("items", {"code": "GOOD", "name_en": ""}),
    "item-gtin": lambda: add("items", GOOD_ITEM | {"code": "B", "gtin": ""}),
    "item-supplier": lambda: add("supplier_items", {"partner": "FIRM", "code": "S1", "is_active": False}),
    "partner-alike": lambda: _alike("partners"),
    "partner-paper": lambda: add("certificates", PAPER | {"is_active": False}),
    "partner-expired": lambda: add("certificates", PAPER | {"valid_until": date(2026, 11, 21)}),
    "partner-expiring": lambda: add("certificates", PAPER | {"valid_until": date(2026, 11, 22)}),
    "partner-pending": lambda: add("partners", {"code": "FIRM", "status": "pending"}),
    "partner-address": lambda: add("partners", {"code": "FIRM", "city": ""}),
    "partner-reach": lambda: add("partners", {"code": "FIRM", "roles": ("supplier", "customer")}),
    "partner-tax": lambda: add("partners", {"code": "FIRM", "tax_number": ""}),
    "partner-names": lambda: add("partners", {"code": "FIRM", "name_zh": ""}),
    "place-extension": lambda: _place(gln_extension=""),
    "place-capacity": lambda: _place(capacity_pallets=None),
    "place-purpose": lambda: _place(purpose=""),
    "place-plan": lambda: _place(x=None),
    "category-day": lambda: add("categories", {"code": "TOOL", "lot_template": "{site}{seq:05}"}),
    "category-names": lambda: add("categories", {"code": "TOOL", "name_en": ""}),
    "paper-end": lambda: add("certificates", PAPER | {"valid_until": None}),
    "supply-closed": lambda: add("partners", {"code": "FIRM", "is_active": False}),
}  # fmt: skip


def _alike(register: str = "items") -> None:
    uri = REGISTERS[register].rows().values_list("uri", flat=True)[0]
    Likeness.objects.create(register=register, one="a", other=uri, why="name", score=80)


def _item(**values: int) -> None:
    """Written past the register, which refuses it: older data need not agree."""
    Item.objects.update(**values)


def _place(**values: object) -> None:
    Place.objects.filter(kind="bin").update(**values)


@pytest.mark.usefixtures("company")
def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert counted() == {"paper-file": 1}  # no file was ever brought in


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("rule", FAULTS)
def test_each_rule_finds_its_row(rule: str) -> None:
    FAULTS[rule]()
    assert counted().get(rule) == 1
    assert found(BY_ID[rule], TODAY).count() == 1
    register = REGISTERS[BY_ID[rule].register]
    assert len(register.read(found(BY_ID[rule], TODAY))) == 1


def test_every_rule_is_tried() -> None:
    assert {rule.id for rule in RULES} == {*FAULTS, "paper-file"}
    assert len(BY_ID) == len(RULES)


@pytest.mark.usefixtures("company")
def test_a_dismissed_pair_and_a_new_paper_are_no_findings() -> None:
    _alike()
    Likeness.objects.update(dismissed="two")
    add("certificates", PAPER | {"valid_until": date(2026, 1, 1)}, PAPER | {"number": "2"})
    assert counted() == {"paper-file": 2}


@pytest.mark.usefixtures("company")
def test_what_is_out_of_use_is_not_asked() -> None:
    add("items", {"code": "GOOD", "category": "", "is_active": False})
    assert all(one.rows == 0 for one in findings(REGISTERS["items"], TODAY))
    assert score(findings(REGISTERS["items"], TODAY)) is None


@pytest.mark.usefixtures("company")
def test_a_register_costs_one_statement(statements: Callable[[], Statements]) -> None:
    with statements() as seen:
        findings(REGISTERS["items"], TODAY)
    assert len(seen) == 1


def test_the_score_is_the_mean_of_shares_by_weight() -> None:
    high, low = of_register("items")[0], of_register("items")[-1]
    assert (high.weight, low.weight) == (WEIGHTS["high"], WEIGHTS["low"]) == (4, 1)
    told = [Finding(high, 10, 5), Finding(low, 10, 0), Finding(low, 0, 0)]
    assert score(told) == pytest.approx((4 * 0.5 + 1 * 1) / 5)
    assert score([]) is None


@pytest.mark.usefixtures("company")
def test_lists_show_the_rows_of_their_rule() -> None:
    """Where a rule names a filter of the register's list, it is one that the list knows."""
    for rule in RULES:
        name = rule.list.partition("=")[0].removeprefix("f.").partition(".")[0]
        assert not name or name in REGISTERS[rule.register].columns
