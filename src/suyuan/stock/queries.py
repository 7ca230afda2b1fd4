"""What is asked of the stock: set by set, a fixed number of statements whatever the number of lots."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from msgspec import Struct

from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.book import PACKED, PLACE, Subject
from suyuan.stock.facts import CONTAINER
from suyuan.stock.states import State, states_of, strictest

MOST = 5000
_FROM = "FROM stock_balance b JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject"
_SOMETHING = "(b.quantity > 0 OR b.second > 0)"
AWAY = "('transit', 'delivery', 'party')"
# Goods in a container that has left are gone with it, whatever their own row says: the outermost one counts.
NOT_GONE = (
    "(NOT (b.kind = 'container') OR NOT EXISTS (WITH RECURSIVE outward(holder, kind) AS ("
    "SELECT c.holder, c.kind FROM stock_balance c WHERE c.log = b.log AND c.subject = b.holder AND c.quantity > 0 "
    "UNION SELECT d.holder, d.kind FROM outward o JOIN stock_balance d "
    "ON d.log = b.log AND d.subject = o.holder AND d.quantity > 0 WHERE o.kind = 'container') "
    f"SELECT 1 FROM outward WHERE kind IN {AWAY}))"
)
IN_HOUSE = f"b.kind IN ('place', 'container') AND {NOT_GONE}"
# What in a log (`%s`, twice) is under a block on itself, its lot or its item. The blocked row may stand in another log;
# a serial's lot is found through its item, since lots have no index of their own. NOT (… = …) and not <>: SQLite uses a
# partial index only for the condition that it was made with.
UNDER_BLOCK = (
    "SELECT u.subject FROM stock_subject u WHERE u.log = %s AND NOT (u.blocks = '') UNION "
    "SELECT u.subject FROM stock_subject held CROSS JOIN stock_subject u WHERE NOT (held.blocks = '') "
    "AND held.container = 0 AND held.instance = 0 AND u.log = %s AND u.item = COALESCE(held.item, held.subject) "
    "AND (held.item IS NULL OR u.lot = held.subject)"
)
_COLUMNS = (
    "b.log, b.subject, b.holder, b.owner, b.receipt, b.status, b.quantity, b.second, b.since, b.kind, "
    "s.unit, s.second_unit, s.expiry, s.produced, s.blocks, s.item, s.lot, s.instance, s.container, "
    f"CASE WHEN {NOT_GONE} THEN 0 ELSE 1 END"
)
_ZERO = Decimal(0)
_NO_BLOCKS: Mapping[bytes, str] = {}


class Stock(Struct, frozen=True, gc=False):
    """One balance that holds something. Amounts in millionths, dates as ordinal days, `blocks`: id → disposition.

    `gone`: it lies in a container that has left, or in one in such a container.
    """

    log: str
    subject: bytes
    holder: bytes
    owner: bytes
    receipt: bytes
    status: str
    quantity: int
    second: int
    since: int
    kind: str
    unit: str
    second_unit: str
    expiry: int | None
    produced: int | None
    blocks: Mapping[bytes, str]
    item: bytes | None
    lot: bytes | None
    instance: bool
    container: bool
    gone: bool

    @property
    def amount(self) -> Decimal:
        return unscaled(self.quantity)

    @property
    def ours(self) -> bool:
        """In our custody: in a place, or in a container that stands in one; not under way and not with a customer."""
        return self.kind in (PLACE, PACKED) and not self.gone


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a subject, over all logs: dates as ordinal days, `blocks` id → disposition."""

    subject: bytes
    unit: str = ""
    expiry: int | None = None
    produced: int | None = None
    blocks: Mapping[bytes, str] = field(default_factory=dict)
    item: bytes | None = None
    lot: bytes | None = None
    container: bool = False


def stock_of(subjects: Iterable[bytes], log: str | None = None) -> list[Stock]:
    """What lies where of these subjects, in one log or all. One statement."""
    where, parameters = ("b.log = %s AND ", [log]) if log else ("", [])
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE {where}{_SOMETHING} AND b.subject {{keys}}"
    return _stock(sql, subjects, parameters)


