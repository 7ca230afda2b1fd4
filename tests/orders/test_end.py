"""Closing, cancelling and reopening, each with its reason."""

import pytest

from suyuan.governance.queries import changes_about
from suyuan.orders.commands import CancelPurchase, CancelSale, ClosePurchase, CloseSale, OfOrder, ReopenPurchase
from suyuan.orders.models import Order
from tests.operations.dairy import AUDITOR, BUYER, KEEPER, Desk, person, refusal
from tests.orders.ordering import PO, SO, bring, line, order, put, sale

FINANCE = person("finance", "Fei")


def state() -> str:
    return Order.objects.get().state


def test_it_works(desk: Desk) -> None:
    uri = order(desk)
    before = Order.objects.get().version
    desk.run(ClosePurchase(number="po-26-1", reason="The farm burned down"), BUYER)
    assert state() == "closed"
    assert Order.objects.get().version > before
    told = changes_about(uri)[0].body
    assert told["changes"][0]["fields"] == {"state": ["open", "closed"]}
    assert told["changes"][0]["key"] == PO
    desk.run(ReopenPurchase(number=PO, reason="It did not"), BUYER)
    desk.run(CancelPurchase(number=PO, reason="But it is too far"), BUYER)
    assert state() == "cancelled"
    desk.run(ReopenPurchase(number=PO, reason="We have a truck now"), BUYER)
    assert state() == "open"


def test_why_not(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 10)
    assert refusal(desk, ClosePurchase(number="NONE", reason=" ")) == {
        ("number", "orders.order_unknown"),
        ("reason", "orders.reason_missing"),
    }
    assert refusal(desk, ReopenPurchase(number=PO, reason="Again")) == {("number", "orders.order_open")}
    assert refusal(desk, CloseSale(number=PO, reason="No sale")) == {("number", "orders.order_unknown")}
    bring(desk, 1)
    assert refusal(desk, CancelPurchase(number=PO, reason="Too late")) == {("number", "orders.cancel_begun")}
    desk.run(ClosePurchase(number=PO, reason="That is all"))
    assert refusal(desk, ClosePurchase(number=PO, reason="Again")) == {("number", "orders.order_closed")}
    assert refusal(desk, CancelPurchase(number=PO, reason="Again")) == {("number", "orders.order_closed")}


def test_a_draft_is_cancelled_but_not_closed(desk: Desk) -> None:
    order(desk, state="draft")
    assert refusal(desk, ClosePurchase(number=PO, reason="So")) == {("number", "orders.order_draft")}
    desk.run(CancelPurchase(number=PO, reason="So"))


@pytest.mark.parametrize("kind", [ClosePurchase, ReopenPurchase, CancelPurchase])
def test_who_may(desk: Desk, kind: type[OfOrder]) -> None:
    order(desk)
    for actor in (KEEPER, FINANCE, AUDITOR):
        assert refusal(desk, kind(number=PO, reason="So"), actor) == {("", "governance.not_allowed")}


def test_who_may_of_sales(desk: Desk) -> None:
    sale(desk)
    assert refusal(desk, CancelSale(number=SO, reason="So"), BUYER) == {("", "governance.not_allowed")}
    desk.run(CancelSale(number=SO, reason="So"), FINANCE)
    assert state() == "cancelled"


def test_what_has_ended_takes_no_more_lines(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 10)
    desk.run(ClosePurchase(number=PO, reason="That is all"))
    with pytest.raises(Exception, match="order_ended"):
        line(desk, 2, "YOG", 10)
    with pytest.raises(Exception, match="order_ended"):
        put(desk, "purchase_orders", {"number": PO, "warehouse": "cold"})
