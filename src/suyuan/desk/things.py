"""The page of a thing: everything about one lot, serial, item, container, place, partner or document on one screen."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.answers import page_of
from suyuan.desk.graphs import collapsed
from suyuan.desk.panels import SHOWN, panel_of, subject_of
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.tables import Table, csv_lines
from suyuan.ui.things import uri_of_id


@desk_page("trace.full:read", anywhere=True)
def thing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the thing; `&whole=1` has the whole trace however much it is; `&csv=` exports one of the tables."""
    uri = _named(request)
    if uri is None:
        return _unknown(request, desk)
    if request.GET.get("csv"):
        export = panel_of(subject_of(uri), request.GET["csv"], desk)
        if export and export.table:
            return csv_response(export.table, f"{export.thing.code} {export.table.name}")
    shown = page_of(uri, desk, whole=bool(request.GET.get("whole")))
    graph = collapsed(shown.graph, says_more).data() if shown.graph else None
    return page(request, desk, "desk/thing.html", {"page": shown, "graph_data": graph})


@desk_page("trace.full:read", anywhere=True)
def panel(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=&tab=`: one tab of the page of a thing, which fetches it from here when it is opened."""
    uri = _named(request)
    if uri is None:
        return _unknown(request, desk)
    shown = panel_of(subject_of(uri), request.GET.get("tab", ""), desk, SHOWN)
    if shown is None:
        problem = Problem("desk.tab_unknown", "tab", {"text": request.GET.get("tab", "")[:80]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    return page(request, desk, "desk/panel.html", {"panel": shown})


def _named(request: HttpRequest) -> str | None:
    try:
        return uri_of_id(request.GET.get("id", ""))
    except Refused:
        return None


def _unknown(request: HttpRequest, desk: Desk) -> HttpResponse:
    problem = Problem("desk.uri_unknown", "id", {"text": request.GET.get("id", "")[:80]})
    return page(request, desk, "desk/refused.html", {"problem": problem}, 404)


def says_more(group: str, count: int) -> str:
    """What stands on the card that many cards became."""
    return f"{group}\n× {count}" if group else _("{count} more").format(count=count)


def csv_response(table: Table, name: str) -> HttpResponse:
    """The table as a file; its name survives what file systems forbid."""
    response = HttpResponse("".join(csv_lines(table)), content_type="text/csv; charset=utf-8")
    safe = "".join(char if char.isalnum() or char in " -_." else "-" for char in name)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{safe}.csv") or "attachment"
    return response
