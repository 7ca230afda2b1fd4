"""Loading: what stands ready for an order, each scanned once, the wrong one refused; and it leaves as it was loaded."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from suyuan.delivery.loads import load_of, rows_of
from suyuan.governance.params import Personal
from suyuan.ledger.models import Body, Record
from suyuan.operations.commands import (
    BeginLoad,
    CancelLoad,
    CloseLoad,
    Hold,
    Line,
    Pack,
    Pick,
    ScanLoad,
    Ship,
    TakeOffLoad,
)
from suyuan.operations.outbound.load import lines_of
from tests.operations.dairy import KEEPER, Desk, person, refusal, stocked, yoghurt
from tests.orders import ordering

OTHER = person("keeper", "Liu")


class Dock:
    """Order SO-1 of 48 cups: a pallet with a carton, and ten loose; and its load."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        stocked(desk)
        ordering.sale(desk, "SO-1")
        ordering.sold(desk, 1, "YOG", 48, "SO-1")
        desk.run(Pick(warehouse="main", lines=(self.some(48, place="A-01"),), po="SO-1"), KEEPER)
        self.carton = str(self.pack(self.some(38, place="OUT")))
        self.pallet = str(self.pack(Line(container=self.carton)))
        begun = desk.run(BeginLoad(warehouse="main", number="so-1", vehicle="蒙A·12345"), KEEPER)
        self.load = UUID(begun.value["load"])

    def some(self, quantity: int, **where: str) -> Line:
        return Line(item="YOG", lot="L1", quantity=quantity, **where)  # type: ignore[arg-type]  # texts alone

    def pack(self, line: Line) -> Any:  # Any: of the command's answer
        return self.desk.run(Pack(warehouse="main", lines=(line,), po="SO-1"), KEEPER).value["container"]

    def scan(self, uri: str, quantity: str = "") -> ScanLoad:
        return ScanLoad(warehouse="main", load=self.load, uri=uri, quantity=quantity)

    def close(self, **more: Any) -> CloseLoad:  # Any: fields of the command
        return CloseLoad(warehouse="main", load=self.load, **more)

    def ship(self, **more: Any) -> Ship:  # Any: likewise
        load = load_of("main", self.load)
        assert load is not None
        return Ship(warehouse="main", customer="SHOP", lines=lines_of(rows_of(load)), po="SO-1", load=self.load, **more)

    @property
    def state(self) -> str:
        found = load_of("main", self.load)
        assert found is not None
        return found.state


@pytest.fixture
def dock(desk: Desk) -> Dock:
    return Dock(desk)


def test_it_works(dock: Dock) -> None:
    desk, lot = dock.desk, yoghurt("L1")
    assert desk.run(dock.scan(dock.pallet), KEEPER).value["done"] == 1
    assert desk.run(dock.scan(lot, "4"), OTHER).value["done"] == 1
    assert desk.run(dock.scan(lot), OTHER).value["done"] == 2
    before = desk.stock(lot)
    desk.run(dock.close(seal="S-77", driver=Personal("Wang Wu"), logger="TL-0042"), KEEPER)
    assert desk.stock(lot) == before  # nothing moves before it is dispatched
    (loaded,) = Record.objects.filter(biz_step="loading")
    body = bytes(Body.objects.get(id=loaded.id).body)
    for text in (b"S-77", b"TL-0042", dock.pallet.encode()):
        assert text in body
    assert b"Wang Wu" not in body
    desk.run(dock.ship(seal="S-77", logger="TL-0042"), KEEPER)
    assert dock.state == "shipped"
    away = {place: amount for (place, _), amount in desk.stock(lot).items() if place != "A-01"}
    assert sum(away.values()) == Decimal(48)
    assert all(place.startswith("transit") for place in away)


