"""The tables of inspection: plans and checks as people keep them, what was inspected, what does not conform."""

from typing import ClassVar

from django.db import models

from suyuan.catalog.models import Category, Item, Partner
from suyuan.inspection.kinds import Stage, State

LOG_LENGTH = 16
CODE_LENGTH = 40
URI_LENGTH = 500


class InspectionPlan(models.Model):
    """What is looked at when goods come: for an item, a category, a supplier, or two of these.

    `sample_size`: so many pieces whatever the tables say. `certificates`: the kinds of paper that a lot must come with,
    by commas. `qualified`: a verdict takes a second, qualified person. `reduced`: reduced inspection may happen.
    """

    code = models.CharField(max_length=CODE_LENGTH)
    key = models.CharField(max_length=CODE_LENGTH, unique=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    mode = models.CharField(max_length=12)
    aql = models.CharField(max_length=6, blank=True)
    minor_aql = models.CharField(max_length=6, blank=True)
    level = models.CharField(max_length=3, blank=True)
    sample_size = models.IntegerField(null=True, blank=True)
    certificates = models.CharField(max_length=300, blank=True)
    qualified = models.BooleanField(default=False)
    reduced = models.BooleanField(default=False)
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return self.code


class PlanCheck(models.Model):
    """One check of a plan. Limits and target in 10⁻⁶ of `unit`; `choices` by commas, of which `good` conform."""

    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, related_name="checks")
    number = models.IntegerField()
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8)
    weight = models.CharField(max_length=8)
    scope = models.CharField(max_length=5)
    unit = models.CharField(max_length=20, blank=True)
    lower = models.BigIntegerField(null=True, blank=True)
    upper = models.BigIntegerField(null=True, blank=True)
    target = models.BigIntegerField(null=True, blank=True)
    method = models.CharField(max_length=300, blank=True)
    choices = models.CharField(max_length=500, blank=True)
    good = models.CharField(max_length=500, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plan_check_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.number}"


class Inspection(models.Model):
    """One lot of one delivery, inspected. What the plan asked at that time stands here, since plans change.

    `goods`: URI of the lot (of goods without lots: the item); `receipt`: the delivery, 32 hexadecimal digits or empty;
    `supplier` empty for what we made. `checks`: as `judging.Check`; `results`: ``{"1.3": "12.5"}``, sample and check;
    `papers`: the certificates looked at; `files`: hashes of photos and papers. Amounts in 10⁻⁶ of `unit`, times in
    microseconds. After its verdict a row never changes but for `superseded`: a change is a new row that names it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=30, db_index=True)
    log = models.CharField(max_length=LOG_LENGTH)
    goods = models.CharField(max_length=URI_LENGTH)
    receipt = models.CharField(max_length=32, blank=True)
    item = models.CharField(max_length=URI_LENGTH)
    supplier = models.CharField(max_length=URI_LENGTH, blank=True)
    plan = models.CharField(max_length=CODE_LENGTH, blank=True)
    mode = models.CharField(max_length=12)
    qualified = models.BooleanField(default=False)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    lot_size = models.IntegerField()
    level = models.CharField(max_length=3, blank=True)
    aql = models.CharField(max_length=6, blank=True)
    severity = models.CharField(max_length=9)
    stopped = models.BooleanField(default=False)
    letter = models.CharField(max_length=1, blank=True)
    size = models.IntegerField()
    accept = models.IntegerField()
    minor_aql = models.CharField(max_length=6, blank=True)
    minor_size = models.IntegerField(default=0)
    minor_accept = models.IntegerField(null=True)
    certificates = models.CharField(max_length=300, blank=True)
    checks = models.JSONField(default=list)
    results = models.JSONField(default=dict)
    papers = models.JSONField(default=list)
    files = models.JSONField(default=list)
    note = models.TextField(blank=True)
    found = models.IntegerField(default=0)
    state = models.CharField(max_length=8, default=State.OPEN.value)
    inspector = models.CharField(max_length=64, blank=True)
    opened = models.BigIntegerField()
    decided = models.BigIntegerField(null=True)
    event = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    revises = models.ForeignKey("self", on_delete=models.PROTECT, related_name="revised", null=True, blank=True)
    superseded = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["log", "goods", "receipt"],
                name="inspection_open_once",
                condition=models.Q(state=State.OPEN.value),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["item", "supplier", "decided"], name="inspection_series"),
            models.Index(fields=["log", "state", "opened"], name="inspection_state"),
            models.Index(fields=["goods"], name="inspection_goods"),
        ]

    def __str__(self) -> str:
        return self.number


class SeriesNotice(models.Model):
    """What was said of the series of a supplier and an item beside its lots (`switching.Notice`)."""

    supplier = models.CharField(max_length=URI_LENGTH, blank=True)
    item = models.CharField(max_length=URI_LENGTH)
    kind = models.CharField(max_length=10)
    reason = models.TextField()
    by = models.CharField(max_length=64)
    at = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["item", "supplier", "at"], name="series_notice")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.item}"


class NonConformance(models.Model):
    """Goods that are not as they should be, and what becomes of them. Quantity in 10⁻⁶ of `unit`, times in
    microseconds; `owner`: user name of whoever looks after it until `due`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=30, unique=True)
    log = models.CharField(max_length=LOG_LENGTH)
    goods = models.CharField(max_length=URI_LENGTH)
    item = models.CharField(max_length=URI_LENGTH)
    supplier = models.CharField(max_length=URI_LENGTH, blank=True)
    receipt = models.CharField(max_length=32, blank=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="reports", null=True, blank=True)
    quantity = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=3, blank=True)
    found = models.CharField(max_length=12)
    fault = models.CharField(max_length=12)
    weight = models.CharField(max_length=8)
    description = models.TextField()
    photos = models.JSONField(default=list)
    disposition = models.CharField(max_length=10, blank=True)
    why = models.TextField(blank=True)
    decided_by = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, default=Stage.OPEN.value)
    owner = models.CharField(max_length=64, blank=True)
    due = models.DateField(null=True, blank=True)
    opened = models.BigIntegerField()
    opened_by = models.CharField(max_length=64)
    closed = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["log", "state", "due"], name="nonconformance_state"),
            models.Index(fields=["goods"], name="nonconformance_goods"),
            models.Index(fields=["item", "supplier"], name="nonconformance_series"),
        ]

    def __str__(self) -> str:
        return self.number


class CorrectiveAction(models.Model):
    """What is done so that it does not happen again, and whether that helped (`effective`: yes, no or empty)."""

    nonconformance = models.ForeignKey(NonConformance, on_delete=models.PROTECT, related_name="actions")
    number = models.IntegerField()
    what = models.TextField()
    owner = models.CharField(max_length=64, blank=True)
    due = models.DateField(null=True, blank=True)
    done = models.BigIntegerField(null=True)
    done_by = models.CharField(max_length=64, blank=True)
    outcome = models.TextField(blank=True)
    effective = models.CharField(max_length=3, blank=True)
    checked = models.BigIntegerField(null=True)
    checked_by = models.CharField(max_length=64, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["nonconformance", "number"], name="corrective_action_once")
        ]

    def __str__(self) -> str:
        return f"{self.nonconformance_id}: {self.number}"
