"""Four eyes: what gets past them, and everything that does not."""

import threading
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.writes import At, do_add_user, do_grant, do_revoke
from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.directory import directory
from suyuan.governance import approvals
from suyuan.governance.approvals import WithdrawApproval, approve, asking, refuse_request
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.governance.models import ApprovalRequest, Signature
from suyuan.governance.packing import pack, unpack
from suyuan.governance.queries import approvals_of, changes_by, refusals
from suyuan.governance.settings import SIGNATURES, SMALL_FIRM, PutSetting, Value
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Kind, Record
from suyuan.operations.commands import (
    Correct,
    Count,
    Destroy,
    Hold,
    Inspect,
    Line,
    ReceiptLine,
    Receive,
    Release,
    Verdict,
)
from tests.operations.dairy import LAST, Desk, build_dairy, codes, stocked, yoghurt

PASSWORD = "grass-2-milk"
YOG = Line(item="YOG", lot="L1", quantity=3)
GONE = Destroy(warehouse="main", lines=(YOG,), reason="burst")


@dataclass(slots=True)
class House:
    """The dairy with accounts: `ask` and `sign` as people do."""

    desk: Desk

    def user(self, username: str) -> User:
        return User.objects.get(username=username)

    def context(self, username: str) -> Context:
        actor = actor_of(self.user(username), directory().sites, self.desk.now)
        return replace(self.desk.context(), actor=actor, terminal="Chrome")

    def ask(self, command: object, username: str = "kai", reason: str = "they burst") -> UUID:
        result = execute(self.context(username), asking(command, reason))
        return UUID(result.value["request"])

    def sign(self, request: UUID, username: str = "qin", password: str = PASSWORD, **said: str) -> Result | None:
        words = {"meaning": "reviewed", "reason": "seen"} | said
        return approve(self.context(username), request, lambda: self.user(username).check_password(password), **words)

    def refused(self, request: UUID, username: str = "qin", password: str = PASSWORD, **said: str) -> set[str]:
        """Why it cannot be signed; nothing happened by it."""
        before = Record.objects.filter(kind=Kind.EPCIS).count()
        with pytest.raises(Refused) as error:
            self.sign(request, username, password, **said)
        assert Record.objects.filter(kind=Kind.EPCIS).count() == before
        return {code for _, code in codes(error.value.problems)}

    def state(self, request: UUID) -> str:
        return ApprovalRequest.objects.get(pk=request).state

    def put(self, key: str, value: Value, username: str = "ada") -> None:
        execute(self.context(username), PutSetting(key=key, value=value, version=0, reason="so"))


def people() -> None:
    roles = {"kai": "keeper", "kim": "keeper", "ines": "inspector", "qin": "quality", "fei": "finance", "ada": "admin"}
    with governed():
        for username, role in roles.items():
            do_add_user(username=username, name=username.title(), password=PASSWORD, grants=[At(role)])


def opened() -> House:
    build_dairy()
    people()
    desk = Desk()
    stocked(desk)
    return House(desk)


@pytest.fixture
def house(db: None) -> House:
    return opened()


# -- what gets past them


@pytest.mark.engine
def test_it_works(engine: str) -> None:
    house = opened()
    request = house.ask(GONE)
    assert house.state(request) == "waiting"
    result = house.sign(request, reason="counted them myself")
    assert result is not None
    assert len(result.events) == 1
    row = ApprovalRequest.objects.get(pk=request)
    assert row.state == "approved"
    assert row.done_by is not None
    (approval,) = approvals_of(row.done_by.bytes)
    assert approval.kind == "approval"
    assert (approval.body["meaning"], approval.body["reason"]) == ("reviewed", "counted them myself")
    assert approval.body["request"] == {"id": str(request), "hash": row.digest, "versions": row.versions}
    (change,) = [one for one in changes_by(str(house.user("kai").pk)) if one.body.get("command") == "Destroy"]
    assert change.body["events"] == list(result.events)
    assert differences() == []
    assert house.desk.stock(yoghurt("L1")) == {("A-01", "released"): 97}


