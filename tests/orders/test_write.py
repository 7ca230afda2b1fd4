"""An order with its lines at once: wholly or not at all, everything wrong named, and the same again changes nothing."""

from decimal import Decimal

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.queries import find_order
from suyuan.orders.written import WriteIssue, WriteOrder, WritePurchase, WriteSale
from tests.operations.dairy import KEEPER, MAKER, Desk, person, refusal
from tests.orders import ordering

FINANCE = person("finance", "Fei")


def sale(*lines: dict[str, Value], number: str = "SO-1", **head: Value) -> WriteSale:
    return WriteSale(
        warehouse="main", number=number, head=Row({"partner": "SHOP", **head}), lines=tuple(Row(one) for one in lines)
    )


def line(item: str = "YOG", quantity: int = 5, **more: Value) -> dict[str, Value]:
    return {"item": item, "quantity": Decimal(quantity), **more}


def test_it_works(desk: Desk) -> None:
    done = desk.run(sale(line(), line("FOIL", 3), line("YOG", 7, line=10), priority="urgent"), FINANCE)
    assert done.value["made"] is True
    order = Order.objects.get()
    assert (order.number, order.priority) == ("SO-1", "urgent")
    assert list(OrderLine.objects.order_by("number").values_list("number", "item__code")) == [
        (10, "YOG"), (11, "YOG"), (12, "FOIL"),
    ]  # fmt: skip


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    """A line without a number is the order's line with its item."""
    desk.run(sale(line(), line("FOIL", 3)), FINANCE)
    version = Order.objects.get().version
    again = desk.run(sale(line(), line("FOIL", 3)), FINANCE)
    assert (again.value["made"], again.value["changed"]) == (False, 0)
    assert Order.objects.get().version == version
    assert OrderLine.objects.count() == 2
    desk.run(sale(line(quantity=6)), FINANCE)
    assert [one.quantity for one in ordering.lines("SO-1", OrderKind.SALES)] == [6, 3]


def test_what_is_there_is_not_changed_where_it_was_to_be_new(desk: Desk) -> None:
    first = sale(line())
    desk.run(first, FINANCE)
    new = WriteSale(warehouse="main", number="SO-1", head=first.head, lines=first.lines, only_new=True)
    assert desk.run(new, FINANCE).value["changed"] == 0
    other = WriteSale(warehouse="main", number="SO-1", head=first.head, lines=(Row(line(quantity=9)),), only_new=True)
    assert refusal(desk, other, FINANCE) == {("number", "orders.order_differs")}
    assert OrderLine.objects.get().quantity == 5 * 10**6


def test_everything_wrong_is_named(desk: Desk) -> None:
    wrong = sale(line("NONE"), line(quantity=0), line(unit="XYZ"), partner="NOBODY", delivery="x")
    assert refusal(desk, wrong, FINANCE) == {
        ("partner", "catalog.partner_unknown"),
        ("delivery", "catalog.field_value"),
        ("lines[0].item", "catalog.item_unknown"),
        ("lines[1].quantity", "catalog.field_bounds"),
        ("lines[2].unit", "catalog.no_conversion"),
    }
    assert not Order.objects.exists()
    desk.run(sale(line(), number="SO-2"), FINANCE)
    cold = WriteSale(warehouse="cold", number="SO-2", head=Row({"partner": "SHOP"}))
    assert ("number", "orders.order_elsewhere") in refusal(desk, cold, FINANCE)


def test_who_may(desk: Desk) -> None:
    """Whoever works in one warehouse may ask for goods there, and nowhere else."""
    here = person("keeper", "Ho", "warehouse:main")
    need = WriteIssue(warehouse="main", number="I-1", head=Row({"destination": "LINE"}), lines=(Row(line()),))
    assert refusal(desk, sale(line()), KEEPER) == {("", "governance.not_allowed")}
    assert refusal(desk, WritePurchase(warehouse="main", number="P", head=Row({})), MAKER) == {
        ("", "governance.not_allowed")
    }
    desk.run(need, MAKER)
    assert find_order("I-1", OrderKind.ISSUE) is not None
    there: WriteOrder = WriteIssue(warehouse="cold", number="I-2", head=Row({"destination": "LINE"}))
    assert refusal(desk, there, here) == {("", "governance.not_allowed")}
    nowhere = WriteIssue(warehouse="main", number="I-3", head=Row({"destination": "MOON"}))
    assert refusal(desk, nowhere, MAKER) == {("destination", "orders.face_elsewhere")}
