"""Which lots an order gets, and why each: first expired or first come first, whole lines from one lot where that is
wished, with the life that the customer must find. Pure.

Amounts in millionths of the base unit, dates as ordinal days, `received` in microseconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise, takewhile

from suyuan.gs1.problems import N_
from suyuan.orders.kinds import Strategy
from suyuan.tlog.jcs import Json

MOST_PASSED = 8  # better lots of which it is said why they were not taken
FAR = date.max.toordinal()
LATEST = 2**63

PASSED = {
    "pending": N_("waits for its inspection"),
    "held": N_("is on hold"),
    "rejected": N_("was rejected"),
    "recalled": N_("is recalled"),
    "expired": N_("has expired"),
    "not_free": N_("is not free"),
    "other_owner": N_("belongs to another owner"),
    "short_life": N_("would have {days} d left, {least} are wanted"),
    "life_unknown": N_("has no shelf life of which a share could be asked"),
    "kept": N_("is kept for {orders}"),
    "too_little": N_("has {free} only, not the whole line"),
    "relabelled": N_("has another label now"),
    "swapped": N_("was swapped: {reason}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What lies here of a lot or serial of one owner. `free`: what nothing forbids; `kept` of it for order lines,
    `kept_for` the numbers of their orders. `state`: the strictest of what is not free, "" where all is. `place`: the
    first bin on the way."""

    uri: str
    owner: str = ""
    free: int
    kept: int = 0
    kept_for: tuple[str, ...] = ()
    state: str = ""
    expiry: int | None = None
    produced: int | None = None
    received: int | None = None
    place: str = ""

    @property
    def open(self) -> int:
        return max(self.free - self.kept, 0)


