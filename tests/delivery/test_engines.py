"""Workers and webhooks at the same time, on SQLite and PostgreSQL: each consignment is booked once, each report kept
once, and dispatches go on while every carrier is dead."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from suyuan.catalog.register import Row
from suyuan.delivery.models import Consignment, RefusedCall, Report
from suyuan.delivery.sending import work_next
from suyuan.delivery.writes import count_refused
from suyuan.governance.master import PutPartners
from suyuan.operations.commands import BookCarrier, Deliver, RefusedLine, Ship
from suyuan.operations.shipments import departure_of, signed_of
from tests.delivery.conftest import WEBHOOK_KEY, account, keys
from tests.delivery.servers import MAPPING, RestServer, standard_headers
from tests.insight.servers import serving
from tests.operations.dairy import BOTH, CARRIER, KEEPER, Desk, build_dairy, stocked
from tests.operations.test_ship import some

pytestmark = pytest.mark.engine
WORKERS, SHIPMENTS = 4, 12


def together(work: Callable[[int], None], count: int = WORKERS) -> list[BaseException]:
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # handed to the test, which fails with it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.fixture
def desk(engine: str, settings: Settings) -> Desk:
    build_dairy()
    settings.SUYUAN = replace(settings.SUYUAN, webhook_hosts=("127.0.0.1",))
    found = Desk()
    rows = (Row({"code": "FAST", "roles": ("carrier",)}), Row({"code": "SHOP", "address": "1 Market Street"}))
    found.run(PutPartners(rows=rows), approver=BOTH)
    return found


def connect(desk: Desk, server: RestServer) -> None:
    account(desk, "REST", "rest", address=server.url, mapping=json.dumps(MAPPING))
    keys(desk, "REST", key=RestServer.key, webhook_key=WEBHOOK_KEY)


def ship_and_book(desk: Desk, count: int) -> None:
    stocked(desk, quantity=100)
    for _ in range(count):
        done = desk.run(Ship(warehouse="main", customer="SHOP", lines=(some(1),)), KEEPER)
        desk.run(BookCarrier(warehouse="main", desadv=str(done.value["desadv"]), account="REST"), KEEPER)


def test_workers_book_each_once(desk: Desk) -> None:
    server = RestServer()
    connect(desk, server)
    ship_and_book(desk, SHIPMENTS)

    def work(number: int) -> None:
        for _ in range(3 * SHIPMENTS):  # one that lost a race looks again
            work_next(f"w{number}", lambda: desk.now + timedelta(minutes=1))

    with serving(server):
        assert together(work) == []
    assert set(Consignment.objects.values_list("state", flat=True)) == {"booked"}
    asked = [one["ref"] for _method, path, one in server.asked if path == "/orders"]
    assert len(asked) == len(set(asked)) == SHIPMENTS


def test_calls_that_come_together_are_kept_once(desk: Desk) -> None:
    server = RestServer()
    connect(desk, server)
    ship_and_book(desk, 1)
    with serving(server):
        work_next("w", lambda: desk.now + timedelta(minutes=1))
    row = Consignment.objects.get()
    steps = ("PICKED", "MOVING", "OUT", "DONE")

    def call(number: int) -> None:
        for n in range(len(steps)):
            at = (n + number) % len(steps)  # each in an order of its own
            event = {"time": f"2026-11-21 0{at + 1}:00:00", "status": steps[at]}
            body = json.dumps({"no": row.waybill, "events": [event]}).encode()
            now = int(timezone.now().timestamp())
            headers = standard_headers(WEBHOOK_KEY, f"{number}-{n}", now, body)
            answer = Client().post("/api/carriers/rest", body, content_type="application/json", headers=headers)
            assert answer.status_code == 200

    assert together(call) == []
    assert Report.objects.filter(consignment=row).count() == 1 + len(steps)
    row.refresh_from_db()
    assert (row.step, row.due) == ("delivered", None)


def test_goods_leave_while_the_carrier_is_dead(desk: Desk) -> None:
    """He takes the connection and never answers; nobody at the dock notices."""
    server = RestServer()
    server.mode = "never"
    connect(desk, server)
    ship_and_book(desk, 2)
    stop = threading.Event()
    shipped: list[str] = []

    def work(number: int) -> None:
        if number == 0:
            work_next("w", lambda: desk.now)
            stop.set()
            return
        while len(shipped) < 5:
            own = Desk()
            own.number, own.now = 10_000 + len(shipped), desk.now
            done = own.run(Ship(warehouse="main", customer="SHOP", lines=(some(1),)), KEEPER)
            shipped.append(str(done.value["desadv"]))

    with serving(server):
        assert together(work, 2) == []
    assert len(shipped) == 5
    assert stop.is_set()
    assert set(Consignment.objects.values_list("state", flat=True)) == {"waiting"}


def test_what_was_signed_is_read_on_every_engine(desk: Desk) -> None:
    connect(desk, RestServer())
    ship_and_book(desk, 1)
    row = Consignment.objects.get()
    left = departure_of("main", row.document)
    assert left is not None
    assert left.customer == row.customer
    refused = (RefusedLine(item="YOG", lot="L1", quantity=1, reason="crushed"),)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=row.number, refused=refused), CARRIER)
    (signed,) = signed_of(row.number)
    assert (signed.refused, signed.reason, signed.at) == (True, "crushed", desk.now)
    assert signed.number.startswith("P")
    assert departure_of("main", "https://x.example/none") is None
    assert signed_of("D-none") == []
    count_refused("REST", desk.now.date(), "unsigned")
    count_refused("REST", desk.now.date(), "unsigned")
    assert RefusedCall.objects.get().count == 2
