"""Bills of material, work orders and tanks as people write them."""

from datetime import date
from decimal import Decimal

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.production import commands as producing
from suyuan.production.models import Bom, BomLine, Tank, WorkOrder
from suyuan.production.queries import bom_on, find_tank
from tests.operations.dairy import AUDITOR, KEEPER, MAKER, Desk, refusal
from tests.production.works import WO, bill, order, put, work


def refused(desk: Desk, register: str, *rows: dict[str, Value]) -> set[tuple[str, str]]:
    return refusal(desk, producing.PUTS[register](rows=tuple(Row(row) for row in rows)))


def test_it_works(desk: Desk) -> None:
    bill(desk, least=Decimal(95), most=Decimal("102.5"), warehouse="main", line="LINE")
    bom = Bom.objects.get()
    assert (bom.key, bom.base, bom.unit, bom.least) == ("1", 100_000_000, "EA", 95_000_000)
    assert list(BomLine.objects.order_by("number").values_list("number", "base", "role")) == [
        (1, 20_000_000, "component"), (2, 100_000_000, "component"), (3, 4_000_000, "by_product"),
    ]  # fmt: skip
    put(
        desk,
        "work_orders",
        {"number": "wo-1", "item": "yog", "quantity": Decimal(500), "warehouse": "MAIN"},
        actor=MAKER,
    )
    found = WorkOrder.objects.get()
    assert (found.key, found.uri.rsplit("/doc/", 1)[1], found.state) == ("WO-1", "prodorder/wo-1", "open")
    assert work("WO-1").line.endswith("/LINE"), "the usual one"


def test_a_line_changes_and_the_same_again_changes_nothing(desk: Desk) -> None:
    bill(desk)
    row: dict[str, Value] = {"item": "YOG", "bom": "1", "line": 1, "part": "MILK", "quantity": Decimal(21)}
    assert put(desk, "bom_lines", row).value["changed"] == 1
    assert put(desk, "bom_lines", row).value["changed"] == 0
    assert BomLine.objects.get(number=1).base == 21_000_000


def test_what_is_worked_by_stays(desk: Desk) -> None:
    bill(desk)
    order(desk)
    row: dict[str, Value] = {"item": "YOG", "bom": "1", "line": 1, "part": "MILK", "quantity": Decimal(21)}
    assert refused(desk, "bom_lines", row) == {("rows[0].bom", "production.bom_used")}
    assert refused(desk, "bom_lines", row | {"line": 9}) == {("rows[0].bom", "production.bom_used")}
    head: dict[str, Value] = {"item": "YOG", "bom": "1", "quantity": Decimal(90)}
    assert refused(desk, "boms", head) == {("rows[0].quantity", "production.bom_used")}
    bill(desk, bom="2", valid_from=date(2026, 12, 1))
    item = Bom.objects.get(key="1").item_id
    assert [bom_on(item, day).key for day in (date(2026, 11, 30), date(2026, 12, 1))] == ["1", "2"]  # type: ignore[union-attr]  # there are


def test_everything_wrong_is_said_at_once(desk: Desk) -> None:
    bill(desk)
    row: dict[str, Value] = {
        "item": "YOG",
        "bom": "7",
        "line": 1,
        "part": "YOG",
        "quantity": Decimal(21),
        "unit": "LTR",
    }
    assert refused(desk, "bom_lines", row, {"item": "YOG", "line": 5, "part": "??", "quantity": Decimal(1)}) == {
        ("rows[0].bom", "production.bom_unknown"),
        ("rows[0].part", "production.of_itself"),
        ("rows[0].unit", "catalog.no_conversion"),
        ("rows[1].part", "catalog.item_unknown"),
    }
    job: dict[str, Value] = {"number": WO, "item": "YOG", "quantity": Decimal(1), "warehouse": "cold", "line": "X"}
    assert refused(desk, "work_orders", job, job | {"number": "W2", "warehouse": "??", "line": "", "bom": "9"}) == {
        ("rows[0].line", "production.place_elsewhere"),
        ("rows[1].warehouse", "catalog.warehouse_unknown"),
        ("rows[1].bom", "production.bom_unknown"),
    }


def test_a_tank(desk: Desk) -> None:
    row: dict[str, Value] = {
        "code": "T-1", "giai": "6901234T1", "warehouse": "main", "place": "LINE", "item": "MILK",
        "capacity": Decimal(5000),
    }  # fmt: skip
    put(desk, "tanks", row, actor=MAKER)
    tank = Tank.objects.get()
    assert tank.uri == "https://id.gs1.org/8004/6901234T1"
    assert [find_tank(text) for text in ("t-1", "6901234T1", tank.uri, "T-2")] == [tank, tank, tank, None]
    assert refused(desk, "tanks", row | {"code": "T-2"}, row | {"code": "T-3", "giai": "x y"}) == {
        ("rows[0].giai", "production.tank_twice"), ("rows[1].giai", "gs1.uri"),
    }  # fmt: skip


def test_who_may(desk: Desk) -> None:
    rows = (Row({"item": "YOG", "quantity": Decimal(1)}),)
    for actor in (KEEPER, AUDITOR):
        assert refusal(desk, producing.PutBoms(rows=rows), actor) == {("", "governance.not_allowed")}


def test_ends(desk: Desk) -> None:
    bill(desk)
    order(desk)
    close = producing.CloseWork(warehouse="main", number=WO)
    assert refusal(desk, close, MAKER) == {("reason", "production.close_short")}
    desk.run(producing.CloseWork(warehouse="main", number=WO, reason="line is down"), MAKER)
    assert refusal(desk, close, MAKER) == {("number", "production.work_closed")}
    assert refused(desk, "work_orders", {"number": WO, "item": "YOG", "quantity": Decimal(9), "warehouse": "main"}) == {
        ("rows[0].quantity", "production.work_ended"),
    }
    assert refusal(desk, producing.ReopenWork(warehouse="main", number=WO), MAKER) == {
        ("reason", "production.reason_missing")
    }
    desk.run(producing.ReopenWork(warehouse="main", number=WO, reason="goes on"), MAKER)
    other = producing.CancelWork(warehouse="cold", number=WO, reason="no")
    assert refusal(desk, other, MAKER) == {("number", "production.work_elsewhere")}
    desk.run(producing.CancelWork(warehouse="main", number=WO, reason="no"), MAKER)
    assert work().state == "cancelled"
