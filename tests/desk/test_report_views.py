"""Views of reports that are kept: by whom, for whom, and sent by mail once a time to each in his own scope."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from python_calamine import CalamineWorkbook

from suyuan.accounts.models import User
from suyuan.capture.guard import governed
from suyuan.desk import reporting_mail
from suyuan.desk.reporting_mail import make_due
from suyuan.insight.models import Delivery, ReportView
from suyuan.insight.reports import happened, lines, running
from suyuan.insight.reports.views import last_due
from suyuan.insight.sending import send_next
from tests.desk.conftest import Sit

KEEP = "/reports/food-in/keep?span=30&in=all"
MONDAY = datetime(2026, 11, 22, 23, 31, tzinfo=UTC)  # 07:31 on Monday the 23rd


def keep(client: Client, url: str = KEEP, **more: object) -> int:
    given = {"name": "Mondays", "query": "span=30&in=all&evil=1", "every": "week", "weekday": "1", "time": "07:30",
             "recipients": "keeper, eastkeeper", "language": "en", **more}  # fmt: skip
    return client.post(url, given).status_code


@pytest.fixture
def addresses(firm: None) -> Iterator[None]:
    with governed():
        for name in ("keeper", "eastkeeper"):
            User.objects.filter(username=name).update(email=f"{name}@example.com")
    yield
    mail.outbox = []


def send_all(now: datetime) -> list[mail.EmailMessage]:
    make_due(now)
    while send_next("worker", lambda: now):
        pass
    return list(mail.outbox)


@pytest.mark.usefixtures("addresses")
def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    assert keep(client) == 302
    page = client.get("/reports/views").content.decode()
    for text in ("Mondays", "Last 30 days", "every week, Monday, 07:30, to 2 people"):
        assert text in page
    assert ReportView.objects.get().query == "span=30&in=all"
    sent = send_all(MONDAY)
    assert {tuple(one.to) for one in sent} == {("keeper@example.com",), ("eastkeeper@example.com",)}
    for one in sent:
        (attached,) = one.attachments
        name, content, kind = attached[0], attached[1], attached[2]
        assert str(name).endswith(".xlsx")
        assert "spreadsheet" in str(kind)
        told = CalamineWorkbook.from_filelike(io.BytesIO(bytes(content))).get_sheet_by_index(0).to_python()
        text = str(told)
        assert "Food: records of purchases checked" in text
        assert ("RM-1101" in text) is (one.to == ["keeper@example.com"])  # each what he may see
        assert "/reports/food-in?span=30" in one.body
    assert make_due(MONDAY + timedelta(hours=3)) == 0  # once
    assert make_due(MONDAY + timedelta(days=7)) == 2  # and again next week


@pytest.mark.usefixtures("addresses")
def test_the_sheet_in_the_mail_has_all(sit: Sit) -> None:
    """More than the page has room for; what is too large for a mail is left at its address."""
    keep(sit("keeper"), recipients="keeper")
    with patch.object(running, "PIECE", 1), patch.object(happened, "MOST", 1), patch.object(lines, "MOST", 1):
        (one,) = send_all(MONDAY)
        told = CalamineWorkbook.from_filelike(io.BytesIO(bytes(one.attachments[0][1]))).get_sheet_by_index(0)
        cells = {cell for row in told.to_python() for cell in row}
        assert {"RM-1101", "RM-2207"} <= cells
        assert "Note:" not in one.body
        with patch.object(reporting_mail, "LARGEST", 1000):
            (_first, next_) = send_all(MONDAY + timedelta(days=7))
    assert not next_.attachments
    assert "too large for a mail" in next_.body


@pytest.mark.usefixtures("addresses")
def test_who_may_see_it_no_more_is_sent_nothing(sit: Sit) -> None:
    keep(sit("keeper"))
    with governed():
        User.objects.get(username="eastkeeper").grants.all().delete()
    assert {tuple(one.to) for one in send_all(MONDAY)} == {("keeper@example.com",)}
    assert Delivery.objects.filter(about__startswith="view:", way="nothing").count() == 1


@pytest.mark.usefixtures("addresses")
def test_what_is_late_by_days_is_not_sent(sit: Sit) -> None:
    keep(sit("keeper"))
    assert make_due(MONDAY - timedelta(hours=1)) == 0
    assert make_due(MONDAY + timedelta(days=4)) == 0


@pytest.mark.usefixtures("addresses")
def test_shared_ones_are_seen_by_others_and_changed_by_none(sit: Sit) -> None:
    keep(sit("keeper"), every="", shared="1")
    view = ReportView.objects.get()
    other = sit("inspector")
    assert "Mondays" in other.get("/reports/views").content.decode()
    assert other.get(f"/reports/views/{view.pk}").status_code == 404
    assert other.post(f"/reports/views/{view.pk}", {"drop": "1"}).status_code == 404
    mine = sit("keeper")
    assert mine.post(f"/reports/views/{view.pk}", {"drop": "1"}).status_code == 302
    assert not ReportView.objects.exists()


@pytest.mark.usefixtures("addresses")
def test_what_is_refused(sit: Sit) -> None:
    client = sit("keeper")
    for more, said in (
        ({"name": ""}, "at most 100 characters"), ({"time": "25:00"}, "07:30"), ({"recipients": ""}, "to whom"),
        ({"recipients": "nobody"}, "no account nobody"), ({"recipients": "inspector"}, "no e-mail address"),
        ({"every": "month", "monthday": "32"}, "how often"),
    ):  # fmt: skip
        answer = client.post(KEEP, {"name": "V", "every": "week", "weekday": "1", "time": "07:30",
                                    "recipients": "keeper", "language": "en", **more})  # fmt: skip
        assert answer.status_code == 422, more
        assert said in answer.content.decode(), more
    assert keep(client) == 302
    assert keep(client) == 422  # the same name again
    assert client.post("/reports/nothing/keep", {}).status_code == 404


@pytest.mark.parametrize(
    ("every", "on", "at", "day"),
    [
        ("day", 1, "2026-11-23 07:29", "2026-11-22"),
        ("day", 1, "2026-11-23 07:30", "2026-11-23"),
        ("week", 1, "2026-11-23 07:30", "2026-11-23"),
        ("week", 1, "2026-11-23 07:29", "2026-11-16"),
        ("week", 7, "2026-11-23 08:00", "2026-11-22"),
        ("month", 31, "2026-11-29 08:00", "2026-10-31"),
        ("month", 31, "2026-11-30 08:00", "2026-11-30"),
        ("month", 1, "2026-01-01 07:00", "2025-12-01"),
        ("month", 30, "2026-03-01 08:00", "2026-02-28"),
    ],
)
def test_when_it_is_due(every: str, on: int, at: str, day: str) -> None:
    assert last_due(every, on, 450, datetime.fromisoformat(at)) == date.fromisoformat(day)
