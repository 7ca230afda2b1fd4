"""Release a held lot, serial or container from one hold: never alone, so it is sent for approval."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ask
from suyuan.desk.forms import by_field, clean
from suyuan.desk.holding import figures
from suyuan.desk.holds import blocks_of
from suyuan.desk.inspecting_concession import is_conceded
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line
from suyuan.operations.quality.release import Release
from suyuan.stock.queries import about
from suyuan.trace.resolve import resolve
from suyuan.ui.things import thing_url, uri_of_id


@desk_page("lot.release")
def releasing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the goods, `&block=` one of the holds on them. POST with a reason asks another person."""
    try:
        uri = uri_of_id(request.GET.get("id", ""))
    except Refused:
        uri = ""
    held = about([key16(uri)]).get(key16(uri)) if uri else None
    if held is not None and not held.blocks and is_conceded(uri, desk):
        return HttpResponseRedirect(f"{reverse('desk:conceding')}?{thing_url(uri).partition('?')[2]}")
    if held is None or not held.blocks:
        problem = Problem("desk.not_held", "id", {"text": request.GET.get("id", "")[:80]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    known = resolve(uri)
    kind = known[0].kind if known else ""
    block = clean(request.POST.get("block") or request.GET.get("block", ""))
    reason, paper = clean(request.POST.get("reason", "")), clean(request.POST.get("testres", ""))
    problems: list[Problem] = []
    if request.method == "POST":
        line = Line(container=uri) if kind == "container" else Line(uri=uri)
        command = Release(warehouse=desk.warehouse, block=block, lines=(line,), testres=paper, reason=reason)
        problems = ask(desk, request, command, reason)
        if not problems:
            return HttpResponseRedirect(reverse("desk:approvals"))
    context = {
        "request_id": request.POST.get("request_id") or uuid4(), "thing": Names([uri], desk.language).thing(uri, kind),
        "blocks": [(one, one.id == block or len(held.blocks) == 1) for one in blocks_of(held)],
        "reason": reason, "testres": paper, "figures": figures(uri, desk), "problems_found": problems,
        "errors": by_field(problems), "back": thing_url(uri),
    }  # fmt: skip
    return page(request, desk, "desk/releasing.html", context)
