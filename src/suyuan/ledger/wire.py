"""Columns of values in PostgreSQL's binary format, for COPY and for arrays.

psycopg asks a Python object for every cell of either: five times as long for a column of an array, three times for a
row of COPY (measured). Here a column is made at once, and what repeats in it once.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, repeat
from struct import Struct
from typing import Any

import msgspec
from django.db.backends.base.base import BaseDatabaseWrapper

Column = Sequence[Any]  # Any: text, bytes, numbers or None, by the column's kind
Parts = Sequence[Iterable[bytes]]  # of each value one piece after the other

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"
COMING_AGAIN = 16  # cells: of fewer it takes longer to remember each
_length = Struct("!i").pack
_width = Struct("!h").pack
_of_nothing = Struct("!iiI").pack  # dimensions, whether there are NULLs, type
_of_some = Struct("!iiIii").pack  # and of the one dimension its length and first index
_NULL = _length(-1)
_KEY = _length(16)


class Array(msgspec.Struct, frozen=True, gc=False):
    """A column as the value of one parameter, of the type that the statement gives it."""

    kind: str
    type: str
    column: Column


class _Cells(dict[Any, bytes]):
    """The cells of a column by their values."""

    def __init__(self, make: Callable[[Any], bytes]) -> None:
        self.make = make

    def __missing__(self, value: object) -> bytes:
        cell = self[value] = _NULL if value is None else self.make(value)
        return cell


def _number(code: str) -> Callable[[int], bytes]:
    form = Struct(f"!i{code}")
    size = form.size - 4
    return partial(form.pack, size)


def _text(value: str) -> bytes:
    cell = value.encode()
    return _length(len(cell)) + cell


def _bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


# Type → its number in PostgreSQL's catalog, and how a value becomes a cell.
_TYPES: dict[str, tuple[int, Callable[[Any], bytes]]] = {
    "text": (25, _text),
    "bytea": (17, _bytes),
    "bigint": (20, _number("q")),
    "integer": (23, _number("i")),
    "smallint": (21, _number("h")),
}


def _parts(kind: str, type_: str, column: Column) -> Parts:
    if kind == "key" and None not in column:
        return repeat(_KEY), column
    make = _TYPES[type_][1]
    if len(column) < COMING_AGAIN:
        return ([_NULL if value is None else make(value) for value in column],)
    return (map(_Cells(make).__getitem__, column),)


def copied(kinds: Sequence[str], types: Sequence[str], rows: Sequence[Column]) -> bytes:
    """Rows as COPY (FORMAT BINARY) takes them, between its header and its trailer."""
    columns = zip(kinds, types, zip(*rows, strict=True), strict=True)
    parts = chain.from_iterable(_parts(*column) for column in columns)
    width = repeat(_width(len(kinds)))
    return b"".join(chain.from_iterable(zip(width, *parts)))  # noqa: B905  # repeat never ends


def _binary(array: Array) -> bytes:
    column, number = array.column, _TYPES[array.type][0]
    if not column:
        return _of_nothing(0, 0, number)
    parts = _parts(array.kind, array.type, column)
    cells = chain.from_iterable(zip(*parts)) if len(parts) > 1 else parts[0]  # noqa: B905  # as above
    return _of_some(1, int(None in column), number, len(column), 1) + b"".join(cells)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Dumper:
    """Sends an array (psycopg's protocol `abc.Dumper`)."""

    format = 1  # psycopg.pq.Format.BINARY: an installation on SQLite loads no driver for PostgreSQL
    oid = 0  # the type is in the statement

    def __init__(self, _class: type, _context: object = None) -> None:
        """Nothing depends on either."""

    def dump(self, value: Array) -> bytes:
        return _binary(value)

    def quote(self, value: Array) -> bytes:
        """As it stands in a statement that is shown, or bound by the driver."""
        text = ",".join(map(_literal, value.column)).replace("'", "''")
        return f"'{{{text}}}'".encode()

    def get_key(self, _value: Array, _format: object) -> type:
        return Array

    def upgrade(self, _value: Array, _format: object) -> "_Dumper":
        return self


class _Shown(_Dumper):
    format = 0  # TEXT


def register(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Let a new connection send arrays."""
    if connection.vendor == "postgresql":
        for dumper in (_Shown, _Dumper):
            connection.connection.adapters.register_dumper(Array, dumper)
