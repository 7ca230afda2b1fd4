"""The tables of what is to be made, and of what. What was made stands in the ledger.

`key` is a code as `catalog.rules.code_key` spells it; `version` the catalog's version when a row was last written.
Amounts in 10⁻⁶ of `unit` as entered, `base` the same in 10⁻⁶ base units of the item; percents in 10⁻⁶ percent.
"""

from typing import ClassVar

from django.db import models

from suyuan.catalog.models import EARLIEST, URI_LENGTH, Item, Place, Warehouse
from suyuan.production.kinds import Role, WorkState


class Bom(models.Model):
    """A bill of material: what it takes to make `quantity` of an item. An item has as many as it had `code`s; the one
    that holds on a day is the latest in use whose `valid_from` has come.

    `least` and `most`: how much of what the components would give may come out, in percent, without anybody saying why.
    `line`: where it is usually made.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="boms")
    code = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    valid_from = models.DateField(default=EARLIEST)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    base = models.BigIntegerField()
    line = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="boms", null=True, blank=True)
    least = models.BigIntegerField(null=True, blank=True)
    most = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    note = models.TextField(blank=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "key"], name="bom_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, base__gt=0), name="bom_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code}"


class BomLine(models.Model):
    """What goes into the amount of a bill, or comes out of it beside the product (`kinds.Role`).

    `scrap`: so much more of a component is needed than ends up in the product; `over`: so much more may be consumed
    without a question; `backflush`: consumed by the bill, from what lies at the line, where nobody scans it.
    """

    bom = models.ForeignKey(Bom, on_delete=models.PROTECT, related_name="lines")
    number = models.IntegerField()
    role = models.CharField(max_length=10, default=Role.COMPONENT.value)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="bom_lines")
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    base = models.BigIntegerField()
    scrap = models.BigIntegerField(null=True, blank=True)
    over = models.BigIntegerField(null=True, blank=True)
    backflush = models.BooleanField(default=False)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bom", "number"], name="bom_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, base__gt=0), name="bom_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.bom_id}: {self.number}"


class WorkOrder(models.Model):
    """So much of an item is to be made by a bill. `uri`: as events name it, a business transaction of the CBV type
    ``prodorder``. `over`: so much more than `quantity` may be made without a question.
    """

    number = models.CharField(max_length=80)
    key = models.CharField(max_length=80, unique=True)
    uri = models.CharField(max_length=URI_LENGTH, db_index=True)
    bom = models.ForeignKey(Bom, on_delete=models.PROTECT, related_name="orders")
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    base = models.BigIntegerField()
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="work_orders")
    line = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="work_orders", null=True, blank=True)
    shift = models.CharField(max_length=8, blank=True)
    due = models.DateField(null=True, blank=True)
    over = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, default=WorkState.OPEN.value)
    note = models.TextField(blank=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0, base__gt=0), name="work_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "warehouse"], name="work_state")]

    def __str__(self) -> str:
        return self.number


class Tank(models.Model):
    """A tank or silo, in which what is filled in runs together. `uri`: its GIAI, by which events name it.

    `capacity` in 10⁻⁶ base units of `item`, the only one that may be filled in where one is named; `hours`: how long
    after its last cleaning it may be filled.
    """

    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40, unique=True)
    uri = models.CharField(max_length=URI_LENGTH, unique=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="tanks")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="tanks")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="tanks", null=True, blank=True)
    capacity = models.BigIntegerField(null=True, blank=True)
    hours = models.IntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return self.code
