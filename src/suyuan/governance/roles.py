"""Commands on roles, and on who holds them where."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.accounts.models import Grant, Role
from suyuan.accounts.rules import EVERYWHERE
from suyuan.accounts.writes import (
    At,
    do_add_role,
    do_grant,
    do_put_role,
    do_revoke,
)
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.own_rights import watched
from suyuan.governance.params import Personal
from suyuan.governance.people_found import refuse_unknown, user_of
from suyuan.governance.people_records import MANAGE, changed_user, role_change, times_of
from suyuan.governance.records import people_uri
from suyuan.governance.registry import Plan, command


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRole:
    code: str
    name_zh: str = ""
    name_en: str = ""
    permissions: tuple[str, ...]


@command(AddRole, permission=MANAGE, scope=None)
def add_role(ctx: Context, who: Who, c: AddRole) -> Plan:
    role = do_add_role(code=c.code, name_zh=c.name_zh, name_en=c.name_en, permissions=c.permissions)
    return Plan(result={"code": c.code}, about=[people_uri("role", c.code)], changes=[role_change(role, None)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRole:
    """Change a role of the company's own, or make it. The roles as shipped are copied, not changed."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    permissions: tuple[str, ...]
    reason: str = ""


@command(PutRole, permission=MANAGE, scope=None)
def put_role(ctx: Context, who: Who, c: PutRole) -> Plan:
    before = Role.objects.filter(code=c.code).first()
    with watched(ctx, who) as noted:
        role = do_put_role(code=c.code, name_zh=c.name_zh, name_en=c.name_en, permissions=c.permissions)
    change = role_change(role, before)
    return Plan(result={"code": c.code, **noted}, about=[people_uri("role", c.code)], changes=[change])


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Give `user` (his user name) a role at `at`: a warehouse, ``site:CODE`` or everywhere, for a time or for good."""

    user: Personal
    role: str
    at: str = EVERYWHERE
    since: datetime | None = None
    until: datetime | None = None


@command(GrantRole, permission=MANAGE, scope=None)
def grant_role(ctx: Context, who: Who, c: GrantRole) -> Plan:
    refuse_unknown([At(c.role, c.at)], who.directory.warehouses)
    user = user_of(c.user)
    before = Grant.objects.filter(user=user, role_id=c.role, scope=c.at).first()
    with watched(ctx, who) as noted:
        grant = do_grant(user=user, role=c.role, scope=c.at, since=c.since, until=c.until)
    return changed_user(user, {f"role {c.role} @ {c.at}": (times_of(before), times_of(grant))}, noted)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRole:
    """Take a role away; what it allowed until now stays as it was done."""

    user: Personal
    role: str
    at: str = EVERYWHERE


@command(RevokeRole, permission=MANAGE, scope=None)
def revoke_role(ctx: Context, who: Who, c: RevokeRole) -> Plan:
    user = user_of(c.user)
    before = Grant.objects.filter(user=user, role_id=c.role, scope=c.at).first()
    with watched(ctx, who) as noted:
        held = do_revoke(user=user, role=c.role, scope=c.at)
    moved = {f"role {c.role} @ {c.at}": (times_of(before), "")} if held else {}
    return changed_user(user, moved, {"held": held, **noted})
