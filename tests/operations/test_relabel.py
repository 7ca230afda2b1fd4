"""Split, merge and relabel: status, blocks and expiry stay with the goods."""

from datetime import date, timedelta
from decimal import Decimal

from suyuan.operations.commands import Hold, Line, Merge, Part, Pick, ReceiptLine, Receive, Relabel, Split
from suyuan.stock.queries import about
from tests.operations.dairy import LAST, MAKER, Desk, key, refusal, stocked, yoghurt


def some(lot: str, quantity: int, place: str = "A-01") -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity, place=place)


def expiry(lot: str) -> date:
    last = about([key(yoghurt(lot))])[key(yoghurt(lot))].expiry
    assert last is not None
    return date.fromordinal(last)


def test_split(desk: Desk) -> None:
    stocked(desk)
    desk.run(
        Split(warehouse="main", line=some("L1", 30), parts=(Part(quantity=10, lot="S1"), Part(quantity=20))), MAKER
    )
    assert desk.stock(yoghurt("L1")) == {("A-01", "released"): Decimal(70)}
    assert desk.stock(yoghurt("S1")) == {("A-01", "released"): Decimal(10)}
    assert desk.stock(yoghurt("HZ261120A01")) == {("A-01", "released"): Decimal(20)}
    assert expiry("S1") == LAST


def test_parts_add_up(desk: Desk) -> None:
    stocked(desk)
    wrong = Split(warehouse="main", line=some("L1", 30), parts=(Part(quantity=10), Part(quantity=19)))
    assert refusal(desk, wrong) == {("labels", "operations.repack_unequal")}


def test_merge_takes_the_earliest_expiry(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    stocked(desk, "L2", 10, expiry=LAST - timedelta(days=3))
    desk.run(Merge(warehouse="main", lines=(some("L1", 10), some("L2", 5)), lot="M1"), MAKER)
    assert desk.stock(yoghurt("M1")) == {("A-01", "released"): Decimal(15)}
    assert expiry("M1") == LAST - timedelta(days=3)


def test_merge_of_unlike_is_refused(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    pending = ReceiptLine(item="YOG", lot="L2", quantity=10, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(pending,), place="A-01", owner="CAFE"))
    assert refusal(desk, Merge(warehouse="main", lines=(some("L1", 10), some("L2", 5)))) == {
        ("lines", "operations.statuses_differ"),
        ("lines", "operations.owners_differ"),
    }


def test_two_items_with_one_lot_number_stay_two(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    whey = ReceiptLine(item="WHEY", lot="L1", quantity=10)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(whey,), place="A-01"))
    lines = (some("L1", 1), Line(item="WHEY", lot="L1", quantity=1, place="A-01"))
    assert ("lines", "operations.items_differ") in refusal(desk, Merge(warehouse="main", lines=lines))


def test_a_block_goes_with_the_goods(desk: Desk) -> None:
    stocked(desk)
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="off-flavour"))
    desk.run(Relabel(warehouse="main", line=some("L1", 5), lot="N1", reason="torn labels"), MAKER)
    assert refusal(desk, Pick(warehouse="main", lines=(Line(item="YOG", lot="N1", quantity=1),))) == {
        ("lines[0]", "stock.held")
    }


def test_a_relabelling_has_a_reason(desk: Desk) -> None:
    stocked(desk)
    wrong = Relabel(warehouse="main", line=some("L1", 101), lot="L1", reason="")
    assert refusal(desk, wrong) >= {
        ("reason", "operations.reason_missing"),
        ("lines[0]", "stock.short"),
        ("labels[0]", "operations.made_of_itself"),
    }
