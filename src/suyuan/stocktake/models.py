"""The tables of counting: plans, sheets, what each counter saw, and what a sheet found.

Rows of what was seen are never changed but struck; what a sheet found is written when it is judged and posted.
Times in microseconds since 1970 UTC; amounts in millionths of the base unit; shares in millionths of a percent.
"""

from typing import ClassVar

from django.db import models

from suyuan.catalog.models import Category, Place, Warehouse
from suyuan.ledger.fields import Key16Field
from suyuan.stock.facts import OWN

LONGEST_NUMBER = 30
LONGEST_ID = 64


class State(models.TextChoices):
    """Where a sheet stands; the last two are for good."""

    OPEN = "open"
    COUNTING = "counting"
    RECOUNT = "recount"
    REVIEW = "review"
    POSTED = "posted"
    CANCELLED = "cancelled"


class CountPlan(models.Model):
    """Which bins are to be counted how often: those in a zone, those with goods of a category, or all of a warehouse.

    `days_*`: how long after its last count a bin with goods of that class is due again; none: goods of the class make
    nothing due; `measure`: what classes are made of, `rules.MEASURES`. `threshold`: the difference from which on a
    second person counts again. `most`: bins on one sheet. `daily`: sheets are made each day without anybody asking.
    """

    key = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    zone = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    days_a = models.IntegerField(null=True, blank=True)
    days_b = models.IntegerField(null=True, blank=True)
    days_c = models.IntegerField(null=True, blank=True)
    measure = models.CharField(max_length=5, default="lines")
    daily = models.BooleanField(default=True)
    blind = models.BooleanField(default=True)
    threshold = models.BigIntegerField(default=2_000_000)
    most = models.IntegerField(default=200)
    team = models.CharField(max_length=12, blank=True)
    person = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class CountSheet(models.Model):
    """A task to count some bins. `after`: the sheet that was closed when these lines of it arrived.

    `person`: the account it was given to, `team`: the code of the team. `revision` grows with whatever changes what
    would be posted; `round_began`: since when goods are counted again.
    """

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=LONGEST_NUMBER, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(CountPlan, on_delete=models.PROTECT, related_name="sheets", null=True)
    after = models.ForeignKey("self", on_delete=models.PROTECT, related_name="followers", null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    blind = models.BooleanField(default=True)
    threshold = models.BigIntegerField()
    team = models.CharField(max_length=12, blank=True)
    person = models.CharField(max_length=LONGEST_ID, blank=True)
    round = models.SmallIntegerField(default=1)
    round_began = models.BigIntegerField(default=0)
    revision = models.IntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    created = models.BigIntegerField()
    created_by = models.CharField(max_length=LONGEST_ID)
    closed = models.BigIntegerField(null=True)
    closed_by = models.CharField(max_length=LONGEST_ID, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["warehouse", "state", "created"], name="count_sheet_state")]

    def __str__(self) -> str:
        return self.number


class SheetBin(models.Model):
    """A bin on a sheet, in the order in which it is walked to. `code` and `zone` as they were called then."""

    sheet = models.ForeignKey(CountSheet, on_delete=models.PROTECT, related_name="bins")
    holder = Key16Field()
    uri = models.CharField(max_length=500)
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    zone = models.CharField(max_length=40, blank=True)
    position = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sheet", "holder"], name="count_bin_once")]
        indexes: ClassVar = [models.Index(fields=["holder"], name="count_bin_holder")]

    def __str__(self) -> str:
        return self.code


class BinLook(models.Model):
    """Somebody said that he was done with a bin: what he did not list is not there. `person`: the natural person.

    From `began`, when he came to the bin, until `seen`; what came or went meanwhile may have passed him by.
    """

    bin = models.ForeignKey(SheetBin, on_delete=models.PROTECT, related_name="looks")
    sheet = models.ForeignKey(CountSheet, on_delete=models.PROTECT, related_name="looks")
    round = models.SmallIntegerField()
    person = models.CharField(max_length=LONGEST_ID)
    by = models.CharField(max_length=LONGEST_ID)
    began = models.BigIntegerField(default=0)
    seen = models.BigIntegerField()
    empty = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bin", "person", "round"], name="count_look_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bin_id}: {self.by}"


class CountLine(models.Model):
    """What one person saw at one moment. The id comes from the device, so that a line sent twice is one line.

    `kind`: lot, serial or container. `quantity` in millionths of the base unit `unit`; `entered` as it was typed.
    `seen`: when he looked, by the device's clock as far as it can be; `recorded`: when it arrived. `scanned`: the goods
    were scanned and not typed. `owner`: the URI of whose goods they are, as it was said; empty where it was not.
    `weight` of goods that are weighed each time, in millionths of a kilogram.
    """

    id = models.UUIDField(primary_key=True)
    sheet = models.ForeignKey(CountSheet, on_delete=models.PROTECT, related_name="lines")
    bin = models.ForeignKey(SheetBin, on_delete=models.PROTECT, related_name="lines")
    subject = Key16Field()
    uri = models.CharField(max_length=500)
    as_said = models.CharField(max_length=600)
    kind = models.CharField(max_length=10)
    owner = models.CharField(max_length=500, blank=True)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3, blank=True)
    weight = models.BigIntegerField(null=True)
    entered = models.CharField(max_length=60)
    entered_unit = models.CharField(max_length=3, blank=True)
    round = models.SmallIntegerField()
    person = models.CharField(max_length=LONGEST_ID)
    by = models.CharField(max_length=LONGEST_ID)
    seen = models.BigIntegerField()
    recorded = models.BigIntegerField()
    scanned = models.BooleanField(default=False)
    struck = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sheet", "bin"], name="count_line_bin")]

    def __str__(self) -> str:
        return f"{self.uri}: {self.entered}"


class CountFinding(models.Model):
    """What was decided about goods in a bin, and, once the sheet is posted, what it found there.

    `round`: the look that counts, or that is asked for where the decision is to count again. `posted`: it was written
    when the sheet was posted; `book` and `counted` hold as of the moment of the look `seen`, the weights in millionths
    of a kilogram where the goods are weighed each time. `owner`: whose goods they are, zeros for ours.
    """

    sheet = models.ForeignKey(CountSheet, on_delete=models.PROTECT, related_name="findings")
    bin = models.ForeignKey(SheetBin, on_delete=models.PROTECT, related_name="findings")
    subject = Key16Field()
    owner = Key16Field(default=OWN)
    uri = models.CharField(max_length=500)
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=3, blank=True)
    decision = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    round = models.SmallIntegerField()
    book = models.BigIntegerField(default=0)
    counted = models.BigIntegerField(default=0)
    book_weight = models.BigIntegerField(default=0)
    counted_weight = models.BigIntegerField(default=0)
    person = models.CharField(max_length=LONGEST_ID, blank=True)
    seen = models.BigIntegerField(default=0)
    posted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "bin", "subject", "owner"], name="count_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.uri}: {self.decision}"
