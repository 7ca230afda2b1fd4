"""The ways people and rights are changed. Each refuses with all problems at once and does everything or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from suyuan.accounts.models import Grant, Role, Site, Team, User
from suyuan.accounts.permissions import split
from suyuan.accounts.rules import EVERYWHERE, SITE_PREFIX, USERNAME, is_code, is_scope, is_time_zone, login_name
from suyuan.gs1.problems import Problem, Refused


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
    """A role and where it is held."""

    role: str
    scope: str = EVERYWHERE


@transaction.atomic
def do_add_user(
    *,
    username: str,
    name: str,
    password: str | None = None,
    email: str = "",
    language: str = "zh-hans",
    is_system: bool = False,
    grants: Iterable[At] = (),
    id: UUID | None = None,
) -> User:
    """A new account with its roles, under a chance id where none is given.

    Without a password nobody can log in with it. How strong that is judges the edge.
    """
    login, roles = login_name(username), list(grants)
    refuse(
        [
            None if USERNAME.fullmatch(login) else Problem("accounts.username_bad", "username", {"username": username}),
            Problem("accounts.username_taken", "username", {"username": username})
            if User.objects.filter(username=login).exists()
            else None,
            None if name.strip() else Problem("accounts.name_missing", "name"),
            *grant_problems(roles),
        ]
    )
    user = User(
        id=id or uuid4(), username=login, name=name.strip(), email=email, language=language, is_system=is_system
    )
    user.set_password(password)
    user.save(force_insert=True)
    Grant.objects.bulk_create(Grant(user=user, role_id=at.role, scope=at.scope) for at in dict.fromkeys(roles))
    return user


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
def do_grant(*, user: User, role: str, scope: str = EVERYWHERE) -> Grant:
    """Give a role; giving it twice changes nothing."""
    refuse(grant_problems([At(role, scope)]))
    return Grant.objects.get_or_create(user=user, role_id=role, scope=scope)[0]


@transaction.atomic
def do_revoke(*, user: User, role: str, scope: str = EVERYWHERE) -> bool:
    """Take a role away; False if it was not held there. That it was held stays in the change record, not here."""
    return Grant.objects.filter(user=user, role_id=role, scope=scope).delete()[0] > 0
