"""Orders and receipts of the dairy in few words."""

from decimal import Decimal

from suyuan.accounts.rules import SYSTEM, Actor
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.kernel import Result
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.orders import commands as ordering
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import find_order, with_lines
from suyuan.orders.rules import Line
from tests.operations.dairy import LAST, Desk

PO, SO = "PO-26-1", "SO-26-1"
ORIGIN = "https://trace.example"


def put(desk: Desk, register: str, *rows: dict[str, Value], actor: Actor = SYSTEM) -> Result:
    return desk.run(ordering.PUTS[register](rows=tuple(Row(row) for row in rows)), actor)


def order(desk: Desk, number: str = PO, **more: Value) -> str:
    """A purchase order of the farm for the main warehouse; its URI."""
    put(desk, "purchase_orders", {"number": number, "partner": "FARM", "warehouse": "main", **more})
    found = find_order(number)
    assert found is not None
    return found.uri


def line(desk: Desk, number: int, item: str, quantity: int | str, order: str = PO, **more: Value) -> None:
    row: dict[str, Value] = {"order": order, "line": number, "item": item, "quantity": Decimal(quantity), **more}
    put(desk, "purchase_lines", row)


def sale(desk: Desk, number: str = SO, **more: Value) -> str:
    put(desk, "sales_orders", {"number": number, "partner": "SHOP", "warehouse": "main", **more})
    found = find_order(number, OrderKind.SALES)
    assert found is not None
    return found.uri


def sold(desk: Desk, number: int, item: str, quantity: int | str, order: str = SO, **more: Value) -> None:
    row: dict[str, Value] = {"order": order, "line": number, "item": item, "quantity": Decimal(quantity), **more}
    put(desk, "sales_lines", row)


def bring(
    desk: Desk, quantity: int | str, item: str = "YOG", lot: str = "L1", po: str = PO, desadv: str = ""
) -> Result:
    goods = ReceiptLine(item=item, lot=lot, quantity=quantity, expiry=LAST)
    return desk.run(Receive(warehouse="main", supplier="FARM", lines=(goods,), po=po, desadv=desadv))


def lines(number: str = PO, kind: OrderKind = OrderKind.PURCHASE) -> list[Line]:
    found = find_order(number, kind)
    assert found is not None
    return list(with_lines([found])[0].lines)


def done(number: str = PO, kind: OrderKind = OrderKind.PURCHASE) -> list[Decimal]:
    """What is done of each line."""
    return [one.done for one in lines(number, kind)]


def issue(desk: Desk, number: str = "IS-1", **more: Value) -> str:
    put(desk, "issues", {"number": number, "warehouse": "main", "destination": "LINE", **more})
    found = find_order(number, OrderKind.ISSUE)
    assert found is not None
    return found.uri


def needed(desk: Desk, number: int, item: str, quantity: int | str, order: str = "IS-1", **more: Value) -> None:
    row: dict[str, Value] = {"order": order, "line": number, "item": item, "quantity": Decimal(quantity), **more}
    put(desk, "issue_lines", row)
