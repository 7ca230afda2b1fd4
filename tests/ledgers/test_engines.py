"""The same ledgers on both engines, in databases with real commits; and how many statements they take."""

import random
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from suyuan.capture.replay import differences
from suyuan.ledger.models import Record
from suyuan.stock.models import Balance
from suyuan.trace.answer import find, trace
from tests.ledgers.story import NOW, Story, send, tell, told, two_warehouses, uri
from tests.ledgers.test_laws import line
from tests.plugins.engines import Statements

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("seed", range(12))
def test_random_ledgers_replay(engine: str, seed: int) -> None:
    two_warehouses()
    chance = random.Random(seed)
    story = Story()
    bodies = [story.event(line(chance, number)) for number in range(40)]
    chance.shuffle(bodies)
    while bodies:
        size = chance.randint(1, 12)
        send(bodies[:size])
        del bodies[:size]
    assert differences(seed) == []


def test_trace_reads_the_same(engine: str) -> None:
    two_warehouses()
    tell("""
        08:00 receive L1 100 at dock from farm
        09:00 make L1 60 + L2 5 -> Y1 300 at line
        10:00 pack Y1 120 + S1 in P1 at line
        10:30 pack P1 in P2 at line
        11:00 ship P2 from dock to shop
        12:00 ship Y1 30 from line to b via D1
        13:00 receive Y1 20 at b.dock from a
    """)
    assert told("L1") == {
        "back": {},
        "on": {"Y1": "300", "P1": "1", "P2": "1"},
        "stock": {("L1", "dock"): "40", ("Y1", "line"): "150", ("Y1", "way"): "10", ("Y1", "b.dock"): "20"},
        "parties": {("shop", "customer"): "120", ("farm", "supplier"): "100"},
    }


def test_sending_twice_records_once(engine: str) -> None:
    two_warehouses()
    body = Story().event("08:00 receive L1 10 at dock from farm")
    first, second = send([body]), send([body, body])
    assert (len(first.recorded), len(second.recorded), len(second.repeated)) == (1, 0, 2)
    assert Balance.objects.get(quantity__gt=0).quantity == 10_000_000


@pytest.mark.parametrize(
    "verb", ["UPDATE ledger_record SET biz_step = ''", "DELETE FROM ledger_body", "DELETE FROM ledger_leaf"]
)
def test_what_is_recorded_cannot_be_changed(engine: str, verb: str) -> None:
    two_warehouses()
    send([Story().event("08:00 receive L1 10 at dock from farm")])
    connection.cursor().execute('INSERT INTO ledger_leaf (log, "index", id) SELECT log, 0, id FROM ledger_record')
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(verb)
    assert Record.objects.count() == 1


def _deliveries(count: int, first: int) -> list[dict[str, object]]:
    story = Story()
    return [story.event(f"08:00 receive L{first + n} 10 at dock from farm") for n in range(count)]


def test_a_thousand_events_take_as_many_statements_as_ten(engine: str, statements: Callable[[], Statements]) -> None:
    two_warehouses()
    send(_deliveries(3, 0))
    with statements() as few:
        send(_deliveries(10, 1000))
    with statements() as many:
        send(_deliveries(1000, 5000))
    chunks = 3  # of the locking upsert on SQLite
    assert len(few) <= 14
    assert len(many) <= len(few) + chunks, many.sql


def test_a_trace_takes_statements_by_its_depth(engine: str, statements: Callable[[], Statements]) -> None:
    two_warehouses()
    story = Story()
    wide = [story.event("08:00 receive L1 500 at line from farm")]
    wide += [story.event(f"09:00 make L1 1 -> Y{n} 1 at line") for n in range(100, 400)]
    wide += [story.event(f"10:00 ship Y{n} 1 from line to shop") for n in range(100, 400)]
    narrow = [story.event("08:00 receive L2 500 at line from farm"), story.event("09:00 make L2 1 -> Y50 1 at line")]
    send([*wide, *narrow])
    with statements() as one:
        trace("x", find(uri("L2")), now=NOW)
    with statements() as many:
        answer = trace("x", find(uri("L1")), now=NOW)
    assert len(answer.forward) == 300
    assert len(many) == len(one)
