"""Goods that failed or have expired are accepted all the same: never alone, so it is sent for approval."""

from datetime import date
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.holding import figures
from suyuan.desk.inspecting_views import tabs
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.stock.facts import REJECTED
from suyuan.stock.queries import Placed, on_hand
from suyuan.stock.states import State
from suyuan.ui.things import thing_url, uri_of_id


def lying(uri: str, desk: Desk) -> list[Placed]:
    """What lies here of it that only a concession lets go."""
    rows = on_hand(desk.today.toordinal(), log=desk.warehouse, subjects=[uri])
    return [row for row in rows if row.status == REJECTED or State.EXPIRED in row.states]


def is_conceded(uri: str, desk: Desk) -> bool:
    """Is it for a concession, and may he ask for one?"""
    return desk.actor.may("inspect", desk.warehouse) and bool(lying(uri, desk))


@desk_page("inspect")
def conceding(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the goods. POST `reason`, `until` where they have expired, `testres`, `quantity`: asks for it."""
    try:
        uri = uri_of_id(request.GET.get("id", ""))
    except Refused:
        uri = ""
    rows = lying(uri, desk) if uri else []
    if not rows:
        problem = Problem("desk.nothing_to_concede", "id", {"text": request.GET.get("id", "")[:80]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    expired = any(State.EXPIRED in row.states for row in rows)
    typed = {name: clean(request.POST.get(name, "")) for name in ("reason", "until", "testres")}
    problems: list[Problem] = []
    if request.method == "POST":
        until = day_of(typed["until"], "until", problems)
        if expired and until is None and not problems:
            problems.append(Problem("desk.until_missing", "until"))
        problems = problems or _ask(request, desk, uri, until, typed)
        if not problems:
            return HttpResponseRedirect(reverse("desk:approvals"))
    context = {
        "tabs": tabs("reports"), "thing": Names([uri], desk.language).thing(uri), "figures": figures(uri, desk),
        "expired": expired, "rejected": any(row.status == REJECTED for row in rows), "typed": typed,
        "problems_found": problems, "errors": by_field(problems), "back": thing_url(uri),
        "last": min((date.fromordinal(row.expiry) for row in rows if row.expiry), default=None),
        "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/concession.html", context)


def _ask(request: HttpRequest, desk: Desk, uri: str, until: date | None, typed: dict[str, str]) -> list[Problem]:
    line = Verdict(uri=uri, verdict="concession", reason=typed["reason"], until=until)
    command = Inspect(warehouse=desk.warehouse, lines=(line,), testres=typed["testres"])
    return ask(desk, request, command, typed["reason"] or _("Accept all the same"))
