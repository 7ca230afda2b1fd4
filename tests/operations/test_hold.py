"""Blocks, and lifting them."""

from decimal import Decimal

from suyuan.operations.commands import Hold, Line, Pick, ReceiptLine, Receive, Release, Transfer
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import INSPECTOR, KEEPER, LAST, QUALITY, Desk, refusal, stocked, yoghurt

YOG = (Line(item="YOG", lot="L1"),)


def hold(desk: Desk, *lines: Line, warehouse: str = "main") -> str:
    return str(desk.run(Hold(warehouse=warehouse, lines=lines or YOG, reason="off-flavour"), KEEPER).value["block"])


def pick(quantity: int = 1, warehouse: str = "main") -> Pick:
    return Pick(warehouse=warehouse, lines=(Line(item="YOG", lot="L1", quantity=quantity),))


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    block = hold(desk)
    assert lot_state(lot, desk.today) is State.HELD
    assert refusal(desk, pick()) == {("lines[0]", "stock.held")}
    desk.run(Release(warehouse="main", block=block, lines=YOG), INSPECTOR, QUALITY)
    assert lot_state(lot, desk.today) is State.IN_STOCK
    desk.run(pick())


def test_lifting_one_frees_nothing_else(desk: Desk) -> None:
    lot = stocked(desk)
    first, second = hold(desk), hold(desk)
    desk.run(Release(warehouse="main", block=first, lines=YOG), INSPECTOR, QUALITY)
    assert refusal(desk, pick()) == {("lines[0]", "stock.held")}
    assert refusal(desk, Release(warehouse="main", block=first, lines=YOG), INSPECTOR, QUALITY) == {
        ("lines[0]", "operations.block_unknown")
    }
    desk.run(Release(warehouse="main", block=second, lines=YOG), INSPECTOR, QUALITY)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(100)}


def test_a_release_passes_no_inspection(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=5, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    block = hold(desk)
    desk.run(Release(warehouse="main", block=block, lines=YOG), INSPECTOR, QUALITY)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(5)}


def test_it_holds_in_every_warehouse(desk: Desk) -> None:
    stocked(desk, warehouse="cold")
    hold(desk)
    assert refusal(desk, pick(warehouse="cold")) == {("lines[0]", "stock.held")}


def test_it_covers_what_is_still_to_come(desk: Desk) -> None:
    stocked(desk)
    hold(desk)
    line = Line(item="YOG", lot="L1", quantity=1)
    stocked(desk, warehouse="cold")
    assert refusal(desk, Transfer(warehouse="cold", to="main", lines=(line,))) == {("lines[0]", "stock.held")}


def test_a_whole_item(desk: Desk) -> None:
    stocked(desk)
    hold(desk, Line(item="YOG"))
    assert refusal(desk, pick()) == {("lines[0]", "stock.held")}


def test_refusals(desk: Desk) -> None:
    stocked(desk)
    wrong = Hold(warehouse="main", lines=(Line(item="YOG", lot="L9"),), reason="")
    assert refusal(desk, wrong) == {("lines[0]", "operations.goods_unknown"), ("reason", "operations.reason_missing")}
    block = hold(desk)
    assert refusal(desk, Release(warehouse="main", block=block, lines=YOG), INSPECTOR) == {
        ("approver", "governance.approval_missing")
    }
    assert refusal(desk, Release(warehouse="main", block=block, lines=YOG), INSPECTOR, KEEPER) == {
        ("approver", "governance.approval_not_allowed")
    }
