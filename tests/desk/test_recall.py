"""The pages of recalls: what they ask, what they show, and what comes of it."""

from collections.abc import Callable
from hashlib import sha256
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdfium2 import PdfDocument

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.catalog.models import Partner
from suyuan.governance.models import ApprovalRequest
from suyuan.ledger.models import Body, Record
from suyuan.recall.models import Answer, Case, Notice, ScopeParty
from suyuan.recall.notices import drafted
from suyuan.recall.queries import figures
from suyuan.recall.rules import notices_digest
from tests.desk import company
from tests.desk.offices import calamine

Sit = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("firm")
PNG = b"\x89PNG\r\n\x1a\n of a shelf"
MILK_LOT = f"/01/{company.MILK}/10/RM-1101"


@pytest.fixture
def manager(sit: Sit) -> Client:
    """Somebody who signs for quality."""
    with governed():
        do_add_user(username="qm", name="孙琪", password=company.PASSWORD, grants=[At("quality")])
    return sit("qm")


def opened(sit: Sit, goods: str = MILK_LOT) -> Case:
    inspector = sit("inspector")
    done = inspector.post("/recall/new", {"do": "hold", "subject": goods, "reason": "Salmonella in a sample"})
    assert done.status_code == 302, done.content.decode()[:3000]
    return Case.objects.get()


def test_it_works(sit: Sit) -> None:
    shown = sit("inspector").get(f"/recall/new?{urlencode({'id': MILK_LOT})}").content.decode()
    assert "Store 1 Beijing" in shown
    assert "18" in shown
    assert "Hold it all now" in shown
    case = opened(sit)
    page = sit("inspector").get(f"/recall/{case.number}").content.decode()
    assert "RM-1101" in page
    assert "Store 1 Beijing" in page


def test_every_tab_of_a_case_opens(sit: Sit) -> None:
    case = opened(sit)
    for person in ("inspector", "keeper"):
        client = sit(person)
        for tab in ("parties", "stock", "scope", "notices", "public", "course", "end"):
            assert client.get(f"/recall/{case.number}?tab={tab}").status_code == 200, tab
        for path in ("report.pdf", "phones", "phones?as=xlsx"):
            assert client.get(f"/recall/{case.number}/{path}").status_code == 200, path
    assert Notice.objects.count() == 0


def test_a_reason_is_needed_and_nothing_is_held_without(sit: Sit) -> None:
    page = sit("inspector").post("/recall/new", {"do": "hold", "subject": MILK_LOT, "reason": " "})
    assert "Say why" in page.content.decode()
    assert not Case.objects.exists()


