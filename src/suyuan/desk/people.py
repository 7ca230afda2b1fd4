"""Accounts: who there is, what he may do where, and the keys of machines; changed by commands alone."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import Grant, Role, Site, Token, User
from suyuan.accounts.permissions import PERMISSIONS
from suyuan.accounts.rules import CARRIER, DEVICE, EVERYWHERE, KINDS, MACHINE, PERSON, SITE_PREFIX, in_language
from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.sheets import request_id
from suyuan.desk.things import csv_response
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.governance.params import Personal, Secret
from suyuan.governance.rights import (
    AddToken,
    AddUser,
    ChangeUser,
    EndSessions,
    GrantRole,
    ResetFactors,
    ResetPassword,
    RevokeRole,
    RevokeToken,
    SwitchOff,
    SwitchOn,
)
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ui.frame import Choice
from suyuan.ui.tables import Column, Row, Table

PAGE = 50
KIND_WORDS = {PERSON: N_("Person"), DEVICE: N_("Device"), CARRIER: N_("Carrier"), MACHINE: N_("System")}
FIELDS = ("username", "name", "kind", "person", "partner", "email", "phone", "language")


@dataclass(frozen=True, slots=True)
class Held:
    """A role as a page shows it: what it is called, where and when it is held."""

    role: str
    name: str
    scope: str
    where: str
    since: datetime | None
    until: datetime | None
    now: bool


NOTHING = Held("", "", "", "", None, None, False)


# -- doing something ---------------------------------------------------------------------------------------------------


def act(desk: Desk, request: HttpRequest, command: object) -> tuple[Result | None, list[Problem]]:
    """Do a command once; its result, or all that is wrong."""
    context = Context(
        actor=desk.actor,
        request_id=request_id(request),
        now=desk.now,
        clock=desk.clock,
        locale=desk.language,
        terminal=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    try:
        return execute(context, command), []
    except Refused as refused:
        return None, list(refused.problems)


def may_manage(desk: Desk) -> bool:
    return desk.actor.may("user.manage")


# -- names for choices -------------------------------------------------------------------------------------------------


def role_names(language: str) -> dict[str, str]:
    rows = Role.objects.order_by("code").values_list("code", "name_zh", "name_en")
    return {code: in_language(language, zh, en, code) for code, zh, en in rows}


def scope_names(desk: Desk) -> dict[str, str]:
    """Where a role can be held: everywhere, at a site, in a warehouse."""
    sites = Site.objects.order_by("code").values_list("code", "name_zh", "name_en")
    known = {choice.code: choice.name for choice in desk.frame.warehouses}
    return {
        EVERYWHERE: _("Everywhere"),
        **{
            SITE_PREFIX + code: _("Site {name}").format(name=in_language(desk.language, zh, en, code))
            for code, zh, en in sites
        },
        **{code: known.get(code, code) for code in sorted(directory().warehouses)},
    }


def held_by(user: User, desk: Desk, roles: Mapping[str, str], scopes: Mapping[str, str]) -> list[Held]:
    return [held(grant, desk, roles, scopes) for grant in user.grants.all()]


def held(grant: Grant, desk: Desk, roles: Mapping[str, str], scopes: Mapping[str, str]) -> Held:
    now = (grant.since is None or grant.since <= desk.now) and (grant.until is None or grant.until > desk.now)
    return Held(
        grant.role_id, roles.get(grant.role_id, grant.role_id), grant.scope, scopes.get(grant.scope, grant.scope),
        grant.since, grant.until, now,
    )  # fmt: skip


def choices(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(code, _(word)) for code, word in words.items()]


# -- the list ----------------------------------------------------------------------------------------------------------


@desk_page("user.manage:read", anywhere=True)
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All accounts, those of one role, kind or state alone; `q` is part of a name."""
    asked = {name: clean(request.GET.get(name, "")) for name in ("q", "kind", "role", "state")}
    grants = Prefetch("grants", Grant.objects.order_by("role_id", "scope"))
    rows = wanted(asked).prefetch_related(grants, "teams").order_by("username")
    if request.GET.get("csv"):
        return export(rows, desk)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    roles, scopes = role_names(desk.language), scope_names(desk)
    context = {
        "page": shown, "total": shown.paginator.count, "asked": asked, "kinds": choices(KIND_WORDS),
        "roles": [Choice(code, name) for code, name in roles.items()], "may_manage": may_manage(desk),
        "accounts": [
            (user, _(KIND_WORDS.get(user.kind, user.kind)), held_by(user, desk, roles, scopes)) for user in shown
        ],
    }  # fmt: skip
    return page(request, desk, "desk/people/list.html", context)


