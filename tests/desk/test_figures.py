"""The pages of figures: what they show, what is behind each number, and the tables as files."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.insight.dayflows import refresh
from suyuan.insight.models import DayMark
from suyuan.operations.commands import Deliver, Line, Ship
from suyuan.orders.commands import PUTS
from suyuan.ui.workbooks import read_workbook
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.ledgers.story import sign
from tests.plugins.engines import Statements

DAYS = "since=2026-11-14&until=2026-11-21"


def do(command: object, at: datetime = company.NOW) -> str:
    result = execute(Context(actor=SYSTEM, request_id=uuid4(), now=at), command)
    return str(result.value.get("desadv", ""))


def order(number: str, customer: str, quantity: int, due: date) -> None:
    head: dict[str, Value] = {"number": number, "partner": customer, "warehouse": "plant", "delivery": due}
    do(PUTS["sales_orders"](rows=(Row(head),)))
    line: dict[str, Value] = {"order": number, "line": 1, "item": "YOG-150", "quantity": Decimal(quantity)}
    do(PUTS["sales_lines"](rows=(Row(line),)))


@pytest.fixture
def made(firm: None) -> None:
    """The figures of the days, and three orders: one shipped in full, one in part, one not at all."""
    order("SO-26-500", "C000", 480, date(2026, 11, 15))
    order("SO-26-501", "C001", 1000, date(2026, 11, 16))
    order("SO-26-999", "C001", 10, date(2026, 11, 16))
    sign()
    assert not refresh(company.NOW).more


@pytest.mark.usefixtures("made")
def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    shown = client.get(f"/figures?{DAYS}").content.decode()
    for text in ("Stock turnover", "YOG-150", "Days of stock", "Turnover, ", "What the figures mean"):
        assert text in shown
    lines = client.get(f"/figures?{DAYS}&as=csv").content.decode().splitlines()
    (yoghurt,) = [line.split(",") for line in lines if "YOG-150" in line]
    out = sum(480 + 12 * n for n in range(company.CUSTOMERS))
    assert str(out) in yoghurt
    days = client.get(f"/figures?{DAYS}&item=YOG-150&as=csv").content.decode()
    assert "2026-11-15" in days
    assert sum(int(line.split(",")[3]) for line in days.splitlines()[1:]) == out


@pytest.mark.usefixtures("made")
def test_it_is_put_together_by_category_and_warehouse(sit: Sit) -> None:
    client = sit("keeper")
    by_item = client.get(f"/figures?{DAYS}&in=all&as=csv").content.decode().splitlines()
    assert len(by_item) > 4
    for by in ("category", "warehouse"):
        rows = client.get(f"/figures?{DAYS}&in=all&by={by}&as=csv").content.decode().splitlines()
        assert 1 < len(rows) <= len(by_item)
        assert "YOG-150" not in "".join(rows)
    assert "?" in client.get(f"/figures?{DAYS}&by=category").content.decode()


@pytest.mark.usefixtures("made")
def test_orders_lead_to_what_became_of_them(sit: Sit) -> None:
    client = sit("keeper")
    shown = client.get(f"/figures/service?{DAYS}").content.decode()
    assert "33.3 %" in shown  # order fill: one of three
    assert "1 / 3" in shown
    assert "Store 2 Taiyuan" in shown
    missed = client.get(f"/figures/service?{DAYS}&verdict=missed").content.decode()
    assert "Nothing was shipped" in missed
    assert "Not all was shipped" in missed
    assert "SO-26-500" not in missed
    assert "/orders/order?kind=sales" in missed
    unsigned = client.get(f"/figures/service?{DAYS}&verdict=unsigned&as=csv").content.decode()
    assert "SO-26-500" in unsigned
    days = client.get(f"/figures/service?{DAYS}&by=day&as=csv").content.decode().splitlines()
    assert [line.split(",")[0] for line in days[1:]] == ["2026-11-16", "2026-11-15"]
    mine = client.get(f"/figures/service?{DAYS}&customer=C001&by=order&as=csv").content.decode()
    assert "SO-26-999" in mine
    assert "SO-26-500" not in mine


@pytest.mark.usefixtures("made")
def test_a_file_has_what_the_page_shows(sit: Sit) -> None:
    answer = sit("keeper").get(f"/figures?{DAYS}&as=xlsx")
    rows = read_workbook(answer.content)[0].rows
    assert any("YOG-150" in str(row[0]) for row in rows)


@pytest.mark.usefixtures("made")
def test_it_says_what_is_not_ready(sit: Sit) -> None:
    client = sit("keeper")
    assert "being made again" not in client.get("/figures").content.decode()
    DayMark.objects.filter(pk="plant").update(stale=date(2026, 11, 20).toordinal())
    assert "The figures from 2026-11-20 on are being made again" in client.get("/figures").content.decode()
    assert "being made again" not in client.get("/figures?since=2026-11-01&until=2026-11-19").content.decode()


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("query", ["since=2026-11-21&until=2026-11-14", "since=2020-01-01", "since=yesterday"])
def test_days_that_cannot_be(sit: Sit, query: str) -> None:
    answer = sit("keeper").get(f"/figures?{query}")
    assert answer.status_code == 200
    assert "alert-danger" in answer.content.decode()


@pytest.mark.usefixtures("made")
def test_who_sees_what(hire: Hire) -> None:
    """Who may not see picking sees the rest; a carrier sees nothing."""
    finance = hire("finance")
    assert finance.get("/figures").status_code == 200
    assert "figures/work" not in finance.get("/figures").content.decode()
    assert finance.get("/figures/work").status_code == 403
    assert hire("carrier").get("/figures").status_code == 403


@pytest.mark.usefixtures("made")
def test_picking_without_any_tour(sit: Sit) -> None:
    for by in ("person", "team", "day", "zone"):
        shown = sit("keeper").get(f"/figures/work?by={by}").content.decode()
        assert "Nothing was picked by tour in this time." in shown


@pytest.mark.usefixtures("made")
def test_as_many_statements_for_many_orders(sit: Sit, statements: Callable[[], Statements]) -> None:
    client = sit("keeper")
    for url in (f"/figures/service?{DAYS}&by=order", f"/figures?{DAYS}"):
        client.get(url)
    with statements() as few:
        client.get(f"/figures/service?{DAYS}&by=order")
    for n in range(2, 8):
        order(f"SO-26-{500 + n}", f"C{n:03}", 480 + 12 * n, date(2026, 11, 16))
    client.get(f"/figures/service?{DAYS}&by=order")
    with statements() as many:
        client.get(f"/figures/service?{DAYS}&by=order")
    assert len(few) == len(many)
    with statements() as stock:
        client.get(f"/figures?{DAYS}")
    assert len(stock) <= len(many), stock.sql


@pytest.mark.usefixtures("made")
def test_a_signature_makes_it_kept(sit: Sit) -> None:
    order("SO-X", "C005", 540, date(2026, 11, 21))
    load = Line(uri=company.LOT_URI, quantity=540)
    desadv = do(Ship(warehouse="plant", customer="C005", lines=(load,), po="SO-X"))
    client = sit("keeper")
    url = "/figures/service?since=2026-11-21&by=order&as=csv"
    assert "Day not over" in client.get(url).content.decode()
    do(Deliver(warehouse="plant", customer="C005", desadv=desadv))
    assert "On time, in full" in client.get(url).content.decode()
