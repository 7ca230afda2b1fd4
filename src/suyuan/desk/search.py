"""The search box: straight to the page of what was meant, or a list where it may be several things."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.finding import Found, find
from suyuan.desk.labels_defects import is_code, note_failed
from suyuan.devices.models import Defect
from suyuan.ui.tables import Column, Row, Table


@desk_page("trace.full:read", anywhere=True)
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?q=` is what was scanned or typed."""
    text = request.GET.get("q", "").strip()
    if not text:
        return HttpResponseRedirect(reverse("desk:home"))
    found = find(text, desk.language)
    if len(found.things) == 1 and not found.questions:
        return HttpResponseRedirect(found.things[0].url)
    if not (found.things or found.questions) and is_code(text):
        note_failed(request, desk, Defect.UNKNOWN, "search", text)
    context = {"query": text[:200], "found": found, "table": candidates(found)}
    return page(request, desk, "desk/search.html", context)


def candidates(found: Found) -> Table:
    rows = [Row((_(thing.word), thing)) for thing in found.things]
    rows += [Row((word, jump)) for word, jump in found.questions]
    return Table(_("May mean"), (Column(_("Kind")), Column(_("Name and code"), "thing")), rows)
