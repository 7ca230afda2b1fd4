"""What an item's tracking asks for is asked at every door."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from suyuan.gs1.identifiers import serial_uri
from suyuan.operations.commands import (
    Count,
    Destroy,
    Line,
    Move,
    Output,
    Pack,
    Pick,
    Produce,
    PutAway,
    ReceiptLine,
    Receive,
    Ship,
    Transfer,
)
from tests.operations.dairy import CUP, KEEPER, MAKER, QUALITY, YOGHURT, Desk, refusal

DOORS: dict[str, Callable[[Line], object]] = {
    "receive": lambda line: Receive(warehouse="main", supplier="FARM", lines=(told(line, ReceiptLine),)),
    "produce": lambda line: Produce(
        warehouse="main", inputs=(line,), outputs=(Output(item="WHEY", lot="W1", quantity=1),)
    ),
    "put away": lambda line: PutAway(warehouse="main", lines=(line,), to="A-01"),
    "move": lambda line: Move(warehouse="main", lines=(line,), to="A-01"),
    "pack": lambda line: Pack(warehouse="main", container="", lines=(line,)),
    "pick": lambda line: Pick(warehouse="main", lines=(line,)),
    "ship": lambda line: Ship(warehouse="main", customer="SHOP", lines=(line,)),
    "transfer": lambda line: Transfer(warehouse="main", to="cold", lines=(line,)),
    "count": lambda line: Count(warehouse="main", lines=(line,)),
    "destroy": lambda line: Destroy(warehouse="main", lines=(line,), reason="broken"),
}
WRONG = {
    "a lot where there are none": (Line(item="FOIL", lot="L1", quantity=1, place="A-01"), "operations.lot_not_tracked"),
    "serials where there are none": (
        Line(item="YOG", lot="L1", serials=("1",), place="A-01"),
        "operations.serial_not_tracked",
    ),
    "no serials": (Line(item="PUMP", quantity=1, place="A-01"), "operations.serials_missing"),
    "a serial of a pack without any": (
        Line(uri=serial_uri(YOGHURT, "1"), place="A-01"),
        "operations.serial_not_tracked",
    ),
}


def told(line: Line, kind: type[ReceiptLine]) -> ReceiptLine:
    return kind(**{field.name: getattr(line, field.name) for field in fields(Line)})


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("door", DOORS)
def test_the_wrong_data_stay_outside(desk: Desk, door: str, wrong: str) -> None:
    line, code = WRONG[wrong]
    assert code in {
        found for _, found in refusal(desk, DOORS[door](line), KEEPER if door != "produce" else MAKER, QUALITY)
    }


@pytest.mark.parametrize("door", sorted(DOORS.keys() - {"receive"}))
def test_a_lot_is_asked_for(desk: Desk, door: str) -> None:
    line = Line(item="YOG", quantity=1, place="A-01")
    assert "operations.lot_missing" in {
        found for _, found in refusal(desk, DOORS[door](line), KEEPER if door != "produce" else MAKER, QUALITY)
    }


def test_serials_come_in_with_their_lot(desk: Desk) -> None:
    line = ReceiptLine(uri=serial_uri(CUP, "7"))
    assert refusal(desk, Receive(warehouse="main", supplier="FARM", lines=(line,))) == {
        ("lines[0].lot", "operations.lot_missing")
    }
    with_lot = ReceiptLine(uri=f"https://id.gs1.org/01/{CUP}/10/V1/21/7")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(with_lot,)))
