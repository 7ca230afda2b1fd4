"""What is reserved for orders, and what is no longer: reserve by scanning the number of an order, give free again."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import named
from suyuan.desk.moving import RESERVES, tabs_of
from suyuan.desk.naming import Names
from suyuan.desk.ordering import order_url
from suyuan.desk.ordering_goods import broken_words, reason_words
from suyuan.desk.sheets import context_of
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.ledger.keys import moment
from suyuan.operations.outbound.reserve import ReleaseReservation, Reserve
from suyuan.orders.kinds import ReservationState
from suyuan.orders.models import Reservation
from suyuan.orders.queries import party_of
from suyuan.orders.reservations import reservations_in
from suyuan.ui.tables import Column, Jump, Row, Table

MOST = 500


@desk_page(RESERVES)
def reservations(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: all of the warehouse, `?number=` in the field. POST `do`: scan reserves for the order in the field, release
    gives it free.
    """
    problems: list[Problem] = []
    number = clean(request.POST.get("scan", "") or request.POST.get("number", ""), 80)
    if request.method == "POST":
        command: object = Reserve(warehouse=desk.warehouse, number=number)
        if request.POST.get("do") == "release":
            reason = clean(request.POST.get("reason", ""))
            command = ReleaseReservation(warehouse=desk.warehouse, number=number, reason=reason)
        try:
            messages.info(request, said(execute(context_of(desk, request), command)))
            return HttpResponseRedirect(reverse("desk:reserved"))
        except Refused as refused:
            problems = named(refused.problems, desk.language)
    rows = reservations_in(desk.warehouse, MOST)
    context = {
        "tabs": tabs_of(desk, "reserved"),
        "table": table_of(rows, desk),
        "numbers": sorted({row.line.order.number for row in rows}),
        "may": desk.actor.may("ship", desk.warehouse),
        "request_id": uuid4(),
        "number": number,
        "scan_text": clean(request.GET.get("number", ""), 80) if request.method == "GET" else "",
        "reason": clean(request.POST.get("reason", "")),
        "problems_found": problems,
        "errors": by_field(problems),
        "scan_here": True,
    }
    return page(request, desk, "desk/stock/reserved.html", context, 422 if problems else 200)


def said(result: Result) -> str:
    """What came of it, in a sentence."""
    if "freed" in result.value:
        return _("Given free.")
    count, lacking = len(result.value["reserved"]), len(result.value["missing"])
    done = ngettext("{count} lot is reserved.", "{count} lots are reserved.", count).format(count=count)
    if not lacking:
        return done
    more = ngettext("{count} line lacks goods.", "{count} lines lack goods.", lacking).format(count=lacking)
    return f"{done} {more}"


def table_of(rows: list[Reservation], desk: Desk) -> Table:
    """What is kept for which line and why, broken reservations first."""
    names = Names([*(row.uri for row in rows), *(party_of(row.line.order) for row in rows)], desk.language)
    columns = (
        Column(_("Order number")),
        Column(_("Line"), "number"),
        Column(_("Customer, or where it goes"), "thing", needed=False),
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"),
        Column(_("State")),
        Column(_("Why this lot"), needed=False),
        Column(_("Since"), "time", needed=False),
    )
    shown = [
        Row(
            (
                Jump(row.line.order.number, order_url(row.line.order.kind, row.line.order.key)),
                row.line.number,
                names.thing(party_of(row.line.order)) if party_of(row.line.order) else "",
                names.thing(row.uri),
                Quantity(unscaled(row.quantity), row.line.item.base_unit),
                _("reserved")
                if row.state == ReservationState.OPEN
                else _("broken: {why}").format(why=broken_words(row.why)),
                reason_words(row.reason),
                moment(row.at),
            ),
            "in_stock" if row.state == ReservationState.OPEN else "held",
        )
        for row in rows
    ]
    return Table(_("Reservations"), columns, shown, _("Nothing is reserved here."))
