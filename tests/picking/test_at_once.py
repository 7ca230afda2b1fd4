"""Several at one moment: two pickers at one tour, two waves over one stock, a hold beside a pick."""

import threading
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import Actor
from suyuan.capture.replay import differences
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import Hold, Line, MakeWave, ShortPick, TakeTour
from suyuan.picking.models import Task, Tour
from tests.operations.dairy import INSPECTOR, KEEPER, Desk, person
from tests.picking.hall import LATE, build_hall, laid, ordered, picking, tasks, waved
from tests.plugins.engines import Statements

MANY = 6


def at_once(desk: Desk, works: list[tuple[Actor, object]]) -> list[str]:
    """Do all of these commands at one moment: ``done``, or the first code of each refusal."""
    start, told = threading.Barrier(len(works)), dict[int, str]()

    def work(n: int, actor: Actor, command: object) -> None:
        start.wait()
        told[n] = _done(Context(actor=actor, request_id=uuid4(), now=desk.now, locale="en"), command)
        connection.close()

    threads = [threading.Thread(target=work, args=(n, *one)) for n, one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told[n] for n in range(len(works))]


def _done(context: Context, command: object) -> str:
    try:
        execute(context, command)
    except Refused as refused:
        return refused.problems[0].code
    return "done"


@pytest.fixture
def hall(engine: str) -> Desk:
    build_hall()
    return Desk()


@pytest.mark.engine
def test_one_tour_has_one_picker(hall: Desk) -> None:
    laid(hall, "L1", 10, "A1")
    ordered(hall, "SO-1", 10)
    (tour,) = waved(hall, "SO-1", take=False)
    take = TakeTour(warehouse="main", tour=tour.pk)
    pickers = [person("keeper", f"P{n}") for n in range(MANY)]
    told = at_once(hall, [(one, take) for one in pickers])
    assert sorted(told) == ["done"] + ["picking.tour_of_other"] * (MANY - 1)
    assert Tour.objects.get(pk=tour.pk).person == pickers[told.index("done")].id


@pytest.mark.engine
def test_waves_over_the_same_orders_plan_each_unit_once(hall: Desk) -> None:
    laid(hall, "L1", 10, "A1", "A5", "B3")
    for number in ("SO-1", "SO-2"):
        ordered(hall, number, 14)
    told = at_once(hall, [(KEEPER, MakeWave(warehouse="main")) for _ in range(MANY)])
    assert sorted(told) == ["done"] + ["picking.nothing_to_pick"] * (MANY - 1)
    by_bin: dict[str, int] = {}
    for task in Task.objects.all():
        by_bin[task.place] = by_bin.get(task.place, 0) + task.quantity
    assert sum(by_bin.values()) == 28 * 10**6
    assert max(by_bin.values()) == 10 * 10**6, "no bin gives more than it has"


@pytest.mark.engine
def test_a_task_is_picked_once(hall: Desk) -> None:
    laid(hall, "L1", 10, "A1", "A3")
    ordered(hall, "SO-1", 12)
    (tour,) = waved(hall, "SO-1")
    first = tasks(tour)[0]
    told = at_once(hall, [(KEEPER, picking(first)) for _ in range(MANY)])
    assert sorted(told) == ["done"] + ["picking.task_ended"] * (MANY - 1)
    assert hall.stock(first.uri)["OUT", "released"] == first.quantity // 10**6
    assert differences() == []


@pytest.mark.engine
def test_a_hold_and_a_pick(hall: Desk) -> None:
    """Whichever was first: held goods are not picked, and what was picked before is held where it stands."""
    laid(hall, "L1", 10, "A1")
    laid(hall, "L2", 10, "A3", expiry=LATE)
    ordered(hall, "SO-1", 10)
    (tour,) = waved(hall, "SO-1")
    (task,) = tasks(tour)
    lot = task.uri.rpartition("/")[2]
    hold = Hold(warehouse="main", lines=(Line(item="YOG", lot=lot),), reason="mould")
    told = at_once(hall, [(INSPECTOR, hold), (KEEPER, picking(task))])
    assert told[0] == "done"
    assert told[1] in ("done", "picking.broken", "stock.held")
    if told[1] != "done":
        hall.run(ShortPick(warehouse="main", task=task.pk, reason="held"), KEEPER)
        (again,) = [one for one in tasks(tour) if one.state == "open"]
        assert again.uri != task.uri
        hall.run(picking(again), KEEPER)
    assert differences() == []


def test_statements_do_not_grow_with_the_orders(desk: Desk, statements: Callable[[], Statements]) -> None:
    laid(desk, "L1", 100, "A1", "A3", "B5")
    counts = []
    for numbers in (["SO-1"], [f"SO-{n}" for n in range(2, 8)]):
        for number in numbers:
            ordered(desk, number, 3, 2)
        context = replace(desk.context(KEEPER))
        with statements() as seen:
            execute(context, MakeWave(warehouse="main", kind="single"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
