"""Commands on people and rights. Names of people stand in the record as commitments, passwords nowhere."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from suyuan.accounts.models import Grant, Role, Team, Token, User
from suyuan.accounts.queries import administrators, rights_of_person
from suyuan.accounts.rules import CARRIER, EVERYWHERE, MACHINE, SITE_PREFIX, login_name
from suyuan.accounts.writes import (
    At,
    account_problems,
    do_add_role,
    do_add_token,
    do_add_user,
    do_change_user,
    do_grant,
    do_put_role,
    do_put_team,
    do_revoke,
    do_revoke_token,
    do_set_password,
)
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.params import Personal, Secret
from suyuan.governance.records import people_uri, person_uri
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.tlog.jcs import Json

MANAGE = "user.manage"
PERSONAL = frozenset({"username", "name", "email", "phone", "person"})
ONLY_ONE = "only_administrator"  # why somebody could give himself a right: nobody else was there to do it
Moved = Mapping[str, tuple[object, object]]


# -- accounts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUser:
    """`grants`: roles and where they are held. Without a password nobody can log in with the account.

    `person`: the staff number, or whatever else tells the natural person; the account's own id where it is empty.
    """

    username: Personal
    name: Personal
    email: Personal | None = None
    phone: Personal | None = None
    password: Secret | None = None
    must_change_password: bool = False
    language: str = "zh-hans"
    kind: str = "person"
    person: Personal | None = None
    partner: str = ""
    grants: tuple[At, ...] = ()


@command(AddUser, permission=MANAGE, scope=None)
def add_user(ctx: Context, who: Who, c: AddUser) -> Plan:
    refuse_unknown(c.grants, who.directory.warehouses)
    refuse_stranger(c.partner, who)
    with watched(ctx, who) as noted:
        user = do_add_user(
            username=c.username,
            name=c.name,
            password=c.password,
            email=c.email or "",
            phone=c.phone or "",
            must_change_password=c.must_change_password,
            language=c.language,
            kind=c.kind,
            person=c.person or "",
            partner=c.partner,
            grants=c.grants,
            id=UUID(ctx.mint()),
        )
    told = {name: getattr(user, name) for name in ("username", "name", "kind", "partner", "email", "phone", "language")}
    change = about_user(user, {name: ("", value) for name, value in told.items() if value}, new=True)
    return Plan(result={"id": str(user.pk), **noted}, about=[person_uri(str(user.pk))], changes=[change])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser:
    """What is said about an account; a field that is None stays. `version`: the one the form showed."""

    user: Personal
    version: int | None = None
    name: Personal | None = None
    email: Personal | None = None
    phone: Personal | None = None
    language: str | None = None
    kind: str | None = None
    person: Personal | None = None
    partner: str | None = None


@command(ChangeUser, permission=MANAGE, scope=None)
def change_user(ctx: Context, who: Who, c: ChangeUser) -> Plan:
    user = user_of(c.user)
    given = {
        name: str(value).strip()
        for name in ("name", "email", "phone", "language", "kind", "person", "partner")
        if (value := getattr(c, name)) is not None
    }
    if "person" in given:
        given["person"] = given["person"] or str(user.pk)
    told = {name: given.get(name, getattr(user, name)) for name in _JUDGED}
    problems = account_problems(**told)
    if c.version is not None and c.version != user.version:
        problems.append(Problem("governance.account_changed", "", {"user": user.username}))
    if problems:
        raise Refused(problems)
    refuse_stranger(told["partner"] if told["kind"] == CARRIER else "", who)
    with watched(ctx, who) as noted:
        if is_himself(ctx, user) and given.get("person", user.person) != user.person:
            noted.update(alone_or_refused(ctx, "person", administrators(ctx.now)))
        moved = do_change_user(user, given)
    return _changed(user, moved, noted)


_JUDGED = ("name", "kind", "person", "partner", "email", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOff:
    """Nobody logs in with the account any more, its sessions end and its tokens open nothing."""

    user: Personal
    reason: str = ""


@command(SwitchOff, permission=MANAGE, scope=None)
def switch_off(ctx: Context, who: Who, c: SwitchOff) -> Plan:
    user = user_of(c.user)
    with watched(ctx, who) as noted:
        moved = do_change_user(user, {"is_active": False})
    return _changed(user, moved, noted)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOn:
    user: Personal
    reason: str = ""


@command(SwitchOn, permission=MANAGE, scope=None)
def switch_on(ctx: Context, who: Who, c: SwitchOn) -> Plan:
    user = user_of(c.user)
    with watched(ctx, who) as noted:
        moved = do_change_user(user, {"is_active": True})
    return _changed(user, moved, noted)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """Whoever is logged in with the account is logged out, everywhere."""

    user: Personal


@command(EndSessions, permission=MANAGE, scope=None)
def end_sessions(ctx: Context, who: Who, c: EndSessions) -> Plan:
    user = user_of(c.user)
    return _changed(user, do_change_user(user, {"era": user.era + 1}), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """A password from somebody else's hand: it has to be changed at the first login. All sessions end."""

    user: Personal
    password: Secret


