"""Whole batches in one statement, on Django's own connection: what `bulk_create` costs five times as much for, and
cannot say.

The same call on SQLite (executemany, or one multi-row VALUES where rows must come back) and on PostgreSQL (COPY for
many rows, arrays through unnest where a conflict clause is needed; %b sends them as bytes, which costs a seventieth).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from suyuan.ledger.wire import COPY_HEADER, COPY_TRAILER, Array, copied

if TYPE_CHECKING:  # an installation on SQLite loads no driver for PostgreSQL
    import psycopg

type_of = {
    "text": "text",
    "key": "bytea",
    "bytes": "bytea",
    "int": "bigint",
    "mid": "integer",
    "small": "smallint",
}
Row = Sequence[Any]
T = TypeVar("T")
SQLITE_PARAMETERS = 30_000
COPY_FROM = 32
COPY_AT_ONCE = 200  # rows, so that what they become is still in the processor's cache when it is sent
ONE_STATEMENT = 64
FEW_KEYS = 8
EACH = "unnest(%b::bytea[])"


class Table:
    """A table and its columns with their types (`text`, `key`, `bytes`, `int`, `mid`, `small`), from which every
    statement is made once. The types are those of the database, since COPY in binary converts none.
    """

    def __init__(self, name: str, /, **columns: str) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.kinds = tuple(columns.values())
        self.types = tuple(type_of[kind] for kind in columns.values())
        names = ", ".join(f'"{column}"' for column in columns)
        self.values = f'INSERT INTO "{name}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})'
        # Not FROM unnest(…, …), which keeps each column as a table of its own before the first row comes out.
        arrays = ", ".join(f"unnest(%b::{type_}[])" for type_ in self.types)
        self.unnest = f'INSERT INTO "{name}" ({names}) SELECT {arrays}'
        self.head = f'INSERT INTO "{name}" ({names}) VALUES '
        self.row = f"({', '.join(['%s'] * len(columns))})"
        self.copy = f'COPY "{name}" ({names}) FROM STDIN (FORMAT BINARY)'


def is_postgres(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def together(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside, a statement whose answer nobody reads travels with the next one whose answer somebody does, or with
    COMMIT. Its errors come up there, and it cannot tell how many rows it changed. In a transaction, PostgreSQL only.
    """
    raw: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        yield


