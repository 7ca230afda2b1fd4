"""A pallet that the supplier packed and told us of: its content comes in once, as he said or as it was counted."""

from decimal import Decimal

from suyuan.capture.door import capture
from suyuan.epcis.document import event_of
from suyuan.epcis.events import JsonObject
from suyuan.operations.commands import ReceiptLine, Receive
from tests.operations.dairy import LAST, Desk, yoghurt

NUMBER = "069012340000000016"
PALLET = f"https://id.gs1.org/00/{NUMBER}"


def told(desk: Desk) -> None:
    """The supplier packed 24 of L1 and 12 of L2 and sent them."""
    lots = [{"epcClass": yoghurt("L1"), "quantity": 24}, {"epcClass": yoghurt("L2"), "quantity": 12}]
    there = {"eventTimeZoneOffset": "+08:00", "readPoint": {"id": "https://id.gs1.org/414/6909876543212"}}
    steps: tuple[JsonObject, ...] = (
        {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "quantityList": lots},
        {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": PALLET,
         "childQuantityList": lots},
        {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "epcList": [PALLET]},
    )  # fmt: skip
    numbered: list[JsonObject] = [
        {**step, **there, "eventID": f"urn:uuid:00000000-0000-4000-8000-00000000000{n}",
         "eventTime": f"2026-11-19T0{n}:00:00Z"}
        for n, step in enumerate(steps)
    ]  # fmt: skip
    capture([event_of(step) for step in numbered], now=desk.now)


def received(desk: Desk, *lines: ReceiptLine) -> None:
    desk.run(Receive(warehouse="main", supplier="FARM", lines=lines))


def cups(lot: str, quantity: int) -> ReceiptLine:
    return ReceiptLine(item="YOG", lot=lot, quantity=quantity, expiry=LAST, inside=NUMBER)


def test_it_works(desk: Desk) -> None:
    told(desk)
    received(desk, ReceiptLine(container=NUMBER))
    assert desk.stock(yoghurt("L1")) == {(f"IN/{NUMBER}", "pending"): Decimal(24)}
    assert desk.stock(yoghurt("L2")) == {(f"IN/{NUMBER}", "pending"): Decimal(12)}


def test_what_was_counted_is_what_came(desk: Desk) -> None:
    told(desk)
    received(desk, cups("L1", 20), cups("L2", 12))
    assert desk.stock(yoghurt("L1")) == {(f"IN/{NUMBER}", "pending"): Decimal(20)}
    assert desk.stock(yoghurt("L2")) == {(f"IN/{NUMBER}", "pending"): Decimal(12)}


def test_what_nobody_counted_came_as_it_was_told(desk: Desk) -> None:
    told(desk)
    received(desk, cups("L1", 20))
    assert desk.stock(yoghurt("L1")) == {(f"IN/{NUMBER}", "pending"): Decimal(20)}
    assert desk.stock(yoghurt("L2")) == {(f"IN/{NUMBER}", "pending"): Decimal(12)}
