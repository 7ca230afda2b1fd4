"""The kernel: permission, one answer for each request, the record of the change, refusals."""

import json
import threading
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection

from suyuan.accounts.rules import Actor
from suyuan.governance import kernel
from suyuan.governance.kernel import execute
from suyuan.governance.queries import approvals_of, changes_about, changes_by, changes_of_event, refusals
from suyuan.governance.signing import Signed
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Body, PersonalValue, Record
from suyuan.operations.commands import Destroy, Inspect, Line, ReceiptLine, Receive, Ship, Verdict
from suyuan.tlog.commitment import check_commitment
from tests.operations.dairy import (
    AUDITOR,
    INSPECTOR,
    KEEPER,
    LAST,
    QUALITY,
    Desk,
    build_dairy,
    codes,
    events,
    person,
    refusal,
    stocked,
    yoghurt,
)


def delivery(quantity: int = 10, warehouse: str = "main", **more: Any) -> Receive:
    line = ReceiptLine(item="YOG", lot="L1", quantity=quantity, expiry=LAST)
    return Receive(warehouse=warehouse, supplier="FARM", lines=(line,), **more)


def body_of(request: UUID) -> dict[str, Any]:
    return dict(json.loads(bytes(Body.objects.get(id=request.bytes).body)))


def test_it_works(desk: Desk) -> None:
    context = replace(desk.context(KEEPER), terminal="PDA-3")
    result = execute(context, delivery())
    record = Record.objects.get(id=context.request_id.bytes)
    assert (record.log, record.kind, record.type) == ("main", "change", "Receive")
    body = body_of(context.request_id)
    assert body["actor"]["id"] == KEEPER.id
    assert body["actor"]["roles"] == ["keeper"]
    assert body["terminal"] == "PDA-3"
    assert body["params"]["lines"][0]["quantity"] == 10
    assert body["events"] == list(result.events)
    assert body["result"] == json.loads(json.dumps(result.value))


def test_a_request_is_done_once(desk: Desk) -> None:
    context = desk.context(KEEPER)
    first = execute(context, delivery())
    again = execute(replace(context, now=desk.context().now), delivery())
    assert again.repeated
    assert (again.value, again.events) == (first.value, first.events)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): 10}
    assert Record.objects.count() == 2


def test_a_request_is_done_once_though_nothing_is_left(desk: Desk) -> None:
    stocked(desk, quantity=10)
    context = desk.context(KEEPER)
    command = Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=10),))
    first = execute(context, command)
    assert execute(context, command) == replace(first, repeated=True, value=json.loads(json.dumps(first.value)))


def test_a_request_is_one_request(desk: Desk) -> None:
    context = desk.context(KEEPER)
    execute(context, delivery())
    with pytest.raises(Refused) as refused:
        execute(context, delivery(11))
    assert codes(refused.value.problems) == {("request_id", "governance.request_reused")}
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): 10}


def test_two_equal_requests_are_two(desk: Desk) -> None:
    context = desk.context(KEEPER)
    execute(context, delivery())
    execute(replace(context, request_id=UUID(int=99)), delivery())
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): 20}


def test_permission_is_for_a_place(desk: Desk) -> None:
    keeper = person("keeper", "Kim", "cold")
    assert refusal(desk, delivery(), keeper) == {("", "governance.not_allowed")}
    desk.run(delivery(warehouse="cold"), keeper)


def test_an_unknown_warehouse(desk: Desk) -> None:
    assert refusal(desk, delivery(warehouse="moon"), KEEPER) == {("warehouse", "governance.warehouse_unknown")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\0b", "governance.text_unprintable"),
        ("\ud800", "governance.text_unprintable"),
        ("x" * 2001, "governance.text_long"),
    ],
)
def test_texts_that_cannot_be_kept(desk: Desk, text: str, code: str) -> None:
    assert refusal(desk, delivery(po=text), KEEPER) == {("po", code)}


