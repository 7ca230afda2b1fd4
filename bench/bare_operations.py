"""One warehouse operation as somebody would write it by hand on the driver: the fewest statements, literal, guarded.

The rows are those that the product wrote for the same operation, read back from its copy; what a table is made of is
asked of the models, so that a new column needs nothing here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.apps import apps
from django.db.models import Model

from bench.raw import Raw, Row

Sql = tuple[str, tuple[object, ...]]
# What an operation adds to, in the order it is written.
ADDED = (
    "ledger_record", "ledger_body", "ledger_eventitem", "ledger_pending", "ledger_personalvalue", "stock_posting",
    "genealogy_edge",
)  # fmt: skip
NAMES, SUBJECTS, BALANCES, COUNTERS = "ledger_identifier", "stock_subject", "stock_balance", "catalog_lotcounter"
NUMBERS = "catalog_lotnumber"  # handed out, so that nobody gets one twice
AMOUNTS = ("quantity", "second")


def models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table in their order, and those of its key."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def key_of(self, row: Row) -> Row:
        return tuple(row[self.columns.index(column)] for column in self.key)

    def values(self, row: Row, columns: Iterable[str]) -> Row:
        return tuple(row[self.columns.index(column)] for column in columns)

    @property
    def listed(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)


def layout(table: str) -> Layout:
    """As the models have it."""
    meta = models()[table]._meta
    key = getattr(meta.pk, "field_names", None) or (meta.pk.name,)
    return Layout(table, tuple(f.column for f in meta.concrete_fields if f.column), tuple(key))


@dataclass(slots=True)
class Wrote:
    """What one operation wrote: rows added by table; the names it mentions; subjects and counters as they stand after
    it, `changed` the columns that differ from before; balances as they stand after it, and by how much each changed.
    """

    added: dict[str, list[Row]] = field(default_factory=dict)
    names: list[Row] = field(default_factory=list)
    subjects: list[Row] = field(default_factory=list)
    changed: tuple[str, ...] = ()
    moved: list[tuple[Row, tuple[int, ...]]] = field(default_factory=list)
    counters: list[tuple[str, str, int]] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Script:
    """The statements of one operation, ready to be sent: `locked` answers a row for each subject, `taken` must change
    as many rows as it names; the rest only writes.
    """

    read: Sql
    counted: tuple[Sql, ...]
    locked: Sql
    subjects: int
    taken: Sql | None
    takes: int
    rest: tuple[Sql, ...]
    whole: Sql  # the rest as one statement, which PostgreSQL can

    def statements(self, engine: str) -> int:
        return 2 + len(self.counted) + (self.taken is not None) + (1 if engine == "postgres" else len(self.rest))


def run(raw: Raw, script: Script) -> None:
    """Do the operation; the transaction is the caller's."""
    permitted = raw.select(*script.read)
    for counted in script.counted:
        raw.select(*counted)
    locked = raw.select(*script.locked)
    if not permitted or len(locked) != script.subjects or any(row[1] for row in locked):
        raise AssertionError("not permitted, or blocked")
    if script.taken is not None and raw.execute(*script.taken) != script.takes:
        raise AssertionError("too little there")
    if raw.engine == "postgres":
        raw.execute(*script.whole)
        return
    for statement in script.rest:
        raw.execute(*statement)


def script_of(wrote: Wrote, read: Sql) -> Script:
    """`read`: the statement that says whether the person may."""
    takes = [entry for entry in wrote.moved if min(entry[1]) < 0]
    puts = [entry for entry in wrote.moved if min(entry[1]) >= 0]
    rest = [_insert(layout(table), wrote.added[table]) for table in ADDED if wrote.added.get(table)]
    rest.append(_insert(layout(NAMES), wrote.names, "ON CONFLICT DO NOTHING"))
    if puts:
        rest.append(_put(puts))
    if wrote.numbers:
        places = ", ".join(["(%s, %s)"] * len(wrote.numbers))
        rest.append((f"INSERT INTO {NUMBERS} (log, number) VALUES {places}", tuple(chain.from_iterable(wrote.numbers))))
    return Script(
        read,
        tuple(map(_count, wrote.counters)),
        _lock(wrote),
        len(wrote.subjects),
        _take(takes) if takes else None,
        len(takes),
        tuple(rest),
        _whole(rest),
    )


