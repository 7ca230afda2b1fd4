"""What is to be ordered again: how much, from whom, until when; and what is drafted is not proposed twice."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.master import PutItems, PutPartners, PutSupplierItems
from suyuan.operations.commands import Hold, Line, Reserve
from suyuan.orders.replenishing import (
    Levels,
    Reorder,
    Supplier,
    by_supplier,
    chosen,
    drafts_of,
    level_of,
    quantity_of,
    reorder,
    reorders,
)
from tests.operations.dairy import BUYER, KEEPER, NOON, Desk, build_dairy, stocked
from tests.orders import ordering
from tests.plugins.engines import Statements

TODAY = NOON.date()
ONE, TWO = Supplier(1, "u1", "A", 5), Supplier(2, "u2", "B", 2)


def limits(desk: Desk, item: str = "YOG", **more: int) -> None:
    row: dict[str, Value] = {"code": item}
    desk.run(PutItems(rows=(Row(row | {name: Decimal(amount) for name, amount in more.items()}),)))


def supplies(desk: Desk, partner: str = "FARM", item: str = "YOG", days: int | None = 3) -> None:
    row: dict[str, Value] = {"partner": partner, "item": item, "code": f"{partner}-{item}", "lead_time_days": days}
    desk.run(PutSupplierItems(rows=(Row(row),)))


def asked(desk: Desk) -> dict[str, Reorder]:
    return {one.item_code: one for one in reorders("main", desk.now, TODAY)}


def test_it_works(desk: Desk) -> None:
    stocked(desk, "L1", 40)
    limits(desk, minimum=20, reorder_point=50, maximum=200)
    supplies(desk)
    one = asked(desk)["YOG"]
    assert (one.quantity, one.expected) == (Decimal(160), TODAY + timedelta(days=3))
    assert one.supplier is not None
    assert one.supplier.code == "FARM"
    assert [code for code, _ in one.reasons] == ["position", "maximum", "lead"]
    heads, lines = drafts_of([(one.supplier, [one])], "main", TODAY, "AB")
    ordering.put(desk, "purchase_orders", *(dict(row.values) for row in heads), actor=BUYER)
    ordering.put(desk, "purchase_lines", *(dict(row.values) for row in lines), actor=BUYER)
    assert heads[0].values["state"] == "draft"
    assert asked(desk) == {}, "what is drafted is to come"


def test_what_is_reserved_held_or_to_come(desk: Desk) -> None:
    stocked(desk, "L1", 60)
    limits(desk, reorder_point=50, reorder_quantity=30)
    assert asked(desk) == {}
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 20, "SO-1")
    desk.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    assert asked(desk)["YOG"].quantity == 30
    ordering.order(desk, "PO-1")
    ordering.line(desk, 1, "YOG", 15, "PO-1")
    assert asked(desk) == {}
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    one = asked(desk)["YOG"]
    assert one.quantity == 60  # 15 are to come: twice 30 brings it above 50
    assert one.supplier is not None
    assert one.supplier.code == "FARM"  # who got the last order, since nobody is listed
    assert one.expected is None


def test_the_rules() -> None:
    levels = Levels(minimum=Decimal(10), point=Decimal(30), maximum=Decimal(100), free=Decimal(30))
    assert level_of(levels, None) == 30
    assert level_of(levels, Decimal(45)) == 55
    assert level_of(Levels(minimum=Decimal(10)), None) == 10
    assert level_of(Levels(), None) is None
    assert quantity_of(levels, Decimal(30)) == (Decimal(70), "maximum")
    assert quantity_of(Levels(batch=Decimal(10)), Decimal(30)) == (Decimal(40), "quantity")
    assert quantity_of(Levels(batch=Decimal(10), free=Decimal(30)), Decimal(30)) == (Decimal(10), "quantity")
    assert quantity_of(Levels(free=Decimal(3)), Decimal(30)) == (Decimal(27), "level")
    item = ("uri", "I", "EA")
    assert reorder(item, Levels(point=Decimal(3), free=Decimal(4)), None, None, TODAY) is None
    forecast = reorder(item, Levels(point=Decimal(3), free=Decimal(4)), ONE, 5, TODAY, Decimal(9))
    assert forecast is not None
    assert (forecast.quantity, [code for code, _ in forecast.reasons]) == (
        Decimal(5),
        ["position", "demand", "level", "lead"],
    )


def test_from_whom() -> None:
    assert chosen([], None) is None
    assert chosen([], ONE) == ONE
    assert chosen([ONE, TWO], None) == TWO
    assert chosen([ONE, TWO], Supplier(1, "u1", "A")) == ONE
    nobody = Reorder("i", "I", "EA", Decimal(1), None, None)
    ours = Reorder("j", "J", "EA", Decimal(1), ONE, date(2026, 12, 1))
    assert by_supplier([nobody, ours]) == [(ONE, [ours]), (None, [nobody])]


def test_who_is_suspended_gets_no_order(desk: Desk) -> None:
    limits(desk, reorder_point=5, reorder_quantity=30)
    supplies(desk)
    desk.run(PutPartners(rows=(Row({"code": "FARM", "is_active": False}),)))
    assert asked(desk)["YOG"].supplier is None


def test_a_fixed_number_of_statements(desk: Desk, statements: Callable[[], Statements]) -> None:
    stocked(desk, "L1", 40)
    limits(desk, reorder_point=50, reorder_quantity=30)
    supplies(desk)
    asked(desk)
    with statements() as few:
        asked(desk)
    for item in ("FRESH", "PUMP", "FOIL"):
        limits(desk, item, reorder_point=50, reorder_quantity=30)
        supplies(desk, "FARM", item)
    assert len(asked(desk)) == 4
    with statements() as many:
        asked(desk)
    assert len(many) == len(few)


@pytest.mark.engine
def test_on_both_engines(engine: str) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 40)
    limits(desk, minimum=50, maximum=90)
    supplies(desk)
    assert asked(desk)["YOG"].quantity == 50
