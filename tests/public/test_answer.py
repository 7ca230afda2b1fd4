"""What a party answers by the link of its notice, without an account."""

import re
from collections.abc import Iterator
from hashlib import sha256
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.public import recalls
from suyuan.recall.answer_links import answer_link, asked_by
from suyuan.recall.commands import CancelRecall, DraftNotices, StartDrill
from suyuan.recall.models import Answer, Case, Notice
from suyuan.ui.limits import Limit
from tests.operations.dairy import KEEPER, Desk, build_dairy, stocked
from tests.recall.story import BOTH_HATS, SHOP, of, recalled, sold

PNG = b"\x89PNG\r\n\x1a\n of a shelf"


@pytest.fixture(autouse=True)
def _calm() -> Iterator[None]:
    with patch.object(recalls, "LIMIT", Limit(recalls.MOST)):
        yield


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()


@pytest.fixture
def case(desk: Desk) -> Case:
    """Ten yoghurts went to the shop, and their lot is recalled."""
    lot = stocked(desk)
    sold(desk)
    return recalled(desk, lot)


def path_of(case: Case, party: str = SHOP) -> str:
    return "/" + answer_link(case, party).split("/", 3)[3]


def test_it_works(desk: Desk, case: Case) -> None:
    desk.run(DraftNotices(**of(case)), KEEPER)
    (link,) = re.findall(r"https?://\S+", Notice.objects.get().body)
    path = "/" + link.split("/", 3)[3]
    page = Client().get(f"{path}?lang=en")
    assert case.number in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    photo = SimpleUploadedFile("shelf.png", PNG, "image/png")
    form = {"found": "4", "sold": "6", "person": "Shop desk", "files": [photo], "request_id": str(uuid4())}
    done = Client().post(f"{path}?lang=en", form)
    assert (done.status_code, done.headers["Location"]) == (302, "?lang=en&done=1")
    again = {**form, "files": [SimpleUploadedFile("shelf.png", PNG, "image/png")]}
    assert Client().post(f"{path}?lang=en", again).status_code == 302
    said = Answer.objects.get()  # once, however often it is sent
    assert (said.party, said.found, said.sold, said.files) == (SHOP, 4_000_000, 6_000_000, [sha256(PNG).hexdigest()])
    assert "Recorded, thank you" in Client().get(f"{path}?lang=en&done=1").content.decode()


def test_what_cannot_be_is_said_and_nothing_is_lost(case: Case) -> None:
    form = {"found": "11", "note": "two pallets", "files": [SimpleUploadedFile("shelf.png", PNG, "image/png")]}
    page = Client().post(f"{path_of(case)}?lang=en", form)
    shown = page.content.decode()
    assert page.status_code == 422
    assert "had 10 pcs and cannot have 11" in shown
    assert "id.gs1.org" not in shown
    assert 'value="11"' in shown
    assert "two pallets" in shown
    assert f'name="kept" value="{sha256(PNG).hexdigest()}"' in shown
    script = SimpleUploadedFile("a.html", b"<script>", "text/html")
    assert Client().post(path_of(case), {"found": "1", "files": [script]}).status_code == 422
    assert not Answer.objects.exists()


def test_no_link_but_ours_and_only_while_it_is_asked(desk: Desk, case: Case) -> None:
    path = path_of(case)
    assert Client().get(f"{path}x").status_code == 404
    assert Client().get("/recalls/answer/none").status_code == 404
    assert Client().get(path_of(case, "https://id.gs1.org/417/6909876543210")).status_code == 404  # had nothing
    assert Client(enforce_csrf_checks=True).post(path, {"found": "1"}).status_code == 403
    assert Client().put(path).status_code == 405
    desk.run(CancelRecall(**of(case), reason="wrong lot"), KEEPER, BOTH_HATS)
    assert Client().post(path, {"found": "1"}).status_code == 404
    assert not Answer.objects.exists()


def test_a_drill_asks_nobody(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    desk.run(StartDrill(warehouse="main", subjects=(lot,)))
    assert asked_by(path_of(Case.objects.get()).rsplit("/", 1)[-1]) is None


def test_not_too_often(case: Case) -> None:
    with patch.object(recalls, "LIMIT", Limit(1)):
        assert [Client().get(path_of(case)).status_code for _ in range(2)] == [200, 429]