@pytest.mark.engine
def test_names_stand_apart(engine: str) -> None:
    build_dairy()
    desk = Desk()
    context = desk.context(KEEPER)
    execute(context, delivery())
    committed = body_of(context.request_id)["actor"]["name"]["commitment"]
    kept = PersonalValue.objects.get(log="main", commitment=bytes.fromhex(committed))
    assert check_commitment(committed, bytes(kept.salt), kept.field, "Kai")
    assert kept.value == "Kai"
    assert b"Kai" not in bytes(Body.objects.get(id=context.request_id.bytes).body).replace(b"id-Kai", b"")
    execute(desk.context(KEEPER), delivery())
    assert PersonalValue.objects.filter(value="Kai").count() == 1


def test_a_refusal_is_noted_once_a_minute(desk: Desk) -> None:
    context = desk.context(AUDITOR)
    for _ in range(3):
        with pytest.raises(Refused):
            execute(context, delivery())
    (noted,) = refusals("main")
    assert noted.body["codes"] == ["governance.not_allowed"]
    assert noted.body["said"] == {"governance.not_allowed": {"permission": "receive", "scope": "main"}}
    assert noted.body["actor"]["id"] == AUDITOR.id
    refusal(desk, delivery(), AUDITOR)
    assert len(refusals("main")) == 2
    assert len(changes_by(AUDITOR.id)) == 2


def test_an_approval_binds_the_change(desk: Desk) -> None:
    stocked(desk)
    context = replace(desk.context(KEEPER), signatures=(Signed(QUALITY, "reviewed", "seen and agreed"),))
    command = Destroy(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=1),), reason="broken")
    execute(context, command)
    (approval,) = approvals_of(context.request_id.bytes)
    stored = bytes(Body.objects.get(id=context.request_id.bytes).body)
    assert approval.kind == "approval"
    assert approval.body["change"] == {"id": str(context.request_id), "hash": sha256(stored).hexdigest()}
    assert approval.body["actor"]["id"] == QUALITY.id
    assert (approval.body["meaning"], approval.body["reason"]) == ("reviewed", "seen and agreed")


def test_nobody_approves_without_the_right(desk: Desk) -> None:
    stocked(desk)
    command = Destroy(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=1),), reason="broken")
    assert refusal(desk, command, KEEPER, INSPECTOR) == {("approver", "governance.approval_not_allowed")}
    same = Actor(KEEPER.id, KEEPER.name, KEEPER.roles, {**KEEPER.permissions, **QUALITY.permissions})
    assert refusal(desk, command, KEEPER, same) == {("approver", "governance.approval_self")}


def test_an_event_knows_its_command(desk: Desk) -> None:
    result = desk.run(delivery(), KEEPER)
    (change,) = changes_of_event(result.events[0])
    assert change.body["command"] == "Receive"
    assert changes_by(KEEPER.id) == [change]
    assert changes_about(yoghurt("L1")) == []


def test_a_lost_transaction_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def losing(*_: object) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("database is locked")
        return "done"

    monkeypatch.setattr(kernel, "connection", type("Outside", (), {"in_atomic_block": False})())
    assert kernel.persistently(losing) == "done"
    assert len(tries) == 3
    monkeypatch.setattr(kernel, "connection", type("Inside", (), {"in_atomic_block": True})())
    tries.clear()
    with pytest.raises(OperationalError):
        kernel.persistently(losing)


@pytest.mark.engine
def test_on_both_engines(engine: str) -> None:
    build_dairy()
    desk = Desk()
    lot = stocked(desk)
    context = desk.context(KEEPER)
    command = Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=10),))
    assert not execute(context, command).repeated
    assert execute(context, command).repeated
    assert refusal(desk, command, AUDITOR) == {("", "governance.not_allowed")}
    assert len(refusals("main")) == 1
    assert desk.stock(lot)["transit", "released"] == 10
    fail = Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="fail", quantity=1, reason="smell"),))
    desk.run(fail, INSPECTOR, person("inspector", "Ivan"))
    assert events() == 5


@pytest.mark.engine
def test_a_request_sent_twice_at_once(engine: str) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk, quantity=100)
    context = desk.context(KEEPER)
    command = Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=10),))
    answers: list[bool] = []
    gate = threading.Barrier(4)

    def send() -> None:
        gate.wait()
        answers.append(execute(replace(context), command).repeated)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True, True, True]
    assert desk.stock(yoghurt("L1"))["transit", "released"] == 10