def test_a_form_sent_twice_opens_one_case(sit: Sit) -> None:
    inspector = sit("inspector")
    form = {"do": "hold", "subject": MILK_LOT, "reason": "Salmonella", "request_id": str(uuid4())}
    first, second = inspector.post("/recall/new", form), inspector.post("/recall/new", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == 1


def test_who_may(sit: Sit, hire: Callable[[str], Client]) -> None:
    case = opened(sit)
    assert sit("keeper").get("/recall/new").status_code == 403
    assert hire("buyer").get(f"/recall/{case.number}").status_code == 403
    assert sit("eastkeeper", "east").get(f"/recall/{case.number}").status_code == 403
    assert sit("keeper").get("/recall/none").status_code == 404
    assert sit("keeper").post(f"/recall/{case.number}", {"do": "widen", "reason": "x"}).status_code == 200
    assert Case.objects.get().version == 1


def test_what_is_no_goods_is_said(sit: Sit) -> None:
    inspector = sit("inspector")
    for id_ in ("/01/06901234000207/10/NEVER", "nonsense", f"/414/{company.PLANT}"):
        page = inspector.get(f"/recall/new?{urlencode({'id': id_})}")
        assert "alert" in page.content.decode()
        assert page.status_code == 200


def test_an_announcement_leads_to_the_goods(sit: Sit) -> None:
    inspector = sit("inspector")
    assert "Paste the text" in inspector.post("/recall/scope", {"text": " "}).content.decode()
    page = inspector.post("/recall/scope", {"text": "Raw milk, lots RM-1101, RM-1102 to RM-1109"}).content.decode()
    assert page.count('name="subject"') == 1
    assert "checked" in page
    assert '<mark class="code-missing">RM-1102</mark>' in page or "RM-1102 to RM-1109" in page
    chosen = inspector.post("/recall/scope", {"text": "Their milk: lot RM-1101", "items": "MILK"}).content.decode()
    assert "checked" in chosen
    assert "No item is known" in inspector.post("/recall/scope", {"text": "x", "items": "NONE"}).content.decode()


def test_more_is_affected(sit: Sit) -> None:
    case = opened(sit)
    inspector, url = sit("inspector"), f"/recall/{case.number}"
    wrong = inspector.post(url, {"do": "widen", "subject": "NEVER-1", "reason": "Same farm", "tab": "scope"})
    assert "NEVER-1" in wrong.content.decode()
    assert Case.objects.get().version == 1
    done = inspector.post(url, {"do": "widen", "subject": "RM-2207", "reason": "Same farm", "tab": "scope"})
    assert done.status_code == 302
    assert Case.objects.get().version == 2
    scope = inspector.get(f"{url}?tab=scope").content.decode()
    assert "New, held at once" in scope
    assert "RM-2207" in scope
    assert "New, held at once" not in inspector.get(f"{url}?tab=scope&version=1").content.decode()


def test_a_supplier_recalls_his_milk_and_the_yoghurt_of_it_is_found(sit: Sit) -> None:
    case = opened(sit)
    scope = sit("inspector").get(f"/recall/{case.number}?tab=scope").content.decode()
    assert company.LOT in scope
    assert "made of" in scope
    stock = sit("inspector").get(f"/recall/{case.number}?tab=stock").content.decode()
    assert "state-recalled" in stock


def test_notices_wait_for_another_person(sit: Sit, manager: Client) -> None:
    case = opened(sit)
    keeper, url = sit("keeper"), f"/recall/{case.number}"
    assert keeper.post(url, {"do": "draft", "to": "customer", "tab": "notices"}).status_code == 302
    drafts = list(Notice.objects.order_by("pk"))
    assert len(drafts) == company.CUSTOMERS
    ids = [str(one.pk) for one in drafts]
    digest = notices_digest(map(drafted, drafts))
    asked = keeper.post(url, {"do": "approve", "notice": ids, "digest": digest, "tab": "notices"})
    assert asked.status_code == 302
    assert set(Notice.objects.values_list("state", flat=True)) == {"drafted"}
    assert ApprovalRequest.objects.filter(state="waiting").count() == 1
    assert "Approve notices of a recall" in manager.get("/approvals").content.decode()
    read = manager.get(f"/approvals/{ApprovalRequest.objects.get().pk}").content.decode()
    assert f"{url}?tab=notices" in read


def test_pages_name_a_party_in_the_readers_language_and_letters_are_in_their_own(sit: Sit) -> None:
    case = opened(sit)
    keeper, url = sit("keeper"), f"/recall/{case.number}"
    keeper.post(url, {"do": "draft", "to": "customer", "tab": "notices"})
    notice = Notice.objects.order_by("pk")[0]
    other = "en" if notice.language == "zh" else "zh"
    Notice.objects.filter(pk=notice.pk).update(language=other, name="Letterbox")  # as if it were written so
    known = directory().partner_of(notice.party)
    assert known is not None
    partner = Partner.objects.get(uri=known.uri)
    names = {"en": partner.name_en, "zh": partner.name_zh}
    for language, name in names.items():
        reader = sit("keeper", language=language)
        for page in (f"{url}?tab=notices", f"{url}/notice/{notice.pk}"):
            shown = reader.get(page).content.decode()
            assert name in shown
            assert "Letterbox" not in shown
        (paper,) = PdfDocument(reader.get(f"{url}/letters.pdf?notice={notice.pk}").content)
        letter = paper.get_textpage().get_text_range()
        assert "Letterbox" in letter
        assert ("Signature" in letter) is (other == "en")


def test_a_notice_is_changed_and_marked_and_a_party_answers(sit: Sit) -> None:
    case = opened(sit)
    keeper, url = sit("keeper"), f"/recall/{case.number}"
    keeper.post(
        url, {"do": "draft", "to": "other", "name": "Authority", "way": "letter", "contact": "Road 2", "tab": "notices"}
    )
    notice = Notice.objects.get()
    shown = f"{url}/notice/{notice.pk}"
    form = {"do": "revise", "notice": notice.pk, "way": "letter", "language": "en", "contact": "Main Road 1",
            "subject": "=1+1", "body": "Please read."}  # fmt: skip
    assert keeper.post(shown, form).status_code == 302
    assert Notice.objects.get().subject == "=1+1"
    assert keeper.get(f"{url}/letters.pdf?notice={notice.pk}").content.startswith(b"%PDF")
    assert keeper.get(f"{url}/letters.pdf").status_code == 404
    assert keeper.get(f"{url}/notice/999999").status_code == 404
    party = ScopeParty.objects.filter(role="customer").order_by("pk")[0]
    wrong = keeper.post(f"{url}/answer", {"do": "answer", "party": party.party, "found": "many"})
    assert "is no amount" in wrong.content.decode()
    assert keeper.post(f"{url}/answer", {"do": "answer", "party": party.party, "found": "1"}).status_code == 302
    assert Answer.objects.get().found == 1_000_000
    assert keeper.get(f"{url}/answer?party=https://example.com/x").status_code == 404


def test_photos_and_papers_come_with_an_answer(sit: Sit) -> None:
    case = opened(sit)
    keeper, url = sit("keeper"), f"/recall/{case.number}"
    party = ScopeParty.objects.filter(role="customer").order_by("pk")[0].party
    photo = SimpleUploadedFile("shelf.png", PNG, "image/png")
    refused = keeper.post(f"{url}/answer", {"party": party, "found": "many", "files": [photo]}).content.decode()
    hash = sha256(PNG).hexdigest()
    assert f'name="kept" value="{hash}"' in refused
    page = SimpleUploadedFile("page.html", b"<script>", "text/html")
    assert "field-problem" in keeper.post(f"{url}/answer", {"party": party, "files": [page]}).content.decode()
    assert not Answer.objects.exists()
    assert keeper.get(f"{url}/file/{hash}").status_code == 404  # until an answer names it
    paper = SimpleUploadedFile("proof.pdf", b"%PDF-1.4 destroyed", "application/pdf")
    assert keeper.post(f"{url}/answer", {"party": party, "kept": hash, "files": [paper]}).status_code == 302
    said = Answer.objects.get()
    assert said.files == [hash, sha256(b"%PDF-1.4 destroyed").hexdigest()]
    bodies = [bytes(one.body).decode() for one in
              Body.objects.filter(id__in=Record.objects.filter(type="RecordAnswer").values("id"))]  # fmt: skip
    assert any(all(one in body for one in said.files) for body in bodies)
    shown = keeper.get(f"{url}/answer?party={party}").content.decode()
    assert f"{url}/file/{hash}" in shown
    assert keeper.get(f"{url}/file/{hash}").content == PNG
    assert keeper.get(f"{url}/report.pdf").content.startswith(b"%PDF")


def test_the_sheet_to_telephone_by_is_inert(sit: Sit) -> None:
    case = opened(sit)
    with governed():
        Partner.objects.filter(key="C000").update(name_en="=HYPERLINK(1)", phone="+86 471 5550100")
    content = sit("keeper").get(f"/recall/{case.number}/phones?as=xlsx").content
    rows = calamine(content)
    cells = [cell for row in rows for cell in row]
    assert "=HYPERLINK(1)" in cells  # as a text: a formula would show what it comes to
    assert "+86 471 5550100" in cells
    assert len(rows) == 1 + len(figures(case).parties)


def test_a_drill_is_scored_and_holds_nothing(sit: Sit) -> None:
    inspector = sit("inspector")
    before = Record.objects.filter(kind="epcis").count()
    done = inspector.post("/recall/new", {"do": "drill", "subject": MILK_LOT, "reason": "Yearly"})
    case = Case.objects.get()
    assert done.headers["Location"] == f"/recall/{case.number}"
    shown = inspector.get(f"/recall/{case.number}").content.decode()
    assert "points of 100" in shown
    assert "tab=notices" not in shown
    assert "Look again" not in inspector.get(f"/recall/{case.number}?tab=scope").content.decode()
    inspector.post(f"/recall/{case.number}", {"do": "close_drill", "outcome": "Nothing", "tab": "end"})
    assert case.number in inspector.get("/recall/drills").content.decode()
    assert inspector.get(f"/recall/{case.number}/report.pdf").content.startswith(b"%PDF")
    assert Record.objects.filter(kind="epcis").count() == before


def test_a_recall_of_very_much_begins_with_sums(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"/recall/new?{urlencode({'id': MILK_LOT})}"
    whole = sit("inspector").get(url).context["preview"]
    monkeypatch.setattr("suyuan.desk.recalling_new.is_very_wide", lambda *_keys: True)
    page = sit("inspector").get(url)
    sums = page.context["preview"]
    assert {row.cells[:2] for row in sums.customers.rows} == {row.cells[:2] for row in whole.customers.rows}
    assert {row.cells[0] for row in sums.stock.rows} == {row.cells[0] for row in whole.stock.rows}
    assert 'name="do" value="hold"' in page.content.decode()


def test_who_recalls_is_told_of_the_case_that_holds_it(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what came of the goods, too: the case is of the milk, the new one would be of the yoghurt."""
    client = sit("inspector")
    url = f"/recall/new?{urlencode({'id': f'/01/{company.YOGHURT}/10/{company.LOT}'})}"
    assert client.get(url).context["preview"].open == []
    case = opened(sit)
    for wide in (False, True):
        monkeypatch.setattr("suyuan.desk.recalling_new.is_very_wide", lambda *_keys, wide=wide: wide)
        assert client.get(url).context["preview"].open == [case]
