"""Picking: what waits to be released, the waves that are on, and the tours that are at hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.rules import in_language
from suyuan.catalog.models import Place
from suyuan.catalog.rules import code_key
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.counting import names_of
from suyuan.desk.forms import by_field, clean, day_of
from suyuan.desk.goods import named, partner_choices
from suyuan.desk.ordering import order_url
from suyuan.desk.sheets import answered, context_of
from suyuan.governance.kernel import rehearse
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.keys import moment
from suyuan.operations.outbound.pick_wave import MOST_ON_TOUR, MOST_STOPS, MakeWave, leaving
from suyuan.orders.kinds import Priority
from suyuan.orders.models import Order
from suyuan.picking.kinds import TourState, WaveKind, WaveState
from suyuan.picking.models import Tour, Wave
from suyuan.picking.queries import Progress, Waiting, open_tours, waiting, waves, with_progress
from suyuan.ui.frame import Choice

READS = "pick:read"
DOES = "pick"
MOST_SHOWN = 200
MOST_TOURS = 20
KINDS: Mapping[WaveKind, tuple[str, str]] = {
    WaveKind.CLUSTER: (N_("Cluster"), N_("several orders on one trolley, each into a tote of its own")),
    WaveKind.BATCH: (N_("Batch"), N_("several orders together, sorted afterwards")),
    WaveKind.SINGLE: (N_("Single"), N_("one order a tour")),
    WaveKind.ZONE: (N_("Zone"), N_("only what lies in one zone")),
}
STATES: Mapping[WaveState, tuple[str, str]] = {
    WaveState.OPEN: (N_("being picked"), "pending"),
    WaveState.DONE: (N_("picked"), "released"),
    WaveState.CANCELLED: (N_("cancelled"), "expired"),
}
TOUR_STATES: Mapping[TourState, tuple[str, str]] = {
    TourState.OPEN: (N_("to be taken"), "in_stock"),
    TourState.TAKEN: (N_("being picked"), "pending"),
    TourState.DONE: (N_("picked"), "released"),
    TourState.CANCELLED: (N_("cancelled"), "expired"),
}


def metres(millimetres: int) -> int:
    return round(millimetres / 1000)


# -- what is shown ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order that waits. `chosen`: its box is ticked; `leaves`: when its carrier takes goods next."""

    order: Order
    who: str
    lines: int
    urgent: bool
    chosen: bool
    leaves: datetime | None

    @property
    def url(self) -> str:
        return order_url(self.order.kind, self.order.key)


@dataclass(frozen=True, slots=True)
class WaveView:
    wave: Wave
    progress: Progress
    word: str
    edge: str
    kind: str
    carrier: str
    made: datetime
    cutoff: datetime | None


@dataclass(frozen=True, slots=True)
class TourView:
    """A tour that somebody may take or has taken."""

    tour: Tour
    word: str
    edge: str
    progress: Progress
    who: str = ""
    mine: bool = False

    @property
    def metres(self) -> int:
        return metres(self.tour.length)

    @property
    def saved(self) -> int:
        """How many percent shorter than through whole aisles."""
        return round(100 * (1 - self.tour.length / self.tour.s_shape)) if self.tour.s_shape else 0


def who_gets(order: Order, language: str) -> str:
    """The customer, or where an issue goes."""
    if order.partner is not None:
        return in_language(language, order.partner.name_zh, order.partner.name_en, order.partner.code)
    place = order.destination
    return in_language(language, place.name_zh, place.name_en, place.code) if place is not None else ""


def wave_view(wave: Wave, progress: Progress, language: str) -> WaveView:
    word, edge = STATES[WaveState(wave.state)]
    carrier = wave.carrier
    return WaveView(
        wave, progress, _(word), edge, _(KINDS[WaveKind(wave.kind)][0]),
        in_language(language, carrier.name_zh, carrier.name_en, carrier.code) if carrier else "",
        moment(wave.created), moment(wave.cutoff) if wave.cutoff else None,
    )  # fmt: skip