def test_asking_is_a_change_and_does_nothing(house: House) -> None:
    before = Record.objects.filter(kind=Kind.EPCIS).count()
    request = house.ask(GONE)
    record = Record.objects.get(id=request.bytes)
    assert (record.kind, record.type, record.log) == ("change", "RequestApproval", "main")
    assert Record.objects.filter(kind=Kind.EPCIS).count() == before


def test_an_adjustment_takes_quality_and_finance(house: House) -> None:
    request = house.ask(Count(warehouse="main", lines=(replace(YOG, quantity=50, place="A-01"),)))
    assert house.sign(request, "fei") is None
    assert house.state(request) == "waiting"
    assert [one.body["type"] for one in approvals_of(request.bytes)] == ["signed"]
    assert house.refused(request, "fei") == {"governance.signed_already"}
    result = house.sign(request, "qin")
    assert result is not None
    assert {one.body["actor"]["id"] for one in approvals_of(_done(request).bytes)} == {
        str(house.user(name).pk) for name in ("fei", "qin")
    }


def test_an_administrator_may_ask_for_one_of_them_only(house: House) -> None:
    house.put(SIGNATURES, "one")
    request = house.ask(Count(warehouse="main", lines=(replace(YOG, quantity=50, place="A-01"),)))
    assert house.sign(request, "fei") is not None


def test_a_firm_too_small_for_two(house: House) -> None:
    give(house, "kai", "quality")
    request = house.ask(GONE)
    assert house.refused(request, "kai") == {"governance.approval_self"}
    house.put(SMALL_FIRM, True)
    assert house.sign(request, "kai") is not None
    (noted,) = approvals_of(_done(request).bytes)
    assert noted.body["type"] == "exception"
    assert Record.objects.get(id=noted.id).type == "exception"
    assert Signature.objects.get(request=request).exception


def test_no_is_an_answer(house: House) -> None:
    request = house.ask(GONE)
    refuse_request(house.context("qin"), request, reason="they can be repacked")
    assert house.state(request) == "refused"
    (noted,) = approvals_of(request.bytes)
    assert (noted.body["type"], noted.body["reason"]) == ("refused", "they can be repacked")
    assert house.refused(request) == {"governance.request_decided"}


# -- what does not


def test_a_role_switch(house: House) -> None:
    """Whoever asked cannot sign, whatever roles he holds by then."""
    request = house.ask(GONE)
    give(house, "kai", "quality")
    assert house.refused(request, "kai") == {"governance.approval_self"}


def test_a_second_account_of_one_person(house: House) -> None:
    request = house.ask(GONE)
    with governed():
        do_add_user(
            username="kai2", name="Kai", password=PASSWORD, grants=[At("quality")], person=house.user("kai").person
        )
    assert house.refused(request, "kai2") == {"governance.approval_self"}
    assert approvals_of(request.bytes) == []


def test_one_person_with_two_accounts_signs_once(house: House) -> None:
    with governed():
        do_add_user(
            username="qin2", name="Qin", password=PASSWORD, grants=[At("finance")], person=house.user("qin").person
        )
    request = house.ask(Count(warehouse="main", lines=(replace(YOG, quantity=50, place="A-01"),)))
    house.sign(request, "qin")
    assert house.refused(request, "qin2") == {"governance.signed_already"}


def test_a_replayed_approval(house: House) -> None:
    request = house.ask(GONE)
    house.sign(request)
    assert house.refused(request) == {"governance.request_decided"}
    assert house.desk.stock(yoghurt("L1")) == {("A-01", "released"): 97}


def test_an_edited_record(house: House) -> None:
    """Somebody takes of the lot meanwhile: what was to be approved is not what is there any more."""
    request = house.ask(GONE)
    house.desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    assert house.refused(request) == {"governance.request_stale"}
    assert house.state(request) == "dead"
    assert house.refused(request) == {"governance.request_dead"}


