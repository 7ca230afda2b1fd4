"""Rules of stock and answers that a story alone does not show: refusals, corrections, gaps."""

import pytest

from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Record
from suyuan.stock.queries import stock_of
from suyuan.trace.answer import find, trace
from tests.ledgers.story import (
    GLN_A,
    NOW,
    Story,
    declare_wrong,
    party,
    send,
    stock,
    tell,
    told,
    two_warehouses,
    unexplained,
    uri,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def codes(text: str, story: Story | None = None) -> list[str]:
    """Why a guarded event is refused; nothing is stored then."""
    before = Record.objects.count()
    with pytest.raises(Refused) as refused:
        tell(text, story, guarded=True)
    assert Record.objects.count() == before
    return sorted(problem.code for problem in refused.value.problems)


def gaps(name: str) -> list[str]:
    return [problem.code for problem in trace(name, find(uri(name)), now=NOW).gaps]


def test_second_delivery_of_a_released_lot_arrives_pending() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 pass L1 at dock
        10:00 receive L1 5 at dock from farm
    """)
    assert stock("L1") == {"L1": {"dock": "10 released, 5 pending"}}


def test_a_command_may_not_take_what_is_not_there() -> None:
    tell("08:00 receive L1 10 at dock from farm")
    tell("09:00 pass L1 at dock")
    assert codes("10:00 ship L1 11 from dock to shop") == ["stock.short"]
    assert codes("10:00 ship L2 1 from dock to shop") == ["stock.short"]
    assert codes("10:00 ship S1 from dock to shop") == ["stock.not_here"]


def test_all_reasons_are_given_at_once() -> None:
    tell("""
        08:00 receive L1 10 + L2 10 + S1 at dock from farm
        09:00 hold L2 at dock
    """)
    assert codes("10:00 ship L1 10 + L2 12 + S1 from dock to shop") == [
        "stock.held", "stock.pending", "stock.pending", "stock.pending", "stock.short"
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["ship L1 1 from dock to shop", "pick L1 1 at bin1", "make L1 1 -> Y1 1 at line"])
@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("see L1 10 at dock", "stock.pending"),
        ("fail L1 at dock", "stock.rejected"),
        ("hold L1 at dock", "stock.held"),
        ("recall L1 at dock", "stock.recalled"),
    ],
)
def test_goods_that_are_not_free_stay(verb: str, state: str, code: str) -> None:
    story = tell("08:00 receive L1 10 at dock from farm")
    if "see" not in state and "fail" not in state:
        tell("08:30 pass L1 at dock", story)
    tell(f"09:00 {state}", story)
    assert code in codes(f"10:00 {verb}", story)


def test_held_goods_do_not_leave_on_a_pallet() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        08:30 pass L1 at dock
        09:00 pack L1 10 in P1 at dock
        09:30 pack P1 in P2 at dock
        10:00 hold L1 at dock
    """)
    assert codes("11:00 ship P2 from dock to shop") == ["stock.held"]


def test_a_hold_covers_what_is_still_to_come_in_every_warehouse() -> None:
    tell("""
        08:00 hold L1 at dock
        09:00 receive L1 10 at b.dock from farm
        10:00 pass L1 at b.dock
    """)
    assert codes("11:00 ship L1 1 from b.dock to shop") == ["stock.held"]


def test_a_recalled_lot_holds_its_serials_but_not_their_siblings() -> None:
    tell("""
        08:00 receive L1 1 + S1 at dock from farm
        08:30 pass L1 + S1 at dock
        09:00 recall L1 at dock
    """)
    assert codes("10:00 ship L1 1 from dock to shop") == ["stock.recalled"]
    tell("10:00 ship S1 from dock to shop", guarded=True)


def test_a_fact_is_never_refused() -> None:
    tell("""
        08:00 hold L1 at dock
        09:00 ship L1 11 from dock to shop
    """)
    assert unexplained() == 11


