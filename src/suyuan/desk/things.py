"""The page of a thing: everything about one lot, serial, item, container, place, partner or document on one screen."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.answers import ALL, graph_of, page_of
from suyuan.desk.cards import Filter
from suyuan.desk.consequences import filter_of
from suyuan.desk.graphing import PICTURES, drawn, graph_url, picture_file
from suyuan.desk.panels import SHOWN, TRACED, everything, panel_of, subject_of
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.tables import Table, csv_lines
from suyuan.ui.things import thing_of, thing_url, uri_of_id


@desk_page("trace.full:read", anywhere=True)
def thing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the thing; `&whole=1` has the whole trace, or sums where it is very much, `&whole=all` the whole of
    that, too; `&open=` (several) opens piles of its graph; `&csv=` exports one of the tables.
    """
    uri = _named(request)
    if uri is None:
        return _unknown(request, desk)
    subject = subject_of(uri) if request.GET.get("csv") == "all" else None
    if subject is not None and subject.kind in TRACED:
        return csv_parts(everything(subject, desk, _wanted(request, desk)), f"{thing_of(uri).code} affected")
    if request.GET.get("csv"):
        export = panel_of(subject_of(uri), request.GET["csv"], desk, wanted=_wanted(request, desk))
        if export and export.table:
            return csv_response(export.table, f"{export.thing.code} {export.table.name}")
    opened = request.GET.getlist("open")
    shown = page_of(uri, desk, whole=ALL if opened else request.GET.get("whole", ""), opened=opened)
    context = {"page": shown, "drawn": drawn(shown.graph, graph_url(uri)) if shown.graph else None}
    return page(request, desk, "desk/thing.html", context)


@desk_page("trace.full:read", anywhere=True)
def graph(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=&open=`: the graph alone, as a page; `&as=svg` or `png`: as a file, just as it is shown."""
    uri = _named(request)
    if uri is None or (subject := subject_of(uri)).kind not in TRACED:
        return _unknown(request, desk)
    found, title = graph_of(subject, desk, request.GET.getlist("open"))
    kind = request.GET.get("as", "")
    if found is not None and kind in PICTURES:
        return file_response(picture_file(found, title, kind), PICTURES[kind], f"{title}.{kind}")
    context = {"title": title, "uri": thing_url(uri), "drawn": drawn(found, graph_url(uri)) if found else None}
    return page(request, desk, "desk/thing_graph_page.html", context)


@desk_page("trace.full:read", anywhere=True)
def panel(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=&tab=`: one tab of the page of a thing, which fetches it from here when it is opened; `&kind=` (several),
    `&from=`, `&to=` narrow the one with everything.
    """
    uri = _named(request)
    if uri is None:
        return _unknown(request, desk)
    shown = panel_of(subject_of(uri), request.GET.get("tab", ""), desk, SHOWN, _wanted(request, desk))
    if shown is None:
        problem = Problem("desk.tab_unknown", "tab", {"text": request.GET.get("tab", "")[:80]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    return page(request, desk, "desk/panel.html", {"panel": shown})


def _wanted(request: HttpRequest, desk: Desk) -> Filter:
    asked = request.GET
    return filter_of(asked.getlist("kind"), asked.get("from", ""), asked.get("to", ""), desk)


def _named(request: HttpRequest) -> str | None:
    try:
        return uri_of_id(request.GET.get("id", ""))
    except Refused:
        return None


def _unknown(request: HttpRequest, desk: Desk) -> HttpResponse:
    problem = Problem("desk.uri_unknown", "id", {"text": request.GET.get("id", "")[:80]})
    return page(request, desk, "desk/refused.html", {"problem": problem}, 404)


def csv_response(table: Table, name: str) -> HttpResponse:
    """The table as a file."""
    return file_response("".join(csv_lines(table)), "text/csv; charset=utf-8", f"{name}.csv")


def csv_parts(tables: Iterable[Table], name: str) -> HttpResponse:
    """A table that comes in parts as one file."""

    def lines() -> Iterator[str]:
        for n, table in enumerate(tables):
            yield from islice(csv_lines(table), 2 if n else 0, None)  # the mark and the heads stand there once

    return file_response(lines(), "text/csv; charset=utf-8", f"{name}.csv")


def file_response(content: str | bytes | Iterable[str], content_type: str, name: str) -> HttpResponse:
    """A file to be kept, not shown; its name survives what file systems forbid."""
    response = HttpResponse(content, content_type=content_type)
    safe = "".join(char if char.isalnum() or char in " -_." else "-" for char in name)
    response.headers["Content-Disposition"] = content_disposition_header(True, safe) or "attachment"
    return response
