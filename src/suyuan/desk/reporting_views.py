"""Views of reports that are kept: the list of them, and the form by which one is kept, shared and sent by mail."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.models import User
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.reporting import address, heading
from suyuan.desk.reporting_tables import titled
from suyuan.desk.sheets import answered, record
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.models import ReportView
from suyuan.insight.reports.asking import SPANS, Span, counted
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.insight.reports.declared import SEES
from suyuan.insight.reports.views import EVERY, DropReportView, PutReportView, seen_by
from suyuan.ui.frame import Choice
from suyuan.ui.tables import Column, Jump, Row, Table

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
_NAMES = re.compile(r"[\s,;，；、]+")
FORM = "desk/reporting/keep.html"


@desk_page(SEES, anywhere=True)
def views(request: HttpRequest, desk: Desk) -> HttpResponse:
    """My views, and those that others share."""
    return page(request, desk, "desk/reporting/views.html", {**heading(desk, "views"), "table": views_table(desk)})


def views_table(desk: Desk) -> Table:
    columns = (
        Column(_("View")),
        Column(_("Report")),
        Column(_("Time"), needed=False),
        Column(_("Of")),
        Column(_("Sent"), needed=False),
        Column("", needed=False),
    )
    rows = []
    for one in seen_by(desk.actor):
        given = dict(parse_qsl(one.query))
        mine = str(one.owner_id) == desk.actor.id
        edit = Jump(_("Change"), reverse("desk:report_view", args=[one.pk])) if mine else ""
        rows.append(
            Row(
                (
                    Jump(one.name, address(one.report, given, {})), titled(REPORTS[one.report].title), time_of(given),
                    one.owner.name if not mine else _("me, for all") if one.shared else _("me"), sent_words(one), edit,
                ),
            )
        )  # fmt: skip
    return Table(_("Kept views"), columns, rows, _("Nothing is kept yet. Each report has a button for it."))


def time_of(given: Mapping[str, str]) -> str:
    span = counted(given)
    return _(SPANS[Span(span)]) if span else " – ".join(filter(None, (given.get("since"), given.get("until"))))


def sent_words(one: ReportView) -> str:
    """When and to how many it is sent."""
    if not one.every:
        return ""
    on = {"week": _(WEEKDAYS[(one.on - 1) % 7]), "month": _("day {day}").format(day=one.on)}.get(one.every, "")
    at = f"{one.minute // 60:02}:{one.minute % 60:02}"
    to = ngettext("to {count} person", "to {count} people", len(one.recipients)).format(count=len(one.recipients))
    return ", ".join(part for part in (_(EVERY[one.every]), on, at, to) if part)


@desk_page(SEES, anywhere=True)
def keep(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Keep the report of the address as it was asked in `?`; POST does it."""
    report = REPORTS.get(name)
    if report is None or not desk.actor.scopes(report.permission):
        problem = Problem("desk.report_unknown", "", {"name": name[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    given = PutReportView(
        report=name, name=titled(report.title), query=clean(request.GET.urlencode(), 1000), zone=desk.frame.zone,
        language=desk.language, recipients=(username_of(desk),),
    )  # fmt: skip
    return formed(request, desk, given)


@desk_page(SEES, anywhere=True)
def view(request: HttpRequest, desk: Desk, id: int) -> HttpResponse:
    """A view of mine: POST changes it, or drops it (`drop`)."""
    row = ReportView.objects.filter(pk=id, owner__pk=UUID(desk.actor.id)).first()
    if row is None or row.report not in REPORTS:
        return page(request, desk, "desk/refused.html", {"problem": Problem("insight.view_unknown")}, 404)
    if request.method == "POST" and request.POST.get("drop"):
        if not (problems := record(desk, request, DropReportView(id=id))):
            messages.success(request, _("It is kept no longer."))
            return HttpResponseRedirect(reverse("desk:report_views"))
        return formed(request, desk, standing(row), problems)
    return formed(request, desk, standing(row))


def standing(row: ReportView) -> PutReportView:
    names = dict(User.objects.filter(pk__in=row.recipients).values_list("pk", "username"))
    return PutReportView(
        id=row.pk, report=row.report, name=row.name, query=row.query, shared=row.shared, every=row.every, on=row.on,
        time=f"{row.minute // 60:02}:{row.minute % 60:02}", zone=row.zone, language=row.language,
        recipients=tuple(names[UUID(one)] for one in row.recipients if UUID(one) in names),
    )  # fmt: skip


def username_of(desk: Desk) -> str:
    return User.objects.filter(pk=UUID(desk.actor.id)).values_list("username", flat=True).first() or ""


def read(request: HttpRequest, desk: Desk, before: PutReportView) -> PutReportView:
    post = request.POST
    every = clean(post.get("every", ""))
    on = clean(post.get("weekday" if every == "week" else "monthday", "1"))
    return PutReportView(
        id=before.id, report=before.report, name=clean(post.get("name", ""), 200),
        query=clean(post.get("query", ""), 2000),
        shared=bool(post.get("shared")), every=every, on=int(on) if on.isdecimal() and len(on) < 3 else 0,
        time=clean(post.get("time", "")), zone=desk.frame.zone,
        language=clean(post.get("language", "")) or desk.language,
        recipients=tuple(name for name in _NAMES.split(clean(post.get("recipients", ""))) if name),
    )  # fmt: skip


def formed(request: HttpRequest, desk: Desk, before: PutReportView, problems: Sequence[Problem] = ()) -> HttpResponse:
    """The form, with what was typed; after a POST that was done, on to the list."""
    given = read(request, desk, before) if request.method == "POST" and not problems else before
    if request.method == "POST" and not problems:
        result, found = answered(desk, request, given)
        if result is not None:
            messages.success(request, _("Kept."))
            return HttpResponseRedirect(reverse("desk:report_views"))
        problems = found
    context = {
        **heading(desk, "views"), "given": given, "title": titled(REPORTS[given.report].title),
        "problems_found": problems,
        "errors": by_field(problems), "recipients": ", ".join(given.recipients), "request_id": uuid4(),
        "every": [Choice(code, _(word)) for code, word in EVERY.items()],
        "weekdays": [(n, _(word), n == given.on) for n, word in enumerate(WEEKDAYS, 1)],
        "asked": asked_words(given), "people": people_with_mail(),
    }  # fmt: skip
    return page(request, desk, FORM, context, 422 if problems else 200)


def asked_words(given: PutReportView) -> str:
    said = dict(parse_qsl(given.query))
    rest = [value for name, value in said.items() if name not in ("span", "since", "until") and value]
    return " · ".join(filter(None, (time_of(said), *rest)))


def people_with_mail() -> list[tuple[str, str]]:
    """Who may be sent something: accounts in use with an address, at most two hundred to choose from."""
    rows = User.objects.filter(is_active=True, kind="person").exclude(email="").order_by("username")
    return list(rows.values_list("username", "name")[:200])
