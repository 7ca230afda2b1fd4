"""Packing: cartons and pallets for an order, and what the scale says beside what the catalog expects."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.master import PUTS
from suyuan.ledger.models import Body
from suyuan.operations.commands import Line, Pack, Pick, Ship
from suyuan.operations.outbound.staged import staged
from suyuan.operations.storage.weighing import Weighed, is_off
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order
from tests.operations.dairy import KEEPER, Desk, refusal, stocked, yoghurt
from tests.orders import ordering


def some(quantity: int, lot: str = "L1", **where: str) -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity, **where)  # type: ignore[arg-type]  # texts alone


@pytest.fixture
def weighed(desk: Desk) -> Desk:
    """A cup weighs 150 g."""
    stocked(desk)
    row: dict[str, Value] = {"code": "YOG", "weight": Decimal("0.15")}
    desk.run(PUTS["items"](rows=(Row(row),)))
    return desk


def sale(desk: Desk, quantity: int = 48) -> Order:
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", quantity, "SO-1")
    found = find_order("SO-1", OrderKind.SALES)
    assert found is not None
    return found


def test_the_weight_goes_into_the_event(weighed: Desk) -> None:
    done = weighed.run(
        Pack(warehouse="main", lines=(some(12),), gross="2.25", tare="0.4", size=(600, 400, 150), po="SO-1"), KEEPER
    )
    assert done.value["weighed"] == {"gross": "2.25", "tare": "0.4", "expected": "2.2"}
    bodies = [bytes(one.body) for one in Body.objects.all() if b"AggregationEvent" in bytes(one.body)]
    assert [b'"suyuan:size":[600,400,150]' in one and b'"suyuan:weighed"' in one for one in bodies] == [True]
    assert weighed.stock(yoghurt("L1")) == {
        ("A-01", "released"): Decimal(88),
        (f"OUT/{done.value['container'].rpartition('/')[2]}", "released"): Decimal(12),
    }


def test_what_weighs_otherwise_wants_a_reason_and_says_both_figures(weighed: Desk) -> None:
    light = Pack(warehouse="main", lines=(some(12),), gross="2.0", tare="0.4")
    assert refusal(weighed, light, KEEPER) == {("gross", "operations.weight_off")}
    weighed.run(Pack(warehouse="main", lines=(some(12),), gross="2.0", tare="0.4", reason="thin cardboard"), KEEPER)


def test_what_was_in_it_and_what_is_nested_weighs_too(weighed: Desk) -> None:
    first = weighed.run(Pack(warehouse="main", lines=(some(12),), gross="1.8")).value["container"]
    more = weighed.run(Pack(warehouse="main", lines=(some(6),), container=first, gross="2.7")).value
    assert more["weighed"]["expected"] == "2.7"
    pallet = weighed.run(Pack(warehouse="main", lines=(Line(container=first),), gross="22.7", tare="20")).value
    assert pallet["weighed"]["expected"] == "22.7"


def test_what_the_catalog_does_not_weigh_is_said(desk: Desk) -> None:
    stocked(desk)
    done = desk.run(Pack(warehouse="main", lines=(some(12),), gross="9")).value
    assert done["unknown"] == ["YOG"]
    assert "expected" not in done["weighed"]


@pytest.mark.parametrize(
    "more", [{"gross": "-1"}, {"gross": "0"}, {"tare": "x"}, {"size": (1, 2)}, {"size": (0, 1, 1)}]
)
def test_nonsense_is_refused(weighed: Desk, more: dict[str, object]) -> None:
    assert refusal(weighed, Pack(warehouse="main", lines=(some(1),), **more))  # type: ignore[arg-type]  # of one field


@given(st.decimals("0.1", 1000, places=3), st.decimals(0, 50, places=1), st.decimals("0.1", 1000, places=3))
def test_off_is_further_than_so_many_percent(expected: Decimal, percent: Decimal, gross: Decimal) -> None:
    off = is_off(Weighed(gross, Decimal(0), expected), percent)
    low, high = expected * (100 - percent) / 100, expected * (100 + percent) / 100
    assert off == (not low <= gross <= high)


# -- what stands ready ------------------------------------------------------------------------------------------------


def ready(order: Order) -> tuple[list[tuple[str, int]], int]:
    found = staged("main", order)
    loose = sorted((one.uri.rpartition("/")[2], int(one.amount.amount)) for one in found.loose)
    return loose, len(found.boxes)


def test_what_was_picked_stands_ready_until_it_is_packed_and_gone(desk: Desk) -> None:
    stocked(desk)
    order = sale(desk)
    assert ready(order) == ([], 0)
    desk.run(Pick(warehouse="main", lines=(some(30, place="A-01"),), po="SO-1"), KEEPER)
    desk.run(Pick(warehouse="main", lines=(some(18, place="A-01"),), po="SO-1", into="TOTE-1"), KEEPER)
    desk.run(Pick(warehouse="main", lines=(some(5, place="A-01"),), po="SO-OTHER"), KEEPER)
    assert ready(order) == ([("L1", 18), ("L1", 30)], 0)
    box = desk.run(Pack(warehouse="main", lines=(some(30, place="OUT"),), po="SO-1"), KEEPER).value["container"]
    assert ready(order) == ([("L1", 18)], 1)
    rest = desk.run(Pack(warehouse="main", lines=(some(18, inside="TOTE-1"),), po="SO-1"), KEEPER).value["container"]
    assert ready(order) == ([], 2)
    both = (Line(container=box), Line(container=rest))
    pallet = desk.run(Pack(warehouse="main", lines=both, po="SO-1"), KEEPER).value["container"]
    assert [one.uri for one in staged("main", order).boxes] == [pallet]
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),), po="SO-1"), KEEPER)
    assert ready(order) == ([], 0)
