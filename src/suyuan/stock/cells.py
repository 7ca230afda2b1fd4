"""Stock added up: how much lies there by whatever a page puts together. One statement whatever the number of lots.

A cell is all that has the same key, unit and effective state. Zones are the catalog's affair: whoever wants them folds
the holders.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from msgspec import Struct

from suyuan.ledger.bulk import select_in
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.facts import PENDING, REJECTED
from suyuan.stock.past import LYING, stock_in_then
from suyuan.stock.queries import NOT_GONE, Stock
from suyuan.stock.states import EXPIRED_SQL, State, states_of, strictest
from suyuan.stock.whole import lying

DAY = 86_400_000_000  # microseconds
AGES = (30, 90, 180, 365)  # the last days of the groups of age; the rest lies longer


class By(StrEnum):
    """What stock may be put together by."""

    LOG = "log"
    HOLDER = "holder"
    ITEM = "item"
    LOT = "lot"
    SUBJECT = "subject"
    OWNER = "owner"
    STATUS = "status"
    AGE = "age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which goods: in these logs; of the items, of the lots (with their serials), these subjects; in these places and
    the containers there; in these holders themselves.

    None: all. `last`: expires on or before that ordinal day; `before`: has lain where it is since that microsecond or
    longer. `then`: as it was at the end of that microsecond, from the postings, which know no holds.
    """

    logs: Sequence[str]
    items: Sequence[bytes] | None = None
    lots: Sequence[bytes] | None = None
    places: Sequence[bytes] | None = None
    holders: Sequence[bytes] | None = None
    owner: bytes | None = None
    status: str = ""
    state: str = ""
    last: int | None = None
    before: int | None = None
    instances: bool = False
    packed: bool = False
    then: int | None = None

    @property
    def within(self) -> Sequence[bytes] | None:
        """The places or holders that the statement is given."""
        return self.holders if self.places is None else self.places

    @property
    def whole(self) -> bool:
        """All of some places or warehouses, and not goods or holders that are named."""
        return self.places is not None or (self.holders is None and self.items is None and self.lots is None)


class Cell(Struct, frozen=True, gc=False):
    """`key` in the order of what was asked for; amounts in millionths of `unit` and `second_unit`.

    `expiry` and `produced`: the earliest, as ordinal days; `since`: the longest there, in microseconds.
    """

    key: tuple[Any, ...]  # Any: keys of 16 bytes, texts, a number for the age
    unit: str
    second_unit: str
    state: str
    quantity: int
    second: int
    expiry: int | None
    produced: int | None
    since: int
    rows: int


_COLUMNS = {
    By.LOG: "b.log",
    By.HOLDER: "b.holder",
    By.ITEM: "COALESCE(s.item, b.subject)",
    By.LOT: "COALESCE(s.lot, b.subject)",
    By.SUBJECT: "b.subject",
    By.OWNER: "b.owner",
    By.STATUS: "b.status",
}
_NOW = "stock_balance b JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject"
_THEN = (
    "lying b JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject "
    "LEFT JOIN gone g ON g.log = b.log AND g.subject = b.holder"
)
_WHOLE = "lying b"  # its rows tell of their goods as well
# A block stands on the goods themselves, on their lot, on their item, or on the container around them; in any log.
_BLOCKED = (
    "blocked AS (SELECT subject FROM stock_subject WHERE NOT (blocks = '')), "
    "recalled AS (SELECT subject FROM stock_subject WHERE NOT (blocks = '') "
    "AND blocks LIKE '%%\"recalled\"%%')"
)
_UNDER = " OR ".join(f"{column} IN (SELECT subject FROM {{table}})" for column in (
    "b.subject", "s.lot", "s.item", "b.holder",
))  # fmt: skip


def cells(wanted: Wanted, by: Sequence[By], today: int, now: int) -> Iterator[Cell]:
    """How much lies there, by these in their order, one by one, since there may be as many as lots; `today` as ordinal
    day, `now` in microseconds.

    One statement, two where lots are named.
    """
    if wanted.within is not None and not wanted.within:
        return
    columns = "".join(f"{_AGE if one is By.AGE else _COLUMNS[one]}, " for one in by)
    asked: list[Any] = [now - days * DAY for one in by if one is By.AGE for days in AGES]
    state = _state(past=wanted.then is not None)
    begin, source, bound = _source(wanted)
    where, narrowed = _where(wanted)
    inner = (
        f"SELECT {columns}s.unit, s.second_unit, {state} AS state, SUM(b.quantity) AS quantity, "
        "SUM(b.second) AS second, MIN(s.expiry) AS expiry, MIN(s.produced) AS produced, MIN(b.since) AS since, "
        f"COUNT(*) AS many FROM {source} WHERE {where}"
    )
    group = " GROUP BY " + ", ".join(str(n + 1) for n in range(len(by) + 3))
    parameters: list[Any] = [*bound, *asked, today, *narrowed]
    if wanted.state:
        inner, parameters = f"{inner} AND {state} = %s", [*parameters, today, wanted.state]
    if source == _WHOLE:
        inner = re.sub(r"\bs\.", "b.", inner)
    with connection.cursor() as cursor:
        if wanted.within is None:
            cursor.execute(f"{begin}{inner}{group}", parameters)
            yield from (_cell(row, len(by)) for row in cursor)
        else:
            held = " AND b.holder {keys}" if source == _NOW else ""
            rows = select_in(cursor, f"{begin}{inner}{held}{group}", wanted.within, *parameters)
            yield from (_cell(row, len(by)) for row in rows)


