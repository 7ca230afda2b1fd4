"""Writing waves, tours and tasks, for command handlers, which have judged them. Each trusts its arguments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from suyuan.ledger.keys import micros
from suyuan.picking.kinds import TaskState, TourState, WaveState
from suyuan.picking.models import Slot, Task, Tour, Wave

BATCH = 400


def do_make_wave(wave: Wave, tours: Sequence[Tour], slots: Sequence[Slot], tasks: Sequence[Task]) -> None:
    """A wave with all that is in it, tours, slots and tasks pointing to each other. Four statements and one a batch."""
    wave.save(force_insert=True)
    for tour in tours:
        tour.wave = wave
    Tour.objects.bulk_create(tours)
    numbers = {tour.number: tour for tour in Tour.objects.filter(wave=wave)}
    by_object = {id(tour): numbers[tour.number] for tour in tours}
    for slot in slots:
        slot.tour = by_object[id(slot.tour)]
    for task in tasks:
        task.tour, task.wave = by_object[id(task.tour)], wave
    Slot.objects.bulk_create(slots, batch_size=BATCH)
    Task.objects.bulk_create(tasks, batch_size=BATCH)


def do_add(tour: Tour, slots: Sequence[Slot], tasks: Sequence[Task]) -> None:
    """More to pick on a tour that there is."""
    for slot in slots:
        slot.tour = tour
    for task in tasks:
        task.tour, task.wave = tour, tour.wave
    Slot.objects.bulk_create(slots, batch_size=BATCH)
    Task.objects.bulk_create(tasks, batch_size=BATCH)


def do_order(tasks: Sequence[Task]) -> None:
    """Keep the turns of these tasks."""
    Task.objects.bulk_update(tasks, ["sequence"], batch_size=BATCH)


def do_measure(tour: Tour, *, length: int, s_shape: int) -> None:
    Tour.objects.filter(pk=tour.pk).update(length=length, s_shape=s_shape)


def do_take(tour: int, person: str, now: datetime) -> bool:
    """Somebody takes a tour that nobody has; False where somebody was faster."""
    rows = Tour.objects.filter(pk=tour, state=TourState.OPEN.value)
    return rows.update(state=TourState.TAKEN.value, person=person, taken=micros(now)) == 1


def do_leave(tour: int) -> None:
    Tour.objects.filter(pk=tour, state=TourState.TAKEN.value).update(state=TourState.OPEN.value, person="", taken=None)


def do_set_tote(slot: int, tote: str) -> None:
    Slot.objects.filter(pk=slot).update(tote=tote)


def do_pick(task: Task, *, amount: int, person: str, now: datetime, scans: int, confirmed: int) -> None:
    """So much more was picked of a task that is locked."""
    task.picked += amount
    task.state = TaskState.PICKED.value if task.picked == task.quantity else TaskState.OPEN.value
    Task.objects.filter(pk=task.pk).update(
        picked=task.picked, state=task.state, person=person, done=micros(now),
        scans=F("scans") + scans, confirmed=F("confirmed") + confirmed,
    )  # fmt: skip


def do_short(task: Task, *, reason: str, person: str, now: datetime) -> None:
    """No more of a task is to be had."""
    task.state, task.reason = TaskState.SHORT.value, reason
    Task.objects.filter(pk=task.pk).update(state=task.state, reason=reason, person=person, done=micros(now))


def do_take_other(task: Task, *, uri: str, subject: bytes) -> None:
    """Another lot is taken for what is left of a task. What was picked of the first one stands on a row of its own."""
    if task.picked:
        before = Task.objects.get(pk=task.pk)
        before.pk, before.quantity, before.state = None, before.picked, TaskState.PICKED.value
        before.save(force_insert=True)
        Task.objects.filter(pk=task.pk).update(
            quantity=F("quantity") - F("picked"), picked=0, scans=0, confirmed=0, person="", done=None
        )
        task.quantity, task.picked = task.quantity - task.picked, 0
    task.uri, task.subject = uri, subject
    Task.objects.filter(pk=task.pk).update(uri=uri, subject=subject)


def do_put_back(task: Task, amount: int) -> None:
    """So much of what was picked lies in a bin again, and is not to be picked once more."""
    task.picked -= amount
    task.state = TaskState.SHORT.value if task.picked else TaskState.CANCELLED.value
    Task.objects.filter(pk=task.pk).update(picked=task.picked, state=task.state, reason="put_back")


def do_open_again(task: Task, amount: int) -> None:
    """So much of what was picked lies in its bin again, and is to be picked after all."""
    task.picked -= amount
    task.state = TaskState.OPEN.value
    Task.objects.filter(pk=task.pk).update(picked=task.picked, state=task.state)
    Tour.objects.filter(pk=task.tour_id, state=TourState.DONE.value).update(state=TourState.TAKEN.value, closed=None)
    ended = Wave.objects.filter(pk=task.wave_id, state=WaveState.DONE.value)
    ended.update(state=WaveState.OPEN.value, closed=None, closed_by="")


def do_cancel_tasks(tasks: Iterable[Task]) -> None:
    """Nothing more of these is picked: what was picked of one stays picked."""
    wanted = list(tasks)
    for state, some in ((TaskState.CANCELLED, False), (TaskState.SHORT, True)):
        keys = [task.pk for task in wanted if bool(task.picked) == some]
        for at in range(0, len(keys), BATCH):
            Task.objects.filter(pk__in=keys[at : at + BATCH]).update(state=state.value, reason="cancelled")


def do_finish_tours(tours: Iterable[int], state: TourState, now: datetime) -> None:
    """Tours that are neither done nor cancelled are so now."""
    rows = Tour.objects.filter(pk__in=list(tours), state__in=[TourState.OPEN.value, TourState.TAKEN.value])
    rows.update(state=state.value, closed=micros(now))


def do_close_wave(wave: UUID, state: WaveState, *, by: str, now: datetime, reason: str = "") -> bool:
    """The wave is at its end; False where it was already."""
    rows = Wave.objects.filter(pk=wave, state=WaveState.OPEN.value)
    return rows.update(state=state.value, closed=micros(now), closed_by=by, reason=reason[:500]) == 1
