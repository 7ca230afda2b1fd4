"""Putting away, moving, packing, cleaning."""

from decimal import Decimal
from typing import Any

from suyuan.operations.commands import (
    Clean,
    Line,
    Move,
    Pack,
    Pick,
    PutAway,
    ReceiptLine,
    Receive,
    Retire,
    Sample,
    Transfer,
    Unpack,
)
from tests.operations.dairy import KEEPER, LAST, MAKER, Desk, refusal, stocked, yoghurt


def some(quantity: int, **where: Any) -> Line:
    return Line(item="YOG", lot="L1", quantity=quantity, **where)


def test_put_away(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(PutAway(warehouse="main", lines=(some(6),), to="A-01"), KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(4), ("A-01", "pending"): Decimal(6)}
    assert refusal(desk, PutAway(warehouse="main", lines=(some(6),), to="A-02")) == {("lines[0]", "stock.short")}


def test_move(desk: Desk) -> None:
    lot = stocked(desk)
    desk.run(Move(warehouse="main", lines=(some(30, place="A-01"),), to="a-02"), KEEPER)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(70), ("A-02", "released"): Decimal(30)}
    assert refusal(desk, Move(warehouse="main", lines=(some(31, place="A-02"),), to="A-01")) == {
        ("lines[0]", "stock.short")
    }
    assert refusal(desk, Move(warehouse="main", lines=(some(1, place="A-02"),), to="A-02")) >= {
        ("lines[0]", "operations.moved_nowhere")
    }
    assert refusal(desk, Move(warehouse="main", lines=(some(1),), to="")) == {("to", "operations.place_unknown")}


def test_pack_and_unpack(desk: Desk) -> None:
    lot = stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(48, place="A-01"),)), KEEPER).value["container"]
    assert sscc.startswith("https://id.gs1.org/00/069012340")
    inside = sscc.rsplit("/", 1)[1]
    assert desk.stock(lot) == {("A-01", "released"): Decimal(52), (f"OUT/{inside}", "released"): Decimal(48)}
    desk.run(Move(warehouse="main", lines=(Line(container=inside),), to="A-02"), KEEPER)
    assert desk.stock(lot)[f"A-02/{inside}", "released"] == 48
    assert refusal(desk, Unpack(warehouse="main", container=inside, lines=(some(49),))) == {
        ("lines[0]", "operations.not_inside")
    }
    desk.run(Unpack(warehouse="main", container=inside, lines=(some(8),)), KEEPER)
    assert desk.stock(lot)[f"A-02/{inside}", "released"] == 40
    desk.run(Unpack(warehouse="main", container=inside), KEEPER)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(52), ("A-02", "released"): Decimal(48)}
    assert refusal(desk, Unpack(warehouse="main", container=inside)) == {("container", "operations.container_empty")}


def test_an_empty_container_is_retired(desk: Desk) -> None:
    stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(1),))).value["container"]
    assert refusal(desk, Retire(warehouse="main", containers=(sscc,))) == {
        ("containers[0]", "operations.container_full")
    }
    desk.run(Unpack(warehouse="main", container=sscc))
    desk.run(Retire(warehouse="main", containers=(sscc,)), KEEPER)
    assert desk.stock(sscc) == {}
    assert refusal(desk, Retire(warehouse="main", containers=(sscc,))) == {("containers[0]", "stock.not_here")}


def test_nothing_is_packed_into_itself(desk: Desk) -> None:
    stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(1),))).value["container"]
    assert refusal(desk, Pack(warehouse="main", container=sscc, lines=(Line(container=sscc),))) >= {
        ("container", "operations.into_itself")
    }


def test_a_box_of_the_other_warehouse_is_not_filled_here(desk: Desk) -> None:
    stocked(desk)
    line = ReceiptLine(item="YOG", lot="L2", quantity=1, expiry=LAST, inside="BOX")
    desk.run(Receive(warehouse="cold", supplier="FARM", lines=(line,)))
    there = {("container", "operations.container_elsewhere")}
    assert refusal(desk, Pack(warehouse="main", container="BOX", lines=(some(1),))) == there
    assert refusal(desk, Pick(warehouse="main", into="BOX", lines=(some(1),))) == {
        ("into", "operations.container_elsewhere")
    }
    assert refusal(desk, Receive(warehouse="main", supplier="FARM", lines=(line,))) == {
        ("lines", "operations.container_elsewhere")
    }
    assert refusal(desk, Move(warehouse="main", lines=(Line(container="BOX"),), to="A-02")) == {
        ("lines[0]", "stock.not_here")
    }


def test_two_ssccs_are_two(desk: Desk) -> None:
    stocked(desk)
    first = desk.run(Pack(warehouse="main", lines=(some(1),))).value["container"]
    second = desk.run(Pack(warehouse="main", lines=(some(1),))).value["container"]
    assert first != second


def test_a_tank_is_cleaned_when_empty(desk: Desk) -> None:
    milk = ReceiptLine(item="MILK", lot="M1", quantity=500, inside="TANK-1")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk,)))
    assert refusal(desk, Clean(warehouse="main", tank="TANK-1"), MAKER) == {("tank", "operations.tank_not_empty")}
    out = Line(item="MILK", lot="M1", quantity=500, inside="TANK-1")
    desk.run(Move(warehouse="main", lines=(out,), to="LINE"))
    desk.run(Clean(warehouse="main", tank="TANK-1", testres="CIP-1"), MAKER)


def test_nothing_is_taken_out_of_a_container_that_has_left(desk: Desk) -> None:
    stocked(desk)
    desk.run(Pack(warehouse="main", lines=(some(8, place="A-01"),), container="BOX-1"))
    desk.run(Transfer(warehouse="main", to="cold", lines=(Line(container="BOX-1"),)))
    gone = Sample(warehouse="main", lines=(some(1, inside="BOX-1"),))
    assert refusal(desk, gone) == {("lines[0]", "stock.short")}
