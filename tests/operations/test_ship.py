"""Picking, shipping, signing off, voiding; transfers; returns."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from suyuan.governance.params import Personal
from suyuan.ledger.models import Body, PersonalValue
from suyuan.operations.commands import (
    Correct,
    Deliver,
    Hold,
    Inspect,
    Line,
    Pack,
    Pick,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReceiveTransfer,
    Ship,
    Transfer,
    Verdict,
    VoidShipment,
)
from tests.operations.dairy import BOTH, CARRIER, KEEPER, NOON, Desk, refusal, stocked

TODAY = NOON.date()


def some(quantity: int, lot: str = "L1", **where: Any) -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity, **where)


def ship(desk: Desk, quantity: int, customer: str = "SHOP", **more: Any) -> str:
    command = Ship(warehouse="main", customer=customer, lines=(some(quantity),), **more)
    return str(desk.run(command, KEEPER).value["desadv"])


def test_pick_and_ship(desk: Desk) -> None:
    lot = stocked(desk)
    desk.run(Pick(warehouse="main", lines=(some(40, place="A-01"),), po="SO-1"), KEEPER)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(60), ("OUT", "released"): Decimal(40)}
    ship(desk, 40, po="SO-1")
    assert desk.stock(lot) == {("A-01", "released"): Decimal(60), ("transit", "released"): Decimal(40)}


def test_pick_into_a_tote(desk: Desk) -> None:
    lot = stocked(desk)
    desk.run(Pick(warehouse="main", lines=(some(4, place="A-01"),), into="TOTE-7"), KEEPER)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(96), ("OUT/TOTE-7", "released"): Decimal(4)}


def test_a_pallet_takes_its_content_along(desk: Desk) -> None:
    lot = stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(48, place="A-01"),))).value["container"]
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=sscc),)), KEEPER)
    inside = sscc.rsplit("/", 1)[1]
    assert desk.stock(lot) == {("A-01", "released"): Decimal(52), (f"transit/{inside}", "released"): Decimal(48)}


def test_a_held_lot_in_a_pallet_stays(desk: Desk) -> None:
    stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(48, place="A-01"),))).value["container"]
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    command = Ship(warehouse="main", customer="SHOP", lines=(Line(container=sscc),))
    assert ("lines[0]", "stock.held") in refusal(desk, command, KEEPER)


def test_sign_off_with_a_partial_refusal(desk: Desk) -> None:
    lot = stocked(desk)
    number = ship(desk, 40)
    desk.run(
        Deliver(
            warehouse="main",
            customer="SHOP",
            desadv=number,
            refused=(some(5),),
            reason="crushed",
            signer=Personal("Wang Wu"),
        ),
        CARRIER,
    )
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(60),
        ("party", "released"): Decimal(35),
        ("transit", "released"): Decimal(5),
    }
    back = ReceiveReturn(warehouse="main", customer="SHOP", lines=(some(5),), rma="RMA-1", reason="dented")
    desk.run(back, KEEPER)
    assert desk.stock(lot)["BACK", "pending"] == 5
    assert ("transit", "released") not in desk.stock(lot)
    assert b"Wang Wu" not in b"".join(bytes(body) for body in Body.objects.values_list("body", flat=True))
    assert PersonalValue.objects.filter(value="Wang Wu", field="signer").count() == 1


def test_nobody_signs_for_another(desk: Desk) -> None:
    lot = stocked(desk)
    first, second = ship(desk, 10), ship(desk, 20, "CAFE")
    assert refusal(desk, Deliver(warehouse="main", customer="SHOP", desadv=second), CARRIER) == {
        ("customer", "operations.shipment_to_another")
    }
    desk.run(Deliver(warehouse="main", customer="CAFE", desadv=second), CARRIER)
    assert desk.stock(lot)["transit", "released"] == 10
    over = Deliver(warehouse="main", customer="SHOP", desadv=first, accepted=(some(11),))
    assert refusal(desk, over, CARRIER) == {("accepted[0]", "operations.more_than_under_way")}


def test_void(desk: Desk) -> None:
    lot = stocked(desk)
    ship(desk, 10)
    second = ship(desk, 20)
    desk.run(VoidShipment(warehouse="main", desadv=second, reason="no truck"), KEEPER)
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(70),
        ("OUT", "released"): Decimal(20),
        ("transit", "released"): Decimal(10),
    }
    assert refusal(desk, VoidShipment(warehouse="main", desadv=second, reason="again")) == {
        ("desadv", "operations.shipment_unknown")
    }


def test_remaining_life(desk: Desk) -> None:
    line = ReceiptLine(item="FRESH", lot="F1", quantity=9, expiry=TODAY + timedelta(days=10))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="FRESH", lot="F1", verdict="pass"),)))

    def order(days: int | None, accept: frozenset[str] = frozenset()) -> Ship:
        when = TODAY + timedelta(days=days) if days is not None else None
        goods = (Line(item="FRESH", lot="F1", quantity=1),)
        return Ship(warehouse="main", customer="SHOP", lines=goods, delivery_date=when, accept=accept)

    assert refusal(desk, order(None)) == {("delivery_date", "operations.delivery_date_missing")}
    assert refusal(desk, order(6)) == {("lines[0]", "operations.short_remaining_life")}
    desk.run(order(5))
    desk.run(order(6, frozenset({"operations.short_remaining_life"})))


def test_expired_goods_stay(desk: Desk) -> None:
    stocked(desk, expiry=TODAY + timedelta(days=1))
    desk.later(days=1)
    desk.run(Pick(warehouse="main", lines=(some(1),)), KEEPER)
    desk.later(days=1)
    assert refusal(desk, Pick(warehouse="main", lines=(some(1),)), KEEPER) == {("lines[0]", "stock.expired")}
    assert ("lines[0]", "stock.expired") in refusal(desk, Ship(warehouse="main", customer="SHOP", lines=(some(1),)))


def test_what_is_not_there_is_not_shipped(desk: Desk) -> None:
    stocked(desk)
    lines = (some(101), some(1, "L9"), Line(item="PUMP", serials=("P1",)), Line(container="NO-BOX"))
    assert refusal(desk, Ship(warehouse="main", customer="SHOP", lines=lines)) == {
        ("lines[0]", "stock.short"),
        ("lines[1]", "stock.short"),
        ("lines[2]", "stock.not_here"),
        ("lines[3]", "stock.not_here"),
    }


def test_transfer(desk: Desk) -> None:
    lot = stocked(desk)
    sent = desk.run(Transfer(warehouse="main", to="cold", lines=(some(30, place="A-01"),)), KEEPER).value["desadv"]
    assert desk.stock(lot) == {("A-01", "released"): Decimal(70), ("transit", "released"): Decimal(30)}
    over = ReceiveTransfer(warehouse="cold", sender="main", desadv=sent, lines=(some(31),))
    assert refusal(desk, over) == {("lines[0]", "operations.more_than_under_way")}
    ship(desk, 5)
    assert refusal(desk, over) == {("lines[0]", "operations.more_than_under_way")}
    desk.run(ReceiveTransfer(warehouse="cold", sender="main", desadv=sent, lines=(some(28),)), KEEPER)
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(65),
        ("IN", "released"): Decimal(28),
        ("transit", "released"): Decimal(2 + 5),
    }
    assert refusal(desk, Transfer(warehouse="main", to="main", lines=(some(1),))) == {
        ("to", "operations.transfer_target")
    }


def test_a_return_into_the_other_warehouse(desk: Desk) -> None:
    lot = stocked(desk)
    number = ship(desk, 40)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number), CARRIER)
    desk.run(ReceiveReturn(warehouse="cold", customer="SHOP", lines=(some(3),), rma="RMA-2", reason="dented"), KEEPER)
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(60),
        ("party", "released"): Decimal(37),
        ("BACK", "pending"): Decimal(3),
    }


def test_a_return_of_what_was_never_sent(desk: Desk) -> None:
    lot = stocked(desk)
    command = ReceiveReturn(warehouse="main", customer="SHOP", lines=(some(3),), reason="dented")
    assert refusal(desk, command) == {("lines[0]", "operations.never_sent")}
    accept = frozenset({"operations.never_sent"})
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=(some(3),), reason="dented", accept=accept))
    assert desk.stock(lot)["BACK", "pending"] == 3


def test_a_return_out_of_a_delivered_pallet(desk: Desk) -> None:
    lot = stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(48, place="A-01"),))).value["container"]
    sent = desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=sscc),)), KEEPER).value["desadv"]
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=sent), CARRIER)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=(some(8),), rma="RMA-3", reason="dented"), KEEPER)
    inside = sscc.rsplit("/", 1)[1]
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(52),
        (f"party/{inside}", "released"): Decimal(40),
        ("BACK", "pending"): Decimal(8),
    }


def test_goods_on_the_way_between_our_warehouses_are_no_customers(desk: Desk) -> None:
    stocked(desk)
    desk.run(Transfer(warehouse="main", to="cold", lines=(Line(item="YOG", lot="L1", quantity=5, place="A-01"),)))
    back = ReceiveReturn(
        warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=1),), reason="dented"
    )
    assert refusal(desk, back) == {("lines[0]", "operations.never_sent")}


def test_a_return_holds_the_shipment_it_came_back_from(desk: Desk) -> None:
    stocked(desk)
    sent = desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(5),)))
    desk.run(ReceiveReturn(warehouse="cold", customer="SHOP", lines=(some(2),), reason="dented"))
    wrong = Correct(warehouse="main", event=sent.events[0], error="did_not_occur", reason="typed twice")
    assert {code for _field, code in refusal(desk, wrong, approver=BOTH)} == {"stock.depends"}


def test_what_is_his_but_stands_here_again_is_not_with_him(desk: Desk) -> None:
    stocked(desk)
    desk.run(Pack(warehouse="main", lines=(some(5, place="A-01"),), container="BOX-1"))
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container="BOX-1"),)))
    desk.run(Pack(warehouse="main", lines=(some(1, place="A-01"),), container="BOX-1"))
    back = ReceiveReturn(warehouse="main", customer="SHOP", lines=(some(1),), reason="dented")
    assert refusal(desk, back) == {("lines[0]", "operations.never_sent")}
