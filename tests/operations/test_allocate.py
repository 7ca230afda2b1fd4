"""The rule by which lots are chosen, against a slow account of it that looks at every lot by itself."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from suyuan.operations.allocating import (
    PASSED,
    Answer,
    Held,
    Life,
    Lot,
    Take,
    Wish,
    allocate,
    allocate_all,
    better_than,
    overtaken,
)
from suyuan.operations.fefo import REASONS
from suyuan.orders.kinds import Strategy

ITEM, OTHER = "https://id.gs1.org/01/06901234000108", "https://id.gs1.org/01/06901234000207"
TODAY = 1000
MILLION = 10**6

amounts = st.integers(0, 6)
days = st.none() | st.integers(TODAY - 3, TODAY + 12)
lots = st.lists(
    st.builds(
        Lot,
        uri=st.sampled_from([f"{item}/10/L{n}" for n in range(6) for item in (ITEM, OTHER)]),
        owner=st.sampled_from(["", "", "", "owner"]),
        free=amounts,
        kept=st.integers(0, 3),
        kept_for=st.just(("SO-9",)),
        state=st.sampled_from(["held", "pending", "expired", "shipped"]),
        expiry=days,
        produced=st.none() | st.integers(TODAY - 9, TODAY - 5),
        received=st.integers(1, 5),
        place=st.sampled_from(["A", "B"]),
    ),
    max_size=8,
    unique_by=lambda lot: (lot.uri, lot.owner),
)
wishes = st.builds(
    Wish,
    line=st.just(1),
    number=st.just(1),
    items=st.just((ITEM,)),
    quantity=st.integers(1, 14),
    day=st.integers(TODAY, TODAY + 4),
    owner=st.sampled_from(["", "", "owner"]),
    lot=st.sampled_from(["", "", "", "L1"]),
    life=st.builds(Life, st.integers(0, 5), st.sampled_from([0, 0, 30]), st.none() | st.just(10)),
    strategy=st.sampled_from(list(Strategy)),
    single=st.booleans(),
    split=st.booleans(),
)


def may_have(lot: Lot, wish: Wish) -> bool:
    """Whatever the order: may the line have of it? Told once more, from the words of the rule."""
    if not lot.uri.startswith(ITEM + "/") or lot.owner != wish.owner or lot.free - lot.kept <= 0:
        return False
    if wish.lot and not lot.uri.endswith("/10/" + wish.lot):
        return False
    if lot.expiry is None:
        return True
    left = lot.expiry - wish.day
    if left < wish.life.days:
        return False
    if wish.life.share:
        span = wish.life.span if wish.life.span is not None else lot.produced and lot.expiry - lot.produced
        return span is not None and left * 100 >= wish.life.share * span
    return True


def when(lot: Lot, wish: Wish) -> tuple[int, int]:
    if wish.strategy is Strategy.FIFO:
        return (lot.received or 0, 0)
    return (lot.expiry if lot.expiry is not None else 10**9, lot.produced if lot.produced is not None else 10**9)


def check(found: Sequence[Lot], wish: Wish, answer: Answer) -> None:
    known = {(lot.uri, lot.owner): lot for lot in found}
    able = {key: lot for key, lot in known.items() if may_have(lot, wish)}
    taken = {(take.uri, take.owner): take.quantity for take in answer.takes}
    assert len(taken) == len(answer.takes)
    assert set(taken) <= set(able)
    assert all(0 < taken[key] <= able[key].free - able[key].kept for key in taken)
    assert sum(taken.values()) + answer.missing == wish.quantity
    covering = [lot for lot in able.values() if lot.free - lot.kept >= wish.quantity]
    if wish.single and covering:
        assert len(taken) == 1
        (only,) = (able[key] for key in taken)
        assert when(only, wish) == min(when(lot, wish) for lot in covering)
    elif wish.single and not wish.split:
        assert not taken
    else:
        assert answer.missing == max(0, wish.quantity - sum(lot.free - lot.kept for lot in able.values()))
        for key in taken:
            sooner = [k for k, lot in able.items() if when(lot, wish) < when(able[key], wish)]
            assert all(taken.get(k) == able[k].free - able[k].kept for k in sooner), "a better lot was left over"
    for take in answer.takes:
        assert take.reason in REASONS
        assert all(one.why in PASSED for one in take.passed)
        for one in take.passed:
            assert any(
                lot.uri == one.uri and when(lot, wish) <= when(known[take.uri, take.owner], wish) for lot in found
            )


@given(lots, wishes)
def test_it_works(found: list[Lot], wish: Wish) -> None:
    check(found, wish, allocate(found, wish))


@given(lots, st.lists(wishes, min_size=1, max_size=4))
def test_no_two_lines_get_the_same(found: list[Lot], several: list[Wish]) -> None:
    answers = allocate_all(found, several)
    for lot in found:
        out = sum(t.quantity for one in answers for t in one.takes if (t.uri, t.owner) == (lot.uri, lot.owner))
        assert out <= max(lot.free - lot.kept, 0)


@given(lots, wishes)
def test_nothing_better_than_the_first(found: list[Lot], wish: Wish) -> None:
    """Taking the first of what it chose breaks no rule; any lot that one could have and the rule puts later does."""
    answer = allocate(found, wish)
    known = {(lot.uri, lot.owner): lot for lot in found}
    if answer.takes and not wish.single:
        first = known[answer.takes[0].uri, answer.takes[0].owner]
        assert better_than(first, found, wish) == []
        for lot in found:
            if may_have(lot, wish) and when(lot, wish) > when(first, wish):
                assert first.uri in [one.uri for one in better_than(lot, found, wish)]


@given(lots, wishes, st.lists(st.tuples(st.integers(0, 11), st.integers(1, 3), st.booleans(), st.integers(1, 9))))
def test_who_gives_way(found: list[Lot], wish: Wish, rows: list[tuple[int, int, bool, int]]) -> None:
    uris = [f"{item}/10/L{n}" for n in range(6) for item in (ITEM, OTHER)]
    held = [
        Held(id=n, uri=uris[at], owner="", quantity=amount, urgent=urgent, day=day)
        for n, (at, amount, urgent, day) in enumerate(rows)
    ]
    takes = [Take(1, lot.uri, lot.owner, lot.free, "expires_first") for lot in found if lot.free]
    gone = overtaken(takes, found, held)
    assert all(0 < part <= one.quantity and not one.urgent for one, part in gone)
    for lot in found:
        lack = max(lot.free - max(lot.free - lot.kept, 0), 0)
        mine = [(one, part) for one, part in gone if one.uri == lot.uri and lot.owner == ""]
        there = [one for one in held if one.uri == lot.uri and not one.urgent and lot.owner == ""]
        if lot.owner == "":
            assert sum(part for _, part in mine) == min(lack, sum(one.quantity for one in there))
            whole = {one.id for one, part in mine if part == one.quantity}
            assert all(one.id in whole or one.day <= min(other.day for other, _ in mine) for one in there if mine)


def lot(name: str, free: int, expiry: int | None = None, **more: object) -> Lot:
    return Lot(uri=f"{ITEM}/10/{name}", free=free, expiry=expiry, **more)  # type: ignore[arg-type]  # of Lot's fields


def wish(quantity: int, **more: object) -> Wish:
    return Wish(line=7, number=1, items=(ITEM,), quantity=quantity, day=TODAY, **more)  # type: ignore[arg-type]  # of Wish's


def told(answer: Answer) -> list[tuple[str, int, str, str]]:
    return [(t.uri[-2:], t.quantity, t.reason, t.before[-2:]) for t in answer.takes]


def test_each_says_why() -> None:
    found = [
        lot("L0", 0, TODAY + 1, state="held"),
        lot("L1", 5, TODAY + 2),
        lot("L2", 5, TODAY + 5, kept=5, kept_for=("SO-1", "SO-2")),
        lot("L3", 5, TODAY + 6, produced=1),
        lot("L4", 5, TODAY + 6, produced=2),
        lot("L5", 5),
    ]
    answer = allocate(found, wish(20, life=Life(3)))
    assert told(answer) == [
        ("L3", 5, "made_first", "L4"), ("L4", 5, "expires_first", "L5"), ("L5", 5, "no_expiry", ""),
    ]  # fmt: skip
    assert [(one.uri[-2:], one.why, dict(one.params)) for one in answer.takes[0].passed] == [
        ("L0", "held", {}),
        ("L1", "short_life", {"days": "2", "least": "3"}),
        ("L2", "kept", {"orders": "SO-1, SO-2"}),
    ]
    assert answer.missing == 5


def test_first_come() -> None:
    found = [lot("L1", 5, TODAY + 2, received=9), lot("L2", 5, TODAY + 9, received=3)]
    assert told(allocate(found, wish(6, strategy=Strategy.FIFO))) == [
        ("L2", 5, "came_first", "L1"), ("L1", 1, "came_first", ""),
    ]  # fmt: skip


def test_one_lot_for_the_line() -> None:
    found = [lot("L1", 5, TODAY + 2), lot("L2", 9, TODAY + 5), lot("L3", 9, TODAY + 8)]
    answer = allocate(found, wish(8, single=True))
    assert told(answer) == [("L2", 8, "whole_line", "L3")]
    assert [(one.uri[-2:], one.why) for one in answer.takes[0].passed] == [("L1", "too_little")]
    none = allocate(found, wish(10, single=True))
    assert (none.takes, none.missing, none.best, none.free) == ((), 10, 9, 23)
    assert told(allocate(found, wish(10, single=True, split=True)))[0] == ("L1", 5, "expires_first", "L2")
    begun = allocate(found, wish(2, single=True, begun=f"{ITEM}/10/L3"))
    assert told(begun) == [("L3", 2, "whole_line", "")]


def test_a_share_of_the_shelf_life() -> None:
    """Half of 21 days is more than 10: 11."""
    found = [lot("L1", 5, TODAY + 10), lot("L2", 5, TODAY + 11)]
    assert told(allocate(found, wish(1, life=Life(3, 50, 21)))) == [("L2", 1, "only_one", "")]
    unknown = allocate([lot("L1", 5, TODAY + 10)], wish(1, life=Life(0, 50)))
    assert [one.why for one in unknown.passed] == ["life_unknown"]


def test_a_lot_that_is_asked_for() -> None:
    found = [lot("L1", 5, TODAY + 10), lot("L2", 5, TODAY + 20)]
    assert told(allocate(found, wish(7, lot="L2"))) == [("L2", 5, "lot_wanted", "")]
