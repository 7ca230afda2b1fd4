"""The stock tables as the projector sees them: set-based statements on Django's own connection."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from django.db.backends.utils import CursorWrapper

from suyuan.ledger.bulk import Table, insert, insert_returning, is_postgres, select_in
from suyuan.ledger.keys import ZERO16
from suyuan.stock.book import NEVER, Key, Posting, Row, Subject
from suyuan.stock.facts import UNEXPLAINED, Fact
from suyuan.stock.projector import Changes, Logs, Place

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
    expiry="int",
    produced="int",
    blocks="text",
    last_at="int",
    last_sequence="int",
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
_STANDING = _TAKEN.replace("previous_", "last_")
_OVERWRITE = "ON CONFLICT (subject, log) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in SUBJECT.columns if column not in ("log", "subject")
)
_LEARN = "UPDATE stock_subject SET expiry = %s, produced = %s, blocks = %s WHERE subject = %s"
_NOW_HOLDS = (
    "ON CONFLICT (subject, log, holder, owner, receipt, status) DO UPDATE SET "
    "quantity = excluded.quantity, second = excluded.second"
)
_BALANCE = "log, subject, holder, owner, receipt, status, quantity, second, since, kind"

FactsAbout = Callable[[Iterable[bytes]], list[Fact]]
Raw = tuple[object, ...]


class TableStore:
    """`project`'s store in the database. `facts_about` reads the ledger; the floor that can turn bodies into facts
    provides it.
    """

    def __init__(self, cursor: CursorWrapper, warehouses: frozenset[str], facts_about: FactsAbout) -> None:
        self.cursor = cursor
        self.warehouses = warehouses
        self.facts_about = facts_about

    def lock(self, wanted: Mapping[Place, Subject]) -> dict[Place, Subject]:
        # Always in the order of the key, so that two writers never wait for each other in a ring.
        rows = [_subject_row(place, wanted[place]) for place in sorted(wanted)]
        taken = insert_returning(self.cursor, SUBJECT, rows, _TAKE, _TAKEN)
        return {place: held for place, held in map(_subject, taken) if held.last != NEVER}

    def subjects(self, subjects: Iterable[bytes], logs: Logs) -> dict[Place, Subject]:
        sql = f"SELECT {_STANDING} FROM stock_subject WHERE {self._within(logs)} AND subject {{keys}}"
        lock = " FOR UPDATE" if is_postgres(self.cursor.db) else ""
        found = select_in(
            self.cursor, sql, sorted(set(subjects)), *self._names(logs), suffix=f" ORDER BY log, subject{lock}"
        )
        return dict(map(_subject, found))

    def balances(self, subjects: Iterable[bytes], logs: Logs) -> list[tuple[bytes, Key, Row]]:
        sql = f"SELECT {_BALANCE} FROM stock_balance WHERE {self._within(logs)} AND subject {{keys}}"
        return [_balance(row) for row in select_in(self.cursor, sql, subjects, *self._names(logs))]

    def contents(self, holders: Iterable[bytes]) -> list[tuple[bytes, Key, Row]]:
        sql = f"SELECT {_BALANCE} FROM stock_balance WHERE quantity > 0 AND holder {{keys}}"
        return [_balance(row) for row in select_in(self.cursor, sql, holders)]

    def moved_since(self, holders: Mapping[bytes, int]) -> set[bytes]:
        sql = "SELECT DISTINCT subject, holder, at FROM stock_posting WHERE at >= %s AND holder {keys}"
        found = select_in(self.cursor, sql, holders, min(holders.values()))
        return {_key(subject) for subject, holder, at in found if cast(int, at) >= holders[_key(holder)]}

    def unexplained(self, subjects: Iterable[bytes]) -> int:
        sql = (
            "SELECT quantity + second FROM stock_posting "
            "WHERE counterpart = %s AND quantity + second > 0 AND subject {keys}"
        )
        return sum(cast(int, row[0]) for row in select_in(self.cursor, sql, subjects, UNEXPLAINED))

    def logs(self) -> frozenset[str]:
        return self.warehouses

    def write(self, changes: Changes) -> None:
        if changes.retold:
            for table in ("stock_posting", "stock_balance", "stock_subject"):
                delete_in(self.cursor, f"DELETE FROM {table} WHERE subject {{keys}}", changes.retold)
        insert(self.cursor, POSTING, [_posting_row(posting) for posting in changes.postings])
        balances = sorted(changes.balances.items(), key=lambda entry: (entry[0][1].log, entry[0][0]))
        insert(self.cursor, BALANCE, [_balance_row(*place, row) for place, row in balances], _NOW_HOLDS)
        subjects = [_subject_row(place, changes.subjects[place]) for place in sorted(changes.subjects)]
        insert(self.cursor, SUBJECT, subjects, _OVERWRITE)
        if changes.learnt:
            learnt = [(s.expiry, s.produced, _blocks(s), key) for key, s in sorted(changes.learnt.items())]
            self.cursor.executemany(_LEARN, learnt)

    def _within(self, logs: Logs) -> str:
        return f"log IN ({', '.join(['%s'] * len(self._names(logs)))})"

    def _names(self, logs: Logs) -> list[str]:
        return sorted(self.warehouses | {"partners"} if logs is None else logs)


def delete_in(cursor: CursorWrapper, sql: str, keys: Iterable[bytes]) -> None:
    """DELETE with `{keys}` bound to a set of keys."""
    if is_postgres(cursor.db):
        cursor.execute(sql.format(keys="IN (SELECT unnest(%s::bytea[]))"), [list(keys)])
    else:
        cursor.executemany(sql.format(keys="= %s"), [(key,) for key in keys])


def _key(value: object) -> bytes:
    return cast(bytes, value)


def _subject(row: Raw) -> tuple[Place, Subject]:
    log, key, instance, container, item, lot, unit, second_unit, expiry, produced, blocks, *last = row
    held = Subject(
        instance=bool(instance),
        container=bool(container),
        unit=cast(str, unit),
        second_unit=cast(str, second_unit),
        item=cast(bytes | None, item),
        lot=cast(bytes | None, lot),
        expiry=cast(int | None, expiry),
        produced=cast(int | None, produced),
        blocks={bytes.fromhex(k): v for k, v in json.loads(cast(str, blocks)).items()} if blocks else {},
        last=NEVER if last[0] is None else cast(tuple[int, int, int, bytes], tuple(last)),
    )
    return (cast(str, log), _key(key)), held


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
    key = Key(cast(str, log), _key(holder), _key(owner), _key(receipt), cast(str, status))
    return _key(subject), key, Row(cast(int, quantity), cast(int, second), cast(int, since), cast(str, kind))


def _balance_row(subject: bytes, key: Key, row: Row) -> Raw:
    return (key.log, subject, *key[1:], row.first, row.second, row.since, row.kind)


def _posting_row(p: Posting) -> Raw:
    return (
        p.log,
        p.record,
        p.subject,
        p.number,
        p.at,
        p.holder,
        p.owner,
        p.receipt,
        p.status,
        p.first,
        p.second,
        p.counterpart,
    )
