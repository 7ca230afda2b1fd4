"""Closed items, places and partners: nothing new begins with them, and what is there can still go."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from suyuan.catalog.register import Row
from suyuan.governance.master import PutItems, PutPartners, PutPlaces
from suyuan.operations.commands import (
    Count,
    Destroy,
    Line,
    Move,
    OpeningLine,
    OpeningStock,
    Output,
    Produce,
    PutAway,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    Relabel,
    Ship,
)
from tests.operations.dairy import ADMIN, BOTH, BUYER, KEEPER, LAST, MAKER, Desk, refusal, stocked, yoghurt

LINE = Line(item="YOG", lot="L1", quantity=10)


def delivery(**more: Any) -> Receive:  # Any: fields of the command by name
    line = ReceiptLine(item="YOG", lot="L2", quantity=1, expiry=LAST)
    return Receive(warehouse="main", lines=(line,), **{"supplier": "FARM", **more})


def close(desk: Desk, what: str, code: str, on: bool = False) -> None:
    if what == "item":
        desk.run(PutItems(rows=(Row({"code": code, "is_active": on}),)), BUYER)
    elif what == "partner":
        desk.run(PutPartners(rows=(Row({"code": code, "is_active": on}),)), BUYER)
    else:
        desk.run(PutPlaces(rows=(Row({"warehouse": "main", "code": code, "is_active": on}),)), ADMIN)


def test_a_closed_item_comes_in_no_more_but_leaves(desk: Desk) -> None:
    stocked(desk, quantity=100)
    close(desk, "item", "YOG")
    assert refusal(desk, delivery()) == {("lines[0].item", "operations.item_closed")}
    found_first = OpeningLine(item="YOG", lot="L3", quantity=1, place="A-02", expiry=LAST)
    opening = OpeningStock(warehouse="main", lines=(found_first,))
    assert refusal(desk, opening) == {("lines[0].item", "operations.item_closed")}
    making = Produce(
        warehouse="main",
        inputs=(Line(item="YOG", lot="L1", quantity=1, place="A-01"),),
        outputs=(Output(item="YOG", lot="L9", quantity=1),),
    )
    assert refusal(desk, making) == {("outputs[0].item", "operations.item_closed")}
    desk.run(Move(warehouse="main", lines=(LINE,), to="A-02"))
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=5, place="A-02"),)))
    found = Line(item="YOG", lot="L1", quantity=4, place="A-02")
    desk.run(Count(warehouse="main", lines=(found,), reason="broken"), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1"))["A-02", "released"] == Decimal(4)
    close(desk, "item", "YOG", on=True)
    desk.run(delivery())


def test_goods_are_not_relabelled_to_a_closed_item(desk: Desk) -> None:
    stocked(desk)
    close(desk, "item", "FRESH")
    change = Relabel(
        warehouse="main",
        line=replace(LINE, place="A-01"),
        item="FRESH",
        lot="F1",
        quantity=10,
        unit="EA",
        reason="torn",
    )
    assert refusal(desk, change, MAKER) == {("labels[0].item", "operations.item_closed")}


def test_a_closed_place_takes_nothing_in_but_lets_go(desk: Desk) -> None:
    stocked(desk)
    close(desk, "place", "A-01")
    there = PutAway(warehouse="main", lines=(LINE,), to="A-01")
    assert ("to", "operations.place_closed") in refusal(desk, there)
    assert refusal(desk, delivery(place="A-01")) == {("place", "operations.place_closed")}
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=10, place="A-01"),), to="A-02"))
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=5, place="A-01"),)))
    assert desk.stock(yoghurt("L1"))["A-01", "released"] == Decimal(85)


def test_what_lies_in_a_closed_place_is_closed(desk: Desk) -> None:
    place = {"warehouse": "main", "code": "ROW", "kind": "rack"}
    desk.run(PutPlaces(rows=(Row(place), Row({**place, "code": "R-1", "kind": "bin", "parent": "ROW"}))), ADMIN)
    stocked(desk)
    desk.run(Move(warehouse="main", lines=(LINE,), to="R-1"))
    close(desk, "place", "ROW")
    assert refusal(desk, Move(warehouse="main", lines=(LINE,), to="R-1")) >= {("to", "operations.place_closed")}


def test_a_closed_dock_is_not_where_goods_stand_by_default(desk: Desk) -> None:
    close(desk, "place", "IN")
    desk.run(PutPlaces(rows=(Row({"warehouse": "main", "code": "IN-2", "purpose": "receiving"}),)), ADMIN)
    desk.run(delivery())
    assert desk.stock(yoghurt("L2")) == {("IN-2", "pending"): Decimal(1)}


@pytest.mark.parametrize(("field", "code"), [("supplier", "FARM"), ("owner", "CAFE")])
def test_nothing_comes_from_a_closed_partner(desk: Desk, field: str, code: str) -> None:
    close(desk, "partner", code)
    assert (field, "operations.partner_closed") in refusal(desk, delivery(**{field: code}))


def test_nothing_goes_to_a_closed_customer_but_what_he_has_comes_back(desk: Desk) -> None:
    stocked(desk)
    sale = Ship(warehouse="main", customer="SHOP", lines=(LINE,), delivery_date=date(2026, 11, 22))
    desk.run(sale)
    close(desk, "partner", "SHOP")
    assert refusal(desk, sale) == {("customer", "operations.partner_closed")}
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=(LINE,), reason="refused"))
    assert desk.stock(yoghurt("L1"))["BACK", "pending"] == Decimal(10)


def test_closed_goods_can_be_destroyed(desk: Desk) -> None:
    stocked(desk, quantity=20)
    close(desk, "item", "YOG")
    close(desk, "place", "A-01")
    bad = Destroy(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=20, place="A-01"),), reason="expired")
    desk.run(bad, KEEPER, BOTH)
    assert sum(desk.stock(yoghurt("L1")).values()) == 0
