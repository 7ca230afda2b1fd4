"""The tables of devices. Times in microseconds since 1970 UTC."""

import uuid
from typing import ClassVar

from django.db import models

from suyuan.catalog.models import Place, Warehouse

LONGEST_HOST = 100


class Printer(models.Model):
    """A label printer that takes ZPL. `media`: one of `ui.labels.ROLLS`. `answers`: it tells its state when asked, so
    that nothing is sent to one that is paused or out of paper. `rfid`: it writes the tag in a label.
    """

    key = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    host = models.CharField(max_length=LONGEST_HOST)
    port = models.IntegerField(default=9100)
    dpi = models.CharField(max_length=3, default="203")
    media = models.CharField(max_length=20, default="thermal")
    answers = models.BooleanField(default=True)
    rfid = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class State(models.TextChoices):
    """Where a print job stands. `UNSURE`: some of it may be on paper; somebody has to look before it goes on."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    DONE = "done"
    CANCELLED = "cancelled"


class PrintJob(models.Model):
    """Labels for a printer, in order, as values: they are drawn when they are sent, in the dots of the printer.

    `first`: how many of them are left out in front; `sent`: how many have been handed to the printer, those in front
    included. `failing`: since when it has not answered. `trouble`: why it waits or is unsure, a Problem as JSON.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    symbology = models.CharField(max_length=12)
    labels = models.BinaryField()
    count = models.IntegerField()
    first = models.IntegerField(default=0)
    sent = models.IntegerField(default=0)
    requested_by = models.UUIDField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    created = models.BigIntegerField()
    due = models.BigIntegerField()
    tries = models.IntegerField(default=0)
    failing = models.BigIntegerField(null=True)
    trouble = models.JSONField(default=dict)
    holder = models.CharField(max_length=64, default="")
    heartbeat = models.BigIntegerField(default=0)
    finished = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due"], name="devices_printjob_due", condition=models.Q(state="waiting")),
            models.Index(fields=["printer", "created"], name="devices_printjob_of"),
        ]
        constraints: ClassVar = [
            # One at a time, whoever looks: labels of two jobs do not mix.
            models.UniqueConstraint(
                fields=["printer"], name="devices_printjob_one", condition=models.Q(state="sending")
            ),
        ]


class Defect(models.TextChoices):
    """What was wrong with a code."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    TWICE = "twice"


class ScanDefect(models.Model):
    """How often on a day a code could not be used: not understood, not known here, or read twice. No goods moved, so
    these are counters and no events. Empty where it is not known; `device`: what kind of device, from its user agent.
    """

    warehouse = models.CharField(max_length=16)
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Defect.choices)
    item = models.CharField(max_length=300, default="")
    printer = models.CharField(max_length=40, default="")
    place = models.CharField(max_length=300, default="")
    device = models.CharField(max_length=60, default="")
    page = models.CharField(max_length=40, default="")
    count = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["warehouse", "day", "kind", "item", "printer", "place", "device", "page"],
                name="devices_scandefect_one",
            )
        ]
