"""A batch as somebody would write it by hand on the driver: few statements, literal, guarded, in one transaction.

The rows are those the product wrote on its copy (`written`). New rows go in as fast as the driver can: COPY, on SQLite
executemany; a record that stands already stops it by its key. Subjects are locked by writing to them. Balances are
sums: what is taken is guarded in the statement that takes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db import connection

from bench.bare_operations import ADDED, AMOUNTS, BALANCES, NAMES, SUBJECTS, Layout, Wrote, layout, models
from bench.raw import PostgresRaw, Raw, Row, sqlite_of

COPIED = 32  # rows from which on COPY is the cheaper statement
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """The statements of a batch, ready to be sent."""

    raw: Raw
    steps: tuple[Step, ...]

    def run(self) -> None:
        """All of them, committed."""
        self.raw.begin()
        for step in self.steps:
            step()
        self.raw.commit()


def batch_of(raw: Raw, wrote: Wrote) -> Batch:
    """`wrote` as statements on `raw`."""
    writer = Postgres(raw) if isinstance(raw, PostgresRaw) else Sqlite(raw)
    subjects, balances, names = layout(SUBJECTS), layout(BALANCES), layout(NAMES)
    gone = [(*(-a for a in by), *balances.key_of(row)) for row, by in wrote.moved if min(by) < 0]
    come = [_with_amounts(balances, row, by) for row, by in wrote.moved if min(by) >= 0]
    written = ", ".join(f'"{column}" = excluded."{column}"' for column in wrote.changed)
    locked = f"ON CONFLICT ({', '.join(subjects.key)}) DO UPDATE SET {written}" if written else "ON CONFLICT DO NOTHING"
    more = ", ".join(f"{amount} = stock_balance.{amount} + excluded.{amount}" for amount in AMOUNTS)
    steps = [
        writer.upsert(subjects, sorted(wrote.subjects, key=subjects.key_of), locked),
        writer.take(balances, sorted(gone)),
        writer.upsert(balances, sorted(come), f"ON CONFLICT ({', '.join(balances.key)}) DO UPDATE SET {more}"),
        writer.upsert(names, wrote.names, "ON CONFLICT DO NOTHING"),
        *(writer.add(layout(table), wrote.added.get(table, [])) for table in ADDED),
    ]
    return Batch(raw, tuple(step for step in steps if step is not None))


class Sqlite:
    """Steps as executemany on sqlite3."""

    def __init__(self, raw: Raw) -> None:
        self.connection = sqlite_of(raw).connection

    def add(self, table: Layout, rows: Sequence[Row]) -> Step | None:
        return self.upsert(table, rows, "")

    def upsert(self, table: Layout, rows: Sequence[Row], conflict: str) -> Step | None:
        sql = f'INSERT INTO "{table.table}" ({table.listed}) VALUES ({_marks(table, "?")}) {conflict}'
        return (lambda: _all(self.connection.executemany(sql, rows).rowcount, 0)) if rows else None

    def take(self, table: Layout, rows: Sequence[Row]) -> Step | None:
        less = ", ".join(f"{amount} = {amount} - ?{n}" for n, amount in enumerate(AMOUNTS, 1))
        enough = " AND ".join(f"{amount} >= ?{n}" for n, amount in enumerate(AMOUNTS, 1))
        where = " AND ".join(f"{column} = ?{n}" for n, column in enumerate(table.key, len(AMOUNTS) + 1))
        sql = f"UPDATE {table.table} SET {less} WHERE {where} AND {enough}"
        return (lambda: _all(self.connection.executemany(sql, rows).rowcount, len(rows))) if rows else None


class Postgres:
    """Steps as COPY, or arrays through unnest where a row may stand already."""

    def __init__(self, raw: PostgresRaw) -> None:
        self.raw = raw

    def add(self, table: Layout, rows: Sequence[Row]) -> Step | None:
        if len(rows) < COPIED:
            return self.upsert(table, rows, "")
        sql = f'COPY "{table.table}" ({table.listed}) FROM STDIN'
        return lambda: self.raw.copy(sql, rows)

    def upsert(self, table: Layout, rows: Sequence[Row], conflict: str) -> Step | None:
        arrays = ", ".join(f"%b::{type_}[]" for type_ in types(table.table))
        sql = f'INSERT INTO "{table.table}" ({table.listed}) SELECT * FROM unnest({arrays}) {conflict}'
        columns = [list(column) for column in zip(*rows, strict=True)]
        return (lambda: _all(self.raw.execute(sql, columns), 0)) if rows else None

    def take(self, table: Layout, rows: Sequence[Row]) -> Step | None:
        names = (*AMOUNTS, *table.key)
        kinds = dict(zip(table.columns, types(table.table), strict=True))
        arrays = ", ".join(f"%b::{kinds[name]}[]" for name in names)
        sql = (
            f"UPDATE {table.table} AS b SET {', '.join(f'{a} = b.{a} - gone.{a}' for a in AMOUNTS)} "
            f"FROM unnest({arrays}) AS gone({', '.join(names)}) "
            f"WHERE {' AND '.join(f'b.{c} = gone.{c}' for c in table.key)} "
            f"AND {' AND '.join(f'b.{a} >= gone.{a}' for a in AMOUNTS)}"
        )
        columns = [list(column) for column in zip(*rows, strict=True)]
        return (lambda: _all(self.raw.execute(sql, columns), len(rows))) if rows else None


def _with_amounts(table: Layout, row: Row, amounts: tuple[int, ...]) -> Row:
    found = dict(zip(table.columns, row, strict=True)) | dict(zip(AMOUNTS, amounts, strict=True))
    return tuple(found[column] for column in table.columns)


def _all(changed: int, wanted: int) -> None:
    if changed < wanted:
        raise AssertionError(f"{changed} rows of {wanted}: too little there")


def _marks(table: Layout, mark: str) -> str:
    return ", ".join([mark] * len(table.columns))


@cache
def types(table: str) -> tuple[str, ...]:
    """The database's types of a table's columns, as `layout` orders them."""
    fields = [field for field in models()[table]._meta.concrete_fields if field.column]
    return tuple(str(field.db_type(connection)).replace(" CHECK", "") for field in fields)
