"""Roles as one table, who holds what where, and roles of the company's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import Grant, Role
from suyuan.accounts.permissions import PERMISSIONS, Level, split
from suyuan.accounts.roles import NAMES, SHIPPED
from suyuan.accounts.rules import in_language
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.people import Held, act, held, may_manage, role_names, scope_names
from suyuan.governance.rights import PutRole
from suyuan.gs1.problems import N_, Problem
from suyuan.ui.frame import Choice

LETTERS = {Level.DO: "C", Level.APPROVE: "A", Level.READ: "R", Level.OWN: "Co", Level.READ_OWN: "o"}
WORDS = {
    Level.DO: N_("does it"),
    Level.APPROVE: N_("approves it, as the second person"),
    Level.READ: N_("sees it"),
    Level.OWN: N_("does it, of his own affairs"),
    Level.READ_OWN: N_("sees it, of his own affairs"),
}
ORDER = tuple(code for code, _zh, _en in NAMES)


@dataclass(frozen=True, slots=True)
class Column:
    """A role as a column of the table."""

    code: str
    name: str
    own: bool
    levels: Mapping[str, str]


def columns(language: str) -> list[Column]:
    """The shipped roles in their order, then the company's own."""
    rows = sorted(
        Role.objects.all(), key=lambda role: (ORDER.index(role.code) if role.code in ORDER else 99, role.code)
    )
    return [
        Column(role.code, in_language(language, role.name_zh, role.name_en, role.code), role.code not in SHIPPED,
               letters(role.permissions))
        for role in rows
    ]  # fmt: skip


def letters(permissions: Sequence[str]) -> dict[str, str]:
    """Permission → the letters of its levels."""
    found: dict[str, list[str]] = {}
    for text in permissions:
        known = split(text)
        if known:
            found.setdefault(known[0], []).append(LETTERS[known[1]])
    return {code: "/".join(marks) for code, marks in found.items()}


@desk_page("user.manage:read", anywhere=True)
def roles(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The table of rights; `permission` and `role` show who holds it, and where."""
    shown = columns(desk.language)
    permission, role = clean(request.GET.get("permission", "")), clean(request.GET.get("role", ""))
    context = {
        "columns": shown,
        "rows": [(code, _(word), [(c, c.levels.get(code, "")) for c in shown]) for code, word in PERMISSIONS.items()],
        "legend": [(LETTERS[level], _(WORDS[level])) for level in LETTERS],
        "may_manage": may_manage(desk), "asked": {"permission": permission, "role": role},
        "asked_word": _(PERMISSIONS[permission]) if permission in PERMISSIONS else "",
        "role_name": role_names(desk.language).get(role, ""),
        "holders": holders(desk, permission, role) if permission or role else None,
    }  # fmt: skip
    return page(request, desk, "desk/people/roles.html", context)


def holders(desk: Desk, permission: str, role: str) -> list[tuple[Grant, Held, str]]:
    """Who holds a permission, or a role, and how far: accounts that are switched on, by name."""
    names, scopes = role_names(desk.language), scope_names(desk)
    rows = Grant.objects.filter(user__is_active=True).select_related("user", "role").order_by("user__username", "scope")
    rows = rows.filter(role_id=role) if role else rows
    found = []
    for grant in rows:
        letter = letters(grant.role.permissions).get(permission, "")
        if letter or not permission:
            found.append((grant, held(grant, desk, names, scopes), letter))
    return found


@desk_page("user.manage")
def role(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A role of the company's own: `code` to change it, `copy` to begin with what another one may."""
    source = Role.objects.filter(code=request.GET.get("code") or request.GET.get("copy") or "").first()
    own = Role.objects.filter(code=request.GET.get("code", "")).exclude(code__in=SHIPPED).first()
    told = {"code": own.code if own else "", "name_zh": "", "name_en": "", "reason": ""}
    if source:
        told |= {"name_zh": source.name_zh, "name_en": source.name_en}
    levels = letters(source.permissions) if source else {}
    problems: list[Problem] = []
    if request.method == "POST":
        told = {name: clean(request.POST.get(name, "")) for name in told} | ({"code": own.code} if own else {})
        levels = {code: clean(request.POST.get(f"level-{code}", "")) for code in PERMISSIONS}
        if not own and Role.objects.filter(code=told["code"]).exists():
            problems = [Problem("accounts.code_taken", "code", {"code": told["code"]})]
        else:
            done, problems = act(desk, request, PutRole(permissions=wanted(levels), **told))
            if done is not None:
                messages.success(request, _("Changed."))
                return HttpResponseRedirect(f"{reverse('people:roles')}?role={told['code']}")
    context = {
        "told": told, "own": own, "source": source, "problems_found": problems, "errors": by_field(problems),
        "rows": [(code, _(word), levels.get(code, "")) for code, word in PERMISSIONS.items()],
        "levels": [Choice(LETTERS[level], f"{LETTERS[level]} · {_(WORDS[level])}") for level in LETTERS],
        "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/people/role.html", context)


def wanted(levels: Mapping[str, str]) -> tuple[str, ...]:
    """Permissions with their levels from the letters of a form; several letters of one stand behind a stroke."""
    of = {letter: level for level, letter in LETTERS.items()}
    return tuple(code + of[letter] for code, marks in levels.items() for letter in marks.split("/") if letter in of)
