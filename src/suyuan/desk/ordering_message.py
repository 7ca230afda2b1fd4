"""Orders that came as EDIFACT messages: read from a file or from what was pasted, looked at, and written."""

from dataclasses import dataclass, replace
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import ngettext

from suyuan.catalog.directory import directory
from suyuan.catalog.rules import code_key
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.goods import named
from suyuan.desk.ordering import order_url
from suyuan.desk.sheets import context_of, request_id
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.orders.edifact import OrderMessage, read_orders
from suyuan.orders.edifact_reading import LARGEST
from suyuan.orders.edifact_syntax import decoded
from suyuan.orders.kinds import OrderKind
from suyuan.orders.written import MAY


@dataclass(frozen=True, slots=True)
class Outcome:
    """A message and what became of it: written and new, written before, or why not."""

    message: OrderMessage
    url: str = ""
    made: bool = False
    problems: tuple[Problem, ...] = ()


@desk_page(MAY[OrderKind.SALES])
def message(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: a form. POST `file` or `text`: each message that is right is written, of the others each fault is shown."""
    if request.method != "POST":
        return _page(request, desk, "", [], [], 200)
    try:
        text = _text(request)
    except Refused as refused:
        return _page(request, desk, "", [], list(refused.problems), 422)
    found, problems = read_orders(text, directory(), desk.warehouse)
    outcomes = [_written(request, desk, one, n) for n, one in enumerate(found)]
    wrong = problems or any(one.problems for one in outcomes)
    made = sum(one.made for one in outcomes)
    if made or not wrong:
        done = ngettext("{count} order is written.", "{count} orders are written.", made).format(count=made)
        messages.success(request, done)
    if not wrong:
        return HttpResponseRedirect(outcomes[0].url if len(outcomes) == 1 else f"{reverse('desk:orders')}?tab=sales")
    return _page(request, desk, text, outcomes, problems, 422)


def _text(request: HttpRequest) -> str:
    given = request.FILES.get("file")
    if given is None:
        return request.POST.get("text", "")
    if given.size is not None and given.size > LARGEST:
        raise Refused([Problem("orders.edi_large", "file", {"most": str(LARGEST)})])
    return decoded(given.read())


def _written(request: HttpRequest, desk: Desk, one: OrderMessage, n: int) -> Outcome:
    if one.problems:
        return Outcome(one, problems=tuple(one.problems))
    context = context_of(desk, request)
    context = replace(context, request_id=uuid5(request_id(request), f"message {n}"))
    try:
        done = execute(context, one.command)
    except Refused as refused:
        told = named([one.blame(problem) for problem in refused.problems], desk.language)
        return Outcome(one, problems=tuple(told))
    return Outcome(one, order_url("sales", code_key(one.number)), bool(done.value["made"]))


def _page(
    request: HttpRequest, desk: Desk, text: str, outcomes: list[Outcome], problems: list[Problem], status: int
) -> HttpResponse:
    context = {
        "text": text[:100_000],
        "outcomes": outcomes,
        "problems_found": problems,
        "request_id": request_id(request),
        "list_url": f"{reverse('desk:orders')}?tab=sales",
    }
    return page(request, desk, "desk/orders/message.html", context, status)
