"""One lot from the truck to the customer, and what each step costs in statements."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.lines import Line
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.quality.inspect import Inspect, Verdict
from tests.operations.dairy import INSPECTOR, KEEPER, MAKER, Desk, yoghurt
from tests.plugins.engines import Statements

LAST = date(2026, 12, 15)


def test_it_works(desk: Desk) -> None:
    desk.run(
        Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="MILK", lot="M1", quantity=100),)), KEEPER
    )
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="milk", lot="M1", verdict="pass"),)), INSPECTOR)
    made = desk.run(
        Produce(
            warehouse="main",
            inputs=(Line(item="MILK", lot="M1", quantity="51.5"),),
            outputs=(Output(item="YOG", quantity=300), Output(item="WHEY", quantity=9, by_product=True)),
        ),
        MAKER,
    )
    lot = made.value["lots"][0]
    assert lot["lot"] == "HZ261120A01"
    assert lot["expiry"] == "2026-12-18"
    desk.run(Inspect(warehouse="main", lines=(Verdict(uri=lot["uri"], verdict="pass"),)), INSPECTOR)
    shipped = desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(uri=lot["uri"], quantity=40),)), KEEPER)
    assert desk.stock(lot["uri"]) == {("LINE", "released"): Decimal(260), ("transit", "released"): Decimal(40)}
    assert shipped.value["desadv"].startswith("DHZ2611201")


def test_the_cost_of_one_lot(desk: Desk, statements: Callable[[], Statements]) -> None:
    desk.run(
        Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="MILK", lot="M0", quantity=1),)), KEEPER
    )
    receive = Receive(
        warehouse="main", supplier="FARM", lines=(ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST),)
    )
    assert spent(desk, statements, receive) <= 12
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
    ship = Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=4),))
    assert spent(desk, statements, ship) <= 12


def spent(desk: Desk, statements: Callable[[], Statements], command: object) -> int:
    context = desk.context(KEEPER)
    with statements() as seen:
        execute(context, command)
    sql = [line for line in seen.sql if not line.startswith(("SAVEPOINT", "RELEASE"))]
    print(len(sql), *[line[:110] for line in sql], sep="\n")
    return len(sql)


def test_what_is_not_free_stays(desk: Desk) -> None:
    desk.run(
        Receive(
            warehouse="main", supplier="FARM", lines=(ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST),)
        ),
        KEEPER,
    )
    with pytest.raises(Refused) as refused:
        desk.run(Ship(warehouse="main", customer="FARM", lines=(Line(item="YOG", lot="L1", quantity=11),)), KEEPER)
    found = {(p.field, p.code) for p in refused.value.problems}
    assert found == {
        ("customer", "operations.not_customer"),
        ("lines[0]", "stock.short"),
        ("lines[0]", "stock.pending"),
    }
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(10)}
