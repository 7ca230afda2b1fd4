"""The despatch advice of a shipment as an EPCIS document: what is in it, and what takes back what was told before."""

import json
from typing import Any

import pytest

from suyuan.epcis.document import read_document
from suyuan.gs1.problems import Refused
from suyuan.insight.desadv import advice_of
from suyuan.operations.commands import Correct, CorrectShipment, Line, RightLine, Ship, VoidShipment
from suyuan.orders.edifact_desadv import Function
from tests.insight.advised import shipped, some
from tests.operations.dairy import BOTH, KEEPER, Desk, build_dairy, stocked, yoghurt


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()


def said(body: bytes) -> list[dict[str, Any]]:
    return list(json.loads(body)["epcisBody"]["eventList"])


def test_it_works(desk: Desk) -> None:
    stocked(desk)
    document, carton, pallet = shipped(desk)
    written = advice_of("main", document, desk.now)
    events = read_document(written.body).events
    assert written.function is Function.ORIGINAL
    assert [event.biz_step for event in events] == ["packing", "packing", "shipping"]
    assert [event.body.get("parentID") for event in events[:2]] == [carton, pallet]
    last = said(written.body)[-1]
    assert last["epcList"] == [pallet]
    assert last["suyuan:lots"] == [{"id": yoghurt("L1"), "expiry": "2026-12-15"}]
    assert last["suyuan:logger"] == "TL-9"
    assert b"suyuan:by" not in written.body
    assert b"suyuan:request" not in written.body
    with pytest.raises(Refused):
        advice_of("main", f"{document}x", desk.now)


def test_what_was_declared_wrong_is_not_told(desk: Desk) -> None:
    stocked(desk)
    value = desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(30),)), KEEPER).value
    document = str(value["document"])
    (event,) = read_document(advice_of("main", document, desk.now).body).events
    wrong = Correct(
        warehouse="main", event=str(event.event_id), error="incorrect_data", reason="miscounted", lines=(some(29),)
    )
    desk.run(wrong, KEEPER, BOTH)
    (event,) = read_document(advice_of("main", document, desk.now).body).events
    assert [int(item.quantity or 0) for item in event.items] == [29]


def test_whoever_knows_it_otherwise_gets_what_takes_it_back(desk: Desk) -> None:
    """The declaration repeats the id of the event that he has, and names the one that stands instead."""
    stocked(desk)
    document, _carton, pallet = shipped(desk)
    (first,) = (one for one in said(advice_of("main", document, desk.now).body) if one["bizStep"] == "shipping")
    right = RightLine(uri=yoghurt("L1"), quantity=2)
    command = CorrectShipment(
        warehouse="main", desadv=document, error="incorrect_data", reason="miscounted", lines=(right,)
    )  # fmt: skip
    desk.run(command, KEEPER, BOTH)
    written = advice_of("main", document, desk.now, told=True)
    assert written.function is Function.REPLACEMENT
    wrong, instead = sorted(
        (one for one in said(written.body) if one["bizStep"] == "shipping"),
        key=lambda one: "errorDeclaration" not in one,
    )
    assert wrong["eventID"] == first["eventID"]
    assert wrong["errorDeclaration"]["correctiveEventIDs"] == [instead["eventID"]]
    assert instead["epcList"] == [pallet]
    assert [one["quantity"] for one in instead["quantityList"]] == [2]
    assert instead["suyuan:lots"] == first["suyuan:lots"]
    assert [event.biz_step for event in read_document(written.body).events].count("packing") == 2


def test_what_was_voided_is_cancelled(desk: Desk) -> None:
    stocked(desk)
    document, _carton, pallet = shipped(desk)
    desk.run(VoidShipment(warehouse="main", desadv=document, reason="lorry broke down"), KEEPER)
    written = advice_of("main", document, desk.now)
    assert written.function is Function.CANCELLATION
    void = said(written.body)[-1]
    assert (void["bizStep"], void["epcList"]) == ("void_shipping", [pallet])
    assert "suyuan:reason" not in void


def test_the_same_event_reads_alike_in_each_document(desk: Desk) -> None:
    """Whoever captures both does not find one id with two bodies."""
    stocked(desk)
    stocked(desk, "L2")
    lines = (Line(item="YOG", lot="L1", quantity=3, place="A-01"), Line(item="YOG", lot="L2", quantity=4, place="A-01"))
    document = str(desk.run(Ship(warehouse="main", customer="SHOP", lines=lines), KEEPER).value["document"])
    before = said(advice_of("main", document, desk.now).body)
    assert before == said(advice_of("main", document, desk.now, told=True).body)
