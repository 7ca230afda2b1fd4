"""The shipping page: scan, see what goes first, dispatch once, print the note."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.desk.approvals import ASK
from suyuan.governance.models import ApprovalRequest
from suyuan.stock.queries import on_hand
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.desk.test_pack import ordered
from tests.desk.weighed import wheels

FREE = 12480 - sum(480 + 12 * n for n in range(company.CUSTOMERS))
LATER = f"https://id.gs1.org/01/{company.YOGHURT}/10/HH261121A01"


def post(client: Client, do: str = "record", **fields: str) -> Any:  # a response with the context of its template
    return client.post("/shipping", {"request_id": str(uuid4()), "do": do, **fields})


def with_customer(customer: str) -> int:
    rows = on_hand(company.TODAY.toordinal(), subjects=[company.LOT_URI])
    return sum(int(row.quantity) for row in rows if row.kind == "delivery" and customer in row.owner)


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    fields = {"customer": "C003", "po": "SO-9", "line-0-uri": company.LOT_URI, "line-0-quantity": "100"}
    before = with_customer(company.gln(103))
    response = post(client, **fields)
    assert response.status_code == 302
    assert with_customer(company.gln(103)) == before + 100
    note = client.get(response.headers["Location"]).content.decode()
    for text in ("Dispatch note", company.LOT, "100", "2026-12-12", "SO-9", "Store 4 Taiyuan", "<svg"):
        assert text in note


def test_sending_it_twice_does_nothing_twice(sit: Sit) -> None:
    client = sit("keeper")
    form = {"request_id": str(uuid4()), "do": "record", "customer": "C003"}
    form |= {"line-0-uri": company.LOT_URI, "line-0-quantity": "100"}
    before = with_customer(company.gln(103))
    assert client.post("/shipping", form).headers["Location"] == client.post("/shipping", form).headers["Location"]
    assert with_customer(company.gln(103)) == before + 100


def test_packs_count_in_packs(sit: Sit) -> None:
    client = sit("keeper")
    case = f"https://id.gs1.org/01/{company.CASE}/10/{company.LOT}"
    before = with_customer(company.gln(103))
    assert post(client, customer="C003", **{"line-0-uri": case, "line-0-quantity": "5"}).status_code == 302
    assert with_customer(company.gln(103)) == before + 60


@pytest.mark.parametrize(
    ("uri", "quantity", "says"),
    [
        (company.LOT_URI, "99999", company.LOT),
        (LATER, "1", "HH261121A01"),
        (f"https://id.gs1.org/01/{company.MILK}/10/RM-1101", "1", "RM-1101"),
    ],
)
def test_what_is_not_there_or_not_free_stays(sit: Sit, uri: str, quantity: str, says: str) -> None:
    """More than there is, not inspected yet, expired: each refused with the name of the goods."""
    response = post(sit("keeper"), customer="C003", **{"line-0-uri": uri, "line-0-quantity": quantity})
    assert response.status_code == 200
    assert response.context["problems_found"]
    text = response.content.decode()
    assert says in text
    assert f'value="{quantity}"' in text
    assert "https://id.gs1.org" not in "".join(response.context["errors"]["lines[0]"][0].params.values())


def scan(client: Client, text: str, **fields: str) -> Any:  # the context of the page
    return post(client, do="scan", scan=text, **fields).context


def test_scans_fill_the_sheet(sit: Sit) -> None:
    client = sit("keeper")
    assert scan(client, "C003")["sheet"].get("customer") == "C003"
    assert scan(client, company.LOT)["sheet"].lines[0].values == {"uri": company.LOT_URI}
    assert scan(client, f"(01){company.YOGHURT}(10){company.LOT}(30)48")["sheet"].lines[0].get("quantity") == "48"


def test_an_item_proposes_the_lot_that_expires_first(sit: Sit) -> None:
    client = sit("keeper")
    assert scan(client, "YOG-150")["sheet"].lines[0].get("uri") == company.LOT_URI
    in_cases = scan(client, company.CASE)["sheet"].lines[0].get("uri")
    assert in_cases == f"https://id.gs1.org/01/{company.CASE}/10/{company.LOT}"


def test_a_later_lot_is_warned_of_and_swapped(sit: Sit) -> None:
    client = sit("keeper")
    response = post(client, do="scan", scan="HH261121A01")
    assert f"Lot {company.LOT} expires first (2026-12-12)" in response.content.decode()
    _row, load = response.context["rows"][0]
    assert load.free.amount == 0
    assert load.states == ("pending",)
    swapped = post(client, do="swap-0", **{"line-0-uri": LATER, "line-0-quantity": "7"}).context["sheet"]
    assert swapped.lines[0].values == {"uri": company.LOT_URI, "quantity": "7"}


def test_what_is_free_is_shown(sit: Sit) -> None:
    _row, load = scan(sit("keeper"), company.LOT)["rows"][0]
    assert load.free.amount == FREE
    assert load.sooner is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("NONSENSE", "desk.scan_no_goods"), ("FARM-1", "desk.scan_no_goods"), ("MILK", "desk.item_not_free")],
)
def test_a_scan_of_nothing_to_ship_is_said(sit: Sit, text: str, code: str) -> None:
    assert [p.code for p in scan(sit("keeper"), text)["problems_found"]] == [code]


def test_sales_signs_for_more_than_was_ordered(sit: Sit, hire: Hire) -> None:
    ordered()
    keeper = sit("keeper")
    form = {"customer": "C003", "po": "SO-72", "line-0-uri": company.LOT_URI, "line-0-quantity": "80"}
    assert [one.code for one in post(keeper, **form).context["to_accept"]] == ["operations.above_order"]
    form |= {"accept": "operations.above_order", "reason": "he takes them"}
    page = post(keeper, **form)
    assert [one.code for one in page.context["problems_found"]] == ["governance.approval_missing_seller"]
    assert 'value="ask"' in page.content.decode()
    assert "(Create sales orders)" in page.content.decode()  # doing and approving are one word
    before = with_customer(company.gln(103))
    assert post(keeper, ASK, **form).headers["Location"].startswith("/approvals")
    waits = ApprovalRequest.objects.get()
    assert waits.groups == ["seller"]
    assert with_customer(company.gln(103)) == before
    yes = {"action": "approve", "meaning": "reviewed", "reason": "agreed", "password": company.PASSWORD}
    assert hire("quality").post(f"/approvals/{waits.pk}", yes).status_code != 302
    assert hire("finance").post(f"/approvals/{waits.pk}", yes).status_code == 302
    assert with_customer(company.gln(103)) == before + 80


def test_who_may_not_ship_here_reads_what_is_missing(sit: Sit) -> None:
    response = sit("inspector").get("/shipping")
    assert response.status_code == 403
    assert "Ship goods" in response.content.decode()


def test_what_is_weighed_asks_for_the_weight(sit: Sit) -> None:
    uri = wheels()
    client = sit("keeper")
    assert 'name="line-0-weight"' in post(client, "scan", scan=uri, customer="C003").content.decode()
    line = {"customer": "C003", "line-0-uri": uri, "line-0-quantity": "1"}
    errors = post(client, **line).context["errors"]
    assert [problem.code for problem in errors["lines[0].weight"]] == ["operations.weight_missing"]
    assert "lines[0].weight" not in post(client, **line, **{"line-0-weight": "4.9"}).context["errors"]
    other = {"line-0-uri": company.LOT_URI, "line-0-quantity": "1"}
    assert 'name="line-0-weight"' not in post(client, "refresh", **other).content.decode()
