"""Inspections."""

from decimal import Decimal

from suyuan.operations.commands import Inspect, ReceiptLine, Receive, Verdict
from tests.operations.dairy import INSPECTOR, LAST, QUALITY, SECOND, Desk, refusal, yoghurt


def receive(desk: Desk, quantity: int = 10) -> str:
    line = ReceiptLine(item="YOG", lot="L1", quantity=quantity, expiry=LAST)
    return str(desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,))).value["receipt"])


def verdict(kind: str, quantity: int | None = None, receipt: str = "", reason: str = "smell") -> Inspect:
    line = Verdict(item="YOG", lot="L1", verdict=kind, quantity=quantity, receipt=receipt, reason=reason)
    return Inspect(warehouse="main", lines=(line,))


def test_it_works(desk: Desk) -> None:
    receive(desk)
    desk.run(verdict("pass"), INSPECTOR)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(10)}


def test_a_part_fails_and_is_forgiven_in_part(desk: Desk) -> None:
    receive(desk)
    desk.run(verdict("pass", 7), INSPECTOR)
    desk.run(verdict("fail", 3), INSPECTOR, SECOND)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(7), ("IN", "rejected"): Decimal(3)}
    desk.run(verdict("concession", 1), INSPECTOR, QUALITY)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(8), ("IN", "rejected"): Decimal(2)}


def test_a_second_delivery_is_pending(desk: Desk) -> None:
    first = receive(desk)
    desk.run(verdict("pass", receipt=first), INSPECTOR)
    second = receive(desk, 5)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(10), ("IN", "pending"): Decimal(5)}
    assert refusal(desk, verdict("pass", receipt=first), INSPECTOR) == {("lines[0]", "operations.nothing_to_judge")}
    desk.run(verdict("pass", receipt=second), INSPECTOR)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(15)}


def test_a_fail_takes_two_people(desk: Desk) -> None:
    receive(desk)
    assert refusal(desk, verdict("fail"), INSPECTOR) == {("approver", "governance.approval_missing")}
    assert refusal(desk, verdict("fail"), INSPECTOR, INSPECTOR) == {("approver", "governance.approval_self")}


def test_refusals(desk: Desk) -> None:
    receive(desk)
    assert refusal(desk, verdict("pass", 11), INSPECTOR) == {("lines[0]", "operations.nothing_to_judge")}
    assert refusal(desk, verdict("good"), INSPECTOR, SECOND) == {("lines[0].verdict", "operations.choice")}
    assert refusal(desk, verdict("fail", reason=" "), INSPECTOR, SECOND) == {
        ("lines[0].reason", "operations.reason_missing")
    }
