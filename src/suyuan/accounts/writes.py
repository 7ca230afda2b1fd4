"""The ways people and rights are changed. Each refuses with all problems at once and does everything or nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from suyuan.accounts.models import Grant, Role, Site, Team, Token, User
from suyuan.accounts.permissions import split
from suyuan.accounts.queries import digest_of
from suyuan.accounts.roles import SHIPPED
from suyuan.accounts.rules import (
    CARRIER,
    EVERYWHERE,
    KINDS,
    PERSON,
    SITE_PREFIX,
    USERNAME,
    is_code,
    is_scope,
    is_time_zone,
    login_name,
)
from suyuan.gs1.problems import Problem, Refused

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


def refuse(problems: Iterable[Problem | None]) -> None:
    """Raise with the problems there are, if any."""
    found = [problem for problem in problems if problem]
    if found:
        raise Refused(found)


def bad_code(code: str, *, taken: bool) -> Problem | None:
    """What is wrong with the code of a new thing."""
    if not is_code(code):
        return Problem("accounts.code_bad", "code", {"code": code})
    return Problem("accounts.code_taken", "code", {"code": code}) if taken else None


@transaction.atomic
def do_add_site(*, code: str, name_zh: str, name_en: str, time_zone: str) -> Site:
    """A new site; `time_zone` as ``Asia/Shanghai``."""
    refuse(
        [
            bad_code(code, taken=Site.objects.filter(code=code).exists()),
            None
            if is_time_zone(time_zone)
            else Problem("accounts.time_zone_unknown", "time_zone", {"zone": time_zone}),
        ]
    )
    return Site.objects.create(code=code, name_zh=name_zh, name_en=name_en, time_zone=time_zone)


@transaction.atomic
def do_add_team(
    *, code: str, name_zh: str, name_en: str, site: str | None = None, members: Iterable[User] = ()
) -> Team:
    """A new team of one site, or of none."""
    known = site is None or Site.objects.filter(code=site).exists()
    refuse(
        [
            bad_code(code, taken=Team.objects.filter(code=code).exists()),
            None if known else Problem("accounts.site_unknown", "site", {"site": str(site)}),
        ]
    )
    team = Team.objects.create(code=code, name_zh=name_zh, name_en=name_en, site_id=site)
    team.members.set(members)
    return team


@transaction.atomic
def do_add_role(*, code: str, name_zh: str, name_en: str, permissions: Iterable[str]) -> Role:
    """A new role; every permission must stand in the registry."""
    wanted = list(permissions)
    unknown = [text for text in wanted if not split(text)]
    refuse(
        [
            bad_code(code, taken=Role.objects.filter(code=code).exists()),
            *(Problem("accounts.permission_unknown", "permissions", {"permission": text}) for text in unknown),
        ]
    )
    return Role.objects.create(code=code, name_zh=name_zh, name_en=name_en, permissions=wanted)


@dataclass(frozen=True, slots=True)
class At:
    """A role and where it is held; from `since` until before `until`, where they are given (aware)."""

    role: str
    scope: str = EVERYWHERE
    since: datetime | None = None
    until: datetime | None = None


@transaction.atomic
def do_add_user(
    *,
    username: str,
    name: str,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    kind: str = PERSON,
    person: str = "",
    partner: str = "",
    must_change_password: bool = False,
    grants: Iterable[At] = (),
    id: UUID | None = None,
) -> User:
    """A new account with its roles, under a chance id where none is given.

    Without a password nobody can log in with it. How strong that is judges the edge.
    """
    login, roles, key = login_name(username), list(grants), id or uuid4()
    taken = User.objects.filter(username=login).exists()
    refuse(
        [
            None if USERNAME.fullmatch(login) else Problem("accounts.username_bad", "username", {"username": username}),
            Problem("accounts.username_taken", "username", {"username": username}) if taken else None,
            *account_problems(name=name, kind=kind, person=person, partner=partner, email=email, phone=phone),
            *grant_problems(roles),
        ]
    )
    user = User(
        id=key, username=login, name=name.strip(), email=email, phone=phone, language=language, kind=kind,
        person=person.strip() or str(key), partner=partner.strip(), must_change_password=must_change_password,
    )  # fmt: skip
    user.set_password(password)
    user.save(force_insert=True)
    Grant.objects.bulk_create(
        Grant(user=user, role_id=at.role, scope=at.scope, since=at.since, until=at.until)
        for at in {(at.role, at.scope): at for at in roles}.values()
    )
    return user


def account_problems(*, name: str, kind: str, person: str, partner: str, email: str, phone: str) -> list[Problem]:
    """What is wrong with what is said about an account; whether the partner exists is asked further up."""
    found: list[Problem] = []
    if not name.strip():
        found.append(Problem("accounts.name_missing", "name"))
    if kind not in KINDS:
        found.append(Problem("accounts.kind_unknown", "kind", {"kind": kind}))
    if kind == CARRIER and not partner.strip():
        found.append(Problem("accounts.partner_missing", "partner"))
    if kind != CARRIER and partner.strip():
        found.append(Problem("accounts.partner_needless", "partner"))
    if email and not _EMAIL.fullmatch(email):
        found.append(Problem("accounts.email_bad", "email", {"email": email}))
    found += [
        Problem("accounts.text_long", field, {"longest": str(longest)})
        for field, text, longest in (("name", name, 200), ("person", person, 64), ("partner", partner, 64),
                                     ("phone", phone, 32), ("email", email, 254))
        if len(text.strip()) > longest
    ]  # fmt: skip
    return found


@transaction.atomic
def do_change_user(user: User, changes: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """Set fields of an account; what differs, old and new. A value as it was changes nothing."""
    moved = {name: (getattr(user, name), value) for name, value in changes.items() if getattr(user, name) != value}
    if moved:
        for name, (_old, value) in moved.items():
            setattr(user, name, value)
        user.version += 1
        user.save(update_fields=[*moved, "version"])
    return moved


@transaction.atomic
def do_set_password(user: User, password: str | None, *, must_change: bool) -> None:
    """A new password, or none with which anybody could log in; all sessions end with the old one."""
    user.set_password(password)
    user.must_change_password = must_change
    user.version += 1
    user.save(update_fields=["password", "must_change_password", "version"])


def grant_problems(grants: Iterable[At]) -> list[Problem]:
    """What is wrong with roles to be granted; whether a warehouse exists is asked further up."""
    wanted = list(grants)
    roles = (
        set(Role.objects.filter(code__in={at.role for at in wanted}).values_list("code", flat=True))
        if wanted
        else set()
    )
    named = {at.scope.removeprefix(SITE_PREFIX) for at in wanted if at.scope.startswith(SITE_PREFIX)}
    sites = set(Site.objects.filter(code__in=named).values_list("code", flat=True)) if named else set()
    gone = {SITE_PREFIX + site for site in named - sites}
    bad = [at for at in wanted if at.scope in gone or not is_scope(at.scope)]
    return [
        *(Problem("accounts.role_unknown", "role", {"role": at.role}) for at in wanted if at.role not in roles),
        *(Problem("accounts.scope_unknown", "scope", {"scope": at.scope}) for at in bad),
    ]


@transaction.atomic
def do_grant(
    *, user: User, role: str, scope: str = EVERYWHERE, since: datetime | None = None, until: datetime | None = None
) -> Grant:
    """Give a role; giving it again sets its times anew."""
    refuse(
        [
            *grant_problems([At(role, scope)]),
            Problem("accounts.times_turned", "until") if since and until and until <= since else None,
        ]
    )
    times = {"since": since, "until": until}
    return Grant.objects.update_or_create(user=user, role_id=role, scope=scope, defaults=times)[0]


@transaction.atomic
def do_revoke(*, user: User, role: str, scope: str = EVERYWHERE) -> bool:
    """Take a role away; False if it was not held there. That it was held stays in the change record, not here."""
    return Grant.objects.filter(user=user, role_id=role, scope=scope).delete()[0] > 0


@transaction.atomic
def do_put_role(*, code: str, name_zh: str, name_en: str, permissions: Iterable[str]) -> Role:
    """Change a role, or make it. One that was shipped stays as it is."""
    wanted = sorted(set(permissions))
    refuse(
        [
            bad_code(code, taken=False),
            Problem("accounts.role_shipped", "code", {"role": code}) if code in SHIPPED else None,
            *(
                Problem("accounts.permission_unknown", "permissions", {"permission": text})
                for text in wanted
                if not split(text)
            ),
        ]
    )
    told = {"name_zh": name_zh, "name_en": name_en, "permissions": wanted}
    return Role.objects.update_or_create(code=code, defaults=told)[0]


@transaction.atomic
def do_put_team(*, code: str, name_zh: str, name_en: str, site: str | None, members: Iterable[str]) -> Team:
    """Change a team, or make it; `members`: all of its members by their user names."""
    wanted = {login_name(member): member for member in members}
    users = {user.username: user for user in User.objects.filter(username__in=wanted)}
    known = site is None or Site.objects.filter(code=site).exists()
    refuse(
        [
            bad_code(code, taken=False),
            None if known else Problem("accounts.site_unknown", "site", {"site": str(site)}),
            *(
                Problem("accounts.user_unknown", "members", {"user": member})
                for login, member in wanted.items()
                if login not in users
            ),
        ]
    )
    told = {"name_zh": name_zh, "name_en": name_en, "site_id": site}
    team = Team.objects.update_or_create(code=code, defaults=told)[0]
    team.members.set(users.values())
    return team


LONGEST_TOKEN = timedelta(days=400)


@transaction.atomic
def do_add_token(
    *,
    id: UUID,
    user: User,
    name: str,
    secret: str,
    permissions: Iterable[str],
    warehouses: Iterable[str],
    made_at: datetime,
    expires_at: datetime,
) -> Token:
    """A token for a machine. Of its secret the hash alone is kept."""
    wanted = sorted(set(permissions))
    refuse(
        [
            None if name.strip() else Problem("accounts.token_nameless", "name"),
            Problem("accounts.text_long", "name", {"longest": "100"}) if len(name.strip()) > 100 else None,
            None
            if made_at < expires_at <= made_at + LONGEST_TOKEN
            else Problem("accounts.token_times", "expires", {"days": str(LONGEST_TOKEN.days)}),
            None if user.is_active else Problem("accounts.user_off", "user", {"user": user.username}),
            *(
                Problem("accounts.permission_unknown", "permissions", {"permission": text})
                for text in wanted
                if not split(text)
            ),
        ]
    )
    return Token.objects.create(
        id=id, user=user, name=name.strip(), digest=digest_of(secret), permissions=wanted,
        warehouses=sorted(set(warehouses)), made_at=made_at, expires_at=expires_at,
    )  # fmt: skip


@transaction.atomic
def do_revoke_token(token: Token, at: datetime) -> bool:
    """From now on it opens nothing; False if it did not before."""
    return Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at) > 0
