"""Documents of machines: with the right token, for the right place, wholly or not at all."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from suyuan.accounts.models import Token, User
from suyuan.accounts.writes import At, do_add_token, do_add_user, do_revoke_token
from suyuan.catalog.directory import directory
from suyuan.ledger.models import Record
from tests.desk import company

SECRET = "sy_" + "k" * 43
URL = "/epcis/capture"


def place(warehouse: str) -> str:
    return f"https://id.gs1.org/414/{directory().warehouses[warehouse].gln}"


def event(warehouse: str = "plant", **more: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid4()}",
        "eventTime": "2026-11-21T09:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "readPoint": {"id": place(warehouse)},
        "bizLocation": {"id": place(warehouse)},
        "quantityList": [{"epcClass": f"https://id.gs1.org/01/{company.MILK}/10/X1", "quantity": 5, "uom": "KGM"}],
        **more,
    }


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-21T09:00:00.000+08:00",
        "epcisBody": {"eventList": list(events)},
    }


def machine(secret: str = SECRET, role: str = "device", scope: str = "plant", **more: Any) -> Token:
    user = User.objects.filter(username="erp").first() or do_add_user(
        username="erp", name="ERP", kind="device", grants=[At(role, scope)]
    )
    now = company.NOW
    told = {"permissions": (), "warehouses": (), "expires_at": now + timedelta(days=9), **more}
    return do_add_token(id=uuid4(), user=user, name="ERP", secret=secret, made_at=now, **told)


def send(body: object, secret: str = SECRET, **more: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", **more.pop("headers", {})}
    kind = more.pop("content_type", "application/ld+json")
    return Client(enforce_csrf_checks=True).post(URL, text, content_type=kind, headers=headers)


def codes(response: Any) -> set[str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    return {problem["code"] for problem in response.json()["problems"]}


def test_it_works(firm: None) -> None:
    machine()
    sent = [event(), event()]
    done = send(document(*sent))
    assert done.status_code == 202
    assert done.json()["recorded"] == 2
    job = Client(headers={"Authorization": f"Bearer {SECRET}"}).get(done.headers["Location"])
    assert job.status_code == 200
    assert {"running": False, "success": True, "events": 2}.items() <= job.json().items()
    assert done.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert Record.objects.filter(log="plant", type="Capture").count() == 1


def test_the_same_document_again_does_nothing_again(firm: None) -> None:
    machine()
    sent = document(event())
    assert [send(sent).json()["recorded"], send(sent).json()["recorded"]] == [1, 0]


def test_a_bare_event_will_do(firm: None) -> None:
    machine()
    assert send(event(), content_type="application/json").status_code == 202


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic a2VlcGVyOng=", f"Bearer {SECRET}x"])
def test_nobody_comes_in_without_a_token_that_holds(firm: None, header: str) -> None:
    machine()
    response = send(document(event()), headers={"Authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert codes(response) == {"api.token_missing"}


def test_nor_with_a_cookie(firm: None) -> None:
    client = Client()
    client.login(username="keeper", password=company.PASSWORD)
    assert client.post(URL, json.dumps(document(event())), content_type="application/json").status_code == 401


def test_nor_with_one_that_has_ended(firm: None) -> None:
    token = machine()
    do_revoke_token(token, company.NOW)
    assert send(document(event())).status_code == 401


def test_a_token_captures_where_it_may(firm: None) -> None:
    machine()
    before = Record.objects.count()
    response = send(document(event(), event("east")))
    assert (response.status_code, codes(response)) == (403, {"api.not_allowed"})
    assert "east" in response.json()["title"]
    assert Record.objects.count() == before


def test_a_token_without_the_right_captures_nothing(firm: None) -> None:
    machine(permissions=("temperature",))
    assert send(document(event())).status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"persistentDisposition": {"unset": ["recalled"]}},
        {"bizStep": "destroying"},
        {"errorDeclaration": {"declarationTime": "2026-11-21T09:00:00.000+08:00", "reason": "did_not_occur"}},
    ],
    ids=["lift", "destroy", "declare"],
)
def test_what_people_decide_no_machine_does(firm: None, more: dict[str, Any]) -> None:
    machine()
    response = send(document(event(**more)))
    assert (response.status_code, codes(response)) == (403, {"api.needs_people"})


def test_everything_wrong_is_said_at_once_in_the_language_asked_for(firm: None) -> None:
    machine()
    response = send(document(event(eventTime="yesterday"), event(action="MAYBE")))
    assert response.status_code == 400
    fields = {problem["field"] for problem in response.json()["problems"]}
    assert {"eventList[0].eventTime", "eventList[1].action"} <= fields
    chinese = send(document(event(eventTime="yesterday")), headers={"Accept-Language": "zh-CN"})
    assert chinese.json()["title"] != response.json()["title"]


def test_the_guards_of_the_stock_apply(firm: None) -> None:
    machine()
    goods = [{"epcClass": f"https://id.gs1.org/01/{company.MILK}/10/NONE", "quantity": 5, "uom": "KGM"}]
    response = send(document(event(bizStep="shipping", disposition="in_transit", quantityList=goods)))
    assert response.status_code == 400
    assert {code.split(".")[0] for code in codes(response)} == {"stock"}


def test_another_body_under_a_known_id_is_a_conflict(firm: None) -> None:
    machine()
    sent = event()
    send(document(sent))
    response = send(document({**sent, "bizStep": "accepting"}))
    assert (response.status_code, codes(response)) == (409, {"capture.conflict"})


def test_other_types_and_too_much_are_refused(firm: None, settings: Settings) -> None:
    machine()
    assert send("<xml/>", content_type="application/xml").status_code == 415
    assert send("{").status_code == 400
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert (lambda r: (r.status_code, codes(r)))(send(document(event()))) == (413, {"api.too_large"})


def test_a_job_is_its_makers(firm: None) -> None:
    machine()
    where = send(document(event())).headers["Location"]
    other = do_add_user(username="other", name="Other", kind="device", grants=[At("device", "plant")])
    now = company.NOW
    do_add_token(
        id=uuid4(), user=other, name="Other", secret=SECRET + "2", made_at=now, permissions=(), warehouses=(),
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    for secret, status in ((SECRET, 200), (SECRET + "2", 404)):
        assert Client(headers={"Authorization": f"Bearer {secret}"}).get(where).status_code == status
    unknown = f"{URL}/{uuid4()}"
    assert Client(headers={"Authorization": f"Bearer {SECRET}"}).get(unknown).status_code == 404
