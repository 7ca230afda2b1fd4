"""What is asked about picking: what waits for it, waves and how far they are, a tour with its tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from suyuan.catalog.models import Item
from suyuan.catalog.queries import chunks
from suyuan.gs1.quantities import scaled
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import OUTGOING, OrderState, ReservationState
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import lines_of
from suyuan.orders.rules import Line
from suyuan.picking.kinds import COUNTED, TaskState, TourState, WaveState
from suyuan.picking.models import PickRule, Slot, Task, Tour, Wave
from suyuan.picking.planning import From, Kept, Want, to_plan
from suyuan.stocktake.queries import last_counts

CLOSED_SHOWN = 30
ON_THE_WAY = (TourState.OPEN.value, TourState.TAKEN.value)


# -- what waits -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order of which something is kept that nobody is to pick yet."""

    order: Order
    wants: tuple[Want, ...]

    @property
    def lines(self) -> int:
        return len({want.line_id for want in self.wants})


def waiting(warehouse: str, orders: Iterable[int] | None = None) -> list[Waiting]:
    """The open orders of a warehouse with what is to be planned of each, urgent ones first, then as they are to go.

    `orders`: of these only, by key. Five to seven statements, whatever their number.
    """
    rows = Reservation.objects.filter(log=warehouse, state=ReservationState.OPEN.value)
    rows = rows.filter(line__order__state=OrderState.OPEN.value, line__order__kind__in=[one.value for one in OUTGOING])
    rows = rows if orders is None else rows.filter(line__order__in=list(orders))
    names = ("line_id", "line__order_id", "subject", "uri", "owner", "quantity")
    kept: dict[tuple[int, bytes], Want] = {}
    for line, order, subject, uri, owner, quantity in rows.order_by("pk").values_list(*names):
        want = Want(line, order, bytes(subject), uri, bytes(owner), quantity)
        before = kept.get((line, want.subject))
        kept[line, want.subject] = _more(before, quantity) if before else want
    if not kept:
        return []
    found = {order.pk: order for part in chunks({want.order_id for want in kept.values()}) for order in _orders(part)}
    wants = to_plan(_beside_tasks(kept, found), _gone(list(found.values())))
    by_order: dict[int, list[Want]] = {}
    for want in wants:
        by_order.setdefault(want.order_id, []).append(want)
    listed = [Waiting(found[key], tuple(mine)) for key, mine in by_order.items()]
    return sorted(listed, key=lambda one: turn_of(one.order))


def _orders(keys: Iterable[int]) -> QuerySet[Order]:
    return Order.objects.filter(pk__in=keys).select_related("partner", "carrier", "destination", "warehouse")


def _more(want: Want, quantity: int) -> Want:
    return Want(want.line_id, want.order_id, want.subject, want.uri, want.owner, want.quantity + quantity)


def turn_of(order: Order) -> tuple[bool, bool, str, str]:
    """Urgent ones first, then those that are to go first."""
    return (order.priority != "urgent", order.expected is None, str(order.expected or ""), order.key)


def _beside_tasks(kept: Mapping[tuple[int, bytes], Want], orders: Mapping[int, Order]) -> list[Kept]:
    """What is kept, with what tasks have done and have to do of it."""
    tasked: dict[tuple[int, bytes], list[int]] = {}
    for part in chunks(orders):
        rows = Task.objects.filter(line__order__in=part).exclude(state=TaskState.CANCELLED.value)
        for line, subject, quantity, picked, state in rows.values_list(
            "line_id", "subject", "quantity", "picked", "state"
        ):
            sums = tasked.setdefault((line, bytes(subject)), [0, 0])
            sums[0] += quantity - picked if state == TaskState.OPEN else 0
            sums[1] += picked
    nothing = [0, 0]
    return [Kept(want, *tasked.get(key, nothing)) for key, want in kept.items()]


def _gone(orders: Sequence[Order]) -> dict[int, int]:
    """Line → how much of it has left."""
    return {line.id: scaled(line.done) for line in lines_of(orders)}


