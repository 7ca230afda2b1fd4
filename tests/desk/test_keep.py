"""The page of an order that goes out: what its lines get and why, allocated, swapped by scan, taken over."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.operations.commands import Inspect, ReceiptLine, Receive, Reserve, Verdict
from suyuan.orders import commands as ordering
from suyuan.orders.models import Order, Reservation
from tests.desk.company import LOT, NOW

Sit = Callable[..., Client]
URL = "/orders/order?kind=sales&key=SO-7"


def do(command: object, now: datetime = NOW) -> None:
    execute(Context(actor=SYSTEM, request_id=uuid4(), now=now), command)


def put(name: str, *rows: dict[str, Value]) -> None:
    do(ordering.PUTS[name](rows=tuple(Row(row) for row in rows)))


def sale(number: str, quantity: int, *, min_days: int | None = None, **more: Value) -> None:
    put("sales_orders", {"number": number, "partner": "C001", "warehouse": "plant", **more})
    row: dict[str, Value] = {"order": number, "line": 1, "item": "YOG-150", "quantity": Decimal(quantity)}
    put("sales_lines", {**row, "min_days": min_days})


def bought(lot: str, quantity: int, expiry: date) -> None:
    line = ReceiptLine(item="YOG-150", lot=lot, quantity=quantity, expiry=expiry)
    do(Receive(warehouse="plant", supplier="PACK", lines=(line,)), NOW - timedelta(hours=1))
    do(Inspect(warehouse="plant", lines=(Verdict(item="YOG-150", lot=lot, verdict="pass"),)))


def text(client: Client, url: str = URL, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def post(client: Client, url: str = URL, **form: str) -> tuple[int, str]:
    response = client.post(url, {"request_id": str(uuid4()), **form})
    return response.status_code, " ".join(response.content.decode().split())


def kept(number: str = "SO-7") -> dict[str, int]:
    rows = Reservation.objects.filter(line__order__number=number, state="open")
    return {row.uri.rpartition("/")[2]: row.quantity // 10**6 for row in rows}


def test_it_works(sit: Sit) -> None:
    """What it would get is shown with the reason before anything is kept, and stands there when it is."""
    bought("NEW", 100, date(2027, 1, 30))
    sale("SO-7", 2050)
    client = sit("keeper")
    before = text(client)
    assert "Would get" in before
    assert "Expires first" in before
    assert "before <" in before
    assert post(client, do="allocate")[0] == 302
    assert kept() == {LOT: 2004, "NEW": 46}
    after = text(client)
    assert "Would get" not in after
    assert after.count("> Swap</a>") == 2
    assert "all reserved" in text(client, "/orders?tab=sales")
    assert post(client, do="release", reason="later")[0] == 302
    assert kept() == {}


def test_who_may_only_look(sit: Sit, hire: Callable[[str], Client]) -> None:
    sale("SO-7", 10)
    shown = text(hire("finance"))
    assert "Would get" in shown
    assert 'value="allocate"' not in shown
    assert post(hire("auditor"), do="allocate")[0] == 422
    assert kept() == {}


def test_the_day_of_delivery_is_asked_for(sit: Sit) -> None:
    sale("SO-7", 10, min_days=5)
    client = sit("keeper")
    assert 'type="date"' in text(client)
    status, shown = post(client, do="allocate")
    assert status == 422
    assert "When will the customer have it?" in shown
    assert post(client, do="allocate", delivery="tomorrow")[0] == 422
    assert post(client, do="allocate", delivery="2026-11-23")[0] == 302
    assert kept() == {LOT: 10}
    assert Order.objects.get(number="SO-7").delivery == date(2026, 11, 23)


def test_swap_by_scan(sit: Sit) -> None:
    bought("NEW", 100, date(2027, 1, 30))
    sale("SO-7", 50)
    do(Reserve(warehouse="plant", number="SO-7"))
    row = Reservation.objects.get()
    client = sit("keeper")
    url = f"{URL}&swap={row.pk}"
    shown = text(client, url)
    assert 'id="scan"' in shown
    status, shown = post(client, url, do="scan", scan="NEW", swap=str(row.pk), quantity="20")
    assert status == 422
    assert "Take that one, or say why not." in shown
    assert 'value="NEW"' in shown, "what was typed stays"
    assert post(client, url, do="scan", scan="NEW", swap=str(row.pk), quantity="20", reason="in front")[0] == 302
    assert kept() == {LOT: 30, "NEW": 20}
    assert "was swapped: in front" in text(client)
    assert post(client, URL, do="scan", scan="NEW", swap="99999")[0] == 422


def test_one_lot_for_a_line(sit: Sit) -> None:
    bought("NEW", 100, date(2027, 1, 30))
    sale("SO-7", 2050, single_lot=True)
    client = sit("keeper")
    assert "No one lot has enough for the line." in text(client)
    assert post(client, do="allocate")[0] == 422
    assert post(client, do="allocate", split="1")[0] == 302
    assert kept() == {LOT: 2004, "NEW": 46}


def test_the_urgent_first(sit: Sit) -> None:
    sale("SO-7", 2000)
    do(Reserve(warehouse="plant", number="SO-7"))
    sale("SO-9", 1000, priority="urgent")
    client = sit("keeper")
    listed = text(client, "/orders?tab=sales")
    assert listed.index("SO-9") < listed.index("SO-7")
    assert "urgent" in listed
    url = "/orders/order?kind=sales&key=SO-9"
    assert "These lines would lack goods then" in text(client, url)
    assert "These lines" not in text(client), "who is not urgent takes nothing over"
    assert post(client, url, do="take_over")[0] == 422
    assert post(client, url, do="take_over", reason="hospital")[0] == 302
    assert kept("SO-9") == {LOT: 1000}
    assert kept() == {LOT: 1004}
    assert "SO-9: hospital" in text(client)
    assert "lost goods" in text(client, "/orders?tab=sales")


def test_an_issue(sit: Sit) -> None:
    put("issues", {"number": "I-1", "warehouse": "plant", "destination": "LINE-2", "reference": "WO-1"})
    put("issue_lines", {"order": "I-1", "line": 1, "item": "CUP-150", "quantity": Decimal(100)})
    client = sit("keeper")
    assert "I-1" in text(client, "/orders?tab=issue")
    url = "/orders/order?kind=issue&key=I-1"
    shown = text(client, url)
    assert "Filling line 2" in shown
    assert "WO-1" in shown
    assert post(client, url, do="allocate")[0] == 302
    assert kept("I-1") == {"P-8831": 100}
    assert post(client, url, do="cancel", reason="not needed")[0] == 302
    assert Order.objects.get(number="I-1").state == "cancelled"


@pytest.mark.usefixtures("firm")
def test_statements_do_not_grow(sit: Sit, statements: Callable[..., object]) -> None:
    client = sit("keeper")
    sale("SO-7", 10)

    def count() -> int:
        with statements() as seen:  # type: ignore[attr-defined]  # a context manager
            text(client)
        return len(seen)

    count()
    few = count()
    for n in range(2, 8):
        put("sales_lines", {"order": "SO-7", "line": n, "item": "YOG-150", "quantity": Decimal(10)})
    do(Reserve(warehouse="plant", number="SO-7"))
    assert count() <= few + 2


def test_an_urgent_need(sit: Sit) -> None:
    """A scan adds a line; recording writes the order and allocates what is free. Twice sent, it is one."""
    client, request = sit("keeper"), str(uuid4())
    assert "Urgent need" in text(client, "/orders?tab=issue")
    assert "Urgent need" not in text(client, "/orders?tab=sales")
    scanned = post(client, "/orders/need", do="scan", scan="(01)06901234000306", destination="LINE-2")[1]
    assert 'value="06901234000306"' in scanned
    assert post(client, "/orders/need", do="scan", scan="0000")[0] == 422
    form = {"line-0-item": "CUP-150", "line-0-quantity": "60", "destination": "LINE-2", "priority": "urgent"}
    status, shown = post(client, "/orders/need", do="record", destination="MOON", **{"line-0-item": "X"})
    assert status == 422
    assert "is not there" in shown or "There is no" in shown
    for _time in range(2):
        response = client.post("/orders/need", {**form, "do": "record", "request_id": request})
        assert response.status_code == 302
    order = Order.objects.get(kind="issue")
    assert (order.priority, order.lines.get().quantity) == ("urgent", 60 * 10**6)
    assert kept(order.number) == {"P-8831": 60}
    assert order.number in text(client, "/orders?tab=issue")
