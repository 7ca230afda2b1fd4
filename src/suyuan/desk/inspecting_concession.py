"""Goods that failed or have expired are accepted all the same, or are said to keep longer: never alone, so it is sent
for approval.
"""

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
from suyuan.desk.lasting import lives_on
from suyuan.desk.naming import Names
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.stock.book import PLACE
from suyuan.stock.facts import REJECTED
from suyuan.stock.queries import Placed, on_hand
from suyuan.stock.states import State
from suyuan.ui.things import thing_url, uri_of_id

_CONCEDED, _EXTENDED = N_("Accept all the same"), N_("Extend life")


def lying(uri: str, desk: Desk) -> list[Placed]:
    """What lies here of it that only a concession lets go."""
    rows = on_hand(desk.today.toordinal(), log=desk.warehouse, subjects=[uri])
    return [row for row in rows if row.status == REJECTED or State.EXPIRED in row.states]


def is_conceded(uri: str, desk: Desk) -> bool:
    """Is it for a concession, and may he ask for one?"""
    return desk.actor.may("inspect", desk.warehouse) and bool(lying(uri, desk))


@desk_page("inspect")
def conceding(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the goods. POST `reason`, `until` where they have expired, `testres`: asks for it."""
    uri = _named(request)
    rows = lying(uri, desk) if uri else []
    if not rows:
        return _nothing(request, desk, "desk.nothing_to_concede")
    return _shown(request, desk, uri, rows, extends=False)


@desk_page("inspect")
def extending(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Good until a later day, expired or not. `?id=` names the goods. POST `reason`, `until`, `testres` asks for it."""
    uri = _named(request)
    rows = on_hand(desk.today.toordinal(), log=desk.warehouse, subjects=[uri]) if uri else []
    if not lives_on(rows, desk):
        if uri and is_conceded(uri, desk):
            return HttpResponseRedirect(f"{reverse('desk:conceding')}?{thing_url(uri).partition('?')[2]}")
        return _nothing(request, desk, "desk.nothing_to_extend")
    return _shown(request, desk, uri, [row for row in rows if row.kind == PLACE], extends=True)


def _named(request: HttpRequest) -> str:
    try:
        return uri_of_id(request.GET.get("id", ""))
    except Refused:
        return ""


def _nothing(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    problem = Problem(code, "id", {"text": request.GET.get("id", "")[:80]})
    return page(request, desk, "desk/refused.html", {"problem": problem}, 404)


def _shown(request: HttpRequest, desk: Desk, uri: str, rows: list[Placed], *, extends: bool) -> HttpResponse:
    """The form; where it was sent and nothing is wrong, the request waits for the second person."""
    expired = any(State.EXPIRED in row.states for row in rows)
    last = min((date.fromordinal(row.expiry) for row in rows if row.expiry), default=None)
    typed = {name: clean(request.POST.get(name, "")) for name in ("reason", "until", "testres")}
    problems: list[Problem] = []
    if request.method == "POST":
        until = day_of(typed["until"], "until", problems)
        problems = problems or _until_problems(until, last, expired=expired, extends=extends)
        problems = problems or _ask(request, desk, uri, until, typed, _EXTENDED if extends else _CONCEDED)
        if not problems:
            return HttpResponseRedirect(reverse("desk:approvals"))
    context = {
        "tabs": tabs("reports"), "thing": Names([uri], desk.language).thing(uri), "figures": figures(uri, desk),
        "extends": extends, "expired": expired, "rejected": any(row.status == REJECTED for row in rows),
        "typed": typed, "problems_found": problems, "errors": by_field(problems), "back": thing_url(uri),
        "last": last, "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/concession.html", context)


def _until_problems(until: date | None, last: date | None, *, expired: bool, extends: bool) -> list[Problem]:
    """No day though one is needed, or one that is no later than the last one there is."""
    if until is None:
        return (
            [Problem("desk.until_unsaid" if extends else "desk.until_missing", "until")] if expired or extends else []
        )
    if extends and last is not None and until <= last:
        return [Problem("desk.until_earlier", "until", {"day": until.isoformat(), "last": last.isoformat()})]
    return []


def _ask(
    request: HttpRequest, desk: Desk, uri: str, until: date | None, typed: dict[str, str], word: str
) -> list[Problem]:
    line = Verdict(uri=uri, verdict="concession", reason=typed["reason"], until=until)
    command = Inspect(warehouse=desk.warehouse, lines=(line,), testres=typed["testres"])
    return ask(desk, request, command, typed["reason"] or _(word))
