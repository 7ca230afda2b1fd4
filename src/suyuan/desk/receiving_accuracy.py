"""How accurately goods are received here: lines right of lines, what was scanned of what was said."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import clean, day_of
from suyuan.desk.naming import Names
from suyuan.desk.things import csv_response
from suyuan.gs1.problems import Problem
from suyuan.operations.inbound.accuracy import Accuracy, By
from suyuan.operations.inbound.accuracy import accuracy as figures
from suyuan.operations.inbound.history import names_of
from suyuan.operations.parties import find_partner
from suyuan.ui.tables import Column, Row, Table

SPAN = timedelta(days=29)


@desk_page("receive:read")
def accuracy(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?by=` person, supplier or day; `&since=&until=`, the last 30 days without; `&csv=1` as a file."""
    problems: list[Problem] = []
    until = day_of(clean(request.GET.get("until", "")), "until", problems) or desk.today
    since = day_of(clean(request.GET.get("since", "")), "since", problems) or until - SPAN
    by = next((one for one in By if one.value == request.GET.get("by")), By.PERSON)
    found = figures(desk.warehouse, since, until, desk.zone, by)
    shown = table(found, by, desk)
    if request.GET.get("csv"):
        return csv_response(shown, f"{_('Receiving accuracy')} {since} {until}")
    context = {
        "tab": "accuracy",
        "by": by.value,
        "choices": [(one.value, word) for one, word in words().items()],
        "since": since,
        "until": until,
        "table": shown,
        "total": total(found),
        "problems_found": problems,
    }
    return page(request, desk, "desk/accuracy.html", context)


def words() -> dict[By, str]:
    return {By.PERSON: _("Person"), By.SUPPLIER: _("Supplier"), By.DAY: _("Day")}


def total(found: list[Accuracy]) -> list[tuple[str, str]]:
    """The two figures of the whole time, as texts."""
    judged, fields = sum(one.judged for one in found), sum(one.fields for one in found)
    right, scanned = sum(one.right for one in found), sum(one.scanned for one in found)
    return [
        (_("Lines right"), said(right, judged)),
        (_("Read by scanner"), said(scanned, fields)),
    ]


def said(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part} / {whole})" if whole else "–"


def table(found: list[Accuracy], by: By, desk: Desk) -> Table:
    """The figures as a table; worst first, days in their order."""
    called = _names(found, by, desk)
    columns = (
        Column(words()[by], "date" if by is By.DAY else ""),
        Column(_("Receipts"), "number"),
        Column(_("Lines"), "number"),
        Column(_("Lines right")),
        Column(_("Read by scanner")),
    )
    rows = [
        Row(
            (
                date.fromisoformat(one.key) if by is By.DAY else called.get(one.key, one.key) or "–",
                one.receipts,
                one.lines,
                said(one.right, one.judged),
                said(one.scanned, one.fields),
            )
        )
        for one in sorted(found, key=lambda one: one.key if by is By.DAY else f"{one.right_share or 0:.6f}")
    ]
    return Table(_("Receiving accuracy"), columns, rows, _("Nothing was received in this time."), total=len(rows))


def _names(found: list[Accuracy], by: By, desk: Desk) -> dict[str, str]:
    if by is By.PERSON:
        return dict(names_of(one.key for one in found))
    if by is By.DAY:
        return {}
    partners = {one.key: partner.uri for one in found if (partner := find_partner(directory(), one.key))}
    names = Names(partners.values(), desk.language)
    return {code: names.name(uri) or code for code, uri in partners.items()}
