"""What must have happened for the lines to be true: receipts ahead, shipments, returns. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from itertools import groupby

from suyuan.connectors.orders.lines import Line

BEFORE = "0"  # the lot of goods that came back without having been sold in this file


class Kind(StrEnum):
    """In the order in which movements of one moment take effect."""

    RECEIPT = "1-receipt"
    SHIPMENT = "2-shipment"
    RETURN = "3-return"


@dataclass(frozen=True, slots=True)
class Movement:
    """One event to come: `amounts` are (item, lot, pieces); `lines` are the rows behind it, 0 for a receipt."""

    at: datetime
    kind: Kind
    number: str
    customer: str
    amounts: tuple[tuple[str, str, int], ...]
    lines: int

    @property
    def order(self) -> tuple[datetime, Kind, str]:
        return (self.at, self.kind, self.number)


def sold_and_returned(lines: Iterable[Line]) -> list[Movement]:
    """Shipments and returns in the order of time: the same for the same lines, whatever their order."""
    sold, returned = _papers(lines)
    shipments = [_shipment(number, paper) for number, paper in sold.items()]
    shipments.sort(key=lambda movement: movement.order)
    returns = [_return(number, paper) for number, paper in returned.items()]
    return sorted([*shipments, *_with_lots(returns, shipments)], key=lambda movement: movement.order)


def with_receipts(movements: Iterable[Movement], standing: Collection[str] = ()) -> list[Movement]:
    """The same with receipts ahead of every shipment but those `standing`, whose receipts were recorded with them."""
    told = list(movements)
    new = [m for m in told if m.kind is Kind.SHIPMENT and m.number not in standing]
    return sorted([*receipts(new), *told], key=lambda movement: movement.order)


def weeks(movements: Iterable[Movement], size: int) -> Iterator[list[Movement]]:
    """Whole weeks, as many as make `size` movements: a week's receipts and shipments are never recorded apart."""
    batch: list[Movement] = []
    for _, week in groupby(movements, key=lambda movement: week_of(movement.at)):
        batch += week
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


@dataclass(slots=True)
class _Paper:
    """An invoice or credit note: its earliest time, its customer, its lines summed by item."""

    at: datetime
    customer: str
    amounts: Counter[str]
    lines: int = 0


def _papers(lines: Iterable[Line]) -> tuple[dict[str, _Paper], dict[str, _Paper]]:
    papers: tuple[dict[str, _Paper], dict[str, _Paper]] = ({}, {})
    for line in lines:
        paper = papers[line.back].setdefault(line.invoice, _Paper(line.at, line.customer, Counter()))
        paper.at = min(paper.at, line.at)
        paper.customer = paper.customer or line.customer
        paper.amounts[line.item] += line.quantity
        paper.lines += 1
    return papers


def week_of(at: datetime) -> str:
    """The ISO week, which is the lot of what is sold in it: 2010W48."""
    year, week, _ = at.isocalendar()
    return f"{year}W{week:02}"


def _shipment(number: str, paper: _Paper) -> Movement:
    lot = week_of(paper.at)
    amounts = tuple((item, lot, pieces) for item, pieces in sorted(paper.amounts.items()))
    return Movement(paper.at, Kind.SHIPMENT, number, paper.customer, amounts, paper.lines)


def _return(number: str, paper: _Paper) -> Movement:
    amounts = tuple((item, "", pieces) for item, pieces in sorted(paper.amounts.items()))
    return Movement(paper.at, Kind.RETURN, number, paper.customer, amounts, paper.lines)


def receipts(shipments: Iterable[Movement]) -> Iterator[Movement]:
    """One delivery a week for each range of items (codes that begin alike), as much as the week sells.

    It comes on the day of the first shipment, whose number makes its own unique.
    """
    ordered = sorted(shipments, key=lambda movement: movement.order)
    for lot, together in groupby(ordered, key=lambda movement: week_of(movement.at)):
        week = list(together)
        ranges: dict[str, Counter[str]] = defaultdict(Counter)
        for shipment in week:
            for item, _, pieces in shipment.amounts:
                ranges[range_of(item)][item] += pieces
        morning = datetime.combine(week[0].at.date(), time())
        for name, amounts in ranges.items():
            told = tuple((item, lot, pieces) for item, pieces in sorted(amounts.items()))
            yield Movement(morning, Kind.RECEIPT, f"{lot}-{name}-{week[0].number}", "", told, 0)


def range_of(item: str) -> str:
    return item[:3]


def _with_lots(returns: Iterable[Movement], shipments: Sequence[Movement]) -> Iterator[Movement]:
    """Goods that come back are those the customer got last; what he never got here he bought before the file begins."""
    waiting = sorted(returns, key=lambda movement: movement.order)
    wanted = {(r.customer, item) for r in waiting for item, _, _ in r.amounts}
    bought: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    coming = iter(shipments)
    shipment = next(coming, None)
    for back in waiting:
        while shipment is not None and shipment.at <= back.at:
            for item, lot, pieces in shipment.amounts:
                if (shipment.customer, item) in wanted:
                    bought[shipment.customer, item].append((lot, pieces))
            shipment = next(coming, None)
        parts: Counter[tuple[str, str]] = Counter()
        for item, _, pieces in back.amounts:
            for lot, part in taken(bought[back.customer, item], pieces):
                parts[item, lot] += part
        amounts = tuple((item, lot, pieces) for (item, lot), pieces in sorted(parts.items()))
        yield Movement(back.at, back.kind, back.number, back.customer, amounts, back.lines)


def taken(bought: list[tuple[str, int]], pieces: int) -> Iterator[tuple[str, int]]:
    """Pieces by lot, last bought first; `bought` keeps what is left."""
    while pieces and bought:
        lot, there = bought.pop()
        part = min(there, pieces)
        pieces -= part
        if there > part:
            bought.append((lot, there - part))
        yield lot, part
    if pieces:
        yield BEFORE, pieces
