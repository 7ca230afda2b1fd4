"""Take a shipment back that nobody signed for, or say what really left: quantities, lots, pallets that stayed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import by_field, clean
from suyuan.desk.naming import Names
from suyuan.desk.results import done, missing
from suyuan.desk.sheets import record
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem
from suyuan.operations.correcting import DID_NOT_OCCUR, INCORRECT_DATA
from suyuan.operations.mending import RightLine, groups_of, is_weight
from suyuan.operations.outbound.correct_shipment import CorrectShipment, standing_shipment
from suyuan.operations.outbound.void import VoidShipment
from suyuan.ui.access import Access, Reader
from suyuan.ui.things import Thing

MENDS = Access(Reader.ROLE, one_of=(Access(Reader.ROLE, "ship"), Access(Reader.ROLE, "adjust")))


@dataclass(frozen=True, slots=True)
class Told:
    """A lot of the shipment as it was recorded, and what was typed instead. Serials: only their lot is shown."""

    number: int
    thing: Thing
    was: str
    lot: str
    quantity: str
    typed_lot: str


@desk_page(access=MENDS)
def correcting(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?request=` the dispatch. POST `do`: void, mend, never, ask (with `what`)."""
    found = done(request, desk, "Ship")
    if found is None:
        return missing(request, desk)
    number = str(found.result.get("desadv", ""))
    rows, boxes = told_of(request, desk, number)
    do = request.POST.get("do", "")
    what = request.POST.get("what", "") if do == ASK else do
    command = command_of(request, desk, number, rows, boxes, what)
    problems: list[Problem] = []
    if request.method == "POST" and command is not None:
        reason = clean(request.POST.get("reason", ""))
        problems = ask(desk, request, command, reason) if do == ASK else record(desk, request, command)
        if not problems and do != ASK:
            messages.success(request, _("Corrected. The first record stays beside it."))
        if not problems:
            to = (
                reverse("desk:approvals")
                if do == ASK
                else f"{reverse('desk:shipped')}?request={request.GET['request']}"
            )
            return HttpResponseRedirect(to)
    context = {
        "number": number, "at": found.at, "rows": rows, "boxes": boxes, "what": what, "problems_found": problems,
        "errors": by_field(problems), "can_ask": can_ask(request, problems), "request_id": uuid4(),
        "reason": clean(request.POST.get("reason", "")), "stayed": request.POST.getlist("stayed"),
        "back": f"{reverse('desk:shipped')}?request={request.GET['request']}",
    }  # fmt: skip
    return page(request, desk, "desk/shipping/correct.html", context, 422 if problems else 200)


def told_of(request: HttpRequest, desk: Desk, number: str) -> tuple[list[Told], list[Thing]]:
    """What left, as it stands now: lots with their quantities, and containers."""
    who = who_is_who()
    amounts: dict[str, Decimal] = {}
    boxes: list[str] = []
    for event in standing_shipment(who, desk.warehouse, number):
        boxes += [uri for epc in cast(list[str], event.body.get("epcList", [])) for uri in [identify(epc).uri]
                  if identify(uri).kind is Kind.CONTAINER]  # fmt: skip
        for uri, listed in groups_of(who, event.body).items():
            counts: list[Any] = [one for one in listed if "epc" in one or not is_weight(who, one)]
            amounts[uri] = amounts.get(uri, Decimal(0)) + sum(Decimal(str(one.get("quantity", 1))) for one in counts)
    names = Names([*amounts, *boxes], desk.language)
    rows = []
    for n, (uri, amount) in enumerate(amounts.items()):
        was, lot = f"{amount.normalize():f}", identify(uri).code if identify(uri).kind is Kind.LOT else ""
        typed = clean(request.POST.get(f"quantity-{n}", was), 30).replace(",", "")
        rows.append(Told(n, names.thing(uri), was, lot, typed, clean(request.POST.get(f"lot-{n}", lot), 20)))
    return rows, [names.thing(uri) for uri in dict.fromkeys(boxes)]


def command_of(
    request: HttpRequest, desk: Desk, number: str, rows: list[Told], boxes: list[Thing], what: str
) -> CorrectShipment | VoidShipment | None:
    reason = clean(request.POST.get("reason", ""))
    if what == "void":
        return VoidShipment(warehouse=desk.warehouse, desadv=number, reason=reason)
    if what not in ("mend", "never"):
        return None
    lines = tuple(
        RightLine(uri=one.thing.uri, quantity=one.quantity if one.quantity != one.was else None,
                  lot=one.typed_lot if one.typed_lot != one.lot else "")
        for one in rows if one.quantity != one.was or one.typed_lot != one.lot
    )  # fmt: skip
    stayed = tuple(one.uri for one in boxes if one.uri in request.POST.getlist("stayed"))
    error = DID_NOT_OCCUR if what == "never" else INCORRECT_DATA
    if what == "never":
        lines, stayed = (), ()
    return CorrectShipment(
        warehouse=desk.warehouse, desadv=number, error=error, reason=reason, lines=lines, stayed=stayed
    )  # fmt: skip
