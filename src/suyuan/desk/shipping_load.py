"""Loading a truck: begin with an order, scan each carton and pallet onto it, close it with its seal, dispatch.

Several people may scan onto one truck; the page of each shows what the others scanned, with its next scan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import User
from suyuan.delivery.kinds import LOAD_STATES, LoadState
from suyuan.delivery.loads import load_of, loads_in, rows_of
from suyuan.delivery.models import Load, LoadRow
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.moving_lines import container_in, goods_of
from suyuan.desk.naming import Names
from suyuan.desk.sheets import accepted, context_of, record, request_id, see_other, to_accept
from suyuan.desk.shipping_pack import refused_status
from suyuan.governance.kernel import execute
from suyuan.governance.params import Personal
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.keys import moment
from suyuan.operations.outbound.load import BeginLoad, CancelLoad, CloseLoad, ScanLoad, TakeOffLoad, lines_of
from suyuan.operations.outbound.ship import Ship
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import find_order, orders_of, party_of
from suyuan.ui.frame import Choice
from suyuan.ui.things import Thing

SHOWN = 40
FIELDS = ("vehicle", "seal", "driver", "logger", "reason", "delivery_date")


@dataclass(frozen=True, slots=True)
class View:
    """A load in the list."""

    url: str
    number: str
    order: str
    customer: str
    vehicle: str
    state: str
    word: str
    done: int
    rows: int
    at: datetime


@desk_page("ship")
def loads(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The loads of the warehouse. POST `scan`, or `number`: begin the load of that order, or go on with it."""
    problems: list[Problem] = []
    if request.method == "POST":
        number = clean(request.POST.get("scan", "") or request.POST.get("number", ""), 200)
        known = _known(number, desk)
        if known is not None:
            return HttpResponseRedirect(reverse("desk:load", args=[known.pk]))
        command = BeginLoad(warehouse=desk.warehouse, number=number, vehicle=clean(request.POST.get("vehicle", ""), 40))
        problems = record(desk, request, command)
        if not problems:
            return HttpResponseRedirect(reverse("desk:load", args=[request_id(request)]))
    rows = loads_in(desk.warehouse, SHOWN)
    orders = list(orders_of(OrderKind.SALES, warehouse=desk.warehouse)[:SHOWN])
    begun = {one.order for one in rows if one.state in (LoadState.OPEN, LoadState.CLOSED)}
    names = Names([*(one.customer for one in rows), *map(party_of, orders)], desk.language)
    counts = _counts(rows)
    context = {
        "rows": [_view(one, names, *counts.get(one.pk, (0, 0))) for one in rows],
        "orders": [Choice(o.number, names.name(party_of(o))) for o in orders if o.uri not in begun],
        "request_id": uuid4(), "problems_found": problems, "errors": by_field(problems), "scan_here": True,
        "scan": clean(request.POST.get("scan", "")) if problems else "",
    }  # fmt: skip
    return page(request, desk, "desk/shipping/loads.html", context, 422 if problems else 200)


def _known(number: str, desk: Desk) -> Load | None:
    """The load that is begun of an order already, or the one of this number."""
    order = find_order(number, OrderKind.SALES) if number else None
    open_ = Load.objects.filter(log=desk.warehouse, state__in=(LoadState.OPEN, LoadState.CLOSED))
    return open_.filter(order=order.uri).first() if order is not None else open_.filter(number=number).first()


def _counts(rows: Sequence[Load]) -> dict[UUID, tuple[int, int]]:
    found: dict[UUID, tuple[int, int]] = {}
    for load, quantity, loaded in LoadRow.objects.filter(load__in=rows).values_list("load", "quantity", "loaded"):
        done, all_ = found.get(load, (0, 0))
        found[load] = (done + (quantity == loaded), all_ + 1)
    return found


def _view(one: Load, names: Names, done: int, rows: int) -> View:
    return View(
        reverse("desk:load", args=[one.pk]), one.number, one.order_number, names.name(one.customer) or "",
        one.vehicle, one.state, _(LOAD_STATES[LoadState(one.state)]), done, rows, moment(one.made),
    )  # fmt: skip


# -- one --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the load: what, where it stands, how much of it is on the truck, who scanned it last."""

    thing: Thing
    where: str
    loaded: Quantity
    wanted: Quantity
    whole: bool
    on: bool
    some: bool
    who: str
    at: datetime | None


@dataclass(slots=True)
class Turn:
    """What a POST did, and what is to be shown of it."""

    said: str = ""
    wrong: bool = False
    problems: Sequence[Problem] = ()


