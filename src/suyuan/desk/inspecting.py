"""What waits for its inspection, and the inspection itself: samples, papers, results, verdict."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean
from suyuan.desk.goods import named
from suyuan.desk.inspecting_views import (
    day_of_ordinal,
    inspection_row,
    people_of,
    tabs,
    thing_or_none,
)
from suyuan.desk.naming import Names
from suyuan.desk.scans import fields_of
from suyuan.desk.sheets import context_of
from suyuan.desk.things import csv_response
from suyuan.governance.kernel import execute
from suyuan.gs1.identifiers import lot_of_item
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.gs1.scans import scan
from suyuan.inspection.commands import OpenInspection
from suyuan.inspection.kinds import MODES, SEVERITIES, Mode, State
from suyuan.inspection.models import Inspection
from suyuan.inspection.queries import (
    MOST,
    Waiting,
    plans_of,
    series,
    waiting,
    waiting_of,
)
from suyuan.ledger.keys import moment
from suyuan.operations.lines import find_item
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import open_lines
from suyuan.ui.tables import Column, Row, Table
from suyuan.ui.things import Thing

SHOWN = 200
CELLS_A_PAGE = 800  # inputs in one form: no request takes many more
VERDICTS = ("pass", "fail", "concession")


# -- the queue --------------------------------------------------------------------------------------------------------


@desk_page("inspect:read")
def inspections(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits in this warehouse, the most urgent first. POST `goods` and `receipt`, or a `scan`, opens one."""
    problems: list[Problem] = []
    if request.method == "POST":
        opened, problems = _open(request, desk)
        if opened:
            return HttpResponseRedirect(reverse("desk:inspection", args=[opened]))
    found = waiting(desk.warehouse) if desk.warehouse else []
    table = queue_table(found, desk)
    if request.GET.get("csv"):
        return csv_response(table, table.name)
    context = {
        "tabs": tabs("waiting"), "table": table, "rows": queue_rows(found, desk), "problems_found": problems,
        "errors": by_field(problems), "scan_here": True, "request_id": uuid4(), "count": len(found), "most": MOST,
        "may_open": desk.actor.may("inspect", desk.warehouse),
    }  # fmt: skip
    return page(request, desk, "desk/inspecting/waiting.html", context)


def _open(request: HttpRequest, desk: Desk) -> tuple[str, list[Problem]]:
    """The id of the inspection that was opened, or why none was."""
    goods, receipt = clean(request.POST.get("goods", "")), clean(request.POST.get("receipt", ""))
    text = clean(request.POST.get("scan", ""))
    try:
        if text:
            goods, receipt = _scanned(text, desk)
        command = OpenInspection(warehouse=desk.warehouse, goods=goods, receipt=receipt)
        return str(execute(context_of(desk, request), command).value["inspection"]), []
    except Refused as refused:
        return "", named(refused.problems, desk.language)


