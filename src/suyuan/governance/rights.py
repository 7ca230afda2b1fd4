"""Commands on people and rights. Names of people stand in the record as commitments, passwords nowhere."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from suyuan.accounts.models import User
from suyuan.accounts.rules import EVERYWHERE, SITE_PREFIX, login_name
from suyuan.accounts.writes import At, do_add_role, do_add_user, do_grant, do_revoke
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.params import Personal, Secret
from suyuan.governance.records import person_uri
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUser:
    """`grants`: roles and where they are held. Without a password nobody can log in with the account."""

    username: Personal
    name: Personal
    email: Personal | None = None
    password: Secret | None = None
    language: str = "zh-hans"
    kind: str = "person"
    grants: tuple[At, ...] = ()


@command(AddUser, permission="user.manage", scope=None)
def add_user(ctx: Context, who: Who, c: AddUser) -> Plan:
    refuse_unknown(c.grants, who.directory.warehouses)
    user = do_add_user(
        username=c.username,
        name=c.name,
        password=c.password,
        email=c.email or "",
        language=c.language,
        kind=c.kind,
        grants=c.grants,
        id=UUID(ctx.mint()),
    )
    return Plan(result={"id": str(user.pk)}, about=[person_uri(str(user.pk))])


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRole:
    code: str
    name_zh: str = ""
    name_en: str = ""
    permissions: tuple[str, ...]


@command(AddRole, permission="user.manage", scope=None)
def add_role(ctx: Context, who: Who, c: AddRole) -> Plan:
    do_add_role(code=c.code, name_zh=c.name_zh, name_en=c.name_en, permissions=c.permissions)
    return Plan(result={"code": c.code})


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Give `user` (his user name) a role at `at`: a warehouse, ``site:CODE`` or everywhere."""

    user: Personal
    role: str
    at: str = EVERYWHERE


@command(GrantRole, permission="user.manage", scope=None)
def grant_role(ctx: Context, who: Who, c: GrantRole) -> Plan:
    refuse_unknown([At(c.role, c.at)], who.directory.warehouses)
    user = user_of(c.user)
    do_grant(user=user, role=c.role, scope=c.at)
    return Plan(result={"id": str(user.pk)}, about=[person_uri(str(user.pk))])


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRole:
    """Take a role away; what it allowed until now stays as it was done."""

    user: Personal
    role: str
    at: str = EVERYWHERE


@command(RevokeRole, permission="user.manage", scope=None)
def revoke_role(ctx: Context, who: Who, c: RevokeRole) -> Plan:
    user = user_of(c.user)
    held = do_revoke(user=user, role=c.role, scope=c.at)
    return Plan(result={"id": str(user.pk), "held": held}, about=[person_uri(str(user.pk))])


def user_of(username: str) -> User:
    """The account of a user name; Refused if there is none."""
    user = User.objects.filter(username=login_name(username)).first()
    if user is None:
        raise Refused([Problem("governance.user_unknown", "user", {"user": username})])
    return user


def refuse_unknown(grants: Iterable[At], warehouses: Collection[str]) -> None:
    """Only here is it known which warehouses there are."""
    wrong = [at for at in grants if at.scope != EVERYWHERE and not at.scope.startswith(SITE_PREFIX)]
    problems = [
        Problem("governance.warehouse_unknown", "at", {"warehouse": at.scope})
        for at in wrong
        if at.scope not in warehouses
    ]
    if problems:
        raise Refused(problems)
