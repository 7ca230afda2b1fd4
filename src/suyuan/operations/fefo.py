"""First expired, first out: which goods are free, which come first, and why. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from suyuan.catalog.directory import ItemInfo
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import scaled, unscaled
from suyuan.stock.queries import Placed
from suyuan.stock.states import State

REASONS = {
    "expires_first": N_("Expires first"),
    "made_first": N_("Same expiry date, made first"),
    "nearest": N_("Same dates, first bin on the way"),
    "no_expiry": N_("Does not expire: taken last"),
    "came_first": N_("Came or was made first"),
    "only_one": N_("The only one that fits"),
    "whole_line": N_("Has enough for the whole line"),
    "lot_wanted": N_("This lot is wanted"),
    "swapped": N_("Chosen by hand"),
}


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
    """Nothing forbids it, it is in our custody and no part of anything, and it will keep for as long as the item's rule
    asks.
    """
    if row.states != {State.IN_STOCK} or row.quantity <= 0 or is_part(row):
        return False
    least = info.min_remaining_days_dispatch or 0
    return row.expiry is None or row.expiry - delivery.toordinal() >= least


def is_part(row: Placed) -> bool:
    """Goods that are built into something with a serial number of its own."""
    return row.container is not None and identify(row.container).kind is Kind.SERIAL


def order_of(row: Placed) -> tuple[int, int, str, str]:
    """Expiry, then production date, then the way through the bins; no expiry last."""
    far = date.max.toordinal()
    return (row.expiry or far, row.produced or far, row.place, row.uri)


def reason_of(row: Placed, rest: Sequence[Placed]) -> str:
    """What put this row before the next one."""
    if row.expiry is None:
        return "no_expiry"
    following = rest[0] if rest else None
    if following is None or following.expiry != row.expiry:
        return "expires_first"
    return "made_first" if following.produced != row.produced else "nearest"