def test_the_wrong_one_is_refused(dock: Dock) -> None:
    desk = dock.desk
    desk.run(Pick(warehouse="main", lines=(dock.some(5, place="A-01"),), po="SO-OTHER"), KEEPER)
    stray = desk.run(Pack(warehouse="main", lines=(dock.some(5, place="OUT"),), po="SO-OTHER"), KEEPER).value[
        "container"
    ]
    assert refusal(desk, dock.scan(stray), KEEPER) == {("scan", "operations.load_other")}
    assert refusal(desk, dock.scan(dock.carton), KEEPER) == {("scan", "operations.load_inside")}
    desk.run(dock.scan(dock.pallet), KEEPER)
    assert refusal(desk, dock.scan(dock.pallet), OTHER) == {("scan", "operations.load_twice")}
    assert refusal(desk, dock.scan(yoghurt("L1"), "11"), KEEPER) == {("scan", "operations.load_much")}
    unknown = ScanLoad(warehouse="main", load=uuid4(), uri=dock.pallet)
    assert refusal(desk, unknown, KEEPER) == {("load", "operations.load_unknown")}


def test_what_is_missing_stays_only_with_a_reason(dock: Dock) -> None:
    desk = dock.desk
    assert ("load", "operations.load_empty") in refusal(desk, dock.close(), KEEPER)
    desk.run(dock.scan(dock.pallet), KEEPER)
    assert refusal(desk, dock.close(), KEEPER) == {("load", "operations.load_missing")}
    accept = frozenset({"operations.load_missing"})
    assert refusal(desk, dock.close(accept=accept), KEEPER) == {("reason", "operations.reason_missing")}
    desk.run(dock.close(accept=accept, reason="truck is full"), KEEPER)
    desk.run(dock.ship(), KEEPER)
    assert desk.stock(yoghurt("L1"))["OUT", "released"] == 10


def test_what_is_held_between_loading_and_dispatch_does_not_leave(dock: Dock) -> None:
    desk = dock.desk
    desk.run(dock.scan(dock.pallet), KEEPER)
    desk.run(dock.scan(yoghurt("L1")), KEEPER)
    desk.run(dock.close(), KEEPER)
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    assert {code for _, code in refusal(desk, dock.ship(), KEEPER)} == {"stock.held"}
    assert dock.state == "closed"
    assert refusal(desk, dock.scan(yoghurt("L1")), KEEPER)
    desk.run(TakeOffLoad(warehouse="main", load=dock.load, uri=dock.pallet), KEEPER)
    assert dock.state == "open"
    assert {code for _, code in refusal(desk, dock.scan(dock.pallet), KEEPER)} == {"stock.held"}


def test_it_leaves_as_it_was_loaded(dock: Dock) -> None:
    desk = dock.desk
    desk.run(dock.scan(dock.pallet), KEEPER)
    assert refusal(desk, dock.ship(), KEEPER) == {("load", "operations.load_open")}
    desk.run(dock.scan(yoghurt("L1")), KEEPER)
    desk.run(dock.close(), KEEPER)
    only = (Line(container=dock.pallet),)
    other = Ship(warehouse="main", customer="SHOP", lines=only, po="SO-1", load=dock.load)
    assert refusal(desk, other, KEEPER) == {("load", "operations.load_differs")}
    desk.run(dock.ship(), KEEPER)
    assert refusal(desk, dock.close(), KEEPER) == {("load", "operations.load_shipped")}


def test_an_order_is_loaded_once_at_a_time(dock: Dock) -> None:
    desk = dock.desk
    again = BeginLoad(warehouse="main", number="SO-1")
    assert refusal(desk, again, OTHER) == {("number", "operations.load_known")}
    assert refusal(desk, CancelLoad(warehouse="main", load=dock.load, reason=" ")) == {
        ("reason", "operations.reason_missing")
    }
    desk.run(CancelLoad(warehouse="main", load=dock.load, reason="no truck"), KEEPER)
    desk.run(again, OTHER)
    ordering.sale(desk, "SO-2")
    ordering.sold(desk, 1, "YOG", 5, "SO-2")
    nothing = BeginLoad(warehouse="main", number="SO-2")
    assert refusal(desk, nothing, KEEPER) == {("number", "operations.load_nothing")}
