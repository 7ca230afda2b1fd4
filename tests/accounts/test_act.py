"""What an actor may do, without a database: the table of roles, levels, scopes and sites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.accounts.permissions import PERMISSIONS, Level, implied, split
from suyuan.accounts.roles import MATRIX, default_roles
from suyuan.accounts.rules import SYSTEM, Actor, Granted, actor_from, in_language, is_scope, is_time_zone, login_name

ROLES = {role.code: role for role in default_roles()}
SITES = {"hz": frozenset({"hz-milk", "hz-cold"})}


def actor(role: str, scope: str = "*") -> Actor:
    return actor_from("1", "王芳", [Granted(role, ROLES[role].permissions, scope)], SITES)


def test_it_works() -> None:
    keeper = actor("keeper", "site:hz")
    assert keeper.may("receive", "hz-milk")
    assert keeper.may("receive", "hz-cold")
    assert not keeper.may("receive", "sh-1")
    assert not keeper.may("inspect", "hz-milk")
    assert keeper.scopes("ship") == {"hz-milk", "hz-cold"}
    assert keeper.roles == ("keeper",)


def test_every_permission_stands_in_the_table_and_no_other() -> None:
    assert [code for code, _ in MATRIX] == list(PERMISSIONS)
    assert len(ROLES) == 10
    assert {p for role in ROLES.values() for p in role.permissions if not split(p)} == set()


@pytest.mark.parametrize(
    ("role", "does", "does_not"),
    [
        (
            "admin",
            ["user.manage", "place.edit", "item.edit", "log.key", "audit.export:read"],
            ["receive", "lot.release", "trace.full:read"],
        ),
        (
            "keeper",
            ["receive", "lot.hold", "adjust", "destroy", "recall.notify", "place.edit:read", "work.errors:read-own"],
            ["lot.release", "item.edit", "place.edit", "inspect", "work.errors:read"],
        ),
        (
            "inspector",
            ["inspect", "lot.release", "recall.start"],
            ["lot.release:approve", "receive", "recall.start:approve"],
        ),
        (
            "quality",
            ["lot.release:approve", "item.merge:approve", "lot.hold", "item.edit:read", "work.errors:read"],
            ["lot.release", "inspect", "item.edit"],
        ),
        (
            "finance",
            ["po.create:approve", "order.create", "adjust.above:approve", "cost.view:read", "audit.export"],
            ["po.create", "adjust"],
        ),
        (
            "buyer",
            ["po.create", "item.edit", "supplier.approve", "cost.view:read-own"],
            ["item.merge", "cost.view:read", "order.create"],
        ),
        ("production", ["produce", "lot.hold"], ["lot.release", "item.edit"]),
        ("auditor", ["user.manage:read", "audit.export", "cost.view:read"], ["user.manage", "receive"]),
        (
            "carrier",
            ["delivery:own", "temperature:own", "ship:read-own"],
            ["delivery", "ship", "ship:read", "count:own"],
        ),
        ("device", ["receive:own", "count:own", "temperature:own"], ["receive", "receive:read", "trace.full:read-own"]),
    ],
)
def test_a_role_reaches_as_far_as_the_table_says(role: str, does: list[str], does_not: list[str]) -> None:
    assert [p for p in does if not actor(role).may(p)] == []
    assert [p for p in does_not if actor(role).may(p)] == []


def test_nobody_is_his_own_second_person_by_role() -> None:
    for role in ROLES.values():
        assert [p for p in role.permissions if p + Level.APPROVE in role.permissions] == [], role.code


def test_only_the_auditor_and_the_administrator_see_rights_and_nobody_changes_events() -> None:
    assert {code for code in ROLES if actor(code).may("user.manage:read")} == {"admin", "auditor"}
    assert not [code for code in PERMISSIONS if code.startswith("event")]


def test_company_wide_needs_a_grant_everywhere() -> None:
    assert actor("buyer", "*").may("item.edit")
    assert not actor("buyer", "site:hz").may("item.edit")
    assert not actor("buyer", "hz-milk").may("item.edit")


def test_an_unknown_site_covers_nothing() -> None:
    assert actor("keeper", "site:gone").permissions == {}


def test_a_permission_that_no_longer_exists_allows_nothing() -> None:
    assert actor_from("1", "x", [Granted("old", ("teleport", "receive:sometimes"), "*")], {}).permissions == {}


def test_the_system_does_everything_and_approves_nothing() -> None:
    assert all(SYSTEM.may(code, "anywhere") for code in PERMISSIONS)
    assert not any(SYSTEM.may(code + Level.APPROVE) for code in PERMISSIONS)


permissions = st.builds(str.__add__, st.sampled_from(sorted(PERMISSIONS)), st.sampled_from(list(Level)))
grants = st.builds(
    Granted,
    st.sampled_from(["a", "b"]),
    st.lists(permissions, max_size=4).map(tuple),
    st.sampled_from(["*", "site:hz", "hz-milk", "sh-1"]),
)


@given(st.lists(grants), grants)
def test_a_further_grant_never_takes_anything_away(held: list[Granted], more: Granted) -> None:
    before, after = actor_from("1", "x", held, SITES), actor_from("1", "x", [*held, more], SITES)
    assert all(where <= after.scopes(permission) for permission, where in before.permissions.items())


@given(permissions)
def test_what_is_implied_implies_nothing_further(permission: str) -> None:
    assert {q for p in implied(permission) for q in implied(p)} == set(implied(permission))


@pytest.mark.parametrize(
    ("scope", "good"),
    [
        ("*", True),
        ("hz-1", True),
        ("site:hz", True),
        ("site:*", False),
        ("HZ", False),
        ("-a", False),
        ("", False),
        ("a" * 13, False),
    ],
)
def test_scopes_are_spelt_in_one_way(scope: str, good: bool) -> None:
    assert is_scope(scope) is good


def test_user_names_have_one_spelling() -> None:
    assert login_name(" Ｗａｎｇ ") == login_name("wang") == "wang"


@pytest.mark.parametrize(
    ("zone", "good"),
    [("Asia/Shanghai", True), ("Asia", False), ("../etc/passwd", False), ("", False), ("Mars/Phobos", False)],
)
def test_time_zones_are_those_of_the_database(zone: str, good: bool) -> None:
    assert is_time_zone(zone) is good


def test_names_fall_back_to_what_there_is() -> None:
    assert in_language("zh-hans", "牛奶", "Milk") == "牛奶"
    assert in_language("en", "牛奶", "Milk") == "Milk"
    assert in_language("en", "牛奶", "") == "牛奶"
    assert in_language("en", "", "", "M-1") == "M-1"
