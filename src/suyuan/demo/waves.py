"""Picking by tour: aisles on the plan, the waves of the last days, and the one that waits when the story ends."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, zip_longest
from math import ceil
from uuid import UUID, uuid5

from suyuan.catalog.register import Row
from suyuan.demo.carriage import is_last_day
from suyuan.demo.company import CASE, CENTRE, CENTRE_BINS, COLD_BINS, MILK, PLANT
from suyuan.demo.dairy import Dairy
from suyuan.demo.office import OURS, Office
from suyuan.demo.selling import Parcel, note_empties, picks
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import ADMIN, KEEPER, PICKER
from suyuan.demo.timetable import Process
from suyuan.governance.master import PutPlaces
from suyuan.gs1.identifiers import identify
from suyuan.gs1.quantities import unscaled
from suyuan.operations.commands import MakeWave, PickTask, Reserve, ShortPick, TakeTour
from suyuan.picking.models import Task, Tour
from suyuan.picking.queries import waiting

TOURED_DAYS = frozenset({1, 2, 3, 5, 8, 10, 13})  # before the end, whose parcels leave the plant by tour
PICKERS = (PICKER, KEEPER)
MINUTES = (1.4, 1.9, 1.1, 2.6, 1.6)  # from one pick to the next
WRONG_SCAN = 9  # of so many picks one takes a scan too many
Told = Generator[float, None, dict[str, list[Batch]]]  # order number → what was picked for it


def lay_aisles(office: Office) -> None:
    """The bins of a rack stand along one aisle."""
    rows = [(warehouse, code) for warehouse, bins in ((PLANT, COLD_BINS), (CENTRE, CENTRE_BINS)) for code in bins]
    office.do(
        PutPlaces(
            rows=tuple(
                Row({"warehouse": warehouse, "code": code, "aisle": code.partition("-")[0]}) for warehouse, code in rows
            )
        ),
        ADMIN,
    )


def is_toured(dairy: Dairy, warehouse: str) -> bool:
    return warehouse == PLANT and dairy.left in TOURED_DAYS


def pick_parcels(dairy: Dairy, parcels: Sequence[Parcel]) -> Process:
    """Keep for each order what the rule gives it, which need not be what the shelves said, and pick it by tour. What
    stands in no bin to pick from is not picked."""
    for one in parcels:
        dairy.stock[PLANT].put_back(one.parts)
    for one in parcels:
        dairy.office.do(Reserve(warehouse=PLANT, number=one.number), KEEPER)
    found = yield from pick_tours(dairy, [one.number for one in parcels])
    for one in parcels:
        one.parts = found.get(one.number, [])


def pick_tours(dairy: Dairy, numbers: Sequence[str]) -> Told:
    """Two people walk the tours of a wave of these orders at the same time; on the last day one finds too little."""
    most = ceil(len(numbers) / len(PICKERS))
    made = dairy.office.do(MakeWave(warehouse=PLANT, orders=tuple(numbers), most_orders=most), KEEPER).value
    tours = list(Tour.objects.filter(wave=UUID(made["wave"])).order_by("number"))
    planned = [tasks_of(tour)[: walk["tasks"]] for tour, walk in zip(tours, made["tours"], strict=True)]
    last = planned[-1][-1].pk
    walks = [sorted(tasks, key=lambda task: (task.place, task.uri, task.pk)) for tasks in planned]
    parts = {task.pk: drawn(dairy, task) for walk in walks for task in walk}
    for tour, person in zip(tours, cycle(PICKERS)):
        dairy.office.do(TakeTour(warehouse=PLANT, tour=tour.pk), person)
    found: dict[str, list[Batch]] = {}
    for n, together in enumerate(zip_longest(*walks)):
        yield MINUTES[n % len(MINUTES)]
        for task, person in zip(together, cycle(PICKERS)):
            if task is not None:
                wrong = n % WRONG_SCAN == WRONG_SCAN // 2
                # Of milk, which no later order asks for: it would be kept for that, and lie where nobody looks for it.
                one = Picking(task, parts[task.pk], person, last if parts[task.pk].item == MILK else None, wrong)
                found.setdefault(task.line.order.number, []).extend(pick(dairy, one))
    note_empties(dairy, PLANT, picks([part for mine in found.values() for part in mine]))
    return found


def tasks_of(tour: Tour, after: int = 0) -> list[Task]:
    """In the order in which they were planned; `after` a task, those that were planned anew."""
    rows = Task.objects.filter(tour=tour, pk__gt=after).order_by("pk")
    return list(rows.select_related("tour", "line__order", "line__item"))


def drawn(dairy: Dairy, task: Task) -> Batch:
    """What a task takes is gone from the shelves as soon as it is planned, so that nobody else takes it."""
    place, lot = task.place.rpartition("/")[2], identify(task.uri).code
    return dairy.stock[PLANT].draw(task.line.item.code, lot, place, task.container, int(unscaled(task.quantity)))


@dataclass(frozen=True, slots=True)
class Picking:
    """A task, the part that it takes, and who does it; `wrong`: he scans something else before. `last`: where he may
    find too little, the last task that was planned for the wave."""

    task: Task
    part: Batch
    person: str
    last: int | None = None
    wrong: bool = False


def pick(dairy: Dairy, one: Picking) -> list[Batch]:
    """What was picked for a task, and instead of what was not there."""
    if one.last is None or not is_last_day(dairy) or one.part.amount <= CASE or "too little" in dairy.done:
        scan(dairy, one)
        return [one.part]
    dairy.done.add("too little")
    there, lacking = replace(one.part, amount=one.part.amount - CASE), replace(one.part, amount=CASE)
    scan(dairy, replace(one, part=there))
    dairy.office.do(ShortPick(warehouse=PLANT, task=one.task.pk, reason="too_little"), one.person)
    dairy.stock[PLANT].put_back([lacking])  # the book has it there until somebody counts
    instead = [replace(one, task=task, part=drawn(dairy, task)) for task in tasks_of(one.task.tour, one.last)]
    for other in instead:
        scan(dairy, other)
    return [there, *(other.part for other in instead)]


def scan(dairy: Dairy, one: Picking) -> None:
    """The bin, then the lot; now and then the bin beside it first."""
    told = PickTask(
        warehouse=PLANT, task=one.task.pk, bin=one.task.place, goods=one.task.uri, quantity=one.part.amount,
        scans=3 if one.wrong else 2, scanned=frozenset({"bin", "goods"}),
    )  # fmt: skip
    dairy.office.do(told, one.person)


def release_orders(dairy: Dairy) -> None:
    """What has its goods already is released; the urgent order waits, to be put in front of it."""
    office = dairy.office
    if waiting(PLANT):  # with an id of its own, since nothing waits when the story is told a second time
        office.do(MakeWave(warehouse=PLANT), KEEPER, request=uuid5(OURS, f"{office.options} wave"))
