"""Telling customers: once, signed, tried again; anew when a shipment is another than was told, and no other time."""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.test.utils import override_settings
from pytest_django import Settings

from suyuan.catalog.register import Row
from suyuan.cli import worker
from suyuan.delivery.models import Advice, AdviceChannel
from suyuan.delivery.registers import PutAdviceChannels
from suyuan.epcis.document import read_document
from suyuan.insight.advising import PAUSES, make_due, secret_for, send_next
from suyuan.operations.commands import CorrectShipment, RightLine, Ship, VoidShipment
from suyuan.orders.edifact_syntax import decoded, segments_of
from tests.insight.advised import shipped, some
from tests.insight.servers import Calls, Mails, serving
from tests.operations.dairy import BOTH, KEEPER, Desk, build_dairy, refusal, stocked, yoghurt
from tests.plugins.engines import Statements


class Once(threading.Event):
    """A worker stops where it would pause first."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


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


def channel(desk: Desk, server: Calls, format: str = "epcis") -> None:
    opened(desk, f"http://127.0.0.1:{server.server_address[1]}/desadv", format)


def opened(desk: Desk, url: str, format: str) -> None:
    desk.run(PutAdviceChannels(rows=(Row({"partner": "SHOP", "url": url, "format": format}),)))
    assert make_due(desk.now) == 0  # from here on
    desk.later(minutes=1)


def told(desk: Desk) -> int:
    """Look twice, and send all that is due; how many were noted."""
    found = make_due(desk.now)
    assert make_due(desk.now) == 0
    while send_next("w", lambda: desk.now):
        pass
    return found


def corrected(desk: Desk, document: str, quantity: int) -> None:
    right = RightLine(uri=yoghurt("L1"), quantity=quantity)
    command = CorrectShipment(
        warehouse="main", desadv=document, error="incorrect_data", reason="miscounted", lines=(right,)
    )  # fmt: skip
    desk.run(command, KEEPER, BOTH)


def voided(desk: Desk, document: str) -> None:
    desk.run(VoidShipment(warehouse="main", desadv=document, reason="lorry broke down"), KEEPER)


def advices() -> list[tuple[int, str, str]]:
    return list(Advice.objects.order_by("sequence").values_list("sequence", "function", "state"))


def steps(body: bytes) -> list[str]:
    """What the events of a document are, those that declare an error with a minus."""
    events = json.loads(body)["epcisBody"]["eventList"]
    return [
        ("-" if "errorDeclaration" in one else "") + one["bizStep"] for one in events if one["bizStep"] != "packing"
    ]


def test_it_is_sent_once_and_signed(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    shipped(desk)  # before the customer asked for it
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    desk.run(Ship(warehouse="main", customer="CAFE", lines=(some(1),)), KEEPER)
    assert told(desk) == 1
    ((headers, body),) = calls.received
    assert read_document(body).events[-1].biz_step == "shipping"
    assert headers["webhook-id"] == f"desadv-main-{document.rsplit('/', 1)[-1]}"
    key = base64.b64decode(secret_for("SHOP").removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert advices() == [(0, "9", "sent")]


def test_a_dead_customer_is_tried_again_and_given_up(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls)
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


# -- anew -------------------------------------------------------------------------------------------------------------


def test_a_correction_is_told_once_and_a_void_after_it(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    assert told(desk) == 1
    corrected(desk, document, 2)
    assert told(desk) == 1
    assert told(desk) == 0
    voided(desk, document)
    assert told(desk) == 1
    assert advices() == [(0, "9", "sent"), (1, "5", "sent"), (2, "1", "sent")]
    assert [steps(body) for _headers, body in calls.received] == [
        ["shipping"], ["-shipping", "shipping"], ["-shipping", "shipping", "void_shipping"],
    ]  # fmt: skip
    assert [headers["webhook-id"][-2:] for headers, _body in calls.received[1:]] == ["-1", "-2"]


@pytest.mark.engine
def test_it_is_told_on_every_engine(calls: Calls) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk)
    channel(desk, calls, "edifact")
    document, _carton, _pallet = shipped(desk)
    told(desk)
    corrected(desk, document, 2)
    told(desk)
    voided(desk, document)
    told(desk)
    assert advices() == [(0, "9", "sent"), (1, "5", "sent"), (2, "1", "sent")]
    lines = [sum(one.tag == "LIN" for one in segments_of(decoded(body))[0]) for _headers, body in calls.received]
    assert lines == [2, 2, 0]


def test_a_shipment_that_never_was_is_cancelled(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls, "edifact")
    document, _carton, _pallet = shipped(desk)
    told(desk)
    command = CorrectShipment(warehouse="main", desadv=document, error="did_not_occur", reason="typed twice")
    desk.run(command, KEEPER, BOTH)
    told(desk)
    functions = []
    for headers, body in calls.received:
        found, problems, _mark = segments_of(decoded(body))
        assert (headers["content-type"], problems) == ("application/EDIFACT", [])
        functions.append(next(one.get(2) for one in found if one.tag == "BGM"))
    assert functions == ["9", "1"]


def test_what_is_put_right_before_it_was_told_is_told_once(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    make_due(desk.now)
    corrected(desk, document, 2)
    told(desk)
    desk.later(minutes=5)
    assert told(desk) == 0
    assert [steps(body) for _headers, body in calls.received] == [["shipping"]]


def test_what_is_voided_before_it_was_told_is_not_told(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    make_due(desk.now)
    voided(desk, document)
    told(desk)
    assert told(desk) == 0
    assert (calls.received, advices()) == ([], [(0, "1", "dropped")])


def test_what_left_before_the_channel_is_not_told_when_it_changes(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    document, _carton, _pallet = shipped(desk)
    channel(desk, calls)
    voided(desk, document)
    assert told(desk) == 0


def test_whoever_was_given_up_gets_what_stands_as_new(desk: Desk, calls: Calls) -> None:
    stocked(desk)
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    make_due(desk.now)
    Advice.objects.update(state="failed", due=None)
    corrected(desk, document, 2)
    told(desk)
    assert advices()[1:] == [(1, "9", "sent")]
    assert [steps(body) for _headers, body in calls.received] == [["shipping"]]


def test_after_a_pause_of_the_worker_nothing_is_missed(
    desk: Desk, calls: Calls, statements: Callable[[], Statements]
) -> None:
    """What was recorded since the last look is found however long ago that was; where nothing was, it costs little."""
    stocked(desk)
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    desk.later(days=3)
    assert told(desk) == 1
    desk.later(minutes=20)
    make_due(desk.now)
    desk.later(seconds=10)
    with statements() as seen:
        make_due(desk.now)
    assert len(seen) == 2
    desk.later(days=2)
    corrected(desk, document, 2)
    desk.later(days=4)
    assert told(desk) == 1
    assert AdviceChannel.objects.get().seen > 0


def test_the_worker_tells_it(desk: Desk, calls: Calls) -> None:
    """By its own loop; nobody asks but the worker."""
    stocked(desk)
    channel(desk, calls)
    document, _carton, _pallet = shipped(desk)
    with patch.object(worker, "timezone", SimpleNamespace(now=lambda: desk.now)):
        worker.do_advices(Once(), "w")
        corrected(desk, document, 2)
        worker.do_advices(Once(), "w")
        worker.do_advices(Once(), "w")
    assert [steps(body) for _headers, body in calls.received] == [["shipping"], ["-shipping", "shipping"]]


def test_by_mail(desk: Desk) -> None:
    """As a file of a mail; a server that refuses is tried again."""
    server = Mails()
    stocked(desk)
    opened(desk, "mailto:edi@shop.example", "edifact")
    document, _carton, _pallet = shipped(desk)
    backend = "django.core.mail.backends.smtp.EmailBackend"
    where = {"EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.server_address[1]}
    with serving(server), override_settings(**where):
        server.refuses = True
        told(desk)
        assert Advice.objects.get().state == "waiting"
        server.refuses = False
        desk.now += PAUSES[0]
        told(desk)
    (mail,) = server.received
    number = document.rsplit("/", 1)[-1]
    assert f'filename="desadv-{number}.edi"' in mail
    assert "To: edi@shop.example" in mail
    assert advices() == [(0, "9", "sent")]


@pytest.mark.parametrize(
    "row",
    [
        {"partner": "FARM", "url": "https://a.example"}, {"partner": "SHOP", "url": "ftp://x"},
        {"partner": "SHOP", "url": "mailto:nobody"}, {"partner": "SHOP", "url": "mailto:a@b.c,d@e.f"},
        {"partner": "SHOP", "url": "https://a.example", "format": "x12"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(desk: Desk, row: dict[str, Any]) -> None:
    assert refusal(desk, PutAdviceChannels(rows=(Row(row),)))
