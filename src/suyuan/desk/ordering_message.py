"""Orders and despatch advices that came as EDIFACT messages: read from a file or from what was pasted, and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.capture.door import who_is_who
from suyuan.catalog.directory import directory
from suyuan.catalog.rules import code_key
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.goods import named
from suyuan.desk.ordering import NOTICES, order_url
from suyuan.desk.sheets import context_of, request_id
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.orders.advices import supplier_codes, taking
from suyuan.orders.edifact import OrderMessage, read_orders
from suyuan.orders.edifact_desadv import Function
from suyuan.orders.edifact_despatched import Advice, read_advices
from suyuan.orders.edifact_reading import LARGEST
from suyuan.orders.edifact_syntax import decoded
from suyuan.orders.kinds import OrderKind
from suyuan.orders.register_notices import RECEIVE
from suyuan.orders.written import MAY

TAKEN = {
    Function.ORIGINAL: N_("announced"),
    Function.REPLACEMENT: N_("replaced"),
    Function.CANCELLATION: N_("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A message (`title`: of whom, which) and what became of it: in a `word`, `made` and new or not, or why not."""

    reference: str
    title: str
    number: str = ""
    url: str = ""
    made: bool = False
    word: str = ""
    problems: tuple[Problem, ...] = ()


@desk_page(MAY[OrderKind.SALES])
def message(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: a form. POST `file` or `text`: each message that is right is written, of the others each fault is shown."""
    context = {
        "title": _("Orders as messages"), "list_word": _("Sales orders"),
        "about": _(
            "UN/EDIFACT ORDERS, D.96A to D.01B. Every message that is right becomes a sales order; sent twice, it is "
            "one."
        ),
        "list_url": f"{reverse('desk:orders')}?tab=sales",
    }  # fmt: skip
    if request.method != "POST":
        return _page(request, desk, context, "")
    try:
        text = _text(request)
    except Refused as refused:
        return _page(request, desk, context, "", problems=refused.problems)
    found, problems = read_orders(text, directory(), desk.warehouse)
    outcomes = [_written(request, desk, one, n) for n, one in enumerate(found)]
    made = sum(one.made for one in outcomes)
    if made or not _wrong(outcomes, problems):
        done = ngettext("{count} order is written.", "{count} orders are written.", made).format(count=made)
        messages.success(request, done)
    return _answer(request, desk, context, text, outcomes, problems)


@desk_page(RECEIVE)
def advice(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: a form. POST `file` or `text`: what suppliers say that they shipped is announced, replaced or cancelled."""
    context = {
        "title": _("Despatch advices as messages"), "list_word": _("Advance notices"),
        "about": _(
            "UN/EDIFACT DESADV of suppliers, D.96A to D.01B. Every message that is right becomes an advance notice, or "
            "replaces or cancels the one of its number until its goods are here; sent twice, it is one."
        ),
        "list_url": f"{reverse('desk:orders')}?tab={NOTICES}",
    }  # fmt: skip
    if request.method != "POST":
        return _page(request, desk, context, "")
    try:
        text = _text(request)
    except Refused as refused:
        return _page(request, desk, context, "", problems=refused.problems)
    found, problems = read_advices(text, directory(), desk.warehouse, supplier_codes())
    outcomes = [_taken(request, desk, one, n) for n, one in enumerate(found)]
    for one in outcomes:
        if one.made:
            messages.success(request, f"{one.title}: {one.word}")
    return _answer(request, desk, context, text, outcomes, problems)


def _wrong(outcomes: Sequence[Outcome], problems: Sequence[Problem]) -> bool:
    return bool(problems) or any(one.problems for one in outcomes)


def _text(request: HttpRequest) -> str:
    given = request.FILES.get("file")
    if given is None:
        return request.POST.get("text", "")
    if given.size is not None and given.size > LARGEST:
        raise Refused([Problem("orders.edi_large", "file", {"most": str(LARGEST)})])
    return decoded(given.read())


def _done(request: HttpRequest, desk: Desk, command: object, n: int) -> bool:
    """Whether it is new."""
    context = context_of(desk, request)
    context = replace(context, request_id=uuid5(request_id(request), f"message {n}"))
    return bool(execute(context, command).value["made"])


def _written(request: HttpRequest, desk: Desk, one: OrderMessage, n: int) -> Outcome:
    told = Outcome(one.reference, f"{one.customer} {one.document}", one.number, problems=tuple(one.problems))
    if one.problems:
        return told
    try:
        made = _done(request, desk, one.command, n)
    except Refused as refused:
        return replace(told, problems=tuple(named([one.blame(problem) for problem in refused.problems], desk.language)))
    url = order_url("sales", code_key(one.number))
    return replace(told, url=url, made=made, word=_("written") if made else _("was there already"))


def _taken(request: HttpRequest, desk: Desk, one: Advice, n: int) -> Outcome:
    supplier = one.supplier.code if one.supplier else ""
    told = Outcome(one.reference, f"{supplier} {one.number}".strip(), one.number, problems=tuple(one.problems))
    if one.problems:
        return told
    try:
        made = _done(request, desk, taking(one, who_is_who()), n)
    except Refused as refused:
        return replace(told, problems=tuple(refused.problems))
    url = f"{reverse('desk:orders')}?tab={NOTICES}"
    return replace(told, url=url, made=made, word=_(TAKEN[one.function]) if made else _("was there already"))


def _answer(
    request: HttpRequest,
    desk: Desk,
    context: Mapping[str, object],
    text: str,
    outcomes: Sequence[Outcome],
    problems: Sequence[Problem],
) -> HttpResponse:
    """On to what was written; where something is wrong, the form again."""
    if _wrong(outcomes, problems):
        return _page(request, desk, context, text, outcomes, problems)
    return HttpResponseRedirect(outcomes[0].url if len(outcomes) == 1 else str(context["list_url"]))


def _page(
    request: HttpRequest,
    desk: Desk,
    context: Mapping[str, object],
    text: str,
    outcomes: Sequence[Outcome] = (),
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    more = {
        "text": text[:100_000], "outcomes": outcomes, "problems_found": problems, "request_id": request_id(request),
    }  # fmt: skip
    status = 422 if _wrong(outcomes, problems) else 200
    return page(request, desk, "desk/orders/message.html", {**context, **more}, status)
