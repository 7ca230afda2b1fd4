"""What stands on a pallet that has left is no longer here: in whatever box, whoever has it, then and now."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from suyuan.capture.past import as_known
from suyuan.desk.floor import spots_of
from suyuan.insight.finders.expiry import expired
from suyuan.insight.finders.levels import stocked as held
from suyuan.insight.world import World
from suyuan.ledger.keys import key16, micros
from suyuan.operations.commands import (
    ConfirmReturn,
    Deliver,
    Line,
    Move,
    Pack,
    PutAway,
    ReceiveReturn,
    Reserve,
    ReturnToSupplier,
    Ship,
    Transfer,
    VoidShipment,
)
from suyuan.stock.cells import By, Wanted, cells, cells_of, turns
from suyuan.stock.past import stock_in_then, stock_of_then
from suyuan.stock.queries import near_expiry, of_status, stock_of
from tests.operations.dairy import KEEPER, QUALITY, Desk, build_dairy, refusal, stocked, yoghurt
from tests.orders import ordering

LOTS = ("L1", "L2", "L3")
GOODS = [key16(yoghurt(lot)) for lot in LOTS]
ITEM = key16(yoghurt("L1").partition("/10/")[0])
WHOLE = (Line(container="PALLET"),)
LAST = date(2026, 12, 15)


def pallet(desk: Desk, depth: int = 1) -> None:
    """Ten of each of three lots on a pallet; with a depth of 3 in bags, these in boxes, these on the pallet."""
    for lot in LOTS:
        stocked(desk, lot, 10, expiry=LAST)
    for level in range(1, depth + 1):
        name = "PALLET" if level == depth else f"BOX-{level}"
        inside = (
            tuple(Line(item="YOG", lot=lot, quantity=10, place="A-01") for lot in LOTS)
            if level == 1
            else (Line(container=f"BOX-{level - 1}"),)
        )
        desk.run(Pack(warehouse="main", lines=inside, container=name, place="OUT"))


def sent(desk: Desk) -> str:
    return str(desk.run(Ship(warehouse="main", customer="SHOP", lines=WHOLE), KEEPER).value["desadv"])


def signed(desk: Desk) -> str:
    number = sent(desk)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number))
    return number


def returned(desk: Desk) -> str:
    back = ReturnToSupplier(warehouse="main", supplier="FARM", lines=WHOLE, reason="swollen lids")
    return str(desk.run(back, KEEPER, QUALITY).value["desadv"])


def taken_back(desk: Desk) -> str:
    number = returned(desk)
    desk.run(ConfirmReturn(warehouse="main", desadv=number), KEEPER)
    return number


def moved_on(desk: Desk) -> str:
    return str(desk.run(Transfer(warehouse="main", to="cold", lines=WHOLE), KEEPER).value["desadv"])


WAYS = [sent, signed, returned, taken_back, moved_on]


def added_up(desk: Desk, **narrow: object) -> Decimal:
    wanted = Wanted(logs=["main", "cold"], **narrow)  # type: ignore[arg-type]  # by name
    return sum((Decimal(one.quantity) for one in cells(wanted, [By.LOT], desk.today, micros(desk.now))), Decimal(0))


def ours_then(at: int) -> set[bytes]:
    return {row.subject for row in stock_of_then(GOODS, at) if row.ours}


def ours_known(desk: Desk, at: int) -> set[bytes]:
    return {row.subject for row in as_known(GOODS, known=micros(desk.now), at=at) if row.ours}


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_works(desk: Desk, way: Callable[[Desk], str], depth: int) -> None:
    pallet(desk, depth)
    before = micros(desk.now)
    assert {row.subject for row in stock_of(GOODS) if row.ours} == set(GOODS)
    way(desk)
    after = micros(desk.now)
    assert [row for row in stock_of(GOODS) if row.ours] == []
    assert cells_of(stock_of(GOODS), [By.LOT], desk.today, after) == []
    for then in (None, after):
        assert added_up(desk, lots=GOODS, then=then) == 0
        assert added_up(desk, items=[ITEM], then=then) == 0
        assert added_up(desk, then=then) == 0
    assert added_up(desk, lots=GOODS, then=before) == added_up(desk, then=before) == 30 * 10**6
    assert ours_then(before) == ours_known(desk, before) == set(GOODS)
    assert ours_then(after) == ours_known(desk, after) == set()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nobody_is_offered_it(desk: Desk, way: Callable[[Desk], str]) -> None:
    pallet(desk, 3)
    way(desk)
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 5, "SO-1")
    assert refusal(desk, Reserve(warehouse="main", number="SO-1"), KEEPER) == {("number", "operations.nothing_free")}
    assert turns(["main"], [ITEM], desk.today) == {}
    assert near_expiry("main", LAST.toordinal(), desk.today) == []
    assert of_status("main", "released", desk.today) == []
    assert [one.code for one in spots_of("main", desk.now, "en") if one.rows] == []
    assert held(World(desk.now)) == {}
    desk.later(days=60)
    assert expired(World(desk.now)) == []


def test_what_is_kept_does_not_count_on_what_has_left(desk: Desk) -> None:
    """Ten are kept for an order, ten stand here and ten went away on a pallet: those here go to nobody else."""
    stocked(desk, "L1", 20)
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 10, "SO-1")
    goods = (Line(item="YOG", lot="L1", quantity=10, place="A-01"),)
    desk.run(Pack(warehouse="main", lines=goods, container="BOX-1", place="OUT"))
    desk.run(Pack(warehouse="main", lines=(Line(container="BOX-1"),), container="PALLET", place="OUT"))
    sent(desk)
    desk.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    other = Ship(warehouse="main", customer="CAFE", lines=(Line(item="YOG", lot="L1", quantity=1),))
    assert refusal(desk, other, KEEPER) == {("lines[0]", "operations.kept_for_others")}


def test_nothing_is_done_with_it(desk: Desk) -> None:
    pallet(desk)
    sent(desk)
    line = Line(item="YOG", lot="L1", quantity=1)
    assert refusal(desk, Move(warehouse="main", lines=(line,), to="A-02"), KEEPER) == {("lines[0]", "stock.short")}
    assert refusal(desk, PutAway(warehouse="main", lines=WHOLE, to="A-02"), KEEPER) == {("lines[0]", "stock.not_here")}


def test_what_comes_back_is_here_again(desk: Desk) -> None:
    pallet(desk, 2)
    number = sent(desk)
    away = micros(desk.now)
    desk.run(VoidShipment(warehouse="main", desadv=number, reason="lorry full"), KEEPER)
    assert {row.subject for row in stock_of(GOODS) if row.ours} == set(GOODS)
    assert added_up(desk, lots=GOODS) == added_up(desk, lots=GOODS, then=micros(desk.now)) == 30 * 10**6
    assert added_up(desk, lots=GOODS, then=away) == 0
    signed(desk)
    back = tuple(Line(item="YOG", lot=lot, quantity=4) for lot in LOTS)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=back, reason="too many"), KEEPER)
    assert added_up(desk, lots=GOODS) == added_up(desk, lots=GOODS, then=micros(desk.now)) == 12 * 10**6


def test_what_stood_in_it_is_told_by_where_it_stood(desk: Desk) -> None:
    pallet(desk)
    before = micros(desk.now)
    sent(desk)
    box = [row.holder for row in stock_of(GOODS) if row.kind == "container"][:1]
    assert [row.ours for row in stock_in_then(box, before)] == [True] * 3
    assert [row.ours for row in stock_in_then(box, micros(desk.now))] == [False] * 3


@pytest.mark.engine
def test_on_both_engines(engine: str) -> None:
    build_dairy()
    desk = Desk()
    pallet(desk, 3)
    before = micros(desk.now)
    assert added_up(desk) == added_up(desk, then=before) == 30 * 10**6
    signed(desk)
    after = micros(desk.now)
    assert added_up(desk) == added_up(desk, then=after) == added_up(desk, lots=GOODS, then=after) == 0
    assert added_up(desk, then=before) == added_up(desk, lots=GOODS, then=before) == 30 * 10**6
    assert (ours_then(before), ours_then(after)) == (set(GOODS), set())
    assert [row for row in stock_of(GOODS) if row.ours] == []
    assert held(World(desk.now)) == {}
