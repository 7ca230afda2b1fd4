"""Who does what: the steps of each process as swim-lanes, with what starts them, who is on them now, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.alerts_mine import SEES
from suyuan.desk.steps_views import StepView, steps_now, views_of
from suyuan.governance.audit import Wanted, search
from suyuan.insight.queries import open_alerts
from suyuan.insight.registers import EDIT
from suyuan.insight.steps import PROCESSES
from suyuan.ledger.keys import COMPANY

RECENT = timedelta(hours=8)
LOOKED = 400  # records of the last hours that are looked at
PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody who did the command of a step not long ago."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """A step in its lane. `waiting`: open alerts that start it."""

    view: StepView
    busy: Sequence[Busy]
    waiting: int
    number: int


@dataclass(frozen=True, slots=True)
class Lane:
    """What one role or team does: a cell for each step of the process, None where the step is another's."""

    who: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Process:
    """A process as lanes."""

    code: str
    word: str
    lanes: Sequence[Lane]
    steps: int


@desk_page()
def steps(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every process; `?process=` one of them."""
    wanted = request.GET.get("process", "")
    sees = desk.actor.may(SEES, desk.warehouse)
    views = views_of(step for step in steps_now() if wanted in ("", step.process))
    busy = busy_now(desk) if sees else {}
    waiting = waiting_now(desk) if sees else {}
    context = {
        "tab": "steps",
        "processes": processes_of(views, busy, waiting),
        "words": [(code, _(word)) for code, word in PROCESSES.items()],
        "wanted": wanted,
        "may_change": desk.actor.may(EDIT),
        "sees": sees,
    }
    return page(request, desk, "desk/steps/index.html", context)


def processes_of(
    views: Sequence[StepView], busy: Mapping[str, Sequence[Busy]], waiting: Mapping[str, int]
) -> list[Process]:
    """The processes in the order in which they are declared. Pure but for the words."""
    found = []
    for code, word in PROCESSES.items():
        own = [view for view in views if view.step.process == code]
        if own:
            cells = [
                Cell(
                    view,
                    tuple(busy.get(view.step.command, ()))[:PEOPLE],
                    sum(waiting.get(kind, 0) for kind in view.alerts),
                    n,
                )
                for n, view in enumerate(own, 1)
            ]
            found.append(Process(code, _(word), lanes_of(cells), len(cells)))
    return found


def lanes_of(cells: Sequence[Cell]) -> list[Lane]:
    """A lane for each who is responsible for a step, in the order in which they come in."""
    lanes = dict.fromkeys(cell.view.lane for cell in cells)
    return [
        Lane(
            next(cell.view.who for cell in cells if cell.view.lane == lane),
            [cell if cell.view.lane == lane else None for cell in cells],
        )
        for lane in lanes
    ]


def busy_now(desk: Desk) -> dict[str, list[Busy]]:
    """Command → who did it in the last hours in this warehouse, the latest first. The statements of one search."""
    wanted = Wanted(logs=(desk.warehouse, COMPANY), since=desk.now - RECENT)
    found: dict[str, dict[str, Busy]] = {}
    for entry in search(wanted, LOOKED).entries:
        if entry.name and not entry.refused:
            found.setdefault(entry.command, {}).setdefault(entry.name, Busy(entry.name, entry.at))
    return {command: list(people.values()) for command, people in found.items()}


def waiting_now(desk: Desk) -> dict[str, int]:
    """Kind → how many alerts of the warehouse and the firm are open. One statement."""
    rows = open_alerts(desk.today, [desk.warehouse]).order_by().values_list("kind").annotate(Count("pk"))
    return dict(rows)
