"""Receiving what was announced: what differs is kept beside it, and whoever comes second is told."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from suyuan.accounts.models import User
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import own_document_uri
from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.orders.models import Notice, NoticeLine
from suyuan.orders.notices import expected
from tests.operations.dairy import KEEPER, LAST, Desk, refusal, yoghurt

ORIGIN = "https://suyuan.example"
PALLET = "069012340000000016"


@pytest.fixture
def notice(desk: Desk) -> Notice:
    """LS-7: 24 of L1 loose, 36 of L2 on a pallet, vials A1 to A3."""
    goods: list[dict[str, Any]] = [  # Any: fields of the model by name
        {"item": "YOG", "lot": "L1", "quantity": 24, "expiry": LAST},
        {"item": "YOG", "lot": "L2", "quantity": 36, "expiry": LAST, "sscc": PALLET},
        {"item": "VIAL", "lot": "V1", "quantity": 3, "serials": "A1..A3"},
    ]
    with governed():
        found = Notice.objects.create(
            number="LS-7", key=code_key("LS-7"), uri=own_document_uri(ORIGIN, "desadv", "LS-7"),
            supplier=Partner.objects.get(code="FARM"), warehouse_id="main", version=1,
        )  # fmt: skip
        for number, one in enumerate(goods, 1):
            amount = one["quantity"] * 10**6
            row = {**one, "item": Item.objects.get(code=one["item"]), "quantity": amount, "base": amount, "unit": "EA"}
            NoticeLine.objects.create(notice=found, number=number, version=1, **row)
    return found


def delivery(*lines: ReceiptLine, **more: Any) -> Receive:  # Any: fields of the command by name
    return Receive(**{"warehouse": "main", "supplier": "FARM", "desadv": "ls-7", **more}, lines=lines)


def cups(lot: str, quantity: int, **more: Any) -> ReceiptLine:  # Any: fields of the line by name
    return ReceiptLine(**{"item": "YOG", "lot": lot, "quantity": quantity, "expiry": LAST, **more})


VIALS = ReceiptLine(item="VIAL", lot="V1", serials=("A1", "A2", "A3"))


def test_it_works(desk: Desk, notice: Notice) -> None:
    result = desk.run(delivery(cups("L1", 24), cups("L2", 36, inside=PALLET), VIALS), KEEPER)
    assert "announced" not in result.value
    assert result.value["accuracy"]["right"] == 3
    assert expected("main", number="LS-7") == []
    assert desk.stock(yoghurt("L2")) == {(f"IN/{PALLET}", "pending"): Decimal(36)}


def test_what_differs_stands_in_the_event(desk: Desk, notice: Notice) -> None:
    result = desk.run(delivery(cups("L1", 20), cups("L3", 4)), KEEPER)
    differ = [
        {"id": yoghurt("L1"), "announced": "24", "received": "20", "unit": "EA"},
        {"id": yoghurt("L3"), "announced": "0", "received": "4", "unit": "EA"},
    ]
    assert result.value["announced"] == differ
    body = json.loads(bytes(Body.objects.get(id=event_key(result.events[0])).body))
    assert body["suyuan:announced"] == differ
    assert result.value["accuracy"]["right"] == 0
    rest = desk.run(delivery(cups("L2", 36, inside=PALLET)), KEEPER)
    assert rest.value["accuracy"]["right"] == 1


def test_whoever_comes_second_is_told_who_came_first(desk: Desk, notice: Notice) -> None:
    first = delivery(cups("L1", 24), cups("L2", 36, inside=PALLET), VIALS)
    with governed():
        kai = User.objects.create(username="kai", name="Kai")
    desk.run(first, replace(KEEPER, id=str(kai.pk)))
    with pytest.raises(Refused) as refused:
        desk.run(first, KEEPER)
    found = {problem.code: problem.params for problem in refused.value.problems}
    assert found["operations.notice_received"] == {"number": "LS-7", "who": "Kai", "time": "2026-11-20 12:01"}
    assert found["operations.here_already"]["who"] == "Kai"
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(24)}
    more = delivery(cups("L1", 1), accept=frozenset({"operations.notice_received"}))
    desk.run(more, KEEPER)


def test_a_lot_that_is_here_is_told_though_the_rest_is_not(desk: Desk, notice: Notice) -> None:
    desk.run(delivery(cups("L1", 24)), KEEPER)
    again = delivery(cups("L1", 24), cups("L2", 36, inside=PALLET))
    assert refusal(desk, again, KEEPER) == {("lines[0]", "operations.lot_received")}


def test_a_label_says_another_expiry_than_was_announced(desk: Desk, notice: Notice) -> None:
    other = delivery(cups("L1", 24, expiry=date(2026, 12, 1)))
    assert refusal(desk, other, KEEPER) == {("lines[0].expiry", "operations.expiry_announced")}
    desk.run(delivery(*other.lines, accept=frozenset({"operations.expiry_announced"})), KEEPER)


def test_an_unknown_notice_is_only_a_number(desk: Desk, notice: Notice) -> None:
    result = desk.run(delivery(cups("L1", 20), desadv="LS-8"), KEEPER)
    assert "announced" not in result.value
    assert result.value["accuracy"]["judged"] == 0
