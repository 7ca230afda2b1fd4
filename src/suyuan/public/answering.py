"""What a party answers to a recall by the link of its notice, without an account."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from suyuan.accounts.rules import SYSTEM
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.params import Personal
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.public.recalls import language_of, other_language, too_often
from suyuan.recall.answer_links import asked_by
from suyuan.recall.answering import AMOUNTS, MOST_FILES, RecordAnswer
from suyuan.recall.contacts import contacts
from suyuan.recall.models import Case, ScopeParty
from suyuan.ui.access import PUBLIC, declared
from suyuan.ui.units import unit_name
from suyuan.ui.uploads import kept_files

LONGEST = 2000


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the party had, and a form for what it says. POST records it, once for each time the form was shown."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(("GET", "HEAD", "POST"))
    if refused := too_often(request):
        return refused
    with translation.override(language_of(request)):
        asked = asked_by(token)
        response = answered(request, *asked) if asked else gone(request)
    add_never_cache_headers(response)
    return response


answer = declared(by_link, PUBLIC)


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "public/answer_gone.html", {"other": other_language()}, status=404)


def answered(request: HttpRequest, case: Case, party: str) -> HttpResponse:
    """The form as it was typed, with what is wrong; or, when it is recorded, the page that says so."""
    language = "en" if other_language() == "zh" else "zh"
    typed = {name: request.POST.get(name, "").strip()[:LONGEST] for name in (*AMOUNTS, "unit", "note", "person")}
    files: list[str] = []
    problems: list[Problem] = []
    if request.method == "POST":
        kept, problems = kept_files(request)
        files = [*request.POST.getlist("kept")[:MOST_FILES], *kept]
        problems = problems or recorded(request, case, party, typed, files)
        if not problems:
            return HttpResponseRedirect(f"?lang={language}&done=1")
    had, name = had_of(case, party), contacts([party])[party].name(language)
    context = {
        "case": case,
        "name": name,
        "had": [Quantity(unscaled(amount), unit) for unit, amount in had.items()],
        "units": [(unit, _(unit_name(unit))) for unit in had],
        "fields": [(field, word, typed[field]) for field, word in zip(AMOUNTS, words(), strict=True)],
        "typed": typed,
        "files": files,
        "problems_found": [called(one, name) for one in problems],
        "done": request.method != "POST" and "done" in request.GET,
        "request_id": request.POST.get("request_id") or uuid4(),
        "other": other_language(),
    }
    return render(request, "public/answer.html", context, status=422 if problems else 200)


def words() -> tuple[str, ...]:
    return _("Found and set apart"), _("Given back"), _("Destroyed"), _("Sold on, cannot be got back")


def recorded(
    request: HttpRequest, case: Case, party: str, typed: Mapping[str, str], files: Sequence[str]
) -> list[Problem]:
    """Do the command in the name of the system, since nobody of ours says so. The problems, none when it is done."""
    told = {name: typed[name] for name in (*AMOUNTS, "unit", "note")}
    command = RecordAnswer(
        warehouse=case.log, case=case.number, party=party, person=Personal(typed["person"][:100]),
        files=tuple(dict.fromkeys(files)), **told,
    )  # fmt: skip
    now = timezone.now()
    context = Context(actor=SYSTEM, request_id=request_id(request), now=now, clock=timezone.now, terminal="link")
    try:
        execute(context, command)
    except Refused as refused:
        return list(refused.problems)
    return []


def request_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("request_id", ""))
    except ValueError:
        return uuid4()


def had_of(case: Case, party: str) -> dict[str, int]:
    """Unit → how much of the goods it had."""
    rows = ScopeParty.objects.filter(scope__case=case, scope__version=case.version, party=party)
    found: dict[str, int] = {}
    for unit, amount in rows.values_list("unit", "quantity"):
        found[unit] = max(found.get(unit, 0), amount)
    return found


def called(problem: Problem, name: str) -> Problem:
    """The party and the unit by their names, where a sentence calls them."""
    said = {"name": name, "unit": _(unit_name(problem.params.get("unit", "")))}
    return replace(problem, params={**problem.params, **{key: said[key] for key in said if key in problem.params}})
