"""Goods that are weighed each time keep their weight through picking, splitting, merging and relabelling."""

from collections.abc import Callable

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Item
from suyuan.catalog.writes import do_add_items
from suyuan.gs1.identifiers import lot_of_item
from suyuan.ledger.keys import key16
from suyuan.operations.commands import (
    Correct,
    Deliver,
    Destroy,
    Inspect,
    Line,
    Merge,
    Move,
    Part,
    Pick,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReceiveTransfer,
    Relabel,
    Ship,
    Split,
    Transfer,
    Verdict,
)
from suyuan.stock.facts import UNEXPLAINED, VARIANCE
from suyuan.stock.models import Balance, Posting
from tests.operations.dairy import BOTH, MAKER, QUALITY, Desk, refusal


@pytest.fixture(autouse=True)
def _cheese(desk: Desk) -> None:
    """Ten wheels of 101.5 kg together, inspected, in a bin; and tins, which nobody weighs."""
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])
        do_add_items(items=[NewItem(code="TIN", name_en="Cheese in a tin", base_unit="EA")])
    came = ReceiptLine(item="CHEESE", lot="C1", quantity=10, weight="101.5")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,), place="A-01"))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="CHEESE", lot="C1", verdict="pass"),)))


def wheels(quantity: int, weight: str | None = None, lot: str = "C1", place: str = "A-01", unit: str = "") -> Line:
    return Line(item="CHEESE", lot=lot, quantity=quantity, weight=weight, weight_unit=unit, place=place)


def there(lot: str, item: str = "CHEESE") -> tuple[float, float]:
    """Pieces and kilograms."""
    key = key16(lot_of_item(Item.objects.get(code=item).uri, lot))
    rows = Balance.objects.filter(subject=key)
    return sum(row.quantity for row in rows) / 10**6, sum(row.second for row in rows) / 10**6


def variance() -> float:
    return -sum(row.second for row in Posting.objects.filter(counterpart=VARIANCE)) / 10**6


TAKE: dict[str, Callable[[Line], object]] = {
    "pick": lambda line: Pick(warehouse="main", lines=(line,)),
    "move": lambda line: Move(warehouse="main", lines=(line,), to="A-02"),
    "ship": lambda line: Ship(warehouse="main", customer="SHOP", lines=(line,)),
    "destroy": lambda line: Destroy(warehouse="main", lines=(line,), reason="r"),
    "relabel": lambda line: Relabel(warehouse="main", line=line, lot="C2", reason="torn"),
    "tinned": lambda line: Relabel(warehouse="main", line=line, item="TIN", lot="T1", reason="tinned"),
}


@pytest.mark.parametrize("verb", TAKE)
def test_who_takes_weighs_and_the_last_piece_takes_the_rest(desk: Desk, verb: str) -> None:
    assert ("lines[0].weight", "operations.weight_missing") in refusal(desk, TAKE[verb](wheels(4)), SYSTEM, QUALITY)
    desk.run(TAKE[verb](wheels(4, "40.5")), SYSTEM, QUALITY)
    assert variance() == 0
    desk.run(TAKE[verb](wheels(6, "60000", unit="GRM")), SYSTEM, QUALITY)
    assert variance() == 1
    left = Balance.objects.filter(subject=key16(lot_of_item(Item.objects.get(code="CHEESE").uri, "C1")))
    assert not any(row.second for row in left if not row.quantity)


def test_parts_are_weighed(desk: Desk) -> None:
    missing = Split(warehouse="main", line=wheels(10), parts=(Part(quantity=4, lot="S1"), Part(quantity=6, lot="S2")))
    assert ("labels[1].weight", "operations.weight_missing") in refusal(desk, missing)
    parts = (Part(quantity=4, lot="S1", weight="40"), Part(quantity=6, lot="S2", weight="60500", weight_unit="GRM"))
    unlike = Split(warehouse="main", line=wheels(10, "101"), parts=parts)
    assert refusal(desk, unlike) == {("labels", "operations.repack_unequal")}
    desk.run(Split(warehouse="main", line=wheels(10), parts=parts), MAKER)
    assert (there("S1"), there("S2"), there("C1")) == ((4, 40), (6, 60.5), (0, 0))
    assert variance() == 1


def test_no_part_is_heavier_than_the_whole(desk: Desk) -> None:
    parts = (Part(quantity=4, lot="S1", weight="40"), Part(quantity=6, lot="S2", weight="62"))
    assert refusal(desk, Split(warehouse="main", line=wheels(10), parts=parts)) == {("lines[0]", "stock.short")}


