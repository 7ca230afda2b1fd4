"""Photos and papers of master data: brought in with the form, shown on it, served to whoever may see the row."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from suyuan.catalog.files import LARGEST
from suyuan.catalog.models import Certificate, File, Item
from suyuan.governance.queries import changes_about
from tests.desk.conftest import Hire, Sit

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PDF = b"%PDF-1.7\n" + b"0" * 40
MILK, PAPER = "/data/items/row?key=MILK", "/data/certificates/new"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(settings, "SUYUAN", replace(settings.SUYUAN, home=tmp_path))
    return tmp_path


def bring(client: Client, data: bytes, name: str = "cup.png", url: str = MILK, **more: str) -> HttpResponse:
    version = Item.objects.get(key="MILK").version
    sent = {"request_id": str(uuid4()), "version": str(version), "f.photo": SimpleUploadedFile(name, data), **more}
    return client.post(url, sent)  # type: ignore[return-value]  # the test client's own class


def photo() -> str:
    return Item.objects.get(key="MILK").photo


def test_a_photo_is_brought_in_and_shown(sit: Sit) -> None:
    client = sit("office")
    assert bring(client, PNG, "<b>cup.png").status_code == 302
    page = client.get(MILK).content.decode()
    assert f'src="/data/file/{photo()}"' in page
    assert "&lt;b&gt;cup.png" in page
    assert "<b>cup" not in page
    (change,) = [one.body["changes"][0] for one in changes_about(Item.objects.get(key="MILK").uri)]
    assert change["fields"] == {"photo": ["", photo()]}


def test_it_is_served_harmlessly(sit: Sit) -> None:
    client = sit("office")
    bring(client, PNG)
    served = client.get(f"/data/file/{photo()}")
    assert served.content == PNG
    assert served["Content-Type"] == "image/png"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served["Content-Disposition"] == 'inline; filename="cup.png"'


def test_the_same_bytes_are_one_file(sit: Sit, home: Path) -> None:
    client = sit("office")
    bring(client, PNG)
    bring(client, PNG, "again.png", "/data/items/row?key=CUP-150")
    assert [row.name for row in File.objects.all()] == ["cup.png"]
    assert len([path for path in (home / "files").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("cup.png", b"<!doctype html><script>alert(1)</script>", "This kind of file is not kept"),
        ("cup.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "This kind of file is not kept"),
        ("cup.webp", b"RIFF0000WAVE", "This kind of file is not kept"),
        ("cup.png", b"", "This kind of file is not kept"),
        ("cup.png", PNG + b"0" * LARGEST, "at most 10 MB"),
    ],
)
def test_what_is_not_taken(sit: Sit, name: str, data: bytes, sentence: str) -> None:
    client = sit("office")
    answer = bring(client, data, name, **{"v.spec": "typed"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert sentence in page
    assert 'value="typed"' in page
    assert not photo()
    assert not File.objects.exists()


def test_a_file_survives_another_mistake_and_can_be_taken_away(sit: Sit) -> None:
    client = sit("office")
    page = bring(client, PNG, **{"v.shelf_life_days": "soon"}).content.decode()
    hash = File.objects.get().hash
    assert f'name="v.photo" value="{hash}"' in page
    assert not photo()
    version = str(Item.objects.get(key="MILK").version)
    client.post(MILK, {"request_id": str(uuid4()), "version": version, "v.photo": hash})
    assert photo() == hash
    version = str(Item.objects.get(key="MILK").version)
    client.post(MILK, {"request_id": str(uuid4()), "version": version, "v.photo": hash, "x.photo": "1"})
    assert not photo()
    assert client.get(f"/data/file/{hash}").status_code == 404  # no row shows it any more


def test_who_may(sit: Sit, hire: Hire) -> None:
    office = sit("office")
    paper = {"v.partner": "FARM-1", "v.kind": "haccp", "v.number": "H-1", "request_id": str(uuid4())}
    scan = SimpleUploadedFile("haccp.pdf", PDF, "text/html")
    assert office.post(PAPER, {**paper, "f.file": scan}).status_code == 302
    address = "/data/file/" + Certificate.objects.get(number="H-1").file
    served = office.get(address)
    assert served["Content-Type"] == "application/pdf"
    assert served["Content-Disposition"] == 'attachment; filename="haccp.pdf"'
    assert sit("keeper").get(address).status_code == 200  # reads partners
    assert hire("production").get(address).status_code == 404  # reads items only
    assert hire("carrier").get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert bring(sit("keeper"), PNG).status_code == 200
    assert File.objects.count() == 1
    assert office.get("/data/file/none").status_code == 404
