"""A wave and its tours; one tour with its walk, its tasks and its totes; how fast and how right people pick."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.counting import names_of
from suyuan.desk.forms import by_field, clean
from suyuan.desk.naming import Names
from suyuan.desk.picking import DOES, READS, tour_views, wave_view, who_gets
from suyuan.desk.picking_map import Stop, map_of
from suyuan.desk.sheets import answered
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import Quantity, unscaled
from suyuan.ledger.keys import micros
from suyuan.operations.outbound.pick_back import PutBack
from suyuan.operations.outbound.pick_tour import LeaveTour, SetTote, TakeTour
from suyuan.operations.outbound.pick_wave import CancelWave, RushOrder
from suyuan.orders.kinds import Priority
from suyuan.picking.kinds import SHORT_REASONS, TaskState, TourState, WaveState
from suyuan.picking.layout import layout_of
from suyuan.picking.models import Slot, Task, Tour
from suyuan.picking.queries import (
    Progress,
    rates,
    slots_of,
    tasks_of,
    tour_of,
    tours_of,
    waiting,
    wave_of,
    with_progress,
)
from suyuan.ui.frame import Choice
from suyuan.ui.tables import Column, Row, Table
from suyuan.ui.things import Thing

SPANS = (1, 7, 30)  # days


def missing(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    return page(request, desk, "desk/refused.html", {"problem": Problem(code, "")}, status=404)


# -- a wave -----------------------------------------------------------------------------------------------------------


@desk_page(READS)
def wave(request: HttpRequest, desk: Desk, id: UUID) -> HttpResponse:
    """How far a wave is, tour by tour. POST `do`: take-N a tour, or cancel with a reason."""
    found = wave_of(desk.warehouse, id)
    if found is None:
        return missing(request, desk, "picking.wave_unknown")
    problems: list[Problem] = []
    do = request.POST.get("do", "")
    if request.method == "POST" and do == "cancel":
        reason = clean(request.POST.get("reason", ""))
        result, problems = answered(desk, request, CancelWave(warehouse=desk.warehouse, wave=id, reason=reason))
        if result is not None:
            return HttpResponseRedirect(reverse("desk:wave", args=[id]))
    elif request.method == "POST" and do.startswith("take-"):
        return take(request, desk, do.removeprefix("take-"))
    tours = tours_of(found)
    total = Progress(
        sum(progress.tasks for _tour, progress in tours),
        sum(progress.done for _tour, progress in tours),
        sum(progress.short for _tour, progress in tours),
    )
    context = {
        "view": wave_view(found, total, desk.language),
        "tours": tour_views(tours, desk),
        "working": found.state == WaveState.OPEN,
        "may": desk.actor.may(DOES, desk.warehouse),
        "request_id": request.POST.get("request_id") if problems else uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/picking/wave.html", context, 422 if problems else 200)


def take(request: HttpRequest, desk: Desk, text: str) -> HttpResponse:
    """Take a tour and go on to its first bin."""
    id = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    result, problems = answered(desk, request, TakeTour(warehouse=desk.warehouse, tour=id))
    if result is None:
        return page(request, desk, "desk/refused.html", {"problem": problems[0]}, status=422)
    return HttpResponseRedirect(reverse("desk:pick", args=[id]))


# -- a tour -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a row: which stop of the walk it is at, bin, goods, how much, for whom, and what became of it."""

    task: Task
    number: int
    bin: str
    container: Thing | None
    goods: Thing
    wanted: Quantity
    picked: Quantity
    order: str
    who: str
    position: int
    why: str

    @property
    def edge(self) -> str:
        return {"open": "pending", "picked": "released", "short": "held"}.get(self.task.state, "expired")