def _scanned(text: str, desk: Desk) -> tuple[str, str]:
    """The lot of a label, and the delivery of it that waits longest."""
    fields = fields_of(scan(text, today=desk.today))
    item = find_item(directory(), fields.get("item", ""))
    if item is None:
        raise Refused([Problem("desk.item_unknown", "scan", {"text": text[:40]})])
    lot = fields.get("lot", "")
    goods = lot_of_item(item[1].item, lot) if lot else item[1].item
    found = sorted(waiting_of(desk.warehouse, [goods]), key=lambda one: one.since)
    return goods, found[0].receipt if found else ""


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the queue."""

    waiting: Waiting
    thing: Thing
    supplier: Thing | None
    quantity: Quantity
    expiry: date | None
    days: int | None
    since: datetime
    how: str
    severity: str
    opened: str
    wanted: date | None = None

    @property
    def urgency(self) -> tuple[bool, date, int]:
        """What expires or is to leave first, then what waits longest."""
        days = [day for day in (self.expiry, self.wanted) if day is not None]
        return (not days, min(days, default=date.max), self.waiting.since)


def queue_rows(found: list[Waiting], desk: Desk) -> list[Queued]:
    """The queue with names, plans, severity and what sales orders want of it, the most urgent first. As many statements
    for many lots as for one."""
    names = Names({uri for one in found for uri in (one.goods, one.supplier) if uri}, desk.language)
    pairs = {(one.supplier, one.item) for one in found}
    plans = plans_of(pairs) if pairs else {}
    allowed = {pair: plan.reduced for pair, plan in plans.items() if plan is not None}
    standing = series(allowed, allowed) if allowed else {}
    today = desk.today.toordinal()
    wanted = wanted_by(desk.warehouse) if found else {}
    rows = []
    for one in found:
        pair = (one.supplier, one.item)
        plan = plans.get(pair)
        state = standing.get(pair)
        sampled = plan is not None and plan.mode is Mode.SAMPLING
        severity = (_("Stopped") if state.stopped else _(SEVERITIES[state.severity])) if state and sampled else ""
        rows.append(
            Queued(
                one,
                names.thing(one.goods),
                thing_or_none(names, one.supplier),
                Quantity(one.quantity, one.unit or COUNT),
                day_of_ordinal(one.expiry),
                one.expiry - today if one.expiry else None,
                moment(one.since),
                _(MODES[plan.mode]) if plan else _("No plan"),
                severity,
                one.inspection.number if one.inspection else "",
                wanted.get(one.item),
            )
        )
    return sorted(rows, key=lambda row: row.urgency)


def wanted_by(warehouse: str) -> dict[str, date]:
    """Item → the day on which the first open sales order wants it."""
    found: dict[str, date] = {}
    for order in open_lines(warehouse, kind=OrderKind.SALES):
        for line in order.open:
            day = line.expected or date.max
            found[line.item] = min(day, found.get(line.item, day))
    return found


def queue_table(found: list[Waiting], desk: Desk) -> Table:
    """The queue as a table, for the export."""
    columns = (
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"),
        Column(_("Supplier"), "thing"),
        Column(_("Expires")),
        Column(_("Since"), "time"),
        Column(_("Inspection plan")),
        Column(_("Strictness")),
        Column(_("Inspection")),
    )
    rows = [
        Row(
            (one.thing, one.quantity, one.supplier, one.expiry, one.since, one.how, one.severity, one.opened), "pending"
        )
        for one in queue_rows(found, desk)
    ]
    return Table(_("To inspect"), columns, rows, _("Nothing waits for its inspection."), export="?csv=1")


@desk_page("inspect:read")
def inspected(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was inspected, the latest first; `?goods=` of one lot."""
    rows = Inspection.objects.filter(log=desk.warehouse).exclude(state=State.OPEN).order_by("-decided")
    if request.GET.get("goods"):
        rows = rows.filter(goods=request.GET["goods"])
    found = list(rows.defer("checks", "results")[:SHOWN])
    table = inspections_table(found, desk, rows.count())
    if request.GET.get("csv"):
        return csv_response(table, table.name)
    return page(request, desk, "desk/inspecting/list.html", {"tabs": tabs("done"), "table": table})


def inspections_table(found: list[Inspection], desk: Desk, total: int) -> Table:
    names = Names({uri for one in found for uri in (one.goods, one.supplier) if uri}, desk.language)
    people = people_of(one.inspector for one in found)
    columns = (
        Column(_("Inspection")),
        Column(_("Goods"), "thing"),
        Column(_("Quantity"), "quantity"),
        Column(_("Supplier"), "thing", needed=False),
        Column(_("Strictness"), needed=False),
        Column(_("Found / allowed"), needed=False),
        Column(_("Verdict")),
        Column(_("Time"), "time", needed=False),
        Column(_("Inspector"), needed=False),
    )
    rows = [inspection_row(one, names, people) for one in found]
    return Table(_("Inspected lots"), columns, rows, _("Nothing has been inspected yet."), total, "?csv=1")
