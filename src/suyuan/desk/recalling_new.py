"""Who has it, where it lies, hold it all: the page from which a recall is opened, with the reason as its only question.

What it shows is found by the same code that freezes the scope.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.capture.who import Who
from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import named
from suyuan.desk.naming import Names
from suyuan.desk.near import is_very_wide
from suyuan.desk.recalling import Figure, case_url, quantities, quantity_of, tabs
from suyuan.desk.sheets import answered
from suyuan.desk.summing import figures, named_in_sums, standing_table
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.bulk import select_in
from suyuan.recall.commands import StartDrill, StartRecall
from suyuan.recall.contacts import contacts
from suyuan.recall.kinds import KINDS, REGIMES, RUNNING, Kind, Role
from suyuan.recall.models import Case
from suyuan.recall.rules import CLASSES, Had
from suyuan.recall.scoping import HERE_KINDS, MOST_SUBJECTS, candidates, find, totals_of
from suyuan.trace.overview import overview
from suyuan.trace.resolve import Candidate
from suyuan.trace.values import Lying
from suyuan.ui.tables import Column, Row, States, Table, Value
from suyuan.ui.things import Thing, uri_of_id

SHOWN = 100
NAMED = 6  # subjects that are shown by name
TEXTS = ("reason", "title", "hazard")
CHOICES = ("kind", "regime", "hazard_class")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be recalled: numbers, who had how much, where ours lies."""

    figures: Sequence[Figure]
    customers: Table
    others: Table
    stock: Table
    gaps: Sequence[Problem]
    open: Sequence[Case]


