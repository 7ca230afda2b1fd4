"""Receiving against a purchase order: what it wants, too much of it, and its end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from suyuan.accounts.rules import EVERYWHERE, Granted, actor_from
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.catalog.writes import bump
from suyuan.governance.audit import Wanted, search
from suyuan.governance.settings import ACCEPTED, OVER_DELIVERY, PutSetting
from suyuan.gs1.identifiers import own_document_uri
from suyuan.operations.commands import Correct, CorrectReceipt, ReceiptLine, Receive, RightLine
from suyuan.orders.commands import ClosePurchase
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.queries import find_order, lines_of
from tests.desk.test_office_list import put
from tests.operations.dairy import (
    ADMIN,
    BOTH,
    BUYER,
    CASE,
    KEEPER,
    LAST,
    QUALITY,
    ROLES,
    Desk,
    person,
    refusal,
    yoghurt,
)

ORIGIN = "https://suyuan.example"
GRANTS = [Granted(role, ROLES[role].permissions, EVERYWHERE) for role in ("keeper", "buyer")]
BOTH_ROLES = actor_from("id-Bea", "Bea", GRANTS, {"hz": ["main", "cold"]})


@pytest.fixture
def order(desk: Desk) -> Order:
    """PO-1: 100 yoghurts with 10 % more at most, 50 kg of milk."""
    with governed():
        farm = Partner.objects.get(code="FARM")
        found = Order.objects.create(
            kind="purchase", number="PO-1", key=code_key("PO-1"), uri=own_document_uri(ORIGIN, "po", "PO-1"),
            partner=farm, warehouse_id="main", version=bump(),
        )  # fmt: skip
        for number, (code, unit, amount, over) in enumerate((("YOG", "EA", 100, 10), ("MILK", "KGM", 50, 0)), 1):
            OrderLine.objects.create(
                order=found, number=number, item=Item.objects.get(code=code), quantity=amount * 10**6, unit=unit,
                base=amount * 10**6, over=over * 10**6, version=1,
            )  # fmt: skip
    return found


def delivery(*lines: ReceiptLine, **more: Any) -> Receive:  # Any: fields of the command by name
    return Receive(**{"warehouse": "main", "supplier": "FARM", "po": "po-1", **more}, lines=lines)


def cups(quantity: int, lot: str = "L1", **more: Any) -> ReceiptLine:  # Any: fields of the line by name
    return ReceiptLine(**{"item": "YOG", "lot": lot, "quantity": quantity, "expiry": LAST, **more})


def milk(quantity: int) -> ReceiptLine:
    return ReceiptLine(item="MILK", lot="M1", quantity=quantity)


def done(order: Order) -> list[Decimal]:
    return [line.done for line in lines_of([order])]


def test_it_works(desk: Desk, order: Order) -> None:
    result = desk.run(delivery(cups(60), cups(2, "L2", item=CASE)), KEEPER)
    assert done(order) == [84, 0]
    assert result.value["order"]["complete"] is False
    assert [(line["before"], line["now"]) for line in result.value["order"]["lines"]] == [("0", "84"), ("0", "0")]
    assert result.value["accuracy"]["right"] == 2
    result = desk.run(delivery(cups(16, "L3"), milk(50)), KEEPER)
    assert result.value["order"]["complete"] is True
    found = find_order("PO-1")
    assert found is not None
    assert found.state == "closed"
    closing, *_ = search(Wanted(about=order.uri, command="Receive", logs=("main",))).entries
    assert closing.body["changes"][0]["fields"] == {"state": ["open", "closed"]}
    assert refusal(desk, delivery(cups(1, "L4"))) == {("po", "orders.order_closed")}


def test_the_tolerance_is_the_limit(desk: Desk, order: Order) -> None:
    desk.run(delivery(cups(100)))
    desk.run(delivery(cups(10, "L2")))
    assert refusal(desk, delivery(cups(1, "L3"))) == {("lines[0].quantity", "operations.over_order")}
    desk.run(delivery(cups(1, "L3"), po=""))


def test_too_much_takes_a_second_person(desk: Desk, order: Order) -> None:
    over = delivery(cups(60), cups(60, "L2"), accept=frozenset({"operations.over_order"}))
    assert refusal(desk, over, KEEPER) == {("approver", "governance.approval_missing_buyer")}
    assert refusal(desk, over, KEEPER, QUALITY) == {("approver", "governance.approval_not_allowed")}
    assert refusal(desk, over, BOTH_ROLES, BOTH_ROLES) == {("approver", "governance.approval_self")}
    result = desk.run(over, KEEPER, BUYER)
    assert result.value["accuracy"] == {"lines": 2, "judged": 2, "right": 1, "fields": 6, "scanned": 0}
    desk.run(
        PutSetting(key=OVER_DELIVERY, value=ACCEPTED, version=0, reason="small"), ADMIN, person("admin", "Another")
    )
    desk.run(delivery(milk(51), accept=frozenset({"operations.over_order"})), KEEPER)


def test_too_much_of_a_supplier_who_is_not_approved_takes_two_signatures(desk: Desk, order: Order) -> None:
    put("partners", {"code": "FARM", "status": "suspended"})
    over = delivery(cups(120), accept=frozenset({"operations.over_order"}), override_supplier="nobody else has any")
    missing = {("approver", "governance.approval_missing"), ("approver", "governance.approval_missing_buyer")}
    assert refusal(desk, over, KEEPER) == missing
    assert refusal(desk, over, KEEPER, BUYER) == {("approver", "governance.approval_missing")}
    assert refusal(desk, over, KEEPER, QUALITY) == {("approver", "governance.approval_missing_buyer")}
    desk.run(over, KEEPER, (BUYER, QUALITY))


def test_finance_approves_orders_and_so_what_is_too_much(desk: Desk, order: Order) -> None:
    desk.run(delivery(milk(51), accept=frozenset({"operations.over_order"})), KEEPER, BOTH[1])


def test_what_the_order_does_not_want(desk: Desk, order: Order) -> None:
    foil = ReceiptLine(item="FOIL", quantity=3)
    assert refusal(desk, delivery(cups(1), foil)) == {("lines[1].item", "operations.not_ordered")}
    assert refusal(desk, delivery(cups(1), foil, accept=frozenset({"operations.not_ordered"})))


def test_an_order_of_somebody_else_or_elsewhere(desk: Desk, order: Order) -> None:
    with governed():
        other = Partner.objects.get(code="LATE")
        Order.objects.filter(pk=order.pk).update(partner=other, warehouse="cold")
    assert refusal(desk, delivery(cups(1))) == {
        ("po", "operations.order_of_another"),
        ("po", "operations.order_elsewhere"),
    }
    with governed():
        Order.objects.filter(pk=order.pk).update(partner=Partner.objects.get(code="FARM"), state="cancelled")
    assert ("po", "orders.order_cancelled") in refusal(desk, delivery(cups(1)))


def test_what_is_corrected_is_open_again(desk: Desk, order: Order) -> None:
    result = desk.run(delivery(cups(100)))
    desk.run(
        Correct(warehouse="main", event=result.events[0], error="did_not_occur", reason="another lorry"),
        KEEPER,
        BOTH,
    )
    assert done(order) == [0, 0]
    desk.run(delivery(cups(110, "L2")))
    assert desk.stock(yoghurt("L2")) == {("IN", "pending"): Decimal(110)}


def test_an_unknown_order_is_only_a_number(desk: Desk, order: Order) -> None:
    result = desk.run(delivery(cups(1), po="4711"))
    assert "order" not in result.value
    assert result.value["accuracy"]["judged"] == 0


def test_who_read_what(desk: Desk, order: Order) -> None:
    read = cups(5, scanned=frozenset({"item", "lot"}), expiry=date(2026, 12, 15))
    result = desk.run(delivery(read), KEEPER)
    assert (result.value["accuracy"]["fields"], result.value["accuracy"]["scanned"]) == (3, 2)


def state_of(number: str = "PO-1") -> str:
    found = find_order(number)
    assert found is not None
    return found.state


def wrong(event: str) -> Correct:
    return Correct(warehouse="main", event=event, error="did_not_occur", reason="another lorry")


def test_goods_that_are_taken_back_open_the_order_again(desk: Desk, order: Order) -> None:
    first = desk.run(delivery(cups(60)))
    desk.run(delivery(cups(40, "L2"), milk(50)))
    assert state_of() == "closed"
    desk.run(wrong(first.events[0]), KEEPER, BOTH)
    assert state_of() == "open"
    assert done(order) == [40, 50]
    opening, *_ = search(Wanted(about=order.uri, command="Correct", logs=("main",))).entries
    assert opening.body["changes"][0]["fields"] == {"state": ["closed", "open"]}
    desk.run(delivery(cups(60, "L3")))
    assert state_of() == "closed"


def test_a_receipt_put_right_opens_and_closes_the_order(desk: Desk, order: Order) -> None:
    result = desk.run(delivery(cups(100), milk(50)))
    less = RightLine(uri=yoghurt("L1"), quantity=99)
    right = CorrectReceipt(
        warehouse="main", event=result.events[0], error="incorrect_data", reason="counted again", lines=(less,)
    )
    again = desk.run(right, KEEPER, BOTH)
    assert state_of() == "open"
    assert done(order) == [99, 50]
    more = RightLine(uri=yoghurt("L1"), quantity=100)
    desk.run(replace(right, event=again.value["instead"][0], lines=(more,)), KEEPER, BOTH)
    assert state_of() == "closed"
    assert done(order) == [100, 50]


def test_what_somebody_closed_stays_closed(desk: Desk, order: Order) -> None:
    first = desk.run(delivery(cups(60)))
    desk.run(ClosePurchase(number="PO-1", reason="no more of it"), person("buyer", "Buyer"))
    desk.run(wrong(first.events[0]), KEEPER, BOTH)
    assert state_of() == "closed"


def test_what_is_wrong_and_leaves_enough_opens_nothing(desk: Desk, order: Order) -> None:
    desk.run(delivery(cups(100)))
    second = desk.run(delivery(cups(10, "L2"), milk(50)))
    right = RightLine(uri=yoghurt("L2"), quantity=5)
    command = CorrectReceipt(
        warehouse="main", event=second.events[0], error="incorrect_data", reason="counted again", lines=(right,)
    )
    desk.run(command, KEEPER, BOTH)
    assert state_of() == "closed"
    assert done(order) == [105, 50]
