"""The pages of picking: orders released, a tour walked by scans, short and undone, and the walk on the map."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem, NewPlace
from suyuan.catalog.models import Partner, Place
from suyuan.catalog.register import Row
from suyuan.catalog.writes import bump, do_add_items, do_add_places
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.desk.picking_pick import FIELDS
from suyuan.governance.master import PUTS
from suyuan.gs1.identifiers import lot_uri
from suyuan.operations.commands import Hold, Line, OpeningLine, OpeningStock, Reserve
from suyuan.orders.commands import CloseSale, PutPickFaces, PutSalesLines, PutSalesOrders
from suyuan.orders.models import Order
from suyuan.picking.models import Task, Tour, Wave
from suyuan.stocktake.models import CountSheet
from tests.desk import company
from tests.desk.conftest import Hire, Sit

LIDS, GTIN = "LID-150", "06901234000405"


class Told(company.Work):
    """Commands with requests of their own."""

    def __init__(self) -> None:
        self.number = uuid4().int >> 8


def tell(command: object, hours: int = 1) -> None:
    Told().do(company.NOW - timedelta(hours=hours), command)


def ordered(number: str, quantity: int, **more: object) -> str:
    """A customer wants so many lids, and they are kept for him."""
    customer = Partner.objects.filter(is_customer=True).order_by("key")[0].code
    head = {"number": number, "partner": customer, "warehouse": "plant", "delivery": company.TODAY, **more}
    tell(PutSalesOrders(rows=(Row(head),)))  # type: ignore[arg-type]  # plain values
    line = {"order": number, "line": 1, "item": LIDS, "quantity": Decimal(quantity)}
    tell(PutSalesLines(rows=(Row(line),)))  # type: ignore[arg-type]  # plain values
    tell(Reserve(warehouse="plant", number=number))
    return number


@pytest.fixture
def hall(firm: None) -> None:
    """Ten lids in each of four bins, two lots, two orders."""
    with governed():
        do_add_items(items=[NewItem(code=LIDS, name_zh="杯盖", name_en="Lid", base_unit="C62", gtin=GTIN)])
        do_add_places(warehouse="plant", places=[NewPlace(code=f"P{n}", purpose="storage") for n in range(1, 5)])
        version = bump()
        for n in range(1, 5):
            at = {"aisle": "PA" if n < 3 else "PB", "x": 0.0 if n < 3 else 4.0, "y": 2.0 * n}
            Place.objects.filter(warehouse="plant", code=f"P{n}").update(**at, version=version)
    lines = [
        OpeningLine(item=LIDS, lot=f"T-{1 + n // 3}", quantity=10, place=f"P{n}", status="released")
        for n in range(1, 5)
    ]
    tell(OpeningStock(warehouse="plant", lines=tuple(lines)), 3)
    ordered("SO-1", 15)
    ordered("SO-2", 5)


def release(client: Client, *orders: str, **more: str) -> Wave:
    uris = [
        one.uri
        for one in client.get("/picking").context["orders"] and waits(client)
        if one.number in orders or not orders
    ]
    answer = client.post(
        "/picking", {"request_id": str(uuid4()), "do": "make", "order": uris, "kind": "cluster", **more}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Wave.objects.get(pk=answer["location"].rsplit("/", 1)[1])


def waits(client: Client) -> list[Order]:
    return [view.order for view in client.get("/picking").context["orders"]]


class Hand:
    """A handheld on a tour: what the form carries goes back with each scan."""

    def __init__(self, client: Client, tour: int) -> None:
        self.client, self.url = client, f"/picking/tours/{tour}/pick"
        self.page = client.get(self.url)
        self.form: dict[str, str] = {}
        self._keep()

    def _keep(self) -> None:
        entry = self.page.context["entry"]
        self.form = {name: getattr(entry, name) for name in FIELDS}

    def send(self, **fields: str) -> str:
        self.page = self.client.post(self.url, {**self.form, "request_id": str(uuid4()), **fields})
        self._keep()
        return self.page.content.decode()

    @property
    def task(self) -> Task:
        return self.page.context["task"]  # type: ignore[no-any-return]  # a context is untyped

    def right_scans(self) -> str:
        self.send(scan=Place.objects.get(uri=self.task.place).code)
        return self.send(scan=self.task.uri)


def taken(client: Client, wave: Wave) -> Hand:
    tour = Tour.objects.get(wave=wave)
    answer = client.post(f"/picking/tours/{tour.pk}", {"request_id": str(uuid4()), "do": "take"})
    assert answer["location"] == f"/picking/tours/{tour.pk}/pick"
    return Hand(client, tour.pk)


def test_orders_are_released_and_picked(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    page = client.get("/picking").content.decode()
    assert "SO-1" in page
    assert "No tour waits" in page
    seen = client.post("/picking", {"do": "preview", "order": [one.uri for one in waits(client)], "kind": "batch"})
    assert seen.status_code == 200
    assert seen.context["preview"].tasks == 3
    assert "What this comes to" in seen.content.decode()
    assert not Wave.objects.exists()
    wave = release(client)
    assert "SO-1" not in str(waits(client))
    hand = taken(client, wave)
    assert 'class="walk"' in client.get(f"/picking/tours/{Tour.objects.get().pk}").content.decode()
    for _ in range(3):
        assert "Scan the bin" in hand.page.content.decode()
        assert "Picked" in hand.right_scans()
        hand.send(do="pick")
    assert "The tour is done" in hand.page.content.decode()
    assert Wave.objects.get().state == "done"
    rates = client.get("/picking/rates").content.decode()
    assert "100" in rates
    assert client.get(f"/picking/waves/{wave.pk}").status_code == 200


def test_wrong_scans_are_told_and_counted(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client))
    first = hand.task
    assert "Go to" in hand.send(scan="C-01-03")
    hand.send(scan=Place.objects.get(uri=first.place).code)
    assert "names no" in hand.send(scan="nonsense") or hand.page.context["problems_found"]
    hand.send(scan=lot_uri(GTIN, first.uri.rpartition("/")[2]))
    assert hand.page.context["ready"]
    hand.send(do="scan")  # Enter once more
    done = Task.objects.get(pk=first.pk)
    assert (done.state, done.scans, done.confirmed) == ("picked", 4, 2)


def test_a_pick_is_undone(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client, "SO-2"))
    hand.right_scans()
    assert "Undo" in hand.send(do="pick", quantity="5")
    assert Tour.objects.get().state == "done"
    with company.clock(company.NOW + timedelta(minutes=1)):
        assert "Undone" in hand.send(do=f"undo-{hand.page.context['undo']}")
    assert Task.objects.get().picked == 0
    assert Tour.objects.get().state == "taken"
    with company.clock(company.NOW + timedelta(minutes=2)):
        hand.right_scans()
        hand.send(do="pick")
    assert Task.objects.get().state == "picked"


def test_short(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client, "SO-2"))
    page = hand.send(do="short-not_there")
    assert "another bin" in page or "Taken instead" in page
    assert CountSheet.objects.get().number in page
    hand.right_scans()
    hand.send(do="pick")
    assert Tour.objects.get().state == "done"


def test_goods_that_were_held_meanwhile(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client, "SO-2"))
    hand.right_scans()
    lot = hand.task.uri.rpartition("/")[2]
    tell(Hold(warehouse="plant", lines=(Line(item=LIDS, lot=lot),), reason="mould"), 0)
    page = hand.send(do="pick")
    assert "mould" in page
    assert "Taken instead" in page
    assert hand.task.uri.rpartition("/")[2] != lot


def test_an_urgent_order_overtakes(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client, "SO-1"))
    ordered("SO-9", 3, priority="urgent")
    tour = Tour.objects.get()
    page = client.get(f"/picking/tours/{tour.pk}").content.decode()
    assert "An urgent order waits" in page
    order = next(one for one in waits(client) if one.number == "SO-9")
    answer = client.post(f"/picking/tours/{tour.pk}", {"request_id": str(uuid4()), "do": "rush", "order": order.uri})
    assert answer.status_code == 302
    assert "An urgent order comes first now" in hand.send(scan="")
    assert hand.task.line.order.number == "SO-9"
    assert "Urgent order" in hand.page.content.decode()


def test_totes_and_giving_back(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client))
    url = hand.url.removesuffix("/pick")
    client.post(url, {"request_id": str(uuid4()), "do": "tote-1", "tote-1": "BOX-1"})
    assert "BOX-1" in client.get(url).content.decode()
    assert client.post(url, {"request_id": str(uuid4()), "do": "leave"}).status_code == 302
    assert Tour.objects.get().state == "open"
    assert "not yours" in Hand(client, Tour.objects.get().pk).page.content.decode()
    refused = client.post(url, {"request_id": str(uuid4()), "do": "leave"})
    assert refused.status_code == 422
    wave = Wave.objects.get()
    assert client.post(f"/picking/waves/{wave.pk}", {"do": "cancel", "reason": ""}).status_code == 422
    assert client.post(f"/picking/waves/{wave.pk}", {"do": "cancel", "reason": "no truck"}).status_code == 302
    assert len(waits(client)) == 2


def test_who_may(hall: None, sit: Sit, hire: Hire) -> None:
    client = sit("keeper")
    wave = release(client)
    tour = Tour.objects.get().pk
    auditor = hire("auditor")
    assert "SO-1" not in auditor.get("/picking").content.decode()
    assert auditor.get(f"/picking/waves/{wave.pk}").status_code == 200
    assert auditor.get(f"/picking/tours/{tour}/pick").status_code == 403
    assert hire("buyer").get("/picking").status_code == 403
    assert client.get("/picking/tours/99999").status_code == 404
    assert client.get("/picking/tours/99999/pick").status_code == 404
    assert client.get(f"/picking/waves/{uuid4()}").status_code == 404
    wrong = client.post("/picking", {"do": "make", "cutoff": "later", "until": "soon"})
    assert wrong.status_code == 422
    assert len(wrong.context["problems_found"]) == 3
    assert client.post(f"/picking/tours/{tour}", {"do": "tote-x"}).status_code in (200, 422)


def test_a_closed_order_leaves_the_tour(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client, "SO-2"))
    hand.right_scans()
    tell(CloseSale(number="SO-2", reason="called off"), 0)
    page = hand.send(do="pick")
    assert "closed" in page
    assert Tour.objects.get().state == "done"


def test_a_pick_face_below_its_minimum_is_told(hall: None, sit: Sit) -> None:
    with governed():
        Place.objects.filter(warehouse="plant", code="P1").update(purpose="picking", version=bump())
    face = {
        "warehouse": "plant", "place": "P1", "item": LIDS, "minimum": Decimal(8), "maximum": Decimal(20),
    }  # fmt: skip
    tell(PutPickFaces(rows=(Row(face),)))  # type: ignore[arg-type]  # plain values
    client = sit("keeper")
    hand = taken(client, release(client, "SO-2"))
    hand.right_scans()
    assert "below its minimum" in hand.send(do="pick")


def test_picked_goods_are_put_back(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    hand = taken(client, release(client, "SO-2"))
    hand.right_scans()
    hand.send(do="pick")
    task, url = Task.objects.get(), hand.url.removesuffix("/pick")
    back = {"do": "back", "task": str(task.pk), "quantity": "2", "to": "P4", "reason": "too many"}
    with company.clock(company.NOW + timedelta(minutes=1)):
        assert client.post(url, {**back, "quantity": "9"}).status_code == 422
        assert client.post(url, {**back, "request_id": str(uuid4())}).status_code == 302
    assert Task.objects.get().picked == 3 * 10**6
    assert "Put picked goods back" in client.get(url).content.decode()


def chosen(client: Client, query: str) -> list[str]:
    """The orders whose boxes are ticked."""
    return [view.order.number for view in client.get(f"/picking{query}").context["orders"] if view.chosen]


def test_the_page_begins_with_the_orders_it_is_asked_for(hall: None, sit: Sit) -> None:
    """An order's page leads here with it ticked alone; a carrier's hour with his."""
    tell(PUTS["partners"](rows=(Row({"code": "NIGHT", "roles": ("carrier",)}),)))
    account = {"code": "NIGHT-1", "partner": "NIGHT", "adapter": "manual", "cutoff": "1-7 23:00"}
    tell(PutCarrierAccounts(rows=(Row(account),)))
    ordered("SO-3", 5, carrier="NIGHT")
    client = sit("keeper")
    assert sorted(chosen(client, "")) == ["SO-1", "SO-2", "SO-3"]
    assert chosen(client, "?order=so-2") == ["SO-2"]
    assert chosen(client, "?order=SO-NONE") == []
    (night,) = client.get("/picking").context["fetched"]
    assert (night.code, night.orders, night.at.hour) == ("NIGHT", 1, 23)
    assert chosen(client, "?carrier=night") == ["SO-3"]
    page = client.get("/orders/order?kind=sales&key=SO-2").content.decode()
    link = re.search(r'href="(/picking\?order=[^"]+)"', page)
    assert link is not None
    assert chosen(client, link[1].removeprefix("/picking")) == ["SO-2"]
    assert client.get("/picking?order=SO-2").context["orders"][0].order.number == "SO-2"


def test_an_order_shows_the_steps_of_its_own_process_first(hall: None, sit: Sit) -> None:
    client = sit("keeper")
    sale = client.get("/orders/order?kind=sales&key=SO-1").content.decode()
    assert "Enter the order" in sale
    assert "Order goods" not in sale
    assert "Enter the order" in client.get("/orders?tab=sales").content.decode()
    assert "Order goods" in sit("office").get("/orders?tab=purchase").content.decode()