def tasked_at(warehouse: str, subjects: Iterable[bytes]) -> dict[From, int]:
    """What open tasks take of these goods, and from where. One statement for 900 subjects."""
    found: dict[From, int] = {}
    for part in chunks(set(subjects)):
        rows = Task.objects.filter(log=warehouse, state=TaskState.OPEN.value, subject__in=part)
        for uri, place, container, left in rows.values_list("uri", "place", "container", F("quantity") - F("picked")):
            key = (uri, place, container)
            found[key] = found.get(key, 0) + left
    return found


def doubtful(warehouse: str, subjects: Iterable[bytes]) -> set[From]:
    """Where somebody found less than there should be, and nobody has counted since. Two statements."""
    short: dict[From, int] = {}
    for part in chunks(set(subjects)):
        rows = Task.objects.filter(
            log=warehouse,
            state=TaskState.SHORT.value,
            subject__in=part,
            reason__in=[*COUNTED, "damaged", "unreachable"],
        )
        for uri, place, container, done in rows.values_list("uri", "place", "container", "done"):
            key = (uri, place, container)
            short[key] = max(done or 0, short.get(key, 0))
    counted = last_counts({key16(place) for _uri, place, _container in short}) if short else {}
    return {key for key, at in short.items() if counted.get(key16(key[1]), 0) < at}


def scan_rules(warehouse: str) -> dict[int | None, bool]:
    """Category → whether the lot must be scanned; None for all others. One statement."""
    rows = PickRule.objects.filter(warehouse_id=warehouse, is_active=True)
    return {None: True, **dict(rows.values_list("category_id", "scan_lot"))}


def must_scan_lot(warehouse: str, item: str) -> bool:
    """Two statements."""
    rules = scan_rules(warehouse)
    category = Item.objects.filter(uri=item).values_list("category_id", flat=True).first()
    return rules.get(category, rules[None])


# -- waves ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """A wave, or a tour of it: how many tasks it has, how many are done with, how many of them came short."""

    tasks: int = 0
    done: int = 0
    short: int = 0
    tours: int = 0
    tours_done: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.done // self.tasks if self.tasks else 100


def waves(warehouse: str, *, closed: bool = False) -> list[tuple[Wave, Progress]]:
    """The waves that are being picked, urgent ones first; or those that are closed, latest first. Three statements."""
    rows = Wave.objects.filter(warehouse_id=warehouse).select_related("carrier", "zone")
    if closed:
        found = list(rows.exclude(state=WaveState.OPEN.value).order_by("-closed")[:CLOSED_SHOWN])
    else:
        found = list(rows.filter(state=WaveState.OPEN.value).order_by("-urgent", "cutoff", "created"))
    tasks = _sums("wave", [wave.pk for wave in found])
    tours: dict[UUID, tuple[int, int]] = {}
    for part in chunks(wave.pk for wave in found):
        ended = Count("pk", filter=~Q(state__in=ON_THE_WAY))
        for wave, count, done in (
            Tour.objects.filter(wave__in=part).values_list("wave").annotate(all=Count("pk"), ended=ended)
        ):
            tours[wave] = (count, done)
    return [(wave, Progress(*tasks.get(wave.pk, (0, 0, 0)), *tours.get(wave.pk, (0, 0)))) for wave in found]


def _sums(by: str, keys: Sequence[object]) -> dict[object, tuple[int, int, int]]:
    """Tasks, those done with, those short, by wave or tour. Cancelled ones do not count."""
    found: dict[object, tuple[int, int, int]] = {}
    for part in chunks(keys):
        rows = Task.objects.filter(**{f"{by}__in": list(part)}).exclude(state=TaskState.CANCELLED.value)
        done = Count("pk", filter=~Q(state=TaskState.OPEN.value))
        short = Count("pk", filter=Q(state=TaskState.SHORT.value))
        for key, *sums in rows.values_list(by).annotate(all=Count("pk"), ended=done, lacking=short):
            found[key] = (sums[0], sums[1], sums[2])
    return found


