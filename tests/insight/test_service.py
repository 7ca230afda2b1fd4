"""How orders were served: what was shipped by the end of the day it was due, and what was signed for by then."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from suyuan.gs1.problems import Refused
from suyuan.insight.service import due_orders, served
from suyuan.insight.service_rules import Level, Served, Verdict, Why, level
from suyuan.operations.commands import Deliver, Line, Pack, RefusedLine, Ship, VoidShipment
from suyuan.orders.commands import CancelSale
from tests.operations.dairy import KEEPER, Desk, build_dairy, stocked
from tests.orders.ordering import sale, sold
from tests.plugins.engines import Statements

PALLET = "369012340000000017"
DAY = date(2026, 11, 20)


@pytest.fixture
def stock(db: None) -> Desk:
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 1000)
    return desk


def cups(quantity: int) -> Line:
    return Line(item="YOG", lot="L1", quantity=quantity)


def ordered(desk: Desk, number: str, quantity: int = 10, *, due: date = DAY, **more: date) -> None:
    sale(desk, number, **({"delivery": due} | more))
    sold(desk, 1, "YOG", quantity, number)


def ship(desk: Desk, number: str, *lines: Line, desadv: str = "") -> None:
    command = Ship(warehouse="main", customer="SHOP", lines=lines, po=number, desadv=desadv or f"D{number}")
    desk.run(command, KEEPER)


def sign(desk: Desk, number: str, refused: int = 0) -> None:
    lines = (RefusedLine(item="YOG", lot="L1", quantity=refused),) if refused else ()
    desk.run(
        Deliver(warehouse="main", customer="SHOP", desadv=f"D{number}", refused=lines, reason="torn" if lines else "")
    )


def asked(desk: Desk, since: date = DAY, until: date = DAY) -> dict[str, Served]:
    found = served(due_orders(["main"], since, until), desk.now)
    return {one.order.number: one.served for one in found}


def told(desk: Desk) -> dict[str, tuple[Verdict, Why | None]]:
    return {number: (one.verdict, one.why) for number, one in asked(desk).items()}


def test_it_works(stock: Desk) -> None:
    for number in ("KEPT", "WAITS", "NEVER", "SHORT", "TORN"):
        ordered(stock, number)
    for number, amount in (("KEPT", 10), ("WAITS", 10), ("SHORT", 4), ("TORN", 10)):
        ship(stock, number, cups(amount))
    sign(stock, "KEPT")
    sign(stock, "SHORT")
    sign(stock, "TORN", refused=3)
    assert {number: one[0] for number, one in told(stock).items()} == {
        "KEPT": Verdict.KEPT, "WAITS": Verdict.OPEN, "NEVER": Verdict.OPEN, "SHORT": Verdict.OPEN, "TORN": Verdict.OPEN,
    }  # fmt: skip
    stock.later(days=1)
    assert told(stock) == {
        "KEPT": (Verdict.KEPT, None),
        "WAITS": (Verdict.UNSIGNED, None),
        "NEVER": (Verdict.MISSED, Why.NOT_SHIPPED),
        "SHORT": (Verdict.MISSED, Why.SHORT),
        "TORN": (Verdict.MISSED, Why.REFUSED),
    }
    total = level(asked(stock).values())
    assert total == Level(
        orders=5, full_orders=3, lines=5, full_lines=3, share=Decimal("3.4"), kept=1, missed=3, unsigned=1
    )
    assert (total.order_fill, total.unit_fill, total.on_time) == (0.6, 0.68, 0.25)


def test_the_day_is_that_of_the_site(stock: Desk) -> None:
    """It is noon there; half past eleven at night is in time, half past midnight is late."""
    ordered(stock, "LATE")
    ordered(stock, "JUST")
    stock.later(hours=11)
    ship(stock, "JUST", cups(10))
    sign(stock, "JUST")
    stock.later(hours=1)
    ship(stock, "LATE", cups(10))
    sign(stock, "LATE")
    assert told(stock) == {"JUST": (Verdict.KEPT, None), "LATE": (Verdict.MISSED, Why.LATE)}
    assert {number: one.is_full for number, one in asked(stock).items()} == {"JUST": True, "LATE": False}


def test_a_void_takes_back_what_was_shipped(stock: Desk) -> None:
    ordered(stock, "SO")
    ship(stock, "SO", cups(10), desadv="D1")
    stock.run(VoidShipment(warehouse="main", desadv="D1", reason="wrong truck"), KEEPER)
    stock.later(days=1)
    assert told(stock) == {"SO": (Verdict.MISSED, Why.NOT_SHIPPED)}
    ship(stock, "SO", cups(10))
    sign(stock, "SO")
    assert told(stock) == {"SO": (Verdict.MISSED, Why.LATE)}
    assert not asked(stock)["SO"].full


def test_what_is_on_a_pallet_counts(stock: Desk) -> None:
    """It is signed for with the pallet."""
    ordered(stock, "ALL", 20)
    ordered(stock, "PART", 20)
    for number, pallet in (("ALL", PALLET), ("PART", "369012340000000024")):
        stock.run(Pack(warehouse="main", lines=(cups(20),), container=pallet), KEEPER)
        ship(stock, number, Line(container=pallet))
    stock.run(Deliver(warehouse="main", customer="SHOP", desadv="DALL"))
    torn = (RefusedLine(item="YOG", lot="L1", quantity=5),)
    with pytest.raises(Refused):  # somebody must unpack what is signed for in part
        stock.run(Deliver(warehouse="main", customer="SHOP", desadv="DPART", refused=torn, reason="torn"))
    stock.later(days=1)
    assert told(stock) == {"ALL": (Verdict.KEPT, None), "PART": (Verdict.UNSIGNED, None)}


def test_in_full_is_within_the_tolerance(stock: Desk) -> None:
    sale(stock, "SO", delivery=DAY, under=Decimal(10))
    sold(stock, 1, "YOG", 10, "SO")
    ship(stock, "SO", cups(9))
    sign(stock, "SO")
    assert told(stock) == {"SO": (Verdict.KEPT, None)}


def test_one_truck_for_two_orders(stock: Desk) -> None:
    """What was signed for is dealt out to the orders as it was shipped for them."""
    ordered(stock, "A")
    ordered(stock, "B")
    ship(stock, "A", cups(10), desadv="D1")
    ship(stock, "B", cups(10), desadv="D1")
    torn = (RefusedLine(item="YOG", lot="L1", quantity=2),)
    stock.run(Deliver(warehouse="main", customer="SHOP", desadv="D1", refused=torn, reason="torn"))
    stock.later(days=1)
    assert {one.verdict for one in asked(stock).values()} == {Verdict.KEPT, Verdict.MISSED}


def test_without_a_day_of_delivery_it_is_the_day_of_going(stock: Desk) -> None:
    sale(stock, "SO", expected=DAY)
    sold(stock, 1, "YOG", 10, "SO")
    sale(stock, "OTHER", expected=DAY, delivery=DAY + timedelta(days=3))
    sold(stock, 1, "YOG", 10, "OTHER")
    assert list(asked(stock)) == ["SO"]


def test_cancelled_ones_do_not_count(stock: Desk) -> None:
    ordered(stock, "SO")
    sold(stock, 2, "YOG", 5, "SO", state="cancelled")
    ordered(stock, "GONE")
    stock.run(CancelSale(number="GONE", reason="not wanted"))
    ship(stock, "SO", cups(10))
    sign(stock, "SO")
    assert told(stock) == {"SO": (Verdict.KEPT, None)}


@pytest.mark.engine
def test_as_many_statements_for_many_orders(engine: str, statements: Callable[[], Statements]) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 1000)

    def one(number: str) -> None:
        ordered(desk, number)
        ship(desk, number, cups(10))
        sign(desk, number)

    one("A")
    asked(desk)
    with statements() as few:
        assert told(desk)["A"] == (Verdict.KEPT, None)
    for number in "BCDE":
        one(number)
    with statements() as many:
        assert len(asked(desk)) == 5
    assert len(few) == len(many) <= 10
