"""One notice, read and changed before it goes; one party, and what it answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.inspecting_page import file_names, sent_file
from suyuan.desk.naming import Names
from suyuan.desk.recalling import SEES, case_for, case_url, quantities
from suyuan.desk.recalling_deeds import DEEDS, answer_of, done_word
from suyuan.desk.recalling_tables import notice_view
from suyuan.desk.sheets import record
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import moment
from suyuan.recall.answering import MOST_FILES
from suyuan.recall.contacts import contacts
from suyuan.recall.drafting import LANGUAGES
from suyuan.recall.kinds import RUNNING, WAYS, NoticeState, Way
from suyuan.recall.models import Answer, Case, Notice
from suyuan.recall.notices import EDITABLE
from suyuan.recall.queries import current, party_figures
from suyuan.ui.tables import Column, Row, Table
from suyuan.ui.units import unit_name
from suyuan.ui.uploads import kept_files

HERE = frozenset({"revise", "mark", "retry", "drop"})
AMOUNTS = ("found", "returned", "destroyed", "sold")
NAMED = {"zh": "中文", "en": "English"}


@desk_page(access=SEES)
def notice(request: HttpRequest, desk: Desk, number: str, id: int) -> HttpResponse:
    """What is said to one party. POST `do`: revise, mark, retry, drop."""
    case = case_for(desk, request, number)
    if isinstance(case, HttpResponse):
        return case
    found = Notice.objects.filter(case=case, pk=id).select_related("case").first()
    if found is None:
        return page(request, desk, "desk/refused.html", {"problem": Problem("recall.notice_unknown")}, 404)
    problems: list[Problem] = []
    do = request.POST.get("do", "")
    if request.method == "POST":
        problems = record(desk, request, DEEDS[do](request, case)) if do in HERE else [Problem("desk.deed_unknown")]
        if not problems:
            messages.success(request, done_word(do))
            return HttpResponseRedirect(case_url(number, "notices"))
    typed = {
        name: clean(request.POST.get(name, ""), 20_000) for name in ("subject", "body", "way", "contact", "language")
    }
    known = {"subject": found.subject, "body": found.body, "way": found.way, "contact": found.contact,
             "language": found.language}  # fmt: skip
    may = desk.actor.may("recall.notify", case.log) and case.state in RUNNING
    context = {
        "case": case,
        "view": notice_view(found, desk, Names([found.party], desk.language)),
        "drafted": moment(found.drafted),
        "values": typed if do == "revise" else known,
        "ways": [(code, _(word)) for code, word in WAYS.items()],
        "languages": [(code, NAMED[code]) for code in LANGUAGES],
        "addresses": sorted(contacts([found.party])[found.party].ways.items()) if found.party else [],
        "may_revise": may and found.state in EDITABLE,
        "may_mark": may and _waits_for_hand(found),
        "may_retry": may and found.state == NoticeState.FAILED,
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/recalling/notice.html", context)


def _waits_for_hand(found: Notice) -> bool:
    """Letters and calls are noted by hand; a call to one who was written to as well."""
    by_hand = found.way in (Way.LETTER, Way.PHONE)
    return (found.state == NoticeState.APPROVED and by_hand) or found.state == NoticeState.SENT


@desk_page(access=SEES)
def answer(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """`?party=`: what it had, what it said until now, and a form for what it says."""
    case = case_for(desk, request, number)
    if isinstance(case, HttpResponse):
        return case
    party = clean(request.POST.get("party", "") or request.GET.get("party", ""))
    rows = [row for row in party_figures(case, current(case)) if row.party == party]
    if not rows:
        problem = Problem("recall.party_unknown", "party", {"party": party[:200]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    files, problems = brought(request)
    if request.method == "POST" and not problems:
        problems = record(desk, request, answer_of(request, case, files))
        if not problems:
            messages.success(request, done_word("answer"))
            return HttpResponseRedirect(case_url(number, "parties"))
    row = rows[0]
    units = list(row.had)
    fields = (
        ("found", _("Found and set apart"), _("with what it gave back or destroyed of that")),
        ("returned", _("Given back"), _("what we receive is counted by itself")),
        ("destroyed", _("Destroyed"), ""),
        ("sold", _("Sold on, cannot be got back"), ""),
    )
    context = {
        "case": case,
        "thing": Names([party], desk.language).thing(party),
        "row": row,
        "had": quantities(row.had),
        "back": quantities(row.back),
        "ways": sorted(row.contact.ways.items()),
        "units": [(unit, _(unit_name(unit))) for unit in units],
        "fields": fields,
        "answers": answers_table(case, party),
        "papers": papers_of(case, party),
        "files": file_names(files),
        "may": desk.actor.may("recall.notify", case.log) and case.state in RUNNING,
        "posted": {name: clean(request.POST.get(name, "")) for name in (*AMOUNTS, "unit", "note", "person")},
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/recalling/answer.html", context)


def brought(request: HttpRequest) -> tuple[list[str], list[Problem]]:
    """The hashes of the files of the form: those that it had when it was refused, and those that came now."""
    kept, problems = kept_files(request)
    return [*request.POST.getlist("kept")[:MOST_FILES], *kept], problems


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that a party sent with an answer."""

    party: str
    hash: str
    name: str
    at: datetime


def papers_of(case: Case, party: str = "") -> list[Brought]:
    """What came with its answers, or with those of all parties, the latest first."""
    rows = Answer.objects.filter(case=case, **({"party": party} if party else {})).exclude(files=[]).order_by("-at")
    told = [(row, hash) for row in rows for hash in row.files]
    names = dict(file_names([hash for _row, hash in told]))
    # A file that came with an answer first has no name but its hash, of which the beginning is enough to see.
    return [
        Brought(row.party, hash, hash[:12] if names[hash] == hash else names[hash], moment(row.at))
        for row, hash in told
    ]


@desk_page(access=SEES)
def answer_file(request: HttpRequest, desk: Desk, number: str, hash: str) -> HttpResponse:
    """A photo or paper that came with an answer."""
    case = case_for(desk, request, number)
    if isinstance(case, HttpResponse):
        return case
    return sent_file(request, desk, hash if any(one.hash == hash for one in papers_of(case)) else "")


def answers_table(case: Case, party: str) -> Table:
    """Every word of a party, the latest first."""
    columns = (
        Column(_("Time"), "time"), Column(_("Found and set apart"), "quantity"), Column(_("Given back"), "quantity"),
        Column(_("Destroyed"), "quantity"), Column(_("Sold on"), "quantity"), Column(_("Note"), needed=False),
    )  # fmt: skip
    rows = []
    for said in Answer.objects.filter(case=case, party=party).order_by("-at"):
        amounts = [next(iter(quantities({said.unit: amount})), None) if (amount := getattr(said, name)) is not None
                   else None for name in AMOUNTS]  # fmt: skip
        rows.append(Row((moment(said.at), *amounts, said.note)))
    return Table(_("Answers"), columns, rows, _("It has not answered yet."))
