"""Nothing writes to a governed table by the way: outside `governed()` the connection itself refuses the statement."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

# Who people are and what they may do, names, facts and their projections, requests and settings. Jobs, sessions, the
# use of a token and second factors are no facts: those who log in and work write them.
_WRITE = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+\"?"
    r"((?:catalog|ledger|stock|genealogy|orders|inspection|stocktake|production|picking|returns)_\w+"
    r"|recall_(?:case|scope|scopegoods|scopestock|scopeparty|notice|answer)\b"
    r"|insight_(?:alert(?:rule)?|digest|processstep|reportview|legalhold)\b|devices_printer\b"
    r"|delivery_(?:carrieraccount|carriersecret|consignment|load|loadrow|advice|advicechannel)\b"
    r"|governance_(?:approvalrequest|signature|setting)\b"
    r"|accounts_(?:user|grant|role|site|team(?:_members)?|token)\b)",
    re.IGNORECASE,
)
# Logging in notes when, and may hash the password anew.
_LOGIN = re.compile(
    r"\s*UPDATE\s+\"?accounts_user\"?\s+SET\s+\"?(?:last_login|password)\"?\s*=\s*\S+\s+WHERE\b", re.IGNORECASE
)
_open = threading.local()
_suspended: set[str] = set()

Execute = Callable[[str, object, bool, dict[str, object]], object]


class Ungoverned(RuntimeError):
    """A statement that would change a governed table outside a command: a fault of the program, never of its user."""


@contextmanager
def governed() -> Iterator[None]:
    """Inside, this thread may write to governed tables: entered by the kernel, the write door and the sequencer."""
    _open.depth = getattr(_open, "depth", 0) + 1
    try:
        yield
    finally:
        _open.depth -= 1


def suspend(reason: str) -> None:
    """Let the whole process write until `resume(reason)`: for migrations and for tests of the floors below."""
    _suspended.add(reason)


def resume(reason: str) -> None:
    _suspended.discard(reason)


def governed_table(sql: str) -> str | None:
    """The governed table that a statement writes to, None for any other statement."""
    found = _WRITE.match(sql)
    return found[1] if found and not _LOGIN.match(sql) else None


def _watch(execute: Execute, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
    if not getattr(_open, "depth", 0) and not _suspended and (table := governed_table(sql)):
        raise Ungoverned(f"{table} is written by commands only: go through governance.kernel.execute or capture")
    return execute(sql, params, many, context)


def _install(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def install() -> None:
    """Watch every connection made from now on."""
    connection_created.connect(_install, dispatch_uid="suyuan.guard")
    pre_migrate.connect(lambda **_: suspend("migrate"), weak=False, dispatch_uid="suyuan.guard")
    post_migrate.connect(lambda **_: resume("migrate"), weak=False, dispatch_uid="suyuan.guard")
