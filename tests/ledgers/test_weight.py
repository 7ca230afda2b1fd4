"""Goods that are counted and weighed each time: what goes takes its weight along, and with the last piece the rest."""

import pytest

from suyuan.ledger.keys import key16
from suyuan.stock.facts import UNEXPLAINED, VARIANCE
from suyuan.stock.models import Balance, Posting
from tests.ledgers.story import Story, declare_wrong, place, tell, two_warehouses, uri

pytestmark = pytest.mark.django_db

TEN = "08:00 receive L1 10 + L1 101.5 KGM at dock from farm"


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def lies(name: str = "L1") -> dict[str, tuple[float, float]]:
    """Place → pieces and kilograms; whatever is under way or at somebody's is `away`."""
    known = {key16(place(one)): one for one in ("dock", "bin1", "bin2", "line", "b.dock")} | {key16(uri("P1")): "P1"}
    found: dict[str, tuple[float, float]] = {}
    for row in Balance.objects.filter(subject=key16(uri(name))):
        where = known.get(row.holder, "away")
        if row.quantity or row.second:
            pieces, weight = found.get(where, (0, 0))
            found[where] = (pieces + row.quantity / 1e6, weight + row.second / 1e6)
    return found


def lost(name: str = "L1") -> tuple[float, float]:
    """What went to variance."""
    rows = Posting.objects.filter(subject=key16(uri(name)), counterpart=VARIANCE)
    return -sum(row.quantity for row in rows) / 1e6, -sum(row.second for row in rows) / 1e6


ALL_GO = {
    "store": "store L1 10 + L1 100 KGM at bin1",
    "pick": "pick L1 10 + L1 100 KGM at bin1",
    "ship": "ship L1 10 + L1 100 KGM from dock to shop",
    "pack": "pack L1 10 + L1 100 KGM in P1 at dock",
    "make": "make L1 10 + L1 100 KGM -> Y1 5 at line",
    "relabel": "relabel L1 10 + L1 100 KGM -> R1 10 + R1 100 KGM at dock",
    "destroy": "destroy L1 10 + L1 100 KGM at dock",
    "sample": "sample L1 10 + L1 100 KGM at dock",
    "pass": "pass L1 10 + L1 100 KGM at dock",
}


@pytest.mark.parametrize("verb", ALL_GO)
def test_with_the_last_piece_what_is_left_of_the_weight_is_variance(verb: str) -> None:
    tell(f"{TEN}\n09:00 {ALL_GO[verb]}")
    assert lost() == (0, 1.5)
    assert sum(weight for _, weight in lies().values()) in (0, 100)
    assert all(pieces for pieces, _ in lies().values())


def test_nothing_is_written_off_while_a_piece_is_left() -> None:
    tell(f"{TEN}\n09:00 ship L1 9 + L1 80 KGM from dock to shop")
    assert (lies(), lost()) == ({"dock": (1, 21.5), "away": (9, 80)}, (0, 0))


def test_each_delivery_has_a_weight_of_its_own() -> None:
    tell(f"{TEN}\n08:10 receive L1 5 + L1 51 KGM at dock from farm\n09:00 store L1 12 + L1 120 KGM at bin1")
    assert (lies(), lost()) == ({"dock": (3, 32.5), "bin1": (12, 120)}, (0, 0))


def test_who_says_nothing_of_the_weight_takes_all_of_it_with_the_last_piece() -> None:
    tell(f"{TEN}\n09:00 ship L1 4 from dock to shop\n10:00 ship L1 6 from dock to mart")
    assert (lies(), lost()) == ({"away": (10, 101.5)}, (0, 0))


def test_a_verdict_on_some_leaves_the_weight_until_the_last_has_one() -> None:
    tell(f"{TEN}\n09:00 pass L1 4 at dock")
    assert lies() == {"dock": (10, 101.5)}
    tell("10:00 pass L1 6 at dock")
    assert (lies(), lost()) == ({"dock": (10, 101.5)}, (0, 0))
    [row] = [row for row in Balance.objects.filter(subject=key16(uri("L1"))) if row.quantity or row.second]
    assert (row.status, row.quantity, row.second) == ("released", 10_000_000, 101_500_000)


