"""Long work as rows: what is to be done, in whose name, how far it is (docs/decisions/0011-registers.md).

No governed table: a job is no fact. What it does, it does by commands.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models


class State(models.TextChoices):
    """Where a job stands; the last three are for good."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """Long work that a person asked for. Times in microseconds since 1970 UTC.

    `phase` is a word of the kind of work, `writing` while nothing may stop it any more. `holder` is the worker that has
    it, `tries` how many have taken it up. `error`: problems as ``{"code", "field", "params"}``.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    phase = models.CharField(max_length=20, default="")
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.JSONField(default=list)
    requested_by = models.UUIDField()
    terminal = models.CharField(max_length=200, default="")
    file_hash = models.CharField(max_length=64, default="")
    stop = models.BooleanField(default=False)
    holder = models.CharField(max_length=64, default="")
    tries = models.IntegerField(default=0)
    created = models.BigIntegerField()
    started = models.BigIntegerField(null=True)
    heartbeat = models.BigIntegerField(null=True)
    finished = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "created"], name="job_next"),
            models.Index(fields=["requested_by", "created"], name="job_of"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class JobFile(models.Model):
    """The file a job reads. In the database, since the worker may be on another machine than the web server."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="file")
    name = models.CharField(max_length=200)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class JobPart(models.Model):
    """A piece of what a job found, some hundreds of rows: compressed JSON of the kind's own shape.

    `wrong` counts the rows with something wrong, so that the page that shows only those knows which parts to read.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField()
    wrong = models.IntegerField(default=0)
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="job_part_once")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.number}"