def test_a_correction_that_others_depend_on_is_refused_and_names_them() -> None:
    story = tell("""
        08:00 receive L1 10 at dock from farm #wrong
        08:30 pass L1 at dock
        09:00 ship L1 8 from dock to shop
    """)
    with pytest.raises(Refused) as refused:
        declare_wrong(story, "wrong", story.event("08:00 receive L1 5 at dock from farm #right"), guarded=True)
    assert [problem.code for problem in refused.value.problems] == ["stock.depends"]
    declare_wrong(story, "wrong", story.event("08:00 receive L1 9 at dock from farm #nine"), guarded=True)
    assert stock("L1") == {"L1": {"dock": "1 released", "way": "8 released"}}


def test_a_declaration_is_said_once() -> None:
    story = tell("08:00 receive L1 10 at dock from farm #wrong")
    declare_wrong(story, "wrong")
    declare_wrong(story, "wrong")
    assert Record.objects.count() == 2
    assert stock("L1") == {"L1": {}}


def test_an_event_that_comes_after_its_declaration_has_no_effect() -> None:
    story = Story()
    event = story.event("08:00 receive L1 10 at dock from farm #wrong")
    declare_wrong(story, "wrong")
    send([event])
    assert stock("L1") == {"L1": {}}
    assert Record.objects.count() == 2


def test_another_body_under_one_id_is_a_conflict() -> None:
    story = tell("08:00 receive L1 10 at dock from farm #one")
    with pytest.raises(Refused) as refused:
        send([{**story.bodies["one"], "disposition": "damaged"}])
    assert [problem.code for problem in refused.value.problems] == ["capture.conflict"]


def test_equal_times_connect() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 pack L1 10 in P1 at dock
        09:00 ship P1 from dock to shop
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "10"}


def test_gaps_are_told() -> None:
    tell("""
        09:00 make L1 5 -> Y1 5 at line
        10:00 pack S1 in P1 at dock
        11:00 pack S1 in P2 at dock
    """)
    assert gaps("Y1") == ["trace.no_origin"]
    assert gaps("S1") == ["trace.no_origin", "trace.not_unpacked"]


def test_relabelling_the_good_ones_leaves_them_good() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        08:30 store L1 6 at bin1
        09:00 pass L1 6 at bin1
        09:30 fail L1 4 at dock
        10:00 relabel L1 6 -> R1 6 at bin1
    """)
    assert stock("R1") == {"R1": {"bin1": "6 released"}}


def test_goods_come_back_loose_out_of_a_pallet() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 pack L1 10 in P1 at dock
        10:00 ship P1 from dock to shop
        11:00 accept P1 to shop
        12:00 return L1 3 at dock from shop
    """)
    assert stock("L1", "P1") == {"L1": {"P1": "7 pending", "dock": "3 pending"}, "P1": {"shop": "1"}}
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "7"}


def test_a_document_speaks_of_its_own_use_of_a_tote() -> None:
    tell("""
        08:00 receive L1 5 + L2 4 at dock from farm
        14:00 pack L1 5 in T1 at dock
        14:10 ship T1 from dock to mart via d2
        15:00 return T1 at dock from mart
        15:05 unpack L1 5 from T1 at dock
        15:20 pack L2 4 in T1 at dock
        15:30 ship T1 from dock to shop via d3
    """)
    document = find(f"urn:epcglobal:cbv:bt:{GLN_A}:d2")
    answer = trace("d2", document, now=NOW)
    assert {found.uri for found in answer.backward} == {uri("L1")}
    assert {share.party for share, _unit in answer.parties if share.role == "customer"} == {party("mart")}


def test_what_is_in_a_pallet_leaves_with_it_whichever_warehouse_says_so() -> None:
    """The pallet stands in b, and a says that it sent it."""
    tell("""
        08:00 receive L1 10 at b.dock from farm
        08:30 pass L1 at b.dock
        09:00 pack L1 10 in P1 at b.dock
        10:00 ship P1 from dock to shop via D1
    """)
    parties = told("L1")["parties"]
    assert isinstance(parties, dict)
    assert ("shop", "customer") in parties
    rows = [row for row in stock_of([key16(uri("L1"))]) if row.quantity]
    assert [(row.log, row.ours) for row in rows] == [("a", False)]
