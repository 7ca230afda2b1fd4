"""How orders that were due were served: what was shipped in time, and what the customer signed for in time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from suyuan.gs1.problems import N_
from suyuan.orders.kinds import LineState
from suyuan.orders.rules import NOTHING, Line, fill

Paper = bytes  # the id of a despatch advice; b"" where the event names none
Goods = tuple[str, Paper, str]  # order (URI), despatch advice, item (URI)


class Verdict(StrEnum):
    """On time in full; shipped for it, and nobody has signed yet; not so; or its day is not over."""

    KEPT = "kept"
    UNSIGNED = "unsigned"
    MISSED = "missed"
    OPEN = "open"


VERDICTS: Mapping[Verdict, str] = {
    Verdict.KEPT: N_("On time, in full"),
    Verdict.UNSIGNED: N_("Not signed yet"),
    Verdict.MISSED: N_("Missed"),
    Verdict.OPEN: N_("Day not over"),
}


class Why(StrEnum):
    """Why an order was missed."""

    NOT_SHIPPED = "not_shipped"
    SHORT = "short"
    REFUSED = "refused"
    LATE = "late"


WHYS: Mapping[Why, str] = {
    Why.NOT_SHIPPED: N_("Nothing was shipped"),
    Why.SHORT: N_("Not all was shipped"),
    Why.REFUSED: N_("The customer refused some of it"),
    Why.LATE: N_("Later than promised"),
}


@dataclass(slots=True)
class Went:
    """What went of an item for an order under one despatch advice: shipped and signed for with their moments (µs)."""

    shipped: list[tuple[int, Decimal]] = field(default_factory=list)
    voided: Decimal = NOTHING
    accepted: list[tuple[int, Decimal]] = field(default_factory=list)
    refused: Decimal = NOTHING

    def out(self, until: int | None = None) -> Decimal:
        """Shipped by a moment and not taken back since."""
        left = sum((amount for _, amount in self.shipped), NOTHING) - self.voided
        return max(min(_until(self.shipped, until), left), NOTHING)

    def signed(self, until: int | None = None) -> Decimal:
        """Accepted by a moment; what was refused afterwards out of what had been accepted is not."""
        return max(min(_until(self.accepted, until), self.out() - self.refused), NOTHING)

    def waits(self, until: int) -> Decimal:
        """Shipped by a moment, and neither accepted nor refused by anybody yet."""
        return max(min(self.out(until), self.out() - self.signed() - self.refused), NOTHING)


def _until(rows: Iterable[tuple[int, Decimal]], until: int | None) -> Decimal:
    return sum((amount for at, amount in rows if until is None or at <= until), NOTHING)


def shared(went: Mapping[Goods, Went], papers: Mapping[tuple[Paper, str], Went]) -> None:
    """Give each order its part of what is known of a despatch advice as a whole: `papers` (advice, item) is dealt out
    to the orders it served in the order of their names, to none more than was shipped for it."""
    served: dict[tuple[Paper, str], list[Goods]] = defaultdict(list)
    for goods in sorted(went):
        served[goods[1:]].append(goods)
    for paper, whole in papers.items():
        places = served.get(paper, [])
        left = [sum((amount for _, amount in went[one].shipped), NOTHING) for one in places]
        for n, part in enumerate(_dealt(whole.voided, left)):
            went[places[n]].voided += part
            left[n] -= part
        for n, part in enumerate(reversed(_dealt(whole.refused, left[::-1]))):
            went[places[n]].refused += part
            left[n] -= part
        for at, amount in sorted(whole.accepted):
            parts = _dealt(amount, left)
            left = [room - part for room, part in zip(left, parts, strict=True)]
            for one, part in zip(places, parts, strict=True):
                went[one].accepted += [(at, part)] if part else []


def _dealt(amount: Decimal, rooms: Sequence[Decimal]) -> list[Decimal]:
    """An amount over places of so much room, the first ones first; what is too much stays with the last."""
    parts = []
    for n, room in enumerate(rooms):
        part = amount if n == len(rooms) - 1 else min(amount, room)
        parts.append(part)
        amount -= part
    return parts


@dataclass(frozen=True, slots=True)
class Served:
    """An order as it was served. `lines` with what of them was shipped by the end of the day it was due."""

    order: str
    due: date
    lines: tuple[Line, ...]
    verdict: Verdict
    why: Why | None = None

    @property
    def full(self) -> int:
        """Lines that were shipped in full by then."""
        return sum(line.is_complete for line in self.lines)

    @property
    def is_full(self) -> bool:
        return self.full == len(self.lines)

    @property
    def share(self) -> Decimal:
        """The sum over its lines of the share that was shipped by then, each 0 to 1."""
        return sum((min(line.done / line.quantity, Decimal(1)) for line in self.lines), NOTHING)


def judge(order: str, due: date, until: int, lines: Sequence[Line], went: Mapping[Goods, Went], today: date) -> Served:
    """How an order was served whose goods were due by the moment `until`, the end of the day `due`.

    Cancelled lines do not count. What comes early is in time; a line is in full within its tolerance.
    """
    counted = tuple(line for line in lines if line.state != LineState.CANCELLED)
    mine = [(goods, one) for goods, one in went.items() if goods[0] == order]

    def filled(amounts: Iterable[tuple[Goods, Decimal]]) -> tuple[Line, ...]:
        done: dict[tuple[str, str], Decimal] = defaultdict(lambda: NOTHING)
        for (_, _, item), amount in amounts:
            done[order, item] += amount
        return tuple(fill(counted, done))

    shipped = filled((goods, one.out(until)) for goods, one in mine)
    signed = filled((goods, one.signed(until)) for goods, one in mine)
    if is_full(signed):
        return Served(order, due, shipped, Verdict.KEPT)
    if due >= today:
        return Served(order, due, shipped, Verdict.OPEN)
    if is_full(filled((goods, one.signed(until) + one.waits(until)) for goods, one in mine)):
        return Served(order, due, shipped, Verdict.UNSIGNED)
    sent = filled((goods, one.out()) for goods, one in mine)
    refused = any(one.refused for _, one in mine)
    return Served(order, due, shipped, Verdict.MISSED, _why(sent, refused=refused))


def is_full(lines: Iterable[Line]) -> bool:
    return all(line.is_complete for line in lines)


def _why(sent: Sequence[Line], *, refused: bool) -> Why:
    if refused:
        return Why.REFUSED
    if is_full(sent):
        return Why.LATE
    return Why.SHORT if any(line.done for line in sent) else Why.NOT_SHIPPED


@dataclass(frozen=True, slots=True)
class Level:
    """How well a number of orders were served. `share`: the sum over the lines of what was shipped of them in time."""

    orders: int = 0
    full_orders: int = 0
    lines: int = 0
    full_lines: int = 0
    share: Decimal = NOTHING
    kept: int = 0
    missed: int = 0
    unsigned: int = 0
    open: int = 0

    @property
    def order_fill(self) -> float | None:
        return self.full_orders / self.orders if self.orders else None

    @property
    def line_fill(self) -> float | None:
        return self.full_lines / self.lines if self.lines else None

    @property
    def unit_fill(self) -> float | None:
        return float(self.share / self.lines) if self.lines else None

    @property
    def on_time(self) -> float | None:
        """On time in full, of those that are decided."""
        decided = self.kept + self.missed
        return self.kept / decided if decided else None


def level(served: Iterable[Served]) -> Level:
    """Those whose day is not over are counted by themselves, and in none of the shares."""
    total = Level()
    for one in served:
        if one.verdict is Verdict.OPEN:
            total = replace(total, open=total.open + 1)
            continue
        total = Level(
            orders=total.orders + 1,
            full_orders=total.full_orders + one.is_full,
            lines=total.lines + len(one.lines),
            full_lines=total.full_lines + one.full,
            share=total.share + one.share,
            kept=total.kept + (one.verdict is Verdict.KEPT),
            missed=total.missed + (one.verdict is Verdict.MISSED),
            unsigned=total.unsigned + (one.verdict is Verdict.UNSIGNED),
            open=total.open,
        )
    return total
