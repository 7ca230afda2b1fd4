"""How suppliers do, against what happened in a small story."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPartner
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_partners
from suyuan.insight.kinds import SCORE
from suyuan.insight.queries import weights
from suyuan.insight.registers import PutScoreLimits, PutScoreWeights
from suyuan.insight.reports.running import run
from suyuan.insight.reports.supply import SUPPLIERS, Card, Part
from suyuan.operations.commands import ReceiptLine, Receive
from tests.insight.asking import asked, table
from tests.operations.dairy import BUYER, KEEPER, LAST, Desk, refusal
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
    assert card.points({name: part.weight for name, part in SCORE.items()}) == points
    assert sum(part.weight for part in SCORE.values()) == 100


def test_what_the_parts_weigh_is_decided_by_the_buyer(desk: Desk) -> None:
    plan(desk)
    looked_at(desk, "L1")
    desk.run(PutScoreWeights(rows=(Row({"part": "data", "weight": 0}),)), BUYER)
    (row,) = table(desk, SUPPLIERS)
    assert row[POINTS] == Decimal("72.7"), "passed, and no certificate"
    desk.run(
        PutScoreWeights(rows=(Row({"part": "quality", "weight": 10}), Row({"part": "papers", "weight": 30}))), BUYER
    )
    assert weights() == {"quality": 10, "time": 30, "papers": 30, "data": 0}
    (row,) = table(desk, SUPPLIERS)
    assert row[POINTS] == Decimal("25.0")
    facts = dict(run(SUPPLIERS, asked(desk, SUPPLIERS)).found.facts)
    assert (facts["Weight of quality"], facts["Weight of certificates"]) == (10, 30)


def test_under_how_many_points_a_supplier_is_marked_is_decided_by_the_buyer(desk: Desk) -> None:
    """By the whole score, and by any part of it."""
    plan(desk)
    looked_at(desk, "L1")  # 100 % passed, 0 % with a certificate
    marks = []
    for least in ({}, {"whole": 73}, {"whole": 72}, {"papers": 1}, {"papers": 0, "quality": 100}, {"time": 100}):
        desk.run(PutScoreWeights(rows=(Row({"part": "data", "weight": 0}),)), BUYER)
        if least:
            desk.run(PutScoreLimits(rows=tuple(Row({"part": name, "least": n}) for name, n in least.items())), BUYER)
        found = run(SUPPLIERS, asked(desk, SUPPLIERS)).found
        marks.append([row.state for row in found.rows])
    assert marks == [[""], ["rejected"], [""], ["rejected"], [""], [""]]
    facts = dict(found.facts)
    assert (facts["Marked under points"], facts["Marked under quality, %"]) == (72, 100)
    assert "Marked under certificates, %" not in facts
    none = PutScoreLimits(rows=(Row({"part": "whole", "least": 101}),))
    assert {field for field, _code in refusal(desk, none, BUYER)} == {"rows[0].least"}
    assert refusal(desk, PutScoreLimits(rows=()), KEEPER) == {("", "governance.not_allowed")}


def test_something_is_left_that_weighs(desk: Desk) -> None:
    none = tuple(Row({"part": name, "weight": 0}) for name in SCORE)
    nothing = {("rows[0].weight", "insight.weights_none")}
    assert refusal(desk, PutScoreWeights(rows=none), BUYER) == nothing
    assert refusal(desk, PutScoreWeights(rows=none[:1]), KEEPER) == {("", "governance.not_allowed")}
    desk.run(PutScoreWeights(rows=none[:3]), BUYER)
    assert refusal(desk, PutScoreWeights(rows=none[3:]), BUYER) == nothing
    assert Card(quality=Part(Decimal(1), Decimal(2))).points(weights()) is None


def test_nothing_of_another_warehouse(desk: Desk) -> None:
    ordering.order(desk, "PO-1", expected=desk.now.date())
    ordering.line(desk, 1, "YOG", 10, "PO-1")
    line = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), po="PO-1"))
    assert table(desk, SUPPLIERS, logs=("cold",)) == []
    assert len(table(desk, SUPPLIERS)) == 1


def test_statements_do_not_grow(desk: Desk, statements: Callable[[], Statements]) -> None:
    """As many for five suppliers with inspected goods of two items as for one."""
    names = [f"S{n}" for n in range(4)]
    with governed():
        do_add_partners(partners=[NewPartner(code=code, roles=["supplier"]) for code in names])
    plan(desk, "P")
    plan(desk, "F", item="FRESH")
    counts, rows = [], []
    for suppliers in (["FARM"], names):
        for n, supplier in enumerate(suppliers):
            ordering.order(desk, f"PO-{supplier}", partner=supplier, expected=desk.now.date())
            item = ("YOG", "FRESH")[n % 2]
            ordering.line(desk, 1, item, 10, f"PO-{supplier}")
            line = ReceiptLine(item=item, lot=f"O{supplier}", quantity=10, expiry=LAST)
            desk.run(Receive(warehouse="main", supplier=supplier, lines=(line,), po=f"PO-{supplier}"))
            looked_at(desk, f"L{supplier}", light=n % 2, supplier=supplier, item=item)
        with statements() as told:
            rows.append(len(table(desk, SUPPLIERS)))
        counts.append(len(told))
    assert rows == [1, 5]
    assert counts[0] == counts[1]
