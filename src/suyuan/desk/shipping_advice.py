"""The despatch advice of a shipment as a file, and what a customer needs to check what he is sent."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.rules import code_key
from suyuan.delivery.kinds import ADVICE_FORMATS, ADVICE_STATES, FUNCTIONS, AdviceFormat, AdviceState
from suyuan.delivery.models import Advice, AdviceChannel
from suyuan.delivery.registers import EDIT, is_mail
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.results import done, missing
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.advising import file_name, secret_for, was_told
from suyuan.insight.desadv import advice_of

SHOWN = 50


@desk_page("ship:read")
def advice(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?request=` the dispatch: its advice as an EPCIS 2.0 document, or with `?format=edifact` as DESADV."""
    found = done(request, desk, "Ship")
    if found is None:
        return missing(request, desk)
    document = str(found.result.get("document", ""))
    format = AdviceFormat.EDIFACT if request.GET.get("format") == AdviceFormat.EDIFACT else AdviceFormat.EPCIS
    try:
        told = was_told(desk.warehouse, document)
        written = advice_of(desk.warehouse, document, desk.now, format=format, told=told)
    except Refused as refused:
        return page(request, desk, "desk/refused.html", {"problem": refused.problems[0]}, 404)
    response = HttpResponse(written.body, content_type=written.media_type)
    name = f"desadv-{file_name(str(found.result.get('desadv', '')))}.{written.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True, slots=True)
class RowView:
    """An advice: what it was to those before it, and what became of it."""

    row: Advice
    function: str
    state: str


@desk_page(EDIT)
def channel(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Where a customer is told: the secret of its signature, and what was sent."""
    row = AdviceChannel.objects.select_related("partner").filter(key=code_key(code)).first()
    if row is None:
        problem = Problem("delivery.channel_unknown", "", {"code": code[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    advices = Advice.objects.filter(channel=row).order_by("-made", "-sequence")[:SHOWN]
    context = {
        "channel": row, "secret": "" if is_mail(row.url) else secret_for(row.key),
        "format": _(ADVICE_FORMATS.get(row.format, row.format)),
        "list_url": reverse("desk:list", args=["advice_channels"]),
        "rows": [row_view(one) for one in advices],
    }  # fmt: skip
    return page(request, desk, "desk/shipping/channel.html", context)


def row_view(one: Advice) -> RowView:
    """Of what is not sent yet nobody knows what it will be."""
    known = one.state == AdviceState.SENT
    return RowView(one, _(FUNCTIONS.get(one.function, "")) if known else "", _(ADVICE_STATES.get(one.state, one.state)))
