"""The drivers by themselves: what a bare statement is written on. No Django in here."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg

Row = tuple[Any, ...]
Sql = str
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536")  # as the product has them
SQLITE_KEYS = 30_000


class Raw(Protocol):
    """A driver's connection in autocommit. `{keys}` in a query stands for a set of 16-byte keys; parameters are %s."""

    engine: str

    def begin(self) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def execute(self, sql: Sql, parameters: Sequence[object] = ()) -> int:
        """The number of rows that were written."""

    def select(self, sql: Sql, parameters: Sequence[object] = ()) -> list[Row]: ...
    def select_in(self, sql: Sql, keys: Iterable[bytes]) -> list[Row]: ...
    def close(self) -> None: ...


class SqliteRaw:
    """sqlite3 with the PRAGMAs of the product."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def rollback(self) -> None:
        self.connection.execute("ROLLBACK")

    def execute(self, sql: Sql, parameters: Sequence[object] = ()) -> int:
        return self.connection.execute(sql.replace("%s", "?"), parameters).rowcount

    def executemany(self, sql: Sql, rows: Sequence[Sequence[object]]) -> int:
        return self.connection.executemany(sql, rows).rowcount

    def select(self, sql: Sql, parameters: Sequence[object] = ()) -> list[Row]:
        return self.connection.execute(sql.replace("%s", "?"), parameters).fetchall()

    def select_in(self, sql: Sql, keys: Iterable[bytes]) -> list[Row]:
        found: list[Row] = []
        wanted = list(keys)
        for start in range(0, len(wanted), SQLITE_KEYS):
            part = wanted[start : start + SQLITE_KEYS]
            found += self.connection.execute(sql.format(keys=f"IN ({', '.join('?' * len(part))})"), part).fetchall()
        return found

    def close(self) -> None:
        self.connection.close()


class PostgresRaw:
    """psycopg as it comes."""

    engine = "postgres"

    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo, autocommit=True)
        self.cursor = self.connection.cursor()

    @property
    def pid(self) -> int:
        return self.connection.info.backend_pid

    def begin(self) -> None:
        self.cursor.execute("BEGIN")

    def commit(self) -> None:
        self.cursor.execute("COMMIT")

    def rollback(self) -> None:
        self.cursor.execute("ROLLBACK")

    def execute(self, sql: Sql, parameters: Sequence[object] = ()) -> int:
        return self.cursor.execute(sql.encode(), parameters).rowcount

    def copy(self, sql: Sql, rows: Iterable[Sequence[object]]) -> None:
        with self.cursor.copy(sql.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def select(self, sql: Sql, parameters: Sequence[object] = ()) -> list[Row]:
        return self.cursor.execute(sql.encode(), parameters).fetchall()

    def select_in(self, sql: Sql, keys: Iterable[bytes]) -> list[Row]:
        return self.select(sql.format(keys="IN (SELECT unnest(%b::bytea[]))"), [list(keys)])

    def close(self) -> None:
        self.connection.close()


def sqlite_of(raw: Raw) -> SqliteRaw:
    return cast(SqliteRaw, raw)


def postgres_of(raw: Raw) -> PostgresRaw:
    return cast(PostgresRaw, raw)
