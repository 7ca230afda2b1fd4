"""Legal holds and personal data at the desk: who may, what is shown before, and what the report says of it."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.register import Row
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.master import PutCategories
from suyuan.insight.models import LegalHold
from tests.desk import company
from tests.desk.conftest import Hire, Sit

PAGE = "/reports/legal-holds"


def place(client: Client) -> int:
    return client.post(PAGE, {"do": "place", "goods": company.LOT, "reason": "law suit 17"}).status_code


def test_it_works(hire: Hire, sit: Sit) -> None:
    auditor = hire("auditor")
    assert place(auditor) == 302
    page = auditor.get(PAGE).content.decode()
    assert "law suit 17" in page
    report = sit("keeper").get("/reports/retention?since=2026-11-01&until=2026-11-21&lot=" + company.LOT)
    told = report.content.decode()
    assert "law suit 17" in told
    assert "legal hold" in told
    hold = LegalHold.objects.get()
    assert auditor.post(PAGE, {"do": "end", "id": str(hold.pk), "reason": "settled"}).status_code == 422
    other = hire("finance")
    assert other.post(PAGE, {"do": "end", "id": str(hold.pk), "reason": "settled"}).status_code == 302
    assert "settled" in auditor.get(PAGE).content.decode()


def test_who_may_not_sees_none_of_it(sit: Sit) -> None:
    client = sit("keeper")
    assert client.get(PAGE).status_code == 403
    assert place(client) == 403
    assert "Legal holds" not in client.get("/reports").content.decode()


def test_who_only_reads_is_offered_nothing(sit: Sit) -> None:
    client = sit("office")
    assert "Place a legal hold" not in client.get(PAGE).content.decode()
    assert place(client) == 422
    assert not LegalHold.objects.exists()


def test_what_is_wrong_is_said(hire: Hire) -> None:
    auditor = hire("auditor")
    for more, said in (({"goods": "NOSUCH"}, "no one lot"), ({"reason": ""}, "Say why")):
        answer = auditor.post(PAGE, {"do": "place", "goods": company.LOT, "reason": "x", **more})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    young = auditor.post(PAGE, {"do": "erase", "before": company.TODAY.isoformat(), "reason": "x"})
    assert young.status_code == 422
    assert "younger than half a year" in young.content.decode()


def test_how_much_would_go_is_shown_before(hire: Hire) -> None:
    page = hire("auditor").get(f"{PAGE}?before={date(2026, 1, 1)}").content.decode()
    assert "Would be erased for good: values: 0, pictures of signatures: 0." in page


@pytest.mark.parametrize(
    ("regimes", "said"),
    [((), "no rule is chosen"), (("implant",), "for ever"), (("food",), "Food Safety Law, article 50")],
)
def test_the_report_says_until_when_and_why(sit: Sit, regimes: tuple[str, ...], said: str) -> None:
    if regimes:
        context = Context(actor=SYSTEM, request_id=uuid4(), now=company.NOW)
        execute(context, PutCategories(rows=(Row({"code": "dairy", "regimes": regimes}),)))
    days = f"since=2026-11-01&until=2026-11-21&lot={company.LOT}"
    assert said in sit("office").get(f"/reports/retention?{days}").content.decode()
