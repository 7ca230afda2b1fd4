"""Django's SQLite backend with WAL, full durability and a queue of writers.

BEGIN IMMEDIATE alone lets a writer wait for seconds, because SQLite's busy handler polls and sleeps longer each time;
here each writer takes a lock that wakes it, before the transaction, and gives it back after. Every `atomic()` is a
writer, since SQLite cannot turn a reader into one safely; a plain query is not, and several that must see the same
state go into `snapshot()`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from sqlite3 import Cursor
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper

from suyuan.config.backends.sqlite.queue import Turn

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|VACUUM|ANALYZE|REINDEX)\b", re.IGNORECASE)
TEMPORARY = re.compile(r"\s(temp\.|temp(orary)?\s)", re.IGNORECASE)
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
)
TIMEOUT = 20.0  # seconds, of SQLite's own wait and of the queue inside a process


def changes_file(query: str) -> bool:
    """Does a statement write the database file? One on a temporary table, named TEMP or `temp.`, does not."""
    return WRITES.match(query) is not None and TEMPORARY.search(query, 0, 120) is None


class DatabaseWrapper(base.DatabaseWrapper):
    """OPTIONS: `init_command` is run after the PRAGMAs, `timeout` in seconds."""

    init_commands: list[str]

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self.turn = Turn(None if self.is_in_memory_db() else Path(str(settings_dict["NAME"])))
        self.reading = False

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        commands = self.init_commands
        params.setdefault("timeout", TIMEOUT)
        self.timeout: float = params["timeout"]
        self.transaction_mode = "IMMEDIATE"
        self.init_commands = [*PRAGMAS, *commands]
        return params

    def create_cursor(self, name: str | None = None) -> "QueuedCursor":
        cursor: QueuedCursor = self.connection.cursor(factory=QueuedCursor)
        cursor.owner = self
        return cursor

    def cursor(self) -> CursorWrapper:
        """Django's own looks first whether the server is still there: of a file a twentieth of a small command."""
        if self.connection is None or self.queries_logged:
            return super().cursor()
        self.validate_thread_sharing()
        return CursorWrapper(self.create_cursor(), self)

    def take_turn(self) -> None:
        if not self.turn.take(self.timeout):
            raise OperationalError(f"database is locked: no turn to write within {self.timeout} s")

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # private hook that the stubs leave out
        except BaseException:
            self.turn.give_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # private hook that the stubs leave out
        self.turn.give_back()  # not when it failed: the transaction still stands until Django rolls it back

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # private hook that the stubs leave out
        finally:
            self.turn.give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # private hook that the stubs leave out
        finally:
            self.turn.give_back()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads inside see one state of the database and wait for nobody; a write inside fails. Inside `atomic()` it
        changes nothing."""
        if self.in_atomic_block:
            yield
            return
        self.ensure_connection()
        self.reading = True
        try:
            self.connection.execute("BEGIN DEFERRED")
            yield
        finally:
            self.reading = False
            self.connection.rollback()


@lru_cache(maxsize=1024)
def _with_marks(query: str) -> str:
    """`%s` as SQLite's `?`. The same few statements come again and again, and looking through one takes longer than
    SQLite takes to find a row.
    """
    return str(base.FORMAT_QMARK_REGEX.sub("?", query)).replace("%%", "%")


class QueuedCursor(base.SQLiteCursorWrapper):
    """Gives a single write outside a transaction its turn as well."""

    owner: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.owner.turn.file is not None:
            return super().execute(query, params)
        with self.queued(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self.owner.turn.file is None:
            with self.queued(query):
                return super().executemany(query, param_list)
        if type(param_list) is list and param_list and type(param_list[0]) is tuple:
            # Past Django's cursor, which looks for named parameters for as long as SQLite takes for a row.
            return Cursor.executemany(self, _with_marks(query), param_list)
        return super().executemany(query, param_list)

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return str(super().convert_query(query, param_names=param_names)) if param_names else _with_marks(query)

    @contextmanager
    def queued(self, query: str) -> Iterator[None]:
        if not changes_file(query):
            yield
            return
        if self.owner.reading:
            raise OperationalError("a snapshot only reads: write in atomic()")
        self.owner.take_turn()
        try:
            yield
        finally:
            self.owner.turn.give_back()
