"""Swapping by scan, and an urgent order that takes over what is kept for others."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.fields import Value
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import Hold, Line, ReleaseReservation, Reserve, SwapReservation, TakeOver
from suyuan.orders.models import Reservation
from suyuan.stock.queries import on_hand
from tests.operations.dairy import BUYER, KEEPER, NOON, Desk, build_dairy, refusal, stocked, yoghurt
from tests.orders import ordering

EARLY, LATE = date(2026, 12, 5), date(2026, 12, 15)


def kept(number: str = "") -> dict[str, int]:
    found: dict[str, int] = {}
    rows = Reservation.objects.filter(state="open").order_by("uri")
    for row in rows.filter(line__order__number=number) if number else rows:
        found[row.uri.rpartition("/")[2]] = found.get(row.uri.rpartition("/")[2], 0) + row.quantity // 10**6
    return found


def broken() -> list[tuple[str, int, str]]:
    rows = Reservation.objects.filter(state="broken").select_related("line__order").order_by("pk")
    return [(row.line.order.number, row.quantity // 10**6, row.why) for row in rows]


def order(desk: Desk, number: str, amount: int, **more: Value) -> None:
    ordering.sale(desk, number, **more)
    ordering.sold(desk, 1, "YOG", amount, number)
    desk.run(Reserve(warehouse="main", number=number), KEEPER)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Two lots of 40, the second expires first; 30 of it are kept for SO-1."""
    stocked(desk, "L1", 40, expiry=LATE)
    stocked(desk, "L2", 40, expiry=EARLY)
    order(desk, "SO-1", 30)
    return desk


def swap(scan: str = "L1", **more: object) -> SwapReservation:
    return SwapReservation(warehouse="main", number="SO-1", line=1, scan=scan, **more)  # type: ignore[arg-type]  # its fields


def test_it_works(shop: Desk) -> None:
    """Breaking the rule needs a reason; going back to it does not."""
    assert refusal(shop, swap(), KEEPER) == {("reason", "operations.swap_reason")}
    done = shop.run(swap(quantity="10", reason="pallet in front"), KEEPER)
    assert kept() == {"L1": 10, "L2": 20}
    assert done.value["passed"] == [{"uri": yoghurt("L2"), "why": "swapped", "reason": "pallet in front"}]
    assert Reservation.objects.get(uri=yoghurt("L1")).reason == "swapped"
    label = "(01)06901234000108(10)L2"
    shop.run(swap(label, instead=yoghurt("L1")), KEEPER)
    assert kept() == {"L2": 30}


def test_what_cannot_be_swapped(shop: Desk) -> None:
    assert refusal(shop, swap("L9"), KEEPER) == {("scan", "operations.swap_not_here")}
    assert refusal(shop, swap("L2"), KEEPER) == {("scan", "operations.swap_same")}
    assert refusal(shop, swap("(01)06901234000207(10)L1"), KEEPER) == {("scan", "operations.swap_unknown")}
    assert refusal(shop, swap(quantity="31"), KEEPER) == {("quantity", "operations.swap_amount")}
    assert refusal(shop, swap(quantity="x"), KEEPER) == {("quantity", "gs1.amount_format")}
    assert refusal(shop, swap(instead=yoghurt("L7")), KEEPER) == {("instead", "operations.swap_nothing")}
    order(shop, "SO-2", 40)  # 10 of L2 and 30 of L1
    assert refusal(shop, swap(), KEEPER) == {("scan", "operations.swap_little")}
    order(shop, "SO-3", 10)
    assert refusal(shop, swap(), KEEPER) == {("scan", "operations.kept_for_others")}
    shop.run(ReleaseReservation(warehouse="main", number="SO-3", reason="no"), KEEPER)
    shop.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    assert refusal(shop, swap(), KEEPER) == {("scan", "stock.held")}
    assert refusal(shop, swap(), BUYER) == {("", "governance.not_allowed")}


