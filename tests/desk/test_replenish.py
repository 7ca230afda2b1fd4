"""The page of pick faces: what to bring and why, by a press or by a scan."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_places
from suyuan.governance.master import PutItems, PutSupplierItems
from suyuan.orders.models import Order
from tests.desk import company
from tests.desk.company import CUP, NOW
from tests.desk.conftest import Hire, Sit
from tests.desk.test_order import do, put
from tests.desk.test_stock import text_of

TICKS = count(1)


@pytest.fixture
def faces(firm: None) -> None:
    with governed():
        do_add_places(
            warehouse="plant", places=[NewPlace(code=f"P-{n}", purpose="picking", name_en=f"Face {n}") for n in (1, 2)]
        )
        do_add_places(warehouse="plant", places=[NewPlace(code="S-1", purpose="storage")])
    for n in (1, 2):
        limits: dict[str, Value] = {"minimum": Decimal(100), "maximum": Decimal(500)}
        put("pick_faces", {"warehouse": "plant", "place": f"P-{n}", "item": "CUP-150", **limits})


def stored(sit: Sit) -> None:
    from_dock = {
        "do": "scan",
        "scan": "S-1",
        "line-0-uri": f"https://id.gs1.org/01/{CUP}/10/P-8831",
        "line-0-quantity": "700",
    }
    assert sit("keeper").post("/moving?do=move", from_dock).status_code == 302


def brought(client: Client, **form: str) -> HttpResponse:
    """The answer to a form of a minute later."""
    with company.clock(NOW + timedelta(minutes=next(TICKS))):
        return client.post("/stock/replenish", {**form, "request_id": str(uuid4())})  # type: ignore[return-value]  # of a test client


def test_a_press_brings_it(faces: None, sit: Sit) -> None:
    client = sit("keeper")
    empty = text_of(client.get("/stock/replenish").content.decode())
    assert "Only 0 of at least 100 lie there · 100 lacking in reserve" in empty
    assert "Brought" not in empty
    stored(sit)
    page = client.get("/stock/replenish").content.decode()
    assert "up to 500" in page
    assert "Expires first" in page or "Does not expire" in page
    number = page.partition('value="fill-')[2].partition('"')[0]
    done = brought(client, do=f"fill-{number}")
    assert done.status_code == 302
    assert "500" in text_of(client.get(done["Location"]).content.decode())
    left = text_of(client.get("/stock/replenish").content.decode())
    assert "P-2" in left
    assert "P-1" not in left


def test_a_scan_brings_it(faces: None, sit: Sit) -> None:
    stored(sit)
    client = sit("keeper")
    assert client.post("/stock/replenish", {"do": "scan", "scan": "C-01-03"}).status_code == 422
    assert brought(client, do="scan", scan="p-2").status_code == 302
    assert client.post("/stock/replenish", {"do": "scan", "scan": "P-2"}).status_code == 422  # enough lies there
    assert brought(client, do="scan", scan=CUP).status_code == 302
    assert "Every pick face has its minimum" in client.get("/stock/replenish").content.decode()


def test_who_may(faces: None, sit: Sit, hire: Hire) -> None:
    assert hire("carrier").get("/stock/replenish").status_code == 403
    assert hire("inspector").get("/stock/replenish").status_code == 403
    assert "No pick faces yet" not in sit("keeper").get("/stock/replenish").content.decode()
    assert sit("keeper").get("/data/pick_faces").status_code == 200
    assert "补货" in sit("keeper", language="zh-hans").get("/stock/replenish").content.decode()


def test_what_is_to_be_ordered(faces: None, sit: Sit) -> None:
    limits = {"minimum": Decimal(50_000), "reorder_quantity": Decimal(20_000)}
    do(PutItems(rows=(Row({"code": "CUP-150", **limits}),)))
    assert "To be ordered" not in sit("keeper").get("/stock/replenish").content.decode()
    client = sit("office")
    page = text_of(client.get("/stock/replenish").content.decode())
    assert "No supplier is known" in page
    do(PutSupplierItems(rows=(Row({"partner": "PACK", "item": "CUP-150", "code": "C1", "lead_time_days": 4}),)))
    page = client.get("/stock/replenish").content.decode()
    assert "Qingcheng Packaging" in page
    assert "delivered in 4 d" in page
    assert "2026-11-25" in page
    done = brought(client, do="order-all")
    assert done["Location"] == "/data/purchase_orders?f.state=draft"
    assert "RO-261121-" in client.get(done["Location"]).content.decode()
    assert "No item is at its reorder point." in client.get("/stock/replenish").content.decode()
    assert brought(client, do="order-all")["Location"] == "/stock/replenish"
    assert Order.objects.filter(number__startswith="RO-").count() == 1