@desk_page("recall.start")
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names goods, as often as needed; a POST with `do` look shows what it names (`subject`), with hold it opens
    the case and holds all of it, with drill it only times it.
    """
    do = request.POST.get("do", "")
    texts = request.POST.getlist("subject") if request.method == "POST" else request.GET.getlist("id")
    texts = [text for lines in texts for text in lines.split()]
    problems: list[Problem] = []
    uris = _uris(texts, problems)
    if do in ("hold", "drill") and not problems:
        number, problems = _started(request, desk, uris, drill=do == "drill")
        if number:
            return HttpResponseRedirect(case_url(number))
    wrong: list[Problem] = []
    preview = _preview(uris, desk, wrong) if uris else None
    problems = problems or named(wrong, desk.language)
    subjects = Names(uris, desk.language)
    context = {
        "tabs": tabs(desk, ""),
        "uris": uris,
        "subjects": [subjects.thing(uri) for uri in uris[:NAMED]],
        "more": max(0, len(uris) - NAMED),
        "preview": preview,
        "query": clean(request.POST.get("query", ""), LONGEST),
        "posted": {name: clean(request.POST.get(name, ""), LONGEST) for name in (*TEXTS, *CHOICES)},
        "kinds": [(code, _(word)) for code, word in KINDS.items() if code != Kind.DRILL],
        "regimes": [(code, _(word)) for code, word in REGIMES.items()],
        "classes": [(str(number), word) for number, word in zip(CLASSES, class_words(), strict=True)],
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/recalling/new.html", context)


def class_words() -> tuple[str, str, str]:
    return (_("1: may harm health or life"), _("2: little danger"), _("3: no danger, but wrong"))


def _uris(texts: Iterable[str], problems: list[Problem]) -> list[str]:
    """The goods that are named, each once."""
    found: dict[str, None] = {}
    for text in texts:
        try:
            found[uri_of_id(clean(text))] = None
        except Refused as refused:
            problems += refused.problems
    return list(found)[: MOST_SUBJECTS + 1]


def _started(request: HttpRequest, desk: Desk, uris: Sequence[str], *, drill: bool) -> tuple[str, list[Problem]]:
    """The number of the case, or why there is none."""
    said = {name: clean(request.POST.get(name, ""), LONGEST) for name in TEXTS}
    query = clean(request.POST.get("query", ""), LONGEST)
    command: object
    if drill:
        command = StartDrill(
            warehouse=desk.warehouse, subjects=tuple(uris), reason=said["reason"], title=said["title"], query=query
        )
    else:
        number = request.POST.get("hazard_class", "")
        command = StartRecall(
            warehouse=desk.warehouse, subjects=tuple(uris), query=query, reason=said["reason"], title=said["title"],
            hazard=said["hazard"],
            kind=request.POST.get("kind") or Kind.RECALL.value, regime=request.POST.get("regime") or "food",
            hazard_class=int(number) if number.isascii() and number.isdigit() else 1,
        )  # fmt: skip
    result, problems = answered(desk, request, command)
    if result is None:
        return "", problems
    messages.success(request, _("The drill runs. The clock stops when you close it.") if drill else _held(result.value))
    return str(result.value["case"]), []


def _held(result: object) -> str:
    said = _("Everything is on hold. The next step: tell whoever had it.")
    broken = result.get("reservations_broken", 0) if isinstance(result, dict) else 0
    if not broken:
        return said
    freed = ngettext("{count} reservation was broken.", "{count} reservations were broken.", broken)
    return f"{said} {freed.format(count=broken)}"


def _preview(uris: Sequence[str], desk: Desk, problems: list[Problem]) -> Preview | None:
    subjects = candidates(uris, problems)
    if problems:
        return None
    if all(subject.kind in HERE_KINDS for subject in subjects) and is_very_wide(*(one.key for one in subjects)):
        return _in_sums(subjects, desk)
    found = find(Who(directory(), settings.SUYUAN.origin), subjects, desk.now)
    if found is None:
        problems.append(Problem("recall.subject_no_goods", "subjects[0]", {"subject": uris[0]}))
        return None
    totals = totals_of(found.goods, found.stock, found.parties)
    ahead = {good.key for good in found.goods if good.counts}
    return Preview(
        figures=_figures(totals),
        customers=parties_table([had for had in found.parties if had.role == Role.CUSTOMER], desk, _("Customers")),
        others=parties_table([had for had in found.parties if had.role != Role.CUSTOMER], desk, _("Suppliers")),
        stock=lying_table([row for row in found.stock if row.key in ahead], desk),
        gaps=named(found.gaps[:SHOWN], desk.language),
        open=open_cases(ahead),
    )


def _in_sums(subjects: Sequence[Candidate], desk: Desk) -> Preview:
    """Where so much is concerned that nobody waits for each of it; the case itself has it all."""
    sums = overview(subjects, now=desk.now)
    parties = [Had(one.party, Role.CUSTOMER.value, one.quantity, one.unit, ()) for one in sums.having]
    return Preview(
        figures=[
            Figure(word, value) if isinstance(value, int) else Figure(word, amounts=[value])
            for value, word in figures(sums)
        ],
        customers=parties_table(parties, desk, _("Customers")),
        others=parties_table([], desk, _("Suppliers")),
        stock=standing_table(sums.standing, Names(named_in_sums(sums), desk.language)),
        gaps=[],
        open=open_cases(sums.keys),
    )


def _figures(totals: dict[str, object]) -> list[Figure]:
    amounts = {name: quantities(value) for name, value in totals.items() if isinstance(value, dict)}
    counts = {name: value for name, value in totals.items() if isinstance(value, int)}
    return [
        Figure(_("lots and serials affected"), counts["goods"]),
        Figure(_("affected in all"), amounts=amounts["affected"]),
        Figure(_("in our stock"), amounts=amounts["here"]),
        Figure(_("places"), counts["places"]),
        Figure(_("with customers"), amounts=amounts["customer"]),
        Figure(_("customers"), counts["customers"]),
    ]


def parties_table(parties: Sequence[Had], desk: Desk, name: str) -> Table:
    """Who had how much, and how one reaches them."""
    shown = sorted(parties, key=lambda had: -had.quantity)[:SHOWN]
    known = contacts(had.party for had in shown)
    things = Names([had.party for had in shown], desk.language)
    columns = (Column(_("Partner"), "thing"), Column(_("Had"), "quantity"), Column(_("Reached by"), needed=False))
    rows = [
        Row((things.thing(had.party), quantity_of(had.quantity, had.unit), " · ".join(known[had.party].ways.values())))
        for had in shown
    ]
    return Table(name, columns, rows, _("Nobody had any of it."), len(parties))


def lying_table(stock: Sequence[Lying], desk: Desk) -> Table:
    """Where ours lies, by place."""
    ordered = sorted(stock, key=lambda row: (row.place, row.uri))[:SHOWN]
    names = Names([uri for row in ordered for uri in (row.uri, row.place, row.container or "")], desk.language)
    columns = (
        Column(_("Place"), "thing"), Column(_("Goods"), "thing"), Column(_("Container"), "thing", needed=False),
        Column(_("Quantity"), "quantity"), Column(_("State"), "state"),
    )  # fmt: skip
    rows = []
    for row in ordered:
        inside: Thing | None = names.thing(row.container, "container") if row.container else None
        state = "transit" if row.under_way else row.status
        cells: tuple[Value, ...] = (
            names.thing(row.place) if row.place else None, names.thing(row.uri), inside,
            quantity_of(row.quantity, row.unit), States((state,)),
        )  # fmt: skip
        rows.append(Row(cells, row.status))
    return Table(_("In our stock"), columns, rows, _("None of it is with us any more."), len(stock))


_HOLDING = (
    "SELECT DISTINCT s.case_id FROM recall_scopegoods g JOIN recall_scope s ON s.id = g.scope_id "
    "WHERE g.out = 0 AND g.direction <> 'backward' AND g.key {keys}"
)


def open_cases(keys: Iterable[bytes]) -> list[Case]:
    """Cases that run and hold some of these already."""
    running = {case.pk: case for case in Case.objects.filter(state__in=RUNNING).exclude(kind=Kind.DRILL)}
    if not running:
        return []
    with connection.cursor() as cursor:
        holding = {number for (number,) in select_in(cursor, _HOLDING, keys)}
    return sorted((running[number] for number in holding & running.keys()), key=lambda case: case.number)
