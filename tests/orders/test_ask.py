"""How far orders are: asked of the ledger, whatever became of its events."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.governance.merging import MergeItems
from suyuan.operations.commands import Correct, Line, Move, ReceiptLine, Receive, Ship, VoidShipment
from suyuan.operations.correcting import DID_NOT_OCCUR, INCORRECT_DATA
from suyuan.orders.amounts import received, shipped
from suyuan.orders.commands import CancelPurchase, ClosePurchase, ReopenPurchase
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order, late, open_lines, orders_of, progress, with_lines
from tests.operations.dairy import BOTH, Desk, stocked
from tests.orders.ordering import PO, SO, bring, done, line, lines, order, put, sale, sold
from tests.plugins.engines import Statements


def test_it_works(desk: Desk) -> None:
    order(desk, over=Decimal(20))
    line(desk, 1, "YOG", 60)
    line(desk, 2, "WHEY", 5)
    bring(desk, 50)
    bring(desk, 20, lot="L2")
    assert done() == [70, 0]
    assert [one.open for one in lines()] == [0, 5]


def test_of_a_pack_its_pieces_count(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 60)
    bring(desk, 2, item="16901234000105")
    assert done() == [24]


def test_what_names_no_order_or_another_does_not_count(desk: Desk) -> None:
    order(desk)
    order(desk, "PO-26-2")
    line(desk, 1, "YOG", 60)
    line(desk, 1, "YOG", 60, order="PO-26-2")
    bring(desk, 10, po="")
    bring(desk, 10, po="PO-26-2")
    assert done() == [0]


def test_what_is_moved_afterwards_came_once(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 60)
    bring(desk, 10)
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=10, place="IN"),), to="A-01"))
    assert done() == [10]


def test_a_correction_counts_instead(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 60)
    (event,) = bring(desk, 40).events
    right = (Line(item="YOG", lot="L1", quantity=4),)
    wrong = Correct(warehouse="main", event=event, error=INCORRECT_DATA, reason="One nought too many", lines=right)
    desk.run(wrong, approver=BOTH)
    assert done() == [4]


def test_what_did_not_happen_is_taken_back(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 60)
    (event,) = bring(desk, 40).events
    bring(desk, 1, lot="L2")
    never = Correct(warehouse="main", event=event, error=DID_NOT_OCCUR, reason="The truck was not ours")
    desk.run(never, approver=BOTH)
    assert done() == [1]


def test_serials_count_by_the_piece(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "PUMP", 3)
    pumps = ReceiptLine(item="PUMP", serials=("P1", "P2"))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(pumps,), po=PO))
    assert done() == [2]


def test_goods_of_an_item_that_was_merged_count_for_the_one_that_goes_on(desk: Desk) -> None:
    with governed():
        do_add_items(items=[NewItem(code="YOGHURT", base_unit="EA")])
    order(desk)
    line(desk, 1, "YOGHURT", 60)
    bring(desk, 10, item="YOGHURT")
    desk.run(MergeItems(merged="YOGHURT", keep="YOG", reason="The same"), approver=BOTH[0])
    bring(desk, 5, lot="L2")
    assert done() == [15]
    assert lines()[0].item_code == "YOG"


def test_one_statement_for_any_number_of_orders(desk: Desk, statements: Callable[[], Statements]) -> None:
    uris = []
    for n in range(12):
        uris.append(order(desk, f"PO-{n}"))
        line(desk, 1, "YOG", 100, order=f"PO-{n}")
        bring(desk, n + 1, lot=f"L{n}", po=f"PO-{n}")
    find_order("PO-1")  # the snapshot of names is read again after the last write
    received(uris[:1])
    with statements() as seen:
        found = received(uris)
    assert sorted(found.values()) == list(range(1, 13))
    assert len([sql for sql in seen.sql if "stock_posting" in sql]) == 1
    with statements() as few:
        progress(list(Order.objects.filter(number="PO-1")))
    with statements() as many:
        progress(list(Order.objects.all()))
    assert len(few) == len(many)


def test_orders_are_found_however_they_are_spelled(desk: Desk) -> None:
    uri = order(desk, "Po-26-7")
    for text in ("po-26-7", " PO-26-7 ", uri, "urn:epcglobal:cbv:bt:0614141073467:po-26-7"):
        found = find_order(text)
        assert found is not None, text
        assert found.uri == uri
    assert find_order("po-26-7", OrderKind.SALES) is None
    assert find_order("") is None
    assert find_order("PO-26") is None


def test_what_is_open_at_a_dock(desk: Desk) -> None:
    order(desk, expected=date(2026, 11, 30))
    line(desk, 1, "YOG", 60)
    order(desk, "EARLY", expected=date(2026, 11, 19))
    line(desk, 1, "YOG", 60, order="EARLY")
    order(desk, "DRAFT", state="draft")
    line(desk, 1, "YOG", 60, order="DRAFT")
    order(desk, "OTHER", partner="LATE")
    line(desk, 1, "YOG", 60, order="OTHER")
    order(desk, "EMPTY")
    partner = Order.objects.get(number=PO).partner
    assert partner is not None
    farm = partner.uri
    assert [one.order.number for one in open_lines("main", farm)] == ["EARLY", PO]
    assert {one.order.number for one in open_lines("main")} == {"EARLY", PO, "OTHER"}
    assert open_lines("cold") == []
    assert [one.order.number for one in late(OrderKind.PURCHASE, "main", date(2026, 11, 20))] == ["EARLY"]
    assert late(OrderKind.PURCHASE, "main", date(2026, 11, 19)) == [], "the day itself is in time"
    assert {one.number for one in orders_of(states=("draft",))} == {"DRAFT"}


def test_a_line_has_the_tolerance_of_its_order(desk: Desk) -> None:
    order(desk, over=Decimal(10), under=Decimal(1))
    line(desk, 1, "YOG", 100)
    line(desk, 2, "WHEY", 100, over=Decimal(0))
    assert [(int(one.most), int(one.least)) for one in lines()] == [(110, 99), (100, 99)]


def test_sales_count_what_went(desk: Desk) -> None:
    stocked(desk, "L1", 100)
    sale(desk)
    sold(desk, 1, "YOG", 40)
    goods = (Line(item="YOG", lot="L1", quantity=30, place="A-01"),)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=goods, po=SO))
    assert done(SO, OrderKind.SALES) == [30]
    sent = desk.run(
        Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=10, place="A-01"),), po=SO)
    )
    assert done(SO, OrderKind.SALES) == [40]
    desk.run(VoidShipment(warehouse="main", desadv=str(sent.value["desadv"]), reason="Left the wrong door"))
    assert done(SO, OrderKind.SALES) == [30]
    assert shipped([]) == {}


def test_a_purchase_and_a_sale_of_one_number_are_told_apart(desk: Desk) -> None:
    order(desk, "77")
    line(desk, 1, "YOG", 100, order="77")
    bring(desk, 100, po="77")
    sale(desk, "77")
    sold(desk, 1, "YOG", 50, order="77")
    both = with_lines(list(Order.objects.order_by("kind")))
    assert [[one.done for one in each.lines] for each in both] == [[100], [0]]


def test_an_ended_order_wants_nothing(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 100)
    bring(desk, 10)
    desk.run(ClosePurchase(number=PO, reason="They have no more"))
    assert [one.open for one in lines()] == [0]
    assert open_lines("main") == []
    desk.run(ReopenPurchase(number=PO, reason="They found some"))
    assert [one.open for one in lines()] == [90]
    order(desk, "PO-26-2")
    line(desk, 1, "YOG", 100, order="PO-26-2")
    desk.run(CancelPurchase(number="PO-26-2", reason="Too dear"))
    assert not with_lines([Order.objects.get(number="PO-26-2")])[0].progress.lines
    put(desk, "purchase_orders", {"number": "PO-26-2", "note": "See the letter"})
