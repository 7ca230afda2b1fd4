"""Reserving: first expired first, nothing twice, broken by a hold, used up by the truck, and kept at every door."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import who_is_who
from suyuan.catalog.fields import Value
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import Hold, Line, Pack, Pick, ReleaseReservation, Reserve, Ship
from suyuan.operations.outbound.suggest import suggest
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Reservation
from suyuan.orders.queries import find_order
from suyuan.orders.reservations import broken_of, reserved
from tests.operations.dairy import KEEPER, NOON, Desk, build_dairy, refusal, stocked
from tests.orders import ordering

EARLY, LATE = date(2026, 12, 5), date(2026, 12, 15)


def sale(desk: Desk, number: str, *amounts: int, **more: Value) -> None:
    ordering.sale(desk, number)
    for line, amount in enumerate(amounts, 1):
        ordering.sold(desk, line, "YOG", amount, number, **more)


def kept() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in Reservation.objects.filter(state="open").order_by("uri"):
        found[row.uri.rpartition("/")[2]] = found.get(row.uri.rpartition("/")[2], 0) + row.quantity // 10**6
    return found


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Two lots of 40, the second expires first."""
    stocked(desk, "L1", 40, expiry=LATE)
    stocked(desk, "L2", 40, expiry=EARLY)
    return desk


def test_it_works(shop: Desk) -> None:
    sale(shop, "SO-1", 50, 20)
    done = shop.run(Reserve(warehouse="main", number="so-1"), KEEPER)
    assert kept() == {"L1": 30, "L2": 40}
    assert done.value["missing"] == []
    assert shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER).value["reserved"] == []  # all of it is kept
    sale(shop, "SO-2", 30)
    short = shop.run(Reserve(warehouse="main", number="SO-2"), KEEPER)
    assert short.value["missing"] == [{"line": 1, "quantity": "20"}]
    assert kept() == {"L1": 40, "L2": 40}
    sale(shop, "SO-3", 1)
    assert refusal(shop, Reserve(warehouse="main", number="SO-3"), KEEPER) == {("number", "operations.nothing_free")}
    assert suggest(who_is_who(), "main", "YOG", Decimal(1), today=shop.now.date()).missing == 1


def test_what_is_kept_for_one_does_not_go_to_another(shop: Desk) -> None:
    sale(shop, "SO-1", 60)
    sale(shop, "SO-2", 60)
    shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    lot = (Line(item="YOG", lot="L2", quantity=10),)
    held = {("lines[0]", "operations.kept_for_others")}
    assert refusal(shop, Pick(warehouse="main", lines=lot, po="SO-2"), KEEPER) == held
    assert refusal(shop, Pick(warehouse="main", lines=lot), KEEPER) == held
    assert refusal(shop, Ship(warehouse="main", customer="SHOP", lines=lot, po="SO-2"), KEEPER) == held
    shop.run(Ship(warehouse="main", customer="SHOP", lines=lot, po="SO-1"), KEEPER)
    assert kept() == {"L1": 20, "L2": 30}
    rest = (Line(item="YOG", lot="L1", quantity=20),)
    shop.run(Ship(warehouse="main", customer="SHOP", lines=rest, po="SO-2"), KEEPER)  # nobody's
    shop.run(
        Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L2", quantity=30),), po="SO-1"), KEEPER
    )
    assert kept() == {"L1": 20}


def test_a_pallet_is_what_is_on_it(shop: Desk) -> None:
    sale(shop, "SO-1", 40)
    shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    goods = (Line(item="YOG", lot="L2", quantity=40, place="A-01"),)
    box = str(shop.run(Pack(warehouse="main", lines=goods, place="OUT"), KEEPER).value["container"])
    whole = (Line(container=box),)
    assert refusal(shop, Ship(warehouse="main", customer="SHOP", lines=whole), KEEPER) == {
        ("lines[0]", "operations.kept_for_others")
    }
    shop.run(Ship(warehouse="main", customer="SHOP", lines=whole, po="SO-1"), KEEPER)
    assert kept() == {}


def test_a_hold_breaks_it_and_flags_the_line(shop: Desk) -> None:
    sale(shop, "SO-1", 50)
    shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    held = shop.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L2"),), reason="smell"), KEEPER)
    assert held.value["reservations_broken"] == 1
    order = find_order("SO-1", OrderKind.SALES)
    assert order is not None
    assert [(row.line.number, row.quantity // 10**6, row.why) for row in broken_of(order.pk)] == [(1, 40, "smell")]
    assert kept() == {"L1": 10}
    again = shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    assert kept() == {"L1": 40}
    assert again.value["missing"] == [{"line": 1, "quantity": "10"}]
    shop.run(Hold(warehouse="main", lines=(Line(item="YOG"),), reason="all of it"), KEEPER)
    assert kept() == {}


def test_giving_free(shop: Desk) -> None:
    sale(shop, "SO-1", 10, 10)
    shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    without = ReleaseReservation(warehouse="main", number="SO-1", reason=" ")
    assert refusal(shop, without, KEEPER) == {("reason", "operations.reason_missing")}
    shop.run(ReleaseReservation(warehouse="main", number="SO-1", line=2, reason="later"), KEEPER)
    assert kept() == {"L2": 10}
    shop.run(ReleaseReservation(warehouse="main", number="SO-1", reason="cancelled"), KEEPER)
    assert reserved(["main"]) == {}
    assert refusal(shop, ReleaseReservation(warehouse="main", number="SO-1", reason="x"), KEEPER) == {
        ("number", "operations.nothing_reserved")
    }
    assert refusal(shop, Reserve(warehouse="cold", number="SO-1"), KEEPER) == {("number", "operations.order_of_other")}
    assert refusal(shop, Reserve(warehouse="main", number="NONE"), KEEPER) == {("number", "orders.order_unknown")}


def test_what_the_customer_wants(shop: Desk) -> None:
    ordering.sale(shop, "SO-1", delivery=date(2026, 11, 21))
    ordering.sold(shop, 1, "YOG", 50, "SO-1", min_days=20)
    done = shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    assert kept() == {"L1": 40}  # the other lot has fewer days left
    assert done.value["missing"] == [{"line": 1, "quantity": "10"}]
    sale(shop, "SO-2", 50, lot="L2")
    shop.run(Reserve(warehouse="main", number="SO-2"), KEEPER)
    assert kept() == {"L1": 40, "L2": 40}


@pytest.mark.engine
def test_two_orders_never_take_the_same(engine: str) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 30)
    orders = [f"SO-{n}" for n in range(6)]
    for number in orders:
        sale(desk, number, 10)
    asked, ticks = NOON + timedelta(days=1), count()
    failures: list[BaseException] = []

    def clerk(number: str) -> Callable[[], None]:
        def work() -> None:
            try:
                at = asked + timedelta(milliseconds=next(ticks))
                execute(Context(actor=SYSTEM, request_id=uuid4(), now=at), Reserve(warehouse="main", number=number))
            except Refused as refused:
                if {problem.code for problem in refused.problems} != {"operations.nothing_free"}:
                    failures.append(refused)
            except BaseException as failure:  # handed to the test, which fails with it
                failures.append(failure)
            finally:
                connection.close()

        return work

    clerks = [threading.Thread(target=clerk(number)) for number in orders]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert failures == []
    assert kept() == {"L1": 30}
