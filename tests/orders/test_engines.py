"""The same answers on SQLite and PostgreSQL; and two docks that share the rest of an order."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from suyuan.catalog.directory import directory
from suyuan.governance.kernel import execute
from suyuan.operations.commands import Line, ReceiptLine, Receive, Ship, VoidShipment
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.notices import expected
from suyuan.orders.queries import progress
from tests.operations.dairy import LAST, Desk, build_dairy, stocked
from tests.orders.ordering import PO, SO, bring, done, line, order, put, sale, sold
from tests.orders.test_expect import shipment, short
from tests.plugins.engines import Statements


@pytest.mark.engine
def test_it_holds_on_every_engine(statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    order(desk)
    line(desk, 1, "YOG", 60)
    bring(desk, 20)
    stocked(desk, "L9", 50)
    sale(desk)
    sold(desk, 1, "YOG", 40)
    goods = (Line(item="YOG", lot="L9", quantity=30, place="A-01"),)
    sent = desk.run(Ship(warehouse="main", customer="SHOP", lines=goods, po=SO))
    assert [*done(), *done(SO, OrderKind.SALES)] == [20, 30]
    desk.run(VoidShipment(warehouse="main", desadv=str(sent.value["desadv"]), reason="So"))
    assert done(SO, OrderKind.SALES) == [0]
    put(desk, "notices", {"number": "D-1", "supplier": "FARM", "warehouse": "main", "order": PO})
    put(desk, "notice_lines", {"notice": "D-1", "line": 1, "item": "YOG", "quantity": Decimal(24)})
    shipment(desk)
    assert sorted(map(short, expected("main"))) == [
        [("VIAL", "V1", 3, 3, "369012340000000017"), ("YOG", "L1", 24, 0, "369012340000000024"),
         ("YOG", "L2", 12, 0, "")],
        [("YOG", "", 24, 0, "")],
    ]  # fmt: skip
    directory()
    with statements() as seen:
        progress(list(Order.objects.filter(kind="purchase")))
    assert len(seen) <= 5


@pytest.mark.engine
def test_the_second_of_two_docks_closes_the_order(engine: str) -> None:
    build_dairy()
    desk = Desk()
    order(desk)
    line(desk, 1, "YOG", 60)
    failed: list[Exception] = []

    def receive(dock: int) -> None:
        try:
            own = Desk()
            own.number = 1000 * (dock + 1)
            own.now = desk.now
            for n in range(3):
                cups = ReceiptLine(item="YOG", lot=f"L{dock}-{n}", quantity=10, expiry=LAST)
                execute(own.context(), Receive(warehouse="main", supplier="FARM", lines=(cups,), po=PO))
        except Exception as error:  # whatever it is, the main thread has to see it
            failed.append(error)
        finally:
            connection.close()

    docks = [threading.Thread(target=receive, args=(dock,)) for dock in range(2)]
    for dock in docks:
        dock.start()
    for dock in docks:
        dock.join()
    assert failed == []
    assert Order.objects.get().state == "closed"
    assert done() == [60]
