"""What was moved, packed or relabelled, read from the record of it; and the way back."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field
from suyuan.desk.moving import BY_PLACE, JOBS, MOVES, gone, tabs_of
from suyuan.desk.naming import Names
from suyuan.desk.results import done, missing
from suyuan.desk.sheets import record
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import COUNT, Quantity, parse_amount
from suyuan.operations.lines import Line
from suyuan.operations.storage.move import Move
from suyuan.ui.things import thing_url

SAID = {
    "move": N_("Moved."),
    "away": N_("Put away."),
    "pack": N_("Packed."),
    "unpack": N_("Unpacked."),
    "split": N_("Divided."),
    "merge": N_("Merged."),
    "relabel": N_("Relabelled."),
}


@desk_page(access=MOVES)
def moved(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?do=` what it was, `?request=` which; POST `undo` moves it back."""
    name = request.GET.get("do", "")
    found = done(request, desk, JOBS[name].command) if name in JOBS else None
    if found is None:
        return missing(request, desk)
    lines = lines_of(found.params)
    source = source_of(lines) if name in BY_PLACE else ""
    problems: list[Problem] = []
    if request.method == "POST":
        problems = undone(request, desk, lines, source, str(found.result.get("place", "")))
        if not problems:
            return gone(request, "move")
    return page(request, desk, "desk/moving/done.html", context_of(request, desk, name, found.params, found.result, {
        "at": found.at, "problems_found": problems, "errors": by_field(problems), "back": source,
    }), 422 if problems else 200)  # fmt: skip


def lines_of(params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of a command as they were recorded."""
    return [*params.get("lines", ()), *([params["line"]] if params.get("line") else [])]


def source_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """The one bin all of it came from; empty where there is no one way back."""
    places = {str(line.get("place") or "") for line in lines}
    return next(iter(places)) if len(places) == 1 and not any(line.get("inside") for line in lines) else ""


def undone(
    request: HttpRequest, desk: Desk, lines: Sequence[Mapping[str, Any]], source: str, place: str
) -> list[Problem]:
    """Move the same goods back to where they came from."""
    if not source or not place:
        return [Problem("desk.no_way_back")]
    back = tuple(
        Line(
            uri=line.get("uri") or "",
            container=line.get("container") or "",
            quantity=line.get("quantity"),
            unit=line.get("unit") or "",
            weight=line.get("weight"),
            place=place,
        )
        for line in lines
    )
    return record(desk, request, Move(warehouse=desk.warehouse, lines=back, to=source))


def context_of(
    request: HttpRequest,
    desk: Desk,
    name: str,
    params: Mapping[str, Any],
    result: Mapping[str, Any],
    more: Mapping[str, object],
) -> dict[str, object]:
    lines, lots = lines_of(params), result.get("lots", [])
    to, box = str(result.get("place") or ""), str(result.get("container") or "")
    goods = [str(line.get("uri") or line.get("container") or "") for line in lines]
    sources = [str(line.get("place") or line.get("inside") or "") for line in lines]
    names = Names([*goods, *sources, to, box, *(str(lot["uri"]) for lot in lots)], desk.language)
    made = [(names.thing(str(lot["uri"])), _amount(lot, lines)) for lot in lots]
    made += [(names.thing(box), None)] if box else []
    shown = [
        (names.thing(uri), _amount(line, lines), _said(names, source))
        for uri, source, line in zip(goods, sources, lines, strict=True)
        if uri
    ]
    labelled = thing_url(box) if box else ""
    return {
        "tab": name, "tabs": tabs_of(desk, name), "word": _(JOBS[name].word), "said": _(SAID[name]), "lines": shown,
        "made": made, "to": _said(names, to),
        "labels": _labels(labelled, lots, request), "request_id": uuid4(), **more,
    }  # fmt: skip


def _said(names: Names, uri: str) -> str:
    """A place or container by the name or the code that people know."""
    thing = names.thing(uri) if uri else None
    return (thing.name or thing.code) if thing else ""


def _amount(row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Quantity | None:
    """How much a line or a new lot is; their unit is that of the first line."""
    if not row.get("quantity"):
        return None
    unit = row.get("unit") or next((line["unit"] for line in lines if line.get("unit")), "") or COUNT
    return Quantity(parse_amount(str(row["quantity"])), str(unit))


def _labels(box: str, lots: Sequence[Mapping[str, Any]], request: HttpRequest) -> str:
    """Where the labels of what is new are printed."""
    address = reverse("desk:label_goods")
    if lots:
        return f"{address}?{urlencode({'request': request.GET.get('request', '')})}"
    return f"{address}?{box.partition('?')[2]}" if box else ""
