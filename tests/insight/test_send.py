"""The daily digest: once a day and person, signed, tried again, given up at last; and where it never goes."""

import base64
import email
import email.policy
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from unittest.mock import patch

import pytest
from pytest_django import Settings

from suyuan.accounts.models import User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.desk.alerts_digest import make_due
from suyuan.gs1.problems import Refused
from suyuan.insight.digests import PutDigest, day_due, minute_of
from suyuan.insight.hooks import NotSent, address_of, call, hook_of, is_public, secret_of
from suyuan.insight.models import Delivery, Digest, Sending
from suyuan.insight.refreshing import refresh
from suyuan.insight.sending import PAUSES, forget, send_next, take
from tests.insight.servers import Calls, Mails, serving
from tests.insight.test_find import receive
from tests.operations.dairy import Desk

MORNING = datetime(2026, 12, 6, 0, 0, tzinfo=UTC)  # 08:00 in Hangzhou


@pytest.fixture
def mails(settings: Settings) -> Iterator[Mails]:
    server = Mails()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
    with serving(server):
        yield server


@pytest.fixture
def calls(settings: Settings) -> Iterator[Calls]:
    server = Calls()
    settings.SUYUAN = replace(settings.SUYUAN, webhook_hosts=("127.0.0.1",))
    with serving(server):
        yield server


@pytest.fixture
def kai(desk: Desk) -> User:
    """A keeper, on the morning when a lot begins to be near its end."""
    receive(desk, "L1")
    with governed():
        user = do_add_user(username="kai", name="Kai", password="grass-2-milk", grants=[At("keeper")])
        User.objects.filter(pk=user.pk).update(email="kai@example.com")
    desk.now = MORNING
    refresh(desk.now)
    return User.objects.get(username="kai")


def wants(desk: Desk, user: User, **more: object) -> None:
    values: dict[str, object] = {"is_active": True, "time": "07:30", "zone": "Asia/Shanghai", "language": "en", **more}
    actor = actor_of(user, directory().sites)
    desk.run(PutDigest(**values), actor)  # type: ignore[arg-type]  # as each test says


def send_all(now: datetime) -> int:
    sent = 0
    while send_next("worker", lambda: now):
        sent += 1
    return sent


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as refused:
        call()
    return [problem.code for problem in refused.value.problems]


def test_it_works(desk: Desk, kai: User, mails: Mails, calls: Calls) -> None:
    wants(desk, kai, by_mail=True, webhook=calls.url)
    assert make_due(MORNING) == 1
    assert send_all(MORNING) == 2
    (raw,) = mails.received
    mail = email.message_from_string(raw, policy=email.policy.default)
    assert mail["to"] == "kai@example.com"
    assert mail["subject"] == "Suyuan: 1 alert, 0 urgent"
    told = mail.get_content()
    assert "Expires soon (1)" in told
    assert "100 pcs expires on 2026-12-15" in told
    assert "/alerts" in told
    ((_headers, body),) = calls.received
    (alert,) = json.loads(body)["alerts"]
    assert (alert["kind"], alert["severity"], alert["log"]) == ("near_expiry", "warn", "main")


