"""The tables of names. `uri` is canonical, unique and never changes; `key` is the code as `rules.code_key` spells it.

`version` is the catalog's version when a row was last written: what a snapshot has to read again (`directory.py`).
"""

from typing import ClassVar

from django.db import models

from suyuan.accounts.models import Site
from suyuan.catalog.kinds import PartnerStatus, Tracking
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE

URI_LENGTH = 500


class CatalogVersion(models.Model):
    """One row per write to the catalog. The token tells a version from one of the same number that was rolled back."""

    version = models.BigIntegerField(primary_key=True)
    token = models.CharField(max_length=32)


class Warehouse(models.Model):
    """A warehouse.

    Its code names its ledger log and never changes; places with its GLN, whatever the extension, are ours.
    """

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="warehouses")
    gln = models.CharField(max_length=13, unique=True)
    # Both make numbers unique across logs, which no database can be asked for: none is the beginning of another.
    lot_token = models.CharField(max_length=6, unique=True)
    sscc_prefix = models.CharField(max_length=14, unique=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    """A place of a warehouse; the warehouse itself is the root. `x` and `y` in metres on the floor plan."""

    uri = models.CharField(max_length=URI_LENGTH, unique=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="places")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="children", null=True, blank=True)
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    gln_extension = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12)
    purpose = models.CharField(max_length=12, blank=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    temperature_class = models.CharField(max_length=12, blank=True)
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["warehouse", "key"], name="place_key_once")]
        indexes: ClassVar = [models.Index(fields=["key"], name="place_key")]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.code}"


class Category(models.Model):
    """A kind of items, with the template of the lot numbers we give them."""

    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    lot_template = models.CharField(max_length=100, default=DEFAULT_LOT_TEMPLATE)

    def __str__(self) -> str:
        return self.code


class Item(models.Model):
    """A trade item.

    `gtin` is that of its base unit; other levels are packs. `minimum` and `maximum` in 10⁻⁶ base units.
    """

    uri = models.CharField(max_length=URI_LENGTH, unique=True)
    code = models.CharField(max_length=80)
    key = models.CharField(max_length=80, unique=True)
    gtin = models.CharField(max_length=14, unique=True, null=True, blank=True)
    name_zh = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300, blank=True)
    spec = models.CharField(max_length=300, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items", null=True, blank=True)
    base_unit = models.CharField(max_length=3)
    tracking = models.CharField(max_length=10, default=Tracking.LOT.value)
    shelf_life_days = models.IntegerField(null=True, blank=True)
    min_remaining_days_receipt = models.IntegerField(null=True, blank=True)
    min_remaining_days_dispatch = models.IntegerField(null=True, blank=True)
    storage_class = models.CharField(max_length=32, blank=True)
    minimum = models.BigIntegerField(null=True, blank=True)
    maximum = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class ItemPack(models.Model):
    """A pack level with a GTIN of its own: one pack is numerator / denominator base units."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="packs")
    gtin = models.CharField(max_length=14, unique=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(default=1)
    level = models.CharField(max_length=40, blank=True)
    version = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="pack_ratio_positive")
        ]

    def __str__(self) -> str:
        return self.gtin


class ItemUnit(models.Model):
    """A unit in which an item is also entered.

    One of it is numerator / denominator base units. Writing one restamps its item.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="units")
    unit = models.CharField(max_length=3)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "unit"], name="item_unit_once"),
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="unit_ratio_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.unit}"


class Partner(models.Model):
    """Another company. Address and contact are business data only: persons' data live where they can be erased."""

    uri = models.CharField(max_length=URI_LENGTH, unique=True)
    code = models.CharField(max_length=80)
    key = models.CharField(max_length=80, unique=True)
    gln = models.CharField(max_length=13, unique=True, null=True, blank=True)
    name_zh = models.CharField(max_length=300, blank=True)
    name_en = models.CharField(max_length=300, blank=True)
    is_supplier = models.BooleanField(default=False)
    is_customer = models.BooleanField(default=False)
    is_carrier = models.BooleanField(default=False)
    is_maker = models.BooleanField(default=False)
    address = models.TextField(blank=True)
    contact = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=12, default=PartnerStatus.APPROVED.value)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class LotCounter(models.Model):
    """The next number after a prefix. Stands in the shard of its log, so it points to no warehouse."""

    pk = models.CompositePrimaryKey("log", "prefix")
    log = models.CharField(max_length=16)
    prefix = models.CharField(max_length=60)
    next_number = models.BigIntegerField()