def tour_views(found: Iterable[tuple[Tour, Progress]], desk: Desk) -> list[TourView]:
    listed = list(found)
    names = names_of([tour.person for tour, _progress in listed])
    views = []
    for tour, progress in listed:
        word, edge = TOUR_STATES[TourState(tour.state)]
        mine = tour.state == TourState.TAKEN and tour.person == desk.actor.id
        views.append(TourView(tour, _(word), edge, progress, names.get(tour.person, ""), mine))
    return views


# -- the page ---------------------------------------------------------------------------------------------------------


@desk_page(READS)
def picking(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: waves, tours, and orders that wait; ticked are the `?order=`, or those of `?carrier=`, where one is named.
    POST `do`: preview a wave of the ticked orders, or make it.
    """
    problems: list[Problem] = []
    told: Mapping[str, Any] | None = None  # Any: plain JSON, as the command answers
    if request.method == "POST":
        command = wave_asked(request, desk, problems)
        if request.POST.get("do") == "preview" and not problems:
            told, problems = _previewed(request, desk, command)
        elif not problems:
            result, problems = answered(desk, request, command)
            if result is not None:
                messages.success(request, _("Released: {number}").format(number=result.value["number"]))
                return HttpResponseRedirect(reverse("desk:wave", args=[result.value["wave"]]))
    found = waiting(desk.warehouse)
    leaves = leaving((one.order for one in found), desk.now, desk.zone)
    orders = order_views(found, ticked_of(request, found), leaves, desk.language)
    tours = open_tours(desk.warehouse, desk.actor.id) if desk.actor.may(DOES, desk.warehouse) else []
    context = {
        "tab": "waves",
        "tours": tour_views(with_progress(tours[:MOST_TOURS]), desk),
        "more_tours": max(0, len(tours) - MOST_TOURS),
        "waves": [wave_view(wave, progress, desk.language) for wave, progress in waves(desk.warehouse)],
        "closed": [wave_view(wave, progress, desk.language) for wave, progress in waves(desk.warehouse, closed=True)],
        "orders": orders,
        "fetched": fetched_of(found, leaves, desk.language),
        "more": max(0, len(found) - MOST_SHOWN),
        "may": desk.actor.may(DOES, desk.warehouse),
        "kinds": [Choice(kind.value, _(word) + _(": ") + _(says)) for kind, (word, says) in KINDS.items()],
        "zones": zones_of(desk.warehouse, desk.language),
        "carriers": partner_choices("carrier", desk.language),
        "posted": request.POST or request.GET,
        "most_orders": clean(request.POST.get("most_orders", "")) or str(MOST_ON_TOUR),
        "preview": preview_of(told) if told else None,
        "request_id": request.POST.get("request_id") if problems or told else uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/picking/index.html", context, 422 if problems else 200)


def ticked_of(request: HttpRequest, found: Sequence[Waiting]) -> set[str]:
    """The orders (URIs) whose boxes are ticked: as posted, as the address asks by number, URI or carrier, else all."""
    asked = request.POST if request.method == "POST" else request.GET
    named, carrier = asked.getlist("order"), code_key(clean(request.GET.get("carrier", "")))
    if request.method == "POST" or named:
        keys = {code_key(text) for text in named}
        return {one.order.uri for one in found if one.order.uri in named or one.order.key in keys}
    return {one.order.uri for one in found if not carrier or (one.order.carrier and one.order.carrier.key == carrier)}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A carrier who takes goods at a time, and how many orders wait for him."""

    code: str
    name: str
    at: datetime
    orders: int


def fetched_of(found: Sequence[Waiting], leaves: Mapping[int, datetime], language: str) -> list[Fetched]:
    """The carriers whose orders wait, whoever leaves first before the others."""
    told: dict[str, Fetched] = {}
    for one in found:
        carrier = one.order.carrier
        if carrier is None or one.order.pk not in leaves:
            continue
        name = in_language(language, carrier.name_zh, carrier.name_en, carrier.code)
        before = told.get(carrier.code, Fetched(carrier.code, name, leaves[one.order.pk], 0))
        told[carrier.code] = replace(before, at=min(before.at, leaves[one.order.pk]), orders=before.orders + 1)
    return sorted(told.values(), key=lambda one: (one.at, one.code))


def order_views(
    found: Sequence[Waiting], ticked: set[str], leaves: Mapping[int, datetime], language: str
) -> list[OrderView]:
    """Those that are ticked first, as far as they are shown."""
    shown = sorted(found, key=lambda one: one.order.uri not in ticked)[:MOST_SHOWN]
    return [
        OrderView(
            one.order,
            who_gets(one.order, language),
            one.lines,
            one.order.priority == Priority.URGENT,
            one.order.uri in ticked,
            leaves.get(one.order.pk),
        )
        for one in shown
    ]


def zones_of(warehouse: str, language: str) -> list[Choice]:
    rows = Place.objects.filter(warehouse_id=warehouse, kind="zone", is_active=True).order_by("key")
    return [
        Choice(code, in_language(language, zh, en, code))
        for code, zh, en in rows.values_list("code", "name_zh", "name_en")
    ]


def wave_asked(request: HttpRequest, desk: Desk, problems: list[Problem]) -> MakeWave:
    """The wave of a form. Ticked orders, or all that wait for a carrier until a day."""
    posted = request.POST
    zone = clean(posted.get("zone", ""))
    kind = WaveKind.ZONE.value if zone else clean(posted.get("kind", "")) or WaveKind.CLUSTER.value
    orders = tuple(posted.getlist("order"))
    if not orders:
        problems.append(Problem("desk.no_order_chosen", "orders"))
    return MakeWave(
        warehouse=desk.warehouse,
        orders=orders,
        kind=kind,
        carrier=clean(posted.get("carrier", "")),
        until=day_of(clean(posted.get("until", "")), "until", problems),
        zone=zone,
        cutoff=hour_of(clean(posted.get("cutoff", "")), desk, problems),
        most_orders=number_of(posted.get("most_orders", ""), MOST_ON_TOUR),
        most_stops=MOST_STOPS,
    )


def hour_of(text: str, desk: Desk, problems: list[Problem]) -> datetime | None:
    """16:30 of today, at the site."""
    if not text:
        return None
    try:
        return datetime.combine(desk.today, time.fromisoformat(text), desk.zone)
    except ValueError:
        problems.append(Problem("desk.hour_wrong", "cutoff", {"text": text[:20]}))
        return None


def number_of(text: str, otherwise: int) -> int:
    """A whole number as typed; 0, which no command takes, where it is none."""
    text = clean(text)
    return (int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0) if text else otherwise


# -- before it is released --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a wave would come to: tours as (number, tasks, stops, metres), and how much shorter they are than the S."""

    tours: tuple[tuple[int, int, int, int], ...]
    tasks: int
    metres: int
    saved: int
    missing: int


def _previewed(
    request: HttpRequest, desk: Desk, command: MakeWave
) -> tuple[Mapping[str, Any] | None, list[Problem]]:  # Any: plain JSON, as the command answers
    try:
        return rehearse(context_of(desk, request), command).result, []
    except Refused as refused:
        return None, named(refused.problems, desk.language)


def preview_of(told: Mapping[str, Any]) -> Preview:  # Any: plain JSON, as the command answers
    tours = told["tours"]
    length, s_shape = (sum(one[name] for one in tours) for name in ("length", "s_shape"))
    return Preview(
        tuple((one["number"], one["tasks"], one["stops"], metres(one["length"])) for one in tours),
        sum(one["tasks"] for one in tours),
        metres(length),
        round(100 * (1 - length / s_shape)) if s_shape else 0,
        len(told["missing"]),
    )
