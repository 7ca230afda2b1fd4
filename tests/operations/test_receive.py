"""Receiving purchases."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_items
from suyuan.governance.master import PutCategories, PutCertificates, PutPartners, PutUnits
from suyuan.gs1.identifiers import lot_of_item, serial_uri
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.stock.queries import about, on_hand
from tests.operations.dairy import BUYER, CASE, CUP, KEEPER, LAST, NOON, QUALITY, Desk, key, refusal, yoghurt

SSCC = "069012340000000016"


def delivery(*lines: ReceiptLine, **more: Any) -> Receive:  # Any: fields of the command by name
    return Receive(**{"warehouse": "main", "supplier": "FARM", **more}, lines=lines)


def line(**fields: Any) -> ReceiptLine:  # Any: fields of the line by name
    return ReceiptLine(**{"item": "YOG", "lot": "L1", "quantity": 24, "expiry": LAST, **fields})


def test_it_works(desk: Desk) -> None:
    result = desk.run(delivery(line(), po="4711"), KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(24)}
    assert result.value["lots"][0]["expiry"] == "2026-12-15"
    assert result.value["number"].startswith("RHZ2611201201-")
    assert len(result.events) == 1


def test_packs_come_in_as_pieces(desk: Desk) -> None:
    desk.run(delivery(line(item=CASE, quantity=2)))
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(24)}


def test_litres_come_in_as_kilograms(desk: Desk) -> None:
    result = desk.run(delivery(line(item="milk", quantity="100", unit="LTR", expiry=None)))
    assert desk.stock(result.value["lots"][0]["uri"]) == {("IN", "pending"): Decimal(103)}


def test_a_lot_without_number_gets_one(desk: Desk) -> None:
    result = desk.run(delivery(line(lot=""), line(lot="", quantity=1)))
    assert [lot["lot"] for lot in result.value["lots"]] == ["HZ261120A01", "HZ261120A02"]


def test_expiry_from_the_shelf_life(desk: Desk) -> None:
    desk.run(delivery(line(expiry=None, produced=date(2026, 11, 18))))
    assert about([key(yoghurt("L1"))])[key(yoghurt("L1"))].expiry == date(2026, 12, 16).toordinal()


def test_serials_with_their_lot(desk: Desk) -> None:
    desk.run(delivery(line(item="VIAL", lot="V1", serials=("1", "2"), quantity=None)))
    assert desk.stock(serial_uri(CUP, "1")) == {("IN", "pending"): Decimal(1)}
    assert refusal(desk, delivery(line(item="VIAL", lot="V1", serials=("2", "3"), quantity=None))) == {
        ("lines[0]", "operations.here_already")
    }


def test_goods_in_a_container(desk: Desk) -> None:
    desk.run(delivery(line(inside=SSCC), line(lot="L2", inside=SSCC), line(lot="L3")))
    assert desk.stock(yoghurt("L1")) == {(f"IN/{SSCC}", "pending"): Decimal(24)}
    assert desk.stock(yoghurt("L3")) == {("IN", "pending"): Decimal(24)}


def test_goods_of_somebody_else(desk: Desk) -> None:
    desk.run(delivery(line(), owner="CAFE"))
    (row,) = on_hand(desk.today, subjects=[yoghurt("L1")])
    assert row.owner.endswith("/party/CAFE")


def test_every_problem_at_once(desk: Desk) -> None:
    bad = delivery(
        line(item="YOGURT"),
        line(quantity=0),
        line(lot="", item="FOIL", quantity="-1"),
        line(item="FOIL", lot="X", expiry=None),
        line(item="PUMP", lot="", expiry=None),
        line(unit="KGM"),
        line(unit="QQQ"),
        line(lot="NÖ"),
        supplier="SHOP",
        place="NOWHERE",
    )
    assert refusal(desk, bad) == {
        ("supplier", "operations.not_supplier"),
        ("place", "operations.place_unknown"),
        ("lines[0].item", "operations.item_unknown"),
        ("lines[1].quantity", "operations.quantity_zero"),
        ("lines[2].quantity", "gs1.amount_negative"),
        ("lines[3].lot", "operations.lot_not_tracked"),
        ("lines[4].serials", "operations.serials_missing"),
        ("lines[5].unit", "catalog.no_conversion"),
        ("lines[6].unit", "gs1.unit_unknown"),
        ("lines[7].lot", "gs1.format"),
    }


def test_a_supplier_needs_approval_and_papers(desk: Desk) -> None:
    wanted = delivery(line(), supplier="LATE", override_supplier="The only one who has any")
    assert refusal(desk, wanted, KEEPER) == {("approver", "governance.approval_missing")}
    assert refusal(desk, wanted, KEEPER, BUYER) == {("approver", "governance.approval_not_allowed")}
    desk.run(wanted, KEEPER, QUALITY)
    desk.run(PutCategories(rows=(Row({"code": "dairy", "certificates": ("food-licence",)}),)), BUYER)
    assert refusal(desk, delivery(line(lot="L2"))) == {("supplier", "catalog.licence_missing")}
    paper: dict[str, Value] = {
        "partner": "FARM",
        "kind": "food-licence",
        "number": "F1",
        "valid_until": date(2026, 11, 19),
    }
    desk.run(PutCertificates(rows=(Row(paper),)), BUYER)
    assert refusal(desk, delivery(line(lot="L2"))) == {("supplier", "catalog.licence_expired")}
    desk.run(PutCertificates(rows=(Row({**paper, "valid_until": date(2026, 11, 20)}),)), BUYER)
    desk.run(delivery(line(lot="L2")))  # the last day counts
    desk.run(PutPartners(rows=(Row({"code": "FARM", "status": "pending"}),)), BUYER)
    assert refusal(desk, delivery(line(lot="L3"))) == {("supplier", "catalog.supplier_pending")}
    approval = PutPartners(rows=(Row({"code": "FARM", "status": "approved"}),))
    assert refusal(desk, approval, BUYER) == {("approver", "governance.approval_missing")}
    desk.run(approval, BUYER, QUALITY)


def test_a_conversion_holds_from_its_day(desk: Desk) -> None:
    row = Row({"item": "MILK", "unit": "LTR", "numerator": 2, "since": date(2026, 11, 21)})
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk("A"),)))
    desk.run(PutUnits(rows=(row,)), BUYER)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk("B"),)))
    desk.later(days=1)
    result = desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk("C"),)))
    late = desk.now - timedelta(days=1)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk("D"),), at=late))
    assert result.value["lots"][0]["quantity"] == "200"
    lots = [lot_of_item(result.value["lots"][0]["item"], lot) for lot in "ABCD"]
    assert [sum(desk.stock(lot).values()) for lot in lots] == [103, 103, 200, 103]


def milk(lot: str) -> ReceiptLine:
    return ReceiptLine(item="MILK", lot=lot, quantity=100, unit="LTR")


def test_a_number_that_was_typed_in_is_not_handed_out(desk: Desk) -> None:
    desk.run(
        Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="WHEY", lot="HZ261120A01", quantity=1),))
    )
    unnumbered = ReceiptLine(item="WHEY", quantity=1)
    result = desk.run(Receive(warehouse="main", supplier="FARM", lines=(unnumbered,)))
    assert result.value["lots"][0]["lot"] == "HZ261120A02"
    # Another template that would come to the same numbers.
    for template, lot in (("0{seq:02}", "HZ261120001"), ("{seq:03}", "HZ261120002")):
        row = Row({"code": "dairy", "lot_template": f"{{site}}{{date:%y%m%d}}{template}"})
        desk.run(PutCategories(rows=(row,)), BUYER)
        result = desk.run(Receive(warehouse="main", supplier="FARM", lines=(unnumbered,)))
        assert result.value["lots"][0]["lot"] == lot


def test_a_suspended_supplier(desk: Desk) -> None:
    assert refusal(desk, delivery(line(), supplier="LATE")) == {("supplier", "catalog.supplier_suspended")}


def test_two_labels_disagree(desk: Desk) -> None:
    desk.run(delivery(line()))
    other = line(expiry=LAST + timedelta(days=1))
    said = {("lines[0].expiry", "operations.expiry_conflict")}
    assert refusal(desk, delivery(other)) == said
    assert refusal(desk, delivery(other, accept=frozenset({"operations.expiry_conflict"}))) == said
    desk.run(delivery(replace(other, lot="L1B")))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"expiry": date(2026, 11, 19)}, "operations.expired_on_arrival"),
        ({"expiry": None}, "operations.expiry_missing"),
        ({"produced": date(2026, 11, 21), "expiry": LAST}, "operations.produced_later"),
    ],
)
def test_dates_that_give_to_think(desk: Desk, fields: dict[str, date], code: str) -> None:
    assert {found for _, found in refusal(desk, delivery(line(**fields)))} == {code}
    desk.run(delivery(line(**fields), accept=frozenset({code})))


def test_the_last_day_counts(desk: Desk) -> None:
    desk.run(delivery(line(expiry=date(2026, 11, 20))))


def test_not_in_the_future(desk: Desk) -> None:
    assert refusal(desk, delivery(line(), at=NOON + timedelta(days=1))) == {("at", "operations.in_the_future")}


def test_nothing_is_no_delivery(desk: Desk) -> None:
    assert refusal(desk, delivery(), SYSTEM) == {("lines", "operations.lines_missing")}


def test_what_is_weighed_each_time_comes_with_its_weight(desk: Desk) -> None:
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Wheel", base_unit="EA", catch_weight=True)])
    wheels = ReceiptLine(item="CHEESE", lot="C1", quantity=12)
    assert refusal(desk, delivery(wheels)) == {("lines[0].weight", "operations.weight_missing")}
    result = desk.run(
        delivery(replace(wheels, weight="61.4"), replace(wheels, quantity=1, weight=5000, weight_unit="GRM"))
    )
    (row,) = on_hand(desk.today, subjects=[result.value["lots"][0]["uri"]])
    assert (row.quantity, row.unit, row.second, row.second_unit) == (Decimal(13), "EA", Decimal("66.4"), "KGM")
    assert refusal(desk, delivery(line(weight=3))) == {("lines[0].weight", "operations.weight_not_kept")}
    assert refusal(desk, delivery(replace(wheels, weight=3, weight_unit="LTR"))) == {
        ("lines[0].weight_unit", "operations.weight_unit")
    }
