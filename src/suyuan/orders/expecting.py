"""A delivery that is announced, whoever announced it, and how much of it is here. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

NOTHING = Decimal(0)
NOTICE, EVENT = "notice", "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLine:
    """Goods that are announced. `item` and `container` are URIs, `container` the innermost one; `quantity` and `done`
    (how much of it is here) in base units of the item; `weight` in kilograms, of goods that are counted and weighed.
    Without an item it is a container whose content nobody told.
    """

    item: str = ""
    item_code: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    produced: date | None = None
    expiry: date | None = None
    quantity: Decimal = NOTHING
    unit: str = ""
    weight: Decimal = NOTHING
    container: str = ""
    done: Decimal = NOTHING
    arrived: bool = False  # the container it is in, or each of its serials, was seen here

    @property
    def open(self) -> Decimal:
        """What is still to come."""
        return NOTHING if self.arrived else max(self.quantity - self.done, NOTHING)

    @property
    def is_here(self) -> bool:
        return self.arrived or (self.quantity > 0 and self.done >= self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A delivery that is announced. `number` and `uri` of its despatch advice, empty where it has none; `supplier` and
    `orders` are URIs, `order_numbers` those of orders of ours; `containers` the outermost ones.

    `source`: ``notice`` for a row, whose key `key` is, ``event`` for what a partner sent: the record's id.
    """

    source: str
    key: str
    number: str
    uri: str
    warehouse: str
    supplier: str
    supplier_code: str
    expected: date | None = None
    shipped: datetime | None = None
    carrier: str = ""
    orders: tuple[str, ...] = ()
    order_numbers: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    lines: tuple[ExpectedLine, ...] = ()

    @property
    def is_here(self) -> bool:
        return bool(self.lines) and all(line.is_here for line in self.lines)

    @property
    def percent(self) -> int:
        """How many of its lines are here, in percent."""
        return 100 * sum(line.is_here for line in self.lines) // len(self.lines) if self.lines else 0

    def speaks_of(self, name: str) -> bool:
        """Is this its number, one of its orders, or something in it? `name`: a canonical URI, or a text as typed."""
        folded = name.strip().casefold()
        texts = (self.number, self.uri, *self.orders, *self.order_numbers, *self.containers)
        if folded in map(str.casefold, texts):
            return True
        return any(folded in map(str.casefold, (line.container, *line.serials)) for line in self.lines)


Came = Mapping[tuple[str, str], Decimal]  # (item, lot number) → how much came under one paper


def filled(lines: Sequence[ExpectedLine], came: Came) -> tuple[ExpectedLine, ...]:
    """The lines with what is here of each: a lot fills the lines that name it, then those of its item without lot; what
    an item has in other lots fills what is left, in the order of the lines.
    """
    left = {pair: amount for pair, amount in came.items() if amount > 0}
    found = list(lines)
    for turn in (_same_lot, _no_lot, _any_lot):
        for n, line in enumerate(found):
            for pair in [pair for pair in left if turn(line, pair)]:
                taken = min(left[pair], max(line.quantity - line.done, NOTHING))
                left[pair] -= taken
                line = found[n] = replace(line, done=line.done + taken)
    return tuple(found)


def _same_lot(line: ExpectedLine, pair: tuple[str, str]) -> bool:
    return bool(line.lot) and (line.item, line.lot) == pair


def _no_lot(line: ExpectedLine, pair: tuple[str, str]) -> bool:
    return not line.lot and line.item == pair[0]


def _any_lot(line: ExpectedLine, pair: tuple[str, str]) -> bool:
    return line.item == pair[0]


def in_order(found: Iterable[Expected]) -> list[Expected]:
    """The earliest first; those without a day after them, by when they were sent."""
    return sorted(
        found,
        key=lambda one: (one.expected or date.max, one.shipped.timestamp() if one.shipped else 0, one.number, one.key),
    )
