"""People and rights change by commands; nobody helps himself, and somebody is always left who may manage."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from suyuan.accounts.models import Grant, Role, Team, Token, TokenUse, User
from suyuan.accounts.queries import actor_of, administrators, bearer, token_of
from suyuan.accounts.rules import Actor
from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.governance.kernel import execute
from suyuan.governance.params import Personal, Secret
from suyuan.governance.queries import changes_about
from suyuan.governance.records import people_uri, person_uri
from suyuan.governance.rights import (
    AddToken,
    AddUser,
    ChangeUser,
    EndSessions,
    GrantRole,
    PutRole,
    PutTeam,
    ResetPassword,
    RevokeRole,
    RevokeToken,
    SwitchOff,
    SwitchOn,
)
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Body
from tests.operations.dairy import ADMIN, KEEPER, Desk, codes, refusal

SECRET = "sy_" + "x" * 43


@pytest.fixture
def boss(desk: Desk) -> Actor:
    """The only administrator, as an account of his own."""
    return actor_of(administrator("boss", "S-1"), {})


def administrator(username: str, person: str) -> User:
    with governed():
        return do_add_user(username=username, name="Boss Zhao", password="pw", person=person, grants=[At("admin")])


def grant(user: User, role: str, scope: str = "*") -> None:
    with governed():
        Grant.objects.create(user=user, role_id=role, scope=scope)


def second(desk: Desk) -> Actor:
    return actor_of(administrator("deputy", "S-2"), {})


def user(name: str) -> User:
    return User.objects.get(username=name)


def test_it_works(desk: Desk, boss: Actor) -> None:
    second(desk)
    done = desk.run(
        AddUser(username=Personal("wang"), name=Personal("Wang Wu"), person=Personal("S-7"), phone=Personal("138")),
        boss,
    )
    desk.run(ChangeUser(user=Personal("wang"), name=Personal("Wang Liu"), language="en", version=1), boss)
    wang = user("wang")
    assert (wang.name, wang.language, wang.person, wang.version) == ("Wang Liu", "en", "S-7", 2)
    latest, first = changes_about(person_uri(str(done.value["id"])))
    (change,) = latest.body["changes"]
    assert (change["uri"], change["version"], change["new"]) == (person_uri(str(wang.pk)), 2, False)
    assert change["fields"]["language"] == ["zh-hans", "en"]
    assert set(change["fields"]["name"][1]) == {"commitment"}
    assert first.body["changes"][0]["new"] is True
    written = b"".join(bytes(body) for body in Body.objects.values_list("body", flat=True))
    assert not [text for text in (b"Wang", b"wang", b"S-7", b'"138"') if text in written]


def test_a_form_shown_before_another_change_changes_nothing(desk: Desk, boss: Actor) -> None:
    desk.run(AddUser(username=Personal("wang"), name=Personal("Wang Wu")), boss)
    desk.run(ChangeUser(user=Personal("wang"), language="en", version=1), boss)
    command = ChangeUser(user=Personal("wang"), language="zh-hans", version=1)
    assert refusal(desk, command, boss) == {("", "governance.account_changed")}


def test_all_that_is_wrong_with_an_account_is_said_at_once(desk: Desk, boss: Actor) -> None:
    command = AddUser(username=Personal("a b"), name=Personal(" "), kind="robot", email=Personal("nobody"))
    assert refusal(desk, command, boss) == {
        ("username", "accounts.username_bad"),
        ("name", "accounts.name_missing"),
        ("kind", "accounts.kind_unknown"),
        ("email", "accounts.email_bad"),
    }


def test_a_carrier_works_for_a_partner_there_is(desk: Desk, boss: Actor) -> None:
    driver = AddUser(username=Personal("li"), name=Personal("Li"), kind="carrier")
    assert refusal(desk, driver, boss) == {("partner", "accounts.partner_missing")}
    assert refusal(desk, replace(driver, partner="NOBODY"), boss) == {("partner", "governance.partner_unknown")}
    desk.run(replace(driver, partner="FARM"), boss)
    assert actor_of(user("li"), {}).partner == "FARM"


def test_nobody_gives_himself_a_right(desk: Desk, boss: Actor) -> None:
    second(desk)
    assert refusal(desk, GrantRole(user=Personal("boss"), role="keeper"), boss) == {
        ("role", "governance.right_to_oneself")
    }
    later = desk.now + timedelta(days=1)
    assert refusal(desk, GrantRole(user=Personal("boss"), role="keeper", since=later), boss) == {
        ("role", "governance.right_to_oneself")
    }
    mine = AddUser(username=Personal("boss2"), name=Personal("B"), person=Personal("S-1"), grants=(At("quality"),))
    assert refusal(desk, mine, boss) == {("role", "governance.right_to_oneself")}
    assert refusal(desk, ChangeUser(user=Personal("boss"), person=Personal("S-9")), boss) == {
        ("person", "governance.right_to_oneself")
    }
    desk.run(GrantRole(user=Personal("deputy"), role="keeper"), boss)
    assert refusal(desk, ChangeUser(user=Personal("deputy"), person=Personal("S-1")), boss) == {
        ("role", "governance.right_to_oneself")
    }


def test_nor_through_a_role_he_holds(desk: Desk, boss: Actor) -> None:
    second(desk)
    desk.run(PutRole(code="helper", permissions=("user.manage:read",)), boss)
    grant(user("boss"), "helper")
    command = PutRole(code="helper", permissions=("user.manage:read", "lot.release"))
    assert refusal(desk, command, boss) == {("role", "governance.right_to_oneself")}
    assert Role.objects.get(code="helper").permissions == ["user.manage:read"]


def test_the_only_administrator_may_and_the_record_says_so(desk: Desk, boss: Actor) -> None:
    result = desk.run(GrantRole(user=Personal("boss"), role="keeper"), boss)
    assert result.value["exception"] == "only_administrator"
    (change,) = changes_about(person_uri(boss.id))
    assert change.body["result"]["exception"] == "only_administrator"


def test_a_second_account_of_his_is_no_second_administrator(desk: Desk, boss: Actor) -> None:
    administrator("boss2", "S-1")
    assert desk.run(GrantRole(user=Personal("boss2"), role="keeper"), boss).value["exception"] == "only_administrator"


@pytest.mark.parametrize(
    "command",
    [
        SwitchOff(user=Personal("boss")),
        RevokeRole(user=Personal("boss"), role="admin"),
        ChangeUser(user=Personal("boss"), kind="system"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_the_last_administrator_stays(desk: Desk, boss: Actor, command: object) -> None:
    assert refusal(desk, command, boss) == {("user", "governance.last_administrator")}
    assert list(administrators(desk.now).values()) == ["S-1"]
    other = second(desk)
    desk.run(command, other)
    assert list(administrators(desk.now).values()) == ["S-2"]


def test_nor_by_a_right_that_ends(desk: Desk, boss: Actor) -> None:
    past = desk.now - timedelta(days=1)
    command = GrantRole(user=Personal("boss"), role="admin", until=past)
    assert refusal(desk, command, boss) == {("user", "governance.last_administrator")}


def test_who_is_switched_off_is_out_and_can_come_back(desk: Desk, boss: Actor) -> None:
    desk.run(AddUser(username=Personal("wang"), name=Personal("W"), password=Secret("x"), grants=(At("keeper"),)), boss)
    desk.run(SwitchOff(user=Personal("wang"), reason="left"), boss)
    assert actor_of(user("wang"), {}).permissions == {}
    desk.run(SwitchOn(user=Personal("wang")), boss)
    assert actor_of(user("wang"), {}).may("receive")


def test_a_right_holds_in_its_time(desk: Desk, boss: Actor) -> None:
    desk.run(AddUser(username=Personal("wang"), name=Personal("W")), boss)
    day = timedelta(days=1)
    desk.run(GrantRole(user=Personal("wang"), role="keeper", since=desk.now + day, until=desk.now + 3 * day), boss)
    may = [actor_of(user("wang"), {}, desk.now + n * day).may("receive") for n in range(5)]
    assert may == [False, True, True, False, False]  # the desk's clock goes on a minute with each command
    turned = GrantRole(user=Personal("wang"), role="keeper", since=desk.now + day, until=desk.now)
    assert refusal(desk, turned, boss) == {("until", "accounts.times_turned")}


def test_ending_sessions_and_resetting_a_password_change_what_sessions_hang_on(desk: Desk, boss: Actor) -> None:
    desk.run(AddUser(username=Personal("wang"), name=Personal("W"), password=Secret("first-one")), boss)
    hashes = [user("wang").get_session_auth_hash()]
    desk.run(EndSessions(user=Personal("wang")), boss)
    hashes.append(user("wang").get_session_auth_hash())
    desk.run(ResetPassword(user=Personal("wang"), password=Secret("second-one")), boss)
    hashes.append(user("wang").get_session_auth_hash())
    assert len(set(hashes)) == 3
    assert user("wang").check_password("second-one")
    assert user("wang").must_change_password
    assert not [b for b in Body.objects.values_list("body", flat=True) if b"second-one" in bytes(b)]


def test_shipped_roles_are_copied_not_changed(desk: Desk, boss: Actor) -> None:
    before = Role.objects.get(code="keeper").permissions
    assert refusal(desk, PutRole(code="keeper", permissions=()), boss) == {("code", "accounts.role_shipped")}
    desk.run(PutRole(code="night", name_zh="夜班", permissions=(*before, "inspect:read")), boss)
    desk.run(PutRole(code="night", name_zh="夜班", permissions=("receive",)), boss)
    assert Role.objects.get(code="keeper").permissions == before
    assert Role.objects.get(code="night").permissions == ["receive"]
    latest = changes_about(people_uri("role", "night"))[0].body["changes"][0]
    assert latest["fields"]["permissions"][1] == ["receive"]
    assert "inspect:read" in latest["fields"]["permissions"][0]
    command = PutRole(code="night", permissions=("fly",))
    assert refusal(desk, command, boss) == {("permissions", "accounts.permission_unknown")}


def test_teams(desk: Desk, boss: Actor) -> None:
    desk.run(AddUser(username=Personal("wang"), name=Personal("W")), boss)
    desk.run(PutTeam(code="a", name_zh="甲班", members=(Personal("Wang"), Personal("boss"))), boss)
    desk.run(PutTeam(code="a", name_zh="甲班", members=(Personal("wang"),)), boss)
    assert [one.username for one in Team.objects.get(code="a").members.all()] == ["wang"]
    assert refusal(desk, PutTeam(code="a", site="moon", members=(Personal("nobody"),)), boss) == {
        ("site", "accounts.site_unknown"),
        ("members", "accounts.user_unknown"),
    }
    fields = changes_about(people_uri("team", "a"))[0].body["changes"][0]["fields"]
    assert sorted(map(len, fields["members"])) == [1, 2]


def machine(desk: Desk, boss: Actor, **more: Any) -> Token:
    new = AddUser(username=Personal("pda-1"), name=Personal("PDA 1"), kind="device", grants=(At("keeper"),))
    desk.run(new, boss)
    command = AddToken(
        user=Personal("pda-1"), name="Gate reader", secret=Secret(SECRET), expires=desk.now + timedelta(days=30), **more
    )
    return Token.objects.get(pk=UUID(str(desk.run(command, boss).value["id"])))


def test_a_token_opens_no_more_than_it_says(desk: Desk, boss: Actor) -> None:
    token = machine(desk, boss, permissions=("receive", "lot.hold:read", "lot.release"), warehouses=("main",))
    actor = bearer(token, {}, desk.now)
    assert actor.may("receive", "main")
    assert not actor.may("receive", "cold")
    assert not actor.may("ship", "main")
    assert actor.may("lot.hold:read", "main")
    assert not actor.may("lot.hold", "main")
    assert not actor.may("lot.release", "main")  # its account does not hold it
    assert SECRET not in token.digest
    assert not [b for b in Body.objects.values_list("body", flat=True) if SECRET.encode() in bytes(b)]


def test_a_token_ends(desk: Desk, boss: Actor) -> None:
    token = machine(desk, boss)
    assert token_of(SECRET, desk.now) == token
    assert token_of(SECRET + "y", desk.now) is None
    assert token_of(SECRET, token.expires_at) is None
    desk.run(SwitchOff(user=Personal("pda-1")), boss)
    assert token_of(SECRET, desk.now) is None
    desk.run(SwitchOn(user=Personal("pda-1")), boss)
    desk.run(RevokeToken(token=token.pk), boss)
    assert token_of(SECRET, desk.now) is None
    assert refusal(desk, RevokeToken(token=UUID(int=1)), boss) == {("token", "governance.token_unknown")}


def test_its_use_is_noted_once_a_minute(desk: Desk, boss: Actor) -> None:
    token = machine(desk, boss)
    used = []
    for seconds in (0, 30, 59, 61):
        token_of(SECRET, desk.now + timedelta(seconds=seconds))
        used.append((TokenUse.objects.get(token=token).last_used - desk.now).total_seconds())
    assert used == [0, 0, 0, 61]


def test_a_token_has_to_end_and_to_be_called_something(desk: Desk, boss: Actor) -> None:
    new = AddUser(username=Personal("pda-1"), name=Personal("PDA 1"), kind="device")
    desk.run(new, boss)
    command = AddToken(
        user=Personal("pda-1"), name=" ", secret=Secret(SECRET), expires=desk.now + timedelta(days=4000),
        permissions=("fly",),
    )  # fmt: skip
    assert refusal(desk, command, boss) == {
        ("name", "accounts.token_nameless"),
        ("expires", "accounts.token_times"),
        ("permissions", "accounts.permission_unknown"),
    }


def test_only_who_manages_accounts_may(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        execute(desk.context(KEEPER), SwitchOff(user=Personal("x")))
    assert codes(refused.value.problems) == {("", "governance.not_allowed")}
    assert refusal(desk, SwitchOff(user=Personal("x")), ADMIN) == {("user", "governance.user_unknown")}


def test_nothing_of_it_is_lost(desk: Desk, boss: Actor) -> None:
    """The body is JSON as the ledger keeps it, with what was old and new."""
    desk.run(AddUser(username=Personal("wang"), name=Personal("W")), boss)
    desk.run(GrantRole(user=Personal("wang"), role="keeper", at="main"), boss)
    change = changes_about(person_uri(str(user("wang").pk)))[0].body["changes"][0]
    assert change["fields"] == {"role keeper @ main": ["", "–"]}
    assert json.loads(json.dumps(change)) == change