def wanted(asked: Mapping[str, str]) -> QuerySet[User]:
    rows = User.objects.all()
    if asked["q"]:
        rows = rows.filter(Q(username__icontains=asked["q"]) | Q(name__icontains=asked["q"]))
    if asked["kind"] in KINDS:
        rows = rows.filter(kind=asked["kind"])
    if asked["role"]:
        rows = rows.filter(grants__role_id=asked["role"]).distinct()
    if asked["state"] in ("on", "off"):
        rows = rows.filter(is_active=asked["state"] == "on")
    return rows


def export(rows: QuerySet[User], desk: Desk) -> HttpResponse:
    """Who may do what where, a line for each role held: what an auditor asks for."""
    heads = (_("User name"), _("Name"), _("Kind"), _("State"), _("Role"), _("Where"), _("From"), _("Until"))
    roles, scopes = role_names(desk.language), scope_names(desk)
    table = Table("accounts", tuple(Column(head) for head in heads), [
        Row((
            user.username, user.name, _(KIND_WORDS.get(user.kind, user.kind)), _("on") if user.is_active else _("off"),
            one.name, one.where, one.since, one.until,
        ))
        for user in rows
        for one in held_by(user, desk, roles, scopes) or [NOTHING]
    ])  # fmt: skip
    return csv_response(table, _("Accounts"))


# -- one account -------------------------------------------------------------------------------------------------------


@desk_page("user.manage")
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new account. Its first password is made here and shown once."""
    typed = {name: clean(request.POST.get(name, "")) for name in FIELDS}
    typed["kind"] = typed["kind"] or PERSON
    problems: list[Problem] = []
    if request.method == "POST":
        password = start_password() if typed["kind"] != MACHINE else ""
        command = AddUser(
            username=Personal(typed["username"]), name=Personal(typed["name"]), email=Personal(typed["email"]),
            phone=Personal(typed["phone"]), password=Secret(password) if password else None, kind=typed["kind"],
            must_change_password=typed["kind"] in (PERSON, CARRIER), language=typed["language"] or desk.language,
            person=Personal(typed["person"]), partner=typed["partner"],
        )  # fmt: skip
        done, problems = act(desk, request, command)
        if done is not None:
            user = User.objects.get(pk=UUID(str(done.value["id"])))
            shown = "" if done.repeated else password
            return account_page(request, desk, user, secret=shown, secret_word=_("First password"))
    return account_form(request, desk, None, typed, problems)


def start_password() -> str:
    """Fourteen characters that nobody mistakes for others, about 70 bits; to be changed at the first login."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _n in range(4)) for _part in range(3)) + secrets.choice(letters)


