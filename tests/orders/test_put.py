"""Orders, their lines and notices as people write them."""

from datetime import date
from decimal import Decimal

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.queries import changes_about
from suyuan.orders import commands as ordering
from suyuan.orders.models import Notice, NoticeLine, Order, OrderLine
from suyuan.orders.registers import REGISTERS
from tests.operations.dairy import AUDITOR, BUYER, KEEPER, Desk, person, refusal
from tests.orders.ordering import PO, bring, line, order, put, sale, sold

FINANCE = person("finance", "Fei")


def refused(desk: Desk, register: str, *rows: dict[str, Value]) -> set[tuple[str, str]]:
    return refusal(desk, ordering.PUTS[register](rows=tuple(Row(row) for row in rows)))


def test_it_works(desk: Desk) -> None:
    put(
        desk, "purchase_orders",
        {"number": "po-26-1", "partner": "farm", "warehouse": "MAIN", "ordered": date(2026, 11, 18),
         "expected": date(2026, 11, 22), "over": Decimal(5)},
        actor=BUYER,
    )  # fmt: skip
    found = Order.objects.get()
    assert (found.kind, found.key, found.warehouse_id, found.state) == ("purchase", PO, "main", "open")
    assert found.uri.endswith("/doc/po/po-26-1"), "as `documents` spells a po that is typed like this"
    put(desk, "purchase_lines", {"order": PO, "line": 1, "item": "yog", "quantity": Decimal(100)}, actor=BUYER)
    kept = OrderLine.objects.get()
    assert (kept.quantity, kept.unit, kept.base) == (100_000_000, "EA", 100_000_000)


def test_its_changes_stand_under_its_name(desk: Desk) -> None:
    uri = order(desk)
    line(desk, 1, "YOG", 100)
    parts = [part["key"] for change in changes_about(uri) for part in change.body["changes"]]
    assert parts == [f"{PO}|1", PO]


def test_a_line_is_kept_in_its_unit_and_in_the_base_unit(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "MILK", "10", unit="ltr")
    kept = OrderLine.objects.get()
    assert (kept.quantity, kept.unit, kept.base) == (10_000_000, "LTR", 10_300_000)


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 100)
    result = put(desk, "purchase_lines", {"order": "po-26-1", "line": 1, "item": "YOG", "quantity": Decimal(100)})
    assert (result.value["made"], result.value["changed"]) == (0, 0)


def test_everything_wrong_is_said_at_once(desk: Desk) -> None:
    found = refused(
        desk, "purchase_orders",
        {"number": "A", "partner": "SHOP", "warehouse": "main"},
        {"number": "B", "partner": "NOBODY", "warehouse": "nowhere"},
        {"number": "C", "partner": "FARM", "warehouse": "main", "ordered": date(2026, 2, 2),
         "expected": date(2026, 2, 1)},
        {"number": "D", "partner": "FARM", "warehouse": "main", "state": "closed"},
        {"number": "..", "partner": "FARM", "warehouse": "main"},
    )  # fmt: skip
    assert found == {
        ("rows[0].partner", "orders.not_supplier"),
        ("rows[1].partner", "catalog.partner_unknown"),
        ("rows[1].warehouse", "catalog.warehouse_unknown"),
        ("rows[2].expected", "orders.expected_before"),
        ("rows[3].state", "orders.state_by_command"),
        ("rows[4].number", "gs1.own_code"),
    }


def test_every_wrong_line_is_said_at_once(desk: Desk) -> None:
    order(desk)
    found = refused(
        desk, "purchase_lines",
        {"order": "NONE", "line": 1, "item": "YOG", "quantity": Decimal(1)},
        {"order": PO, "line": 2, "item": "NOTHING", "quantity": Decimal(1)},
        {"order": PO, "line": 3, "item": "YOG", "quantity": Decimal(1), "unit": "KGM"},
        {"order": PO, "line": 4, "item": "YOG", "quantity": Decimal(1), "unit": "XXX"},
        {"order": PO, "line": 5, "item": "YOG"},
        {"order": PO, "line": 5, "item": "YOG", "quantity": Decimal(1)},
    )  # fmt: skip
    assert found == {
        ("rows[0].order", "orders.order_unknown"),
        ("rows[1].item", "catalog.item_unknown"),
        ("rows[2].unit", "catalog.no_conversion"),
        ("rows[3].unit", "gs1.unit_unknown"),
        ("rows[4].quantity", "catalog.field_needed"),
        ("rows[5].line", "catalog.row_twice"),
    }


def test_a_number_is_one_order_of_each_kind(desk: Desk) -> None:
    order(desk, "1001")
    sale(desk, "1001")
    assert sorted(Order.objects.values_list("kind", flat=True)) == ["purchase", "sales"]
    assert not REGISTERS["purchase_lines"].rows().exists()
    sold(desk, 1, "YOG", 5, order="1001")
    assert not REGISTERS["purchase_lines"].rows().exists(), "the line is of the sales order"