def stock_of_items(items: Iterable[bytes], log: str | None = None) -> list[Stock]:
    """What lies where of any lot or serial of these items, and of the items themselves where they have no lots."""
    where, parameters = ("b.log = %s AND ", [log]) if log else ("", [])
    wanted = list(items)
    lots = f"SELECT {_COLUMNS} {_FROM} WHERE {where}{_SOMETHING} AND s.item {{keys}}"
    return [*_stock(lots, wanted, parameters), *stock_of(wanted, log)]


def stock_in(holders: Iterable[bytes], log: str | None = None) -> list[Stock]:
    """What lies in these places or containers themselves (not in containers inside them)."""
    where, parameters = ("b.log = %s AND ", [log]) if log else ("", [])
    # Rows whose first unit is empty are found through their subject only: a second unit never stands alone in a bin.
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE {where}b.quantity > 0 AND b.holder {{keys}}"
    return _stock(sql, holders, parameters)


def content(containers: Iterable[bytes]) -> list[Stock]:
    """Everything in these containers, at any depth. A statement a level."""
    found: list[Stock] = []
    seen: set[bytes] = set()
    frontier = set(containers)
    while frontier:
        seen |= frontier
        inside = stock_in(frontier)
        found += inside
        frontier = {row.subject for row in inside if row.container} - seen
    return found


def about(subjects: Iterable[bytes]) -> dict[bytes, About]:
    """What is known of these subjects. One statement."""
    columns = "subject, unit, expiry, produced, blocks, item, lot, container"
    rows = _rows(f"SELECT {columns} FROM stock_subject WHERE subject {{keys}}", subjects)
    return _over_all_logs(
        About(subject, unit, expiry, produced, _blocks(blocks), item, lot, bool(container))
        for subject, unit, expiry, produced, blocks, item, lot, container in rows
    )


def as_taken(rows: Mapping[tuple[str, bytes], Subject]) -> dict[bytes, About]:
    """The same of subjects that the transaction has taken: (log, subject) → how it stands there."""
    return _over_all_logs(
        About(subject, row.unit, row.expiry, row.produced, row.blocks, row.item, row.lot, row.container)
        for (_log, subject), row in rows.items()
    )


def _over_all_logs(rows: Iterable[About]) -> dict[bytes, About]:
    found: dict[bytes, About] = {}
    for row in rows:
        old = found.get(row.subject)
        found[row.subject] = row if old is None else _both(old, row)
    return found


def _both(old: About, new: About) -> About:
    return About(
        new.subject,
        new.unit or old.unit,
        _earlier(new.expiry, old.expiry),
        new.produced if new.produced is not None else old.produced,
        {**old.blocks, **new.blocks},
        new.item or old.item,
        new.lot or old.lot,
        new.container,
    )


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((day for day in (one, other) if day is not None), default=None)


Find = Callable[[Iterable[bytes]], Sequence[Stock]]


def roots(containers: Iterable[bytes], find: Find = stock_of) -> dict[bytes, Stock]:
    """Container → the balance of the outermost container around it: where it stands. A statement a level; `find` asks
    where subjects are.
    """
    at: dict[bytes, Stock] = {}
    todo = dict.fromkeys(containers)
    while todo:
        found = {row.subject: row for row in find(todo)}
        at |= found
        todo = dict.fromkeys(row.holder for row in found.values() if row.kind == PACKED and row.holder not in at)
    return {container: _outermost(container, at) for container in list(at)}


def _outermost(container: bytes, at: Mapping[bytes, Stock]) -> Stock:
    row, seen = at[container], {container}
    while row.kind == PACKED and row.holder in at and row.holder not in seen:
        seen.add(row.holder)
        row = at[row.holder]
    return row


