"""Lots as allocation sees them: what lies of each, and how much of that is kept for order lines. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from suyuan.gs1.quantities import scaled
from suyuan.ledger.keys import key16
from suyuan.operations.allocating import Lot
from suyuan.operations.fefo import is_part
from suyuan.orders.reservations import Kept
from suyuan.stock.queries import Placed
from suyuan.stock.states import State, strictest


def as_lots(rows: Iterable[Placed], kept: Iterable[Kept], came: Mapping[str, int]) -> list[Lot]:
    """The bins of a lot together. Pure."""
    by_lot: dict[tuple[str, str], list[Placed]] = {}
    for row in rows:
        by_lot.setdefault((row.uri, row.owner), []).append(row)
    promised: dict[tuple[str, bytes], list[Kept]] = {}
    for one in kept:
        promised.setdefault((one.uri, one.owner), []).append(one)
    return [
        _lot(uri, owner, bins, promised.get((uri, key_of(owner)), ()), came.get(uri))
        for (uri, owner), bins in by_lot.items()
    ]


def key_of(owner: str) -> bytes:
    """An owner as reservations have him: 16 zero bytes for ourselves."""
    return key16(owner) if owner else bytes(16)


def _lot(uri: str, owner: str, bins: Sequence[Placed], kept: Sequence[Kept], came: int | None) -> Lot:
    free = [row for row in bins if row.states == {State.IN_STOCK} and not is_part(row)]
    states = {state for row in bins for state in row.states} - {State.IN_STOCK}
    days = [row.expiry for row in bins if row.expiry is not None]
    return Lot(
        uri=uri,
        owner=owner,
        free=sum(scaled(row.quantity) for row in free),
        kept=sum(one.quantity for one in kept),
        kept_for=tuple(dict.fromkeys(one.order for one in kept)),
        state=strictest(states).value if states else "",
        expiry=min(days, default=None),
        produced=min((row.produced for row in bins if row.produced is not None), default=None),
        received=came,
        place=min(row.place for row in free or bins),
    )