@dataclass(frozen=True, slots=True)
class Life:
    """What goods must have left on the day the customer has them: so many days, and such a percentage of `span`, the
    shelf life of the item in days. Where the item has none, the lot's own from production to expiry counts."""

    days: int = 0
    share: int = 0
    span: int | None = None

    @property
    def asks(self) -> bool:
        return self.days > 0 or self.share > 0

    def least(self, expiry: int | None, produced: int | None) -> int | None:
        """In days, of goods of these dates; None: nobody can say."""
        if not self.share:
            return self.days
        span = self.span
        if span is None and expiry is not None and produced is not None:
            span = expiry - produced
        return None if span is None else max(self.days, -(-self.share * span // 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a line still needs: `quantity` more. `items`: URIs of the item and of those merged with it; `lot`: that lot
    number and no other; `day`: when the customer has it. `single`: the whole line from one lot, which is `begun` where
    some of it is kept already; `split`: from several all the same, where no lot is enough."""

    line: int
    number: int
    items: tuple[str, ...]
    quantity: int
    day: int
    owner: str = ""
    lot: str = ""
    life: Life = Life()
    strategy: Strategy = Strategy.FEFO
    single: bool = False
    split: bool = False
    begun: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A lot whose turn it was and why it was not taken: a code of PASSED with its params."""

    uri: str
    why: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Json]:
        return {"uri": self.uri, "why": self.why, **self.params}


@dataclass(frozen=True, slots=True)
class Take:
    """So much of a lot for a line; `reason` a code of `fefo.REASONS`, `before` the lot that it goes before, or ""."""

    line: int
    uri: str
    owner: str
    quantity: int
    reason: str
    before: str = ""
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line gets. `missing`: what it does not; `free`: what could be had of all lots together; `best`: of the one
    lot that has most; `passed`: the lots of its item that it cannot have, the best first."""

    takes: tuple[Take, ...]
    missing: int
    free: int
    best: int
    passed: tuple[Passed, ...]


# -- the rule ---------------------------------------------------------------------------------------------------------


def rank(lot: Lot, strategy: Strategy) -> tuple[int, int]:
    """What puts one lot before another; of equal ones either may go first. What never expires goes last."""
    if strategy is Strategy.FIFO:
        return (LATEST if lot.received is None else lot.received, 0)
    return (FAR if lot.expiry is None else lot.expiry, FAR if lot.produced is None else lot.produced)


def order_of(lot: Lot, strategy: Strategy) -> tuple[int, int, str, str, str]:
    """The rule, then the way through the bins."""
    return (*rank(lot, strategy), lot.place, lot.uri, lot.owner)


def belongs(lot: Lot, wish: Wish) -> bool:
    """Is it of the line's item, and the lot that it asks for, if it asks for one?"""
    if wish.lot and lot.uri.rpartition("/10/")[2] != wish.lot and lot.uri.rpartition("/lot/")[2] != wish.lot:
        return False
    return lot.uri in wish.items or lot.uri.startswith(tuple(f"{item}/" for item in wish.items))


def against(lot: Lot, wish: Wish) -> Passed | None:
    """Why the line cannot have anything of a lot that belongs to it."""
    if lot.owner != wish.owner:
        return Passed(lot.uri, "other_owner", {"owner": lot.owner})
    if lot.free <= 0:
        return Passed(lot.uri, lot.state if lot.state in PASSED else "not_free")
    if short := short_life(lot, wish.life, wish.day):
        return short
    if lot.open <= 0:
        return Passed(lot.uri, "kept", {"orders": ", ".join(lot.kept_for)})
    return None


def short_life(lot: Lot, life: Life, day: int) -> Passed | None:
    """Goods must be good on the day itself, and keep for as long as is asked; what never expires always does."""
    if lot.expiry is None:
        return None
    least, left = life.least(lot.expiry, lot.produced), lot.expiry - day
    if least is None:
        return Passed(lot.uri, "life_unknown")
    return Passed(lot.uri, "short_life", {"days": str(left), "least": str(least)}) if left < least else None


# -- one line ---------------------------------------------------------------------------------------------------------


def allocate(lots: Iterable[Lot], wish: Wish) -> Answer:
    """What a line gets of these lots, in their order, and why."""
    ordered = sorted((lot for lot in lots if belongs(lot, wish)), key=lambda lot: order_of(lot, wish.strategy))
    barred = {(lot.uri, lot.owner): why for lot in ordered if (why := against(lot, wish))}
    able = [lot for lot in ordered if (lot.uri, lot.owner) not in barred]
    usable = able
    whole = _whole(able, wish) if wish.single else None
    if whole is not None:
        usable = [whole]
    elif wish.single and not wish.split:
        usable = []
    if wish.single:
        few = (lot for lot in able if lot.open < wish.quantity)
        barred |= {(lot.uri, lot.owner): Passed(lot.uri, "too_little", {"free": str(lot.open)}) for lot in few}
    free, best = sum(lot.open for lot in able), max((lot.open for lot in able), default=0)
    takes, missing = _taken(usable, able, ordered, barred, wish, whole is not None)
    passed = tuple(barred[lot.uri, lot.owner] for lot in ordered if (lot.uri, lot.owner) in barred)
    return Answer(takes, missing, free, best, passed[:MOST_PASSED])


def _whole(able: Sequence[Lot], wish: Wish) -> Lot | None:
    """The first lot that has all the line needs: of one begun already, that one."""
    fitting = (lot for lot in able if lot.open >= wish.quantity and wish.begun in ("", lot.uri))
    return next(fitting, None)


def _taken(
    usable: Sequence[Lot],
    able: Sequence[Lot],
    ordered: Sequence[Lot],
    barred: Mapping[tuple[str, str], Passed],
    wish: Wish,
    whole: bool,
) -> tuple[tuple[Take, ...], int]:
    left, takes = wish.quantity, list[Take]()
    following = {(lot.uri, lot.owner): behind for lot, behind in pairwise(able)}
    passed, rest = list[Passed](), iter(ordered)
    for lot in usable:
        if left <= 0:
            break
        part = min(left, lot.open)
        left -= part
        better = takewhile(lambda one, lot=lot: one is not lot, rest)  # type: ignore[misc]  # mypy sees no default there
        passed += [barred[one.uri, one.owner] for one in better if (one.uri, one.owner) in barred]
        behind = following.get((lot.uri, lot.owner))
        reason = reason_of(lot, behind, wish, alone=len(able) == 1, whole=whole)
        before = behind.uri if behind else ""
        takes.append(Take(wish.line, lot.uri, lot.owner, part, reason, before, tuple(passed[-MOST_PASSED:])))
    return tuple(takes), max(left, 0)


def reason_of(lot: Lot, following: Lot | None, wish: Wish, *, alone: bool = False, whole: bool = False) -> str:
    """What put this lot before the next one: a code of `fefo.REASONS`."""
    if wish.lot:
        return "lot_wanted"
    if alone:
        return "only_one"
    if whole:
        return "whole_line"
    if wish.strategy is Strategy.FIFO:
        return "nearest" if following and following.received == lot.received else "came_first"
    if lot.expiry is None:
        return "no_expiry"
    if following is None or following.expiry != lot.expiry:
        return "expires_first"
    return "made_first" if following.produced != lot.produced else "nearest"


# -- several lines ----------------------------------------------------------------------------------------------------


def allocate_all(lots: Sequence[Lot], wishes: Sequence[Wish]) -> list[Answer]:
    """The lines one after the other, so that no two get the same."""
    now = {(lot.uri, lot.owner): lot for lot in lots}
    found = []
    for wish in wishes:
        answer = allocate(now.values(), wish)
        found.append(answer)
        for take in answer.takes:
            lot = now[take.uri, take.owner]
            now[take.uri, take.owner] = replace(lot, kept=lot.kept + take.quantity)
    return found


def better_than(lot: Lot, lots: Iterable[Lot], wish: Wish) -> list[Lot]:
    """The lots that the line could have and that the rule puts before this one: taking it breaks the rule."""
    able = [one for one in lots if one.uri != lot.uri and belongs(one, wish) and against(one, wish) is None]
    better = [one for one in able if rank(one, wish.strategy) < rank(lot, wish.strategy)]
    return sorted(better, key=lambda one: order_of(one, wish.strategy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is kept for a line of another order. `day`: when that order is to go, `urgent` as it is."""

    id: int
    uri: str
    owner: str
    quantity: int
    urgent: bool
    day: int


def overtaken(takes: Iterable[Take], lots: Iterable[Lot], held: Sequence[Held]) -> list[tuple[Held, int]]:
    """Which reservations of others give way for these takes, and how much of each: those of orders that go last
    first, and nothing more than is needed. Never of an urgent order."""
    room = {(lot.uri, lot.owner): lot.free - lot.kept for lot in lots}
    wanted: dict[tuple[str, str], int] = {}
    for take in takes:
        wanted[take.uri, take.owner] = wanted.get((take.uri, take.owner), 0) + take.quantity
    found = []
    for key, amount in wanted.items():
        lack = amount - max(room.get(key, 0), 0)
        weakest = sorted((one for one in held if (one.uri, one.owner) == key and not one.urgent), key=_weakest)
        for one in weakest:
            part = min(one.quantity, max(lack, 0))
            lack -= part
            if part:
                found.append((one, part))
    return found


def _weakest(one: Held) -> tuple[int, int]:
    return (-one.day, -one.id)