def test_a_line_keeps_what_came(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 60)
    line(desk, 2, "YOG", 60)
    bring(desk, 70)
    wanted: dict[str, Value] = {"order": PO, "line": 2, "item": "YOG"}
    assert refused(desk, "purchase_lines", {**wanted, "quantity": Decimal(9)}) == {
        ("rows[0].quantity", "orders.below_done")
    }
    assert refused(desk, "purchase_lines", {**wanted, "state": "cancelled"}) == {("rows[0].state", "orders.below_done")}
    assert refused(desk, "purchase_lines", {**wanted, "item": "CASE"}) == {("rows[0].item", "catalog.item_unknown")}
    put(desk, "purchase_lines", {**wanted, "quantity": Decimal(10)})  # 60 and 10 are what came


def test_more_may_be_wanted_even_where_too_much_came(desk: Desk) -> None:
    order(desk, over=Decimal(50))
    line(desk, 1, "YOG", 10)
    line(desk, 2, "WHEY", 5)
    bring(desk, 12)
    put(desk, "purchase_lines", {"order": PO, "line": 1, "item": "YOG", "quantity": Decimal(11)})
    put(desk, "purchase_lines", {"order": PO, "line": 1, "expected": date(2026, 12, 1)})


def test_what_has_begun_keeps_its_partner_and_place(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 10)
    put(desk, "purchase_orders", {"number": PO, "warehouse": "cold"})
    put(desk, "purchase_orders", {"number": PO, "warehouse": "main"})
    bring(desk, 1)
    assert refused(
        desk, "purchase_orders", {"number": PO, "warehouse": "cold", "partner": "LATE", "state": "draft"}
    ) == {
        ("rows[0].warehouse", "orders.order_begun"),
        ("rows[0].partner", "orders.order_begun"),
        ("rows[0].state", "orders.order_begun"),
    }
    put(desk, "purchase_orders", {"number": PO, "note": "Half of it came."})


def test_who_may(desk: Desk) -> None:
    rows: tuple[Row, ...] = (Row({"number": PO, "partner": "FARM", "warehouse": "main"}),)
    for actor in (KEEPER, AUDITOR, FINANCE):
        assert refusal(desk, ordering.PutPurchaseOrders(rows=rows), actor) == {("", "governance.not_allowed")}
    sales: tuple[Row, ...] = (Row({"number": "S", "partner": "SHOP", "warehouse": "main"}),)
    assert refusal(desk, ordering.PutSalesOrders(rows=sales), BUYER) == {("", "governance.not_allowed")}
    desk.run(ordering.PutSalesOrders(rows=sales), FINANCE)


def test_a_notice_is_written_down(desk: Desk) -> None:
    order(desk)
    put(desk, "notices", {"number": "D-1", "supplier": "FARM", "warehouse": "main", "order": PO}, actor=KEEPER)
    goods: dict[str, Value] = {"notice": "D-1", "line": 1, "item": "YOG", "lot": "L1", "quantity": Decimal(24)}
    put(desk, "notice_lines", {**goods, "sscc": "(00) 3 6901234 000000001 7"}, actor=KEEPER)
    assert Notice.objects.get().uri == f"{Order.objects.get().uri.split('/doc/')[0]}/doc/desadv/D-1"
    assert NoticeLine.objects.get().sscc == "369012340000000017"


def test_a_notice_says_what_can_be(desk: Desk) -> None:
    order(desk)
    found = refused(
        desk, "notices",
        {"number": "D-1", "supplier": "SHOP", "warehouse": "main"},
        {"number": "D-2", "supplier": "LATE", "warehouse": "main", "order": PO},
        {"number": "D-3", "supplier": "FARM", "warehouse": "main", "order": "NONE"},
    )  # fmt: skip
    assert found == {
        ("rows[0].supplier", "orders.not_supplier"),
        ("rows[1].order", "orders.order_of_another"),
        ("rows[2].order", "orders.order_unknown"),
    }
    put(desk, "notices", {"number": "D-1", "supplier": "FARM", "warehouse": "main"})
    goods: dict[str, Value] = {"notice": "D-1", "item": "PUMP", "quantity": Decimal(3)}
    assert refused(
        desk, "notice_lines",
        {**goods, "line": 1, "serials": "A1-A3"},
        {**goods, "line": 2, "serials": "A1-A4"},
        {**goods, "line": 3, "serials": "A9-A1"},
        {**goods, "line": 4, "sscc": "369012340000000018"},
        {**goods, "line": 5, "produced": date(2026, 2, 2), "expiry": date(2026, 2, 1)},
        {**goods, "line": 6, "notice": "D-9"},
    ) == {
        ("rows[1].serials", "orders.serials_count"),
        ("rows[2].serials", "orders.serial_range"),
        ("rows[3].sscc", "gs1.check_digit"),
        ("rows[4].expiry", "catalog.dates_order"),
        ("rows[5].notice", "orders.notice_unknown"),
    }  # fmt: skip
