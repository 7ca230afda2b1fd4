"""From a held lot to its release: one asks, another signs, at two desks."""

from collections import Counter
from uuid import UUID

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from suyuan.accounts.models import User
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.desk.audit import MOST_EXPORTED, say_code
from suyuan.desk.deeds import WORDS
from suyuan.governance.models import ApprovalRequest
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Record
from suyuan.operations.lines import Line
from suyuan.operations.quality.hold import Hold
from suyuan.stock.queries import about
from suyuan.ui.workbooks import read_workbook
from tests.desk import company
from tests.desk.conftest import Sit

LOT_ID = f"/01/{company.YOGHURT}/10/{company.LOT}"


@pytest.fixture
def quality(firm: None) -> None:
    with governed():
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])
        do_add_user(username="auditor", name="周审", password=company.PASSWORD, grants=[At("auditor")])


def held() -> str:
    work = company.Work()
    work.number = 1000
    hold = Hold(warehouse="plant", lines=(Line(uri=company.LOT_URI),), reason="off smell")
    return str(work.do(company.NOW, hold).value["block"])


def ask(client: Client, block: str) -> UUID:
    form = {"block": block, "reason": "retest passed"}
    response = client.post(f"/release?id={LOT_ID}", form)
    assert response.status_code == 302
    assert response.headers["Location"] == "/approvals"
    return ApprovalRequest.objects.get().pk


def sign(client: Client, request: UUID, **said: str) -> object:
    form = {"action": "approve", "meaning": "responsible", "reason": "seen", "password": company.PASSWORD} | said
    return client.post(f"/approvals/{request}", form)


def blocks() -> int:
    return len(about([key16(company.LOT_URI)])[key16(company.LOT_URI)].blocks)


def test_it_works(sit: Sit, quality: None) -> None:
    block = held()
    inspector, second = sit("inspector"), sit("quality")
    page = inspector.get(f"/thing?id={LOT_ID}").content.decode()
    assert f"/release?block={block}&amp;id=" in page
    assert "off smell" in inspector.get(f"/release?block={block}&id={LOT_ID}").content.decode()
    request = ask(inspector, block)
    assert blocks() == 1
    assert {link.url: link.count for link in second.get("/").context["frame"].links}["/approvals"] == 1
    listed = second.get("/approvals").content.decode()
    assert f"/approvals/{request}" in listed
    assert "李静" in listed
    detail = second.get(f"/approvals/{request}").content.decode()
    assert "retest passed" in detail
    assert ApprovalRequest.objects.get().digest in detail
    response = sign(second, request)
    assert response.status_code == 302  # type: ignore[attr-defined]  # a response
    assert blocks() == 0
    way = inspector.get(f"/thing?id={LOT_ID}").context["page"].timeline
    assert "Event" not in [moment.word for moment in way], "asking and signing are no events of the goods"
    assert "Approved and done." in second.get("/approvals").content.decode()


def test_what_is_wrong_stands_beside_its_field(sit: Sit, quality: None) -> None:
    request = ask(sit("inspector"), held())
    second = sit("quality")
    page = second.post(f"/approvals/{request}", {"action": "approve", "reason": "seen", "password": "mis-typed"})
    text = page.content.decode()
    assert page.status_code == 200
    assert {p.code for p in page.context["problems_found"]} == {
        "governance.identity_unproven", "governance.meaning_missing"
    }  # fmt: skip
    assert 'value="seen"' in text
    assert "mis-typed" not in text
    assert blocks() == 1


def test_the_lock_counts_wrong_signatures(sit: Sit, quality: None, settings: Settings) -> None:
    """Guessing a password at the signature is guessing it at the login."""
    request = ask(sit("inspector"), held())
    second = sit("quality")
    settings.AXES_ENABLED = True
    for _ in range(6):
        sign(second, request, password="guess")
    sign(second, request)
    assert blocks() == 1


def test_it_is_nobody_elses_business(sit: Sit, quality: None) -> None:
    request = ask(sit("inspector"), held())
    assert sit("eastkeeper").get(f"/approvals/{request}").status_code == 404
    assert sit("inspector").get(f"/approvals/{request}").status_code == 200
    assert sit("auditor").get(f"/approvals/{request}").status_code == 200
    sign(sit("inspector"), request)
    sign(sit("auditor"), request)
    assert blocks() == 1


def test_refused_and_withdrawn(sit: Sit, quality: None) -> None:
    block, inspector = held(), sit("inspector")
    request = ask(inspector, block)
    sit("quality").post(f"/approvals/{request}", {"action": "refuse", "reason": "not yet"})
    assert ApprovalRequest.objects.get().state == "refused"
    assert "not yet" in inspector.get(f"/approvals/{request}").content.decode()
    inspector.post(f"/release?id={LOT_ID}", {"block": block, "reason": "again"})
    again = ApprovalRequest.objects.get(state="waiting")
    inspector.post(f"/approvals/{again.pk}", {"action": "withdraw"})
    assert ApprovalRequest.objects.get(pk=again.pk).state == "withdrawn"