_AGE = "CASE " + " ".join(f"WHEN b.since > %s THEN {n}" for n in range(len(AGES))) + f" ELSE {len(AGES)} END"


def _state(*, past: bool) -> str:
    """The effective state of a row as `states.effective_state` has it, in SQL, for whole tables; `%s`: today."""
    when = [] if past else [f"WHEN {_UNDER.format(table='recalled')} THEN '{State.RECALLED}'"]
    when.append(f"WHEN b.status = '{REJECTED}' THEN '{State.REJECTED}'")
    when += [] if past else [f"WHEN {_UNDER.format(table='blocked')} THEN '{State.HELD}'"]
    when.append(f"WHEN {EXPIRED_SQL} THEN '{State.EXPIRED}'")
    when.append(f"WHEN b.status = '{PENDING}' THEN '{State.PENDING}'")
    return f"CASE {' '.join(when)} ELSE '{State.IN_STOCK}' END"


def _source(wanted: Wanted) -> tuple[str, str, list[Any]]:
    """What begins the statement, what it reads from, and the parameters up to there: goods or holders that are named
    from what lies of them, anything else from the places inward.
    """
    past, logs = wanted.then is not None, wanted.logs
    if wanted.whole:
        inward = lying(_marks(logs), past=past, places=wanted.places is not None)
        bound = [wanted.then, *logs, *logs] if past else [*logs]
        return f"WITH RECURSIVE {'' if past else f'{_BLOCKED}, '}{inward} ", _WHOLE, bound
    if not past:
        return f"WITH {_BLOCKED} ", _NOW, []
    which, bound = _goods(wanted, "p.subject")
    which = f"p.log IN ({_marks(logs)}){which}"
    which += " AND p.holder {keys}" if wanted.holders is not None else ""
    return LYING.replace("{which}", which), _THEN, [wanted.then, *logs, *bound]


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    past = wanted.then is not None
    # What lies in a place is found by an index of what has a first quantity: a second never stands alone there.
    something = "(b.quantity > 0 OR b.second > 0)" if wanted.holders is None else "b.quantity > 0"
    log = "b.log" if wanted.holders is None else "b.log || ''"  # not by an index of the log, but by that of the place
    parts = [f"{log} IN ({_marks(wanted.logs)})", something, "b.kind IN (%s, %s)"]
    bound: list[Any] = [*wanted.logs, PLACE, PACKED]
    parts.append("s.container = 0")
    if not wanted.whole:
        parts.append("g.subject IS NULL" if past else NOT_GONE)
    narrow: list[tuple[str, Any]] = [
        ("b.owner = %s", wanted.owner),
        ("b.status = %s", wanted.status or None),
        ("s.expiry <= %s", wanted.last),
        ("b.since <= %s", wanted.before),
        ("s.instance = %s", 1 if wanted.instances else None),
        ("b.kind = %s", PACKED if wanted.packed else None),
    ]
    parts += [text for text, value in narrow if value is not None]
    bound += [value for _text, value in narrow if value is not None]
    which, more = _goods(wanted, "b.subject") if wanted.whole or not past else ("", [])
    return " AND ".join(parts) + which, bound + more


def _goods(wanted: Wanted, column: str) -> tuple[str, list[Any]]:
    """The subjects of the items and of the lots, each found by its index."""
    text, bound = "", list[Any]()
    for name, keys in (("item", wanted.items), ("lot", wanted.lots)):
        if keys is None:
            continue
        if not keys:
            return " AND 1 = 0", []
        logs, marks = _marks(wanted.logs), _marks(keys)
        # A serial's lot is found through its item: lots have no index of their own.
        items = keys if name == "item" else _items_of(keys)
        which = f"item IN ({_marks(items)})" if items else "1 = 0"
        which += f" AND lot IN ({marks})" if name == "lot" else ""
        text += (
            f" AND {column} IN (SELECT subject FROM stock_subject WHERE log IN ({logs}) AND {which} "
            f"UNION SELECT subject FROM stock_subject WHERE subject IN ({marks}))"
        )
        bound += [*wanted.logs, *items, *(keys if name == "lot" else ()), *keys]
    return text, bound


