"""The stock tables as the projector sees them: set-based statements on Django's own connection."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.ledger.bulk import FEW_KEYS, Table, by_index, insert, insert_all, insert_returning, is_postgres, select_in
from suyuan.ledger.keys import ZERO16
from suyuan.stock.book import NEVER, Key, Posting, Row, Subject
from suyuan.stock.changes import Changes, Found, Place
from suyuan.stock.facts import Fact
from suyuan.stock.scope import Logs, Scope

SUBJECT = Table(
    "stock_subject",
    log="text",
    subject="key",
    instance="small",
    container="small",
    item="key",
    lot="key",
    unit="text",
    second_unit="text",
    expiry="mid",
    produced="mid",
    blocks="text",
    last_at="int",
    last_sequence="mid",
    last_recorded="int",
    last_record="key",
)
BALANCE = Table(
    "stock_balance",
    log="text",
    subject="key",
    holder="key",
    owner="key",
    receipt="key",
    status="text",
    quantity="int",
    second="int",
    since="int",
    kind="text",
)
# In the order of `book.Posting`, which is inserted as it is.
POSTING = Table(
    "stock_posting",
    log="text",
    record="key",
    subject="key",
    number="small",
    at="int",
    holder="key",
    owner="key",
    receipt="key",
    status="text",
    quantity="int",
    second="int",
    counterpart="key",
)

_LATER = (
    "(excluded.last_at, excluded.last_sequence, excluded.last_recorded, excluded.last_record) > "
    "(stock_subject.last_at, stock_subject.last_sequence, stock_subject.last_recorded, stock_subject.last_record)"
)


def _latest(column: str) -> str:
    return f"{column} = CASE WHEN {_LATER} THEN excluded.{column} ELSE stock_subject.{column} END"


# Locks the rows and answers what stood before, of a new subject what the events say of it: one round trip where
# select-for-update and an upsert would be two, and no gap in which another writer could insert the same subject.
_TAKE = (
    "ON CONFLICT (subject, log) DO UPDATE SET "
    "previous_at = stock_subject.last_at, previous_sequence = stock_subject.last_sequence, "
    "previous_recorded = stock_subject.last_recorded, previous_record = stock_subject.last_record, "
    + ", ".join(_latest(column) for column in ("last_at", "last_sequence", "last_recorded", "last_record"))
)
_TAKEN = (
    "log, subject, instance, container, item, lot, unit, second_unit, expiry, produced, blocks, "
    "previous_at, previous_sequence, previous_recorded, previous_record"
)
_PREVIOUS = _TAKEN.split(", ").index("previous_at")  # of a row that is new there was no event before
_STANDING = _TAKEN.replace("previous_", "last_")
_OVERWRITE = "ON CONFLICT (subject, log) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in SUBJECT.columns if column not in ("log", "subject")
)
_LEARN = "UPDATE stock_subject SET expiry = %s, produced = %s, blocks = %s WHERE subject = %s"
_NOW_HOLDS = (
    "ON CONFLICT (subject, log, holder, owner, receipt, status) DO UPDATE SET "
    "quantity = excluded.quantity, second = excluded.second, since = excluded.since, kind = excluded.kind"
)
_BALANCE = "log, subject, holder, owner, receipt, status, quantity, second, since, kind"

_HOLDS = "(quantity > 0 OR second > 0)"
_UNDER_WAY = "kind IN ('transit', 'delivery')"
# In a container that went away before the moment in question: delivered with it, and no longer ours to take.
_GONE = (
    "EXISTS (SELECT 1 FROM stock_balance o WHERE o.subject = stock_balance.holder AND o.quantity > 0 "
    "AND o.kind IN ('delivery', 'party')) "
    "AND NOT EXISTS (SELECT 1 FROM stock_subject c WHERE c.subject = stock_balance.holder AND c.last_at >= %s)"
)
_POSTED = ", ".join(POSTING.columns)

FEW = 100
FactsAbout = Callable[[Iterable[bytes], int | None], list[Fact]]
Raw = tuple[Any, ...]  # Any: what a driver returns


@dataclass(frozen=True, slots=True)
class Held:
    """What this transaction has taken already: the subjects that it asked for, their rows in every log, and those that
    have the mark which it asked for.
    """

    asked: frozenset[bytes] = frozenset()
    rows: Mapping[Place, Subject] = field(default_factory=dict)
    marked: frozenset[bytes] = frozenset()


NOTHING = Held()


class TableStore:
    """`project`'s store in the database. `facts_about` reads the ledger; the floor that can turn bodies into facts
    provides it.
    """

    def __init__(
        self, cursor: CursorWrapper, warehouses: frozenset[str], facts_about: FactsAbout, held: Held = NOTHING
    ) -> None:
        self.cursor = cursor
        self.warehouses = warehouses
        self.facts_about = facts_about
        self.held = held

    def lock(self, wanted: Mapping[Place, Subject]) -> dict[Place, Subject]:
        # Always in the order of the key, so that two writers never wait for each other in a ring.
        rows = [_subject_row(place, wanted[place]) for place in sorted(wanted, key=lambda place: place[::-1])]
        if self.held.rows.keys() >= wanted.keys():  # what they were is known, so that nobody waits for the answer
            insert(self.cursor, SUBJECT, rows, _TAKE)
            return {place: self.held.rows[place] for place in wanted}
        self.held = NOTHING  # one is new: somebody else may have brought it into being since, and rows beside it
        taken = insert_returning(self.cursor, SUBJECT, rows, _TAKE, _TAKEN)
        return dict(_subject(row) for row in taken if row[_PREVIOUS] is not None)

    def subjects(self, subjects: Iterable[bytes], logs: Logs) -> dict[Place, Subject]:
        wanted = set(subjects)
        if not wanted:
            return {}
        names = self._names(logs)
        if self.held.asked >= wanted:
            return {place: row for place, row in self.held.rows.items() if place[0] in names and place[1] in wanted}
        sql = f"SELECT {_STANDING} FROM stock_subject WHERE {_within(names)} AND subject {{keys}}"
        lock = " ORDER BY subject, log FOR UPDATE" if is_postgres(self.cursor.db) else ""
        found = select_in(self.cursor, sql, sorted(wanted), *names, suffix=lock)
        return dict(map(_subject, found))

    def all_rows(self, subjects: Iterable[bytes], logs: Logs, *, emptied: bool = False) -> Found:
        wanted = set(subjects)
        if not wanted:
            return []
        names = self._names(logs)
        sql = self._balances(("" if emptied else f"{_HOLDS} AND ") + _within(names))
        return [_balance(row) for row in select_in(self.cursor, sql, wanted, *names)]

    def near_rows(self, scope: Scope) -> Found:
        logs, holders = self._names(scope.logs), self._one_of("holder", scope.holders)
        where = f"{_HOLDS} AND {_within(logs)}"
        found: list[Raw] = []
        if scope.coming:
            owners = self._one_of("owner", scope.owners)
            coming = self._balances(
                f"{where} AND (kind IN ('place', 'container') OR {holders.sql} OR ({_UNDER_WAY} AND {owners.sql}))"
            )
            found += select_in(self.cursor, coming, scope.coming, *logs, *holders.parameters, *owners.parameters)
        if scope.home:
            # Two questions, each with an index that knows only what it asks for: a lot has a row for each customer.
            here = self._balances(f"{where} AND kind IN ('place', 'container') AND (kind = 'place' OR NOT ({_GONE}))")
            home = f"{here} UNION ALL {self._balances(f'{where} AND {holders.sql}')}"
            found += select_in(self.cursor, home, scope.home, *logs, scope.since, *logs, *holders.parameters)
        return [_balance(row) for row in found]

    def rows_in(self, subjects: Iterable[bytes], holders: Iterable[bytes], *, emptied: bool = False) -> Found:
        holds = "" if emptied else f"{_HOLDS} AND "
        inside = self._one_of("holder", set(holders))
        sql = self._balances(holds + inside.sql)
        return [_balance(row) for row in select_in(self.cursor, sql, subjects, *inside.parameters)]

    def contents(self, holders: Iterable[bytes]) -> Found:
        sql = self._balances("quantity > 0", "holder")
        return [_balance(row) for row in select_in(self.cursor, sql, holders)]

    def moved_since(self, holders: Mapping[bytes, int]) -> set[bytes]:
        sql = by_index(self.cursor.db, "SELECT subject, holder, at FROM stock_posting WHERE at >= %s AND", "holder")
        found = select_in(self.cursor, sql, holders, min(holders.values(), default=0))
        return {subject for subject, holder, at in found if at >= holders[holder]}

    def postings(self, subjects: Iterable[bytes], since: int | None) -> list[Posting]:
        from_then, parameters = ("", []) if since is None else ("at >= %s AND", [since])
        sql = by_index(self.cursor.db, f"SELECT {_POSTED} FROM stock_posting WHERE {from_then}", "subject")
        return [Posting._make(row) for row in select_in(self.cursor, sql, subjects, *parameters)]

    def logs(self) -> frozenset[str]:
        return self.warehouses

    def write(self, changes: Changes) -> None:
        if changes.since is not None:
            told = "DELETE FROM stock_posting WHERE at >= %s AND subject {keys}"
            delete_in(self.cursor, told, changes.retold, changes.since)
        elif changes.retold:
            for table in ("stock_posting", "stock_balance", "stock_subject"):
                delete_in(self.cursor, f"DELETE FROM {table} WHERE subject {{keys}}", changes.retold)
        balances = sorted(changes.balances.items(), key=lambda entry: (entry[0][1].log, entry[0][0]))
        subjects = [_subject_row(place, changes.subjects[place]) for place in sorted(changes.subjects)]
        insert_all(
            self.cursor,
            [
                (POSTING, changes.postings, ""),
                (BALANCE, [_balance_row(*place, row) for place, row in balances], _NOW_HOLDS),
                (SUBJECT, subjects, _OVERWRITE),
            ],
        )
        if changes.learnt:
            learnt = [(s.expiry, s.produced, _blocks(s), key) for key, s in sorted(changes.learnt.items())]
            self.cursor.executemany(_LEARN, learnt)

    def _balances(self, where: str, column: str = "subject") -> str:
        """The question for balances that satisfy `where` of some subjects (or holders)."""
        return by_index(self.cursor.db, f"SELECT {_BALANCE} FROM stock_balance WHERE {where} AND", column)

    def _names(self, logs: Logs) -> list[str]:
        return sorted(self.warehouses | {"partners"} if logs is None else logs)

    def _one_of(self, column: str, keys: Collection[bytes]) -> "_OneOf":
        """A condition on few rows that are found otherwise; of more than a few keys one parameter."""
        if is_postgres(self.cursor.db):
            # An expression has no index: all rows of some hundred holders are not to be looked up for each subject.
            column = f"({column} || ''::bytea)"
            if len(keys) > FEW_KEYS:
                return _OneOf(f"{column} = ANY(%b::bytea[])", [list(keys)])
        if len(keys) < FEW:
            return _OneOf(f"{column} IN ({', '.join(['%s'] * len(keys)) or 'NULL'})", list(keys))
        # A list as JSON is one parameter; SQLite reads no blobs from it.
        listed = json.dumps([key.hex().upper() for key in keys])
        return _OneOf(f"hex({column}) IN (SELECT value FROM json_each(%s))", [listed])


def wait_for(subjects: Iterable[bytes], *, mark: str = "0") -> Held:
    """Take these subjects, as far as they are known, before anything else is done with them. `mark`: SQL of a floor
    above, 1 or 0 of a ``stock_subject``. Two statements; on SQLite, where nobody waits inside a transaction, one.

    Asked twice: what whoever was waited for brought into being is seen by a statement that begins after his end.
    """
    wanted = sorted(set(subjects))
    with connection.cursor() as cursor:
        if is_postgres(cursor.db):
            rows = "FROM {each} k(key) JOIN stock_subject ON subject = k.key"
            locked = " ORDER BY subject, log FOR UPDATE OF stock_subject"
            select_in(cursor, f"SELECT 1 {rows}", wanted, suffix=locked)
        else:
            rows, locked = "FROM stock_subject WHERE subject {keys}", ""
        found = select_in(cursor, f"SELECT {_STANDING}, {mark} {rows}", wanted, suffix=locked)
    marked = frozenset(row[1] for row in found if row[-1])
    return Held(frozenset(wanted), dict(_subject(row[:-1]) for row in found), marked)


def _within(logs: Sequence[str]) -> str:
    return f"log IN ({', '.join(['%s'] * len(logs))})"


class _OneOf(NamedTuple):
    sql: str
    parameters: Sequence[str | bytes | list[bytes]]


def delete_in(cursor: CursorWrapper, sql: str, keys: Iterable[bytes], *parameters: int) -> None:
    """DELETE with `{keys}` bound to a set of keys; `parameters` come before them."""
    if is_postgres(cursor.db):
        cursor.execute(sql.format(keys="IN (SELECT unnest(%b::bytea[]))"), [*parameters, list(keys)])
    else:
        cursor.executemany(sql.format(keys="= %s"), [(*parameters, key) for key in keys])


def _subject(row: Raw) -> tuple[Place, Subject]:
    log, key, instance, container, item, lot, unit, second_unit, expiry, produced, blocks, at, *rest = row
    held = Subject(
        bool(instance),
        bool(container),
        unit,
        second_unit,
        item,
        lot,
        expiry,
        produced,
        {bytes.fromhex(block): disposition for block, disposition in json.loads(blocks).items()} if blocks else {},
        {},
        (at, *rest),
    )
    return (log, key), held


def _blocks(held: Subject) -> str:
    return json.dumps({k.hex(): v for k, v in sorted(held.blocks.items())}) if held.blocks else ""


def _subject_row(place: Place, held: Subject) -> Raw:
    at, sequence, recorded, record = held.last if held.last != NEVER else (NEVER[0], 0, 0, ZERO16)
    return (
        *place,
        int(held.instance),
        int(held.container),
        held.item,
        held.lot,
        held.unit,
        held.second_unit,
        held.expiry,
        held.produced,
        _blocks(held),
        at,
        sequence,
        recorded,
        record,
    )


def _balance(row: Raw) -> tuple[bytes, Key, Row]:
    log, subject, holder, owner, receipt, status, quantity, second, since, kind = row
    return subject, Key(log, holder, owner, receipt, status), Row(quantity, second, since, kind)


def _balance_row(subject: bytes, key: Key, row: Row) -> Raw:
    return (key.log, subject, *key[1:], row.first, row.second, row.since, row.kind)
