"""The lot's life: which states there are, who may take goods from one to another, and which state counts. Pure.

Quality (pending, released, rejected) stands on the balance; blocks (held, recalled) are stacked on top; expired follows
from the date; in stock, shipped and the ends follow from the holder (domain.md, Stock).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from suyuan.stock.book import BLOCKING
from suyuan.stock.facts import CONTAINER


class State(StrEnum):
    PENDING = "pending"
    RELEASED = "released"
    IN_STOCK = "in_stock"
    SHIPPED = "shipped"
    REJECTED = "rejected"
    HELD = "held"
    RECALLED = "recalled"
    EXPIRED = "expired"
    DESTROYED = "destroyed"
    RETURNED = "returned"


# From the mildest to what overrides all others.
STRICTNESS: tuple[State, ...] = (
    State.IN_STOCK,
    State.RELEASED,
    State.SHIPPED,
    State.RETURNED,
    State.PENDING,
    State.EXPIRED,
    State.HELD,
    State.REJECTED,
    State.RECALLED,
    State.DESTROYED,
)
_RANK = {state: rank for rank, state in enumerate(STRICTNESS)}


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of the life: the permission it takes, whether it wants a reason, whether it wants two people."""

    source: State
    target: State
    permission: str
    reason: bool = False
    two_people: bool = False


def _from(
    sources: Iterable[State], target: State, permission: str, *, reason: bool = False, two: bool = False
) -> tuple[Transition, ...]:
    return tuple(Transition(source, target, permission, reason, two) for source in sources)


_P, _R, _I, _X = State.PENDING, State.RELEASED, State.IN_STOCK, State.REJECTED
_HERE = (_P, _R, _I, _X, State.EXPIRED, State.RETURNED)
TRANSITIONS: tuple[Transition, ...] = (
    *_from([_P, State.RETURNED], _R, "inspect"),
    *_from([_P, State.RETURNED, _R, _I], _X, "inspect", reason=True, two=True),
    *_from([_X], _R, "lot.release", reason=True, two=True),  # by concession
    *_from([_R], _I, "move"),
    *_from([_R, _I], State.SHIPPED, "ship"),
    *_from([State.SHIPPED], State.RETURNED, "receive"),
    *_from([State.SHIPPED], _I, "ship"),  # the shipment is voided
    *_from([*_HERE, State.SHIPPED], State.HELD, "lot.hold", reason=True),
    *_from([State.HELD], _P, "lot.release", two=True),
    *_from([State.HELD], _R, "lot.release", two=True),
    *_from([State.HELD], _I, "lot.release", two=True),
    *_from([*_HERE, State.HELD, State.SHIPPED], State.RECALLED, "recall.start", reason=True),
    *_from([State.RECALLED], _P, "recall.close", reason=True, two=True),
    *_from([*_HERE, State.HELD, State.RECALLED], State.DESTROYED, "destroy", reason=True, two=True),
)
_BY_PLACE = {(step.source, step.target): step for step in TRANSITIONS}

Day = TypeVar("Day", int, date)
Marks = tuple[int | None, int | None]  # when to call to mind, and when it presses
# `is_expired` and its contrary in SQL, for whole tables; `s` the subject, `%s` today as an ordinal day.
EXPIRED_SQL = "s.expiry < %s"
GOOD_SQL = "s.expiry >= %s"

_NOT_FREE = frozenset(State) - {_R, _I}
# What each thing done with goods forbids.
FORBIDDEN: dict[str, frozenset[State]] = {
    "pick": _NOT_FREE,
    "ship": _NOT_FREE,
    "produce": _NOT_FREE,
    "move": frozenset({State.SHIPPED, State.DESTROYED}),
    "inspect": frozenset({State.SHIPPED, State.DESTROYED}),
    "destroy": frozenset({State.SHIPPED, State.DESTROYED}),
}


def transition(source: State, target: State) -> Transition | None:
    """The step from one state to another, None where there is none."""
    return _BY_PLACE.get((source, target))


def may_follow(source: State) -> tuple[Transition, ...]:
    """The steps that lead out of a state."""
    return tuple(step for step in TRANSITIONS if step.source is source)


def is_expired(expiry: Day | None, today: Day) -> bool:
    """Is the last day over? On that day itself goods are still good; what has none does not expire (domain.md, Stock).

    Nothing else compares an expiry with a day (tests/architecture/test_expiry.py).
    """
    return expiry is not None and expiry < today


class Level(StrEnum):
    """How much the last day of goods presses."""

    WARN = "warn"
    URGENT = "urgent"


def level_days(days: Marks, percent: Marks, life: int | None, otherwise: int) -> tuple[int, int]:
    """How many days before its last day a lot is called to mind, and how many before it presses.

    `days` and `percent` of its shelf life (`life`, in days) as its category says, whichever comes first; else a third
    and a tenth of the shelf life; else `otherwise` and a quarter of that.
    """
    warn, urgent = (_sooner(day, share, life) for day, share in zip(days, percent, strict=True))
    if warn is None and urgent is None:
        warn = min(otherwise, life // 3) if life else otherwise
    if urgent is None:
        urgent = min(warn or 0, life // 10 if life else (warn or 0) // 4)
    return max(warn or 0, urgent), urgent


def _sooner(days: int | None, percent: int | None, life: int | None) -> int | None:
    of_life = percent * life // 100 if percent is not None and life is not None else None
    return max((one for one in (days, of_life) if one is not None), default=None)


def level_of(
    expiry: int | None,
    produced: int | None,
    today: int,
    *,
    days: Marks,
    percent: Marks,
    life: int | None,
    otherwise: int,
) -> Level | None:
    """How much goods that expire on a day press; None where it is too early to speak of it, or where they have expired.

    Ordinal days, inclusive. `life`: the shelf life of the item; where it has none, that of the lot itself counts, from
    the day it was `produced`. The rest as `level_days` has it.
    """
    if expiry is None or is_expired(expiry, today):
        return None
    if life is None and produced is not None:
        life = max(0, expiry - produced)
    warn, urgent = level_days(days, percent, life, otherwise)
    left = expiry - today
    if left > warn:
        return None
    return Level.URGENT if left <= urgent else Level.WARN


def states_of(
    status: str, blocks: Iterable[str], expiry: int | None, today: int, holder: str, *, stored: bool = True
) -> frozenset[State]:
    """Every state that holds at once.

    `status` of the balance; `blocks` the dispositions on the lot, its item, its containers; `expiry` and `today` as
    ordinal days in the site's zone, both inclusive; `holder` a kind of the book's (place, container, transit, party);
    `stored`: released goods in a place where they are kept are in stock.
    """
    found = {State(BLOCKING[block]) for block in blocks if block in BLOCKING}
    if is_expired(expiry, today):
        found.add(State.EXPIRED)
    if holder in ("transit", "delivery", "party"):
        found.add(State.SHIPPED)
    elif status in (State.PENDING, State.REJECTED):
        found.add(State(status))
    else:
        found.add(State.IN_STOCK if stored or status == CONTAINER else State.RELEASED)
    return frozenset(found)


def strictest(states: Iterable[State]) -> State:
    """The state that counts; in stock where there is none."""
    return max(states, key=_RANK.__getitem__, default=State.IN_STOCK)


def effective_state(status: str, blocks: Iterable[str], expiry: int | None, today: int, holder: str) -> State:
    """The strictest of all that hold (`states_of`)."""
    return strictest(states_of(status, blocks, expiry, today, holder))
