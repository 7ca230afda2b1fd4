"""Labels of places, to hang at the bins: those that were selected in the list, or one from its page."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.register import Standing
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.office import code_of, name_of
from suyuan.desk.office_bulk import chosen_keys
from suyuan.desk.office_listing import PLACES
from suyuan.desk.registers import REGISTERS
from suyuan.gs1.problems import Problem
from suyuan.ui.label_pdf import labels_pdf
from suyuan.ui.labels import STOCKS, Label


@require_POST
@desk_page("place.edit:read", anywhere=True)
def labels(request: HttpRequest, desk: Desk) -> HttpResponse:
    """POST `key` (repeatable) or `of=all` with the list's `query`; `stock` names what is printed on, asked first."""
    register = REGISTERS[PLACES]
    keys, problems = chosen_keys(request, register)
    there = register.standing(set(keys))
    rows = [there[key] for key in keys if key in there]
    stock = STOCKS.get(request.POST.get("stock", ""))
    if problems or not rows:
        problem = next(iter(problems), Problem("desk.nothing_selected", "key"))
        return page(request, desk, "desk/refused.html", {"problem": problem}, 400)
    if stock is None:
        return ask(request, desk, keys, rows)
    drawn = labels_pdf([label_of(row, desk.language) for row in rows], stock, _("Bin labels"))
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return response


def ask(request: HttpRequest, desk: Desk, keys: Sequence[str], rows: Sequence[Standing]) -> HttpResponse:
    stocks = [(name, _(stock.word), -(-len(rows) // stock.a_page)) for name, stock in STOCKS.items()]
    context = {
        "keys": keys,
        "count": len(rows),
        "stocks": stocks,
        "examples": [label_of(row, desk.language) for row in rows[:6]],
        "scan_here": True,
    }
    return page(request, desk, "desk/office/labels.html", context)


def label_of(row: Standing, language: str) -> Label:
    """The place's Digital Link under the company's own origin, so that a phone opens it and a scanner knows the bin."""
    link = settings.SUYUAN.origin + urlsplit(row.uri).path
    code, name = code_of(REGISTERS[PLACES], row.values), name_of(row.values, language)
    return Label(link, code, name if name != code else "", str(row.values.get("warehouse") or ""))
