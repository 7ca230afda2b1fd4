"""The same causes on SQLite and PostgreSQL; and two workers that ask, and send, in the same moment."""

import threading
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection

from suyuan.capture.guard import governed
from suyuan.catalog.models import Item
from suyuan.catalog.register import Row
from suyuan.insight import refreshing
from suyuan.insight.kinds import Severity
from suyuan.insight.models import Alert
from suyuan.insight.refreshing import FINDERS, refresh
from suyuan.insight.rules import compare
from suyuan.insight.world import World
from suyuan.operations.commands import Hold, Line, Pack, PutAway, Ship
from suyuan.orders.commands import PutPurchaseOrders
from suyuan.stocktake.registers import PutCountPlans
from tests.insight.test_find import receive
from tests.operations.dairy import Desk, build_dairy

SSCC = "069012340000000013"


def eventful() -> Desk:
    """A dairy with something of nearly everything."""
    build_dairy()
    desk = Desk()
    receive(desk, "OLD", 10, date(2026, 11, 22))
    receive(desk, "HELD", 20)
    receive(desk, "WAIT", 30, passed=False)
    receive(desk, "GONE", 40)
    desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot="OLD", quantity=10),), to="A-01"))
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="HELD"),), reason="smell"))
    load = Line(item="YOG", lot="GONE", quantity=40)
    packed = desk.run(Pack(warehouse="main", lines=(load,)))
    pallet = Line(container=str(packed.value["container"]))
    accept = frozenset({"operations.delivery_date_missing"})
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(pallet,), accept=accept))
    with governed():
        Item.objects.filter(code="YOG").update(minimum=10**9, maximum=10**7)
    order = {"number": "P-1", "partner": "FARM", "warehouse": "main", "expected": date(2026, 11, 20)}
    desk.run(PutPurchaseOrders(rows=(Row(order),)))  # type: ignore[arg-type]  # values of the register's fields
    desk.run(PutCountPlans(rows=(Row({"code": "ALL", "name_en": "All", "warehouse": "main", "days_c": 30}),)))
    desk.later(days=200)
    return desk


@pytest.mark.engine
def test_it_holds_on_every_engine() -> None:
    desk = eventful()
    found = {kind: len(finder(World(desk.now))) for kind, finder in FINDERS.items()}
    assert {kind: count for kind, count in found.items() if count} == {
        "expired": 3, "low": 1, "high": 1, "dead": 1, "ageing": 3, "pending_long": 1, "held_long": 1,
        "count_overdue": 1,
    }, "what is on a pallet that has left is not here"  # fmt: skip
    assert refresh(desk.now).failed == ()
    with governed():
        Alert.objects.filter(kind="expired").update(state="done", severity=Severity.NOTE, facts="{}")
    assert refresh(desk.now + timedelta(days=1)).changed >= 3
    assert Alert.objects.filter(kind="expired", state="open").count() == 3, "they woke up"


@pytest.mark.engine
def test_two_workers_ask_at_once() -> None:
    desk = eventful()
    at_once = threading.Barrier(2)
    failed: list[BaseException] = []

    def together(*given: object) -> object:
        at_once.wait(60)
        return compare(*given)  # type: ignore[arg-type]  # as they came

    def ask() -> None:
        try:
            refresh(desk.now)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    with patch.object(refreshing, "compare", together):
        workers = [threading.Thread(target=ask) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert failed == []
    assert Alert.objects.count() == len({(one.kind, one.log, one.cause) for one in Alert.objects.all()}) == 12
