"""The tables of insight: alerts, the rules they follow, the daily digest, views of reports and what is sent, weights of
suppliers' scores, the steps of processes, the figures of each day."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from suyuan.accounts.models import User
from suyuan.catalog.models import Warehouse
from suyuan.insight.kinds import Severity, State
from suyuan.ledger.fields import Key16Field

LOG_LENGTH = 16
URI_LENGTH = 500


class Alert(models.Model):
    """A cause that wants somebody's attention: one row as long as it is found (`unique` below).

    `log`: the warehouse, or ``company``; `cause` tells causes of one kind apart; `subject`: URI of what it is about.
    `facts`: JSON with sorted keys, of the kind's own shape; never relative to today, or every day would change it.
    `since`, `found` and `closed` in microseconds. What people add: `owner` (account id) or `team`, `due`, a snooze
    (`snoozed_until` inclusive, with the severity it had then). `version` goes up with what people do.
    """

    kind = models.CharField(max_length=24)
    log = models.CharField(max_length=LOG_LENGTH)
    cause = models.CharField(max_length=200)
    subject = models.CharField(max_length=URI_LENGTH)
    severity = models.SmallIntegerField(default=Severity.WARN)
    facts = models.TextField(default="{}")
    since = models.BigIntegerField()
    found = models.BigIntegerField()
    state = models.CharField(max_length=4, default=State.OPEN.value)
    owner = models.CharField(max_length=64, blank=True)
    team = models.CharField(max_length=12, blank=True)
    due = models.DateField(null=True)
    snoozed_until = models.DateField(null=True)
    snooze_severity = models.SmallIntegerField(default=0)
    snooze_reason = models.TextField(blank=True)
    snoozed_by = models.CharField(max_length=64, blank=True)
    closed = models.BigIntegerField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    why = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "log", "cause"], name="alert_once", condition=~Q(state="gone"))
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "log", "kind", "severity"], name="alert_open"),
            models.Index(fields=["owner", "state"], name="alert_of"),
            models.Index(fields=["subject"], name="alert_subject"),
            models.Index(fields=["closed"], name="alert_closed", condition=Q(state="gone")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.log} {self.cause}"


class AlertRule(models.Model):
    """How a kind of alert is found and handed out: a limit in days, who looks after it, how long he has."""

    kind = models.CharField(max_length=24, unique=True)
    is_active = models.BooleanField(default=True)
    days = models.IntegerField(null=True, blank=True)
    role = models.CharField(max_length=12, blank=True)
    team = models.CharField(max_length=12, blank=True)
    due_days = models.IntegerField(null=True, blank=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.kind


class AlertLimit(models.Model):
    """The limit in days of a kind of alert in one warehouse, in place of the rule's."""

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=24)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    days = models.IntegerField()
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Digest(models.Model):
    """What somebody is sent each day: at `minute` of the day in his warehouse's zone. `kinds` by commas, empty: all."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="digest")
    is_active = models.BooleanField(default=True)
    minute = models.IntegerField(default=450)
    zone = models.CharField(max_length=64)
    kinds = models.CharField(max_length=500, blank=True)
    mine_only = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=True)
    webhook = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return str(self.user_id)


class Sending(models.TextChoices):
    """Where something to be sent stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Delivery(models.Model):
    """Something to be sent: a mail or a call of a webhook. No fact, so the worker writes it.

    Once for each person, day, way and cause (`about`: "" for the digest, ``view:12`` for a report that is kept),
    whatever becomes of the worker. `due`: when it is tried (next); `holder` has it since `taken`. Times in
    microseconds. `file`: what a mail carries, called `file_name`.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deliveries")
    day = models.DateField()
    way = models.CharField(max_length=8)
    target = models.CharField(max_length=320)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=Sending.choices, default=Sending.WAITING)
    tries = models.IntegerField(default=0)
    due = models.BigIntegerField()
    holder = models.CharField(max_length=64, blank=True)
    taken = models.BigIntegerField(null=True)
    made = models.BigIntegerField()
    ended = models.BigIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=24, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    file = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "day", "way", "about"], name="delivery_once")]
        indexes: ClassVar = [models.Index(fields=["state", "due"], name="delivery_next")]

    def __str__(self) -> str:
        return f"{self.way} {self.day} {self.user_id}"


class ReportView(models.Model):
    """A report as somebody wants to see it again: `query` as its address has it. `shared`: for all who may see the
    report.

    Sent by mail `every` day, week or month (empty: not at all), `on` a day of the week (1 Monday … 7) or month (1 … 31,
    at most its last), at `minute` of the day in `zone`, to `recipients` (account ids), in `language`, since `begun`
    (microseconds).
    """

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="report_views")
    report = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000, blank=True)
    shared = models.BooleanField(default=False)
    every = models.CharField(max_length=5, blank=True)
    on = models.SmallIntegerField(default=1)
    minute = models.IntegerField(default=450)
    zone = models.CharField(max_length=64, blank=True)
    recipients = models.JSONField(default=list)
    language = models.CharField(max_length=16, default="zh-hans")
    begun = models.BigIntegerField(default=0)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="report_view_once")]

    def __str__(self) -> str:
        return self.name


class ScoreWeight(models.Model):
    """What a part of a supplier's score (`kinds.SCORE`) weighs beside the others; 0 leaves it out."""

    part = models.CharField(max_length=12, unique=True)
    weight = models.IntegerField()
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.part


