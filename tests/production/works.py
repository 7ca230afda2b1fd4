"""Bills and work orders of the dairy in few words."""

from decimal import Decimal

from suyuan.accounts.rules import SYSTEM, Actor
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.kernel import Result
from suyuan.operations.commands import Inspect, Line, Move, ReceiptLine, Receive, Verdict
from suyuan.production import commands as producing
from suyuan.production.queries import find_work, work_of
from suyuan.production.rules import Work
from tests.operations.dairy import Desk

WO = "WO-26-1"
ORIGIN = "https://id.suyuan.example"
MILK, FOIL = f"{ORIGIN}/item/MILK", f"{ORIGIN}/item/FOIL"


def put(desk: Desk, register: str, *rows: dict[str, Value], actor: Actor = SYSTEM) -> Result:
    return desk.run(producing.PUTS[register](rows=tuple(Row(row) for row in rows)), actor)


def bill(desk: Desk, bom: str = "1", **more: Value) -> None:
    """100 cups of yoghurt of 20 kg milk, 101 m foil (1 % of it scrap, by the bill), and 4 kg whey beside."""
    put(desk, "boms", {"item": "YOG", "bom": bom, "quantity": Decimal(100), **more})
    told: dict[str, Value] = {"item": "YOG", "bom": bom}
    put(
        desk, "bom_lines",
        {**told, "line": 1, "part": "MILK", "quantity": Decimal(20), "over": Decimal(5)},
        {**told, "line": 2, "part": "FOIL", "quantity": Decimal(100), "scrap": Decimal(1), "backflush": True},
        {**told, "line": 3, "part": "WHEY", "quantity": Decimal(4), "role": "by_product"},
    )  # fmt: skip


def order(desk: Desk, quantity: int = 500, number: str = WO, **more: Value) -> str:
    """A work order for yoghurt in the main warehouse; its URI."""
    row: dict[str, Value] = {"number": number, "item": "YOG", "quantity": Decimal(quantity), "warehouse": "main"}
    put(desk, "work_orders", {**row, "line": "LINE", **more})
    return work(number).uri


def work(number: str = WO) -> Work:
    found = find_work(number)
    assert found is not None
    return work_of(found)


def milk(desk: Desk, *lots: str, quantity: int = 100, passed: bool = True, to: str = "") -> None:
    """Milk received, inspected, and brought to a place."""
    lines = tuple(ReceiptLine(item="MILK", lot=lot, quantity=quantity) for lot in lots)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=lines))
    if passed:
        desk.run(Inspect(warehouse="main", lines=tuple(Verdict(item="MILK", lot=lot, verdict="pass") for lot in lots)))
    if to:
        desk.run(Move(warehouse="main", lines=tuple(use(lot, quantity) for lot in lots), to=to))


def foil(desk: Desk, quantity: int = 2000, to: str = "LINE") -> None:
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="FOIL", quantity=quantity),)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="FOIL", verdict="pass"),)))
    desk.run(Move(warehouse="main", lines=(Line(item="FOIL", quantity=quantity),), to=to))


def use(lot: str, quantity: int | str, place: str = "", item: str = "MILK") -> Line:
    return Line(item=item, lot=lot, quantity=Decimal(quantity), place=place)
