"""A carrier at his desk: the shipments of his partner, and nothing else."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from suyuan.accounts.models import User
from suyuan.accounts.rules import SYSTEM
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPartner
from suyuan.catalog.writes import do_add_partners
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.signing import Signed
from suyuan.ledger.models import Record
from suyuan.operations.lines import Line
from suyuan.operations.outbound.deliver import Deliver
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.quality.confirm_return import ConfirmReturn
from suyuan.operations.quality.return_to_supplier import ReturnToSupplier
from tests.desk import company
from tests.desk.conftest import Sit
from tests.operations.dairy import INSPECTOR


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return str(response.content.decode())


@pytest.fixture
def carriers(firm: None) -> None:
    with governed():
        do_add_partners(
            partners=[
                NewPartner(
                    code="FAST", name_zh="快运", name_en="Fast Lorries", gln=company.gln(900), roles=["carrier"]
                ),
                NewPartner(
                    code="SLOW", name_zh="慢运", name_en="Slow Lorries", gln=company.gln(901), roles=["carrier"]
                ),
            ]
        )
        for name, partner, where in (("fast", "FAST", "plant"), ("slow", "SLOW", "plant"), ("east", "FAST", "east")):
            do_add_user(
                username=name, name=f"Driver {name}", password=company.PASSWORD, kind="carrier", partner=partner,
                grants=[At("carrier", where)],
            )  # fmt: skip


def shipped(carrier: str, number: str, day: int = 23) -> str:
    """The page of a new shipment of 24 pieces to a customer."""
    command = Ship(
        warehouse="plant", customer="C003", lines=(Line(item="YOG-150", lot=company.LOT, quantity=24),), po="SO-7",
        desadv=number, carrier=carrier, delivery_date=date(2026, 11, day),
    )  # fmt: skip
    return at(command, number)


def at(command: object, number: str) -> str:
    """The page of what a command sends off."""
    request = UUID(int=int.from_bytes(number.encode()) + 1)
    signed = (Signed(INSPECTOR),)
    execute(Context(actor=SYSTEM, request_id=request, now=company.NOW, signatures=signed), command)
    record = Record.objects.get(type=type(command).__name__, id=request.bytes)
    return f"/deliveries/{record.log}/{UUID(bytes=bytes(record.id))}"


def test_it_works(sit: Sit, carriers: None) -> None:
    url = shipped("FAST", "D-1")
    fast = sit("fast")
    listed = text(fast.get("/deliveries"))
    for word in ("Fast Lorries", "D-1", "Store 4 Taiyuan", "Under way", url):
        assert word in listed, word
    one = text(fast.get(url))
    for word in ("Plain yoghurt 150 g", company.LOT, "24", "Store 4 Taiyuan", "Hohhot plant", "SO-7", "23"):
        assert word in one, word
    assert "/thing?" not in one
    assert [link.url for link in fast.get("/").context["frame"].links] == ["/", "/approvals", "/deliveries"]


def test_home_shows_what_is_on_the_road(sit: Sit, carriers: None) -> None:
    """What is wanted first stands first, more than a few are a page away, and what was signed for is gone."""
    fast = sit("fast")
    assert "until they are signed for" in text(fast.get("/"))
    first, others = shipped("FAST", "D-1"), shipped("SLOW", "D-2")
    work = company.Work()
    work.number = 7_000_101
    page = fast.get("/")
    assert [task.said for task in page.context["tasks"]] == ["1"]
    assert first in text(page)
    assert "To be delivered" in text(page)
    assert others not in text(page)
    for n in range(3, 9):
        shipped("FAST", f"D-{n}", 22 + n)
    told = fast.get("/")
    assert [task.said for task in told.context["tasks"]] == ["7"]
    assert len(told.context["tasks"][0].table.rows) == 5
    assert [row.cells[4].day for row in told.context["tasks"][0].table.rows] == [23, 25, 26, 27, 28]
    assert 'href="/deliveries">All' in text(told)
    for n in (1, 3, 4, 5, 6, 7, 8):
        work.do(company.NOW, Deliver(warehouse="plant", customer="C003", desadv=f"D-{n}"))
    assert not fast.get("/").context["tasks"]
    assert "D-2" in text(sit("slow").get("/"))


def sent_back(carrier: str, number: str) -> str:
    """The page of a new return of 24 pieces to the farm."""
    command = ReturnToSupplier(
        warehouse="plant", supplier="FARM-1", lines=(Line(item="YOG-150", lot=company.LOT, quantity=24),),
        reason="not ordered", desadv=number, carrier=carrier, rma="RMA-7",
        accept=frozenset({"operations.not_from_him"}),
    )  # fmt: skip
    return at(command, number)


def test_goods_that_go_back_to_a_supplier_are_a_trip_too(sit: Sit, carriers: None) -> None:
    shipped("FAST", "D-1")
    url, others = sent_back("FAST", "V-1"), sent_back("SLOW", "V-2")
    fast = sit("fast")
    listed = text(fast.get("/deliveries"))
    for word in ("D-1", "V-1", "Return to the supplier", "Store 4 Taiyuan", "Chilechuan Farm", url):
        assert word in listed, word
    assert "V-2" not in listed
    one = text(fast.get(url))
    for word in ("Plain yoghurt 150 g", company.LOT, "24", "Chilechuan Farm", "RMA-7", "Return to the supplier"):
        assert word in one, word
    assert "not ordered" not in one  # why is nobody's business on the road
    assert fast.get(others).status_code == 404
    work = company.Work()
    work.number = 7_000_001
    work.do(company.NOW + timedelta(hours=1), ConfirmReturn(warehouse="plant", desadv="V-1"))
    assert "Nothing of it is under way any more" in text(fast.get(url))


def test_of_another_carrier_there_is_nothing(sit: Sit, carriers: None) -> None:
    url, nobodys = shipped("FAST", "D-1"), shipped("", "D-2")
    slow = sit("slow")
    assert "D-1" not in text(slow.get("/deliveries"))
    assert slow.get(url).status_code == 404
    assert slow.get(nobodys).status_code == 404
    assert "Store 4" not in text(slow.get(url))
    assert slow.get(f"/deliveries/plant/{uuid4()}").status_code == 404


def test_the_same_carrier_let_in_elsewhere_sees_nothing_of_this_warehouse(sit: Sit, carriers: None) -> None:
    url = shipped("FAST", "D-1")
    east = sit("east")
    assert "D-1" not in text(east.get("/deliveries"))
    assert east.get(url).status_code == 404


def test_no_other_record_is_shown_as_a_delivery(sit: Sit, carriers: None) -> None:
    shipped("FAST", "D-1")
    other = Record.objects.filter(type="Receive", log="plant").values_list("id", flat=True)[0]
    assert sit("fast").get(f"/deliveries/plant/{UUID(bytes=bytes(other))}").status_code == 404


def test_what_was_signed_for_is_no_longer_under_way(sit: Sit, carriers: None) -> None:
    url = shipped("FAST", "D-1")
    work = company.Work()
    work.number = 7_000_000
    work.do(company.NOW, Deliver(warehouse="plant", customer="C003", desadv="D-1"))
    fast = sit("fast")
    assert "Nothing of it is under way any more" in text(fast.get(url))
    assert "nothing under way any more" in text(fast.get("/deliveries"))


def test_an_account_without_a_partner_has_no_deliveries(sit: Sit, carriers: None) -> None:
    url = shipped("FAST", "D-1")
    with governed():
        do_add_user(username="gate", name="Gate", password=company.PASSWORD, kind="device", grants=[At("device")])
    gate = sit("gate")
    assert "D-1" not in text(gate.get("/deliveries"))
    assert gate.get(url).status_code == 404
    assert "/deliveries" not in [link.url for link in gate.get("/").context["frame"].links]


@pytest.mark.parametrize(
    "url",
    ["/thing?id=/01/06901234000108/10/HH261114A01", "/search?q=YOG-150", "/map", "/data/items", "/audit", "/data"],
)
def test_nothing_else_opens_for_him(sit: Sit, carriers: None, url: str) -> None:
    shipped("FAST", "D-1")
    response = sit("fast").get(url)
    assert response.status_code == 403 or not _tells(response), url


def _tells(response: object) -> bool:
    return any(word in text(response) for word in ("Plain yoghurt", "12,480", "Store 1", "C-01-03"))


def test_the_shipping_page_names_the_carrier(sit: Sit, carriers: None) -> None:
    keeper: Client = sit("keeper")
    form = {
        "request_id": str(uuid4()), "do": "record", "customer": "C003", "carrier": "SLOW",
        "line-0-uri": company.LOT_URI, "line-0-quantity": "12",
    }  # fmt: skip
    wrong = text(keeper.post("/shipping", form | {"carrier": "FARM-1"}))
    assert "is no carrier" in wrong
    assert 'value="FARM-1"' in wrong
    assert keeper.post("/shipping", form).status_code == 302
    assert "Store 4 Taiyuan" in text(sit("slow").get("/deliveries"))
    assert User.objects.get(username="slow").partner == "SLOW"
