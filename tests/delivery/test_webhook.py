"""The door of the webhooks: what is signed is kept once, what is not is told nothing and counted."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings as options
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from suyuan.api import webhooks
from suyuan.delivery.models import Consignment, RefusedCall, Report
from suyuan.delivery.sealing import tail_of
from suyuan.ui.limits import Limit
from tests.delivery.conftest import WEBHOOK_KEY, booked, shipped, work
from tests.delivery.servers import KuaidiServer, RestServer, SfServer, standard_headers
from tests.delivery.test_adapters import ROWS
from tests.operations.dairy import Desk

URL = "/api/carriers/rest"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    limit, told = Limit(webhooks.MOST), webhooks.Told()
    with patch.object(webhooks, "LIMIT", limit), patch.object(webhooks, "TOLD", told):
        yield


@pytest.fixture
def row(desk: Desk, rest: RestServer) -> Consignment:
    row = booked(desk, "REST")
    work(desk.now)
    return Consignment.objects.get(pk=row.pk)


def body_of(row: Consignment, *events: tuple[str, str]) -> bytes:
    told = [{"time": at, "status": status, "said": "x"} for at, status in events]
    return json.dumps({"no": row.waybill, "events": told}).encode()


def call(body: bytes, headers: dict[str, str] | None = None, url: str = URL, secret: str = WEBHOOK_KEY) -> HttpResponse:
    at = int(timezone.now().timestamp())
    signed = standard_headers(secret, "msg_1", at, body) if headers is None else headers
    client = Client(enforce_csrf_checks=True)
    answer: HttpResponse = client.post(url, body, content_type="application/json", headers=signed)  # type: ignore[assignment]  # the test client adds attributes
    return answer


def test_it_works(row: Consignment) -> None:
    body = body_of(row, ("2026-11-21 08:00:00", "OUT"), ("2026-11-21 02:00:00", "PICKED"))
    answer = call(body)
    assert (answer.status_code, json.loads(answer.content)) == (200, {"ok": True})
    row.refresh_from_db()
    assert row.step == "out_for_delivery"


def test_the_same_call_again_changes_nothing(row: Consignment) -> None:
    body = body_of(row, ("2026-11-21 08:00:00", "DONE"))
    assert call(body).status_code == call(body).status_code == 200
    assert Report.objects.filter(consignment=row).count() == 2  # and that it is booked
    late = body_of(row, ("2026-11-21 01:00:00", "PICKED"))
    call(late)
    row.refresh_from_db()
    assert (row.step, row.due) == ("delivered", None)


def test_what_was_asked_and_what_is_told_are_one_report(desk: Desk, row: Consignment, rest: RestServer) -> None:
    rest.events[row.waybill] = [{"time": "2026-11-21 02:00:00", "status": "PICKED", "said": "x"}]
    call(body_of(row, ("2026-11-21 02:00:00", "PICKED")))
    work(desk.now + timedelta(hours=7))
    assert Report.objects.filter(consignment=row).count() == 2


def test_unsigned_is_nobody(row: Consignment, caplog: pytest.LogCaptureFixture) -> None:
    body = body_of(row, ("2026-11-21 08:00:00", "DONE"))
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            assert call(body, {}).status_code == 401
        assert call(body, secret="whsec_AAAA").status_code == 401
    row.refresh_from_db()
    assert row.step == "booked"
    counts = dict(RefusedCall.objects.filter(account="REST").values_list("why", "count"))
    assert counts == {"unsigned": 5, "signature": 1}
    lines = [one.getMessage() for one in caplog.records if "webhook" in one.getMessage()]
    assert len(lines) == 2, lines
    assert not any("DONE" in line for line in lines)


def test_a_call_that_is_replayed_later_comes_too_late(row: Consignment) -> None:
    body = body_of(row, ("2026-11-21 08:00:00", "DONE"))
    old = standard_headers(WEBHOOK_KEY, "msg_1", int(timezone.now().timestamp()) - 600, body)
    assert call(body, old).status_code == 401
    assert RefusedCall.objects.get(why="time").count == 1
    row.refresh_from_db()
    assert row.step == "booked"


def test_what_cannot_be_read_or_is_too_long_is_refused(row: Consignment) -> None:
    assert call(b"{]").status_code == 400
    assert call(b"[1]").status_code in (200, 400)
    assert (
        call(json.dumps({"no": row.waybill, "events": [{"time": "soon", "status": "OUT"}]}).encode()).status_code == 400
    )
    assert call(b" " * (webhooks.LONGEST + 1)).status_code == 413
    assert Client().get(URL).status_code == 405


def test_nobody_learns_which_accounts_there_are(row: Consignment) -> None:
    assert call(b"{}", url="/api/carriers/nobody").status_code == 401
    assert call(b"{}", {}, url="/api/carriers/nobody").content == call(b"{}", {}).content == b""


def test_a_consignment_of_somebody_else_is_nobodys_business(desk: Desk, row: Consignment) -> None:
    other = booked(desk, "REST", desadv=shipped(desk, "L2"))
    work(desk.now)
    body = json.dumps({"no": "W999999", "events": [{"time": "2026-11-21 08:00:00", "status": "DONE"}]}).encode()
    assert call(body).status_code == 200
    assert set(Consignment.objects.values_list("step", flat=True)) == {"booked"}
    assert other.pk != row.pk


def test_too_many_calls_wait(row: Consignment) -> None:
    body = body_of(row)
    with patch.object(webhooks, "LIMIT", Limit(most=3)):
        assert [call(body, {}).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
        other = Client(REMOTE_ADDR="203.0.113.9")
        headers = standard_headers(WEBHOOK_KEY, "m", int(timezone.now().timestamp()), body)
        assert other.post(URL, body, content_type="application/json", headers=headers).status_code == 200


def test_sf_calls_the_address_that_it_alone_knows(desk: Desk, sf: SfServer) -> None:
    row = booked(desk, "SF")
    work(desk.now)
    row.refresh_from_db()
    route = {"mailno": row.waybill, "acceptTime": "2026-11-23 10:00:00", "opCode": "80", "id": "7"}
    body = json.dumps({"Body": {"WaybillRoute": [route]}}).encode()
    assert call(body, {}, "/api/carriers/sf").status_code == 401
    assert call(body, {}, "/api/carriers/sf/guess").status_code == 401
    tail = tail_of(options.SUYUAN.secret_key, "SF")
    answer = call(body, {}, f"/api/carriers/sf/{tail}")
    assert json.loads(answer.content) == {"return_code": "0000", "return_msg": "成功"}
    row.refresh_from_db()
    assert row.step == "delivered"


def test_kuaidi100_is_answered_as_it_wants(desk: Desk, kuaidi: KuaidiServer) -> None:
    row = booked(desk, "K100", service="yunda", waybill="YD1")
    work(desk.now)
    body = kuaidi.push("YD1", ROWS, "s4lt")
    answer = Client().post("/api/carriers/k100", body, content_type="application/x-www-form-urlencoded")
    assert json.loads(answer.content) == {"result": True, "returnCode": "200", "message": "成功"}
    row.refresh_from_db()
    assert row.step == "delivered"
    assert Client().post(
        "/api/carriers/k100", kuaidi.push("YD1", ROWS, "no"), content_type="application/x-www-form-urlencoded"
    ).status_code == 401  # fmt: skip
