"""Labels of places, to hang at the bins: those that were selected in the list, or one from its page."""

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suyuan.catalog.register import Standing
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.labels_print import choices, printed
from suyuan.desk.office import code_of, name_of
from suyuan.desk.office_bulk import chosen_keys
from suyuan.desk.office_listing import PLACES
from suyuan.desk.registers import REGISTERS
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.labels import Label


@require_POST
@desk_page("place.edit:read", anywhere=True)
def labels(request: HttpRequest, desk: Desk) -> HttpResponse:
    """POST `key` (repeatable) or `of=all` with the list's `query`; `way` names what is printed on, asked first."""
    register = REGISTERS[PLACES]
    keys, problems = chosen_keys(request, register)
    there = register.standing(set(keys))
    rows = [there[key] for key in keys if key in there]
    if problems or not rows:
        problem = next(iter(problems), Problem("desk.nothing_selected", "key"))
        return page(request, desk, "desk/refused.html", {"problem": problem}, 400)
    if not request.POST.get("way"):
        return ask(request, desk, keys, rows, [])
    try:
        return printed(request, desk, [label_of(row, desk.language) for row in rows], _("Bin labels"), "")
    except Refused as refused:
        return ask(request, desk, keys, rows, refused.problems)


def ask(
    request: HttpRequest, desk: Desk, keys: Sequence[str], rows: Sequence[Standing], problems: Sequence[Problem]
) -> HttpResponse:
    """What to print on. Places have a link and no element string, so there is no choice of codes."""
    context = {
        **choices(request, desk),
        "symbols": [],
        "rfid": False,
        "keys": keys,
        "count": len(rows),
        "examples": [label_of(row, desk.language) for row in rows[:6]],
        "request_id": request.POST.get("request_id") or uuid4(),
        "problems_found": problems,
        "scan_here": True,
    }
    return page(request, desk, "desk/office/labels.html", context, 422 if problems else 200)


def label_of(row: Standing, language: str) -> Label:
    """The place's Digital Link under the company's own origin, so that a phone opens it and a scanner knows the bin."""
    link = settings.SUYUAN.origin + urlsplit(row.uri).path
    code, name = code_of(REGISTERS[PLACES], row.values), name_of(row.values, language)
    return Label(link, code, name if name != code else "", str(row.values.get("warehouse") or ""))
