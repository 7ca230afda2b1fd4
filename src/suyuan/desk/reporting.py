"""Reports: the list of them, and each with its days, filters, charts, table and files, all of the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.rules import in_language
from suyuan.catalog.directory import directory
from suyuan.catalog.models import Category
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.desk.forms import by_field
from suyuan.desk.reporting_charts import picture
from suyuan.desk.reporting_files import FILES, as_file
from suyuan.desk.reporting_tables import (
    ASKED,
    facts_of,
    table_of,
    titled,
    warehouse_names,
)
from suyuan.gs1.problems import Problem
from suyuan.insight.reports.asking import ALL, SPANS, Reading, read
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.insight.reports.declared import GROUPS, SEES, Ask, Report
from suyuan.insight.reports.running import Shown, run
from suyuan.ui.access import Access, Reader
from suyuan.ui.drawing import svg
from suyuan.ui.frame import Choice

KEEPS = "audit.export:read"  # who sees legal holds
ROWS = 100  # of the table on one page
BY_NAME: Mapping[str, Access] = {
    name: Access(Reader.ROLE, report.permission, anywhere=True) for name, report in REPORTS.items()
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A field of the form: a list of `choices`, or what is typed, a day where `day`."""

    name: str
    word: str
    value: str
    choices: Sequence[Choice] = ()
    day: bool = False


@desk_page(SEES, anywhere=True)
def report_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All reports that he may see, by group; `?q=` those in whose names or sentences it stands."""
    sought = request.GET.get("q", "").strip()[:100]
    groups = []
    for group, word in GROUPS.items():
        found = [
            (report, titled(report.title), titled(report.about), reverse("desk:report_page", args=[name]))
            for name, report in REPORTS.items()
            if report.group is group and desk.actor.scopes(report.permission)
        ]
        told = [one for one in found if sought.casefold() in f"{one[1]} {one[2]} {titled(one[0].law)}".casefold()]
        if told:
            groups.append((_(word), told))
    return page(request, desk, "desk/reporting/list.html", {**heading(desk), "groups": groups, "sought": sought})


@desk_page(access=Access(Reader.ROLE, by_name=BY_NAME))
def report_page(request: HttpRequest, desk: Desk, name: str) -> HttpResponseBase:
    """`?span=` or `?since=&until=`, `&in=` a warehouse or ``all``, the filters of the report, `&as=` xlsx, csv or
    pdf."""
    report = REPORTS.get(name)
    if report is None:
        problem = Problem("desk.report_unknown", "", {"name": name[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    if not BY_NAME[name].lets(desk.actor, desk.warehouse):
        return forbidden(request, desk, report.permission)
    given = {key: request.GET[key] for key in request.GET}
    reading = read(report, given, desk.actor, directory(), desk.warehouse, desk.now, desk.language)
    kind = request.GET.get("as", "")
    if kind in FILES:
        return as_file(report, reading, kind, desk.actor.name)
    shown = run(report, reading.asked)
    return page(request, desk, "desk/reporting/report.html", context_of(request, shown, reading, desk))


def heading(desk: Desk, tab: str = "") -> dict[str, object]:
    """What the pages around reports have above them."""
    return {"tab": tab, "keeps_holds": bool(desk.actor.scopes(KEEPS))}


def context_of(request: HttpRequest, shown: Shown, reading: Reading, desk: Desk) -> dict[str, object]:
    report, found = shown.report, shown.found
    pages = Paginator(found.rows, ROWS)
    at = pages.get_page(request.GET.get("page"))
    return {
        "report": report,
        "title": titled(report.title),
        "about": titled(report.about),
        "law": titled(report.law),
        "keeps": titled(report.keeps),
        "meanings": [_(one) for one in report.meanings],
        "clauses": [(titled(one.title), titled(one.clause)) for one in shown.columns if one.clause],
        "asking": asking(report, reading),
        "was": reading.was if report.period else "",
        "shown_facts": facts_of(shown, reading, desk.actor.name)[1:],
        "notes": found.notes,
        "problems_found": reading.problems,
        "errors": by_field(reading.problems),
        "pictures": [svg(picture(one)) for one in found.charts],
        "table": table_of(shown, list(at.object_list), len(at.object_list)),
        "rows": len(found.rows),
        "page": at,
        "files": [(kind, address(report.name, reading.given, {"as": kind})) for kind in FILES],
        "kept": urlencode(reading.given),
    }


def address(name: str, given: Mapping[str, str], more: Mapping[str, str]) -> str:
    """The address of a report as it was asked, with more said."""
    return f"{reverse('desk:report_page', args=[name])}?{urlencode({**given, **more})}"


def asking(report: Report, reading: Reading) -> list[Asking]:
    """The fields of the form, as they were understood."""
    given, asked = reading.given, reading.asked
    fields = []
    if len(reading.seen) > 1:
        every = [Choice(ALL, _("All warehouses")), *(Choice(code, code) for code in reading.seen)]
        fields.append(Asking("in", _("Warehouse"), reading.where, named_warehouses(every, asked.language)))
    if report.period:
        spans = [Choice("", _("These days:")), *(Choice(span, _(word)) for span, word in SPANS.items())]
        fields.append(Asking("span", _("Time"), reading.span, spans))
        fields.append(Asking("since", _("From"), asked.since.isoformat(), day=True))
        fields.append(Asking("until", _("Until"), asked.until.isoformat(), day=True))
    for ask in report.asks:
        choices = categories(asked.language) if ask is Ask.CATEGORY else ()
        fields.append(Asking(ask, _(ASKED[ask]), given.get(ask, ""), choices))
    for one in report.choices:
        choices = [Choice(value, _(word)) for value, word in one.choices.items()]
        fields.append(Asking(one.name, titled(one.title), asked.values[one.name], choices))
    return fields


def named_warehouses(choices: Sequence[Choice], language: str) -> list[Choice]:
    names = warehouse_names([one.code for one in choices], language)
    return [Choice(one.code, names.get(one.code, one.name)) for one in choices]


def categories(language: str) -> list[Choice]:
    rows = Category.objects.order_by("key").values_list("key", "name_zh", "name_en", "code")
    return [Choice("", _("All")), *(Choice(key, in_language(language, zh, en, code)) for key, zh, en, code in rows)]
