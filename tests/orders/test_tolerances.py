"""How much more or less may come: what stands nearest to the line holds."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from suyuan.catalog.directory import directory
from suyuan.governance.settings import OVER_TOLERANCE, SENT_TOLERANCE, UNDER_TOLERANCE, PutSetting, value_of
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import find_order, lines_of
from tests.desk.test_office_list import put
from tests.operations.dairy import ADMIN, KEEPER, LAST, Desk, build_dairy, person, refusal
from tests.orders.ordering import PO, SO, bring, line, lines, order, sale, sold
from tests.plugins.engines import Statements

OTHER = person("admin", "Another")


def firm(desk: Desk, key: str, value: str, version: int = 0) -> None:
    desk.run(PutSetting(key=key, value=value, version=version, reason="usual"), ADMIN, OTHER)


def told() -> list[Decimal]:
    (one,) = lines()
    return [one.over, one.under]


def code(name: str, over: int | None, under: int | None = None, **more: bool) -> None:
    tolerances = {"over": over if over is None else Decimal(over), "under": under if under is None else Decimal(under)}
    put("supplier_items", {"partner": "FARM", "item": "YOG", "code": name, **tolerances, **more})


def test_the_nearest_holds(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 100)
    assert told() == [0, 0]
    firm(desk, OVER_TOLERANCE, "2.50")
    firm(desk, UNDER_TOLERANCE, "1")
    assert value_of(OVER_TOLERANCE) == "2.5"
    assert told() == [Decimal("2.5"), 1]
    put("categories", {"code": "dairy", "over": Decimal(3), "under": Decimal(0)})
    assert told() == [3, 0]
    code("Y-1", 7)
    assert told() == [7, 0]
    code("Y-2", 5, 4)
    assert told() == [5, 4], "of two codes the stricter"
    code("Y-3", 1, is_active=False)
    assert told() == [5, 4]
    order(desk, over=Decimal(10))
    assert told() == [10, 4]
    line(desk, 1, "YOG", 100, over=Decimal(0), under=Decimal(20))
    assert told() == [0, 20]


def test_it_is_the_limit_and_the_end(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 100)
    firm(desk, OVER_TOLERANCE, "5")
    firm(desk, UNDER_TOLERANCE, "4")
    cups = ReceiptLine(item="YOG", lot="L1", quantity=106, expiry=LAST)
    much = Receive(warehouse="main", supplier="FARM", lines=(cups,), po=PO)
    assert refusal(desk, much, KEEPER) == {("lines[0].quantity", "operations.over_order")}
    bring(desk, 96)
    found = find_order(PO)
    assert found is not None
    assert found.state == "closed"


def test_what_completes_a_sale_is_told_by_its_order_alone(desk: Desk) -> None:
    firm(desk, UNDER_TOLERANCE, "50")
    put("categories", {"code": "dairy", "under": Decimal(40)})
    sale(desk)
    sold(desk, 1, "YOG", 100)
    (one,) = lines(SO, OrderKind.SALES)
    assert one.under == 0
    sale(desk, under=Decimal(3))
    (one,) = lines(SO, OrderKind.SALES)
    assert one.under == 3


def test_how_much_more_may_go(desk: Desk) -> None:
    """As the line says, else the order, else the customer's code, the category, the firm; not as what comes in may."""

    def over() -> Decimal:
        (one,) = lines(SO, OrderKind.SALES)
        return one.over

    firm(desk, OVER_TOLERANCE, "50")
    put("categories", {"code": "dairy", "over": Decimal(40)})
    sale(desk)
    sold(desk, 1, "YOG", 100)
    assert over() == 0
    firm(desk, SENT_TOLERANCE, "2")
    assert over() == 2
    put("categories", {"code": "dairy", "sent": Decimal(3)})
    assert over() == 3
    put("supplier_items", {"partner": "SHOP", "item": "YOG", "code": "S-1", "over": Decimal(4)})
    assert over() == 4
    sale(desk, over=Decimal(6))
    assert over() == 6
    sold(desk, 1, "YOG", 100, over=Decimal(0))
    assert over() == 0


@pytest.mark.parametrize("value", ["-1", "much", "1001", "", True])
def test_what_is_no_percentage(desk: Desk, value: str | bool) -> None:
    command = PutSetting(key=OVER_TOLERANCE, value=value, version=0, reason="why not")
    assert refusal(desk, command, ADMIN, OTHER) == {("value", "governance.setting_percent")}


@pytest.mark.engine
def test_it_costs_no_statement_more(statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    order(desk)
    for number in range(1, 6):
        line(desk, number, "YOG", 10)
    firm(desk, OVER_TOLERANCE, "5")
    code("Y-1", None, 2)
    found = find_order(PO)
    assert found is not None
    directory()
    with statements() as seen:
        assert {(one.over, one.under) for one in lines_of([found])} == {(Decimal(5), Decimal(2))}
    assert len(seen) <= 4
