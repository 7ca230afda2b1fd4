"""The despatch advice: what is in it, sent once, tried again, and read by another house as its notice."""

import base64
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from pytest_django import Settings

from suyuan.catalog.register import Row
from suyuan.delivery.models import Advice
from suyuan.delivery.registers import PutAdviceChannels
from suyuan.epcis.document import read_document
from suyuan.gs1.problems import Refused
from suyuan.insight.desadv import PAUSES, advice_of, make_due, secret_for, send_next
from suyuan.operations.commands import Correct, Line, Pack, Ship
from tests.insight.servers import Calls, serving
from tests.operations.dairy import BOTH, KEEPER, Desk, build_dairy, refusal, stocked, yoghurt


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()


@pytest.fixture
def calls(settings: Settings) -> Iterator[Calls]:
    server = Calls()
    settings.SUYUAN = replace(settings.SUYUAN, webhook_hosts=("127.0.0.1",))
    with serving(server):
        yield server


def some(quantity: int) -> Line:
    return Line(item="YOG", lot="L1", quantity=quantity)


def shipped(desk: Desk) -> tuple[str, str, str]:
    """A carton on a pallet, and loose cups: URI of the advice, carton, pallet."""
    carton = desk.run(Pack(warehouse="main", lines=(some(12),)), KEEPER).value["container"]
    pallet = desk.run(Pack(warehouse="main", lines=(Line(container=carton),)), KEEPER).value["container"]
    lines = (Line(container=pallet), some(3))
    value = desk.run(Ship(warehouse="main", customer="SHOP", lines=lines, po="4711", logger="TL-9"), KEEPER).value
    return str(value["document"]), carton, pallet


def channel(desk: Desk, server: Calls) -> None:
    url = f"http://127.0.0.1:{server.server_address[1]}/desadv"
    desk.run(PutAdviceChannels(rows=(Row({"partner": "SHOP", "url": url}),)))
    assert make_due(desk.now) == 0  # from here on


def test_it_works(desk: Desk) -> None:
    stocked(desk)
    document, carton, pallet = shipped(desk)
    body = advice_of("main", document, desk.now)
    events = read_document(body).events
    assert [event.biz_step for event in events] == ["packing", "packing", "shipping"]
    assert [event.body.get("parentID") for event in events[:2]] == [carton, pallet]
    said = json.loads(body)["epcisBody"]["eventList"][-1]
    assert said["epcList"] == [pallet]
    assert said["suyuan:lots"] == [{"id": yoghurt("L1"), "expiry": "2026-12-15"}]
    assert said["suyuan:logger"] == "TL-9"
    assert b"suyuan:by" not in body
    assert b"suyuan:request" not in body
    with pytest.raises(Refused):
        advice_of("main", f"{document}x", desk.now)


def test_what_was_declared_wrong_is_not_told(desk: Desk) -> None:
    stocked(desk)
    value = desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(30),)), KEEPER).value
    document = str(value["document"])
    (event,) = read_document(advice_of("main", document, desk.now)).events
    wrong = Correct(
        warehouse="main", event=str(event.event_id), error="incorrect_data", reason="miscounted", lines=(some(29),)
    )
    desk.run(wrong, KEEPER, BOTH)
    (event,) = read_document(advice_of("main", document, desk.now)).events
    assert [int(item.quantity or 0) for item in event.items] == [29]


def test_it_is_sent_once_and_signed(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    shipped(desk)  # before the customer asked for it
    channel(desk, calls)
    desk.later(minutes=1)
    document, _carton, _pallet = shipped(desk)
    desk.run(Ship(warehouse="main", customer="CAFE", lines=(some(1),)), KEEPER)
    assert make_due(desk.now) == 1
    assert make_due(desk.now) == 0
    assert send_next("w", lambda: desk.now)
    assert not send_next("w", lambda: desk.now)
    ((headers, body),) = calls.received
    assert read_document(body).events[-1].biz_step == "shipping"
    assert document.rsplit("/", 1)[-1] in headers["webhook-id"]
    key = base64.b64decode(secret_for("SHOP").removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert Advice.objects.get().state == "sent"


def test_a_dead_customer_is_tried_again_and_given_up(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls)
    desk.later(minutes=1)
    shipped(desk)  # shipping does not wait for him
    make_due(desk.now)
    calls.status = 500
    for pause in PAUSES:
        assert send_next("w", lambda: desk.now)
        assert not send_next("w", lambda: desk.now)
        desk.now += pause
    assert Advice.objects.get().error.endswith("HTTP 500")
    assert send_next("w", lambda: desk.now)
    assert Advice.objects.get().state == "failed"
    desk.now += timedelta(days=2)
    assert not send_next("w", lambda: desk.now)
    assert len({headers["webhook-id"] for headers, _body in calls.received}) == 1


@pytest.mark.parametrize(
    "row", [{"partner": "FARM", "url": "https://a.example"}, {"partner": "SHOP", "url": "ftp://x"}]
)
def test_nonsense_is_refused(desk: Desk, row: dict[str, Any]) -> None:
    assert refusal(desk, PutAdviceChannels(rows=(Row(row),)))
