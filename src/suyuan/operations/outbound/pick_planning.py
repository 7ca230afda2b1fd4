"""What the commands on waves and tours share: from which bins what is kept is taken, and in which order."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import scaled
from suyuan.ledger.keys import key16
from suyuan.picking.kinds import TaskState, TourState, WaveState
from suyuan.picking.layout import Layout, layout_of, length_of, route
from suyuan.picking.models import Task, Tour
from suyuan.picking.planning import From, Stored, Take, Want, less_tasked, take
from suyuan.picking.queries import ON_THE_WAY, doubtful, tasked_at
from suyuan.picking.writes import do_close_wave, do_finish_tours, do_measure, do_order
from suyuan.stock.facts import OWN
from suyuan.stock.queries import on_hand
from suyuan.stock.states import State

QUICK = 0.002  # seconds for a measure beside which nobody walks


def plan_takes(
    who: Who,
    warehouse: str,
    wants: Sequence[Want],
    today: date,
    *,
    zone: str = "",
    start: str = "",
    without: frozenset[From] = frozenset(),
) -> tuple[list[Take], list[Want]]:
    """From which bins these wants are taken, and what lies in none of which anything may be taken. A fixed number of
    statements. `zone`: the URI of a place, only from bins in it; `start`: near which of equal bins; `without`: bins
    that turned out to have less.
    """
    layout = layout_of(who.directory, warehouse)
    subjects = {want.subject for want in wants}
    rows = less_tasked(stored_of(warehouse, layout, wants, today), tasked_at(warehouse, subjects))
    shut = without | doubtful(warehouse, subjects)
    rows = [row for row in rows if row.key not in shut and (not zone or layout.lies_in(row.place, zone))]
    near = start or layout.ready
    return take(wants, rows, lambda row: layout.far(row.place, near))


def stored_of(warehouse: str, layout: Layout, wants: Sequence[Want], today: date) -> list[Stored]:
    """What lies free of these lots and serials in bins from which orders are picked."""
    uris = dict.fromkeys(want.uri for want in wants)
    found = []
    for row in on_hand(today.toordinal(), log=warehouse, subjects=uris) if uris else []:
        if row.states == {State.IN_STOCK} and row.quantity > 0 and layout.may_give(row.place):
            place = layout.places[row.place]
            rank = (place.rank, 0 if row.container else 1, "|".join(map(str, place.turn)))
            owner = key16(row.owner) if row.owner else OWN
            found.append(Stored(row.uri, owner, row.place, row.container or "", scaled(row.quantity), rank))
    return found


def task_of_take(one: Take, warehouse: str, tour: Tour, sequence: int, *, urgent: bool = False) -> Task:
    """The row of a take, not written yet."""
    want = one.want
    return Task(
        tour=tour, line_id=want.line_id, log=warehouse, subject=want.subject, uri=want.uri, owner=want.owner,
        place=one.place, container=one.container, quantity=one.quantity, sequence=sequence, urgent=urgent,
    )  # fmt: skip


def sequenced(layout: Layout, tasks: Sequence[Task], start: str) -> None:
    """Give the tasks of a new tour their turns, and the tour its length."""
    tour = tasks[0].tour
    way = route(layout, [task.place for task in tasks], start, start)
    for sequence, n in enumerate(way.order, 1):
        tasks[n].sequence = sequence
    tour.start, tour.length, tour.s_shape = start, way.length, way.s_shape


def resequence(layout: Layout, tour: Tour) -> None:
    """Plan the rest of a tour from where its picker is now: urgent tasks first, then all others. Three statements."""
    tasks = list(Task.objects.filter(tour=tour).exclude(state=TaskState.CANCELLED.value).order_by("sequence", "pk"))
    done = sorted((task for task in tasks if task.done is not None), key=lambda task: task.done or 0)
    left = [task for task in tasks if task.state == TaskState.OPEN]
    here = done[-1].place if done else tour.start
    turn = max((task.sequence for task in tasks if task.state != TaskState.OPEN), default=0)
    walked: list[Task] = []
    for urgent in (True, False):
        part = [task for task in left if task.urgent is urgent]
        way = route(layout, [task.place for task in part], here, "" if urgent else tour.start)
        walked += [part[n] for n in way.order]
        here = walked[-1].place if walked else here
    for sequence, task in enumerate(walked, turn + 1):
        task.sequence = sequence
    do_order(walked)
    places = [tour.start, *(task.place for task in done if task not in walked), *(task.place for task in walked)]
    s_shape = route(layout, places[1:], tour.start, tour.start, budget=QUICK).s_shape
    do_measure(tour, length=length_of(layout, [*places, tour.start]), s_shape=s_shape)


def layout_problems(layout: Layout) -> list[Problem]:
    """Aisles so one-way that nobody gets out of them again."""
    if not layout.dead_ends:
        return []
    return [Problem("picking.dead_end", "warehouse", {"aisles": ", ".join(layout.dead_ends[:10])})]


def tour_problems(tour: Tour | None, person: str) -> list[Problem]:
    """Why this person may not pick on a tour."""
    if tour is None:
        return [Problem("picking.tour_unknown", "tour")]
    number = f"{tour.wave.number}/{tour.number}"
    if tour.state == TourState.TAKEN and tour.person == person:
        return []
    code = {TourState.OPEN: "tour_not_taken", TourState.TAKEN: "tour_of_other"}.get(TourState(tour.state), "tour_ended")
    return [Problem(f"picking.{code}", "tour", {"tour": number})]


def settle(tours: Iterable[int], by: str, now: datetime) -> None:
    """Tours on which nothing is left to be picked are done; so is a wave without any other. Three or four statements
    where one is."""
    wanted = set(tours)
    left = set(Task.objects.filter(tour__in=wanted, state=TaskState.OPEN.value).values_list("tour", flat=True))
    if not (ended := wanted - left):
        return
    do_finish_tours(ended, TourState.DONE, now)
    waves = set(Tour.objects.filter(pk__in=ended).values_list("wave", flat=True))
    going = set(Tour.objects.filter(wave__in=waves, state__in=ON_THE_WAY).values_list("wave", flat=True))
    for wave in waves - going:
        do_close_wave(wave, WaveState.DONE, by=by, now=now)
