"""The page of alerts: what it shows to whom, what can be done there, and the badge in the menu."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.models import User
from suyuan.capture.guard import governed
from suyuan.catalog.models import Item
from suyuan.insight.models import Alert, Digest
from suyuan.insight.refreshing import refresh
from tests.desk import company
from tests.desk.conftest import Hire, Sit


@pytest.fixture
def found(firm: None) -> None:
    """What the worker has found at the dairy: milk that expired, a lot that waits for its verdict, and so on."""
    refresh(company.NOW + timedelta(days=3))


def text(client: Client, url: str = "/alerts") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def send(client: Client, do: str, *alerts: int, url: str = "/alerts", **fields: str) -> str:
    form = {"do": do, "alert": [str(id) for id in alerts], "request_id": str(uuid4()), **fields}
    answer = client.post(url, form, follow=True)
    return answer.content.decode()


def one(kind: str) -> Alert:
    alert = Alert.objects.filter(kind=kind).order_by("pk").first()
    assert alert is not None
    return alert


def test_it_works(sit: Sit, found: None) -> None:
    page = text(sit("keeper"))
    assert "Expired, and still here" in page
    assert "RM-2207" in page
    assert "expired on 2026-11-17" in page
    assert "/hold?id=/01/" in page
    assert "Quality" in page or "Qualified person" in page


def test_an_expired_lot_leads_to_a_longer_life(sit: Sit, found: None) -> None:
    page = text(sit("inspector"), "/alerts?kind=expired")
    assert "/inspection/extend?id=/01/" in page
    assert "/inspection/extend" not in text(sit("keeper"), "/alerts?kind=expired")


def test_nothing_is_said_nicely(sit: Sit) -> None:
    assert "Nothing wants attention." in text(sit("keeper"))


def test_it_is_narrowed(sit: Sit, found: None) -> None:
    client = sit("inspector")
    mine = text(client, "/alerts?mine=1")
    assert "Waits too long for inspection" in mine
    assert "Expired, and still here" not in mine
    assert "Waits too long" not in text(client, "/alerts?kind=expired")
    assert "RM-2207" not in text(sit("eastkeeper", "east"), "/alerts"), "of another warehouse"


def test_who_may_look(hire: Hire, found: None) -> None:
    assert hire("carrier").get("/alerts").status_code == 403
    assert hire("admin").get("/alerts").status_code == 403
    auditor = hire("auditor")
    page = text(auditor)
    assert 'name="alert"' not in page, "who may not act chooses nothing"
    assert "not yours" in send(auditor, "done", one("expired").pk, reason="x")


def test_given_snoozed_done_and_woken(sit: Sit, found: None) -> None:
    keeper, alert = sit("keeper"), one("expired")
    assert "Given." in send(keeper, "assign", alert.pk, owner="inspector", due="2026-11-30")
    alert.refresh_from_db()
    assert alert.owner == str(User.objects.get(username="inspector").pk)
    assert "李静" in text(keeper, "/alerts?kind=expired")
    assert "Say why" in send(keeper, "snooze", alert.pk, until="2026-11-25")
    assert "until which day" in send(keeper, "snooze", alert.pk)
    assert "Snoozed" in send(keeper, "snooze", alert.pk, until="2026-11-25", reason="the vet decides tomorrow")
    assert alert.subject not in text(keeper, "/alerts?kind=expired")
    assert "the vet decides tomorrow" in text(keeper, "/alerts?show=snoozed")
    send(keeper, "wake", alert.pk, url="/alerts?show=snoozed")
    assert "Done." in send(keeper, "done", alert.pk, reason="poured away")
    assert "poured away" in text(keeper, "/alerts?show=done")
    assert "Choose the alerts" in send(keeper, "done", reason="x")


def test_too_little_leads_to_what_is_to_be_ordered(sit: Sit, hire: Hire) -> None:
    with governed():
        Item.objects.filter(code="YOG-150").update(minimum=10**12, reorder_quantity=5_000_000)
    refresh(company.NOW)
    client = hire("buyer")
    page = text(client, "/alerts?kind=low")
    assert 'href="/stock/replenish#reorder"' in page
    assert "purchase_lines/new?v.item=YOG-150&amp;v.quantity=5" in page
    assert 'id="reorder"' in text(client, "/stock/replenish")
    assert "/stock/replenish#reorder" not in text(sit("keeper"), "/alerts?kind=low")


def test_everything_can_be_exported(sit: Sit, found: None) -> None:
    answer = sit("keeper").get("/alerts?csv=1&kind=expired")
    told = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    assert "RM-2207" in told
    assert "2026-11-17" in told


def test_the_menu_says_how_many_press(sit: Sit, hire: Hire, found: None) -> None:
    with governed():
        Alert.objects.update(owner=str(User.objects.get(username="keeper").pk), severity=3)
    assert '<span class="badge bg-white text-dark border count">' in text(sit("keeper"), "/help")


def test_the_number_of_statements_does_not_grow(sit: Sit, found: None, statements) -> None:  # type: ignore[no-untyped-def]
    client = sit("keeper")
    text(client)
    with statements() as few:
        text(client)
    rows = [
        Alert(
            kind="expired", log="plant", cause=f"x{n}", subject=one("expired").subject, since=1, found=1, severity=3,
            facts='{"day":"2026-11-01","quantity":"1","unit":"C62"}',
        )
        for n in range(50)
    ]  # fmt: skip
    with governed():
        Alert.objects.bulk_create(rows)
    with statements() as many:
        text(client)
    assert len(many) <= len(few)


def test_the_digest_is_mine_to_set(sit: Sit) -> None:
    client = sit("keeper")
    page = text(client, "/digest")
    assert "whsec_" in page
    form = {"is_active": "1", "time": "06:45", "webhook": "https://example.com/hook", "language": "en"}
    assert "Kept." in client.post("/digest", {**form, "kinds": ["expired"]}, follow=True).content.decode()
    row = Digest.objects.get()
    assert (row.user.username, row.minute, row.kinds, row.zone) == ("keeper", 405, "expired", "Asia/Shanghai")
    wrong = client.post("/digest", {**form, "webhook": "http://10.0.0.1/", "by_mail": "1"})
    assert wrong.status_code == 422
    assert "beginning with https://" in wrong.content.decode()
    assert "no e-mail address" in wrong.content.decode()
    assert 'value="06:45"' in text(client, "/digest")


def test_the_first_page_shows_what_is_mine(sit: Sit, found: None) -> None:
    keeper, inspector = text(sit("keeper"), "/"), text(sit("inspector"), "/")
    assert "Yours to look after" in inspector
    assert "Waits too long for inspection" in inspector
    assert "Waits too long for inspection" not in keeper
    assert "/inspection" in inspector
    answer = sit("keeper").post("/counting", {"request_id": str(uuid4()), "places": "C-01-03"})
    assert answer.status_code == 302
    assert "To be counted" in text(sit("keeper"), "/")


def test_what_can_be_done_leads_where_it_is_done(sit: Sit, hire: Hire, found: None) -> None:
    """Each button of each alert opens a page, with the goods filled in."""
    for client in (sit("keeper"), sit("inspector"), hire("quality"), hire("buyer")):
        groups = client.get("/alerts").context["groups"]
        urls = {deed.url for group in groups for view in group.rows for deed in view.deeds}
        assert urls
        assert {url: client.get(url, follow=True).status_code for url in urls} == dict.fromkeys(urls, 200)
    move = sit("keeper").get("/alerts?kind=expired").context["groups"][0].rows[0].deeds[-1]
    assert "Raw milk" in sit("keeper").get(move.url).content.decode()
