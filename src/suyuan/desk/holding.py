"""Hold a lot, serial, container or item from its page: what will happen in numbers, a reason, done."""

from uuid import uuid4

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.naming import Names
from suyuan.desk.sheets import record
from suyuan.genealogy.search import members
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line
from suyuan.operations.quality.hold import Hold
from suyuan.stock.queries import placed, stock_of
from suyuan.trace.resolve import resolve
from suyuan.ui.things import thing_of, thing_url, uri_of_id

HOLDABLE = frozenset({"lot", "serial", "container"})


@desk_page("lot.hold")
def holding(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` names the goods. POST with a reason holds them, here, in every warehouse, and what is still to come."""
    try:
        uri = uri_of_id(request.GET.get("id", ""))
    except Refused:
        uri = ""
    known = resolve(uri) if uri else []
    kind = known[0].kind if known else thing_of(uri).kind
    if kind not in HOLDABLE:
        problem = Problem("desk.uri_unknown", "id", {"text": request.GET.get("id", "")[:80]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    problems: list[Problem] = []
    reason = clean(request.POST.get("reason", ""))
    if request.method == "POST":
        line = Line(container=uri) if kind == "container" else Line(uri=uri)
        problems = record(desk, request, Hold(warehouse=desk.warehouse, lines=(line,), reason=reason))
        if not problems:
            messages.success(request, _("Held. Nothing of it leaves before somebody else releases it."))
            return HttpResponseRedirect(thing_url(uri))
    context = {
        "request_id": request.POST.get("request_id") or uuid4(), "thing": Names([uri], desk.language).thing(uri, kind),
        "reason": reason, "figures": figures(uri, desk), "problems_found": problems, "errors": by_field(problems),
        "back": thing_url(uri),
    }  # fmt: skip
    return page(request, desk, "desk/holding.html", context)


def figures(uri: str, desk: Desk) -> list[tuple[Quantity, str]]:
    """How much of it, of a lot with its serials, is where the hold has effect, and how much has left."""
    words = {
        "place": _("in stock"),
        "container": _("in stock"),
        "transit": _("under way"),
        "delivery": _("under way"),
        "party": _("with customers"),
    }
    sums: dict[tuple[str, str], Quantity] = {}
    with connection.cursor() as cursor:
        goods = {key16(uri), *members(cursor, [key16(uri)])}
    rows = placed(stock_of(goods), desk.today.toordinal())
    for row in sorted(rows, key=lambda row: list(words).index(row.kind)):
        key = (words.get(row.kind, row.kind), row.unit or COUNT)
        sums[key] = sums.get(key, Quantity(row.quantity * 0, key[1])) + Quantity(row.quantity, key[1])
    return [(quantity, word) for (word, _unit), quantity in sums.items()]
