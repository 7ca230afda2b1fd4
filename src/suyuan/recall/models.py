"""The tables of recalls. Times in microseconds since 1970 UTC, amounts in millionths of their unit.

A version of a scope never changes: only commands write here, and each writes its versions once.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from suyuan.catalog.models import URI_LENGTH
from suyuan.ledger.fields import Key16Field
from suyuan.ledger.models import LOG_LENGTH
from suyuan.recall.kinds import RUNNING, NoticeState, State


class Case(models.Model):
    """A recall, a withdrawal or a drill, led from the warehouse `log`.

    `uri`: as events and records name it. `block`: the id of the hold on its goods, 32 hexadecimal digits; empty for a
    drill. `subjects`: URIs of what was named, `query` what somebody typed for it. `version`: of the scope that counts
    now. `told`: when the first notice was approved. `start_due`: by then parties are to be told; `finish_due`: by the
    end of that day it is to be over; None where nobody says. `grown`: later records touch the goods, and nobody has
    looked since. `public_…`: what consumers read while `published` is set. `outcome`: what came of it, or why it was
    cancelled; `open_why`: why it could be closed though questions were open. `score`: of a drill, as `scoring.score`.
    """

    number = models.CharField(max_length=30, unique=True)
    uri = models.CharField(max_length=URI_LENGTH)
    log = models.CharField(max_length=LOG_LENGTH)
    kind = models.CharField(max_length=10)
    regime = models.CharField(max_length=6)
    hazard_class = models.SmallIntegerField()
    title = models.CharField(max_length=200)
    reason = models.TextField()
    hazard = models.TextField(blank=True)
    query = models.TextField(blank=True)
    subjects = models.JSONField(default=list)
    state = models.CharField(max_length=9, default=State.OPEN.value)
    block = models.CharField(max_length=32, blank=True)
    version = models.IntegerField(default=1)
    opened = models.BigIntegerField()
    opened_by = models.CharField(max_length=64)
    opened_person = models.CharField(max_length=64)
    start_due = models.BigIntegerField(null=True)
    finish_due = models.DateField(null=True)
    told = models.BigIntegerField(null=True)
    closed = models.BigIntegerField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    outcome = models.TextField(blank=True)
    open_why = models.TextField(blank=True)
    grown = models.BooleanField(default=False)
    public_title_zh = models.CharField(max_length=200, blank=True)
    public_title_en = models.CharField(max_length=200, blank=True)
    public_text_zh = models.TextField(blank=True)
    public_text_en = models.TextField(blank=True)
    published = models.BigIntegerField(null=True)
    withdrawn = models.BigIntegerField(null=True)
    score = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["log", "opened"], name="recall_case_list"),
            models.Index(fields=["state"], name="recall_case_running", condition=Q(state__in=RUNNING)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hazard_class__gte=1, hazard_class__lte=3), name="recall_class")
        ]

    def __str__(self) -> str:
        return self.number


class Watch(models.Model):
    """How far the worker has looked whether the scope of a case has grown: log → leaves. Bookkeeping, not governed."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="watch")
    seen = models.JSONField(default=dict)
    due = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.case_id)