@desk_page("user.manage:read", anywhere=True)
def account(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """One account; a POST changes one thing about it, which the button's name says."""
    user = User.objects.filter(pk=id).first()
    if user is None:
        raise Http404
    if request.method != "POST":
        return account_page(request, desk, user)
    problems: list[Problem] = []
    password = start_password() if request.POST.get("do") == "password" else ""
    secret = f"sy_{secrets.token_urlsafe(32)}" if request.POST.get("do") == "token" else ""
    command = asked_command(request, desk, user, password, secret, problems)
    done, refused = act(desk, request, command) if command is not None and not problems else (None, [])
    problems += refused
    if done is None:
        return account_page(request, desk, user, problems)
    if (password or secret) and not done.repeated:
        word = _("New password") if password else _("Token")
        user.refresh_from_db()
        return account_page(request, desk, user, secret=password or secret, secret_word=word)
    messages.success(request, _("Changed."))
    return HttpResponseRedirect(reverse("people:account-of", args=[user.pk]))


def asked_command(
    request: HttpRequest, desk: Desk, user: User, password: str, secret: str, problems: list[Problem]
) -> object | None:
    """What a button of the page means."""
    name, posted = Personal(user.username), request.POST
    match posted.get("do", ""):
        case "off":
            return SwitchOff(user=name, reason=clean(posted.get("reason", "")))
        case "on":
            return SwitchOn(user=name, reason=clean(posted.get("reason", "")))
        case "sessions":
            return EndSessions(user=name)
        case "password":
            return ResetPassword(user=name, password=Secret(password))
        case "factors":
            return ResetFactors(user=name, reason=clean(posted.get("reason", "")))
        case "grant":
            since = midnight(day_of(clean(posted.get("since", "")), "since", problems), desk.zone)
            until = midnight(day_of(clean(posted.get("until", "")), "until", problems), desk.zone, days=1)
            role, at = clean(posted.get("role", "")), clean(posted.get("at", ""))
            return GrantRole(user=name, role=role, at=at or EVERYWHERE, since=since, until=until)
        case "revoke":
            return RevokeRole(user=name, role=clean(posted.get("role", "")), at=clean(posted.get("at", "")))
        case "token":
            until = midnight(day_of(clean(posted.get("expires", "")), "expires", problems), desk.zone, days=1)
            return AddToken(
                user=name, name=clean(posted.get("token_name", "")), secret=Secret(secret), expires=until or desk.now,
                permissions=tuple(map(clean, posted.getlist("permission"))),
                warehouses=tuple(map(clean, posted.getlist("in"))),
            )  # fmt: skip
        case "revoke_token":
            return RevokeToken(token=uuid_of(posted.get("token", "")))
    problems.append(Problem("desk.button_unknown", ""))
    return None


def uuid_of(text: str) -> UUID:
    """The id in a form; one that is none names nothing."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def midnight(day: date | None, zone: ZoneInfo, days: int = 0) -> datetime | None:
    """The beginning of the day, or of the one `days` after it: a right until Friday holds on Friday."""
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=days) if day else None


def account_page(
    request: HttpRequest,
    desk: Desk,
    user: User,
    problems: Sequence[Problem] = (),
    *,
    secret: str = "",
    secret_word: str = "",
) -> HttpResponse:
    roles, scopes = role_names(desk.language), scope_names(desk)
    factors = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "user_shown": user, "kind": _(KIND_WORDS.get(user.kind, user.kind)), "may_manage": may_manage(desk),
        "held": held_by(user, desk, roles, scopes), "tokens": tokens_of(user, desk), "teams": user.teams.all(),
        "roles": [Choice(*pair) for pair in roles.items()], "scopes": [Choice(*pair) for pair in scopes.items()],
        "warehouses": [Choice(code, scopes.get(code, code)) for code in sorted(directory().warehouses)],
        "permissions": [Choice(code, _(word)) for code, word in PERMISSIONS.items()],
        "factors": len([kind for kind in factors if kind != Authenticator.Type.RECOVERY_CODES]),
        "problems_found": problems, "errors": by_field(problems), "request_id": uuid4(), "typed": request.POST,
        "secret": secret, "secret_word": secret_word, "soon": (desk.today + timedelta(days=365)).isoformat(),
        "others": User.objects.filter(person=user.person).exclude(pk=user.pk) if user.person else [],
    }  # fmt: skip
    response = page(request, desk, "desk/people/account.html", context)
    response["Cache-Control"] = "no-store"
    return response


def tokens_of(user: User, desk: Desk) -> list[tuple[Token, str]]:
    """Tokens with their state, those that hold first."""
    rows = Token.objects.filter(user=user).select_related("use").order_by("revoked_at", "expires_at")
    words = {True: _("revoked"), False: _("expired")}
    return [
        (token, words[token.revoked_at is not None] if token.revoked_at or token.expires_at <= desk.now else "")
        for token in rows
    ]


@desk_page("user.manage")
def change(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """What is said about an account."""
    user = User.objects.filter(pk=id).first()
    if user is None:
        raise Http404
    typed = {name: str(getattr(user, name)) for name in FIELDS}
    problems: list[Problem] = []
    if request.method == "POST":
        typed |= {name: clean(request.POST.get(name, "")) for name in FIELDS if name != "username"}
        version = request.POST.get("version", "")
        command = ChangeUser(
            user=Personal(user.username), version=int(version) if version.isdecimal() else None,
            name=Personal(typed["name"]), email=Personal(typed["email"]), phone=Personal(typed["phone"]),
            language=typed["language"], kind=typed["kind"], person=Personal(typed["person"]), partner=typed["partner"],
        )  # fmt: skip
        done, problems = act(desk, request, command)
        if done is not None:
            messages.success(request, _("Changed."))
            return HttpResponseRedirect(reverse("people:account-of", args=[user.pk]))
    return account_form(request, desk, user, typed, problems)


def account_form(
    request: HttpRequest, desk: Desk, user: User | None, typed: Mapping[str, str], problems: Sequence[Problem]
) -> HttpResponse:
    zh = desk.language.startswith("zh")
    partners = sorted(directory().partners.values(), key=lambda one: one.code)
    context = {
        "user_shown": user, "typed": typed, "problems_found": problems, "errors": by_field(problems),
        "request_id": request.POST.get("request_id") or uuid4(), "kinds": choices(KIND_WORDS),
        "languages": [Choice("zh-hans", "中文"), Choice("en", "English")], "zh": zh,
        "version": request.POST.get("version") or (user.version if user else ""),
        "partners": [one.code for one in partners if "carrier" in one.roles][:500],
    }  # fmt: skip
    return page(request, desk, "desk/people/form.html", context)
