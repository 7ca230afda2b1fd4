"""The first administrator, made at the machine, and the way back in for one who is shut out."""

import argparse
import re

import pytest

from suyuan.accounts.models import Grant, User
from suyuan.cli import account
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Body, Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> "Said":
    return Said(capsys)


class Said:
    """`said("add", "boss", "--name", "Boss")` is what is printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> str:
        parser = argparse.ArgumentParser()
        account.arguments(parser)
        assert account.run(parser.parse_args(words)) == 0
        return self.capsys.readouterr().out.strip()


def password_in(line: str) -> str:
    found = re.search(r"([a-z2-9]{4}-){2}[a-z2-9]{5}$", line)
    assert found, line
    return found[0]


def test_it_works(said: Said) -> None:
    password = password_in(said("add", "boss", "--name", "王厂长"))
    user = User.objects.get(username="boss")
    assert user.check_password(password)
    assert (user.name, user.kind, user.must_change_password) == ("王厂长", "person", True)
    assert list(Grant.objects.filter(user=user).values_list("role_id", "scope")) == [("admin", "*")]


def test_it_leaves_a_record_without_the_password(said: Said) -> None:
    password = password_in(said("add", "boss", "--name", "Boss"))
    assert Record.objects.filter(log="company", kind="change").count() == 1
    assert all(password.encode() not in bytes(body.body) for body in Body.objects.all())


def test_who_is_shut_out_gets_in_again(said: Said) -> None:
    first = password_in(said("add", "boss", "--name", "Boss"))
    second = password_in(said("password", "boss"))
    assert second != first
    user = User.objects.get(username="boss")
    assert user.check_password(second)
    assert user.must_change_password


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "boss", "--name", "Another"], "accounts.username_taken"),
        (["add", "other", "--name", "X", "--role", "king"], "accounts.role_unknown"),
        (["password", "nobody"], "governance.user_unknown"),
    ],
)
def test_refusals_change_nothing(said: Said, words: list[str], code: str) -> None:
    said("add", "boss", "--name", "Boss")
    with pytest.raises(Refused) as refused:
        said(*words)
    assert code in [problem.code for problem in refused.value.problems]
    assert list(User.objects.values_list("username", "name")) == [("boss", "Boss")]