def test_nothing_to_release(sit: Sit, quality: None) -> None:
    assert sit("inspector").get(f"/release?id={LOT_ID}").status_code == 404
    assert sit("keeper").get(f"/release?id={LOT_ID}").status_code == 403


def test_the_audit_shows_it_all(sit: Sit, quality: None) -> None:
    block = held()
    request = ask(sit("inspector"), block)
    sign(sit("quality"), request, password="guess")
    sign(sit("quality"), request)
    auditor = sit("auditor")
    page = auditor.get("/audit").content.decode()
    for word in ("Ask for approval", "Release from hold", "Approval", "refused: The password or code is wrong"):
        assert word in page, word
    released = Record.objects.get(type="Release")
    entry = auditor.get(f"/audit/plant/{UUID(bytes=bytes(released.id))}").content.decode()
    for word in ("李静", "钱敏", "I take responsibility", "seen", "Quality inspector"):
        assert word in entry, word
    only = auditor.get("/audit?refused=1").context["table"]
    assert [row.state for row in only.rows] == ["rejected"] * 2  # the signature, and the password itself
    by_person = auditor.get("/audit?person=钱敏").context["table"]
    assert {row.cells[1] for row in by_person.rows} == {"钱敏"}
    by_thing = auditor.get("/audit", {"about": company.LOT_URI, "command": "Hold"}).context["table"]
    assert len(by_thing.rows) == 1
    assert len(auditor.get("/audit?text=retest").context["table"].rows) == 2
    assert auditor.get("/audit?since=2026-13-01").context["problems_found"][0].code == "desk.date_wrong"
    assert auditor.get("/audit?person=nobody-of-this-name").context["problems_found"]
    places = {str(row.cells[4]) for row in auditor.get("/audit").context["table"].rows}
    assert places.isdisjoint({"plant", "company"})  # names, not codes
    csv = auditor.get("/audit?csv=1&command=Release")
    assert csv.headers["Content-Disposition"].startswith("attachment")
    assert len(csv.content.decode().splitlines()) == 2
    book = auditor.get("/audit?xlsx=1&command=Release")
    assert book.headers["Content-Disposition"].endswith('.xlsx"')
    (sheet,) = read_workbook(book.content)
    assert [cell for row in sheet.rows[1:] for cell in row if cell in ("李静", "Release from hold")] == [
        "李静", "Release from hold"
    ]  # fmt: skip
    assert auditor.get("/audit?csv=1&since=2026-13-01").context["problems_found"]  # no file of another search


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_that_is_cut_says_so(sit: Sit, quality: None, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The last row, whether the records end there or a page of them does."""
    ask(sit("inspector"), held())
    monkeypatch.setattr("suyuan.desk.audit.TOGETHER", 2)
    monkeypatch.setitem(MOST_EXPORTED, kind, 3)
    content = sit("auditor").get(f"/audit?{kind}=1").content
    rows = (sheet_rows(content) if kind == "xlsx" else content.decode().splitlines())[1:]
    assert len(rows) == 4
    assert "Cut after 3 records" in rows[-1]


def sheet_rows(content: bytes) -> list[str]:
    (sheet,) = read_workbook(content)
    return [" ".join(row) for row in sheet.rows]


def test_who_reads_the_audit(sit: Sit, quality: None) -> None:
    assert sit("keeper").get("/audit").status_code == 403
    admin = sit("admin")
    assert admin.get("/audit").status_code == 200
    assert admin.get("/audit?csv=1").status_code == 403
    assert User.objects.filter(username="admin").exists()


@pytest.mark.parametrize("before", ["zz", "1.zz", "9" * 20 + ".00", "."])
def test_a_mark_that_never_was_one_begins_at_the_latest(sit: Sit, quality: None, before: str) -> None:
    assert sit("auditor").get("/audit", {"before": before}).status_code == 200


def test_pages_of_the_audit_follow_each_other(sit: Sit, quality: None) -> None:
    auditor = sit("auditor")
    seen: list[str] = []
    url = "/audit?log=plant"
    while url:
        page = auditor.get(url)
        seen += [row.cells[3].url for row in page.context["table"].rows]
        url = f"/audit{page.context['older']}" if page.context["older"] else ""
    assert len(seen) == len(set(seen)) == Record.objects.exclude(kind="epcis").filter(log="plant").count()


@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        (
            "stock.short",
            {"goods": company.LOT_URI, "there": "0.5", "wanted": "2", "place": "A-1", "unit": "KGM"},
            company.LOT,
        ),
        ("stock.short", None, "…"),
        ("governance.not_allowed", {"permission": "inspect", "scope": "*"}, "“Inspect goods” for “Everywhere”"),
        ("governance.identity_unproven", None, "The password or code is wrong"),
    ],
)
def test_a_refusal_is_a_short_sentence(code: str, params: dict[str, str] | None, said: str) -> None:
    with override("en"):
        found = say_code(code, params)
    assert said in found
    assert "{" not in found
    assert not params or "…" not in found


def test_no_two_commands_are_called_the_same() -> None:
    twice = [word for word, count in Counter(WORDS.values()).items() if count > 1]
    assert twice == []
