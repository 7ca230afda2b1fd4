"""Counting, destroying, correcting."""

from decimal import Decimal
from uuid import UUID

from suyuan.operations.commands import Correct, Count, Destroy, Line, Move, ReceiptLine, Receive, Sample, Ship
from tests.operations.dairy import BOTH, INSPECTOR, KEEPER, LAST, Desk, refusal, stocked, yoghurt

BOTH_MISSING = {("approver", f"governance.approval_missing_{group}") for group in ("quality", "finance")}


def some(quantity: int | str, lot: str = "L1", place: str = "A-01") -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity, place=place)


def test_a_small_difference(desk: Desk) -> None:
    lot = stocked(desk)
    result = desk.run(Count(warehouse="main", lines=(some(98),)), KEEPER)
    assert [(d["book"], d["counted"]) for d in result.value["differences"]] == [("100", "98")]
    assert desk.stock(lot) == {("A-01", "released"): Decimal(98)}


def test_a_big_difference_takes_two(desk: Desk) -> None:
    lot = stocked(desk)
    big = Count(warehouse="main", lines=(some(97),))
    assert refusal(desk, big, KEEPER) == BOTH_MISSING
    assert refusal(desk, big, KEEPER, BOTH[0]) == {("approver", "governance.approval_missing_finance")}
    desk.run(big, KEEPER, BOTH)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(97)}


def test_a_complete_count_empties_what_it_does_not_list(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    stocked(desk, "L2", 10)
    desk.run(Count(warehouse="main", lines=(some(10),), complete=True), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {("A-01", "released"): Decimal(10)}
    assert desk.stock(yoghurt("L2")) == {}


def test_several_places_at_once(desk: Desk) -> None:
    lot = stocked(desk)
    desk.run(Move(warehouse="main", lines=(some(50),), to="A-02"))
    desk.run(Count(warehouse="main", lines=(some(50), some(49, place="A-02"))), KEEPER)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(50), ("A-02", "released"): Decimal(49)}


def test_all_lines_are_judged(desk: Desk) -> None:
    stocked(desk)
    bad = Count(warehouse="main", lines=(some(1, place=""), some("1", place="B-99"), some("-1"), some(1, lot="")))
    assert refusal(desk, bad, KEEPER) == {
        ("lines[0].place", "operations.place_missing"),
        ("lines[1].place", "operations.place_unknown"),
        ("lines[2].quantity", "gs1.amount_negative"),
        ("lines[3].lot", "operations.lot_missing"),
    }


def test_destroy(desk: Desk) -> None:
    lot = stocked(desk)
    command = Destroy(warehouse="main", lines=(some(10),), reason="crushed")
    assert refusal(desk, command, KEEPER) == {("approver", "governance.approval_missing")}
    desk.run(command, KEEPER, BOTH[0])
    assert desk.stock(lot) == {("A-01", "released"): Decimal(90)}
    too_much = Destroy(warehouse="main", lines=(some(91),), reason="")
    assert refusal(desk, too_much, KEEPER, BOTH) == {
        ("reason", "operations.reason_missing"),
        ("lines[0]", "stock.short"),
    }


def test_a_sample_leaves_stock(desk: Desk) -> None:
    lot = stocked(desk)
    desk.run(Sample(warehouse="main", lines=(some(2),), testprd="LAB-1"), INSPECTOR)
    assert desk.stock(lot) == {("A-01", "released"): Decimal(98)}
    assert refusal(desk, Sample(warehouse="main", lines=(some(99),))) == {("lines[0]", "stock.short")}


def received(desk: Desk, quantity: int = 10) -> str:
    line = ReceiptLine(item="YOG", lot="L1", quantity=quantity, expiry=LAST)
    return desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,))).events[0]


def right(event: str, quantity: int | str, error: str = "incorrect_data") -> Correct:
    lines = () if error == "did_not_occur" else (Line(item="YOG", lot="L1", quantity=quantity),)
    return Correct(warehouse="main", event=event, error=error, reason="typed wrong", lines=lines)


def test_correct_a_quantity(desk: Desk) -> None:
    event = received(desk)
    result = desk.run(right(event, 12), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(12)}
    assert result.value["declared"] == event
    assert refusal(desk, right(event, 11), KEEPER, BOTH) == {("event", "operations.event_declared")}


def test_it_did_not_occur(desk: Desk) -> None:
    event = received(desk)
    assert refusal(desk, right(event, 0, "did_not_occur"), KEEPER) == BOTH_MISSING
    desk.run(right(event, 0, "did_not_occur"), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {}


def test_in_the_middle_of_a_chain(desk: Desk) -> None:
    """What later events took can't be corrected away; what they left can."""
    lot = stocked(desk, quantity=100)
    event = desk.run(Move(warehouse="main", lines=(some(60),), to="A-02")).events[0]
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(50, place="A-02"),)))
    assert {code for _, code in refusal(desk, right(event, 40), KEEPER, BOTH)} == {"stock.depends"}
    desk.run(right(event, 55), KEEPER, BOTH)
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(45),
        ("A-02", "released"): Decimal(5),
        ("transit", "released"): Decimal(50),
    }


def test_what_cannot_be_corrected(desk: Desk) -> None:
    event = received(desk)
    unknown = f"urn:uuid:{UUID(int=1)}"
    assert refusal(desk, right(unknown, 1), KEEPER, BOTH) == {("event", "operations.event_unknown")}
    other = Correct(
        warehouse="main",
        event=event,
        error="typo",
        reason="",
        lines=(Line(item="YOG", lot="L2", quantity=1),),
    )
    assert refusal(desk, other, KEEPER, BOTH) == {
        ("error", "operations.choice"),
        ("reason", "operations.reason_missing"),
    }
    lines = (Line(item="YOG", lot="L2", quantity=1), Line(item="PUMP", serials=("1",)))
    elsewhere = Correct(warehouse="main", event=event, error="incorrect_data", reason="x", lines=lines)
    assert refusal(desk, elsewhere, KEEPER, BOTH) == {
        ("lines[0]", "operations.not_in_event"),
        ("lines[1]", "operations.not_in_event"),
    }
    assert refusal(desk, right(event, 0), KEEPER, BOTH) == {("lines", "operations.nothing_left")}
