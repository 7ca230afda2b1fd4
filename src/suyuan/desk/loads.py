"""What can be shipped: what is free of each lot and item, and which lot expires first. One statement per question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.figures import CUSTODY
from suyuan.desk.naming import Names, item_of
from suyuan.gs1.identifiers import Kind
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.stock.queries import Placed, on_hand
from suyuan.stock.states import FORBIDDEN, State
from suyuan.ui.things import Thing


@dataclass(frozen=True, slots=True)
class Load:
    """A lot, serial or container that a line names: what of it is here and free, and until when.

    `sooner` is a lot of the same item that should go first, since it expires earlier and is free.
    """

    thing: Thing
    free: Quantity
    here: Quantity
    expiry: date | None
    states: tuple[str, ...]
    sooner: "Load | None" = None

    @property
    def is_container(self) -> bool:
        return self.thing.kind == "container"


def loads(uris: Iterable[str], desk: Desk) -> dict[str, Load]:
    """What the lines of a dispatch name, by canonical URI, with the lots that should go first."""
    wanted = [uri for uri in dict.fromkeys(uris) if uri]
    items = {item for uri in wanted if (item := item_of(uri)) and item != uri}
    today = desk.today.toordinal()
    rows = on_hand(today, log=desk.warehouse, items=items, subjects=[uri for uri in wanted if not item_of(uri)])
    names = Names({*wanted, *(row.uri for row in rows)}, desk.language)
    every = {
        uri: _load(uri, [row for row in rows if row.uri == uri], names) for uri in {*wanted, *(r.uri for r in rows)}
    }
    return {uri: _with_sooner(every[uri], every.values()) for uri in wanted}


def first_to_expire(item: str, desk: Desk) -> Load | None:
    """The lot of an item that goes first: free, here, first to expire; no expiry goes last."""
    rows = on_hand(desk.today.toordinal(), log=desk.warehouse, items=directory().family(item))
    names = Names({row.uri for row in rows}, desk.language)
    found = [_load(uri, [row for row in rows if row.uri == uri], names) for uri in {row.uri for row in rows}]
    return min((load for load in found if load.free.amount), key=_order, default=None)


def _load(uri: str, rows: Sequence[Placed], names: Names) -> Load:
    here = [row for row in rows if row.kind in CUSTODY]
    free = [row for row in here if not row.states & FORBIDDEN["ship"]]
    unit = next((row.unit for row in rows if row.unit), COUNT)
    expiry = min((row.expiry for row in rows if row.expiry is not None), default=None)
    return Load(
        thing=names.thing(uri),
        free=Quantity(sum((row.quantity for row in free), start=Decimal(0)), unit),
        here=Quantity(sum((row.quantity for row in here), start=Decimal(0)), unit),
        expiry=date.fromordinal(expiry) if expiry is not None else None,
        states=tuple(sorted({state.value for row in here for state in row.states} - {State.IN_STOCK.value})),
    )


def _order(load: Load) -> tuple[date, str]:
    return (load.expiry or date.max, load.thing.uri)


def _with_sooner(load: Load, every: Iterable[Load]) -> Load:
    item = item_of(load.thing.uri)
    if load.expiry is None or load.thing.kind != Kind.LOT.value:
        return load
    rivals = [other for other in every if item_of(other.thing.uri) == item and other.free.amount and other.expiry]
    first = min(rivals, key=_order, default=None)
    if first is None or first.expiry is None or first.expiry >= load.expiry:
        return load
    return replace(load, sooner=first)
