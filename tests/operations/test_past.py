"""Stock as it was at a moment, and as it was known at a moment, against what the tables said then."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import pytest
from django.db import connection

from suyuan.capture.door import events_in_ledger, who_is_who
from suyuan.capture.past import as_known
from suyuan.capture.replay import in_order
from suyuan.ledger.keys import key16, micros
from suyuan.operations.commands import Line, Move, Pack
from suyuan.stock.past import on_hand_then, stock_of_then
from suyuan.stock.queries import stock_of
from tests.operations.dairy import Desk, stocked, yoghurt
from tests.operations.test_random import HOUSES, LOTS, Worker

GOODS = [key16(yoghurt(lot)) for lot in LOTS]
Where = tuple[bytes, str, bytes, bytes, str]  # subject, log, holder, owner, status
Table = dict[Where, int]


def summed(rows: Iterable[tuple[Where, int]]) -> Table:
    found: Table = defaultdict(int)
    for where, quantity in rows:
        found[where] += quantity
    return {where: quantity for where, quantity in found.items() if quantity}


def standing() -> Table:
    return summed(((row.subject, row.log, row.holder, row.owner, row.status), row.quantity) for row in stock_of(GOODS))


def then(at: int) -> Table:
    rows = stock_of_then(GOODS, at)
    return summed(((row.subject, row.log, row.holder, row.owner, row.status), row.quantity) for row in rows)


def known(at: int) -> Table:
    rows = as_known(GOODS, known=at)
    return summed(((row.subject, row.log, row.holder, row.owner, row.status), row.quantity) for row in rows)


def happened(at: int) -> Table:
    """All events that happened by then, whenever they were recorded, told from the beginning."""
    with connection.cursor() as cursor:
        told = list(events_in_ledger(cursor, who_is_who()))
    void = {reading.entry.declares for reading in told}
    facts = [reading.fact for reading in told if reading.fact is not None and reading.entry.id not in void]
    book = in_order([fact for fact in facts if fact.order[0] <= at])
    return summed(
        ((subject, key.log, key.holder, key.owner, key.status), row.first)
        for subject in GOODS
        if subject in book.subjects
        for key, row in book.subjects[subject].rows.items()
    )


@pytest.mark.parametrize("seed", range(10, 13))
def test_the_past_is_told_as_it_was(desk: Desk, seed: int) -> None:
    worker = Worker(desk, seed)
    for house in HOUSES:
        stocked(desk, "L1", 40, warehouse=house)
    seen: list[tuple[int, Table]] = []
    for step in range(80):
        worker.step()
        if step % 8 == 0:
            seen.append((micros(desk.now), standing()))
    for at, table in seen:
        assert known(at) == table
        assert then(at) == happened(at)
    assert then(micros(desk.now)) == standing()


def test_where_a_pallet_stood_then(desk: Desk) -> None:
    lot = stocked(desk)
    desk.run(Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=8),), container="BOX-1", place="IN"))
    packed = micros(desk.now)
    desk.run(Move(warehouse="main", lines=(Line(container="BOX-1"),), to="A-02"))
    rows = [row for row in on_hand_then(desk.today, packed, subjects=[lot]) if row.container]
    assert [(row.place.rsplit("/", 1)[1], row.quantity) for row in rows] == [("IN", Decimal(8))]
    assert on_hand_then(desk.today, 0, subjects=[lot]) == []