def wave_of(warehouse: str, id: UUID) -> Wave | None:
    return Wave.objects.filter(warehouse_id=warehouse, pk=id).select_related("carrier", "zone").first()


def tours_of(wave: Wave) -> list[tuple[Tour, Progress]]:
    """The tours of a wave. Two statements."""
    return with_progress(list(Tour.objects.filter(wave=wave).select_related("wave").order_by("number")))


def with_progress(tours: Sequence[Tour]) -> list[tuple[Tour, Progress]]:
    """Tours, and how far each is. One statement."""
    sums = _sums("tour", [tour.pk for tour in tours])
    return [(tour, Progress(*sums.get(tour.pk, (0, 0, 0)))) for tour in tours]


def tour_of(warehouse: str, id: int, *, lock: bool = False) -> Tour | None:
    rows = Tour.objects.filter(wave__warehouse_id=warehouse, pk=id).select_related("wave")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    return rows.first()


def tasks_of(tour: Tour) -> list[Task]:
    """The tasks of a tour in their turn; cancelled ones are left out. One statement."""
    rows = Task.objects.filter(tour=tour).exclude(state=TaskState.CANCELLED.value)
    return list(rows.select_related("line__order__partner", "line__item").order_by("sequence", "pk"))


def slots_of(tour: Tour) -> list[Slot]:
    return list(Slot.objects.filter(tour=tour).select_related("order__partner").order_by("position"))


def open_tours(warehouse: str, person: str) -> list[Tour]:
    """The tours that are at hand: first those that this person has taken, then what nobody has, urgent ones first."""
    rows = Tour.objects.filter(wave__warehouse_id=warehouse, wave__state=WaveState.OPEN.value)
    rows = rows.filter(Q(state=TourState.OPEN.value) | Q(state=TourState.TAKEN.value, person=person))
    return list(
        rows.select_related("wave").order_by("-state", "-wave__urgent", "wave__cutoff", "wave__created", "number")
    )


def task_of(warehouse: str, id: int, *, lock: bool = False) -> Task | None:
    rows = Task.objects.filter(log=warehouse, pk=id)
    rows = rows.select_related("tour__wave", "line__order", "line__item")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    return rows.first()


def line_of(order: Order, line_id: int) -> Line | None:
    return next((line for line in lines_of([order]) if line.id == line_id), None)


# -- figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """What somebody picked in a span of time. `seconds`: from taking his tours to his last picks on them."""

    person: str
    tasks: int
    short: int
    quantity: Decimal
    scans: int
    confirmed: int
    seconds: int

    @property
    def accuracy(self) -> float | None:
        """Of the scans made, those that were what was asked for, 0 to 1; None where none was made."""
        return self.confirmed / self.scans if self.scans else None

    @property
    def an_hour(self) -> float | None:
        """Tasks an hour; None where no time passed."""
        return 3600 * self.tasks / self.seconds if self.seconds else None


def rates(warehouse: str, since: int, until: int) -> list[Rate]:
    """Each person's picks between two moments, in microseconds. Two statements."""
    rows = Task.objects.filter(log=warehouse, done__gte=since, done__lt=until).exclude(person="")
    sums = rows.values_list("person").annotate(
        tasks=Count("pk", filter=Q(picked__gt=0)), short=Count("pk", filter=Q(state=TaskState.SHORT.value)),
        amount=Sum("picked"), made=Sum("scans"), right=Sum("confirmed"),
    )  # fmt: skip
    spans: dict[str, int] = {}
    seen: dict[tuple[str, int], list[int]] = {}
    for person, tour, taken, done in rows.values_list("person", "tour", "tour__taken", "done"):
        if done is not None:
            times = seen.setdefault((person, tour), [taken or done, done])
            times[1] = max(times[1], done)
    for (person, _tour), (begun, ended) in seen.items():
        spans[person] = spans.get(person, 0) + max(ended - max(begun, since), 0) // 1_000_000
    return [
        Rate(person, tasks, short, Decimal(picked) / 10**6, scans, confirmed, spans.get(person, 0))
        for person, tasks, short, picked, scans, confirmed in sorted(sums)
    ]