def _items_of(lots: Sequence[bytes]) -> list[bytes]:
    """The items of these lots. One statement."""
    with connection.cursor() as cursor:
        rows = select_in(
            cursor, "SELECT DISTINCT item FROM stock_subject WHERE item IS NOT NULL AND subject {keys}", lots
        )
    return [bytes(row[0]) for row in rows]


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _cell(row: Sequence[Any], width: int) -> Cell:
    unit, second_unit, state, quantity, second, expiry, produced, since, many = row[width:]
    key = tuple(bytes(one) if isinstance(one, memoryview | bytearray) else one for one in row[:width])
    return Cell(key, unit, second_unit, state, int(quantity), int(second), expiry, produced, since, int(many))


def cells_of(rows: Iterable[Stock], by: Sequence[By], today: int, now: int) -> list[Cell]:
    """The same of balances at hand, each a cell of its own; containers and what is not in our custody are left out."""
    key: Mapping[By, Callable[[Stock], object]] = {
        By.LOG: lambda row: row.log,
        By.HOLDER: lambda row: row.holder,
        By.ITEM: lambda row: row.item or row.subject,
        By.LOT: lambda row: row.lot or row.subject,
        By.SUBJECT: lambda row: row.subject,
        By.OWNER: lambda row: row.owner,
        By.STATUS: lambda row: row.status,
        By.AGE: lambda row: age_of(row.since, now),
    }
    return [
        Cell(
            tuple(key[one](row) for one in by),
            row.unit,
            row.second_unit,
            strictest(states_of(row.status, row.blocks.values(), row.expiry, today, row.kind)).value,
            row.quantity,
            row.second,
            row.expiry,
            row.produced,
            row.since,
            1,
        )
        for row in rows
        if row.ours and not row.container and (row.quantity > 0 or row.second > 0)
    ]


def age_of(since: int, now: int) -> int:
    """Which group of age: the number of those in AGES that it has outlived."""
    return next((n for n, days in enumerate(AGES) if since > now - days * DAY), len(AGES))


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn a lot is among the lots of its item that are free in a log, from 1, of so many."""

    fefo: int
    fifo: int
    of: int


_LOTS = (
    "SELECT b.log, COALESCE(s.lot, b.subject), s.item, s.expiry, s.produced, "
    "(SELECT MIN(p.at) FROM stock_posting p WHERE p.subject = b.subject AND p.log = b.log) "
    "FROM stock_subject s JOIN stock_balance b ON b.log = s.log AND b.subject = s.subject "
    f"WHERE s.log IN ({{logs}}) AND b.quantity > 0 AND b.kind IN (%s, %s) AND {NOT_GONE} AND s.container = 0 "
    "AND {state} = %s AND s.item {{keys}}"
)


def turns(logs: Sequence[str], items: Iterable[bytes], today: int) -> dict[tuple[str, bytes], Turn]:
    """(log, lot) → its turn, by expiry (then made, then come in) and by when it came in. One statement."""
    sql = f"WITH {_BLOCKED} {_LOTS.format(logs=_marks(logs), state=_state(past=False))}"
    with connection.cursor() as cursor:
        rows = select_in(cursor, sql, items, *logs, PLACE, PACKED, today, State.IN_STOCK.value)
    lots: dict[tuple[str, bytes], dict[bytes, tuple[int, int, int]]] = {}
    for log, lot, item, expiry, produced, came in rows:
        known = lots.setdefault((log, bytes(item)), {})
        seen = (_NEVER if expiry is None else expiry, _NEVER if produced is None else produced, came or 0)
        known[bytes(lot)] = min(known.get(bytes(lot), seen), seen)
    found: dict[tuple[str, bytes], Turn] = {}
    for (log, _item), known in lots.items():
        fifo = {lot: n for n, lot in enumerate(sorted(known, key=lambda lot: (known[lot][2], lot)), 1)}
        fefo = sorted(known, key=lambda lot: (*known[lot], lot))
        found |= {(log, lot): Turn(n, fifo[lot], len(known)) for n, lot in enumerate(fefo, 1)}
    return found


_NEVER = 10**7  # a day after all days


def containers_in(holders: Iterable[bytes], then: int | None = None) -> set[bytes]:
    """The containers in these places and containers, at any depth. A statement a level."""
    found: set[bytes] = set()
    frontier = set(holders)
    while frontier:
        frontier = _inside(frontier, then) - found
        found |= frontier
    return found


def _inside(holders: set[bytes], then: int | None) -> set[bytes]:
    if then is not None:
        return {row.subject for row in stock_in_then(holders, then) if row.container}
    sql = (
        "SELECT b.subject FROM stock_balance b JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject "
        "WHERE b.quantity > 0 AND s.container = 1 AND b.holder {keys}"
    )
    with connection.cursor() as cursor:
        return {bytes(row[0]) for row in select_in(cursor, sql, holders)}


def subjects_of(logs: Sequence[str], items: Sequence[bytes], most: int) -> list[bytes]:
    """The lots, serials and items of these items that were ever here, at most so many. One statement."""
    sql = (
        f"SELECT DISTINCT subject FROM stock_subject WHERE log IN ({_marks(logs)}) "
        f"AND (item IN ({_marks(items)}) OR subject IN ({_marks(items)})) LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*logs, *items, *items, most])
        return [bytes(row[0]) for row in cursor.fetchall()]