class Placed(Struct, frozen=True, gc=False):
    """A balance for a page or an answer: URIs instead of ids; `place` is where the outermost container stands."""

    log: str
    uri: str
    place: str
    container: str | None
    owner: str
    quantity: Decimal
    unit: str
    second: Decimal
    second_unit: str
    status: str
    state: State
    states: frozenset[State]
    kind: str
    expiry: int | None
    produced: int | None
    receipt: str
    since: int


def placed(rows: Sequence[Stock], today: int, *, find: Find | None = None) -> list[Placed]:
    """Balances with names, effective state and outermost place. `today` as ordinal day in the site's zone.

    A block on a lot or item covers its serials and lots; one on a container covers what is in it. Of the past, which
    `find` asks of where containers were, holds are not known.
    """
    packed = {row.holder for row in rows if row.kind == PACKED}
    outer = roots(packed, find or stock_of) if packed else {}
    above = {row.item for row in rows if row.item} | {row.lot for row in rows if row.lot} | packed
    over = {key: held for key, held in about(above).items() if held.blocks} if above and find is None else {}
    wanted = {row.subject for row in rows} | {row.holder for row in rows} | {row.owner for row in rows}
    uris = uris_of(wanted | {row.holder for row in outer.values()})
    judged: dict[object, tuple[State, frozenset[State]]] = {}
    amounts: dict[int, Decimal] = {}
    found = []
    # Of 10,000 lots few differ in place, amount or what is judged, so that each of these is worked out once.
    for row in rows:
        root = outer.get(row.holder) if row.kind == PACKED else None
        holder, kind = (root.holder, root.kind) if root else (row.holder, row.kind)
        blocks = (*row.blocks.values(), *_blocks_above(row, over)) if row.blocks or over else ()
        asked = (row.status, row.expiry, kind, blocks)
        state = judged.get(asked)
        if state is None:
            states = states_of(row.status, blocks, row.expiry, today, kind)
            state = judged[asked] = strictest(states), states
        amount = amounts.get(row.quantity)
        if amount is None:
            amount = amounts[row.quantity] = unscaled(row.quantity)
        found.append(
            Placed(
                row.log,
                uris.get(row.subject) or row.subject.hex(),
                uris.get(holder) or holder.hex(),
                (uris.get(row.holder) or row.holder.hex()) if row.kind == PACKED else None,
                uris.get(row.owner, ""),
                amount,
                row.unit,
                unscaled(row.second) if row.second else _ZERO,
                row.second_unit,
                row.status,
                state[0],
                state[1],
                kind,
                row.expiry,
                row.produced,
                row.receipt.hex(),
                row.since,
            )
        )
    return found


def _blocks_above(row: Stock, over: Mapping[bytes, About]) -> list[str]:
    """What stands on its lot, its item, and the container around it."""
    found: list[str] = []
    for key in (row.lot, row.item, row.holder):
        if key is not None and key in over:
            found += over[key].blocks.values()
    return found


def on_hand(
    today: int, *, log: str | None = None, items: Iterable[str] = (), subjects: Iterable[str] = ()
) -> list[Placed]:
    """Where goods are, by canonical URI of items or of lots, serials and containers. Containers themselves are left out
    of an item's answer, not of their own."""
    by_item, by_subject = [key16(uri) for uri in items], [key16(uri) for uri in subjects]
    rows = stock_of_items(by_item, log) if by_item else []
    rows += stock_of(by_subject, log) if by_subject else []
    return placed(rows, today)


def where(subject: str, today: int) -> list[Placed]:
    """Where one lot, serial or container is now, in every log; under way and with customers included."""
    return on_hand(today, subjects=[subject])


