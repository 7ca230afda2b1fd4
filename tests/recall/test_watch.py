"""The worker sees when a scope has grown, and only then runs it again; what is new is held by the system."""

from collections.abc import Callable
from pathlib import Path

import pytest

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.epcis.document import event_of
from suyuan.ledger.keeping import Keeping
from suyuan.ledger.sequencer import sequence
from suyuan.operations.commands import Correct, Move, ReceiveReturn
from suyuan.recall.models import Case, Scope, Watch
from suyuan.recall.scoping import positions_now
from suyuan.recall.watching import PAUSE, grown, watch
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import BOTH, KEEPER, MAIN_GLN, Desk, stocked, yoghurt
from tests.recall.story import case_of, cups, made, milk, recalled, rows, sold

Look = Callable[[], int]


@pytest.fixture
def look(desk: Desk, tmp_path: Path) -> Look:
    """Let the sequencer and then the worker look, a while later; how many scopes were run again."""
    kept = Keeping(tmp_path / "home", "trace.example")

    def now() -> int:
        with governed():
            sequence(desk.now, kept=kept)
        desk.now += PAUSE
        return watch(lambda: desk.now)

    return now


def late_making(desk: Desk, lot: str, into: str) -> None:
    """A scan of yesterday that only now arrives: milk went into yoghurt nobody knew to be made of it."""
    event: dict[str, object] = {
        "type": "TransformationEvent", "eventID": f"urn:uuid:00000000-0000-7000-8000-{abs(hash(into)) % 10**12:012d}",
        "eventTime": "2026-11-20T04:00:30Z", "eventTimeZoneOffset": "+08:00", "bizStep": "commissioning",
        "readPoint": {"id": f"https://id.gs1.org/414/{MAIN_GLN}"},
        "inputQuantityList": [{"epcClass": lot, "quantity": 1, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": into, "quantity": 1}],
    }  # fmt: skip
    capture([event_of(event, CONTEXT)], now=desk.now)


def test_it_works(desk: Desk, look: Look) -> None:
    source = milk(desk)
    made(desk, quantity=30)
    other = stocked(desk, "L5")
    case = recalled(desk, source)
    assert lot_state(other, desk.today) is State.IN_STOCK
    look()  # what had no leaf when the scope was made is looked at once more
    assert (look(), case_of(case.number).version) == (0, 1)
    late_making(desk, source, other)
    assert look() == 1
    case.refresh_from_db()
    scope = Scope.objects.get(case=case, version=2)
    assert (case.version, case.grown, scope.cause, scope.made_by) == (2, False, "rerun", "system")
    assert lot_state(other, desk.today) is State.RECALLED
    assert rows(case)[other].news == "new"
    assert look() == 0
    assert case_of(case.number).version == 2


def test_what_cannot_make_it_grow_costs_no_trace(desk: Desk, look: Look) -> None:
    lot = stocked(desk)
    case = recalled(desk, lot)
    look()
    before = dict(Watch.objects.get(case=case).seen)
    stocked(desk, "L6")
    desk.run(Move(warehouse="main", lines=cups(5, place="A-01"), to="A-02"))
    assert look() == 0
    assert Watch.objects.get(case=case).seen != before


def test_a_return_is_looked_at_and_is_no_news(desk: Desk, look: Look) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    look()
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(2), reason="recall"), KEEPER)
    assert look() == 1
    assert (case_of(case.number).version, case_of(case.number).grown) == (1, False)


def test_removals_are_proposed_never_made(desk: Desk, look: Look) -> None:
    source, other = milk(desk), stocked(desk, "L5")
    late_making(desk, source, other)
    case = recalled(desk, source)
    look()
    event = "urn:uuid:00000000-0000-7000-8000-" + f"{abs(hash(other)) % 10**12:012d}"
    desk.run(Correct(warehouse="main", event=event, error="did_not_occur", reason="wrong lot"), approver=BOTH)
    assert look() == 1
    row = rows(case_of(case.number))[other]
    assert (row.news, row.held, row.out) == ("gone", 1, 0)
    assert lot_state(other, desk.today) is State.RECALLED
    assert look() == 0


def test_it_is_not_run_again_and_again(desk: Desk, look: Look) -> None:
    source = milk(desk)
    case = recalled(desk, source)
    for lot in ("L5", "L6"):
        stocked(desk, lot)
    late_making(desk, source, yoghurt("L5"))
    assert look() == 1
    late_making(desk, source, yoghurt("L6"))
    Watch.objects.filter(case=case).update(due=2**62)
    assert look() == 0
    assert grown(case_of(case.number), Watch.objects.get(case=case).seen, positions_now())


def test_a_case_that_fails_does_not_stop_the_others(desk: Desk, look: Look) -> None:
    source, other = milk(desk), stocked(desk, "L5")
    broken, case = recalled(desk, other), recalled(desk, source)
    Watch.objects.filter(case=broken).delete()
    late_making(desk, source, yoghurt("L6"))
    assert look() == 1
    assert case_of(case.number).version == 2
    assert Case.objects.get(pk=broken.pk).version == 1
