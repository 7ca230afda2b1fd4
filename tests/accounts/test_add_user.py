"""Accounts, their roles, and logging in with them."""

from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate

from suyuan.accounts.models import Grant, Role, User
from suyuan.accounts.queries import actor_of
from suyuan.accounts.roles import default_roles
from suyuan.accounts.writes import At, do_add_role, do_add_site, do_add_team, do_add_user, do_grant, do_revoke
from suyuan.gs1.problems import Refused
from tests.plugins.engines import Statements

pytestmark = pytest.mark.django_db
SITES = {"hz": ["hz-milk"]}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in refused.value.problems]


def add_wang() -> User:
    do_add_site(code="hz", name_zh="杭州", name_en="Hangzhou", time_zone="Asia/Shanghai")
    return do_add_user(username="Wang.Fang", name=" 王芳 ", password="s3cret", grants=[At("keeper", "site:hz")])


def test_it_works(statements: Callable[[], Statements]) -> None:
    user = User.objects.get(pk=add_wang().pk)
    with statements() as seen:
        actor = actor_of(user, SITES)
    assert len(seen) == 1
    assert (actor.id, actor.name, actor.roles) == (str(user.pk), "王芳", ("keeper",))
    assert actor.may("receive", "hz-milk")
    assert not actor.may("receive")


def test_logging_in_knows_one_spelling_of_the_user_name() -> None:
    user = add_wang()
    assert authenticate(None, username="WANG.fang", password="s3cret") == user
    assert authenticate(None, username="wang.fang", password="wrong") is None


def test_without_a_password_nobody_logs_in() -> None:
    do_add_user(username="scanner-1", name="Scanner 1")
    assert authenticate(None, username="scanner-1", password="") is None


def test_who_is_switched_off_may_nothing() -> None:
    user = add_wang()
    user.is_active = False
    user.save()
    assert actor_of(user, SITES).permissions == {}
    assert authenticate(None, username="wang.fang", password="s3cret") is None


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept() -> None:
    add_wang()
    before = (User.objects.count(), Grant.objects.count())
    with pytest.raises(Refused) as refused:
        do_add_user(
            username="WANG.FANG", name=" ", grants=[At("boss"), At("keeper", "site:sh"), At("keeper", "Halle 1")]
        )
    assert codes(refused) == [
        ("username", "accounts.username_taken"),
        ("name", "accounts.name_missing"),
        ("role", "accounts.role_unknown"),
        ("scope", "accounts.scope_unknown"),
        ("scope", "accounts.scope_unknown"),
    ]
    assert (User.objects.count(), Grant.objects.count()) == before


@pytest.mark.parametrize("username", ["", "wang fang", "wang\x00", "w" * 65])
def test_a_user_name_that_cannot_be_typed_is_refused(username: str) -> None:
    with pytest.raises(Refused) as refused:
        do_add_user(username=username, name="x")
    assert codes(refused) == [("username", "accounts.username_bad")]


def test_granting_twice_is_granting_once_and_revoking_takes_it_all() -> None:
    user = add_wang()
    do_grant(user=user, role="inspector", scope="hz-milk")
    do_grant(user=user, role="inspector", scope="hz-milk")
    assert actor_of(user, SITES).roles == ("inspector", "keeper")
    assert do_revoke(user=user, role="inspector", scope="hz-milk")
    assert not do_revoke(user=user, role="inspector", scope="hz-milk")
    assert actor_of(user, SITES).roles == ("keeper",)


def test_a_warehouse_with_the_name_of_an_unknown_site_is_no_mistake() -> None:
    user = add_wang()
    with pytest.raises(Refused) as refused:
        do_add_user(username="li", name="李", grants=[At("keeper", "sh"), At("keeper", "site:sh")])
    assert [problem.params["scope"] for problem in refused.value.problems] == ["site:sh"]
    assert do_grant(user=user, role="keeper", scope="sh").scope == "sh"


def test_a_new_installation_has_the_roles_of_the_table() -> None:
    kept = {role.code: role.permissions for role in Role.objects.all()}
    assert kept == {role.code: list(role.permissions) for role in default_roles()}


def test_a_role_of_ones_own() -> None:
    do_add_role(code="night", name_zh="夜班", name_en="Night shift", permissions=["receive", "lot.hold:read"])
    user = do_add_user(username="zhao", name="赵", grants=[At("night")])
    assert actor_of(user, {}).may("receive")
    with pytest.raises(Refused) as refused:
        do_add_role(code="Night", name_zh="", name_en="", permissions=["receive", "fly"])
    assert codes(refused) == [("code", "accounts.code_bad"), ("permissions", "accounts.permission_unknown")]


def test_sites_and_teams() -> None:
    user = add_wang()
    team = do_add_team(code="a-shift", name_zh="甲班", name_en="Shift A", site="hz", members=[user])
    assert [member.name for member in team.members.all()] == ["王芳"]
    with pytest.raises(Refused) as refused:
        do_add_site(code="hz", name_zh="", name_en="", time_zone="China")
    assert codes(refused) == [("code", "accounts.code_taken"), ("time_zone", "accounts.time_zone_unknown")]
    with pytest.raises(Refused) as refused:
        do_add_team(code="a-shift", name_zh="", name_en="", site="sh")
    assert codes(refused) == [("code", "accounts.code_taken"), ("site", "accounts.site_unknown")]
