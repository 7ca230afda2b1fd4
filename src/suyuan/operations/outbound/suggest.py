"""FEFO: which lots to take, and why each. A question, no command; nothing is reserved by asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.gs1.quantities import scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.fefo import is_free, less_kept, order_of, reason_of
from suyuan.operations.lines import find_item
from suyuan.orders.reservations import kept_of
from suyuan.stock.queries import Placed, on_hand


@dataclass(frozen=True, slots=True)
class Allocation:
    """Take `quantity` base units of `uri` from `place` (inside `container`, if any); `reason` one of `fefo`."""

    uri: str
    place: str
    container: str | None
    quantity: Decimal
    unit: str
    expiry: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to take, and how much is lacking."""

    allocations: tuple[Allocation, ...]
    missing: Decimal


def suggest(
    who: Who,
    warehouse: str,
    item: str,
    quantity: Decimal,
    *,
    today: date,
    delivery: date | None = None,
    owner: str = "",
) -> Suggestion:
    """Goods of one item for an order: within owner and released status, what is free and keeps long enough.

    `delivery`: the day on which the customer has it, default today. What is kept for orders is left out. Four or five
    statements.
    """
    found = find_item(who.directory, item)
    if found is None:
        return Suggestion((), quantity)
    info = who.directory.items[found[1].item]
    items = who.directory.family(info.uri)
    rows = [row for row in on_hand(today.toordinal(), log=warehouse, items=items) if row.owner == owner]
    free = [row for row in rows if is_free(row, info, delivery or today)]
    away: dict[str, int] = {}
    for kept in kept_of(warehouse, {key16(row.uri) for row in free}):
        away[kept.uri] = away.get(kept.uri, 0) + kept.quantity
    return allocate(less_kept(free, away), quantity)


def allocate(rows: Sequence[Placed], quantity: Decimal) -> Suggestion:
    """Take from the rows in their order until it is enough. Pure."""
    left = scaled(quantity)
    taken: list[Allocation] = []
    ordered = sorted(rows, key=order_of)
    for n, row in enumerate(ordered):
        if left <= 0:
            break
        part = min(left, scaled(row.quantity))
        left -= part
        expiry = date.fromordinal(row.expiry) if row.expiry is not None else None
        why = reason_of(row, ordered[n + 1 :])
        taken.append(Allocation(row.uri, row.place, row.container, unscaled(part), row.unit, expiry, why))
    return Suggestion(tuple(taken), unscaled(max(left, 0)))