def _whole(rest: Sequence[Sql]) -> Sql:
    parts = ", ".join(f"part{n} AS ({sql})" for n, (sql, _) in enumerate(rest))
    return f"WITH {parts} SELECT", tuple(chain.from_iterable(parameters for _, parameters in rest))


def _insert(table: Layout, rows: Sequence[Row], conflict: str = "") -> Sql:
    one = f"({', '.join(['%s'] * len(table.columns))})"
    many = ", ".join([one] * len(rows))
    return f'INSERT INTO "{table.table}" ({table.listed}) VALUES {many} {conflict}', tuple(chain.from_iterable(rows))


def _lock(wrote: Wrote) -> Sql:
    """New or known, each subject is locked by writing to it; answers what blocks it."""
    table = layout(SUBJECTS)
    new = tuple(column for column in table.columns if column not in table.key)  # of those that nobody knew
    written = ", ".join(f'"{column}" = excluded."{column}"' for column in wrote.changed or new)
    conflict = f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {written} RETURNING subject, blocks"
    return _insert(table, wrote.subjects, conflict)


def _take(takes: Sequence[tuple[Row, tuple[int, ...]]]) -> Sql:
    """One guarded statement: it changes a row only while that holds enough."""
    table = layout(BALANCES)
    where = " AND ".join(f"{column} = %s" for column in table.key)
    less = ", ".join(f"{amount} = {amount} - %s" for amount in AMOUNTS)
    enough = " AND ".join(f"{amount} >= %s" for amount in AMOUNTS)
    if len(takes) == 1:
        row, amounts = takes[0]
        gone = tuple(-amount for amount in amounts)
        return f"UPDATE stock_balance SET {less} WHERE {where} AND {enough}", (*gone, *table.key_of(row), *gone)
    names = (*table.key, *AMOUNTS)
    rows = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(takes))
    columns = ", ".join(f"column{n} AS {name}" for n, name in enumerate(names, 1))
    sql = (
        f"UPDATE stock_balance AS b SET {', '.join(f'{a} = b.{a} - gone.{a}' for a in AMOUNTS)} "
        f"FROM (SELECT {columns} FROM (VALUES {rows}) AS listed) AS gone "
        f"WHERE {' AND '.join(f'b.{c} = gone.{c}' for c in table.key)} "
        f"AND {' AND '.join(f'b.{a} >= gone.{a}' for a in AMOUNTS)}"
    )
    return sql, tuple(chain.from_iterable((*table.key_of(row), *(-a for a in amounts)) for row, amounts in takes))


def _put(puts: Sequence[tuple[Row, tuple[int, ...]]]) -> Sql:
    table = layout(BALANCES)
    more = ", ".join(f"{amount} = stock_balance.{amount} + excluded.{amount}" for amount in AMOUNTS)
    rows = [_with_amounts(table, row, amounts) for row, amounts in puts]
    return _insert(table, rows, f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {more}")


def _with_amounts(table: Layout, row: Row, amounts: tuple[int, ...]) -> Row:
    found = dict(zip(table.columns, row, strict=True)) | dict(zip(AMOUNTS, amounts, strict=True))
    return tuple(found[column] for column in table.columns)


def _count(counter: tuple[str, str, int]) -> Sql:
    log, prefix, _number = counter
    sql = (
        "INSERT INTO catalog_lotcounter (log, prefix, next_number) VALUES (%s, %s, 2) ON CONFLICT (log, prefix) "
        "DO UPDATE SET next_number = catalog_lotcounter.next_number + 1 RETURNING next_number"
    )
    return sql, (log, prefix)


def differing(table: Layout, old: Mapping[Row, Row], rows: Iterable[Row]) -> tuple[str, ...]:
    """The columns in which rows differ from what stood under their keys."""
    found = {
        column
        for row in rows
        if (before := old.get(table.key_of(row))) is not None
        for column, then, now in zip(table.columns, before, row, strict=True)
        if then != now
    }
    return tuple(column for column in table.columns if column in found)