def test_what_is_merged_weighs_what_its_parts_did(desk: Desk) -> None:
    parts = (Part(quantity=4, lot="S1", weight="40"), Part(quantity=5, lot="S2", weight="50"))
    desk.run(Split(warehouse="main", line=wheels(9), parts=parts), MAKER)
    lines = (wheels(4, "40", "S1"), wheels(5, "49.5", "S2"))
    assert ("labels[0].weight", "operations.weight_missing") in refusal(
        desk, Merge(warehouse="main", lines=(lines[0], wheels(5, None, "S2")), lot="M1")
    )
    desk.run(Merge(warehouse="main", lines=lines, lot="M1"), MAKER)
    assert (there("M1"), there("C1"), variance()) == ((9, 89.5), (1, 11.5), 0.5)


def test_a_new_label_keeps_the_weight_and_that_of_another_item_has_its_own(desk: Desk) -> None:
    desk.run(Relabel(warehouse="main", line=wheels(3, "30"), lot="C2", reason="torn"), MAKER)
    assert (there("C2"), there("C1")) == ((3, 30), (7, 71.5))
    desk.run(Relabel(warehouse="main", line=wheels(7, "70"), item="TIN", lot="T1", reason="tinned"), MAKER)
    assert (there("T1", "TIN"), there("C1"), variance()) == ((7, 0), (0, 0), 1.5)
    back = Relabel(
        warehouse="main", line=Line(item="TIN", lot="T1", quantity=2, place="A-01"), item="CHEESE", lot="C3",
        weight="19", reason="out of the tin",
    )  # fmt: skip
    desk.run(back, MAKER)
    assert there("C3") == (2, 19)


def test_a_correction_puts_both_right(desk: Desk) -> None:
    came = ReceiptLine(item="CHEESE", lot="C9", quantity=4, weight="40")
    [event] = desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,), place="A-01")).events

    def instead(quantity: int, weight: str | None) -> Correct:
        line = Line(item="CHEESE", lot="C9", quantity=quantity, weight=weight)
        return Correct(warehouse="main", event=event, error="incorrect_data", reason="misread", lines=(line,))

    assert refusal(desk, instead(3, None), SYSTEM, BOTH) == {("lines[0].weight", "operations.weight_missing")}
    [event] = [one for one in desk.run(instead(3, "29.5"), SYSTEM, BOTH).events if one != event]
    assert there("C9") == (3, 29.5)
    assert refusal(desk, instead(0, None), SYSTEM, BOTH) == {("lines", "operations.nothing_left")}


def test_a_verdict_on_all_needs_no_scale(desk: Desk) -> None:
    again = ReceiptLine(item="CHEESE", lot="C1", quantity=5, weight="50")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(again,), place="A-02"))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="CHEESE", lot="C1", verdict="pass"),)))
    released = Balance.objects.filter(status="released", quantity__gt=0)
    assert sum(row.second for row in released) == 151_500_000
    assert variance() == 0


def test_a_part_is_judged_with_its_weight(desk: Desk) -> None:
    """Else a later move could take the pieces of one row and the kilograms of another."""
    came = ReceiptLine(item="CHEESE", lot="C2", quantity=10, weight="100")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,)))

    def passed(quantity: int | None, weight: str | None = None) -> Inspect:
        line = Verdict(item="CHEESE", lot="C2", quantity=quantity, weight=weight, verdict="pass")
        return Inspect(warehouse="main", lines=(line,))

    assert refusal(desk, passed(4)) == {("lines[0].weight", "operations.weight_missing")}
    desk.run(passed(4, "42"))
    desk.run(passed(None))


def test_what_comes_back_heavier_was_weighed_on_another_scale(desk: Desk) -> None:
    sent = [
        desk.run(Ship(warehouse="main", customer="SHOP", lines=(wheels(count, weight),))).value["desadv"]
        for count, weight in ((2, "20"), (2, "20.5"))
    ]
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=str(sent[0])))
    line = Line(item="CHEESE", lot="C1", quantity=2, weight="20.25")
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=(line,), reason="r"))
    assert (there("C1"), variance()) == ((10, 101.75), -0.25)  # the other shipment weighs what it weighed
    over = ReceiveReturn(
        warehouse="main", customer="CAFE", lines=(line,), reason="r", accept=frozenset({"operations.never_sent"})
    )
    desk.run(over)
    assert (there("C1"), variance()) == ((12, 122), -0.25)


def test_what_arrives_heavier_was_weighed_on_another_scale(desk: Desk) -> None:
    sent = desk.run(Transfer(warehouse="main", to="cold", lines=(wheels(2, "20"),))).value["desadv"]
    desk.run(Transfer(warehouse="main", to="cold", lines=(wheels(2, "20.5"),)))
    line = Line(item="CHEESE", lot="C1", quantity=2, weight="20.25")
    desk.run(ReceiveTransfer(warehouse="cold", sender="main", desadv=str(sent), lines=(line,)))
    assert (there("C1"), variance()) == ((10, 101.75), -0.25)
    assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()
