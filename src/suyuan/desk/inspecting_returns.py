"""The ways out of a nonconformance that move goods: back to the supplier with a paper, or through rework."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.catalog.models import Partner
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.goods import partner_choices
from suyuan.desk.inspecting_reports import is_weighed, line_of
from suyuan.desk.inspecting_views import tabs
from suyuan.desk.naming import Names
from suyuan.desk.receiving import amount_text
from suyuan.desk.results import done, missing, note_lines, party_words
from suyuan.desk.sheets import record, see_other
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text
from suyuan.inspection.models import NonConformance
from suyuan.inspection.queries import lying_of
from suyuan.operations.quality.return_to_supplier import ReturnToSupplier
from suyuan.operations.quality.rework import Rework, Reworked
from suyuan.stock.facts import REJECTED

ACCEPTS = frozenset({"operations.not_from_him"})


def _report(request: HttpRequest, desk: Desk, number: str) -> NonConformance | HttpResponse:
    row = NonConformance.objects.filter(log=desk.warehouse, number=number).first()
    if row is None:
        problem = Problem("inspection.report_unknown", "", {"number": number[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, status=404)
    return row


@desk_page("ship")
def send_back(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The goods of a report go back to their supplier: how much, by whom, under which permission of his."""
    row = _report(request, desk, number)
    if isinstance(row, HttpResponse):
        return row
    known = directory().partner_of(row.supplier)
    left = lying_of(row.log, row.goods, REJECTED, row.receipt)
    typed = {
        "supplier": known.code if known else "", "quantity": decimal_text(left) if left else "", "rma": "",
        "carrier": "", "reason": row.description, "weighs": "",
    }  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST":
        typed = {name: clean(request.POST.get(name, "")) for name in typed}
        command = ReturnToSupplier(
            warehouse=desk.warehouse, supplier=typed["supplier"],
            lines=(line_of(row, typed["quantity"], typed["weighs"]),),
            reason=typed["reason"], nonconformance=row.number, receipt=row.receipt, rma=typed["rma"],
            carrier=typed["carrier"], accept=frozenset(request.POST.getlist("accept")) & ACCEPTS,
        )  # fmt: skip
        asked = request.POST.get("do") == ASK
        problems = ask(desk, request, command, typed["reason"]) if asked else record(desk, request, command)
        if not problems:
            return see_other(request, "desk:approvals" if asked else "desk:sent_back")
    context = {
        "row": row, "tabs": tabs("reports"), "thing": Names([row.goods], desk.language).thing(row.goods),
        "left": Quantity(left, row.unit or COUNT), "typed": typed, "weighed": is_weighed(row),
        "problems_found": problems,
        "errors": by_field(problems), "can_ask": can_ask(request, problems),
        "suppliers": partner_choices("supplier", desk.language), "carriers": partner_choices("carrier", desk.language),
        "to_accept": [one for one in problems if one.code in ACCEPTS][:1],
        "accepted": frozenset(request.POST.getlist("accept")),
        "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/send_back.html", context)


@desk_page("ship:read")
def sent_back(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The paper that goes with goods that go back."""
    found = done(request, desk, "ReturnToSupplier")
    if found is None:
        return missing(request, desk)
    supplier = Partner.objects.filter(uri=found.result.get("supplier", "")).first()
    papers = [
        (word, str(value))
        for word, value in (
            (_("Return permission"), found.params.get("rma")),
            (_("Nonconformance"), found.result.get("nonconformance")),
            (_("Reason"), found.params.get("reason")),
        )
        if value
    ]
    context = {
        "title": _("Return note"), "number": found.result.get("desadv", ""), "at": found.at,
        "lines": note_lines(found, desk), "partner": party_words(supplier, desk), "partner_word": _("Supplier"),
        "papers": papers, "signature": True, "again": "desk:reports", "again_word": _("To the nonconformances"),
    }  # fmt: skip
    return page(request, desk, "desk/note.html", context)


@desk_page("produce")
def reworking(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Rejected goods of a report are made good: how much went in, what came out."""
    row = _report(request, desk, number)
    if isinstance(row, HttpResponse):
        return row
    left = lying_of(row.log, row.goods, REJECTED, row.receipt)
    known = directory().items.get(row.item)
    typed = {
        "quantity": decimal_text(left) if left else "", "item": known.code if known else "", "lot": "",
        "amount": decimal_text(left) if left else "", "expiry": "", "weighs": "", "weighs_after": "",
    }  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST":
        typed = {name: clean(request.POST.get(name, "")) for name in typed}
        expiry = day_of(typed["expiry"], "expiry", problems)
        output = Reworked(
            item=typed["item"], lot=typed["lot"], quantity=amount_text(typed["amount"]), expiry=expiry,
            weight=amount_text(typed["weighs_after"]),
        )  # fmt: skip
        command = Rework(
            warehouse=desk.warehouse, nonconformance=row.number,
            inputs=(line_of(row, typed["quantity"], typed["weighs"]),), outputs=(output,),
        )  # fmt: skip
        problems = problems or record(desk, request, command)
        if not problems:
            messages.success(request, _("Recorded. What came out waits for its inspection."))
            return HttpResponseRedirect(reverse("desk:report", args=[row.number]))
    context = {
        "row": row, "tabs": tabs("reports"), "thing": Names([row.goods], desk.language).thing(row.goods),
        "left": Quantity(left, row.unit or COUNT), "typed": typed, "weighed": is_weighed(row),
        "problems_found": problems,
        "errors": by_field(problems), "lot": identify(row.goods).code,
        "request_id": request.POST.get("request_id") or uuid4(),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/rework.html", context)
