"""The pages of orders and notices."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client

from suyuan.accounts.rules import SYSTEM
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.ledger.models import Record
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.orders import commands as ordering
from suyuan.orders.models import Order
from tests.desk import company
from tests.desk.company import NOW, TODAY
from tests.plugins.engines import Statements

Sit = Callable[..., Client]


def do(command: object) -> None:
    execute(Context(actor=SYSTEM, request_id=uuid4(), now=NOW), command)


def put(name: str, *rows: dict[str, Value]) -> None:
    do(ordering.PUTS[name](rows=tuple(Row(row) for row in rows)))


def order(number: str, late: bool = False, **more: Value) -> None:
    day = TODAY + timedelta(days=-2 if late else 2)
    head: dict[str, Value] = {"number": number, "partner": "PACK", "warehouse": "plant", "expected": day, **more}
    put("purchase_orders", head)
    put("purchase_lines", {"order": number, "line": 1, "item": "CUP-150", "quantity": Decimal(1000)})


def receive(number: str, quantity: int) -> None:
    line = ReceiptLine(item="CUP-150", lot="P-1", quantity=quantity)
    do(Receive(warehouse="plant", supplier="PACK", lines=(line,), po=number))


@pytest.fixture
def ordered(firm: None) -> None:
    with governed():
        do_add_user(username="finance", name="Fei", password=company.PASSWORD, grants=[At("finance")])
    order("PO-9001")
    order("PO-9002", late=True)
    put("sales_orders", {"number": "SO-1", "partner": "C001", "warehouse": "plant"})
    put("notices", {"number": "D-77", "supplier": "PACK", "warehouse": "plant", "order": "PO-9001"})
    put("notice_lines", {"notice": "D-77", "line": 1, "item": "CUP-150", "lot": "P-1", "quantity": Decimal(400)})
    receive("PO-9001", 250)


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.usefixtures("ordered")
def test_it_works(sit: Sit) -> None:
    shown = text(sit("keeper"), "/orders")
    assert shown.index("PO-9002") < shown.index("PO-9001"), "the earliest first"
    assert "25 %" in shown
    assert shown.count(">late<") + shown.count("</svg> late") == 1
    assert "SO-1" not in shown


@pytest.mark.usefixtures("ordered")
def test_one_order(sit: Sit) -> None:
    shown = text(sit("keeper"), "/orders/order?kind=purchase&key=PO-9001")
    assert 'href="/receiving?po=PO-9001"' in shown
    assert "250" in shown
    assert "750" in shown
    assert "Close this order" not in shown, "that is for the buyer"
    assert text(sit("office"), "/orders/order?kind=purchase&key=PO-9001").count("Close this order") == 1
    assert "Close or cancel this order" in text(sit("office"), "/orders/order?kind=purchase&key=PO-9002")
    for url in ("/orders/order?kind=purchase&key=NONE", "/orders/order?kind=x&key=PO-9001", "/orders/order"):
        text(sit("keeper"), url, 404)


@pytest.mark.usefixtures("ordered")
def test_an_order_is_closed_and_reopened_with_a_reason(sit: Sit) -> None:
    client, url = sit("office"), "/orders/order?kind=purchase&key=PO-9001"
    response = client.post(url, {"do": "close", "reason": "", "request_id": str(uuid4())})
    assert "Say why" in response.content.decode()
    response = client.post(url, {"do": "close", "reason": "They have no more", "request_id": str(uuid4())})
    assert response.status_code == 302
    assert Order.objects.get(number="PO-9001").state == "closed"
    assert "They have no more" in text(client, "/data/purchase_orders/history?key=PO-9001")
    shown = text(client, url)
    assert "/receiving?po=" not in shown
    client.post(url, {"do": "reopen", "reason": "They found some", "request_id": str(uuid4())})
    assert Order.objects.get(number="PO-9001").state == "open"
    sit("keeper").post(url, {"do": "close", "reason": "I want to", "request_id": str(uuid4())})
    assert Order.objects.get(number="PO-9001").state == "open"


@pytest.mark.usefixtures("ordered")
def test_what_is_announced(sit: Sit) -> None:
    client = sit("keeper")
    shown = text(client, "/orders?tab=notices")
    assert "D-77" in shown
    assert "PO-9001" in shown
    shown = text(client, "/orders/notice?key=D-77")
    assert "notice=D-77&amp;desadv=D-77&amp;supplier=PACK&amp;po=PO-9001" in shown
    assert "P-1" in shown
    text(client, "/orders/notice?key=NONE", 404)


@pytest.mark.usefixtures("ordered")
def test_who_sees_what(sit: Sit) -> None:
    sales = "/orders/order?kind=sales&key=SO-1"
    assert "SO-1" in text(sit("finance"), "/orders?tab=sales")
    assert "SO-1" in text(sit("finance"), sales)
    text(sit("inspector"), sales, 403)
    assert "PO-9002" not in text(sit("inspector"), "/orders"), "notices are all that an inspector is shown"
    text(sit("inspector"), "/orders/order?kind=purchase&key=PO-9001", 403)


@pytest.mark.usefixtures("ordered")
def test_the_list_is_narrowed(sit: Sit) -> None:
    client = sit("office")
    assert "PO-9002" not in text(client, "/orders?q=9001")
    assert "PO-9001" in text(client, "/orders?q=%E9%9D%92%E5%9F%8E"), "by the name of the partner"
    assert "Nothing matches" in text(client, "/orders?q=nothing")
    assert "PO-9001" not in text(client, "/orders?show=draft")
    assert "PO-9001" in text(client, "/orders?show=all&tab=purchase")
    assert "D-77" not in text(client, "/orders?tab=notices&q=D-78")


@pytest.mark.usefixtures("ordered")
def test_as_many_statements_for_many_orders(sit: Sit, statements: Callable[[], Statements]) -> None:
    client = sit("keeper")
    client.get("/orders")
    with statements() as few:
        client.get("/orders")
    for n in range(12):
        order(f"PO-8{n:03}", ordered=date(2026, 11, 1))
    client.get("/orders")
    with statements() as many:
        client.get("/orders")
    assert len(many) == len(few)


@pytest.mark.usefixtures("ordered")
def test_the_registers_are_lists_like_all_others(sit: Sit) -> None:
    client = sit("office")
    assert "PO-9001" in text(client, "/data/purchase_orders")
    assert "CUP-150" in text(client, "/data/purchase_lines?f.order=PO-9001")
    assert "PO-9001" in text(client, "/data/purchase_orders/row?key=PO-9001")
    assert 'value="1000"' in text(client, "/data/purchase_lines/row?key=PO-9001%7C1")
    assert text(client, "/data/purchase_lines/row?key=PO-9001%7Cx", 404)
    assert client.get("/data/purchase_lines/export").status_code == 200
    for name in ("sales_lines", "notices", "notice_lines"):
        assert client.get(f"/data/{name}").status_code in (200, 403)


@pytest.mark.usefixtures("ordered")
def test_prices_are_for_those_who_see_costs(sit: Sit) -> None:
    put("purchase_lines", {"order": "PO-9001", "line": 1, "price": Decimal("0.2345")})
    row, history = "/data/purchase_lines/row?key=PO-9001%7C1", "/data/purchase_lines/history?key=PO-9001%7C1"
    listed = "/data/purchase_lines?columns=price,item&f.price.from=0.1"
    export = "/data/purchase_lines/export?as=csv&columns=price"
    for url in (row, history, listed):
        assert "0.2345" in text(sit("office"), url), url
        assert "0.2345" not in text(sit("keeper"), url), url
    keeper = sit("keeper").get(export).content.decode()
    assert "CUP-150" in keeper
    assert "0.2345" not in keeper
    assert "PO-9002" in text(sit("keeper"), listed), "what he is not shown he cannot filter by"
    record = Record.objects.filter(type="PutPurchaseLines").order_by("-record_time")[0]
    shown = text(sit("office"), f"/audit/company/{UUID(bytes=bytes(record.id))}")
    assert "0.2345" in shown
    shown = text(sit("admin"), f"/audit/company/{UUID(bytes=bytes(record.id))}")
    assert "PO-9001" in shown
    assert "0.2345" not in shown
