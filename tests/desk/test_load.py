"""The loading page: two people at one truck, the wrong scan said loud, and on to the note."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.delivery.models import Load
from suyuan.desk.approvals import ASK
from suyuan.governance.models import ApprovalRequest
from suyuan.ledger.models import Record
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.test_pack import less, ordered

GOODS = f"(01){company.YOGHURT}(10){company.LOT}"


@pytest.fixture
def keeper(sit: Sit) -> Client:
    client = sit("keeper")
    ordered()
    return client


def begun(client: Client) -> str:
    answer = client.post("/shipping/loads", {"request_id": str(uuid4()), "scan": "SO-72"})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def send(client: Client, url: str, do: str, **fields: str) -> tuple[int, str]:
    answer = client.post(url, {"request_id": str(uuid4()), "do": do, **fields})
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def offered(client: Client) -> list[str]:
    """The orders that a load can begin with."""
    return [one.code for one in client.get("/shipping/loads").context["orders"]]


def test_two_people_load_one_truck(keeper: Client, sit: Sit) -> None:
    url = begun(keeper)
    with governed():
        do_add_user(username="second", name="刘洋", password=company.PASSWORD, grants=[At("keeper")])
    second = sit("second")
    assert begun(second) == url
    status, page = send(keeper, url, "scan", scan=GOODS, quantity="40")
    assert status == 200
    assert "On the truck" in page
    status, page = send(second, url, "scan", scan=GOODS)
    assert status == 200
    assert re.search(r"1 / 1\b", page)
    status, page = send(second, url, "scan", scan=GOODS)
    assert status == 422
    assert "data-wrong" in page
    assert "on the truck already" in page
    status, note = send(
        keeper, url, "close", vehicle="蒙A-12345", seal="S-9", driver="王师傅", logger="TL-1",
        delivery_date="2026-11-22",
    )  # fmt: skip
    assert (status, note.startswith("/shipping/done?request=")) == (302, True)
    said = keeper.get(note).content.decode()
    for text in ("DHH", "蒙A-12345", "S-9", "TL-1"):
        assert text in said
    assert Record.objects.filter(biz_step="loading").count() == 1
    assert "left" in keeper.get(url).content.decode()
    assert Load.objects.get().state == "shipped"
    assert offered(keeper) == [], "all of it has left"
    assert keeper.post("/shipping/loads", {"request_id": str(uuid4()), "scan": "SO-72"}).status_code == 422


def test_what_does_not_belong_there_is_said_loud(keeper: Client) -> None:
    url = begun(keeper)
    status, page = send(keeper, url, "scan", scan=f"(01){company.CUP}(10)P-8831")
    assert status == 422
    assert "does not belong to order SO-72" in page
    assert "data-wrong" in page


def test_what_is_missing_wants_a_tick_and_a_reason(keeper: Client) -> None:
    url = begun(keeper)
    send(keeper, url, "scan", scan=GOODS, quantity="40")
    status, page = send(keeper, url, "close")
    assert status == 422
    assert 'value="operations.load_missing"' in page
    more = {"accept": "operations.load_missing", "reason": "full", "delivery_date": "2026-11-22"}
    assert send(keeper, url, "close", **more)[0] == 302
    assert offered(keeper) == ["SO-72"], "the rest of it is still to go"


def test_sales_signs_for_a_load_above_its_order(keeper: Client, hire: Hire) -> None:
    """The customer wants less since it was loaded."""
    url = begun(keeper)
    send(keeper, url, "scan", scan=GOODS)
    less()
    form = {"delivery_date": "2026-11-22", "accept": "operations.above_order"}
    assert "operations.above_order" in send(keeper, url, "close", delivery_date="2026-11-22")[1]
    status, page = send(keeper, url, "close", **form)
    assert status == 422
    assert 'value="ask"' in page
    status, location = send(keeper, url, ASK, **form, reason="he takes them")
    assert (status, location.startswith("/approvals")) == (302, True)
    waits = ApprovalRequest.objects.get()
    yes = {"action": "approve", "meaning": "reviewed", "reason": "agreed", "password": company.PASSWORD}
    assert hire("finance").post(f"/approvals/{waits.pk}", yes).status_code == 302
    assert Load.objects.get().state == "shipped"


def test_a_load_is_taken_back_or_cancelled(keeper: Client) -> None:
    url = begun(keeper)
    send(keeper, url, "scan", scan=GOODS)
    assert send(keeper, url, "off-0")[0] == 200
    assert "0 / 1" in keeper.get(url).content.decode()
    assert send(keeper, url, "cancel")[0] == 422
    assert send(keeper, url, "cancel", reason="no truck")[0] == 200
    assert Load.objects.get().state == "cancelled"
    assert keeper.get(f"/shipping/loads/{uuid4()}").status_code == 404
    assert keeper.post("/shipping/loads", {"scan": "SO-404"}).status_code == 422