@desk_page(READS)
def tour(request: HttpRequest, desk: Desk, id: int) -> HttpResponse:
    """The walk and the tasks of a tour. POST `do`: take, leave, tote-N, rush an urgent `order`, put back a `task`."""
    found = tour_of(desk.warehouse, id)
    if found is None:
        return missing(request, desk, "picking.tour_unknown")
    problems: list[Problem] = []
    if request.method == "POST":
        command = _asked(request, desk, found)
        result, problems = answered(desk, request, command) if command is not None else (None, [])
        if result is not None:
            back = "desk:pick" if isinstance(command, TakeTour) else "desk:tour"
            if isinstance(command, RushOrder):
                messages.success(request, _("The urgent order comes next on this tour."))
            return HttpResponseRedirect(reverse(back, args=[id]))
        found = tour_of(desk.warehouse, id) or found
    tasks = tasks_of(found)
    slots = slots_of(found)
    views = task_views(tasks, slots, desk)
    ((_tour, progress),) = with_progress([found])
    (view,) = tour_views([(found, progress)], desk)
    urgent = [one for one in waiting(desk.warehouse) if one.order.priority == Priority.URGENT]
    context = {
        "view": view,
        "tour": found,
        "tasks": views,
        "slots": [(slot, who_gets(slot.order, desk.language), _code(slot.tote)) for slot in slots],
        "drawing": map_of(desk, found.start, stops_of(views)),
        "urgent": [
            Choice(one.order.uri, f"{one.order.number} · {who_gets(one.order, desk.language)}") for one in urgent
        ],
        "picked": [
            Choice(str(one.task.pk), f"{one.bin} · {one.goods} · {one.order}") for one in views if one.task.picked
        ],
        "posted": request.POST,
        "working": found.state in (TourState.OPEN, TourState.TAKEN),
        "may": desk.actor.may(DOES, desk.warehouse),
        "request_id": request.POST.get("request_id") if problems else uuid4(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/picking/tour.html", context, 422 if problems else 200)


def _asked(request: HttpRequest, desk: Desk, found: Tour) -> object | None:
    do, reason = request.POST.get("do", ""), clean(request.POST.get("reason", ""))
    match do.partition("-"):
        case ("take", _, _):
            return TakeTour(warehouse=desk.warehouse, tour=found.pk)
        case ("leave", _, _):
            return LeaveTour(warehouse=desk.warehouse, tour=found.pk, reason=reason)
        case ("back", _, _):
            task = clean(request.POST.get("task", ""))
            return PutBack(
                warehouse=desk.warehouse, task=int(task) if task.isascii() and task.isdigit() else 0, reason=reason,
                to=clean(request.POST.get("to", "")), quantity=clean(request.POST.get("quantity", "")) or None,
                weight=clean(request.POST.get("weight", "")) or None,
            )  # fmt: skip
        case ("rush", _, _):
            return RushOrder(warehouse=desk.warehouse, order=clean(request.POST.get("order", "")), tour=found.pk)
        case ("tote", _, position) if position.isdigit():
            tote = clean(request.POST.get(f"tote-{position}", ""))
            return SetTote(warehouse=desk.warehouse, tour=found.pk, position=int(position), tote=tote)
    return None


def _code(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2]


def bin_code(warehouse: str, place: str) -> str:
    """A place as the signs on its rack have it; closed since, as its URI ends."""
    found = layout_of(directory(), warehouse).places.get(place)
    return found.code if found else place.rpartition("/")[2]


def task_views(tasks: Sequence[Task], slots: Sequence[Slot], desk: Desk) -> list[TaskView]:
    """The tasks with names, asked for once."""
    uris = [uri for task in tasks for uri in (task.uri, task.container)]
    names = Names(uris, desk.language)
    positions = {slot.order_id: slot.position for slot in slots}
    views = []
    number, last = 0, ""
    for task in tasks:
        number, last = number + (task.place != last), task.place
        unit, order = task.line.item.base_unit, task.line.order
        views.append(
            TaskView(
                task, number, bin_code(desk.warehouse, task.place),
                names.thing(task.container) if task.container else None, names.thing(task.uri),
                Quantity(unscaled(task.quantity), unit), Quantity(unscaled(task.picked), unit),
                order.number, who_gets(order, desk.language), positions.get(order.pk, 0),
                _(SHORT_REASONS[task.reason]) if task.reason in SHORT_REASONS else "",
            )
        )  # fmt: skip
    return views


def stops_of(views: Sequence[TaskView]) -> list[Stop]:
    """The places of the walk, each once in a row."""
    found: list[Stop] = []
    for view in views:
        visited = view.task.state != TaskState.OPEN
        if found and found[-1].number == view.number:
            found[-1] = replace(found[-1], visited=visited and found[-1].visited)
        else:
            found.append(Stop(view.number, view.task.place, view.bin, visited))
    return found


# -- figures ----------------------------------------------------------------------------------------------------------


@desk_page(READS)
def rate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How many tasks an hour each picked, and how many scans were right. `?days=` 1, 7 or 30."""
    text = request.GET.get("days", "")
    days = int(text) if text in {str(span) for span in SPANS} else SPANS[1]
    since = datetime.combine(desk.today - timedelta(days=days - 1), datetime.min.time(), desk.zone)
    found = rates(desk.warehouse, micros(since), micros(desk.now) + 1)
    names = names_of([one.person for one in found])
    columns = (
        Column(_("Person")),
        Column(_("Tasks"), "number"),
        Column(_("An hour"), "number"),
        Column(_("Scans right, %"), "number"),
        Column(_("Short"), "number", needed=False),
    )
    rows = [
        Row((names.get(one.person, one.person), one.tasks, _rounded(one.an_hour), _percent(one.accuracy), one.short))
        for one in sorted(found, key=lambda one: -one.tasks)
    ]
    scans, right = sum(one.scans for one in found), sum(one.confirmed for one in found)
    seconds = sum(one.seconds for one in found)
    tasks = sum(one.tasks for one in found)
    context = {
        "tab": "rates",
        "days": days,
        "spans": SPANS,
        "accuracy": _percent(right / scans if scans else None),
        "scans": scans,
        "right": right,
        "tasks": tasks,
        "an_hour": _rounded(3600 * tasks / seconds if seconds else None),
        "table": Table(_("Picking by person"), columns, rows, _("Nothing was picked by tour in this time.")),
    }
    return page(request, desk, "desk/picking/rates.html", context)


def _rounded(figure: float | None) -> Decimal | None:
    return None if figure is None else Decimal(round(figure, 1)).quantize(Decimal("0.1"))


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(100 * share).quantize(Decimal("0.1"))