@command(ResetPassword, permission=MANAGE, scope=None)
def reset_password(ctx: Context, who: Who, c: ResetPassword) -> Plan:
    user = user_of(c.user)
    do_set_password(user, c.password, must_change=not is_himself(ctx, user))
    return _changed(user, {"password": ("", "reset")}, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetFactors:
    """For a lost telephone or key: codes, passkeys and recovery codes of the account are gone, its sessions end."""

    user: Personal
    reason: str = ""


@command(ResetFactors, permission=MANAGE, scope=None)
def reset_factors(ctx: Context, who: Who, c: ResetFactors) -> Plan:
    user = user_of(c.user)
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    do_change_user(user, {"era": user.era + 1})
    return _changed(user, {"factors": (kinds, [])}, {})


# -- roles and where they are held -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRole:
    code: str
    name_zh: str = ""
    name_en: str = ""
    permissions: tuple[str, ...]


@command(AddRole, permission=MANAGE, scope=None)
def add_role(ctx: Context, who: Who, c: AddRole) -> Plan:
    role = do_add_role(code=c.code, name_zh=c.name_zh, name_en=c.name_en, permissions=c.permissions)
    return Plan(result={"code": c.code}, about=[people_uri("role", c.code)], changes=[_role_change(role, None)])


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
    change = _role_change(role, before)
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
    return _changed(user, {f"role {c.role} @ {c.at}": (_times(before), _times(grant))}, noted)


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
    moved = {f"role {c.role} @ {c.at}": (_times(before), "")} if held else {}
    return _changed(user, moved, {"held": held, **noted})


# -- teams -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PutTeam:
    """Change a team, or make it; `members`: all of its members by their user names."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    site: str | None = None
    members: tuple[Personal, ...] = ()


@command(PutTeam, permission=MANAGE, scope=None)
def put_team(ctx: Context, who: Who, c: PutTeam) -> Plan:
    before = Team.objects.filter(code=c.code).first()
    old = _team_json(before) if before else {}
    team = do_put_team(code=c.code, name_zh=c.name_zh, name_en=c.name_en, site=c.site, members=c.members)
    uri = people_uri("team", c.code)
    change = _change(uri, c.code, 0, before is None, _between(old, _team_json(team)))
    return Plan(result={"code": c.code}, about=[uri], changes=[change])


def _team_json(team: Team) -> dict[str, object]:
    members = sorted(str(key) for key in team.members.values_list("pk", flat=True))
    return {"name_zh": team.name_zh, "name_en": team.name_en, "site": team.site_id or "", "members": members}


# -- keys for machines -------------------------------------------------------------------------------------------------


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
    change = _change(uri, token.name, 0, new, moved)
    about = [uri, person_uri(str(token.user_id))]
    return Plan(result={"id": str(token.pk)}, about=about, changes=[change] if moved else [])


# -- what nobody may do to himself, or to the last administrator -------------------------------------------------------


@contextmanager
def watched(ctx: Context, who: Who) -> Iterator[dict[str, Json]]:
    """Around what changes rights: an administrator is left, and nobody gave himself what he did not hold.

    Where there is no second administrator the latter is done, and what this yields says so, for the result.
    """
    sites = who.directory.sites
    there = administrators(ctx.now)
    before = rights_of_person(ctx.actor.human, sites)
    noted: dict[str, Json] = {}
    yield noted
    if there and not administrators(ctx.now):
        raise Refused([Problem("governance.last_administrator", "user")])
    if ctx.actor.kind != MACHINE and _gained(before, rights_of_person(ctx.actor.human, sites)):
        noted.update(alone_or_refused(ctx, "role", there))


def _gained(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> bool:
    """Is anything allowed now, somewhere, that was not?"""
    return any(
        EVERYWHERE not in before.get(permission, ()) and not where <= before.get(permission, frozenset())
        for permission, where in after.items()
    )


def alone_or_refused(ctx: Context, field: str, there: Mapping[str, str]) -> dict[str, Json]:
    """What he does to his own rights: refused where another administrator (`there`: account → person) could do it."""
    if any(person != ctx.actor.human for person in there.values()):
        raise Refused([Problem("governance.right_to_oneself", field)])
    return {"exception": ONLY_ONE}


def is_himself(ctx: Context, user: User) -> bool:
    """Is it an account of the person who acts? A machine is nobody's."""
    return ctx.actor.kind != MACHINE and (user.person or str(user.pk)) == ctx.actor.human


# -- what the record says ----------------------------------------------------------------------------------------------


def about_user(user: User, moved: Moved, *, new: bool = False) -> Json:
    """A change of an account as its record says it: names as commitments."""
    told = {name: tuple(_personal(name, value) for value in pair) for name, pair in moved.items()}
    return _change(person_uri(str(user.pk)), str(user.pk), user.version, new, told)


def _personal(name: str, value: object) -> object:
    return Personal(value) if name in PERSONAL and isinstance(value, str) else value


def _changed(user: User, moved: Moved, noted: Mapping[str, Json]) -> Plan:
    result = {"id": str(user.pk), **noted}
    return Plan(result=result, about=[person_uri(str(user.pk))], changes=[about_user(user, moved)] if moved else [])


def _change(uri: str, key: str, version: int, new: bool, moved: Mapping[str, object]) -> Json:
    fields = {name: [_plain(value) for value in _pair(pair)] for name, pair in moved.items()}
    return {"uri": uri, "key": key, "version": version, "new": new, "fields": fields}


def _pair(pair: object) -> tuple[object, ...]:
    return tuple(pair) if isinstance(pair, tuple | list) else (pair,)


def _plain(value: object) -> Json:
    if isinstance(value, str):
        return value  # a Personal stays one, until the kernel commits to it
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    return [str(part) for part in value] if isinstance(value, list) else str(value)


def _between(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    return {name: (old.get(name, ""), value) for name, value in new.items() if old.get(name, "") != value}


def _role_change(role: Role, before: Role | None) -> Json:
    names = ("name_zh", "name_en", "permissions")
    old = {name: getattr(before, name) for name in names} if before else {}
    moved = _between(old, {name: getattr(role, name) for name in names})
    return _change(people_uri("role", role.code), role.code, 0, before is None, moved)


def _times(grant: Grant | None) -> str:
    """When a role is held, as text; empty if it is not."""
    if grant is None:
        return ""
    return "–".join(at.isoformat() if at else "" for at in (grant.since, grant.until))


# -- what is not there -------------------------------------------------------------------------------------------------


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


def refuse_stranger(partner: str, who: Who) -> None:
    """A carrier's account works for a partner there is."""
    if partner and partner not in {known.code for known in who.directory.partners.values()}:
        raise Refused([Problem("governance.partner_unknown", "partner", {"partner": partner})])