@contextmanager
def one_state(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Every read inside sees the same state, while others go on recording; nothing is written. Inside a transaction it
    changes nothing.
    """
    snapshot = getattr(connection, "snapshot", None)  # our SQLite backend has one
    if snapshot or connection.in_atomic_block:
        with snapshot() if snapshot else nullcontext():
            yield
        return
    with transaction.atomic(connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def insert(cursor: CursorWrapper, table: Table, rows: Sequence[Row], conflict: str = "") -> None:
    """Insert all rows; `conflict` is an ON CONFLICT clause or nothing. One statement, or one COPY, which cannot travel
    with others.
    """
    if not rows:
        return
    if not is_postgres(cursor.db):
        cursor.executemany(f"{table.values} {conflict}", rows)
    elif conflict or len(rows) < COPY_FROM or cursor.connection.info.pipeline_status:
        cursor.execute(f"{table.unnest} {conflict}", _columns(table, rows))
    else:
        with cursor.cursor.copy(table.copy) as copy:
            copy.write(COPY_HEADER)
            for part in chunks(rows, COPY_AT_ONCE):
                copy.write(copied(table.kinds, table.types, part))
            copy.write(COPY_TRAILER)


def insert_all(cursor: CursorWrapper, parts: Sequence[tuple[Table, Sequence[Row], str]]) -> None:
    """Insert into several tables, each part as `insert` does; few rows on PostgreSQL in one statement for all."""
    if not is_postgres(cursor.db) or sum(len(rows) for _, rows, _ in parts) > ONE_STATEMENT:
        for table, rows, conflict in parts:
            insert(cursor, table, rows, conflict)
        return
    full = [part for part in parts if part[1]]
    if not full:
        return
    steps = [f"part{n} AS ({table.unnest} {conflict})" for n, (table, _, conflict) in enumerate(full)]
    columns = [column for table, rows, _ in full for column in _columns(table, rows)]
    cursor.execute(f"WITH {', '.join(steps)} SELECT", columns)


def insert_returning(
    cursor: CursorWrapper, table: Table, rows: Sequence[Row], conflict: str, returning: str
) -> list[tuple[Any, ...]]:
    """Insert or update all rows and give `returning` back for each; one statement up to chunks on SQLite."""
    if not rows:
        return []
    if is_postgres(cursor.db):
        cursor.execute(f"{table.unnest} {conflict} RETURNING {returning}", _columns(table, rows))
        return list(cursor.fetchall())
    answer: list[tuple[Any, ...]] = []
    for part in chunks(rows, SQLITE_PARAMETERS // len(table.columns)):
        values = ", ".join([table.row] * len(part))
        cursor.execute(f"{table.head}{values} {conflict} RETURNING {returning}", [v for row in part for v in row])
        answer += cursor.fetchall()
    return answer


def select_in(
    cursor: CursorWrapper, sql: str, keys: Iterable[bytes], *parameters: Any, suffix: str = ""
) -> list[tuple[Any, ...]]:
    """Run ``sql`` with each ``{keys}`` in it bound to a set of 16-byte keys, each other ``%s`` to a parameter.

    On PostgreSQL the set is one array joined by unnest (``= ANY`` of many ids scans the table), or the rows of
    ``{each}``; on SQLite a list, in chunks.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return []
    if is_postgres(cursor.db):
        named = "{each}" in sql and len(wanted) <= FEW_KEYS
        asked = sql.replace("{keys}", f"IN (SELECT {EACH})").replace("{each}", each_of(len(wanted)) if named else EACH)
        bound = wanted if named else [Array("key", "bytea", wanted)]
        cursor.execute(asked + suffix, _in_turn(sql, parameters, bound))
        return list(cursor.fetchall())
    answer: list[tuple[Any, ...]] = []
    for part in chunks(wanted, SQLITE_PARAMETERS // sql.count("{keys}")):
        asked = sql.replace("{keys}", f"IN ({', '.join(['%s'] * len(part))})") + suffix
        cursor.execute(asked, _in_turn(sql, parameters, part))
        answer += cursor.fetchall()
    return answer


def each_of(count: int) -> str:
    """A few keys as the rows of a table in PostgreSQL, one parameter each: it knows then how many there are and plans
    the text once, where it plans one on an array anew each time.
    """
    # NULL equals nothing. Of one value alone it would look up how common that is, and plan anew for each.
    return f"(VALUES {'(%b::bytea), ' * count}(NULL))"


def by_index(connection: BaseDatabaseWrapper, sql: str, column: str) -> str:
    """`sql`, which ends in WHERE or AND, for those rows whose `column` is one of the keys.

    PostgreSQL may take the whole table for it where it misjudges how many rows a key has; OFFSET 0 keeps it to the
    index of each.
    """
    if is_postgres(connection):
        return f"SELECT found.* FROM {{each}} k(key) CROSS JOIN LATERAL ({sql} {column} = k.key OFFSET 0) found"
    return f"{sql} {column} {{keys}}"


def _in_turn(sql: str, parameters: Sequence[Any], keys: Sequence[Any]) -> list[Any]:
    """The parameters in the order in which they stand in the text, the keys wherever it says so."""
    bound: list[Any] = []
    done = 0
    for before in _before_keys(sql):
        bound += parameters[done:before]
        bound += keys
        done = before
    bound += parameters[done:]
    return bound


@lru_cache(maxsize=1024)
def _before_keys(sql: str) -> tuple[int, ...]:
    """How many parameters stand before each place of the keys."""
    *before, _after = sql.replace("{each}", "{keys}").split("{keys}")
    return tuple(accumulate(part.count("%s") + part.count("%b") for part in before))


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _columns(table: Table, rows: Sequence[Row]) -> list[Any]:
    return list(map(Array, table.kinds, table.types, zip(*rows, strict=True)))
