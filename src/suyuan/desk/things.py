"""The page of a thing: everything about one lot, serial, item, container, place, partner or document on one screen."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.answers import page_of
from suyuan.desk.graphs import collapsed
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.tables import Table, csv_lines
from suyuan.ui.things import uri_of_id

LONGEST_TABLE = 50  # rows on the page; each costs 0.2 ms of the server, and nobody reads further without the export


@desk_page("trace.full:read", anywhere=True)
def thing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the thing; `&csv=` exports one of the tables instead, whole."""
    text = request.GET.get("id", "")
    try:
        uri = uri_of_id(text)
    except Refused:
        return page(
            request, desk, "desk/refused.html", {"problem": Problem("desk.uri_unknown", "id", {"text": text[:80]})}, 404
        )
    shown = page_of(uri, desk)
    export = next((tab.table for tab in shown.tabs if tab.id == request.GET.get("csv")), None)
    if export is not None:
        return csv_response(export, f"{shown.thing.code} {export.name}")
    shown = replace(shown, tabs=tuple(replace(tab, table=first(tab.table)) for tab in shown.tabs))
    graph = collapsed(shown.graph, says_more).data() if shown.graph else None
    return page(request, desk, "desk/thing.html", {"page": shown, "graph_data": graph})


def first(table: Table) -> Table:
    """What a page shows of a long table; the export has all of it."""
    return replace(table, rows=table.rows[:LONGEST_TABLE], total=len(table.rows))


def says_more(group: str, count: int) -> str:
    """What stands on the card that many cards became."""
    return f"{group}\n× {count}" if group else _("{count} more").format(count=count)


def csv_response(table: Table, name: str) -> HttpResponse:
    """The table as a file; its name survives what file systems forbid."""
    response = HttpResponse("".join(csv_lines(table)), content_type="text/csv; charset=utf-8")
    safe = "".join(char if char.isalnum() or char in " -_." else "-" for char in name)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{safe}.csv") or "attachment"
    return response
