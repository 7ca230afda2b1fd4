"""Where the record is broken, told as small ledgers: each class is declared, nothing is hidden, and no more is said."""

import pytest

from suyuan.trace.answer import Trace, find, trace
from suyuan.trace.linked import linkage
from tests.ledgers.story import NAMES, NOW, Story, tell, told, two_warehouses, uri

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def ask(name: str) -> Trace:
    return trace(name, find(uri(name)), now=NOW)


def gaps(name: str) -> set[str]:
    """Class and goods of each gap."""
    known = {uri(one): one for one in NAMES}
    return {f"{problem.code.removeprefix('trace.')} {known[problem.field]}" for problem in ask(name).gaps}


def share(name: str) -> dict[str, float]:
    return {one.unit: one.percent for one in linkage(ask(name)).shares}


SOUND = """
    08:00 receive L1 100 at dock from farm
    08:30 receive L2 20 + P2 at dock from mill
    09:00 make L1 60 + L2 5 -> Y1 300 at line
    10:00 pack Y1 120 in P1 at line
    11:00 ship P1 from dock to shop
"""


def test_what_is_whole_has_no_gap() -> None:
    tell(SOUND)
    for name in ("L1", "L2", "Y1", "P1"):
        assert gaps(name) == set()
        assert set(share(name).values()) == {100}


def test_a_lot_that_comes_from_nowhere() -> None:
    tell("""
        08:00 receive L1 100 at line from farm
        09:00 make L1 60 + L2 20 -> Y1 100 at line
    """)
    assert gaps("Y1") == {"no_origin L2"}
    assert gaps("L1") == set()
    assert share("L1") == {"C62": 100}
    linked = linkage(ask("Y1"))
    assert [(one.unit, one.quantity, one.linked) for one in linked.shares] == [("C62", 180_000_000, 60_000_000)]
    assert (linked.things, linked.linked, linked.unknown) == (3, 1, 0)


def test_a_container_with_unknown_content() -> None:
    tell("""
        08:00 receive P1 at line from farm
        09:00 make P1 -> Y1 10 at line
        10:00 make Y1 10 -> Y2 10 at line
    """)
    assert gaps("Y2") == {"unknown_content P1"}
    assert share("Y2") == {"C62": 0}
    assert gaps("P1") == {"unknown_content P1"}


def test_a_tank_that_was_cleaned_and_not_filled_again() -> None:
    tell("""
        06:00 receive L1 100 LTR at line from farm
        07:00 pack L1 100 LTR in K1 at line
        08:00 make K1 + L1 100 LTR -> Y1 90 at line
        11:00 clean K1 at line
        12:00 make K1 -> Y2 90 at line
    """)
    assert gaps("Y1") == set()
    assert gaps("Y2") == {"unknown_content K1"}


@pytest.mark.parametrize(
    "second",
    [
        "09:00 receive L1 5 at dock from mill",
        "09:00 make L2 5 -> L1 5 at line",
        "09:00 pack L1 5 in P1 at x.mill\n09:30 receive P1 at dock from mill",
    ],
)
def test_two_origins_under_one_number(second: str) -> None:
    tell(f"""
        08:00 receive L1 10 at dock from farm
        08:10 receive L2 10 at line from farm
        {second}
        12:00 ship L1 10 from dock to shop
    """)
    assert gaps("L1") == {"two_origins L1"}
    [problem] = ask("L1").gaps
    assert len(problem.params["origins"].split(", ")) == 2


def test_one_number_made_in_two_warehouses() -> None:
    tell("""
        08:00 receive L1 10 at line from farm
        08:10 receive L2 10 at b.line from farm
        09:00 make L1 10 -> Y1 5 at line
        10:00 make L2 10 -> Y1 5 at b.line
    """)
    assert gaps("Y1") == {"two_origins Y1"}


@pytest.mark.parametrize(
    "more",
    [
        "09:00 receive L1 5 at b.dock from farm",
        "09:00 ship L1 5 from dock to shop\n10:00 receive L1 2 at dock from shop",
        "09:00 ship L1 5 from dock to shop\n10:00 return L1 2 at dock from shop",
        "09:00 ship L1 10 from dock to b via D1\n10:00 receive L1 10 at b.dock from a",
        "09:00 make L1 5 -> L1 4 at dock",
    ],
)
def test_one_origin_in_parts_is_one(more: str) -> None:
    tell(f"08:00 receive L1 10 at dock from farm\n{more}")
    assert gaps("L1") == set()


