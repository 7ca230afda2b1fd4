"""What one operation wrote, read back from the product's copy beside what stood on the other, and are both equal?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

from bench.bare_operations import (
    ADDED,
    AMOUNTS,
    BALANCES,
    COUNTERS,
    NAMES,
    NUMBERS,
    SUBJECTS,
    Layout,
    Wrote,
    differing,
    layout,
    models,
)
from bench.raw import Raw, Row

OURS = ("accounts_", "catalog_", "genealogy_", "ledger_", "stock_")
GOODS = ("epc", "parent", "child", "input", "output")


@dataclass(frozen=True, slots=True)
class Touched:
    """The records of an operation and the goods that they name."""

    records: tuple[bytes, ...]
    subjects: tuple[bytes, ...]


def touched(reader: Raw, records: Sequence[bytes]) -> Touched:
    items = layout("ledger_eventitem")
    rows = reader.select_in(f"SELECT {items.listed} FROM ledger_eventitem WHERE record {{keys}}", records)
    named = {items.values(row, ("identifier",))[0] for row in rows if items.values(row, ("role",))[0] in GOODS}
    return Touched(tuple(records), tuple(sorted(cast(set[bytes], named))))


def wrote(reader: Raw, bare: Raw, log: str, records: Sequence[bytes]) -> Wrote:
    """The operation behind these records, done on `reader`'s copy and not yet on `bare`'s."""
    told = touched(reader, records)
    added = {table: of_records(reader, table, told.records) for table in ADDED}
    table = layout(SUBJECTS)
    before = {table.key_of(row): row for row in of_subjects(bare, SUBJECTS, told.subjects)}
    after = of_subjects(reader, SUBJECTS, told.subjects)
    mine = [row for row in after if table.values(row, ("log",)) == (log,) or before.get(table.key_of(row)) != row]
    counted = counters(reader, bare)
    return Wrote(
        added,
        names(reader, log, added),
        sorted(mine, key=table.key_of),
        differing(table, before, mine),
        moved(reader, bare, told.subjects),
        counted,
        numbers(reader, bare) if counted else [],
    )


def of_records(raw: Raw, table: str, records: Iterable[bytes]) -> list[Row]:
    shape = layout(table)
    column = "record" if "record" in shape.columns else "id"
    return raw.select_in(f"SELECT {shape.listed} FROM {table} WHERE {column} {{keys}}", records)


def of_subjects(raw: Raw, table: str, subjects: Iterable[bytes]) -> list[Row]:
    return raw.select_in(f"SELECT {layout(table).listed} FROM {table} WHERE subject {{keys}}", subjects)


def names(reader: Raw, log: str, added: dict[str, list[Row]]) -> list[Row]:
    """The names that were said: of what the events mention, of where it happened, of where goods came to lie.

    In the order of their keys, so that two writers of the same new names never wait for each other in a ring.
    """
    wanted = set(_values("ledger_eventitem", added, "identifier"))
    wanted |= {*_values("ledger_record", added, "read_point"), *_values("ledger_record", added, "biz_location")}
    wanted |= set(_values("genealogy_edge", added, "parent"))  # the lot that only a serial's master data names
    postings = layout("stock_posting")
    for row in added["stock_posting"]:
        holder, amount = postings.values(row, ("holder", "quantity"))
        wanted |= {holder} if amount > 0 else set()
    shape = layout(NAMES)
    sql = f"SELECT {shape.listed} FROM {NAMES} WHERE id {{keys}}"
    found = reader.select_in(sql, cast(set[bytes], wanted - {None}))
    above = {shape.values(row, ("item",))[0] for row in found} - {None} - wanted
    found += reader.select_in(sql, cast(set[bytes], above)) if above else []
    return sorted((row for row in found if shape.values(row, ("log",)) == (log,)), key=shape.key_of)


def _values(table: str, added: dict[str, list[Row]], column: str) -> Iterable[object]:
    shape = layout(table)
    return (shape.values(row, (column,))[0] for row in added[table])


def moved(reader: Raw, bare: Raw, subjects: Sequence[bytes]) -> list[tuple[Row, tuple[int, ...]]]:
    """The balances that changed, as they stand now, and by how much."""
    shape = layout(BALANCES)
    before = {shape.key_of(row): shape.values(row, AMOUNTS) for row in of_subjects(bare, BALANCES, subjects)}
    found = []
    for row in of_subjects(reader, BALANCES, subjects):
        old = before.get(shape.key_of(row))
        was = old or (0,) * len(AMOUNTS)
        more = tuple(now - then for now, then in zip(shape.values(row, AMOUNTS), was, strict=True))
        if any(more) or old is None:  # what came and went within a batch leaves a row with nothing in it
            found.append((row, more))
    return found


def counters(reader: Raw, bare: Raw) -> list[tuple[str, str, int]]:
    """The lot number counters that went on."""
    sql = f"SELECT log, prefix, next_number FROM {COUNTERS}"
    return [cast(tuple[str, str, int], row) for row in set(reader.select(sql)) - set(bare.select(sql))]


def numbers(reader: Raw, bare: Raw) -> list[tuple[str, str]]:
    """The lot numbers that were handed out."""
    sql = f"SELECT log, number FROM {NUMBERS}"
    return [cast(tuple[str, str], row) for row in set(reader.select(sql)) - set(bare.select(sql))]


def unequal(one: Raw, other: Raw, told: Touched) -> list[str]:
    """The tables whose rows of these operations differ between two copies."""
    rows = {table: (of_records(one, table, told.records), of_records(other, table, told.records)) for table in ADDED}
    for table in (SUBJECTS, BALANCES):
        rows[table] = (of_subjects(one, table, told.subjects), of_subjects(other, table, told.subjects))
    counted = f"SELECT log, prefix, next_number FROM {COUNTERS}"
    rows[COUNTERS] = (one.select(counted), other.select(counted))
    return [table for table, (here, there) in rows.items() if set(here) != set(there)]


def longer(one: Raw, other: Raw) -> list[str]:
    """The tables of ours that are not equally long in two copies: what was written where nobody looked."""
    tables = [table for table in models() if table.startswith(OURS)]
    return [table for table in tables if _length(one, table) != _length(other, table)]


def _length(raw: Raw, table: str) -> int:
    return int(raw.select(f"SELECT COUNT(*) FROM {table}")[0][0])


def together(parts: Iterable[Touched]) -> Touched:
    every = list(parts)
    records = tuple(chain.from_iterable(part.records for part in every))
    return Touched(records, tuple({subject for part in every for subject in part.subjects}))


__all__ = ["Layout", "Touched", "longer", "together", "touched", "unequal", "wrote"]