def test_a_late_pick_makes_the_later_one_the_last() -> None:
    story = tell(f"{TEN}\n12:00 ship L1 6 + L1 60 KGM from dock to shop")
    assert (lies()["dock"], lost()) == ((4, 41.5), (0, 0))
    tell("10:00 ship L1 4 + L1 40 KGM from dock to mart", story)
    assert (lies(), lost()) == ({"away": (10, 100)}, (0, 1.5))


def test_a_pick_that_never_was_brings_the_weight_back() -> None:
    story = tell(f"{TEN}\n09:00 ship L1 10 + L1 100 KGM from dock to shop #wrong")
    assert lost() == (0, 1.5)
    declare_wrong(story, "wrong")
    assert (lies(), lost()) == ({"dock": (10, 101.5)}, (0, 0))


def test_what_came_late_is_left_over_no_more() -> None:
    story = tell(f"{TEN}\n12:00 store L1 10 + L1 100 KGM at bin1")
    tell("11:00 receive L1 2 + L1 20 KGM at dock from farm", story)
    assert (lies(), lost()) == ({"dock": (2, 20), "bin1": (10, 100)}, (0, 1.5))


@pytest.mark.parametrize("said", ["L1 100000 GRM + L1 10", "L1 100 KGM + L1 10", "L1 10 + L1 100000 GRM"])
def test_it_does_not_matter_which_is_said_first_or_in_which_unit(said: str) -> None:
    tell(f"08:00 receive L1 101.5 KGM + L1 10 at dock from farm\n09:00 ship {said} from dock to shop")
    assert sorted(lost()) == [0, 1.5]
    assert sorted(lies()["away"]) == [10, 100]
    assert "dock" not in lies()


def test_pieces_outlive_their_weight() -> None:
    """All of the weight was booked, and pieces are left: they are there, whatever they weigh."""
    tell(f"{TEN}\n09:00 ship L1 9 + L1 101.5 KGM from dock to shop")
    assert (lies()["dock"], lost()) == ((1, 0), (0, 0))
    tell("10:00 count L1 1 + L1 9.9 KGM at dock")
    assert (lies()["dock"], lost()) == ((1, 9.9), (0, -9.9))


def test_litres_are_no_kilograms() -> None:
    tell(f"{TEN}\n09:00 ship L1 4 + L1 40 KGM + L1 7 LTR from dock to shop")
    assert lies() == {"dock": (6, 61.5), "away": (4, 40)}
    assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()


def test_another_warehouse_weighs_again() -> None:
    tell(f"""
        {TEN}
        09:00 ship L1 10 + L1 101.5 KGM from dock to b
        10:00 receive L1 10 + L1 101 KGM at b.dock from a
    """)
    assert (lies(), lost()) == ({"b.dock": (10, 101)}, (0, 0.5))


def test_what_another_warehouse_found_more_goes_on_with_the_last_piece() -> None:
    tell(f"""
        {TEN}
        09:00 ship L1 10 + L1 101.5 KGM from dock to b
        10:00 receive L1 10 + L1 103 KGM at b.dock from a
        11:00 pack L1 10 in P1 at b.dock
    """)
    assert (lies(), lost()) == ({"P1": (10, 103)}, (0, -1.5))


def test_a_pallet_is_not_weighed() -> None:
    story: Story = tell(f"{TEN}\n09:00 pack L1 10 in P1 at dock\n10:00 store P1 at bin1\n11:00 unpack from P1 at bin1")
    assert lies() == {"bin1": (10, 101.5)}
    tell("12:00 pack L1 4 + L1 40 KGM in P1 at bin1\n13:00 unpack L1 4 + L1 39 KGM from P1 at bin1", story)
    assert (lies(), lost()) == ({"bin1": (10, 100.5)}, (0, 1))
