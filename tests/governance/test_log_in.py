"""Logins and failures are access records, one a minute; of nobody known there is none."""

import pytest
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.test import RequestFactory

from suyuan.accounts.models import User
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.governance.audit import Wanted, search
from suyuan.ledger.models import Record
from tests.operations.dairy import Desk


@pytest.fixture
def kai(desk: Desk) -> User:
    with governed():
        return do_add_user(username="kai", name="Kai", password="grass-2-milk", grants=[At("keeper")])


def test_a_login_is_recorded(kai: User) -> None:
    request = RequestFactory().get("/login", headers={"user-agent": "PDA-3"}, REMOTE_ADDR="192.0.2.77")
    user_logged_in.send(User, request=request, user=kai)
    (found,) = search(Wanted(command="login")).entries
    assert found.actor == str(kai.pk)
    assert (found.kind, found.log, found.roles) == ("access", "company", ("keeper",))
    assert (found.body["terminal"], found.body["address"]) == ("PDA-3", "192.0.2.0/24")


def test_failures_are_counted_once_a_minute(kai: User) -> None:
    request = RequestFactory().get("/login")
    for username in ("kai", "KAI", "nobody"):
        user_login_failed.send(__name__, credentials={"username": username}, request=request)
    assert 1 <= len(search(Wanted(command="login_failed")).entries) <= 2  # the minute may turn
    assert len(search(Wanted(refused=True)).entries) == len(search(Wanted(command="login_failed")).entries)


def test_the_name_typed_by_nobody_is_not_kept(kai: User) -> None:
    user_login_failed.send(__name__, credentials={"username": "nobody"}, request=RequestFactory().get("/"))
    assert not Record.objects.filter(type="login_failed").exists()
