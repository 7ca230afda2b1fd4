"""The despatch advice of a shipment as a file, and what a customer needs to check what he is sent."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from suyuan.catalog.rules import code_key
from suyuan.delivery.models import Advice, AdviceChannel
from suyuan.delivery.registers import EDIT
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.results import done, missing
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.desadv import advice_of, secret_for

SHOWN = 50


@desk_page("ship:read")
def advice(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?request=` the dispatch: its advice as an EPCIS 2.0 document."""
    found = done(request, desk, "Ship")
    if found is None:
        return missing(request, desk)
    try:
        body = advice_of(desk.warehouse, str(found.result.get("document", "")), desk.now)
    except Refused as refused:
        return page(request, desk, "desk/refused.html", {"problem": refused.problems[0]}, 404)
    response = HttpResponse(body, content_type="application/ld+json")
    number = "".join(sign for sign in str(found.result.get("desadv", "")) if sign.isalnum() or sign in "-_")
    response["Content-Disposition"] = f'attachment; filename="desadv-{number}.jsonld"'
    return response


@desk_page(EDIT)
def channel(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Where a customer is told: the secret of its signature, and what was sent."""
    row = AdviceChannel.objects.select_related("partner").filter(key=code_key(code)).first()
    if row is None:
        problem = Problem("delivery.channel_unknown", "", {"code": code[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    context = {
        "channel": row, "secret": secret_for(row.key), "list_url": reverse("desk:list", args=["advice_channels"]),
        "rows": list(Advice.objects.filter(channel=row).order_by("-made")[:SHOWN]),
    }  # fmt: skip
    return page(request, desk, "desk/shipping/channel.html", context)
