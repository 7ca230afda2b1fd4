"""Rows go to either engine and come back as they were, by every way that many or few of them take."""

from typing import Any, cast

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from hypothesis import example, given, settings
from hypothesis import strategies as st

from suyuan.capture.personal import PERSONAL
from suyuan.genealogy.projector import EDGE
from suyuan.ledger.bulk import COPY_AT_ONCE, COPY_FROM, Table, by_index, insert, is_postgres, select_in
from suyuan.ledger.entries import BODY, IDENTIFIER, ITEM, PENDING, RECORD
from suyuan.ledger.sequencer import LEAF, LEASE, TREE
from suyuan.ledger.wire import Array
from suyuan.stock.store import BALANCE, POSTING, SUBJECT

TABLES = (RECORD, BODY, IDENTIFIER, ITEM, PENDING, LEASE, TREE, LEAF, EDGE, SUBJECT, BALANCE, POSTING, PERSONAL)
ODD = Table("odd", n="int", log="text", id="key", other="key", body="bytes", at="int", number="mid", step="small")
MADE = "n bigint, log text, id bytea, other bytea, body bytea, at bigint, number integer, step smallint"
Row = tuple[object, ...]


def _number(bits: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(-(2**bits), 2**bits - 1)


_key = st.binary(min_size=16, max_size=16)
_rows = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        _key,
        st.none() | _key,
        st.none() | st.binary(max_size=300),
        _number(63),
        _number(31),
        _number(15),
    ),
    min_size=1,
    max_size=3,
)
PLAIN: Row = ("W1", bytes(16), b"k" * 16, b"", 1, -1, 0)


def _columns_of(cursor: CursorWrapper, table: Table) -> dict[str, str]:
    cursor.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
        [table.name],
    )
    return {name: "text" if type_ == "character varying" else type_ for name, type_ in cursor.fetchall()}


@pytest.mark.engine
def test_columns_have_the_types_that_the_database_gives_them(engine: str) -> None:
    if engine != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in TABLES:
            found = _columns_of(cursor, table)
            told = dict(zip(table.columns, table.types, strict=True))
            assert told == {name: found[name] for name in table.columns}, table.name


@pytest.mark.engine
def test_rows_come_back_as_they_were(engine: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE odd ({MADE})")

        @settings(max_examples=50, deadline=None, database=None)
        @given(st.sampled_from([1, COPY_FROM, COPY_AT_ONCE + 1]), _rows)
        @example(1, [PLAIN, ("溯源", b"k" * 16, None, None, None, None, None)])
        def law(count: int, some: list[Row]) -> None:
            rows = [(n, *some[n % len(some)]) for n in range(count)]
            cursor.execute("DELETE FROM odd")
            insert(cursor, ODD, rows)
            cursor.execute("SELECT * FROM odd ORDER BY n")
            assert [tuple(row) for row in cursor.fetchall()] == rows
            keys = [cast(bytes, row[2]) for row in rows]
            asked = select_in(cursor, "SELECT n FROM odd WHERE n >= %s AND id {keys}", keys, 0)
            assert len(asked) == count
            one_by_one = by_index(cursor.db, "SELECT n FROM odd WHERE n >= %s AND", "id")
            assert sorted(select_in(cursor, one_by_one, keys, 0)) == sorted(asked)

        law()


@pytest.mark.engine
def test_a_statement_with_arrays_can_be_shown(engine: str) -> None:
    if engine != "postgresql":
        return
    column = ["a'b", None, '"\\', "溯源"]
    with connection.cursor() as cursor:
        arrays: list[Any] = [Array("text", "text", column), Array("key", "bytea", [b"k", None])]
        cursor.execute("SELECT %b::text[], %b::bytea[]", arrays)
        assert cursor.fetchone() == (column, [b"k", None])
        cursor.execute(connection.ops.last_executed_query(cursor, "SELECT %b::text[], %b::bytea[]", arrays))
        assert cursor.fetchone() == (column, [b"k", None])


@pytest.mark.engine
def test_nothing_is_no_statement(engine: str) -> None:
    with connection.cursor() as cursor:
        insert(cursor, ODD, [])  # there is no such table
        assert select_in(cursor, "SELECT n FROM odd WHERE id {keys}", []) == []
        assert is_postgres(cursor.db) == (engine == "postgresql")
