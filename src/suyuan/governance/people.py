"""Commands on accounts. Names of people stand in the record as commitments, passwords nowhere."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator

from suyuan.accounts.proving import lift_lock
from suyuan.accounts.queries import administrators
from suyuan.accounts.rules import CARRIER
from suyuan.accounts.writes import (
    At,
    account_problems,
    do_add_user,
    do_change_user,
    do_set_password,
)
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.own_rights import alone_or_refused, is_himself, watched
from suyuan.governance.params import Personal, Secret
from suyuan.governance.people_found import refuse_stranger, refuse_unknown, user_of
from suyuan.governance.people_records import MANAGE, about_user, changed_user
from suyuan.governance.records import person_uri
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused


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
    return changed_user(user, moved, noted)


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
    return changed_user(user, moved, noted)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOn:
    user: Personal
    reason: str = ""


@command(SwitchOn, permission=MANAGE, scope=None)
def switch_on(ctx: Context, who: Who, c: SwitchOn) -> Plan:
    user = user_of(c.user)
    with watched(ctx, who) as noted:
        moved = do_change_user(user, {"is_active": True})
    return changed_user(user, moved, noted)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """Whoever is logged in with the account is logged out, everywhere."""

    user: Personal


@command(EndSessions, permission=MANAGE, scope=None)
def end_sessions(ctx: Context, who: Who, c: EndSessions) -> Plan:
    user = user_of(c.user)
    return changed_user(user, do_change_user(user, {"era": user.era + 1}), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """A password from somebody else's hand: it has to be changed at the first login. All sessions end, and so does the
    rest that wrong passwords brought upon the account.
    """

    user: Personal
    password: Secret


@command(ResetPassword, permission=MANAGE, scope=None)
def reset_password(ctx: Context, who: Who, c: ResetPassword) -> Plan:
    user = user_of(c.user)
    do_set_password(user, c.password, must_change=not is_himself(ctx, user))
    lift_lock(user)
    return changed_user(user, {"password": ("", "reset")}, {})


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
    return changed_user(user, {"factors": (kinds, [])}, {})
