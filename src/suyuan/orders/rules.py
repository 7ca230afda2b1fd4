"""How far an order is, and what a list of serials means. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.gs1.problems import Problem, Refused
from suyuan.orders.kinds import LineState, OrderState

NOTHING = Decimal(0)
HUNDRED = Decimal(100)
SMALLEST = Decimal("0.000001")
MOST_SERIALS = 10_000
_PARTS = re.compile(r"[\s,;，；、]+")
_RANGE = re.compile(r"(.*?)([0-9]+)(?:-|–|—|~|\.\.)(.*?)([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an order, as it stands beside what came or went of it.

    `quantity` and `done` in base units of the item; `entered` in `entered_unit`, as ordered. `over` and `under` in
    percent. `item` is the URI of the one that goes on, where the ordered one was merged since.
    """

    id: int
    order_id: int
    order_key: str
    order: str
    number: int
    item: str
    item_code: str
    quantity: Decimal
    unit: str
    entered: Decimal
    entered_unit: str
    over: Decimal = NOTHING
    under: Decimal = NOTHING
    expected: date | None = None
    lot: str = ""
    min_days: int | None = None
    state: str = LineState.OPEN
    done: Decimal = NOTHING

    @property
    def most(self) -> Decimal:
        """As much as may come."""
        return exact(self.quantity * (HUNDRED + self.over) / HUNDRED)

    @property
    def least(self) -> Decimal:
        """As much as must have come for the line to be complete."""
        return exact(self.quantity * (HUNDRED - self.under) / HUNDRED)

    @property
    def open(self) -> Decimal:
        """What is still to come; nothing where the line is closed, or complete within its tolerance."""
        done = self.state != LineState.OPEN or self.is_complete
        return NOTHING if done else max(self.quantity - self.done, NOTHING)

    @property
    def room(self) -> Decimal:
        """How much may still come, tolerance included."""
        return max(self.most - self.done, NOTHING) if self.state == LineState.OPEN else NOTHING

    @property
    def is_complete(self) -> bool:
        return self.done > 0 and self.done >= self.least

    @property
    def is_over(self) -> bool:
        return self.done > self.most

    @property
    def percent(self) -> int:
        """How much of it is done, at most 100."""
        return int(min(HUNDRED, self.done * HUNDRED / self.quantity)) if self.quantity else 0


def exact(amount: Decimal) -> Decimal:
    """To the millionth, which is the least there is of anything; what would be less is left to the partner."""
    return amount.quantize(SMALLEST).normalize() + 0


def fill(lines: Sequence[Line], done: Mapping[tuple[str, str], Decimal]) -> list[Line]:
    """The lines with what is done of each. `done`: (order, item) → amount in base units.

    An item that several lines of an order want fills them in the order of their numbers; what is too much stands on
    the last one. Nothing fills a cancelled line, unless there is no other.
    """
    by_goods: dict[tuple[str, str], list[Line]] = {}
    for line in sorted(lines, key=lambda line: line.number):
        by_goods.setdefault((line.order, line.item), []).append(line)
    told: dict[int, Line] = {}
    for goods, wanted in by_goods.items():
        valid = [line for line in wanted if line.state != LineState.CANCELLED] or wanted
        told |= {one.id: one for one in _filled(valid, done.get(goods, NOTHING))}
    return [told.get(line.id, line) for line in lines]


def _filled(wanted: Sequence[Line], amount: Decimal) -> list[Line]:
    found = []
    for line in wanted:
        taken = min(amount, line.quantity)
        found.append(replace(line, done=taken))
        amount -= taken
    return [*found[:-1], replace(found[-1], done=found[-1].done + amount)]


def with_more(lines: Sequence[Line], more: Mapping[str, Decimal]) -> list[Line]:
    """The lines of an order when so much more of each item is done; or less, where it is less than nothing."""
    done: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        pair = (line.order, line.item)
        done[pair] = done.get(pair, more.get(line.item, NOTHING)) + line.done
    return fill(lines, done)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order is: lines that count, lines that are complete, and the mean of their percents."""

    lines: int
    complete: int
    percent: int

    @property
    def is_complete(self) -> bool:
        return 0 < self.lines == self.complete


def progress_of(lines: Iterable[Line]) -> Progress:
    """Cancelled lines do not count; a closed one is as good as complete."""
    counted = [line for line in lines if line.state != LineState.CANCELLED]
    complete = sum(line.is_complete or line.state == LineState.CLOSED for line in counted)
    percents = [100 if line.is_complete or line.state == LineState.CLOSED else line.percent for line in counted]
    return Progress(len(counted), complete, sum(percents) // len(percents) if percents else 0)


def is_late(state: str, expected: date | None, today: date) -> bool:
    """Should it have been done? The day itself is still in time."""
    return state == OrderState.OPEN and expected is not None and expected < today


def state_problems(state: str, number: str, field: str = "po") -> list[Problem]:
    """Why nothing may come or go for an order in this state."""
    shown = {"number": number}
    match state:
        case OrderState.DRAFT:
            return [Problem("orders.order_draft", field, shown)]
        case OrderState.CLOSED:
            return [Problem("orders.order_closed", field, shown)]
        case OrderState.CANCELLED:
            return [Problem("orders.order_cancelled", field, shown)]
    return []


# -- serials ----------------------------------------------------------------------------------------------------------


def serials_of(text: str) -> tuple[str, ...]:
    """The serials of a list: single ones, and ranges such as ``A001-A010`` or ``A001-010``, inclusive.

    Refused where a range does not count upward or there are more than 10,000. A hyphen inside a serial makes no range
    unless both sides end in as many digits, the second begins like the first or not at all, and it counts upward.
    """
    found: list[str] = []
    for part in _PARTS.split(text.strip()):
        if part:
            found += _range(part) or [part]
        if len(found) > MOST_SERIALS:
            raise Refused([Problem("orders.serials_many", "serials", {"most": str(MOST_SERIALS)})])
    return tuple(found)


def _range(part: str) -> list[str]:
    """The serials from one to another; nothing where the part is a serial by itself."""
    match = _RANGE.fullmatch(part)
    if match is None:
        return []
    head, first, other, last = match.groups()
    if other not in ("", head) or len(first) != len(last):
        return []
    count = int(last) - int(first) + 1
    if count < 1 and not other:
        return []
    if count < 1 or count > MOST_SERIALS:
        params = {"text": part[:40], "most": str(MOST_SERIALS)}
        raise Refused([Problem("orders.serial_range", "serials", params)])
    return [f"{head}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
