"""What PostgreSQL has planned for a connection outlives a refusal, and nothing that might make it wrong."""

from contextlib import suppress

import pytest
from django.db import DataError, connection, transaction

pytestmark = pytest.mark.engine("postgresql")
ASKED = "SELECT code FROM catalog_item WHERE id = %s"


class Changed(Exception):
    """Somebody's mind."""


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall() if "catalog_item" in statement]


def ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [1])


@pytest.fixture(autouse=True)
def at_once(engine: str) -> None:
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0


def test_a_refusal_keeps_it(engine: str) -> None:
    with suppress(Changed), transaction.atomic():
        ask()
        connection.cursor().execute("CREATE TABLE gone (id int)")
        raise Changed
    ask()
    assert len(prepared()) == 1
    assert "gone" not in connection.introspection.table_names()  # and it was rolled back all the same


def test_what_the_server_refuses_clears_it(engine: str) -> None:
    with suppress(DataError), transaction.atomic():
        ask()
        connection.cursor().execute("SELECT 1 / %s::int", [0])
    assert prepared() == []


def test_a_changed_table_clears_it(engine: str) -> None:
    ask()
    with transaction.atomic():
        connection.cursor().execute("ALTER TABLE catalog_item ALTER code TYPE varchar(200)")
    ask()
    assert len(prepared()) == 1
