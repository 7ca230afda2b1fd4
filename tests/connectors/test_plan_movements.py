"""What must have happened for order lines to be true: nothing is shipped that did not come, whatever the lines."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from suyuan.connectors.orders.lines import Line
from suyuan.connectors.orders.plan import (
    BEFORE,
    Kind,
    Movement,
    sold_and_returned,
    taken,
    week_of,
    weeks,
    with_receipts,
)

START = datetime(2010, 12, 29, 9)  # noqa: DTZ001  # local times, as files of orders have them


def movements(lines: list[Line]) -> list[Movement]:
    return with_receipts(sold_and_returned(lines))


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    found = []
    for row in range(draw(st.integers(0, 30))):
        back = draw(st.booleans())
        number = draw(st.integers(0, 6))
        at = START + timedelta(hours=draw(st.integers(0, 24 * 30)))
        item = draw(st.sampled_from(["10001", "10002", "20001"]))
        # The customer belongs to the paper.
        found.append(
            Line(row, f"{'C' * back}{number}", item, draw(st.integers(1, 9)), at, str(number % 3) * (number > 0), back)
        )
    return found


@given(lines())
def test_stock_is_never_short(lines: list[Line]) -> None:
    held: Counter[tuple[str, str]] = Counter()
    for movement in movements(lines):
        for item, lot, pieces in movement.amounts:
            assert pieces > 0
            held[item, lot] += -pieces if movement.kind is Kind.SHIPMENT else pieces
            assert held[item, lot] >= 0


@given(lines())
def test_every_piece_is_counted_once(lines: list[Line]) -> None:
    sums: Counter[tuple[Kind, str]] = Counter()
    for movement in movements(lines):
        for item, _, pieces in movement.amounts:
            sums[movement.kind, item] += pieces
    for line in lines:
        sums[Kind.RETURN if line.back else Kind.SHIPMENT, line.item] -= line.quantity
        sums[Kind.RECEIPT, line.item] -= 0 if line.back else line.quantity
    assert not any(sums.values())


@given(lines(), st.randoms())
def test_the_order_of_the_lines_does_not_matter(lines: list[Line], chance: Random) -> None:
    mixed = chance.sample(lines, len(lines))
    assert movements(lines) == movements(mixed)


@given(lines())
def test_nobody_brings_back_more_of_a_lot_than_he_got(lines: list[Line]) -> None:
    has: Counter[tuple[str, str, str]] = Counter()
    for movement in movements(lines):
        for item, lot, pieces in movement.amounts:
            if movement.kind is Kind.SHIPMENT:
                has[movement.customer, item, lot] += pieces
            elif movement.kind is Kind.RETURN and lot != BEFORE:
                has[movement.customer, item, lot] -= pieces
                assert has[movement.customer, item, lot] >= 0


def test_movements_are_in_the_order_of_time_and_receipts_come_first() -> None:
    midnight = START.replace(hour=0)
    plan = movements([Line(2, "1", "10001", 3, midnight, "17", False)])
    assert [movement.kind for movement in plan] == [Kind.RECEIPT, Kind.SHIPMENT]
    assert plan[0].amounts == plan[1].amounts == (("10001", "2010W52", 3),)


@given(lines(), st.integers(0, 30))
def test_a_file_that_has_grown_adds_what_is_new(lines: list[Line], size: int) -> None:
    """Invoices come whole: those of the first file are the first so many."""
    early = {line.invoice for line in lines[:size]}
    first = movements([line for line in lines if line.invoice in early])
    second = with_receipts(sold_and_returned(lines), {m.number for m in first if m.kind is Kind.SHIPMENT})
    receipts = [m for m in (*first, *second) if m.kind is Kind.RECEIPT]
    assert len({m.number for m in receipts}) == len(receipts)
    came = Counter({key: 0 for m in receipts for key in [a[:2] for a in m.amounts]})
    for m in receipts:
        came.update({(item, lot): pieces for item, lot, pieces in m.amounts})
    went: Counter[tuple[str, str]] = Counter()
    for m in second:
        if m.kind is Kind.SHIPMENT:
            went.update({(item, lot): pieces for item, lot, pieces in m.amounts})
    assert came == went


@given(lines(), st.integers(1, 10))
def test_a_week_is_never_parted(lines: list[Line], size: int) -> None:
    plan = movements(lines)
    found = list(weeks(plan, size))
    assert [m for batch in found for m in batch] == plan
    whole = [{week_of(m.at) for m in batch} for batch in found]
    assert sum(map(len, whole)) == len(set().union(*whole))


def test_the_last_bought_comes_back_first() -> None:
    bought = [("A", 3), ("B", 2)]
    assert list(taken(bought, 4)) == [("B", 2), ("A", 2)]
    assert bought == [("A", 1)]
    assert list(taken(bought, 5)) == [("A", 1), (BEFORE, 4)]


def test_a_week_at_the_turn_of_the_year() -> None:
    assert week_of(datetime(2011, 1, 1)) == "2010W52"  # noqa: DTZ001  # likewise
    assert week_of(datetime(2011, 1, 3)) == "2011W01"  # noqa: DTZ001  # likewise
