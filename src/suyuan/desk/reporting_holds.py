"""Legal holds, and the personal data whose time is over: what there is, and the two forms."""

from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.naming import Names
from suyuan.desk.reporting import heading
from suyuan.desk.sheets import record
from suyuan.gs1.problems import Problem
from suyuan.insight.erasing import LEAST_MONTHS, Due, ErasePersonal, due, later_back
from suyuan.insight.legal_holds import DOES, SEES, EndLegalHold, PlaceLegalHold
from suyuan.insight.models import LegalHold
from suyuan.ledger.keys import moment
from suyuan.ui.tables import Column, Row, Table

MOST = 500


@desk_page(SEES, anywhere=True)
def holds(request: HttpRequest, desk: Desk) -> HttpResponse:
    """POST `do` place, end or erase; GET `&before=` shows in numbers what would be erased."""
    problems: list[Problem] = []
    if request.method == "POST":
        problems = record(desk, request, command_of(request, problems))
        if not problems:
            messages.success(request, _("Done."))
            return HttpResponseRedirect(reverse("desk:legal_holds"))
    asked: list[Problem] = []
    last = later_back(desk.today, LEAST_MONTHS)
    before = day_of(clean(request.GET.get("before", "")), "before", asked)
    open_ = list(LegalHold.objects.filter(ended=None).order_by("-since")[:MOST])
    context = {
        **heading(desk, "holds"), "table": holds_table(desk, open_, ended=False),
        "ended": holds_table(desk, list(LegalHold.objects.exclude(ended=None).order_by("-ended")[:50]), ended=True),
        "open": [(one.pk, f"{one.uri.rsplit('/', 1)[-1]} · {one.by_name}") for one in open_],
        "may": bool(desk.actor.scopes(DOES)), "problems_found": [*problems, *asked],
        "errors": by_field([*problems, *asked]), "request_id": uuid4(), "typed": request.POST,
        "before": before, "last": last, "due": preview(before) if before and before <= last else None,
    }  # fmt: skip
    return page(request, desk, "desk/reporting/holds.html", context, 422 if problems else 200)


def preview(before: date) -> Due:
    return due(before)


def command_of(request: HttpRequest, problems: list[Problem]) -> object:
    what, reason = request.POST.get("do", ""), clean(request.POST.get("reason", ""), 500)
    if what == "end":
        id = clean(request.POST.get("id", ""))
        return EndLegalHold(id=int(id) if id.isdecimal() and len(id) < 12 else 0, reason=reason)
    if what == "erase":
        day = day_of(clean(request.POST.get("before", "")), "before", problems)
        return ErasePersonal(before=day or date.max, reason=reason)
    return PlaceLegalHold(goods=clean(request.POST.get("goods", ""), 300), reason=reason)


def holds_table(desk: Desk, rows: list[LegalHold], *, ended: bool) -> Table:
    names = Names([one.uri for one in rows], desk.language)
    columns = (
        Column(_("Goods"), "thing"), Column(_("Since"), "time"), Column(_("By")), Column(_("Reason")),
        *((Column(_("Ended"), "time"), Column(_("By")), Column(_("Why"))) if ended else ()),
    )  # fmt: skip
    drawn = [
        Row(
            (
                names.thing(one.uri), moment(one.since), one.by_name, one.reason,
                *((moment(one.ended), one.ended_by, one.why) if one.ended is not None else ()),
            ),
            "" if ended else "held",
        )
        for one in rows
    ]  # fmt: skip
    return Table(_("Ended legal holds") if ended else _("Legal holds"), columns, drawn, _("No legal hold."))
