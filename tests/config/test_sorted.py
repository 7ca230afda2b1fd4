"""Tables kept in the order of their key: new ones, those that Django makes anew, and those of before."""

from typing import Any

import pytest
from django.db import connection, models

from suyuan.config.backends.sqlite.schema import SORTED
from suyuan.genealogy.models import Edge
from suyuan.ledger.migrations._sorted import sort

pytestmark = pytest.mark.engine("sqlite")

ROW = {"log": "plant", "record": bytes(16), "kind": "input", "parent": b"p" * 16, "child": b"c" * 16, "since": 1}


def sorted_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_list WHERE wr")
        return {name for (name,) in cursor.fetchall() if not name.startswith("sqlite_")}


def made_by(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
        return dict(cursor.fetchall())


def unsorted(table: str) -> None:
    """As it was before: the same table with a rowid, and its indexes."""
    statements = made_by(table)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(statements.pop(table).removesuffix(" WITHOUT ROWID"), None)
        for index in statements.values():
            cursor.execute(index, None)


def test_it_works() -> None:
    assert sorted_tables() == SORTED


@pytest.mark.parametrize("table", sorted(SORTED))
def test_a_table_of_before_becomes_sorted(table: str) -> None:
    wanted = made_by(table)
    unsorted(table)
    assert table not in sorted_tables()
    with connection.schema_editor() as editor:
        sort(editor, table)
    assert made_by(table) == wanted


def test_its_rows_are_kept() -> None:
    unsorted("genealogy_edge")
    rows: list[dict[str, Any]] = [ROW | {"child": bytes([n]) * 16, "until": n or None} for n in (3, 0, 2, 1)]
    Edge.objects.bulk_create([Edge(**row) for row in rows])
    with connection.schema_editor() as editor:
        sort(editor, "genealogy_edge")
    assert [(edge.child[0], edge.until) for edge in Edge.objects.order_by("child")] == [
        (0, None),
        (1, 1),
        (2, 2),
        (3, 3),
    ]


def test_django_makes_it_anew_as_it_is() -> None:
    Edge.objects.create(**ROW)
    field = models.CharField(max_length=9)
    field.set_attributes_from_name("kind")
    with connection.schema_editor() as editor:
        editor.alter_field(Edge, Edge._meta.get_field("kind"), field)
    assert "genealogy_edge" in sorted_tables()
    assert Edge.objects.get().parent == ROW["parent"]
