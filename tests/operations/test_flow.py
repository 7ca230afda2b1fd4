"""One lot from the truck to the customer, and what each step costs in statements."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.lines import Line
from suyuan.operations.outbound.pick import Pick
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.quality.inspect import Inspect, Verdict
from tests.operations.dairy import INSPECTOR, KEEPER, MAKER, Desk, build_dairy, yoghurt
from tests.orders.ordering import SO, sale, sold
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


@pytest.mark.engine
def test_the_cost_of_one_lot(engine: str, statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    milk = ReceiptLine(item="MILK", lot="M0", quantity=1)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk,)), KEEPER)  # reads the catalog once

    def spent(command: object) -> int:
        with statements() as seen:
            execute(desk.context(KEEPER), command)
        return len([line for line in seen.sql if not line.startswith(("SAVEPOINT", "RELEASE"))])

    yoghurt = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST)
    assert spent(Receive(warehouse="main", supplier="FARM", lines=(yoghurt,))) <= 12
    # A number of ours is counted, and kept as handed out unless the stock has such a lot already.
    assert spent(Receive(warehouse="main", supplier="FARM", lines=(replace(milk, lot=""),))) <= 13
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
    line = Line(item="YOG", lot="L1", quantity=4)
    assert spent(Pick(warehouse="main", lines=(line,))) <= 12
    assert spent(Ship(warehouse="main", customer="SHOP", lines=(line,))) <= 12
    sale(desk)
    sold(desk, 1, "YOG", 40)
    against = Ship(warehouse="main", customer="SHOP", lines=(replace(line, quantity=1),), po=SO)
    desk.run(against, KEEPER)  # reads the catalog once more
    # And the order, its lines, what went for it; on SQLite each table is written by a statement of its own.
    assert spent(replace(against, desadv="D2")) <= (10 if engine == "postgresql" else 14)


@pytest.mark.engine("postgresql")
def test_a_refusal_leaves_what_is_planned(engine: str) -> None:
    build_dairy()
    desk = Desk()
    milk = ReceiptLine(item="MILK", lot="M0", quantity=1)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(milk,)), KEEPER)
    connection.connection.prepare_threshold = 0
    with pytest.raises(Refused) as refused:  # by the book of stock, once what is written is on its way
        desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="MILK", lot="M0", quantity=2),)), KEEPER)
    assert {problem.code for problem in refused.value.problems} >= {"stock.short"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert any("stock_subject" in statement for (statement,) in cursor.fetchall())


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
