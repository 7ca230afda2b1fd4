"""The guard at every door: what is kept for an order goes out for no other, be it picked, shipped or used up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from suyuan.capture.who import Who
from suyuan.governance.kernel import with_above
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import scaled, unscaled
from suyuan.ledger.bulk import is_postgres
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved
from suyuan.operations.shortage import amount_of
from suyuan.orders.amounts import item_keys
from suyuan.orders.reservations import IS_KEPT, Kept, kept_of
from suyuan.stock.queries import content, stock_of
from suyuan.stock.store import NOTHING, Held, wait_for


@dataclass(frozen=True, slots=True)
class Door:
    """What a command takes: lot or serial → how much in millionths, and the line that named it; what of it is kept for
    the orders it goes out for, and for others. `held`: the goods as they were taken, for `Plan.held`.
    """

    went: Mapping[bytes, int]
    fields: Mapping[bytes, str]
    mine: Sequence[Kept] = ()
    others: Sequence[Kept] = ()
    held: Held = NOTHING


def hold(goods: Resolved, more: Iterable[bytes] = ()) -> Held:
    """Wait for whoever moves these goods, and `more`, or keeps them for an order; what is asked afterwards is so until
    the end of the transaction. Marked is what is kept for orders.

    Two statements, and one a level of containers; on SQLite, where nobody else is inside a transaction, one in all.
    """
    wanted = {key16(name) for uri in goods.subjects for name in with_above(uri)} | set(more)
    boxes = [key16(thing.uri) for thing in goods.things if thing.container]
    rows = content(boxes) if boxes and is_postgres(connection) else []
    inside = {key for row in rows for key in (row.subject, row.item, row.lot) if key}
    return wait_for(wanted | inside, mark=IS_KEPT)


def at_door(
    goods: Resolved,
    warehouse: str,
    orders: Callable[[], Iterable[int]] = tuple,
    *,
    held: Held | None = None,
) -> Door:
    """`orders`: the ids of those that the goods go out for, asked where something is kept. `held`: the caller has taken
    the goods.

    One statement a level of containers, one where something is kept or may be; before them those of `hold`.
    """
    held = hold(goods) if held is None else held
    went, fields = dict[bytes, int](), dict[bytes, str]()
    for thing in goods.things:
        inside = [(row.subject, row.quantity) for row in content([key16(thing.uri)])] if thing.container else []
        for key, amount in inside or [(key16(uri), amount_of(thing)) for uri in thing.subjects]:
            went[key] = went.get(key, 0) + amount
            fields.setdefault(key, thing.field)
    kept = kept_of(warehouse, went) if held.marked or not went.keys() <= held.asked else []
    own = set(orders()) if kept else set()
    mine = [one for one in kept if one.order_id in own]
    return Door(went, fields, mine, [one for one in kept if one.order_id not in own], held)


def kept_problems(door: Door, warehouse: str) -> list[Problem]:
    """Goods that are kept for other orders and would be lacking there. One statement where any are."""
    if not door.others:
        return []
    promised: dict[bytes, list[Kept]] = {}
    for one in door.others:
        promised.setdefault(one.subject, []).append(one)
    owners = {(one.subject, one.owner) for one in door.others}
    here: dict[bytes, int] = {}
    for row in stock_of(promised, warehouse):
        if row.ours and (row.subject, row.owner) in owners:
            here[row.subject] = here.get(row.subject, 0) + row.quantity
    return [
        Problem(
            "operations.kept_for_others", door.fields[key],
            {"goods": kept[0].uri, "orders": ", ".join(dict.fromkeys(one.order for one in kept))},
        )
        for key, kept in promised.items()
        if here.get(key, 0) - door.went[key] < sum(one.quantity for one in kept)
    ]  # fmt: skip


# -- sums by item -----------------------------------------------------------------------------------------------------


def by_item(who: Who, loose: Iterable[tuple[bytes, int]], containers: Iterable[bytes] = ()) -> dict[str, Decimal]:
    """Item that goes on → how much: `loose` are ids of items in the ledger with millionths; and all that lies in these
    containers, asked by a statement a level.
    """
    items, boxes = item_keys(who.directory), set(containers)
    inside = [(row.item or row.subject, row.quantity) for row in content(boxes) if not row.container] if boxes else []
    found: dict[str, Decimal] = {}
    for key, amount in (*loose, *inside):
        if key in items:
            item = who.directory.kept(items[key])
            found[item] = found.get(item, Decimal(0)) + unscaled(amount)
    return found


def amounts_of(who: Who, goods: Resolved) -> dict[str, Decimal]:
    """Item → how much of it the lines name, with what is in containers; a tank is drawn from, not named as a whole."""
    loose = [
        (key16(thing.info.uri), scaled(thing.quantity))
        for thing in goods.things
        if thing.info is not None and thing.quantity is not None
    ]
    boxes = [key16(thing.uri) for thing in goods.things if thing.container and "/8004/" not in thing.uri]
    return by_item(who, loose, boxes)