class Scope(models.Model):
    """What a case is about, as it was known when this version was made.

    `positions`: log → how many leaves its tree had before the trace was asked: whatever has a later leaf, or none yet,
    may be unknown to it. `digest`: SHA-256 of the rows (`rules.digest_of`), which stands in the record of the command
    too. `totals`: as `scoping.totals_of`. `gaps`: ``[{code, goods, params}]``, where the chain is broken. `millis`: how
    long it took to find and write.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="scopes")
    version = models.IntegerField()
    cause = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    subjects = models.JSONField(default=list)
    made = models.BigIntegerField()
    made_by = models.CharField(max_length=64)
    positions = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    totals = models.JSONField(default=dict)
    gaps = models.JSONField(default=list)
    millis = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "version"], name="recall_scope_once")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.version}"


class ScopeGoods(models.Model):
    """One of the goods of a version: what it is, how it was reached, and whether the case holds it.

    `quantity`: forward, what came into being of it, backward, what was put in; None where nobody said. `affected`, in
    `stock_unit`: how much of it there was, with us and with others, when it came into the scope. `step`, `via`: by
    which step from which goods. `held`: the block of the case is on it (1), or on the lot it belongs to (2).
    `excluded`: why it was taken out; `out`: alone (1), with what is reached through it only (2), or because it is
    such (3).
    """

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="goods", db_index=False)
    key = Key16Field()
    uri = models.CharField(max_length=URI_LENGTH)
    kind = models.CharField(max_length=10)
    direction = models.CharField(max_length=8)
    depth = models.IntegerField()
    quantity = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=3, blank=True)
    affected = models.BigIntegerField(default=0)
    stock_unit = models.CharField(max_length=3, blank=True)
    held = models.SmallIntegerField(default=0)
    news = models.CharField(max_length=4, blank=True)
    step = models.CharField(max_length=6, blank=True)
    via = models.CharField(max_length=URI_LENGTH, blank=True)
    out = models.SmallIntegerField(default=0)
    excluded = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="recall_goods_once")]
        indexes: ClassVar = [models.Index(fields=["key"], name="recall_goods_key")]

    def __str__(self) -> str:
        return self.uri


class ScopeStock(models.Model):
    """Goods of a version that were in our custody when it was made. `place`: where the outermost container stood, or
    the holder of goods under way; `container`: the innermost one, or empty; `state`: before this case held them."""

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="stock", db_index=False)
    key = Key16Field()
    uri = models.CharField(max_length=URI_LENGTH)
    log = models.CharField(max_length=LOG_LENGTH)
    place = models.CharField(max_length=URI_LENGTH)
    container = models.CharField(max_length=URI_LENGTH, blank=True)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    state = models.CharField(max_length=10)
    under_way = models.SmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["scope", "place"], name="recall_stock_place")]

    def __str__(self) -> str:
        return f"{self.uri} {self.place}"


class ScopeParty(models.Model):
    """What one party had of the goods of a version, net of what came back before the case was opened. `goods`: the keys
    of which, sixteen bytes each."""

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="parties", db_index=False)
    party = models.CharField(max_length=URI_LENGTH)
    role = models.CharField(max_length=9)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    goods = models.BinaryField()
    news = models.CharField(max_length=4, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "party", "role", "unit"], name="recall_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.role}"


class Notice(models.Model):
    """What a party is told of a version of the scope, once approved; and what became of telling it.

    `party` empty for an authority. `due`: until then it is to answer, from when it was told; `level`: how often it was
    silent beyond that. `next_try`: when the worker sends it (again); `holder` has it since `taken`. `trouble`: why the
    last try failed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    version = models.IntegerField()
    purpose = models.CharField(max_length=6)
    party = models.CharField(max_length=URI_LENGTH, blank=True)
    role = models.CharField(max_length=9)
    name = models.CharField(max_length=300)
    way = models.CharField(max_length=7)
    contact = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=7)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    state = models.CharField(max_length=9, default=NoticeState.DRAFTED.value)
    drafted = models.BigIntegerField()
    drafted_by = models.CharField(max_length=64)
    drafted_person = models.CharField(max_length=64)
    approved = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=64, blank=True)
    sent = models.BigIntegerField(null=True)
    due = models.BigIntegerField(null=True)
    level = models.SmallIntegerField(default=0)
    next_try = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    holder = models.CharField(max_length=64, blank=True)
    taken = models.BigIntegerField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_try"], name="recall_notice_next", condition=Q(next_try__isnull=False)),
            models.Index(fields=["due"], name="recall_notice_due", condition=Q(state="sent")),
            models.Index(fields=["case", "party"], name="recall_notice_party"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"


class Answer(models.Model):
    """What a party said of the goods it has, in one unit: altogether until now, so that the latest counts.

    `found`: what it still had and set apart, with what it gave back or destroyed since; `sold`: what it cannot get
    back. None: it did not say. `files`: hashes of what it sent.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    party = models.CharField(max_length=URI_LENGTH)
    at = models.BigIntegerField()
    by = models.CharField(max_length=64)
    unit = models.CharField(max_length=3)
    found = models.BigIntegerField(null=True)
    returned = models.BigIntegerField(null=True)
    destroyed = models.BigIntegerField(null=True)
    sold = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
    files = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "party", "at"], name="recall_answer_party")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(found__isnull=True) | Q(found__gte=0),
                name="recall_answer_amounts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party}"
