"""Writing to a governed table outside a command raises."""

import threading

import pytest
from django.db import connection

from suyuan.accounts.models import Site, User
from suyuan.capture import guard
from suyuan.catalog.models import Item
from suyuan.stock.models import Balance
from tests.operations.dairy import Desk


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('INSERT INTO "ledger_record" (x) VALUES (1)', "ledger_record"),
        (" update stock_balance SET quantity = 0", "stock_balance"),
        ('DELETE FROM "genealogy_edge"', "genealogy_edge"),
        ("INSERT OR REPLACE INTO catalog_item VALUES (1)", "catalog_item"),
        ('UPDATE "accounts_grant" SET x = 1', "accounts_grant"),
        ('UPDATE "accounts_user" SET last_login = 1', None),
        ("SELECT * FROM ledger_record", None),
        ('INSERT INTO "django_session" VALUES (1)', None),
    ],
)
def test_it_knows_the_tables(sql: str, table: str | None) -> None:
    assert guard.governed_table(sql) == table


def test_a_write_by_the_way_raises(desk: Desk) -> None:
    with pytest.raises(guard.Ungoverned, match="catalog_item"):
        Item.objects.update(name_en="x")
    with pytest.raises(guard.Ungoverned, match="stock_balance"):
        Balance.objects.all().delete()
    with pytest.raises(guard.Ungoverned), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO ledger_pending (log, id) VALUES (%s, %s)", [("main", b"x")])


def test_the_door_is_for_one_thread(desk: Desk) -> None:
    seen: list[bool] = []
    with guard.governed():
        thread = threading.Thread(target=lambda: seen.append(bool(getattr(guard._open, "depth", 0))))
        thread.start()
        thread.join()
        Item.objects.update(name_en="x")
    assert seen == [False]


def test_people_still_log_in(desk: Desk) -> None:
    User.objects.create(username="x", name="X")
    assert Site.objects.count() == 1
