"""Serials, pallets, goods under way, several units: all are held, freed and counted as what they are."""

from decimal import Decimal

import pytest

from suyuan.gs1.quantities import COUNT
from suyuan.operations.commands import (
    Deliver,
    Inspect,
    Line,
    Pack,
    Pick,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReceiveTransfer,
    ReturnToSupplier,
    Ship,
    Transfer,
    Verdict,
    VoidShipment,
)
from suyuan.recall.commands import CancelRecall, CloseRecall, NarrowScope
from suyuan.recall.models import Case, ScopeStock
from suyuan.recall.queries import figures
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import INSPECTOR, KEEPER, LAST, QUALITY, SECOND, Desk, refusal, stocked, yoghurt
from tests.recall.story import SHOP, case_of, cups, milk, of, recalled, rows, sold, uri_of

VIALS = tuple(f"V{n}" for n in range(5))


def vials(desk: Desk) -> str:
    """Five vials of a lot, each with a serial number; the URI of the lot."""
    line = ReceiptLine(item="VIAL", lot="B1", serials=VIALS, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="VIAL", serials=VIALS, verdict="pass"),)))
    return f"{uri_of('VIAL')}/10/B1"


def serial(number: str) -> str:
    return f"{uri_of('VIAL')}/21/{number}"


def pick(number: str) -> Pick:
    return Pick(warehouse="main", lines=(Line(item="VIAL", serials=(number,)),))


def test_a_lot_holds_its_serials(desk: Desk) -> None:
    lot = vials(desk)
    case = recalled(desk, lot)
    found = rows(case)
    assert (found[lot].held, {found[serial(one)].held for one in VIALS}) == (1, {2})
    now = figures(case)
    assert now.affected == now.here == {COUNT: 5_000_000}
    assert ("lines[0]", "stock.recalled") in refusal(desk, pick("V1"))


def test_a_serial_is_not_freed_while_its_lot_is_held(desk: Desk) -> None:
    lot = vials(desk)
    case = recalled(desk, lot)
    one = NarrowScope(**of(case), goods=(serial("V1"),), reason="seen: whole")
    assert refusal(desk, one, SECOND, QUALITY) == {("goods[0]", "recall.held_by_lot")}
    close = CloseRecall(**of(case), outcome="x", open_why="x", good=(serial("V1"),))
    assert refusal(desk, close, KEEPER, QUALITY) == {("good[0]", "recall.held_by_lot")}


def test_a_lot_that_is_taken_out_leaves_its_serials_held_that_stay(desk: Desk) -> None:
    lot = vials(desk)
    case = recalled(desk, lot, serial("V1"))
    desk.run(NarrowScope(**of(case), goods=(lot,), reason="one of them only"), SECOND, QUALITY)
    found = rows(case_of(case.number))
    assert {uri: (row.held, row.out) for uri, row in found.items()} == {
        lot: (0, 2), serial("V1"): (1, 0), **{serial(one): (0, 3) for one in VIALS if one != "V1"},
    }  # fmt: skip
    assert ("lines[0]", "stock.recalled") in refusal(desk, pick("V1"))
    desk.run(pick("V2"))


def test_one_serial_alone(desk: Desk) -> None:
    vials(desk)
    case = recalled(desk, serial("V3"))
    assert case.title == "V3"
    assert ("lines[0]", "stock.recalled") in refusal(desk, pick("V3"))
    desk.run(pick("V2"))


def test_goods_under_way_between_our_warehouses(desk: Desk) -> None:
    lot = stocked(desk)
    number = str(desk.run(Transfer(warehouse="main", to="cold", lines=cups(30)), KEEPER).value["desadv"])
    case = recalled(desk, lot)
    found = {(row.under_way, row.log): row.quantity for row in ScopeStock.objects.all()}
    assert found == {(0, "main"): 70_000_000, (1, "main"): 30_000_000}
    assert figures(case).here == {"EA": 100_000_000}
    desk.run(ReceiveTransfer(warehouse="cold", sender="main", desadv=number, lines=cups(30)), KEEPER)
    assert ("lines[0]", "stock.recalled") in refusal(desk, Pick(warehouse="cold", lines=cups(1)))
    assert figures(case).here == {"EA": 100_000_000}


def test_what_is_under_way_to_a_customer_is_not_ours_any_more(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk, signed=False)
    case = recalled(desk, lot)
    now = figures(case)
    assert now.affected == {"EA": 100_000_000}
    assert [(row.party, row.had) for row in now.parties if row.role == "customer"] == [(SHOP, {"EA": 10_000_000})]


