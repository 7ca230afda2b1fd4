"""A receipt that was posted wrongly is corrected by a new event, with its reason, all its events as one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.governance.kernel import Result
from suyuan.gs1.identifiers import lot_uri, serial_uri
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import CorrectReceipt, Inspect, Line, PutAway, ReceiptLine, Receive, RightLine, Verdict
from suyuan.stock.queries import about, on_hand
from tests.operations.dairy import BOTH, CASE, CUP, KEEPER, LAST, Desk, key, refusal, yoghurt

PALLET = "069012340000000016"


def took(desk: Desk, *lines: ReceiptLine) -> Result:
    return desk.run(Receive(warehouse="main", supplier="FARM", po="PO-1", lines=lines), KEEPER)


def cups(lot: str, quantity: int, **more: Any) -> ReceiptLine:  # Any: fields of the line by name
    return ReceiptLine(**{"item": "YOG", "lot": lot, "quantity": quantity, "expiry": LAST, **more})


def wrong(receipt: Result, *lines: RightLine, **more: Any) -> CorrectReceipt:  # Any: fields of the command by name
    told = {"warehouse": "main", "error": "incorrect_data", "reason": "misread", **more}
    return CorrectReceipt(event=receipt.events[0], lines=lines, **told)


def expiry(uri: str) -> date | None:
    day = about([key(uri)])[key(uri)].expiry
    return date.fromordinal(day) if day else None


def test_it_works(desk: Desk) -> None:
    receipt = took(desk, cups("L1", 24), cups("L2", 12))
    result = desk.run(wrong(receipt, RightLine(uri=yoghurt("L1"), quantity=20)), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(20)}
    assert desk.stock(yoghurt("L2")) == {("IN", "pending"): Decimal(12)}
    again = replace(wrong(receipt, RightLine(uri=yoghurt("L1"), quantity=19)), event=result.value["instead"][0])
    desk.run(again, KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(19)}


def test_another_lot_and_its_dates_on_its_pallet(desk: Desk) -> None:
    receipt = took(desk, cups("L1", 2, item=CASE, inside=PALLET), cups("L2", 12, inside=PALLET))
    right = RightLine(uri=yoghurt("L1"), lot="L7", expiry=date(2026, 12, 10))
    assert refusal(desk, wrong(receipt, right), KEEPER) == {
        ("approver", "governance.approval_missing_quality"),
        ("approver", "governance.approval_missing_finance"),
    }
    desk.run(wrong(receipt, right), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {}
    assert desk.stock(yoghurt("L7")) == {(f"IN/{PALLET}", "pending"): Decimal(24)}
    assert (expiry(yoghurt("L7")), expiry(yoghurt("L2"))) == (date(2026, 12, 10), LAST)


def test_an_earlier_expiry_takes_one_person_a_later_one_more(desk: Desk) -> None:
    receipt = took(desk, cups("L1", 24))
    later = RightLine(uri=yoghurt("L1"), expiry=date(2026, 12, 16))
    assert refusal(desk, wrong(receipt, later), KEEPER)
    desk.run(wrong(receipt, replace(later, expiry=date(2026, 12, 14))), KEEPER)
    assert expiry(yoghurt("L1")) == date(2026, 12, 14)
    took(desk, cups("L1", 1, expiry=date(2026, 12, 14)))  # what was in the way before the correction


def test_serials_that_did_not_come_and_belong_to_another_lot(desk: Desk) -> None:
    receipt = took(desk, ReceiptLine(item="VIAL", lot="V1", serials=("1", "2", "3"), expiry=LAST))
    right = RightLine(uri=lot_uri(CUP, "V1"), lot="V2", absent=("3",))
    desk.run(wrong(receipt, right), KEEPER, BOTH)
    (row,) = on_hand(desk.today, subjects=[serial_uri(CUP, "2")])
    assert (row.quantity, row.expiry) == (Decimal(1), LAST.toordinal())
    assert desk.stock(serial_uri(CUP, "3")) == {}
    took(desk, ReceiptLine(item="VIAL", lot="V2", serials=("3",), expiry=LAST))


def test_a_weight(desk: Desk) -> None:
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Wheel", base_unit="EA", catch_weight=True)])
    receipt = took(desk, ReceiptLine(item="CHEESE", lot="C1", quantity=2, weight="10.1"))
    lot = receipt.value["lots"][0]["uri"]
    desk.run(wrong(receipt, RightLine(uri=lot, weight="10.2")), KEEPER)
    (row,) = on_hand(desk.today, subjects=[lot])
    assert (row.quantity, row.second) == (Decimal(2), Decimal("10.2"))


def test_it_did_not_happen(desk: Desk) -> None:
    receipt = took(desk, cups("L1", 24, inside=PALLET))
    desk.run(wrong(receipt, error="did_not_occur"), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {}
    assert refusal(desk, wrong(receipt, error="did_not_occur"), KEEPER) == {("event", "operations.event_declared")}


def test_what_depends_on_it_is_named(desk: Desk) -> None:
    receipt = took(desk, cups("L1", 24))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)))
    put = desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=24),), to="A-01"))
    with pytest.raises(Refused) as refused:
        desk.run(wrong(receipt, RightLine(uri=yoghurt("L1"), quantity=20)), KEEPER, BOTH)
    (problem,) = refused.value.problems
    assert problem.code == "stock.depends"
    assert problem.params["event"] in put.events[0].replace("-", "")


def test_all_that_is_wrong_with_it(desk: Desk) -> None:
    receipt = took(desk, cups("L1", 24))
    bad = wrong(receipt, RightLine(uri=yoghurt("L9"), quantity=-1), RightLine(uri=yoghurt("L8")), reason=" ")
    assert refusal(desk, bad, KEEPER) == {
        ("reason", "operations.reason_missing"),
        ("lines[0].quantity", "gs1.amount_negative"),
        ("lines[1]", "operations.not_in_event"),
    }
    nothing = wrong(receipt, RightLine(uri=yoghurt("L1"), quantity=0))
    assert ("lines", "operations.nothing_left") in refusal(desk, nothing, KEEPER)
    moved = desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=24),), to="A-01"))
    assert refusal(desk, wrong(moved, error="did_not_occur"), KEEPER) == {("event", "operations.no_receipt")}
