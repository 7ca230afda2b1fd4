"""The last gate: what may not leave, whoever wants it, also inside pallets and after it was loaded; the right order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.master import PUTS
from suyuan.governance.settings import ACCEPTED, OVER_SHIPMENT, SENT_TOLERANCE, PutSetting
from suyuan.operations.commands import Hold, Inspect, Line, Pack, ReceiptLine, Receive, Ship, Verdict
from suyuan.orders.commands import CloseSale
from tests.operations.dairy import (
    ADMIN,
    BOTH,
    INSPECTOR,
    KEEPER,
    LAST,
    NOON,
    QUALITY,
    SECOND,
    Desk,
    person,
    refusal,
    stocked,
)
from tests.orders import ordering

TODAY = NOON.date()
FINANCE = BOTH[1]  # who keeps sales orders here


def some(quantity: int, lot: str = "L1") -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity)


def ordered(desk: Desk, number: str = "SO-1", customer: str = "SHOP", quantity: int = 40, **head: Value) -> None:
    ordering.sale(desk, number, partner=customer, **head)
    ordering.sold(desk, 1, "YOG", quantity, number)


def customer(desk: Desk, **asks: Value) -> None:
    desk.run(PUTS["partners"](rows=(Row({"code": "FUSSY", "roles": ("customer",), **asks}),)))


def nested(desk: Desk, lot: str = "L1") -> str:
    """A carton on a pallet; its SSCC."""
    carton = desk.run(Pack(warehouse="main", lines=(some(12, lot),))).value["container"]
    return str(desk.run(Pack(warehouse="main", lines=(Line(container=carton),))).value["container"])


def pallet(desk: Desk, sscc: str, **more: object) -> Ship:
    return Ship(warehouse="main", customer="SHOP", lines=(Line(container=sscc),), **more)  # type: ignore[arg-type]  # of one test


def codes(found: set[tuple[str, str]]) -> set[str]:
    return {code for _field, code in found}


def test_what_waits_inside_a_carton_on_a_pallet_stays(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=12, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)), KEEPER)
    sscc = nested(desk)
    assert codes(refusal(desk, pallet(desk, sscc))) == {"stock.pending"}


@pytest.mark.parametrize("what", ["lot", "item", "carton", "pallet"])
def test_what_is_held_at_any_level_stays(desk: Desk, what: str) -> None:
    stocked(desk)
    carton = desk.run(Pack(warehouse="main", lines=(some(12),))).value["container"]
    sscc = desk.run(Pack(warehouse="main", lines=(Line(container=carton),))).value["container"]
    held = {"lot": some(12), "item": Line(item="YOG"), "carton": Line(container=carton), "pallet": Line(container=sscc)}
    named = Line(item="YOG", lot="L1") if what == "lot" else held[what]
    desk.run(Hold(warehouse="main", lines=(named,), reason="smell"))
    assert "stock.held" in codes(refusal(desk, pallet(desk, sscc)))


def test_loose_goods_out_of_a_held_pallet_stay(desk: Desk) -> None:
    stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(some(12),))).value["container"]
    desk.run(Hold(warehouse="main", lines=(Line(container=sscc),), reason="wet"))
    out = Line(item="YOG", lot="L1", quantity=5, inside=sscc)
    assert "stock.held" in codes(refusal(desk, Ship(warehouse="main", customer="SHOP", lines=(out,))))


def test_what_expired_in_its_pallet_stays(desk: Desk) -> None:
    stocked(desk, expiry=TODAY + timedelta(days=1))
    sscc = nested(desk)
    desk.later(days=2)
    assert "stock.expired" in codes(refusal(desk, pallet(desk, sscc)))


def test_what_was_rejected_stays(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=12, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)), KEEPER)
    desk.run(
        Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="fail", reason="sour"),)),
        INSPECTOR,
        SECOND,
    )
    assert "stock.rejected" in codes(refusal(desk, Ship(warehouse="main", customer="SHOP", lines=(some(3),))))


def test_the_order_is_that_of_this_customer(desk: Desk) -> None:
    stocked(desk)
    ordered(desk)
    wrong = Ship(warehouse="main", customer="CAFE", lines=(some(5),), po="SO-1")
    assert refusal(desk, wrong) == {("customer", "operations.order_of_customer")}
    stocked(desk, "C1", warehouse="cold")
    there = Ship(warehouse="cold", customer="SHOP", lines=(some(5, "C1"),), po="SO-1")
    assert refusal(desk, there) == {("po", "operations.order_of_other")}
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(5),), po="SO-1"))


def test_only_what_was_ordered_goes_and_not_more_of_it(desk: Desk) -> None:
    stocked(desk)
    ordered(desk)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="FOIL", quantity=5),)))
    foil = Line(item="FOIL", quantity=1)
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="FOIL", verdict="pass"),)))
    stray = Ship(warehouse="main", customer="SHOP", lines=(some(5), foil), po="SO-1")
    assert refusal(desk, stray) == {("lines[1]", "operations.not_in_order")}
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(30),), po="SO-1"))
    more = Ship(warehouse="main", customer="SHOP", lines=(some(11),), po="SO-1")
    assert refusal(desk, more) == {("lines[0]", "operations.above_order")}
    more = replace(more, accept=frozenset({"operations.above_order"}))
    assert refusal(desk, more, KEEPER) == {("approver", "governance.approval_missing_seller")}
    assert refusal(desk, more, KEEPER, QUALITY) == {("approver", "governance.approval_not_allowed")}
    desk.run(more, KEEPER, FINANCE)


def test_the_firm_may_leave_it_to_whoever_ships(desk: Desk) -> None:
    stocked(desk)
    ordered(desk)
    setting = PutSetting(key=OVER_SHIPMENT, value=ACCEPTED, version=0, reason="small")
    desk.run(setting, ADMIN, person("admin", "Another"))
    more = Ship(warehouse="main", customer="SHOP", lines=(some(41),), po="SO-1")
    assert refusal(desk, more, KEEPER) == {("lines[0]", "operations.above_order")}
    desk.run(replace(more, accept=frozenset({"operations.above_order"})), KEEPER)


def test_nobody_signs_for_what_the_tolerance_lets_go(desk: Desk) -> None:
    stocked(desk)
    ordered(desk)
    desk.run(PutSetting(key=SENT_TOLERANCE, value="5", version=0, reason="usual"), ADMIN, person("admin", "Another"))
    send = Ship(warehouse="main", customer="SHOP", lines=(some(43),), po="SO-1")
    assert refusal(desk, send, KEEPER) == {("lines[0]", "operations.above_order")}
    desk.run(replace(send, lines=(some(42),)), KEEPER)


def test_a_pallet_counts_by_what_is_in_it(desk: Desk) -> None:
    stocked(desk)
    ordered(desk, quantity=10)
    sscc = nested(desk)
    assert refusal(desk, pallet(desk, sscc, po="SO-1")) == {("lines[0]", "operations.above_order")}


def test_a_closed_order_takes_nothing(desk: Desk) -> None:
    stocked(desk)
    ordered(desk)
    desk.run(CloseSale(number="SO-1", reason="enough"))
    assert codes(refusal(desk, Ship(warehouse="main", customer="SHOP", lines=(some(5),), po="SO-1"))) == {
        "orders.order_closed"
    }


@pytest.mark.parametrize(
    ("asks", "last"), [({"min_days": 20}, 20), ({"min_share": 50}, 14), ({"min_days": 3, "min_share": 50}, 14)]
)
def test_the_life_that_the_customer_asks_for_on_the_day_he_has_it(desk: Desk, asks: dict[str, int], last: int) -> None:
    """Yoghurt keeps for 28 days."""
    customer(desk, lead_days=2, **asks)

    def ship(lot: str, day: date | None = None) -> Ship:
        return Ship(warehouse="main", customer="FUSSY", lines=(some(1, lot),), delivery_date=day)

    stocked(desk, "OLD", expiry=TODAY + timedelta(days=last + 1))
    stocked(desk, "NEW", expiry=TODAY + timedelta(days=last + 2))
    assert refusal(desk, ship("OLD")) == {("lines[0]", "operations.short_remaining_life")}
    desk.run(ship("NEW"))
    later = ship("NEW", TODAY + timedelta(days=3))
    assert refusal(desk, later) == {("lines[0]", "operations.short_remaining_life")}


def test_what_the_order_says_of_the_day_counts(desk: Desk) -> None:
    customer(desk, min_days=5)
    stocked(desk, expiry=TODAY + timedelta(days=8))
    ordered(desk, "SO-1", "FUSSY", delivery=(TODAY + timedelta(days=4)))
    ordered(desk, "SO-2", "FUSSY", delivery=(TODAY + timedelta(days=3)))
    late = Ship(warehouse="main", customer="FUSSY", lines=(some(1),), po="SO-1")
    assert refusal(desk, late) == {("lines[0]", "operations.short_remaining_life")}
    desk.run(Ship(warehouse="main", customer="FUSSY", lines=(some(1),), po="SO-2"))
    unknown = Ship(warehouse="main", customer="FUSSY", lines=(some(1),))
    assert refusal(desk, unknown) == {("delivery_date", "operations.delivery_date_missing")}
