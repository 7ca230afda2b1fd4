"""Writing to a governed table outside a command raises."""

import threading

import pytest
from django.contrib.auth.models import update_last_login
from django.db import connection

from suyuan.accounts.models import User
from suyuan.capture import guard
from suyuan.catalog.models import Item
from suyuan.governance.models import ApprovalRequest, Setting
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
        ('UPDATE "accounts_user" SET "last_login" = %s WHERE "accounts_user"."id" = %s', None),
        ('UPDATE "accounts_user" SET "password" = %s WHERE "accounts_user"."id" = %s', None),
        ('UPDATE "accounts_user" SET "password" = %s, "is_active" = %s WHERE "id" = %s', "accounts_user"),
        ('UPDATE "accounts_user" SET "person" = %s WHERE "id" = %s', "accounts_user"),
        ('INSERT INTO "accounts_user" ("id") VALUES (%s)', "accounts_user"),
        ('DELETE FROM "accounts_team_members" WHERE 1', "accounts_team_members"),
        ('INSERT INTO "accounts_token" ("id") VALUES (%s)', "accounts_token"),
        ('UPDATE "accounts_tokenuse" SET "last_used" = %s', None),
        ('UPDATE "governance_approvalrequest" SET "state" = %s', "governance_approvalrequest"),
        ('INSERT INTO "governance_signature" ("id") VALUES (%s)', "governance_signature"),
        ('UPDATE "governance_setting" SET "value" = %s', "governance_setting"),
        ('UPDATE "governance_job" SET "done" = %s', None),
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
    with guard.governed():
        user = User.objects.create(username="x", name="X")
    update_last_login(User, user)
    assert User.objects.get(username="x").last_login is not None


def test_nobody_helps_himself(desk: Desk) -> None:
    with guard.governed():
        user = User.objects.create(username="x", name="X")
    user.person = "another"
    with pytest.raises(guard.Ungoverned, match="accounts_user"):
        user.save()
    with pytest.raises(guard.Ungoverned, match="accounts_user"):
        User.objects.create(username="y", name="Y")
    with pytest.raises(guard.Ungoverned, match="governance_setting"):
        Setting.objects.create(key="small_firm", value=True)
    with pytest.raises(guard.Ungoverned, match="governance_approvalrequest"):
        ApprovalRequest.objects.update(state="approved")
