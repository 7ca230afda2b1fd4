"""The tables of picking: aisles and rules, waves with their tours, and what is to be taken from which bin.

A task is a plan and knows what was picked of it; the pick itself is an event. Times in microseconds since 1970 UTC,
amounts in millionths of the base unit, lengths in millimetres.
"""

from typing import ClassVar

from django.db import models

from suyuan.catalog.models import URI_LENGTH, Category, Partner, Place, Warehouse
from suyuan.ledger.fields import Key16Field
from suyuan.ledger.models import LOG_LENGTH
from suyuan.orders.models import Order, OrderLine
from suyuan.picking.aisles import Direction
from suyuan.picking.kinds import AisleKind, TaskState, TourState, WaveKind, WaveState

LONGEST_NUMBER = 30
LONGEST_ID = 64


class Aisle(models.Model):
    """What is said of an aisle beside where its bins lie: which way it is walked. Or a cross aisle: `at` metres along
    the aisles. Aisles that nobody says anything of are walked both ways, with a cross aisle at both ends.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="aisles")
    code = models.CharField(max_length=20)
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=5, default=AisleKind.AISLE.value)
    direction = models.CharField(max_length=4, default=Direction.BOTH.value)
    at = models.FloatField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.code}"


class PickRule(models.Model):
    """Whether who picks must scan the lot, for the items of a category, or for all of a warehouse that no rule of their
    category speaks of. Where there is no rule he must.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    key = models.CharField(max_length=60, unique=True)
    scan_lot = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.key}"


class Wave(models.Model):
    """Orders that are released together. `cutoff`: until when the carrier is to have them; `zone`: only what lies there
    is picked with it."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=LONGEST_NUMBER, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, default=WaveKind.CLUSTER.value)
    state = models.CharField(max_length=9, default=WaveState.OPEN.value)
    urgent = models.BooleanField(default=False)
    carrier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", null=True)
    cutoff = models.BigIntegerField(null=True)
    zone = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", null=True)
    created = models.BigIntegerField()
    created_by = models.CharField(max_length=LONGEST_ID)
    closed = models.BigIntegerField(null=True)
    closed_by = models.CharField(max_length=LONGEST_ID, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["warehouse", "state", "created"], name="wave_state")]

    def __str__(self) -> str:
        return self.number


class Tour(models.Model):
    """One walk of one person. `length`: of the way planned; `s_shape`: of the S through whole aisles; both 0 where no
    bin of it has its place on the plan. `person`: the account that took it.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="tours")
    number = models.IntegerField()
    state = models.CharField(max_length=9, default=TourState.OPEN.value)
    start = models.CharField(max_length=URI_LENGTH, blank=True)
    length = models.BigIntegerField(default=0)
    s_shape = models.BigIntegerField(default=0)
    person = models.CharField(max_length=LONGEST_ID, blank=True)
    taken = models.BigIntegerField(null=True)
    closed = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["wave", "number"], name="tour_number_once")]
        indexes: ClassVar = [models.Index(fields=["state", "person"], name="tour_state")]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.number}"


class Slot(models.Model):
    """An order on a tour: its position on the trolley, and the tote its goods go into, by URI."""

    tour = models.ForeignKey(Tour, on_delete=models.PROTECT, related_name="slots")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="slots")
    position = models.IntegerField()
    tote = models.CharField(max_length=URI_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tour", "order"], name="slot_order_once"),
            models.UniqueConstraint(fields=["tour", "position"], name="slot_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.position}"


class Task(models.Model):
    """So much of a lot or serial is to be taken from a bin, or from a container in it, for a line of an order.

    `sequence`: its turn on the tour, urgent ones before all others. `reason`: why so much lacks. `scans` were made, and
    `confirmed` of them were what was asked for. `place` is where the outermost container stands.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="tasks")
    tour = models.ForeignKey(Tour, on_delete=models.PROTECT, related_name="tasks")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="tasks")
    log = models.CharField(max_length=LOG_LENGTH)
    subject = Key16Field()
    uri = models.CharField(max_length=URI_LENGTH)
    owner = Key16Field()
    place = models.CharField(max_length=URI_LENGTH)
    container = models.CharField(max_length=URI_LENGTH, blank=True)
    quantity = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, default=TaskState.OPEN.value)
    urgent = models.BooleanField(default=False)
    sequence = models.IntegerField()
    reason = models.CharField(max_length=20, blank=True)
    person = models.CharField(max_length=LONGEST_ID, blank=True)
    done = models.BigIntegerField(null=True)
    scans = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, picked__gte=0, picked__lte=models.F("quantity")), name="task_amounts"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tour", "sequence"], name="task_turn"),
            models.Index(fields=["log", "state", "subject"], name="task_subject"),
            models.Index(fields=["log", "done"], name="task_done"),
        ]

    def __str__(self) -> str:
        return f"{self.tour_id}: {self.sequence}"
