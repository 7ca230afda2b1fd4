"""Nonconformances: the list with what is overdue, one of them from its report to its close."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask, done_or_asked
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.inspecting_page import file_names, sent_file
from suyuan.desk.inspecting_views import called, owners, people_of, series_url, tabs, thing_or_none
from suyuan.desk.naming import Names
from suyuan.desk.receiving import amount_text
from suyuan.desk.sheets import context_of
from suyuan.desk.things import csv_response
from suyuan.governance.kernel import execute
from suyuan.governance.params import Personal
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.inspection.checking import MOST_FILES
from suyuan.inspection.kinds import DISPOSITIONS, FAULTS, FOUND, STAGES, WEIGHTS, Disposition, Stage
from suyuan.inspection.models import CorrectiveAction, NonConformance
from suyuan.inspection.nonconformances import (
    AddAction,
    CheckAction,
    CloseNonConformance,
    DecideNonConformance,
    FinishAction,
    ReportNonConformance,
)
from suyuan.inspection.queries import GoingBack, going_back_by, lying_of
from suyuan.ledger.keys import moment
from suyuan.operations.counting.destroy import Destroy
from suyuan.operations.lines import Line
from suyuan.operations.quality.confirm_return import ConfirmReturn
from suyuan.operations.quality.inspect import Inspect, Verdict
from suyuan.stock.facts import REJECTED
from suyuan.ui.access import Access, Reader
from suyuan.ui.frame import Choice, Link
from suyuan.ui.tables import Column, Jump, Row, Table
from suyuan.ui.things import uri_of_id
from suyuan.ui.uploads import kept_files

SHOWN = 300
# Who inspects, who reports what is wrong, and who sends it back or reworks it.
RIGHTS = ("inspect:read", "lot.hold", "ship", "produce")
READS = Access(Reader.ROLE, one_of=tuple(Access(Reader.ROLE, right) for right in RIGHTS))
STAGE_COLOURS = {Stage.OPEN: "pending", Stage.DECIDED: "held", Stage.CLOSED: "released"}
FILTERS = (
    ("", N_("Open ones")),
    ("overdue", N_("Overdue")),
    ("mine", N_("Mine")),
    ("closed", N_("Closed")),
    ("all", N_("All of them")),
)


@desk_page(access=READS)
def reports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?show=`: open, overdue, mine, closed, all; the soonest due first."""
    show = request.GET.get("show", "")
    rows = NonConformance.objects.filter(log=desk.warehouse)
    late = Q(due__lt=desk.today) | Q(actions__due__lt=desk.today, actions__done=None)
    if show == "overdue":
        rows = rows.exclude(state=Stage.CLOSED).filter(late).distinct()
    elif show == "mine":
        rows = rows.exclude(state=Stage.CLOSED).filter(Q(owner=request.user.get_username()))
    elif show == "closed":
        rows = rows.filter(state=Stage.CLOSED)
    elif show != "all":
        rows = rows.exclude(state=Stage.CLOSED)
    found = list(rows.order_by("due", "opened")[:SHOWN])
    table = reports_table(found, desk, rows.count())
    if request.GET.get("csv"):
        return csv_response(table, table.name)
    context = {
        "tabs": seen_tabs(desk), "table": table, "filters": [(code, _(word), code == show) for code, word in FILTERS],
        "may_report": desk.actor.may("lot.hold", desk.warehouse),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/reports.html", context)


def seen_tabs(desk: Desk) -> list[Link]:
    """The other pages of quality, for those who may open them."""
    return tabs("reports") if desk.actor.may("inspect:read", desk.warehouse) else []


def reports_table(found: list[NonConformance], desk: Desk, total: int) -> Table:
    names = Names({uri for one in found for uri in (one.goods, one.supplier) if uri}, desk.language)
    people = called(one.owner for one in found)
    columns = (
        Column(_("Report")),
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity", needed=False),
        Column(_("Supplier"), "thing", needed=False),
        Column(_("What is wrong"), needed=False),
        Column(_("Severity"), needed=False),
        Column(_("Disposition")),
        Column(_("Looked after by"), needed=False),
        Column(_("Due")),
        Column(_("State")),
    )
    rows = [
        Row(
            (
                Jump(one.number, reverse("desk:report", args=[one.number])),
                names.thing(one.goods),
                Quantity(unscaled(one.quantity), one.unit or COUNT) if one.quantity is not None else None,
                thing_or_none(names, one.supplier),
                _(FAULTS[one.fault]),
                _(WEIGHTS[one.weight]),
                _(DISPOSITIONS[one.disposition]) if one.disposition else "",
                people.get(one.owner, ""),
                one.due,
                _("overdue") if is_late(one, desk.today) else _(STAGES[one.state]),
            ),
            "rejected" if is_late(one, desk.today) else STAGE_COLOURS[Stage(one.state)],
        )
        for one in found
    ]
    return Table(_("Nonconformances"), columns, rows, _("Nothing is open."), total, "?csv=1")


def is_late(row: NonConformance, today: date) -> bool:
    return row.due is not None and row.due < today and row.state != Stage.CLOSED


@desk_page("lot.hold")
def new_report(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the goods. POST reports what is wrong with them."""
    try:
        goods = uri_of_id(request.GET.get("id", "")) if request.GET.get("id") else clean(request.POST.get("goods", ""))
    except Refused:
        goods = ""
    names_ = ("quantity", "found", "fault", "weight", "description", "owner", "due")
    typed = {name: clean(request.POST.get(name, "")) for name in names_}
    problems: list[Problem] = []
    photos = request.POST.getlist("photo")[:MOST_FILES]
    if request.method == "POST":
        due = day_of(typed["due"], "due", problems)
        kept, wrong = kept_files(request)
        photos += kept
        problems += wrong
        command = ReportNonConformance(
            warehouse=desk.warehouse, goods=goods, quantity=typed["quantity"], found=typed["found"],
            fault=typed["fault"], weight=typed["weight"], description=typed["description"], photos=tuple(photos),
            owner=typed["owner"], due=due,
        )  # fmt: skip
        number, problems = ("", problems) if problems else _number_of(request, desk, command)
        if number:
            messages.success(request, _("Reported. Put the goods on hold if none of them may be used meanwhile."))
            return HttpResponseRedirect(reverse("desk:report", args=[number]))
    context = {
        "tabs": seen_tabs(desk), "goods": goods, "thing": Names([goods], desk.language).thing(goods) if goods else None,
        "typed": typed, "problems_found": problems, "errors": by_field(problems), "owners": owners(),
        "photos": photos, "found": choices(FOUND), "faults": choices(FAULTS), "weights": choices(WEIGHTS),
        "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/new_report.html", context)


@desk_page(access=READS)
def report_file(request: HttpRequest, desk: Desk, number: str, hash: str) -> HttpResponse:
    """A photo of a report."""
    row = NonConformance.objects.filter(log=desk.warehouse, number=number).first()
    return sent_file(request, desk, hash if row is not None and hash in row.photos else "")


def choices(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(str(code), _(word)) for code, word in words.items()]


def _number_of(request: HttpRequest, desk: Desk, command: object) -> tuple[str, list[Problem]]:
    try:
        return str(execute(context_of(desk, request), command).value["nonconformance"]), []
    except Refused as refused:
        return "", list(refused.problems)


# -- one report -------------------------------------------------------------------------------------------------------


@desk_page(access=READS)
def report(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One report. POST `do`: decide, action, finish, check, close, scrap, accept, or ask for a second person."""
    row = NonConformance.objects.filter(log=desk.warehouse, number=number).select_related("inspection").first()
    if row is None:
        problem = Problem("inspection.report_unknown", "", {"number": number[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, status=404)
    problems: list[Problem] = []
    if request.method == "POST":
        problems = _deed(request, desk, row)
        if not problems:
            to = "desk:approvals" if request.POST.get("do") == ASK or _asks(request) else ""
            return HttpResponseRedirect(reverse(to) if to else reverse("desk:report", args=[number]))
        row.refresh_from_db()
    return page(request, desk, "desk/inspecting/report.html", shown(request, desk, row, problems))


def _asks(request: HttpRequest) -> bool:
    """Scrapping, and accepting all the same, always wait for a second person."""
    return request.POST.get("deed") in ("scrap", "accept")


def _deed(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    """What the button of one of the forms asks."""
    deed: Callable[[HttpRequest, Desk, NonConformance], list[Problem]] | None = DEEDS.get(request.POST.get("deed", ""))
    return deed(request, desk, row) if deed else [Problem("desk.deed_unknown")]


def _said(request: HttpRequest, name: str) -> str:
    return clean(request.POST.get(name, ""))


def _decide(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    problems: list[Problem] = []
    due = day_of(_said(request, "due"), "due", problems)
    command = DecideNonConformance(
        warehouse=desk.warehouse, number=row.number, disposition=_said(request, "disposition"),
        why=_said(request, "why"), owner=_said(request, "owner"), due=due,
    )  # fmt: skip
    return problems or done_or_asked(desk, request, command, command.why, _("Decided."))


def _add(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    problems: list[Problem] = []
    due = day_of(_said(request, "action_due"), "action_due", problems)
    command = AddAction(
        warehouse=desk.warehouse, number=row.number, what=_said(request, "what"), owner=_said(request, "action_owner"),
        due=due,
    )  # fmt: skip
    return problems or done_or_asked(desk, request, command, "", _("Added."))


def _number(request: HttpRequest) -> int:
    text = _said(request, "action")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _finish(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    command = FinishAction(
        warehouse=desk.warehouse, number=row.number, action=_number(request), outcome=_said(request, "outcome")
    )
    return done_or_asked(desk, request, command, "", _("Reported as done."))


def _check(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    command = CheckAction(
        warehouse=desk.warehouse, number=row.number, action=_number(request), effective=_said(request, "effective"),
        remark=_said(request, "remark"),
    )  # fmt: skip
    return done_or_asked(desk, request, command, "", _("Recorded."))


def _close(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    command = CloseNonConformance(warehouse=desk.warehouse, number=row.number)
    return done_or_asked(desk, request, command, "", _("Closed."))


def line_of(row: NonConformance, quantity: str, weight: str = "") -> Line:
    """So much of the goods of a report, in kilograms besides where they are weighed each time."""
    return Line(uri=row.goods, quantity=amount_text(quantity), weight=amount_text(weight))


def is_weighed(row: NonConformance) -> bool:
    known = directory().items.get(row.item)
    return known is not None and known.catch_weight


def _scrap(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    reason = " ".join(part for part in (row.number, _said(request, "reason")) if part)
    lines = (line_of(row, _said(request, "quantity"), _said(request, "weighs")),)
    return ask(desk, request, Destroy(warehouse=desk.warehouse, lines=lines, reason=reason), reason)


def _accept(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    """Accepted all the same: by a second person, so it is asked for."""
    reason = " ".join(part for part in (row.number, _said(request, "reason")) if part)
    so_much = line_of(row, _said(request, "quantity"), _said(request, "weighs"))
    line = Verdict(
        uri=row.goods, verdict="concession", receipt=row.receipt, reason=reason, quantity=so_much.quantity,
        weight=so_much.weight,
    )  # fmt: skip
    return ask(desk, request, Inspect(warehouse=desk.warehouse, lines=(line,)), reason)


def _confirm(request: HttpRequest, desk: Desk, row: NonConformance) -> list[Problem]:
    """The supplier has what went back to him under a return note."""
    signer = _said(request, "signer")
    command = ConfirmReturn(
        warehouse=desk.warehouse, desadv=_said(request, "note"), signer=Personal(signer) if signer else None
    )
    return done_or_asked(desk, request, command, "", _("Recorded: the supplier has it."))


def going(row: NonConformance) -> list[tuple[GoingBack, Quantity]]:
    """What of the goods is on its way back."""
    return [(one, Quantity(one.quantity, one.unit or COUNT)) for one in going_back_by(row)]


DEEDS: dict[str, Callable[[HttpRequest, Desk, NonConformance], list[Problem]]] = {
    "decide": _decide,
    "add": _add,
    "finish": _finish,
    "check": _check,
    "close": _close,
    "scrap": _scrap,
    "accept": _accept,
    "confirm": _confirm,
}


@dataclass(frozen=True, slots=True)
class ActionView:
    """A corrective action with the names of whoever did and checked it."""

    row: CorrectiveAction
    done_by: str
    done: object
    checked_by: str
    checked: object
    late: bool


def shown(request: HttpRequest, desk: Desk, row: NonConformance, problems: list[Problem]) -> dict[str, object]:
    """Everything the page shows."""
    actions = list(row.actions.order_by("number"))
    people = people_of(
        [row.opened_by, row.decided_by, *(one for each in actions for one in (each.done_by, each.checked_by))]
    )
    names = Names([uri for uri in (row.goods, row.supplier) if uri], desk.language)
    typed = {
        name: _said(request, name)
        for name in ("disposition", "why", "owner", "due", "what", "reason", "quantity", "weighs")
    }
    left = lying_of(row.log, row.goods, REJECTED, row.receipt)
    looks = desk.actor.may("inspect:read", desk.warehouse)
    return {
        "row": row,
        "tabs": seen_tabs(desk),
        "thing": names.thing(row.goods),
        "supplier": thing_or_none(names, row.supplier),
        "quantity": Quantity(unscaled(row.quantity), row.unit or COUNT) if row.quantity is not None else None,
        "left": Quantity(left, row.unit or COUNT),
        "found": _(FOUND[row.found]),
        "fault": _(FAULTS[row.fault]),
        "weight": _(WEIGHTS[row.weight]),
        "stage": _(STAGES[row.state]),
        "colour": STAGE_COLOURS[Stage(row.state)],
        "late": is_late(row, desk.today),
        "disposition": _(DISPOSITIONS[row.disposition]) if row.disposition else "",
        "dispositions": choices(DISPOSITIONS),
        "opened": moment(row.opened),
        "opened_by": people.get(row.opened_by, ""),
        "closed": moment(row.closed) if row.closed else None,
        "actions": [
            ActionView(
                one,
                people.get(one.done_by, ""),
                moment(one.done) if one.done else None,
                people.get(one.checked_by, ""),
                moment(one.checked) if one.checked else None,
                one.done is None and one.due is not None and one.due < desk.today,
            )
            for one in actions
        ],
        "looks": looks,
        "series_url": series_url(row.supplier, row.item) if row.item and looks else "",
        "owners": owners(),
        "called": called([row.owner, *(one.owner for one in actions)]),
        "may": desk.actor.may("inspect", desk.warehouse),
        "photos": file_names(row.photos),
        "going": going(row),
        "may_confirm": desk.actor.may("ship", desk.warehouse),
        "may_send": desk.actor.may("ship", desk.warehouse) and row.disposition == Disposition.RETURN,
        "may_rework": desk.actor.may("produce", desk.warehouse) and row.disposition == Disposition.REWORK,
        "may_scrap": desk.actor.may("destroy", desk.warehouse)
        and row.disposition in (Disposition.SCRAP, Disposition.SORT),
        "may_accept": desk.actor.may("inspect", desk.warehouse)
        and row.disposition in (Disposition.USE_AS_IS, Disposition.SORT),
        "typed": typed,
        "weighed": is_weighed(row),
        "problems_found": problems,
        "errors": by_field(problems),
        "can_ask": can_ask(request, problems),
        "request_id": uuid4(),
        "is_open": row.state != Stage.CLOSED,
    }