@desk_page("ship")
def load(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """A load. POST `do`: scan (`scan`, `quantity`), off-N, close, ask, cancel; close lets it leave."""
    found = load_of(desk.warehouse, id)
    if found is None:
        problem = Problem("operations.load_unknown")
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    turn = Turn()
    do, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    if do.startswith("off-"):
        taken_off(request, desk, found, do[4:], turn)
    elif do == "cancel":
        reason = clean(request.POST.get("reason", ""))
        turn.problems = record(desk, request, CancelLoad(warehouse=desk.warehouse, load=id, reason=reason))
    elif do in ("close", ASK):
        answer = closed(request, desk, found, turn)
        if answer is not None:
            return answer
    elif text:
        scanned(request, desk, found, text, turn)
    return show(request, desk, id, turn)


def scanned(request: HttpRequest, desk: Desk, found: Load, text: str, turn: Turn) -> None:
    """One scan, one row of the load; what is wrong is said loud."""
    try:
        uri = container_in(text) or goods_of(text, desk)[0]
    except Refused as refused:
        turn.problems, turn.wrong = refused.problems, True
        return
    quantity = clean(request.POST.get("quantity", ""), 30).replace(",", "")
    turn.problems = record(
        desk, request, ScanLoad(warehouse=desk.warehouse, load=found.pk, uri=uri, quantity=quantity)
    )  # fmt: skip
    turn.wrong = bool(turn.problems)
    if not turn.problems:
        turn.said = _("On the truck: {goods}").format(goods=Names([uri], desk.language).thing(uri))


def taken_off(request: HttpRequest, desk: Desk, found: Load, number: str, turn: Turn) -> None:
    rows = rows_of(found)
    if number.isdigit() and int(number) < len(rows):
        command = TakeOffLoad(warehouse=desk.warehouse, load=found.pk, uri=rows[int(number)].uri)
        turn.problems = record(desk, request, command)


def closed(request: HttpRequest, desk: Desk, found: Load, turn: Turn) -> HttpResponse | None:
    """Close the load, and let it leave or ask a second person; the answer leads on. Closed once, it only leaves."""
    fields = {name: clean(request.POST.get(name, ""), 300) for name in FIELDS}
    problems: list[Problem] = []
    day = day_of(fields["delivery_date"], "delivery_date", problems)
    accept = accepted(request) | (frozenset(request.POST.getlist("accept")) & {"operations.load_missing"})
    if not problems and found.state == LoadState.OPEN:
        command = CloseLoad(
            warehouse=desk.warehouse, load=found.pk, vehicle=fields["vehicle"], seal=fields["seal"],
            driver=Personal(fields["driver"]) if fields["driver"] else None, logger=fields["logger"],
            reason=fields["reason"], accept=accept,
        )  # fmt: skip
        problems = record(desk, request, command)
    turn.problems = problems
    if problems:
        return None
    now = load_of(desk.warehouse, found.pk) or found
    ship = Ship(
        warehouse=desk.warehouse, customer=found.customer, lines=lines_of(rows_of(found)), place=found.place,
        po=found.order_number, delivery_date=day, carrier=found.carrier, load=found.pk, vehicle=now.vehicle,
        seal=now.seal, logger=now.logger, accept=accept,
    )  # fmt: skip
    if request.POST.get("do") == ASK:
        turn.problems = ask(desk, request, ship, fields["reason"])
        return None if turn.problems else see_other(request, "desk:approvals")
    ctx = context_of(desk, request)
    ctx = replace(ctx, request_id=uuid5(ctx.request_id, f"ship {found.pk}"))
    try:
        execute(ctx, ship)
    except Refused as refused:
        turn.problems = refused.problems
        return None
    url = f"{reverse('desk:shipped')}?request={ctx.request_id}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def show(request: HttpRequest, desk: Desk, id: UUID, turn: Turn) -> HttpResponse:
    found = load_of(desk.warehouse, id)
    assert found is not None  # it was there, and loads are never deleted
    rows = rows_of(found)
    goods = [uri for row in rows for uri in (row.uri, row.holder)]
    names = Names([found.customer, found.carrier, found.place, *goods], desk.language)
    people = dict(User.objects.filter(pk__in=_ids(rows)).values_list("pk", "name"))
    views = [_row(one, names, {str(key): name for key, name in people.items()}) for one in rows]
    asked = [one for one in turn.problems if one.code == "operations.load_missing"]
    context = {
        "can_ask": can_ask(request, turn.problems),
        "load": found, "rows": views, "word": _(LOAD_STATES[LoadState(found.state)]),
        "customer": names.name(found.customer), "carrier": names.name(found.carrier),
        "place": names.thing(found.place).name or names.thing(found.place).code if found.place else "",
        "done": sum(one.on for one in views), "percent": 100 * sum(one.on for one in views) // max(1, len(views)),
        "goes": found.state in (LoadState.OPEN, LoadState.CLOSED), "all_on": all(one.on for one in views),
        "any_on": any(one.some for one in views),
        "typed": {name: clean(request.POST.get(name, "")) or getattr(found, name, "") for name in FIELDS},
        "said": turn.said, "wrong": turn.wrong, "problems_found": list(turn.problems),
        "errors": by_field(turn.problems), "to_accept": [*to_accept(turn.problems), *asked], "missing": bool(asked),
        "accepted": request.POST.getlist("accept"), "request_id": uuid4(), "scan_here": True,
    }  # fmt: skip
    return page(request, desk, "desk/shipping/load.html", context, refused_status(request, turn.problems))


def _ids(rows: Sequence[LoadRow]) -> list[UUID]:
    found = set()
    for row in rows:
        try:
            found.add(UUID(row.person))
        except ValueError:
            continue  # the system, or nobody yet
    return sorted(found)


def _row(one: LoadRow, names: Names, people: dict[str, str]) -> Row:
    unit = one.unit or COUNT
    where = names.thing(one.holder) if one.holder else None
    return Row(
        names.thing(one.uri), (where.name or where.code) if where else "", Quantity(unscaled(one.loaded), unit),
        Quantity(unscaled(one.quantity), unit), one.whole, one.loaded == one.quantity, one.loaded > 0,
        people.get(one.person, ""), moment(one.at) if one.at else None,
    )  # fmt: skip
