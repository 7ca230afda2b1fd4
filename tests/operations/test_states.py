"""The lot's life as one table."""

import pytest

from suyuan.accounts.permissions import PERMISSIONS
from suyuan.stock.states import (
    FORBIDDEN,
    STRICTNESS,
    TRANSITIONS,
    State,
    effective_state,
    may_follow,
    states_of,
    strictest,
    transition,
)

TODAY = 740_000


def test_every_state_has_its_rank_and_its_way() -> None:
    assert set(STRICTNESS) == set(State)
    assert {step.target for step in TRANSITIONS} | {State.EXPIRED} == set(State)
    assert may_follow(State.DESTROYED) == ()


def test_the_table_has_no_doubles_and_knows_its_permissions() -> None:
    steps = [(step.source, step.target) for step in TRANSITIONS]
    assert len(steps) == len(set(steps))
    assert {step.permission for step in TRANSITIONS} <= set(PERMISSIONS)


@pytest.mark.parametrize(
    ("source", "target", "two"),
    [
        (State.PENDING, State.RELEASED, False),
        (State.PENDING, State.REJECTED, True),
        (State.REJECTED, State.RELEASED, True),
        (State.IN_STOCK, State.HELD, False),
        (State.HELD, State.IN_STOCK, True),
        (State.IN_STOCK, State.DESTROYED, True),
    ],
)
def test_who_it_takes(source: State, target: State, two: bool) -> None:
    step = transition(source, target)
    assert step is not None
    assert step.two_people is two


@pytest.mark.parametrize(
    ("source", "target"),
    [(State.PENDING, State.SHIPPED), (State.REJECTED, State.SHIPPED), (State.DESTROYED, State.RELEASED)],
)
def test_what_there_is_no_way_to(source: State, target: State) -> None:
    assert transition(source, target) is None


@pytest.mark.parametrize(
    ("status", "blocks", "expiry", "holder", "state"),
    [
        ("pending", (), None, "place", State.PENDING),
        ("released", (), None, "place", State.IN_STOCK),
        ("released", (), TODAY, "place", State.IN_STOCK),  # the last day counts
        ("released", (), TODAY - 1, "place", State.EXPIRED),
        ("released", ("unavailable",), TODAY - 1, "place", State.HELD),
        ("rejected", ("unavailable",), None, "place", State.REJECTED),
        ("rejected", ("unavailable", "recalled"), None, "place", State.RECALLED),
        ("released", (), None, "transit", State.SHIPPED),
        ("pending", ("recalled",), None, "party", State.RECALLED),
        ("-", (), None, "place", State.IN_STOCK),
    ],
)
def test_the_strictest_counts(
    status: str, blocks: tuple[str, ...], expiry: int | None, holder: str, state: State
) -> None:
    assert effective_state(status, blocks, expiry, TODAY, holder) is state


def test_all_that_hold_are_told() -> None:
    assert states_of("pending", ["unavailable"], TODAY - 1, TODAY, "place") == {
        State.PENDING,
        State.HELD,
        State.EXPIRED,
    }
    assert strictest([]) is State.IN_STOCK


def test_what_may_leave_is_in_stock_or_released() -> None:
    assert set(State) - FORBIDDEN["ship"] == {State.IN_STOCK, State.RELEASED}
