"""FEFO: which lots to take, and why each. A question, no command; nothing is reserved by asking."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from suyuan.capture.who import Who
from suyuan.catalog.directory import ItemInfo
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import scaled, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.lines import find_item
from suyuan.orders.reservations import kept_of
from suyuan.stock.queries import Placed, on_hand
from suyuan.stock.states import State

REASONS = {
    "expires_first": N_("Expires first"),
    "made_first": N_("Same expiry date, made first"),
    "nearest": N_("Same dates, first bin on the way"),
    "no_expiry": N_("Does not expire: taken last"),
}


@dataclass(frozen=True, slots=True)
class Allocation:
    """Take `quantity` base units of `uri` from `place` (inside `container`, if any); `reason` is a key of REASONS."""

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


def less_kept(rows: Iterable[Placed], away: Mapping[str, int]) -> list[Placed]:
    """The rows without what is kept for others of each lot, in millionths: the bins that come last are theirs. Pure."""
    left = dict(away)
    found = []
    for row in sorted(rows, key=order_of, reverse=True):
        part = min(left.get(row.uri, 0), scaled(row.quantity))
        left[row.uri] = left.get(row.uri, 0) - part
        if scaled(row.quantity) > part:
            found.append(msgspec.structs.replace(row, quantity=unscaled(scaled(row.quantity) - part)) if part else row)
    return found


def is_free(row: Placed, info: ItemInfo, delivery: date) -> bool:
    """Nothing forbids it, it is in our custody, and it will keep for as long as the item's rule asks."""
    if row.states != {State.IN_STOCK} or row.quantity <= 0:
        return False
    least = info.min_remaining_days_dispatch or 0
    return row.expiry is None or row.expiry - delivery.toordinal() >= least


def order_of(row: Placed) -> tuple[int, int, str, str]:
    """Expiry, then production date, then the way through the bins; no expiry last."""
    far = date.max.toordinal()
    return (row.expiry or far, row.produced or far, row.place, row.uri)


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


def reason_of(row: Placed, rest: Sequence[Placed]) -> str:
    """What put this row before the next one."""
    if row.expiry is None:
        return "no_expiry"
    following = rest[0] if rest else None
    if following is None or following.expiry != row.expiry:
        return "expires_first"
    return "made_first" if following.produced != row.produced else "nearest"