def lot_states(subjects: Iterable[str], today: int) -> dict[str, frozenset[State]]:
    """Every state in which something of each subject is, by URI; blocked subjects without stock have the block's."""
    wanted = list(dict.fromkeys(subjects))
    found: dict[str, set[State]] = {uri: set() for uri in wanted}
    for row in on_hand(today, subjects=wanted):
        found[row.uri] |= row.states
    known = about(key16(uri) for uri in wanted)
    for uri in wanted:
        held = known.get(key16(uri))
        if held is not None and held.blocks and not found[uri]:
            found[uri] |= states_of(CONTAINER, held.blocks.values(), None, today, PLACE) - {State.IN_STOCK}
    return {uri: frozenset(states) for uri, states in found.items()}


def lot_state(subject: str, today: int) -> State | None:
    """The strictest state of a subject; None where nothing of it is anywhere and nothing blocks it."""
    states = lot_states([subject], today)[subject]
    return strictest(states) if states else None


def near_expiry(log: str, until: int, today: int, limit: int = 200) -> list[Placed]:
    """What is in our custody in a log and expires on or before the day `until` (ordinal), soonest first."""
    sql = (
        f"SELECT {_COLUMNS} FROM stock_subject s JOIN stock_balance b ON b.log = s.log AND b.subject = s.subject "
        f"WHERE s.log = %s AND s.expiry IS NOT NULL AND s.expiry <= %s AND {_SOMETHING} "
        f"AND b.kind IN (%s, %s) AND {NOT_GONE} ORDER BY s.expiry, s.subject LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [log, until, PLACE, PACKED, limit])
        rows = _rows_as_stock(cursor.fetchall())
    return placed(rows, today)


def of_status(log: str, status: str, today: int, limit: int = 200) -> list[Placed]:
    """What lies in a log in one quality status (pending: what waits for its inspection), the longest waiting first."""
    sql = (
        f"SELECT {_COLUMNS} {_FROM} WHERE b.log = %s AND b.status = %s AND {_SOMETHING} "
        f"AND b.kind IN (%s, %s) AND {NOT_GONE} ORDER BY b.since, b.subject LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [log, status, PLACE, PACKED, limit])
        rows = _rows_as_stock(cursor.fetchall())
    return placed(rows, today)


def blocked(log: str, today: int, limit: int = 200) -> list[Placed]:
    """What lies in a log under a block of its own, its lot or its item."""
    sql = (
        f"SELECT {_COLUMNS} FROM stock_subject s CROSS JOIN stock_balance b WHERE b.log = s.log "
        f"AND b.subject = s.subject AND s.log = %s AND s.subject IN ({UNDER_BLOCK}) AND {_SOMETHING} "
        "ORDER BY s.subject LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [log, log, log, limit])
        rows = _rows_as_stock(cursor.fetchall())
    return placed(rows, today)


def uris_of(keys: Iterable[bytes]) -> dict[bytes, str]:
    """The URIs behind ids. One statement."""
    return dict(_rows("SELECT DISTINCT id, uri FROM ledger_identifier WHERE id {keys}", keys))


def _stock(sql: str, keys: Iterable[bytes], parameters: Sequence[object]) -> list[Stock]:
    return _rows_as_stock(_rows(sql, keys, *parameters))


def _rows_as_stock(rows: Iterable[tuple[Any, ...]]) -> list[Stock]:
    """Rows of _COLUMNS. One comprehension, since of 10,000 rows a call each is what costs; both drivers give bytes."""
    return [
        Stock(
            log, subject, holder, owner, receipt, status, quantity, second, since, kind, unit, second_unit, expiry,
            produced, _blocks(blocks) if blocks else _NO_BLOCKS, item, lot, instance != 0, container != 0,
            gone != 0,
        )
        for (
            log, subject, holder, owner, receipt, status, quantity, second, since, kind, unit, second_unit, expiry,
            produced, blocks, item, lot, instance, container, gone,
        ) in rows
    ]  # fmt: skip


def _rows(sql: str, keys: Iterable[bytes], *parameters: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return select_in(cursor, sql, keys, *parameters)


def _blocks(text: str) -> dict[bytes, str]:
    return {bytes.fromhex(key): disposition for key, disposition in json.loads(text).items()} if text else {}
