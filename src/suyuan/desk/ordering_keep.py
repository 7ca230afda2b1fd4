"""What is done on an order's page about its goods: allocate them, swap a lot by scan, take over, give free."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.access import Desk
from suyuan.desk.forms import clean, day_of
from suyuan.desk.goods import named
from suyuan.desk.ordering_goods import Goods, LotView, goods_of
from suyuan.desk.sheets import context_of
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.outbound.reserve import ReleaseReservation, Reserve
from suyuan.operations.outbound.swap import SwapReservation
from suyuan.operations.outbound.take_over import TakeOver
from suyuan.orders.kinds import OUTGOING, OrderState
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import OpenOrder

ASKS = "operations.delivery_date_missing"
ONE_LOT = "operations.no_single_lot"
KEEPS, SWAPS = "ship", "pick"


def done(request: HttpRequest, desk: Desk, order: Order) -> list[Problem]:
    """Do what the button says; the problems, none when it is done and said."""
    try:
        command = command_of(request, desk.warehouse, order)
        if command is None:
            return []
        messages.success(request, said(execute(context_of(desk, request), command)))
    except Refused as refused:
        return named(refused.problems, desk.language)
    return []


def command_of(request: HttpRequest, warehouse: str, order: Order) -> object | None:
    """What the form asks for; None for nothing that is known."""
    reason = clean(request.POST.get("reason", ""))
    match request.POST.get("do", ""):
        case "allocate":
            return Reserve(
                warehouse=warehouse,
                number=order.uri,
                delivery=_day(request.POST.get("delivery", "")),
                split="split" in request.POST,
            )
        case "release":
            return ReleaseReservation(warehouse=warehouse, number=order.uri, reason=reason)
        case "take_over":
            return TakeOver(warehouse=warehouse, number=order.uri, reason=reason)
        case "scan" | "swap":
            row = swapping(order, request.POST.get("swap", ""))
            if row is None:
                raise Refused([Problem("operations.nothing_reserved", "scan", {"number": order.number})])
            return SwapReservation(
                warehouse=warehouse,
                number=order.uri,
                line=row.line.number,
                scan=clean(request.POST.get("scan", ""), 2048),
                instead=row.uri,
                quantity=clean(request.POST.get("quantity", "")) or None,
                reason=reason,
            )
    return None


def _day(text: str) -> date | None:
    problems: list[Problem] = []
    day = day_of(text.strip(), "delivery", problems)
    if problems:
        raise Refused(problems)
    return day


def swapping(order: Order, text: str) -> Reservation | None:
    """The open reservation of this order that a page's address names."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    rows = Reservation.objects.filter(pk=int(text), line__order=order, state="open")
    return rows.select_related("line").first()


def said(result: Result) -> str:
    """What came of it, in a sentence."""
    value = result.value
    if "freed" in value:
        return _("Given free.")
    if "taken" in value:
        return _("Swapped.")
    count = len(value["reserved"])
    told = ngettext("{count} lot is reserved.", "{count} lots are reserved.", count).format(count=count)
    if flagged := value.get("flagged"):
        orders = ", ".join(dict.fromkeys(str(one["order"]) for one in flagged))
        return told + " " + _("Now lacking goods: {orders}. Tell who looks after them.").format(orders=orders)
    if lacking := len(value["missing"]):
        more = ngettext("{count} line lacks goods.", "{count} lines lack goods.", lacking)
        return f"{told} {more.format(count=lacking)}"
    return told


def shown(
    request: HttpRequest, desk: Desk, order: Order, told: OpenOrder, problems: Sequence[Problem]
) -> dict[str, object]:
    """What the page says of the goods of an order that goes out."""
    here = order.warehouse_id == desk.warehouse
    may = here and order.state == OrderState.OPEN and desk.actor.may(KEEPS, desk.warehouse)
    goods = goods_of(order, told, desk.today, desk.language, may=may) if order.kind in OUTGOING else None
    swap = _swap(request, goods)
    codes = {problem.code for problem in problems}
    asked = [problem for problem in goods.problems if problem.code == ASKS] if goods else []
    return {
        "keep": goods,
        "may_keep": may,
        "may_swap": here and order.state == OrderState.OPEN and desk.actor.may(SWAPS, desk.warehouse),
        "asks_delivery": bool(asked) or ASKS in codes,
        "one_lot": ONE_LOT in codes or (order.single_lot and goods is not None and goods.lacks),
        "delivery": clean(request.POST.get("delivery", ""), 10),
        "swap": swap,
        "scan_here": bool(swap),
        "scan_text": clean(request.POST.get("scan", ""), 200),
        "typed_quantity": clean(request.POST.get("quantity", "")),
        "pick_url": pick_url(order, desk) if here and goods and any(line.kept_lots for line in goods.lines) else "",
        "keep_request": uuid4(),
    }


def _swap(request: HttpRequest, goods: Goods | None) -> tuple[int, LotView] | None:
    """The line and the lot that is to be swapped, where the address names one."""
    wanted = request.POST.get("swap", "") or request.GET.get("swap", "")
    lots = [(line.number, lot) for line in goods.lines for lot in line.kept_lots] if goods else []
    return next(((number, lot) for number, lot in lots if str(lot.id) == wanted), None)


def pick_url(order: Order, desk: Desk) -> str:
    """To picking, where he may pick here."""
    if not desk.actor.may("pick", desk.warehouse):
        return ""
    return f"{reverse('desk:picking')}?{urlencode({'order': order.uri})}"
