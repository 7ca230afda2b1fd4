"""Labels that fail: codes that were not understood or read twice, and labels that were replaced; by what they share."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.directory import directory
from suyuan.catalog.queries import place_uris
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import clean
from suyuan.desk.labels_print import PRINTS
from suyuan.desk.naming import Names
from suyuan.devices.defects import BY, Failed, counts, device_of, note
from suyuan.devices.models import Defect
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import N_, Refused
from suyuan.gs1.scans import scan
from suyuan.ledger.keys import micros
from suyuan.ledger.models import Body, Record
from suyuan.operations.storage.retag import DEFECTS, STEP
from suyuan.trace.resolve import resolve
from suyuan.ui.tables import Column, Row, Table

DAYS = (7, 30, 90)
MOST_EVENTS = 2000
HEADS = {"item": N_("Item"), "printer": N_("Printer"), "place": N_("Place"), "device": N_("Device")}
KINDS = {
    Defect.UNREADABLE: N_("Not understood"), Defect.UNKNOWN: N_("Not known here"), Defect.TWICE: N_("Read twice"),
}  # fmt: skip
PAGES = frozenset({"receiving", "shipping", "search", "counting", "moving", "picking", "bind", "returns", "inspecting"})


@desk_page(access=PRINTS)
def defects(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?days=` 7, 30 or 90 back from today."""
    text = request.GET.get("days", "")
    days = int(text) if text in map(str, DAYS) else DAYS[1]
    since = desk.today - timedelta(days=days - 1)
    replaced = replacements(desk, since)
    failed = {by: counts(desk.warehouse, since, by) for by in BY}
    tables = [_table(by, failed[by], replaced, desk) for by in BY]
    context = {
        "days": days, "choices": DAYS, "tables": tables, "reasons": reasons(replaced),
        "count": sum(sum(kinds.values()) for _name, kinds in failed["item"]), "replaced": len(replaced),
        "tab": "defects",
    }  # fmt: skip
    return page(request, desk, "desk/labels/defects.html", context)


@require_POST
@desk_page(access=PRINTS)
def failed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A page tells that a code could not be used: POST `kind` (``failed``: which, is told from the code), `page`,
    `text` (what was read, if anything).
    """
    text = request.POST.get("text", "")
    asked = request.POST.get("kind", "")
    kind = kind_of(text) if asked == "failed" else asked
    if kind in set(Defect):
        page_name, place = request.POST.get("page", ""), clean(request.POST.get("place", ""))
        one = Failed(
            warehouse=desk.warehouse,
            day=desk.today,
            kind=Defect(kind),
            item=item_in(text),
            device=device_of(request.headers.get("User-Agent", "")),
            place=place if place and place_uris(desk.warehouse, [place]) else "",
            page=page_name if page_name in PAGES else "",
        )
        note(one)
    return HttpResponse(status=204)


def note_failed(
    request: HttpRequest, desk: Desk, kind: Defect, page_name: str, text: str = "", place: str = ""
) -> None:
    """The same for views that judge a scan themselves."""
    device = device_of(request.headers.get("User-Agent", ""))
    note(
        Failed(
            warehouse=desk.warehouse, day=desk.today, kind=kind, item=item_in(text), device=device, place=place,
            page=page_name,
        )
    )  # fmt: skip


def kind_of(text: str) -> Defect:
    """A code that is one but names nothing here, or none at all. Pure."""
    try:
        return Defect.UNKNOWN if scan(clean(text)).elements else Defect.UNREADABLE
    except Refused:
        return Defect.UNREADABLE


def is_code(text: str) -> bool:
    """Was this scanned rather than typed: is it what a GS1 symbol or a link says? Pure."""
    return kind_of(text) is Defect.UNKNOWN


def item_in(text: str) -> str:
    """The item of what was read if the catalog has it: whatever is sent, there are no more counters than items."""
    try:
        found = scan(clean(text)).identity
    except Refused:
        known = resolve(clean(text)) if text else []
        found = identify(known[0].uri) if len(known) == 1 else None
    pack = directory().item_of(found.item or found.uri) if found is not None else None
    return pack.item if pack else ""


def replacements(desk: Desk, since: date) -> list[Mapping[str, Any]]:
    """What was said of each label that was replaced, with `item`: from the events themselves, the latest first."""
    start = datetime.combine(since, time(), desk.zone)
    rows = Record.objects.filter(log=desk.warehouse, event_time__gte=micros(start), biz_step=STEP, kind="epcis")
    ids = [bytes(id) for id in rows.order_by("-event_time").values_list("id", flat=True)[:MOST_EVENTS]]
    found: list[Mapping[str, Any]] = []
    for start_at in range(0, len(ids), 500):
        part = Body.objects.filter(log=desk.warehouse, id__in=ids[start_at : start_at + 500])
        found += [_said(json.loads(bytes(body))) for body in part.values_list("body", flat=True)]
    return [one for one in found if one.get("defect")]


def _said(event: Mapping[str, Any]) -> Mapping[str, Any]:
    own = {name.rpartition(":")[2]: value for name, value in event.items()}
    goods = [*event.get("epcList", []), *(one["epcClass"] for one in event.get("quantityList", []))]
    return {**own, "item": (identify(goods[0]).item or goods[0]) if goods else ""}


def reasons(replaced: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for one in replaced:
        found[str(one["defect"])] = found.get(str(one["defect"]), 0) + 1
    return [(_(DEFECTS.get(code, code)), count) for code, count in sorted(found.items(), key=lambda one: -one[1])]


def _table(
    by: str, rows: Sequence[tuple[str, Mapping[str, int]]], replaced: Sequence[Mapping[str, Any]], desk: Desk
) -> Table:
    known = dict(rows)
    again: dict[str, int] = {}
    for one in replaced:
        name = str(one.get(by) or "")
        again[name] = again.get(name, 0) + 1
    total = {name: sum(known.get(name, {}).values()) + again.get(name, 0) for name in known.keys() | again.keys()}
    names = Names([name for name in total if name and by == "item"], desk.language) if by == "item" else None
    shown = [
        Row(
            (
                (names.thing(name) if names else name) if name else "–",
                *(known.get(name, {}).get(kind, 0) for kind in KINDS), again.get(name, 0), total[name],
            )
        )
        for name in sorted(total, key=lambda name: (-total[name], name))
    ]  # fmt: skip
    heads = (
        Column(_(HEADS[by]), "thing" if by == "item" else "text"),
        *(Column(_(word), "number") for word in KINDS.values()),
        Column(_("Label replaced"), "number"), Column(_("Together"), "number"),
    )  # fmt: skip
    return Table(_(HEADS[by]), heads, shown)
