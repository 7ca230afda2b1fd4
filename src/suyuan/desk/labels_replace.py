"""Replace a damaged label or tag, and bind tags: what happened, recorded, and the new label printed."""

from collections.abc import Mapping
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.labels_print import Way, printers_of
from suyuan.desk.naming import Names
from suyuan.desk.sheets import record
from suyuan.devices.defects import device_of
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.lines import Line
from suyuan.operations.storage.retag import DEFECTS, LABEL, TAG, BindTags, ReplaceLabel, Tagged
from suyuan.trace.resolve import resolve
from suyuan.ui.things import thing_url, uri_of_id

TAGGED = frozenset({Kind.SERIAL, Kind.CONTAINER})
FIELDS = ("defect", "reason", "printer", "medium", "epc", "tid", "old_tid")


@desk_page("move")
def replace(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the goods whose label or tag is replaced; POST records it and goes on to printing the new one."""
    uri = _named(request)
    if uri is None:
        return _unknown(request, desk)
    texts = {name: clean(request.POST.get(name, "")) for name in FIELDS}
    problems: list[Problem] = []
    if request.method == "POST":
        command = command_of(desk.warehouse, uri, texts, device_of(request.headers.get("User-Agent", "")))
        problems = record(desk, request, command)
        if not problems:
            messages.success(request, _("Recorded. Print the new label, and destroy the old one."))
            return HttpResponseRedirect(f"{reverse('desk:label_goods')}?{thing_url(uri).partition('?')[2]}")
    thing = Names([uri], desk.language).thing(uri)
    context = {
        "thing": thing, "texts": texts, "problems_found": problems, "errors": by_field(problems),
        "defects": [Way(code, _(word), "", code == texts["defect"]) for code, word in DEFECTS.items()],
        "printers": list(printers_of(desk)), "may_tag": identify(uri).kind in TAGGED, "is_tag": texts["medium"] == TAG,
        "request_id": request.POST.get("request_id") or uuid4(), "back": thing_url(uri),
    }  # fmt: skip
    return page(request, desk, "desk/labels/replace.html", context, 422 if problems else 200)


def command_of(warehouse: str, uri: str, texts: Mapping[str, str], device: str) -> ReplaceLabel:
    """The form as a command. Pure."""
    return ReplaceLabel(
        warehouse=warehouse,
        line=line_of(uri),
        defect=texts["defect"],
        reason=texts["reason"],
        medium=texts["medium"] or LABEL,
        printer=texts["printer"],
        device=device,
        epc=texts["epc"],
        tid=texts["tid"],
        old_tid=texts["old_tid"],
    )


@desk_page("move")
def bind(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Scan the goods, then read the tag: one pair after the other. `?id=` names the first goods."""
    uri = _named(request)
    said, problems = "", list[Problem]()
    goods, tag = clean(request.POST.get("goods", "")), clean(request.POST.get("tag", ""))
    if request.method == "POST":
        problems, said = _bound(request, desk, goods, tag)
    shown = "" if said else goods
    thing = Names([uri], desk.language).thing(uri) if uri and request.method != "POST" else None
    context = {
        "goods": shown or (thing.uri if thing else ""), "tag": "" if said else tag, "said": said,
        "problems_found": problems, "errors": by_field(problems), "request_id": uuid4(), "tab": "tags",
        "thing": thing, "scan_here": True,
    }  # fmt: skip
    return page(request, desk, "desk/labels/bind.html", context, 422 if problems else 200)


def _bound(request: HttpRequest, desk: Desk, goods: str, tag: str) -> tuple[list[Problem], str]:
    known = [one for one in resolve(goods) if one.kind in ("serial", "container")] if goods else []
    if len(known) != 1:
        return [Problem("desk.scan_no_goods", "goods", {"text": goods[:80]})], ""
    if not tag:
        return [Problem("operations.tag_missing", "tag", {"goods": goods[:80]})], ""
    uri = known[0].uri
    line = Tagged(container=uri, tid=tag) if known[0].kind == "container" else Tagged(uri=uri, tid=tag)
    found = record(desk, request, BindTags(warehouse=desk.warehouse, lines=(line,)))
    said = _("{tag} is on {goods}.").format(tag=tag, goods=Names([uri], desk.language).thing(uri))
    return [Problem(p.code, "tag", p.params) for p in found], "" if found else said


def line_of(uri: str) -> Line:
    return Line(container=uri) if identify(uri).kind is Kind.CONTAINER else Line(uri=uri)


def _named(request: HttpRequest) -> str | None:
    try:
        uri = uri_of_id(request.GET.get("id", ""))
    except Refused:
        return None
    return uri if identify(uri).kind in (*TAGGED, Kind.LOT, Kind.ITEM) else None


def _unknown(request: HttpRequest, desk: Desk) -> HttpResponse:
    problem = Problem("desk.uri_unknown", "id", {"text": request.GET.get("id", "")[:80]})
    return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