@pytest.mark.parametrize("signed", [True, False])
def test_a_pallet_comes_back(desk: Desk, signed: bool) -> None:
    lot = stocked(desk)
    box = str(desk.run(Pack(warehouse="main", lines=cups(20, place="A-01")), KEEPER).value["container"])
    ship = Ship(warehouse="main", customer="SHOP", lines=(Line(container=box),))
    number = str(desk.run(ship, KEEPER).value["desadv"])
    if signed:
        desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number))
    case = recalled(desk, lot)
    assert figures(case).affected == {"EA": 100_000_000}
    assert figures(case).here == {"EA": 80_000_000}
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=(Line(container=box),), reason="recall"), KEEPER)
    now = figures(case)
    (row,) = [one for one in now.parties if one.role == "customer"]
    assert (row.had, row.back) == ({"EA": 20_000_000}, {"EA": 20_000_000})
    assert (now.here, now.recovery) == ({"EA": 100_000_000}, {"EA": 1_000_000})


def test_kilograms_and_pieces_are_never_added(desk: Desk) -> None:
    lot, source = stocked(desk), milk(desk, quantity=40)
    case = recalled(desk, lot, source)
    assert figures(case).affected == {"EA": 100_000_000, "KGM": 40_000_000}
    assert figures(case).recovery == {"EA": 1_000_000, "KGM": 1_000_000}


def test_a_shipment_stands_for_what_went_with_it(desk: Desk) -> None:
    lot, other = stocked(desk), stocked(desk, "L2")
    number = sold(desk)
    paper = f"{uri_of('CAFE').rpartition('/party/')[0]}/doc/desadv/{number}"
    case = recalled(desk, paper)
    assert case.subjects == [lot]
    assert lot_state(other, desk.today) is State.IN_STOCK


def test_everything_is_free_again(desk: Desk) -> None:
    lot = vials(desk)
    cup = stocked(desk)
    case = recalled(desk, lot, cup, serial("V1"))
    desk.run(CancelRecall(**of(case), reason="wrong lots"), KEEPER, QUALITY)
    desk.run(pick("V1"))
    desk.run(Pick(warehouse="main", lines=cups(Decimal(1))))  # type: ignore[arg-type]  # a decimal is an amount too
    assert Case.objects.get().state == "cancelled"


def test_what_went_back_to_the_supplier_is_recovered(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=100, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    fail = Verdict(item="YOG", lot="L1", verdict="fail", quantity=30, reason="sour")
    desk.run(Inspect(warehouse="main", lines=(fail,)), approver=QUALITY)
    back = Line(item="YOG", lot="L1", quantity=30)
    go = ReturnToSupplier(warehouse="main", supplier="FARM", lines=(back,), reason="sour")
    desk.run(go, KEEPER, INSPECTOR)
    case = recalled(desk, yoghurt("L1"))
    now = figures(case)
    assert (now.sent_back, now.recovery) == ({"EA": 30_000_000}, {"EA": 1_000_000})


def boxed(desk: Desk, quantity: int = 30, place: str = "A-01") -> str:
    """A pallet that holds a carton with goods of L1."""
    carton = str(desk.run(Pack(warehouse="main", lines=cups(quantity, place=place)), KEEPER).value["container"])
    return str(desk.run(Pack(warehouse="main", lines=(Line(container=carton),)), KEEPER).value["container"])


def test_goods_in_a_carton_on_a_pallet_come_back(desk: Desk) -> None:
    lot = stocked(desk)
    pallet = boxed(desk)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),)), KEEPER)
    case = recalled(desk, lot)
    back = ReceiveReturn(warehouse="main", customer="SHOP", lines=(Line(container=pallet),), reason="recall")
    desk.run(back, KEEPER)
    now = figures(case)
    (row,) = [one for one in now.parties if one.role == "customer"]
    assert (row.had, row.back) == ({"EA": 30_000_000}, {"EA": 30_000_000})
    assert now.recovery == {"EA": 1_000_000}


def test_what_went_back_to_the_supplier_on_a_pallet_is_recovered(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=100, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    pallet = boxed(desk, place="")
    back = ReturnToSupplier(warehouse="main", supplier="FARM", lines=(Line(container=pallet),), reason="sour")
    number = str(desk.run(back, KEEPER, INSPECTOR).value["desadv"])
    case = recalled(desk, yoghurt("L1"))
    now = figures(case)
    assert (now.here, now.sent_back) == ({"EA": 70_000_000}, {"EA": 30_000_000})
    assert now.recovery == {"EA": 1_000_000}
    desk.run(VoidShipment(warehouse="main", desadv=number, reason="not sent"), KEEPER, INSPECTOR)
    now = figures(case)
    assert (now.here, now.sent_back) == ({"EA": 100_000_000}, {})
