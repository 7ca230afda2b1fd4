"""Stock added up in the database against the same balances judged one by one."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from django.db import connection

from suyuan.gs1.quantities import SCALE
from suyuan.ledger.keys import key16, micros
from suyuan.operations.commands import Hold, Line, Move
from suyuan.stock.cells import DAY, By, Cell, Wanted, age_of, cells, cells_of, turns
from suyuan.stock.past import on_hand_then, stock_of_then
from suyuan.stock.queries import Placed, on_hand, stock_of
from tests.operations.dairy import Desk, build_dairy, stocked, yoghurt
from tests.operations.test_random import HOUSES, LOTS, Worker

Sums = Counter[tuple[object, ...]]
GOODS = [yoghurt(lot) for lot in LOTS]
EACH = (By.LOG, By.LOT, By.OWNER, By.STATUS)


def summed(found: Iterable[Cell]) -> Sums:
    sums: Sums = Counter()
    for cell in found:
        sums[(*cell.key, cell.unit, cell.state)] += cell.quantity
    return sums


def one_by_one(rows: Sequence[Placed], *, states: bool = True) -> Sums:
    sums: Sums = Counter()
    for row in rows:
        if row.kind in ("place", "container") and row.unit:
            owner = key16(row.owner) if row.owner else bytes(16)
            state = row.state.value if states else ""
            key = (row.log, key16(row.uri), owner, row.status, row.unit, state)
            sums[key] += int(row.quantity * SCALE)
    return sums


def without_states(sums: Sums) -> Sums:
    found: Sums = Counter()
    for key, amount in sums.items():
        found[(*key[:-1], "")] += amount
    return found


def worked(desk: Desk, seed: int) -> None:
    worker = Worker(desk, seed)
    for house in HOUSES:
        stocked(desk, "L1", 40, warehouse=house)
    for _ in range(80):
        worker.step()


def all_of(desk: Desk, *by: By, **narrow: object) -> list[Cell]:
    wanted = Wanted(logs=HOUSES, lots=[key16(uri) for uri in GOODS], **narrow)  # type: ignore[arg-type]  # by name
    return list(cells(wanted, by, desk.today, micros(desk.now)))


@pytest.mark.parametrize("seed", range(20, 24))
def test_sums_are_those_of_the_balances(desk: Desk, seed: int) -> None:
    worked(desk, seed)
    assert summed(all_of(desk, *EACH)) == one_by_one(on_hand(desk.today, subjects=GOODS))
    then = micros(desk.now) - 60 * 60 * 1_000_000
    past = summed(all_of(desk, *EACH, then=then))
    assert without_states(past) == one_by_one(on_hand_then(desk.today, then, subjects=GOODS), states=False)
    by_hand = cells_of(stock_of_then([key16(uri) for uri in GOODS], then), EACH, desk.today, micros(desk.now))
    assert summed(by_hand) == past


@pytest.mark.engine
def test_on_both_engines(engine: str) -> None:
    build_dairy()
    desk = Desk()
    worked(desk, 25)
    assert summed(all_of(desk, *EACH)) == one_by_one(on_hand(desk.today, subjects=GOODS))
    holders = [key for cell in all_of(desk, By.HOLDER) for key in cell.key]
    assert summed(all_of(desk, By.LOT, By.AGE, holders=holders)) == summed(all_of(desk, By.LOT, By.AGE))
    assert summed(all_of(desk, By.LOG, then=micros(desk.now))).total() == summed(all_of(desk, By.LOG)).total()
    items = cells(Wanted(logs=HOUSES), [By.ITEM], desk.today, micros(desk.now))
    assert {cell.key[0] for cell in items} >= {key16(GOODS[0].partition("/10/")[0])}
    assert turns(HOUSES, [key16(GOODS[0].partition("/10/")[0])], desk.today)


Row = tuple[str, bytes, bytes, bytes, bytes, str]  # log, subject, holder, owner, receipt, status


def in_custody(at: int) -> dict[Row, tuple[int, bytes]]:
    """Posting by posting: what lay in places and in containers there, each with the place where it stood."""
    with connection.cursor() as cursor:
        columns = "log, subject, holder, owner, receipt, status"
        cursor.execute(f"SELECT {columns}, quantity FROM stock_posting WHERE at <= %s ORDER BY at, number", [at])
        sums: Counter[Row] = Counter()
        for *row, quantity in cursor.fetchall():
            sums[tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)] += quantity  # type: ignore[index]  # a row
        cursor.execute("SELECT DISTINCT log, holder, kind FROM stock_balance")
        kinds = {(log, bytes(holder)): kind for log, holder, kind in cursor.fetchall()}
    lying = {row: amount for row, amount in sums.items() if amount > 0}
    stands = {(log, subject): holder for log, subject, holder, *_rest in lying}

    def root(log: str, holder: bytes) -> bytes:
        while kinds[log, holder] == "container" and (log, holder) in stands:
            holder = stands[log, holder]
        return holder

    found = {row: (amount, root(row[0], row[2])) for row, amount in lying.items()}
    return {row: one for row, one in found.items() if kinds[row[0], one[1]] == "place"}


def of_all(at: int, past: bool, **narrow: object) -> Counter[tuple[object, ...]]:
    wanted = Wanted(logs=HOUSES, then=at if past else None, **narrow)  # type: ignore[arg-type]  # by name
    sums: Counter[tuple[object, ...]] = Counter()
    for cell in cells(wanted, [By.LOG, By.SUBJECT, By.HOLDER, By.OWNER, By.STATUS], date(2026, 11, 20).toordinal(), at):
        sums[cell.key] += cell.quantity
    return sums


def check_whole(desk: Desk, seed: int) -> None:
    """Now and at some moments, of everything and of some places."""
    worker = Worker(desk, seed)
    for house in HOUSES:
        stocked(desk, "L1", 40, warehouse=house)
    moments = [0]
    for _ in range(8):
        for _ in range(10):
            worker.step()
        moments.append(micros(desk.now))
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM stock_subject WHERE container = 1")
        containers = {bytes(row[0]) for row in cursor.fetchall()}
    for at in moments:
        told = in_custody(at)
        places = sorted({place for _amount, place in told.values()})
        some = random.Random(seed).sample(places, len(places) // 2)
        for chosen in (None, some):
            wanted: Counter[tuple[object, ...]] = Counter()
            for (log, subject, holder, owner, _receipt, status), (amount, place) in told.items():
                if subject not in containers and (chosen is None or place in chosen):
                    wanted[log, subject, holder, owner, status] += amount
            assert of_all(at, past=True, places=chosen) == wanted
            if at == moments[-1]:
                assert wanted
                assert of_all(at, past=False, places=chosen) == wanted


@pytest.mark.parametrize("seed", range(30, 36))
def test_a_whole_warehouse_is_the_sum_of_its_postings(desk: Desk, seed: int) -> None:
    check_whole(desk, seed)


@pytest.mark.engine
def test_a_whole_warehouse_on_both_engines(engine: str) -> None:
    build_dairy()
    check_whole(Desk(), 36)


def test_what_is_asked_for_alone(desk: Desk) -> None:
    stocked(desk, "L1", 40)
    stocked(desk, "L2", 10, expiry=date(2026, 11, 25))
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    assert {cell.state for cell in all_of(desk, By.LOT)} == {"held", "in_stock"}
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=5, place="A-01"),), to="A-02"))
    desk.later(days=6)
    lots = {cell.key[0]: (cell.state, cell.quantity // SCALE) for cell in all_of(desk, By.LOT)}
    assert lots == {key16(GOODS[0]): ("held", 40), key16(GOODS[1]): ("expired", 10)}
    assert [cell.quantity for cell in all_of(desk, By.LOT, state="held")] == [40 * SCALE]
    assert all_of(desk, By.LOT, state="in_stock") == []
    a02 = next(row.holder for row in stock_of([key16(GOODS[0])]) if row.quantity == 5 * SCALE)
    assert [cell.quantity for cell in all_of(desk, By.LOT, holders=[a02])] == [5 * SCALE]
    assert [cell.key for cell in all_of(desk, By.LOT, last=desk.today)] == [(key16(GOODS[1]),)]
    assert all_of(desk, By.LOT, holders=[]) == []
    assert list(cells(Wanted(logs=HOUSES, items=[]), [By.LOT], desk.today, micros(desk.now))) == []


def test_whose_turn_it_is(desk: Desk) -> None:
    stocked(desk, "L1", 40, expiry=date(2026, 12, 20))
    stocked(desk, "L2", 10, expiry=date(2026, 12, 1))
    stocked(desk, "L3", 10, expiry=date(2026, 12, 10))
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L3"),), reason="smell"))
    found = turns(["main"], [key16(GOODS[0].partition("/10/")[0])], desk.today)
    assert {lot: (turn.fefo, turn.fifo, turn.of) for (_log, lot), turn in found.items()} == {
        key16(GOODS[0]): (2, 1, 2),
        key16(GOODS[1]): (1, 2, 2),
    }


def test_age_is_counted_in_days() -> None:
    now = 1_000 * DAY
    assert [age_of(now - days * DAY, now) for days in (0, 29, 30, 89, 90, 400)] == [0, 0, 1, 1, 2, 4]
