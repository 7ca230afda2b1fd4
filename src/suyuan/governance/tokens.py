"""Commands on the tokens of machines."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from suyuan.accounts.models import Token
from suyuan.accounts.writes import (
    At,
    do_add_token,
    do_revoke_token,
)
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.params import Personal, Secret
from suyuan.governance.people_found import refuse_unknown, user_of
from suyuan.governance.people_records import MANAGE, Moved, change_of
from suyuan.governance.records import people_uri, person_uri
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AddToken:
    """A key for a machine, in the name of `user`. Empty `permissions` or `warehouses`: all that its account may."""

    user: Personal
    name: str
    secret: Secret
    expires: datetime
    permissions: tuple[str, ...] = ()
    warehouses: tuple[str, ...] = ()


@command(AddToken, permission=MANAGE, scope=None)
def add_token(ctx: Context, who: Who, c: AddToken) -> Plan:
    refuse_unknown([At("", code) for code in c.warehouses], who.directory.warehouses)
    user = user_of(c.user)
    token = do_add_token(
        id=UUID(ctx.mint()), user=user, name=c.name, secret=c.secret, permissions=c.permissions,
        warehouses=c.warehouses, made_at=ctx.now, expires_at=c.expires,
    )  # fmt: skip
    return _about_token(token, {"name": ("", c.name), "expires": ("", c.expires)}, new=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """The token opens nothing any more."""

    token: UUID


@command(RevokeToken, permission=MANAGE, scope=None)
def revoke_token(ctx: Context, who: Who, c: RevokeToken) -> Plan:
    token = Token.objects.filter(pk=c.token).first()
    if token is None:
        raise Refused([Problem("governance.token_unknown", "token")])
    held = do_revoke_token(token, ctx.now)
    return _about_token(token, {"revoked": ("", ctx.now)} if held else {}, new=False)


def _about_token(token: Token, moved: Moved, *, new: bool) -> Plan:
    uri = people_uri("token", str(token.pk))
    change = change_of(uri, token.name, 0, new, moved)
    about = [uri, person_uri(str(token.user_id))]
    return Plan(result={"id": str(token.pk)}, about=about, changes=[change] if moved else [])