class ScoreLimit(models.Model):
    """How many points a supplier's score, or a part of it (`kinds.MARKED`), has at least where nobody is to talk to
    him; 0 marks nobody."""

    part = models.CharField(max_length=12, unique=True)
    least = models.IntegerField()
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.part


class LegalHold(models.Model):
    """Goods whose records are kept whatever the rules say, since `since`, until somebody ends it (`ended`,
    microseconds).

    `by`: the person who placed it, `by_name` his printed name then.
    """

    uri = models.CharField(max_length=URI_LENGTH, db_index=True)
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    since = models.BigIntegerField()
    ended = models.BigIntegerField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=500, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uri"], name="legal_hold_once", condition=Q(ended=None))
        ]

    def __str__(self) -> str:
        return self.uri


class ProcessStep(models.Model):
    """A step of a process: who is responsible, what starts it, how long it may take, where it is done.

    `role` or `team` by code; `started_by`: ``command:Receive``, ``alert:near_expiry``, ``plan:count``, by blanks;
    `page`: the address; `command`: the name of the command that does it. `key`: ``INBOUND|10``.
    """

    key = models.CharField(max_length=24, unique=True)
    process = models.CharField(max_length=12)
    number = models.IntegerField()
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=12, blank=True)
    team = models.CharField(max_length=12, blank=True)
    trigger_zh = models.CharField(max_length=300, blank=True)
    trigger_en = models.CharField(max_length=300, blank=True)
    started_by = models.CharField(max_length=200, blank=True)
    minutes = models.IntegerField(null=True, blank=True)
    page = models.CharField(max_length=200, blank=True)
    command = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class DayFigure(models.Model):
    """What of an item lay in a warehouse at the end of a day, and what of it left there on that day. Written by the
    worker, from the ledger; days on which nothing happened have no row, and are as the day before.

    `item`: as postings have it. `day`: ordinal, in the site's zone. Millionths of the item's base unit: `on_hand` in
    our custody; `shipped`, `moved` (to another warehouse of ours) and `consumed`, each less what was taken back.
    """

    pk = models.CompositePrimaryKey("log", "item", "day")
    log = models.CharField(max_length=LOG_LENGTH)
    item = Key16Field()
    day = models.IntegerField()
    on_hand = models.BigIntegerField()
    shipped = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    consumed = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["log", "day"], name="day_figure_day")]

    def __str__(self) -> str:
        return f"{self.log} {self.item.hex()} {self.day}"


class DayBalance(models.Model):
    """What the events of a day did to the mass balance of an item: their share of a term. Written by the worker, as
    `DayFigure` is, for all warehouses together: `involved` are those in whose books they changed something, `asked`
    those of them whose balance it is a share of, by blanks.

    `day`: ordinal, in the zone of most warehouses. `term`: of `insight.balance`, where opening stock has none.
    `amount`: millionths of `unit`. `events`: how many there are behind it.
    """

    pk = models.CompositePrimaryKey("item", "day", "unit", "term", "involved", "asked")
    item = Key16Field()
    day = models.IntegerField()
    unit = models.CharField(max_length=3)
    term = models.CharField(max_length=12)
    involved = models.CharField(max_length=200)
    asked = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    events = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day", "term"], name="day_balance_day")]

    def __str__(self) -> str:
        return f"{self.item.hex()} {self.day} {self.term}"


class DayMark(models.Model):
    """How far the figures of a log (``*``: of all together) are: its leaves before `leaves` are known; from the day
    `stale` on (ordinal, None: nowhere) they are to be made again. `zone`: the one that its days were told in.
    """

    log = models.CharField(max_length=LOG_LENGTH, primary_key=True)
    leaves = models.BigIntegerField(default=0)
    stale = models.IntegerField(null=True)
    zone = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.log
