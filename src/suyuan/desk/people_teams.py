"""Teams (班组): who works together, and where."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import Site, Team, User
from suyuan.accounts.rules import PERSON, in_language
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.people import act, may_manage
from suyuan.governance.params import Personal
from suyuan.governance.rights import PutTeam
from suyuan.gs1.problems import Problem
from suyuan.ui.frame import Choice

FIELDS = ("code", "name_zh", "name_en", "site_id")
MOST = 500  # people to choose from: more are found by the account's own page


def site_names(language: str) -> dict[str, str]:
    rows = Site.objects.order_by("code").values_list("code", "name_zh", "name_en")
    return {code: in_language(language, zh, en, code) for code, zh, en in rows}


@desk_page("user.manage:read", anywhere=True)
def teams(request: HttpRequest, desk: Desk) -> HttpResponse:
    sites = site_names(desk.language)
    rows = Team.objects.annotate(count=Count("members", filter=Q(members__is_active=True))).order_by("code")
    shown = [
        (team, in_language(desk.language, team.name_zh, team.name_en, team.code), sites.get(team.site_id or "", ""))
        for team in rows.prefetch_related("members")
    ]
    return page(request, desk, "desk/people/teams.html", {"teams": shown, "may_manage": may_manage(desk)})


@desk_page("user.manage")
def team(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`code` to change a team, without it a new one."""
    known = Team.objects.filter(code=request.GET.get("code", "")).first()
    told = {
        name: str(getattr(known, name) or "") if known else "" for name in ("code", "name_zh", "name_en", "site_id")
    }
    members = set(known.members.values_list("username", flat=True)) if known else set()
    problems: list[Problem] = []
    if request.method == "POST":
        told = {name: clean(request.POST.get(name, "")) for name in told} | ({"code": known.code} if known else {})
        members = set(map(clean, request.POST.getlist("member")))
        command = PutTeam(
            code=told["code"], name_zh=told["name_zh"], name_en=told["name_en"], site=told["site_id"] or None,
            members=tuple(map(Personal, sorted(members))),
        )  # fmt: skip
        if not known and Team.objects.filter(code=told["code"]).exists():
            problems = [Problem("accounts.code_taken", "code", {"code": told["code"]})]
        else:
            done, problems = act(desk, request, command)
            if done is not None:
                messages.success(request, _("Changed."))
                return HttpResponseRedirect(reverse("people:teams"))
    people = User.objects.filter(Q(is_active=True, kind=PERSON) | Q(username__in=members)).order_by("name")[:MOST]
    context = {
        "known": known, "told": told, "problems_found": problems, "errors": by_field(problems),
        "sites": [Choice(*pair) for pair in site_names(desk.language).items()],
        "people": [(one.username, one.name, one.username in members) for one in people],
        "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/people/team.html", context)
