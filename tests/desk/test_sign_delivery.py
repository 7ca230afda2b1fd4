"""The driver's page: who takes the goods, how much of them, with a signature or a photo; once, however often sent."""

import base64
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from suyuan.catalog.models import File
from suyuan.ledger.models import PersonalValue, Record
from suyuan.operations.commands import Inspect, Line, Ship, Verdict
from tests.desk import company
from tests.desk.conftest import Sit
from tests.desk.test_carry import at, carriers, shipped, text
from tests.desk.weighed import wheels

assert carriers  # the fixture
PNG = b"\x89PNG\r\n\x1a\n" + b"drawn"
DRAWN = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture
def url(carriers: None) -> str:
    return shipped("FAST", "D-1")


def form(client: Client, url: str, **values: object) -> dict[str, object]:
    """The form of the page as it stands, with what somebody types."""
    page = text(client.get(url))
    found = dict(re.findall(r'name="([a-z0-9_-]+)" value="([^"]*)"', page))
    return {**found, "signer": "李四", "signature": DRAWN, **values}


def post(client: Client, url: str, values: dict[str, object]) -> HttpResponse:
    answer: HttpResponse = client.post(url, values)  # type: ignore[assignment]  # Django's test client adds attributes
    return answer


def test_it_works(sit: Sit, url: str) -> None:
    fast = sit("fast")
    values = form(fast, url)
    assert values["line-0-accepted"] == "24"
    assert post(fast, url, values).status_code == 302
    page = text(fast.get(url))
    for word in ("Signed for", "1 picture", "Nothing of it is under way any more"):
        assert word in page, word
    assert "李四" not in page
    assert Record.objects.filter(biz_step="accepting").count() == 1
    assert File.objects.filter(media_type="image/png").exists()
    assert PersonalValue.objects.filter(value="李四").count() == 1


def test_sent_twice_it_is_done_once(sit: Sit, url: str) -> None:
    fast = sit("fast")
    values = form(fast, url)
    assert [post(fast, url, values).status_code for _ in range(3)] == [302, 302, 302]
    assert Record.objects.filter(biz_step="accepting").count() == 1


def test_part_is_refused_and_says_why(sit: Sit, url: str) -> None:
    fast = sit("fast")
    part = {"line-0-accepted": "20", "line-0-refused": "4"}
    missing = text(post(fast, url, form(fast, url, **part)))
    assert "reason" in missing.lower()
    assert 'value="20"' in missing
    values = form(fast, url, **part, **{"line-0-reason": "压坏了"})
    assert post(fast, url, values).status_code == 302
    page = text(fast.get(url))
    assert "压坏了" in page
    assert "To be brought back" in page
    assert "line-0-accepted" not in page


def test_without_javascript_a_photo_and_a_typed_name_do(sit: Sit, url: str) -> None:
    fast = sit("fast")
    values = form(fast, url, signature="")
    assert "Let the recipient sign, or take a photo" in text(post(fast, url, values))
    shot = SimpleUploadedFile("pod.jpg", b"\xff\xd8\xff" + b"photo", "image/jpeg")
    kept = text(post(fast, url, {**values, "signer": "", "shot": shot}))
    assert "Enter the name of whoever takes the goods" in kept
    held = re.findall(r'name="file" value="([^"]*)"', kept)
    assert len(held) == 1
    assert held[0].endswith("|photo||pod.jpg")
    assert post(fast, url, {**values, "file": held[0]}).status_code == 302


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"line-0-accepted": "25"}, "under way"),
        ({"line-0-accepted": "many"}, "many"),
        ({"line-0-accepted": ""}, "Nothing is taken or refused"),
        ({"signature": "data:image/png;base64,!!"}, "Let the recipient sign"),
        ({"signature": "data:image/png;base64," + base64.b64encode(b"<svg>").decode()}, "Let the recipient sign"),
    ],
)
def test_what_is_wrong_stands_on_the_page(sit: Sit, url: str, values: dict[str, object], words: str) -> None:
    fast = sit("fast")
    answer = post(fast, url, form(fast, url, **values))
    assert answer.status_code == 200
    assert words in text(answer)
    assert Record.objects.filter(biz_step="accepting").count() == 0


def test_nobody_else_has_it_signed(sit: Sit, url: str) -> None:
    values = form(sit("fast"), url)
    assert post(sit("slow"), url, values).status_code == 404
    assert post(Client(), url, values).status_code == 302
    assert Record.objects.filter(biz_step="accepting").count() == 0


def test_goods_that_are_weighed(sit: Sit, carriers: None) -> None:
    """All of it is taken as it was weighed; of a part each weight is asked."""
    uri, urls = wheels(), []
    work = company.Work()
    work.number = 6_000_000
    passed = Inspect(warehouse="plant", lines=(Verdict(uri=uri, verdict="pass"),))
    work.do(company.NOW - timedelta(minutes=10), passed)
    for number in ("W-1", "W-2"):
        line = Line(uri=uri, quantity=1, weight="5")
        command = Ship(warehouse="plant", customer="C003", lines=(line,), desadv=number, carrier="FAST")
        urls.append(at(command, number))
    fast = sit("fast")
    assert post(fast, urls[0], form(fast, urls[0])).status_code == 302
    part = {"line-0-accepted": "0", "line-0-refused": "1", "line-0-reason": "cracked"}
    values = form(fast, urls[1], **part)
    assert "weight" in text(post(fast, urls[1], values)).lower()
    assert Record.objects.filter(biz_step="accepting").count() == 1
    assert post(fast, urls[1], {**values, "line-0-back": "5"}).status_code == 302
    assert "cracked" in text(fast.get(urls[1]))