def test_made_by_one_and_brought_by_another_is_one_origin() -> None:
    tell("""
        05:00 make M.L1 4 -> L1 10 at x.farm
        06:00 ship L1 10 from x.farm to a by farm
        08:00 receive L1 10 at dock from farm
    """)
    assert "two_origins L1" not in gaps("L1")


def names(query: str, way: str) -> set[str]:
    """What a trace reaches: back or on."""
    found = told(query)[way]
    assert isinstance(found, dict)
    return set(found)


def test_a_hit_that_time_makes_impossible_is_marked_and_stays() -> None:
    """What was made of L1 is in Y1 only since 12:00; Y2 was made of the older Y1."""
    tell("""
        07:00 receive L2 10 at line from farm
        08:00 make L2 5 -> Y1 10 at line
        09:00 make Y1 5 -> Y2 5 at line
        10:00 receive L1 10 at line from farm
        12:00 make L1 5 -> Y1 10 at line
        13:00 make Y1 5 -> Y3 5 at line
    """)
    assert names("L1", "on") == {"Y1", "Y2", "Y3"}
    assert gaps("L1") == {"impossible Y2"}
    assert ask("L1").doubtful == {find(uri("Y2"))[0].key}
    assert share("L1") == {"C62": pytest.approx(100 * (10 + 20 + 5) / 40)}
    assert names("Y2", "back") == {"Y1", "L1", "L2"}
    assert gaps("Y2") == {"impossible L1"}
    assert gaps("Y3") == set()


def test_used_before_it_came() -> None:
    tell("""
        09:00 make L1 5 -> Y1 10 at line
        10:00 receive L1 10 at line from farm
        11:00 make Y1 5 -> Y2 10 at line
    """)
    assert gaps("L1") == {"used_before_made L1", "impossible Y1", "impossible Y2", "not_adding_up L1"}
    assert names("L1", "on") == {"Y1", "Y2"}
    assert gaps("Y2") == {"used_before_made L1", "impossible L1", "not_adding_up L1"}


def test_what_came_in_a_container_came() -> None:
    tell("""
        07:00 pack L1 5 in P1 at x.farm
        08:00 receive P1 at line from farm
        08:30 unpack from P1 at line
        09:00 make L1 5 -> Y1 10 at line
    """)
    assert gaps("Y1") == gaps("L1") == gaps("P1") == set()
    assert share("Y1") == {"C62": 100}


def test_what_came_in_a_container_was_there_when_it_came() -> None:
    tell("""
        07:00 pack L1 5 in P1 at x.farm
        08:00 receive P1 at line from farm
        08:30 unpack from P1 at line
        09:00 make L1 5 -> Y1 10 at line
        10:00 receive L1 10 at line from farm
    """)
    assert gaps("L1") == set()
    assert gaps("Y1") == set()


def test_events_of_one_batch_may_come_in_any_order() -> None:
    tell("""
        08:00 receive L1 10 + L2 10 at line from farm
        09:00 make L1 10 -> Y1 5 at line batch B1
        10:00 make L2 10 -> Y2 5 at line batch B1
    """)
    assert gaps("L2") == set()
    assert gaps("Y1") == set()


def test_more_was_moved_than_was_there() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 ship L1 12 from dock to shop
    """)
    assert gaps("L1") == {"not_adding_up L1"}
    assert [problem.params["quantity"] for problem in ask("L1").gaps] == ["2"]
    assert share("L1") == {"C62": 0}


def test_what_is_found_later_adds_up_again() -> None:
    story = tell("""
        08:00 receive L1 10 at dock from farm
        10:00 ship L1 12 from dock to shop
    """)
    tell("09:00 receive L1 2 at dock from farm", story)
    assert gaps("L1") == set()


def test_opening_stock_counts_as_there() -> None:
    tell("08:00 create S1 at dock\n09:00 ship S1 from dock to shop")
    assert gaps("S1") == set()
    assert share("S1") == {"C62": 100}


def test_nobody_said_how_much() -> None:
    tell("08:00 make L1 -> Y1 at x.farm\n09:00 receive Y1 10 at dock from farm", Story())
    linked = linkage(ask("Y1"))
    assert (linked.things, linked.unknown) == (2, 1)
