"""Laws of scopes over random work: the rows are the trace's, all of ours in it is held and does not leave, and a recall
that is cancelled leaves nothing behind.
"""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Record
from suyuan.operations.commands import Pick, ReceiveReturn, Ship
from suyuan.recall.commands import CancelRecall, RerunScope
from suyuan.recall.models import Case, ScopeGoods, ScopeParty, ScopeStock
from suyuan.recall.queries import current, figures
from suyuan.stock.models import Posting, Subject
from suyuan.stock.queries import on_hand
from suyuan.stock.states import State
from suyuan.trace.answer import find, trace
from tests.operations.dairy import INSPECTOR, KEEPER, QUALITY, Desk, build_dairy, stocked, yoghurt
from tests.operations.test_random import HOUSES, LOTS, Worker
from tests.recall.story import cups, recalled, sold

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def worked(seed: int, steps: int = 40) -> tuple[Desk, Worker]:
    build_dairy()
    desk = Desk()
    worker = Worker(desk, seed)
    for house in HOUSES:
        stocked(desk, "L1", 40, warehouse=house)
    for _ in range(steps):
        worker.step()
    return desk, worker


def blocks() -> dict[tuple[str, bytes], str]:
    rows = Subject.objects.exclude(blocks="").values_list("log", "subject", "blocks")
    return {(log, bytes(subject)): held for log, subject, held in rows}


def as_rows(lot: str, now: datetime) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    answer = trace(lot, find(lot), now=now)
    goods = {(one.uri, "forward", one.quantity, one.unit) for one in answer.forward}
    ahead = {uri for uri, *_ in goods} | {lot}
    behind = {(one.uri, "backward", one.quantity, one.unit) for one in answer.backward if one.uri not in ahead}
    lies = {(one.uri, one.place, one.container or "", one.quantity, one.unit) for one in answer.stock}
    had = {(share.party, share.role, share.quantity, unit) for share, unit in answer.parties}
    return {(lot, "subject", None, ""), *goods, *behind}, lies, had


@few
@given(seeds)
def test_the_rows_are_the_trace(db: None, seed: int) -> None:
    with transaction.atomic():
        desk, worker = worked(seed)
        lot = yoghurt(worker.one(*LOTS[:2]))
        if not Subject.objects.filter(subject=key16(lot)).exists():
            transaction.set_rollback(True)
            return
        goods, lies, had = as_rows(lot, desk.now)
        case = recalled(desk, lot)
        rows = ScopeGoods.objects.values_list("uri", "direction", "quantity", "unit")
        assert set(rows) == goods
        assert set(ScopeStock.objects.values_list("uri", "place", "container", "quantity", "unit")) == lies
        assert set(ScopeParty.objects.values_list("party", "role", "quantity", "unit")) == had
        assert case.version == 1
        transaction.set_rollback(True)


@few
@given(seeds)
def test_all_of_ours_is_held_and_stays(db: None, seed: int) -> None:
    with transaction.atomic():
        desk, worker = worked(seed, 30)
        before = blocks()
        case = recalled(desk, yoghurt("L1"))
        held = set(ScopeGoods.objects.filter(held__gt=0).values_list("uri", flat=True))
        ahead = ScopeGoods.objects.exclude(direction="backward").exclude(kind="container")
        assert held == set(ahead.values_list("uri", flat=True))
        assert all(State.RECALLED in row.states for row in on_hand(desk.today, subjects=held) if row.kind != "party")
        gone = _left(held, case)
        for _ in range(25):
            worker.step()
        desk.run(RerunScope(warehouse="main", case=case.number), INSPECTOR)
        still = set(
            ScopeGoods.objects.filter(scope=current(Case.objects.get()), held__gt=0).values_list("uri", flat=True)
        )
        assert held <= still
        assert _left(held, case) == gone
        assert all(State.RECALLED in row.states for row in on_hand(desk.today, subjects=still) if row.kind != "party")
        desk.run(CancelRecall(warehouse="main", case=case.number, reason="all a mistake"), KEEPER, QUALITY)
        left = blocks()
        assert all(case.block not in held for held in left.values())
        assert {place for place in before if place in left} <= left.keys()
        transaction.set_rollback(True)


def _left(goods: set[str], case: Case) -> int:
    """How much of these goods has left by a shipping or picking of ours since the case was opened."""
    keys = [key16(uri) for uri in goods]
    shipped = Posting.objects.filter(subject__in=keys, at__gt=case.opened, quantity__gt=0)
    return shipped.filter(record__in=_shipping()).count()


def _shipping() -> list[bytes]:
    steps = Record.objects.filter(biz_step="shipping").exclude(disposition="returned")
    return [bytes(id) for id in steps.values_list("id", flat=True)]


@few
@given(seeds)
def test_no_more_is_recovered_than_was_affected(db: None, seed: int) -> None:
    with transaction.atomic():
        desk, worker = worked(seed, 30)
        case = recalled(desk, yoghurt("L1"))
        for _ in range(25):
            worker.step()
        now = figures(Case.objects.get(pk=case.pk))
        for unit, amount in now.affected.items():
            assert 0 <= now.recovered.get(unit, 0) <= amount
        for row in now.parties:
            assert all(0 <= row.accounted[unit] <= row.had[unit] for unit in row.accounted)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "command", [Pick(warehouse="main", lines=cups(1)), Ship(warehouse="main", customer="SHOP", lines=cups(1))]
)
def test_what_is_recalled_cannot_be_taken(db: None, command: object) -> None:
    build_dairy()
    desk = Desk()
    lot = stocked(desk)
    sold(desk)
    recalled(desk, lot)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(1), reason="r"), KEEPER)
    with pytest.raises(Refused) as refused:
        execute(desk.context(), command)
    assert "stock.recalled" in {problem.code for problem in refused.value.problems}
