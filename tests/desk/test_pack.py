"""The packing page: order, goods, carton; and what stands ready on the shipping page."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.operations.lines import Line
from suyuan.operations.outbound.pick import Pick
from suyuan.orders.commands import PutSalesLines, PutSalesOrders
from suyuan.stock.queries import on_hand
from tests.desk import company
from tests.desk.conftest import Sit


def ordered() -> None:
    """72 cups for C003, picked to the dock."""
    work = company.Work()
    work.number = 7_000_000
    sale: dict[str, Value] = {"number": "SO-72", "partner": "C003", "warehouse": "plant", "delivery": company.TODAY}
    work.do(company.NOW, PutSalesOrders(rows=(Row(sale),)))
    line: dict[str, Value] = {"order": "SO-72", "line": 1, "item": "YOG-150", "quantity": Decimal(72)}
    work.do(company.NOW, PutSalesLines(rows=(Row(line),)))
    goods = Line(item="YOG-150", lot=company.LOT, quantity=72)
    work.do(company.NOW, Pick(warehouse="plant", lines=(goods,), po="SO-72"))


def less() -> None:
    """The customer wants 60 of the cups only, after they were picked."""
    work = company.Work()
    work.number = 7_500_000
    line: dict[str, Value] = {"order": "SO-72", "line": 1, "item": "YOG-150", "quantity": Decimal(60)}
    work.do(company.NOW, PutSalesLines(rows=(Row(line),)))


@pytest.fixture
def keeper(sit: Sit) -> Client:
    client = sit("keeper")
    ordered()
    return client


def send(client: Client, do: str, **fields: str) -> str:
    """The page after a button."""
    return client.post("/shipping/pack", {"request_id": str(uuid4()), "do": do, **fields}).content.decode()


def line(page: str, name: str) -> str:
    found = re.search(rf'name="line-0-{name}"[^>]*?value="([^"]*)"', page)
    return found[1] if found else ""


def test_it_works(keeper: Client) -> None:
    page = send(keeper, "scan", scan="so-72")
    assert "Stands ready" in page
    assert company.LOT in page
    page = send(keeper, "scan", po="SO-72", scan=f"(01){company.YOGHURT}(10){company.LOT}")
    assert line(page, "quantity") == "72"
    page = send(
        keeper, "scan", po="SO-72", scan="24", **{"line-0-uri": line(page, "uri"), "line-0-from": line(page, "from")}
    )
    assert line(page, "quantity") == "24"
    assert ">48<" in page.replace(" ", "") or "48" in page  # what is left stands ready
    form = {"po": "SO-72", "line-0-uri": line(page, "uri"), "line-0-from": line(page, "from"), "line-0-quantity": "24"}
    answer = keeper.post("/shipping/pack", {"request_id": str(uuid4()), "do": "record", **form})
    assert answer.status_code == 302
    after = keeper.get(answer.headers["Location"]).content.decode()
    assert "Print its label" in after
    assert "Packed for this order" in after
    packed = [row for row in on_hand(company.TODAY.toordinal(), subjects=[company.LOT_URI]) if row.container]
    assert [int(row.quantity) for row in packed if row.kind == "place"] == [24]


def test_goods_are_put_in_by_a_button_and_a_carton_on_a_pallet(keeper: Client) -> None:
    page = send(keeper, "take-0", po="SO-72")
    assert line(page, "quantity") == "72"
    form = {name: line(page, name) for name in ("uri", "from", "quantity")}
    fields = {"po": "SO-72", **{f"line-0-{name}": value for name, value in form.items()}}
    assert keeper.post("/shipping/pack", {"request_id": str(uuid4()), "do": "record", **fields}).status_code == 302
    page = send(keeper, "box-0", po="SO-72")
    assert "/00/" in line(page, "uri")


def test_what_stands_ready_is_proposed_for_dispatch(keeper: Client) -> None:
    page = keeper.get("/shipping", {"po": "SO-72"}).content.decode()
    assert 'value="C003"' in page
    assert line(page, "uri") == company.LOT_URI
    assert line(page, "quantity") == "72"
    scanned = keeper.post("/shipping", {"do": "scan", "scan": "SO-72"}).content.decode()
    assert line(scanned, "quantity") == "72"


@pytest.mark.parametrize(("fields", "says"), [
    ({"po": "SO-99"}, "SO-99"),
    ({"po": "SO-72", "scan": "nonsense"}, "nonsense"),
    ({"po": "SO-72", "length": "12"}, "millimetres"),
])  # fmt: skip
def test_what_is_wrong_is_said(keeper: Client, fields: dict[str, str], says: str) -> None:
    do = "record" if "length" in fields else "scan"
    goods = {"line-0-uri": company.LOT_URI, "line-0-quantity": "1"} if do == "record" else {}
    answer = keeper.post("/shipping/pack", {"request_id": str(uuid4()), "do": do, **fields, **goods})
    assert answer.status_code == 422
    assert says in answer.content.decode()
