"""How suppliers do, against what happened in a small story."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.insight.reports.supply import LOW, SUPPLIERS, WEIGHTS, Card, Part
from suyuan.operations.commands import ReceiptLine, Receive
from tests.insight.asking import table
from tests.operations.dairy import LAST, Desk
from tests.operations.looking import looked_at, plan
from tests.orders import ordering
from tests.plugins.engines import Statements

POINTS, LOTS, INSPECTED, PPM, TIME, DUE, PAPERS, RECEIVED = 1, 2, 3, 4, 5, 6, 7, 8


def due(desk: Desk, number: str, quantity: int, days: int, **more: Decimal) -> None:
    day = desk.now.date() + timedelta(days=days)
    ordering.order(desk, number, expected=day)
    ordering.line(desk, 1, "YOG", quantity, number, **more)


def brought(desk: Desk, number: str, quantity: int) -> None:
    ordering.bring(desk, quantity, lot=f"{number}-{quantity}", po=number)


def test_in_time_and_in_full(desk: Desk) -> None:
    due(desk, "IN-TIME", 10, 2)
    due(desk, "LATE", 10, 2)
    due(desk, "SHORT", 10, 2)
    due(desk, "NEARLY", 100, 2, under=Decimal(5))
    due(desk, "TO-COME", 10, 9)
    brought(desk, "IN-TIME", 10)
    brought(desk, "SHORT", 9)
    brought(desk, "NEARLY", 96)
    desk.later(days=1)
    brought(desk, "LATE", 6)
    desk.later(days=3)
    brought(desk, "LATE", 4)
    (row,) = table(desk, SUPPLIERS)
    assert (row[TIME], row[DUE]) == (Decimal("50.0"), 4)
    assert row[RECEIVED] == 5


def test_quality_and_points(desk: Desk) -> None:
    plan(desk)
    first, second = looked_at(desk, "L1"), looked_at(desk, "L2", light=2)
    (row,) = table(desk, SUPPLIERS)
    pieces = first.size + second.size
    assert (row[LOTS], row[INSPECTED], row[PPM]) == (Decimal("50.0"), 2, round(2_000_000 / pieces))
    assert (row[PAPERS], row[RECEIVED]) == (Decimal("0.0"), 2)
    assert row[TIME] is None


@pytest.mark.parametrize(
    ("card", "points"),
    [
        (Card(), None),
        (Card(quality=Part(Decimal(1), Decimal(2))), Decimal("50.0")),
        (Card(quality=Part(Decimal(1), Decimal(1)), time=Part(Decimal(0), Decimal(4))), Decimal("57.1")),
        (Card(*[Part(Decimal(1), Decimal(1))] * 4), Decimal("100.0")),
    ],
)
def test_an_unknown_part_leaves_its_weight_to_the_others(card: Card, points: Decimal | None) -> None:
    assert card.points == points
    assert sum(WEIGHTS.values()) == 100
    assert 0 < LOW < 100


def test_nothing_of_another_warehouse(desk: Desk) -> None:
    ordering.order(desk, "PO-1", expected=desk.now.date())
    ordering.line(desk, 1, "YOG", 10, "PO-1")
    line = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), po="PO-1"))
    assert table(desk, SUPPLIERS, logs=("cold",)) == []
    assert len(table(desk, SUPPLIERS)) == 1


def test_statements_do_not_grow(desk: Desk, statements: Callable[[], Statements]) -> None:
    counts = []
    for numbers in (("A", "B"), ("C", "D", "E", "F")):
        for number in numbers:
            due(desk, number, 10, 0)
            brought(desk, number, 10)
        with statements() as told:
            table(desk, SUPPLIERS)
        counts.append(len(told))
    assert counts[0] == counts[1]