@pytest.mark.parametrize("column", ["params", "versions", "both"])
def test_an_edited_request(house: House, column: str) -> None:
    """Written past the commands, even with a hash that fits: the ledger knows what was asked."""
    request = house.ask(GONE)
    row = ApprovalRequest.objects.get(pk=request)
    if column != "versions":
        row.params = pack(replace(GONE, lines=(replace(YOG, quantity=99),)))
    if column != "params":
        row.versions = {}
    if column == "both":
        row.digest = approvals.digest_of(row.command, row.params, row.versions, row.salt)
    with governed():
        row.save()
    assert house.refused(request) == {"governance.request_tampered"}
    assert house.state(request) == "dead"


def test_an_expired_approval(house: House) -> None:
    request = house.ask(GONE)
    house.desk.later(hours=24)
    assert house.refused(request) == {"governance.request_expired"}
    assert house.state(request) == "expired"


def test_a_withdrawn_one(house: House) -> None:
    request = house.ask(GONE)
    with pytest.raises(Refused) as error:
        execute(house.context("kim"), WithdrawApproval(request=request))
    assert codes(error.value.problems) == {("request", "governance.request_unknown")}
    execute(house.context("kai"), WithdrawApproval(request=request))
    assert house.refused(request) == {"governance.request_withdrawn"}


def test_a_new_request_withdraws_the_old(house: House) -> None:
    old = house.ask(GONE)
    new = house.ask(replace(GONE, lines=(replace(YOG, quantity=4),)))
    assert (house.state(old), house.state(new)) == ("withdrawn", "waiting")


def test_a_wrong_password(house: House) -> None:
    request = house.ask(GONE)
    assert house.refused(request, password="guess") == {"governance.identity_unproven"}
    assert house.refused(request, password="") == {"governance.identity_unproven"}
    assert house.state(request) == "waiting"
    (noted,) = [one for one in refusals("main") if one.body["command"] == "Approve"][:1]
    assert noted.body["codes"] == ["governance.identity_unproven"]


def test_a_signature_says_what_and_why(house: House) -> None:
    request = house.ask(GONE)
    assert house.refused(request, meaning="", reason=" ") == {
        "governance.meaning_missing", "governance.reason_missing"
    }  # fmt: skip


def test_no_right_in_that_warehouse(house: House) -> None:
    with governed():
        do_add_user(username="cold", name="Cold", password=PASSWORD, grants=[At("quality", "cold")])
    request = house.ask(GONE)
    assert house.refused(request, "cold") == {"governance.approval_not_allowed"}
    assert house.refused(request, "ines") == {"governance.approval_not_allowed"}


def test_a_right_that_has_gone(house: House) -> None:
    request = house.ask(GONE)
    context = house.context("qin")
    with governed():
        do_revoke(user=house.user("qin"), role="quality")
    with pytest.raises(Refused) as error:
        approve(context, request, lambda: True, meaning="reviewed", reason="seen")
    assert codes(error.value.problems) == {("approver", "governance.approval_not_allowed")}


def test_a_requester_who_may_no_longer(house: House) -> None:
    request = house.ask(GONE)
    with governed():
        do_revoke(user=house.user("kai"), role="keeper")
    assert house.refused(request) == {"governance.not_allowed"}
    assert house.state(request) == "waiting"


def test_whoever_inspected_does_not_release(house: House) -> None:
    give(house, "ines", "quality")
    line = ReceiptLine(item="YOG", lot="L2", quantity=5, expiry=LAST)
    house.desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    execute(house.context("ines"), Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L2", verdict="pass"),)))
    block = house.desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L2"),), reason="smell")).value["block"]
    with governed():
        do_add_user(username="ivan", name="Ivan", password=PASSWORD, grants=[At("inspector")])
    lift = Release(warehouse="main", block=block, lines=(Line(item="YOG", lot="L2"),), reason="retested")
    request = house.ask(lift, "ivan", "retested")
    assert house.refused(request, "ines") == {"governance.approval_by_inspector"}
    assert house.sign(request, "qin") is not None


def test_whoever_counted_does_not_approve(house: House) -> None:
    give(house, "kim", "quality")
    small = Count(warehouse="main", lines=(replace(YOG, quantity=99, place="A-01"),))
    counted = execute(house.context("kim"), small).events[0]
    wrong = Correct(
        warehouse="main", event=counted, error="incorrect_data", reason="r", lines=(replace(YOG, quantity=50),)
    )
    request = house.ask(wrong)
    house.sign(request, "fei")
    assert house.refused(request, "kim") == {"governance.approval_by_counter"}


def test_nothing_that_cannot_be_done_is_asked(house: House) -> None:
    with pytest.raises(Refused) as error:
        house.ask(replace(GONE, lines=(replace(YOG, quantity=1000),), reason=""))
    assert {"stock.short", "operations.reason_missing"} <= {p.code for p in error.value.problems}
    with pytest.raises(Refused) as error:
        house.ask(GONE, "ines")
    assert {p.code for p in error.value.problems} == {"governance.not_allowed"}
    with pytest.raises(Refused) as error:
        house.ask(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="r"))
    assert {p.code for p in error.value.problems} == {"governance.approval_needless"}


