"""What waits: long work, and commands for their second person (docs/decisions/0011-registers.md); and the settings.

Jobs are no governed table: a job is no fact, and what it does, it does by commands. Requests, signatures and settings
are: only commands write them.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q


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


class RequestState(models.TextChoices):
    """Where a request stands; all but the first are for good."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DEAD = "dead"


class ApprovalRequest(models.Model):
    """A command that waits for other people. Times in microseconds since 1970 UTC.

    `id` is that of the change record that says it was asked. `command` names it, `params` is the whole of it
    (`packing`), `log` where it will be recorded. `versions`: URI → what stood there when it was asked. `digest` binds
    command, params and versions; `salt` keeps anyone from guessing params by it. `groups`: which signatures it takes.
    `done_by`: the request id under which it was done. `problems`: why it died.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    log = models.CharField(max_length=16)
    command = models.CharField(max_length=60)
    params = models.JSONField()
    versions = models.JSONField(default=dict)
    groups = models.JSONField(default=list)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    requester = models.UUIDField()
    person = models.CharField(max_length=64)
    reason = models.TextField(default="")
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.WAITING)
    created = models.BigIntegerField()
    expires = models.BigIntegerField()
    decided = models.BigIntegerField(null=True)
    done_by = models.UUIDField(null=True)
    result = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "created"], name="approval_waiting"),
            models.Index(fields=["requester", "created"], name="approval_of"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided=None) | (~Q(state="waiting") & Q(decided__isnull=False)),
                name="approval_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.id}"


class Signature(models.Model):
    """That somebody signed a request, or refused to: once for each person and for each group.

    `asked_by` is the person of the request, again, so that the database itself tells the two apart; `exception` says
    that they are one all the same, in a firm too small for two.
    """

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="signatures")
    group = models.CharField(max_length=20, blank=True)
    user = models.UUIDField()
    person = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=64)
    exception = models.BooleanField(default=False)
    verdict = models.CharField(max_length=10)
    meaning = models.CharField(max_length=20)
    reason = models.TextField(default="")
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "person"], name="signature_once", condition=Q(exception=False)),
            models.UniqueConstraint(fields=["request", "group"], name="signature_one_each"),
            models.CheckConstraint(condition=Q(exception=True) | ~Q(person=F("asked_by")), name="signature_second"),
            models.CheckConstraint(condition=~Q(person="") & ~Q(asked_by=""), name="signature_named"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.person}"


class Setting(models.Model):
    """A setting of the firm, which an administrator changes; one that was never changed has no row."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.JSONField()
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.key
