"""Several writers at one stock: nothing is taken twice, nothing fails but what must be refused."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from suyuan.capture.replay import differences
from suyuan.gs1.problems import Refused
from tests.ledgers.story import Story, send, stock, two_warehouses

pytestmark = pytest.mark.engine
WRITERS, EACH = 6, 8


def _together(work: Callable[[int], None]) -> list[BaseException]:
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # handed to the test, which fails with it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_a_lot_is_shipped_once_only(engine: str) -> None:
    two_warehouses()
    send([Story().event("07:00 receive L1 30 at dock from farm #in"), Story().event("07:30 pass L1 at dock #ok")])
    refused: list[str] = []

    def work(writer: int) -> None:
        for turn in range(EACH):
            body = Story().event(f"08:{turn:02d} ship L1 1 from dock to shop #w{writer}t{turn}")
            try:
                send([body], guarded=True)
            except Refused as refusal:
                refused.extend(problem.code for problem in refusal.problems[:1])

    assert _together(work) == []
    assert stock("L1") == {"L1": {"way": "30 released"}}
    assert len(refused) == WRITERS * EACH - 30
    # Too little, or, for an event a moment older than the last, too little for those after it.
    assert set(refused) <= {"stock.short", "stock.depends"}
    assert differences() == []


def test_a_lot_nobody_knew_is_received_by_all(engine: str) -> None:
    """The first movements of a lot race: no row is there to be locked."""
    two_warehouses()

    def work(writer: int) -> None:
        for turn in range(EACH):
            send([Story().event(f"08:{turn:02d} receive L{turn} 2 at dock from farm #w{writer}t{turn}")])

    assert _together(work) == []
    assert all(held == {"dock": f"{2 * WRITERS} pending"} for held in stock(*(f"L{n}" for n in range(EACH))).values())
    assert differences() == []