def test_who_is_called_can_tell_that_it_was_us(desk: Desk, kai: User, calls: Calls, settings: Settings) -> None:
    wants(desk, kai, webhook=calls.url)
    make_due(MORNING)
    send_all(MORNING)
    ((headers, body),) = calls.received
    secret = base64.b64decode(secret_of(settings.SUYUAN.secret_key, str(kai.pk)).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()
    assert headers["webhook-timestamp"] == str(int(MORNING.timestamp()))


def test_once_a_day_whatever_becomes_of_the_worker(desk: Desk, kai: User, mails: Mails) -> None:
    wants(desk, kai, by_mail=True)
    assert make_due(MORNING) == 1
    assert make_due(MORNING) == 0
    assert take("dies", MORNING) is not None, "it took it and died"
    assert send_all(MORNING) == 0, "nobody else has it meanwhile"
    assert send_all(MORNING + PAUSES[0]) == 1
    assert send_all(MORNING + timedelta(hours=8)) == 0
    assert len(mails.received) == 1
    assert make_due(MORNING + timedelta(hours=23)) == 0, "07:00 of the next day"
    assert make_due(MORNING + timedelta(hours=24)) == 1
    refreshed = Delivery.objects.filter(day=date(2026, 12, 6)).get()
    assert refreshed.state == Sending.SENT


def test_what_fails_is_tried_again_and_given_up_at_last(desk: Desk, kai: User, mails: Mails, calls: Calls) -> None:
    wants(desk, kai, by_mail=True, webhook=calls.url)
    mails.refuses, calls.status = True, 500
    make_due(MORNING)
    now = MORNING
    assert send_all(now) == 2
    errors = dict(Delivery.objects.values_list("way", "error"))
    assert "HTTP 500" in errors["webhook"]
    assert "451" in errors["mail"]
    mails.refuses = False
    for pause in PAUSES:
        now += pause
        send_all(now)
    states = dict(Delivery.objects.values_list("way", "state"))
    assert states == {"mail": Sending.SENT, "webhook": Sending.FAILED}
    assert len(calls.received) == len(PAUSES) + 1
    assert len({headers["webhook-id"] for headers, _body in calls.received}) == 1
    assert forget(now + timedelta(days=31)) == 2


@pytest.mark.parametrize("how", ["late", "drips", "elsewhere", "nobody"])
def test_a_webhook_that_never_answers_holds_nobody_up(calls: Calls, how: str) -> None:
    hook = hook_of(calls.url, ("127.0.0.1",))
    calls.wait, calls.drips = (1.0 if how == "late" else 0.0), how == "drips"
    calls.status = 302 if how == "elsewhere" else 200
    if how == "nobody":
        hook = replace(hook, port=1)
    with pytest.raises(NotSent):
        call(hook, b"{}", {}, longest=0.3)


def test_with_nothing_to_say_nothing_is_sent(desk: Desk, kai: User, mails: Mails) -> None:
    wants(desk, kai, by_mail=True, kinds=("expired",))
    assert make_due(MORNING) == 1
    assert make_due(MORNING + timedelta(hours=1)) == 0
    assert send_all(MORNING) == 0
    assert mails.received == []


def test_only_what_is_mine_and_only_what_i_may_see(desk: Desk, kai: User, calls: Calls) -> None:
    with governed():
        ines = do_add_user(username="ines", name="Ines", password="grass-2-milk", grants=[At("inspector")])
        cold = do_add_user(username="cold", name="Cora", password="grass-2-milk", grants=[At("keeper", "cold")])
    wants(desk, ines, webhook=calls.url, mine_only=True)
    wants(desk, cold, webhook=calls.url)
    assert make_due(MORNING) == 2
    assert send_all(MORNING) == 0, "the keeper's, and another warehouse's"


def test_what_cannot_be_kept(desk: Desk, kai: User) -> None:
    assert codes(lambda: wants(desk, kai, time="25:00", zone="Mars", kinds=("x",))) == [
        "insight.digest_kind", "insight.digest_minute", "insight.digest_zone", "insight.digest_nowhere",
    ]  # fmt: skip
    with governed():
        User.objects.update(email="")
    assert codes(lambda: wants(desk, kai, by_mail=True)) == ["insight.digest_mail"]
    assert codes(lambda: wants(desk, kai, webhook="http://example.com/")) == ["insight.digest_url"]
    assert not Digest.objects.exists()
    wants(desk, kai, is_active=False)
    assert make_due(MORNING) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://", "https://me:pw@example.com/", "https://example.com:x/",
        "https://example.com/#part", "https://exa mple.com/", "javascript:alert(1)", "https://127.0.0.1/",
        "https://10.1.2.3/", "https://[::1]/", "https://169.254.169.254/latest/meta-data",
    ],
)  # fmt: skip
def test_addresses_that_no_webhook_has(url: str) -> None:
    with pytest.raises(Refused):
        hook_of(url, ())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True), ("2606:4700::1111", True), ("10.0.0.1", False), ("100.64.0.1", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("::ffff:10.0.0.1", False), ("::ffff:1.1.1.1", True), ("2002:a00:1::", False),
        ("64:ff9b::a00:1", False), ("fd00::1", False), ("fe80::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_that_leads_inside_is_not_called() -> None:
    """Every address that the name has is judged, at the time of the call: it may have changed since it was entered."""
    inside = [(2, 1, 6, "", ("1.1.1.1", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    with patch("suyuan.insight.hooks.socket.getaddrinfo", lambda *_given, **_more: inside), pytest.raises(NotSent):
        address_of(hook_of("https://rebind.example/", ()))


def test_times() -> None:
    assert [minute_of(text) for text in ("7:30", "07：30", "24:00", "x")] == [450, 450, None, None]
    assert day_due(450, "Asia/Shanghai", datetime(2026, 12, 5, 23, 29, tzinfo=UTC)) is None
    assert day_due(450, "Asia/Shanghai", datetime(2026, 12, 5, 23, 30, tzinfo=UTC)) == date(2026, 12, 6)
