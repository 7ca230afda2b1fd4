"""Notices: drafted, changed, approved by another, sent by the worker or by people, asked for again, answered."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from suyuan.catalog.register import Row
from suyuan.governance.master import PutPartners
from suyuan.governance.params import Personal
from suyuan.ledger.keys import moment
from suyuan.operations.commands import ReceiveReturn
from suyuan.recall.commands import (
    ApproveNotices,
    DraftNotices,
    DropNotice,
    EscalateNotice,
    MarkNotified,
    RecordAnswer,
    RetryNotice,
    ReviseNotice,
)
from suyuan.recall.contacts import contacts
from suyuan.recall.drafting import Recipient
from suyuan.recall.models import Answer, Notice
from suyuan.recall.queries import figures, silent
from suyuan.recall.sending import PAUSES, send_next
from suyuan.recall.watching import escalate
from tests.operations.dairy import BOTH, INSPECTOR, KEEPER, QUALITY, Desk, refusal, stocked
from tests.recall.story import BOTH_HATS, SHOP, approve, case_of, cups, of, recalled, sold, told, uri_of

Sent = list[tuple[str, str, bytes]]


@pytest.fixture
def desk(desk: Desk, settings: Settings) -> Desk:
    settings.SUYUAN = replace(settings.SUYUAN, mail_from="quality@dairy.example")
    rows = (
        Row(
            {
                "code": "SHOP",
                "name_zh": "小店",
                "name_en": "Shop",
                "contact": "收货 <in@shop.example>",
                "phone": "0571-123456",
            }
        ),
        Row({"code": "CAFE", "name_en": "Cafe", "country": "DE", "phone": "+49 30 123456"}),
    )
    desk.run(PutPartners(rows=rows), approver=BOTH)
    return desk


def send(desk: Desk, sent: Sent | None = None) -> int:
    """Let the worker send all that is due; how much it was."""

    def post(address: str, id: str, body: bytes, now: datetime) -> None:
        if sent is None:
            raise OSError("no route")
        sent.append((address, id, body))

    count = 0
    while send_next("w1", lambda: desk.now, post):
        count += 1
    return count


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    sold(desk, customer="CAFE", quantity=5)
    case = recalled(desk, lot, hazard="may make ill")
    assert desk.run(DraftNotices(**of(case)), KEEPER).value["drafted"] == 2
    assert send(desk, []) == 0
    shop, cafe = Notice.objects.order_by("way")
    assert (shop.name, shop.way, shop.contact, shop.language) == ("小店", "mail", "in@shop.example", "zh")
    assert (cafe.name, cafe.way, cafe.language) == ("Cafe", "phone", "en")
    assert case.number in shop.subject
    assert all(text in shop.body for text in ("L1", "10 件", "listeria", "may make ill", "至 2026-12-15"))
    assert all(text in cafe.body for text in ("Yoghurt", "L1", "5 pcs", "best before 2026-12-15"))
    assert "{" not in shop.subject + shop.body + cafe.subject + cafe.body
    desk.run(approve(shop, cafe, case=case), KEEPER, QUALITY)
    assert (case_of(case.number).state, send(desk, [])) == ("notifying", 1)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["in@shop.example"], shop.subject)
    shop.refresh_from_db()
    assert (shop.state, shop.next_try) == ("sent", None)
    assert shop.due is not None
    desk.run(MarkNotified(**of(case), notice=cafe.pk, person=Personal("Karl")), KEEPER)
    now = figures(case_of(case.number))
    assert (now.notified, now.confirmed, now.effectiveness) == (2, 0, 0)
    desk.run(RecordAnswer(**of(case), party=SHOP, found="4", returned="0", sold="6"), KEEPER)
    now = figures(case_of(case.number))
    assert (now.notified, now.confirmed, now.effectiveness) == (2, 1, 500_000)
    assert now.outside == {"EA": 4_000_000}


def test_what_is_read_is_what_is_approved(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    desk.run(DraftNotices(**of(case)), KEEPER)
    (notice,) = Notice.objects.all()
    command = approve(notice, case=case)
    change = ReviseNotice(
        **of(case), notice=notice.pk, way="mail", contact=Personal("other@shop.example"), language="zh",
        subject="Something else", body="Nothing to see",
    )  # fmt: skip
    desk.run(change, KEEPER)
    assert refusal(desk, command, KEEPER, QUALITY) == {("digest", "recall.notices_changed")}
    notice.refresh_from_db()
    desk.run(approve(notice, case=case), KEEPER, QUALITY)
    assert refusal(desk, change, KEEPER) == {("notice", "recall.notice_state")}


def test_another_person_approves(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    desk.run(DraftNotices(**of(case)), BOTH_HATS)
    (notice,) = Notice.objects.all()
    command = approve(notice, case=case)
    assert refusal(desk, command, KEEPER) == {("approver", "governance.approval_missing")}
    assert refusal(desk, command, KEEPER, BOTH_HATS) == {("approver", "recall.drafter_signs")}
    assert refusal(desk, command, KEEPER, INSPECTOR) == {("approver", "governance.approval_not_allowed")}
    other = recalled(desk, lot, by=BOTH_HATS)
    desk.run(DraftNotices(**of(other)), KEEPER)
    second = Notice.objects.get(case=other)
    assert refusal(desk, approve(second, case=other), KEEPER, BOTH_HATS) == {("approver", "recall.starter_signs")}
    assert send(desk, []) == 0


def test_refusals(desk: Desk) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    assert refusal(desk, DraftNotices(**of(case)), KEEPER) == {("parties", "recall.no_notices")}
    wrong = DraftNotices(
        **of(case), roles=("friend",), way="pigeon", purpose="x", parties=("urn:nobody",),
        others=(Recipient(name="", way="mail", contact="not an address", language="fr"),),
    )  # fmt: skip
    assert refusal(desk, wrong, KEEPER) == {
        ("roles", "recall.choice"), ("way", "recall.choice"), ("purpose", "recall.choice"),
        ("parties[0]", "recall.party_unknown"), ("others[0].name", "recall.reason_missing"),
        ("others[0].language", "recall.choice"), ("others[0].contact", "recall.contact_wrong"),
    }  # fmt: skip
    assert refusal(desk, DraftNotices(**of(case)), INSPECTOR) == {("", "governance.not_allowed")}
    for command in (
        MarkNotified(**of(case), notice=9), RetryNotice(**of(case), notice=9), EscalateNotice(**of(case), notice=9),
        DropNotice(**of(case), notice=9, reason="x"),
    ):  # fmt: skip
        assert refusal(desk, command, KEEPER) == {("notice", "recall.notice_unknown")}
    assert refusal(desk, ApproveNotices(**of(case), notices=(), digest=""), KEEPER, QUALITY) == {
        ("notices", "recall.no_notices"),
    }


def test_nobody_is_told_twice(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    desk.run(DraftNotices(**of(case)), KEEPER)
    assert refusal(desk, DraftNotices(**of(case)), KEEPER) == {("parties", "recall.no_notices")}
    (notice,) = Notice.objects.all()
    desk.run(DropNotice(**of(case), notice=notice.pk, reason="wrong text"), KEEPER)
    assert desk.run(DraftNotices(**of(case)), KEEPER).value["drafted"] == 1


def test_a_supplier_who_is_a_customer_too(desk: Desk) -> None:
    desk.run(PutPartners(rows=(Row({"code": "FARM", "roles": ("supplier", "customer")}),)), approver=BOTH)
    lot = stocked(desk)
    sold(desk, customer="FARM")
    case = recalled(desk, lot)
    assert desk.run(DraftNotices(**of(case)), KEEPER).value["drafted"] == 1
    assert desk.run(DraftNotices(**of(case), roles=("customer", "supplier")), KEEPER).value["drafted"] == 1
    assert set(Notice.objects.values_list("party", "role")) == {
        (uri_of("FARM"), "customer"), (uri_of("FARM"), "supplier"),
    }  # fmt: skip


def test_an_authority_and_the_supplier_are_told(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    office = Recipient(name="市场监管局", way="letter", contact="", language="zh")
    assert refusal(desk, DraftNotices(**of(case), others=(office,)), KEEPER) == {
        ("others[0].contact", "recall.contact_missing")
    }
    office = replace(office, contact="文三路 1 号")
    desk.run(DraftNotices(**of(case), roles=("supplier",), others=(office,)), KEEPER)
    texts = {one.role: one.body for one in Notice.objects.all()}
    assert texts.keys() == {"supplier", "authority"}
    assert "100 件" in texts["supplier"]
    assert all(text in texts["authority"] for text in ("一级", "90 件", "10 件", "1 家"))


def test_what_does_not_go_is_tried_again_and_given_up(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk, customer="CAFE")
    case = recalled(desk, lot)
    desk.run(DraftNotices(**of(case)), KEEPER)
    (notice,) = Notice.objects.all()
    hook: dict[str, Any] = {"way": "webhook", "contact": Personal("https://cafe.example/in"), "language": "en"}
    desk.run(ReviseNotice(**of(case), notice=notice.pk, subject="s", body="b", **hook), KEEPER)
    notice.refresh_from_db()
    desk.run(approve(notice, case=case), KEEPER, QUALITY)
    for pause in (*PAUSES, PAUSES[-1]):
        assert send(desk) == 1
        desk.now += pause
    notice.refresh_from_db()
    assert (notice.state, notice.trouble, notice.next_try) == ("failed", "no route", None)
    desk.run(RetryNotice(**of(case), notice=notice.pk), KEEPER)
    sent: Sent = []
    assert send(desk, sent) == 1
    assert [(address, id) for address, id, _ in sent] == [
        ("https://cafe.example/in", f"recall-{case.number}-{notice.pk}-0")
    ]
    assert b'"class": 1' in sent[0][2]


def test_the_silent_are_reminded_then_called(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    told(desk, case, way="mail")
    send(desk, [])
    notice = Notice.objects.get()
    assert escalate(lambda: desk.now) == 0
    assert refusal(desk, EscalateNotice(**of(case), notice=notice.pk), KEEPER) == {("notice", "recall.not_due")}
    for level in (1, 2, 3):
        notice.refresh_from_db()
        assert notice.due is not None
        desk.now = moment(notice.due)
        assert [one.pk for one in silent(desk.now)] == [notice.pk]
        assert escalate(lambda: desk.now) == 1
        send(desk, [])
        notice.refresh_from_db()
        assert notice.level == level
    assert [one.subject.startswith("提醒：") for one in mail.outbox] == [False, True]
    assert notice.due is None
    desk.later(days=30)
    assert escalate(lambda: desk.now) == 0


def test_answers(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    told(desk, case)
    answer = RecordAnswer(**of(case), party=SHOP, found="x", sold="11")
    assert refusal(desk, answer, KEEPER) == {("found", "recall.amount_wrong"), ("sold", "recall.amount_more")}
    assert refusal(desk, RecordAnswer(**of(case), party=SHOP), KEEPER) == {("found", "recall.answer_empty")}
    assert refusal(desk, RecordAnswer(**of(case), party=uri_of("CAFE"), found="1"), KEEPER) == {
        ("party", "recall.party_unknown")
    }
    wrong = RecordAnswer(**of(case), party=SHOP, found="1", unit="KGM", files=("0" * 64,))
    assert {code for _, code in refusal(desk, wrong, KEEPER)} >= {"recall.unit_wrong"}
    desk.run(RecordAnswer(**of(case), party=SHOP, found="3", sold="2"), KEEPER)
    desk.run(RecordAnswer(**of(case), party=SHOP, found="8", destroyed="1", sold="2"), KEEPER)
    assert Answer.objects.count() == 2
    (row,) = [one for one in figures(case).parties if one.role == "customer"]
    assert (row.confirmed, row.accounted, row.share) == (True, {"EA": 8_000_000}, 800_000)


def test_what_came_back_is_not_typed_again(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(1), reason="dented"), KEEPER)
    case = recalled(desk, lot)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(4), reason="recall"), KEEPER)
    now = figures(case)
    (row,) = [one for one in now.parties if one.role == "customer"]
    assert (row.had, row.back, row.accounted) == ({"EA": 9_000_000}, {"EA": 4_000_000}, {"EA": 4_000_000})
    assert row.confirmed is False
    assert (now.affected, now.here, now.outside) == ({"EA": 100_000_000}, {"EA": 95_000_000}, {"EA": 0})
    assert now.recovery == {"EA": 950_000}
    desk.run(RecordAnswer(**of(case), party=SHOP, found="9", returned="4"), KEEPER)
    assert figures(case).recovery == {"EA": 1_000_000}


def test_in_a_recall_a_party_is_reached_as_it_wants_to_be(desk: Desk) -> None:
    told = {"code": "SHOP", "email": "office@shop.example", "contact": "Sales <in@shop.example>"}
    desk.run(PutPartners(rows=(Row(told),)))
    assert reached() == {"mail": "office@shop.example", "phone": "0571-123456"}
    more = {"recall_email": "recall@shop.example", "recall_phone": "0571-999999", "recall_contact": "Quality"}
    desk.run(PutPartners(rows=(Row({"code": "SHOP", **more}),)))
    assert reached() == {"mail": "recall@shop.example", "phone": "0571-999999"}
    assert contacts([SHOP])[SHOP].department == "Quality"
    desk.run(PutPartners(rows=(Row({"code": "SHOP", "recall_phone": "none", "recall_email": ""}),)))
    assert reached() == {"mail": "office@shop.example", "phone": "0571-123456"}


def reached() -> dict[str, str]:
    return dict(contacts([SHOP])[SHOP].ways)
