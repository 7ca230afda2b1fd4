"""Allocation in the warehouse: the day of delivery, one lot for a line, first come first, owners, and what says why."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.governance.master import PUTS
from suyuan.operations.commands import (
    Destroy,
    Hold,
    Line,
    Merge,
    Pack,
    Part,
    Pick,
    Relabel,
    Reserve,
    Split,
)
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import find_order
from suyuan.orders.reservations import broken_of
from tests.operations.dairy import BOTH, KEEPER, Desk, refusal, stocked, yoghurt
from tests.orders import ordering

EARLY, LATE = date(2026, 12, 5), date(2026, 12, 15)


def put(desk: Desk, register: str, **row: Value) -> None:
    desk.run(PUTS[register](rows=(Row(row),)))


def kept() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in Reservation.objects.filter(state="open").order_by("uri"):
        found[row.uri.rpartition("/")[2]] = found.get(row.uri.rpartition("/")[2], 0) + row.quantity // 10**6
    return found


def reserve(desk: Desk, number: str = "SO-1", **more: object) -> object:
    return desk.run(Reserve(warehouse="main", number=number, **more), KEEPER).value  # type: ignore[arg-type]  # its fields


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """L1 of 40 came first, L2 of 40 expires first."""
    stocked(desk, "L1", 40, expiry=LATE)
    stocked(desk, "L2", 40, expiry=EARLY)
    return desk


def order(desk: Desk, amount: int, number: str = "SO-1", *, min_days: int | None = None, **more: Value) -> None:
    ordering.sale(desk, number, **more)
    ordering.sold(desk, 1, "YOG", amount, number, min_days=min_days)


def test_it_says_why(shop: Desk) -> None:
    shop.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L2"),), reason="smell"))
    stocked(shop, "L3", 40, expiry=date(2026, 12, 24))
    order(shop, 60)
    reserve(shop)
    rows = Reservation.objects.order_by("pk")
    assert [(row.uri, row.reason, row.before) for row in rows] == [
        (yoghurt("L1"), "expires_first", yoghurt("L3")), (yoghurt("L3"), "expires_first", ""),
    ]  # fmt: skip
    assert [row.passed for row in rows] == [[{"uri": yoghurt("L2"), "why": "held"}]] * 2


def test_the_day_of_delivery_is_asked_for(shop: Desk) -> None:
    """15 days are left of the one, 25 of the other, on the day of the order: 10 days later it is 5 and 15."""
    order(shop, 50, min_days=6)
    assert refusal(shop, Reserve(warehouse="main", number="SO-1"), KEEPER) == {
        ("delivery", "operations.delivery_date_missing")
    }
    past = Reserve(warehouse="main", number="SO-1", delivery=date(2026, 11, 19))
    assert refusal(shop, past, KEEPER) == {("delivery", "operations.delivery_past")}
    reserve(shop, delivery=date(2026, 11, 30))
    assert kept() == {"L1": 40}
    assert Order.objects.get(number="SO-1").delivery == date(2026, 11, 30)  # and it stays


@pytest.mark.parametrize(("lead", "lots"), [(9, {"L1": 20, "L2": 30}), (10, {"L1": 40})])
def test_days_under_way(shop: Desk, lead: int, lots: dict[str, int]) -> None:
    put(shop, "partners", code="SHOP", roles=("customer",), lead_days=lead, min_days=6)
    order(shop, 30 if lead == 9 else 50)
    reserve(shop)
    wanted = {"L2": 30} if lead == 9 else lots
    assert kept() == wanted


def test_the_carrier_says_how_long(shop: Desk) -> None:
    put(shop, "partners", code="VAN", roles=("carrier",), lead_days=12)
    order(shop, 50, min_days=6, carrier="VAN")
    reserve(shop)
    assert kept() == {"L1": 40}


def test_a_share_of_the_shelf_life(shop: Desk) -> None:
    """Of 28 days three fifths are 17."""
    put(shop, "partners", code="SHOP", roles=("customer",), min_share=60, lead_days=0)
    order(shop, 50)
    reserve(shop)
    assert kept() == {"L1": 40}
    order(shop, 10, "SO-2", min_days=1)  # this line takes what is older
    reserve(shop, "SO-2")
    assert kept() == {"L1": 40, "L2": 10}


def test_one_lot_for_a_line(shop: Desk) -> None:
    stocked(shop, "L3", 60, expiry=date(2026, 12, 24))
    order(shop, 50, single_lot=True)
    reserve(shop)
    assert kept() == {"L3": 50}
    order(shop, 45, "SO-2", single_lot=True)
    assert refusal(shop, Reserve(warehouse="main", number="SO-2"), KEEPER) == {("number", "operations.no_single_lot")}
    reserve(shop, "SO-2", split=True)
    assert kept() == {"L1": 5, "L2": 40, "L3": 50}


def test_first_come(shop: Desk) -> None:
    order(shop, 50, strategy="fifo")
    reserve(shop)
    assert kept() == {"L1": 40, "L2": 10}
    put(shop, "categories", code="dairy", strategy="fifo")
    order(shop, 10, "SO-2")
    reserve(shop, "SO-2")
    assert {row.reason for row in Reservation.objects.all()} == {"came_first", "only_one"}


def test_all_of_it_or_nothing(shop: Desk) -> None:
    order(shop, 100)
    assert refusal(shop, Reserve(warehouse="main", number="SO-1", whole=True), KEEPER) == {
        ("number", "operations.lacking")
    }
    assert reserve(shop)["missing"] == [{"line": 1, "quantity": "20"}]  # type: ignore[index]  # its value


def test_an_order_of_another_owner(shop: Desk) -> None:
    order(shop, 10, owner="FARM")
    assert refusal(shop, Reserve(warehouse="main", number="SO-1"), KEEPER) == {("number", "operations.nothing_free")}


def test_what_is_lost_is_replaced(shop: Desk) -> None:
    """Half of what was kept is destroyed: the order loses so much of it, and gets other goods."""
    order(shop, 40)
    reserve(shop)
    gone = (Line(item="YOG", lot="L2", quantity=15, place="A-01"),)
    shop.run(Destroy(warehouse="main", lines=gone, reason="fell"), KEEPER, BOTH)
    reserve(shop)
    assert kept() == {"L1": 15, "L2": 25}
    found = find_order("SO-1", OrderKind.SALES)
    assert found is not None
    assert [(row.quantity // 10**6, row.why) for row in broken_of(found.pk)] == [(15, "not_free")]


def test_an_issue(shop: Desk) -> None:
    uri = ordering.issue(shop, priority="urgent", reference="WO-1")
    ordering.needed(shop, 1, "YOG", 50)
    assert uri.endswith("/doc/issue/IS-1")
    reserve(shop, "IS-1")
    assert kept() == {"L1": 10, "L2": 40}
    goods = (Line(item="YOG", lot="L2", quantity=40, place="A-01"),)
    shop.run(Pick(warehouse="main", lines=goods, to="LINE", po=uri), KEEPER)
    assert ordering.done("IS-1", OrderKind.ISSUE) == [Decimal(40)]


def test_a_sale_of_the_same_number_is_another(shop: Desk) -> None:
    order(shop, 10, "X-1")
    ordering.issue(shop, "X-1")
    ordering.needed(shop, 1, "YOG", 5, "X-1")
    shop.run(Pick(warehouse="main", lines=(Line(item="YOG", lot="L2", quantity=10),), po="X-1"), KEEPER)
    assert ordering.done("X-1", OrderKind.ISSUE) == [Decimal(0)]


def test_a_fixed_number_of_statements(shop: Desk, statements: Callable[..., object]) -> None:
    def count(number: str) -> int:
        with statements() as seen:  # type: ignore[attr-defined]  # a context manager
            shop.run(Reserve(warehouse="main", number=number), KEEPER)
        return len(seen)

    order(shop, 5)
    few = count("SO-1")
    for n in range(6):
        stocked(shop, f"M{n}", 3, expiry=EARLY)
    ordering.sale(shop, "SO-2")
    for n in range(1, 6):
        ordering.sold(shop, n, "YOG", 10, "SO-2")
    assert count("SO-2") <= few + 3


def test_goods_with_another_label_stay_kept(shop: Desk) -> None:
    """60 of 80 are kept. Merged they are one lot; a part that gets a label of its own takes only what the rest of the
    old one does not cover; under another item the line is flagged."""
    order(shop, 60)
    reserve(shop)
    both = (Line(item="YOG", lot="L1", quantity=40), Line(item="YOG", lot="L2", quantity=40))
    shop.run(Merge(warehouse="main", lines=both, lot="M1"))
    assert kept() == {"M1": 60}
    parts = (Part(quantity=30, lot="S1"), Part(quantity=20, lot="S2"))
    shop.run(Split(warehouse="main", line=Line(item="YOG", lot="M1", quantity=50), parts=parts))
    assert kept() == {"M1": 30, "S1": 30}
    shop.run(Relabel(warehouse="main", line=Line(item="YOG", lot="S1", quantity=30), lot="R1", reason="wet"))
    assert kept() == {"M1": 30, "R1": 30}
    assert Reservation.objects.filter(uri=yoghurt("R1"))[0].passed[-1] == {"uri": yoghurt("S1"), "why": "relabelled"}
    tank = Relabel(warehouse="main", line=Line(item="YOG", lot="R1", quantity=10), item="FRESH", reason="other brand")
    shop.run(tank)
    assert kept() == {"M1": 30, "R1": 20}
    assert [(row.quantity // 10**6, row.why) for row in Reservation.objects.filter(state="broken")] == [
        (10, "other brand")
    ]


def test_a_hold_on_a_pallet_breaks_what_the_rest_does_not_cover(shop: Desk) -> None:
    """40 of a lot, 15 of them on a pallet; 30 are kept: 5 of them are lost."""
    order(shop, 30)
    reserve(shop)
    goods = (Line(item="YOG", lot="L2", quantity=15, place="A-01"),)
    box = str(shop.run(Pack(warehouse="main", lines=goods, place="A-02", po="SO-1"), KEEPER).value["container"])
    done = shop.run(Hold(warehouse="main", lines=(Line(container=box),), reason="wet"))
    assert done.value["reservations_broken"] == 1
    assert kept() == {"L2": 25}


def test_a_hold_flags_the_line_of_an_issue(shop: Desk) -> None:
    ordering.issue(shop)
    ordering.needed(shop, 1, "YOG", 30)
    reserve(shop, "IS-1")
    shop.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L2"),), reason="smell"))
    assert kept() == {}
    found = find_order("IS-1", OrderKind.ISSUE)
    assert found is not None
    assert [(row.line.number, row.why) for row in broken_of(found.pk)] == [(1, "smell")]
    reserve(shop, "IS-1")
    assert kept() == {"L1": 30}
