"""What is taken from which bin: never more than lies there, never less than can be."""

from hypothesis import given
from hypothesis import strategies as st

from suyuan.picking.planning import Kept, Stored, Want, less_tasked, take, to_plan

OWNER, OTHER = bytes(16), bytes(15) + b"1"


def want(quantity: int, lot: str = "L1", line: int = 1, owner: bytes = OWNER) -> Want:
    return Want(line, 1, lot.encode().ljust(16), lot, owner, quantity)


def stored(place: str, quantity: int, lot: str = "L1", rank: int = 1, owner: bytes = OWNER) -> Stored:
    return Stored(lot, owner, place, "", quantity, (rank, 1, place))


def test_it_works() -> None:
    takes, missing = take([want(7)], [stored("A", 10), stored("B", 4), stored("C", 2, rank=0)])
    assert [(one.place, one.quantity) for one in takes] == [("C", 2), ("B", 4), ("A", 1)]
    assert missing == []


def test_near_bins_go_first_where_nothing_else_decides() -> None:
    far = {"A": 9.0, "B": 1.0}
    takes, _missing = take([want(3)], [stored("A", 10), stored("B", 10)], lambda row: far[row.place])
    assert [one.place for one in takes] == ["B"]


def test_another_owner_s_goods_are_left() -> None:
    takes, missing = take([want(3)], [stored("A", 10, owner=OTHER)])
    assert takes == []
    assert [one.quantity for one in missing] == [3]


def test_what_stands_ready_is_within_what_is_kept() -> None:
    kept = [Kept(want(10), tasked=3, picked=4)]
    assert [one.quantity for one in to_plan(kept, {})] == [3]
    assert to_plan([Kept(want(6), tasked=6, picked=4)], {1: 4}) == []  # what was picked has left
    assert [one.quantity for one in to_plan([Kept(want(6), picked=4)], {1: 4})] == [6]


amounts = st.integers(1, 9)
lots = st.sampled_from(["L1", "L2"])
rows = st.lists(st.builds(stored, st.sampled_from("ABCD"), amounts, lots, st.integers(0, 2)), max_size=8)
wants = st.lists(st.builds(want, amounts, lots, st.integers(1, 3)), max_size=6)


@given(rows, wants)
def test_no_bin_gives_more_than_it_has_and_nothing_that_is_there_lacks(bins: list[Stored], wanted: list[Want]) -> None:
    takes, missing = take(wanted, bins)
    for lot in ("L1", "L2"):
        there = sum(row.quantity for row in bins if row.uri == lot)
        asked = sum(one.quantity for one in wanted if one.uri == lot)
        given_ = sum(one.quantity for one in takes if one.want.uri == lot)
        assert given_ == min(there, asked)
        assert sum(one.quantity for one in missing if one.uri == lot) == asked - given_
        for place in "ABCD":
            there = sum(row.quantity for row in bins if row.uri == lot and row.place == place)
            assert sum(one.quantity for one in takes if one.want.uri == lot and one.place == place) <= there


@given(rows, st.dictionaries(st.tuples(lots, st.sampled_from("ABCD"), st.just("")), amounts))
def test_what_is_promised_to_open_tasks_is_not_there(
    bins: list[Stored], tasked: dict[tuple[str, str, str], int]
) -> None:
    left = less_tasked(bins, tasked)
    for key in {row.key for row in bins}:
        there = sum(row.quantity for row in bins if row.key == key)
        assert sum(row.quantity for row in left if row.key == key) == max(there - tasked.get(key, 0), 0)