def unnumbered(amount: int) -> Receive:
    """Milk without a lot number, from a supplier who takes a second person."""
    milk = ReceiptLine(item="MILK", quantity=amount)
    return Receive(warehouse="main", supplier="LATE", lines=(milk,), override_supplier="nobody else has any")


def test_a_lot_number_of_ours_is_drawn_when_it_is_done(house: House) -> None:
    first, second = house.ask(unnumbered(10)), house.ask(unnumbered(20))
    free = replace(unnumbered(30), supplier="FARM", override_supplier="")
    (taken,) = house.desk.run(free).value["lots"]
    drawn = [house.sign(request) for request in (first, second)]
    lots = [taken["lot"], *(result.value["lots"][0]["lot"] for result in drawn if result)]
    assert len(set(lots)) == 3, "each of them its own"
    assert differences() == []


def test_a_lot_number_that_was_given_is_what_was_asked(house: House) -> None:
    milk = ReceiptLine(item="MILK", lot="M7", quantity=10)
    request = house.ask(replace(unnumbered(10), lines=(milk,)))
    house.desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk,)))
    assert house.refused(request) == {"governance.request_stale"}


@pytest.mark.engine
def test_twice_at_once(engine: str) -> None:
    house = opened()
    with governed():
        do_add_user(username="quinn", name="Quinn", password=PASSWORD, grants=[At("quality")])
    request = house.ask(GONE)
    contexts = [house.context("qin"), house.context("quinn")]
    answers: list[object] = []
    ready = threading.Barrier(2)

    def sign(context: Context) -> None:
        ready.wait()
        try:
            answers.append(approve(context, request, lambda: True, meaning="reviewed", reason="seen"))
        except Refused as refused:
            answers.append({p.code for p in refused.problems})
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(context,)) for context in contexts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {"governance.request_decided"} in answers
    assert len([one for one in answers if isinstance(one, Result)]) == 1
    assert house.desk.stock(yoghurt("L1")) == {("A-01", "released"): 97}


@pytest.mark.engine
def test_the_database_tells_two_people_apart(engine: str) -> None:
    house = opened()
    row = ApprovalRequest.objects.get(pk=house.ask(GONE))
    same: dict[str, Any] = {
        "request": row, "user": row.requester, "person": row.person, "asked_by": row.person, "verdict": "approved",
        "meaning": "reviewed", "at": 1,
    }  # fmt: skip
    with governed():
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.create(**same)
        Signature.objects.create(**same | {"person": "another"})
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.create(**same | {"person": "a third"})


def test_a_command_comes_back_whole() -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=3, expiry=date(2027, 1, 2))
    for command in (GONE, replace(GONE, lines=(line,)), PutSetting(key="k", value=True, version=0, reason="r")):
        if command == replace(GONE, lines=(line,)):
            with pytest.raises(ValueError, match="no part"):
                unpack(Destroy, pack(command))
        else:
            assert unpack(type(command), pack(command)) == command
    with pytest.raises(ValueError, match="instead of"):
        unpack(Destroy, pack("Destroy"))


# -- small things


def give(house: House, username: str, role: str) -> None:
    with governed():
        do_grant(user=house.user(username), role=role)


def _done(request: UUID) -> UUID:
    done = ApprovalRequest.objects.get(pk=request).done_by
    assert done is not None
    return done