def test_it_keeps_for_the_customer(shop: Desk) -> None:
    stocked(shop, "L3", 40, expiry=date(2026, 11, 25))
    ordering.sale(shop, "SO-4", delivery=date(2026, 11, 28))
    ordering.sold(shop, 1, "YOG", 5, "SO-4", min_days=3)
    shop.run(Reserve(warehouse="main", number="SO-4"), KEEPER)
    short = SwapReservation(warehouse="main", number="SO-4", line=1, scan="L3", reason="x")
    assert refusal(shop, short, KEEPER) == {("scan", "operations.short_remaining_life")}


def test_one_lot_stays_one_lot(shop: Desk) -> None:
    order(shop, "SO-5", 30, single_lot=True)
    part = SwapReservation(warehouse="main", number="SO-5", line=1, scan="L2", quantity=5)
    assert refusal(shop, part, KEEPER) == {("scan", "operations.swap_single")}


def test_the_urgent_takes_over(shop: Desk) -> None:
    """Who goes last gives way first, and no more than is needed; who is urgent himself does not."""
    order(shop, "SO-2", 20, expected=date(2026, 12, 1))
    order(shop, "SO-3", 20, priority="urgent")
    order(shop, "SO-4", 10, expected=date(2026, 11, 22))
    ordering.sale(shop, "HOT", priority="urgent")
    ordering.sold(shop, 1, "YOG", 35, "HOT")
    over = TakeOver(warehouse="main", number="HOT", reason="children's hospital")
    assert refusal(shop, TakeOver(warehouse="main", number="SO-2", reason="x"), KEEPER) == {
        ("number", "operations.not_urgent")
    }
    assert refusal(shop, TakeOver(warehouse="main", number="HOT", reason=" "), KEEPER) == {
        ("reason", "operations.reason_missing")
    }
    done = shop.run(over, KEEPER)
    assert kept("HOT") == {"L2": 35}
    assert kept("SO-3") == {"L1": 20}
    assert sum(kept().values()) == 80
    assert {one["order"] for one in done.value["flagged"]} == {row[0] for row in broken()}
    assert sum(row[1] for row in broken()) == 35
    assert {row[2] for row in broken()} == {"HOT: children's hospital"}
    assert refusal(shop, over, KEEPER) == {("number", "operations.nothing_to_take")}


def test_free_goods_first(shop: Desk) -> None:
    """Nobody gives way while there are others: 40 and 10 are free, so 5 are taken over."""
    ordering.sale(shop, "HOT", priority="urgent")
    ordering.sold(shop, 1, "YOG", 55, "HOT")
    shop.run(TakeOver(warehouse="main", number="HOT", reason="x"), KEEPER)
    assert kept("HOT") == {"L1": 40, "L2": 15}
    assert kept("SO-1") == {"L2": 25}


@pytest.mark.engine
def test_swaps_and_takeovers_at_once(engine: str) -> None:
    """Whoever comes when: no more is ever kept of a lot than is there."""
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 12, expiry=LATE)
    stocked(desk, "L2", 12, expiry=EARLY)
    for n in range(3):
        order(desk, f"SO-{n}", 8)
    ordering.sale(desk, "HOT", priority="urgent")
    ordering.sold(desk, 1, "YOG", 6, "HOT")
    asked, ticks = NOON + timedelta(days=1), count()
    failures: list[BaseException] = []

    def clerk(command: object) -> Callable[[], None]:
        def work() -> None:
            try:
                at = asked + timedelta(milliseconds=next(ticks))
                execute(Context(actor=SYSTEM, request_id=uuid4(), now=at), command)
            except Refused:
                pass
            except BaseException as failure:  # handed to the test, which fails with it
                failures.append(failure)
            finally:
                connection.close()

        return work

    swaps = [
        SwapReservation(warehouse="main", number=f"SO-{n}", line=1, scan=lot, reason="x", quantity="2")
        for n in range(3)
        for lot in ("L1", "L2")
    ]
    others = [TakeOver(warehouse="main", number="HOT", reason="x"), Reserve(warehouse="main", number="SO-1")]
    clerks = [threading.Thread(target=clerk(command)) for command in (*swaps, *others)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert failures == []
    there = {row.uri.rpartition("/")[2]: row.quantity for row in on_hand(desk.today, items=[yoghurt("L1")[:-6]])}
    assert there
    assert all(amount <= there[lot] for lot, amount in kept().items())
    assert kept("HOT") == {"L2": 6}
