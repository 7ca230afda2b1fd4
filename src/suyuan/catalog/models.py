"""The tables of names. `uri` is canonical, unique and never changes; `key` is the code as `rules.code_key` spells it.

`version` is the catalog's version when a row was last written: what a snapshot has to read again (`directory.py`).
"""

from datetime import date
from typing import ClassVar

from django.db import models

from suyuan.accounts.models import Site
from suyuan.catalog.kinds import Mixing, PartnerStatus, Tracking
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE

URI_LENGTH = 500
EARLIEST = date(1900, 1, 1)  # since when a conversion holds that has always held


class CatalogVersion(models.Model):
    """One row per write to the catalog. The token tells a version from one of the same number that was rolled back."""

    version = models.BigIntegerField(primary_key=True)
    token = models.CharField(max_length=32)


class Warehouse(models.Model):
    """A warehouse.

    Its code names its ledger log and never changes; places with its GLN, whatever the extension, are ours. `company`:
    the name of the business there, and how it is reached, as papers for authorities and customers want it. `ffrn`,
    `ggn`, `source_url`: how a lot that was made there names its source (21 CFR 1.1310).
    """

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="warehouses")
    gln = models.CharField(max_length=13, unique=True)
    # Both make numbers unique across logs, which no database can be asked for: none is the beginning of another.
    lot_token = models.CharField(max_length=6, unique=True)
    sscc_prefix = models.CharField(max_length=14, unique=True)
    company = models.CharField(max_length=300, blank=True)
    address = models.TextField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    ffrn = models.CharField(max_length=11, blank=True)
    ggn = models.CharField(max_length=13, blank=True)
    source_url = models.CharField(max_length=200, blank=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    """A place of a warehouse; the warehouse itself is the root.

    `x`, `y`, `width` and `depth` in metres on the floor plan; `capacity_weight` and `capacity_volume` in 10⁻⁶ kg and
    m³; `sequence`: its turn on a pick path.
    """

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
    storage_class = models.CharField(max_length=32, blank=True)
    aisle = models.CharField(max_length=20, blank=True)
    sequence = models.IntegerField(null=True, blank=True)
    width = models.FloatField(null=True, blank=True)
    depth = models.FloatField(null=True, blank=True)
    capacity_weight = models.BigIntegerField(null=True, blank=True)
    capacity_volume = models.BigIntegerField(null=True, blank=True)
    capacity_pallets = models.IntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["warehouse", "key"], name="place_key_once")]
        indexes: ClassVar = [models.Index(fields=["key"], name="place_key")]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.code}"


class Category(models.Model):
    """A kind of items, with the template of the lot numbers we give them.

    `certificates`: the kinds of certificate that its suppliers must hold, by commas; `regimes`: whose rules hold for
    its goods, by commas. `warn_days` and `urgent_days`: so long before the last day its goods are called to mind;
    `warn_percent` and `urgent_percent`: when no more of the shelf life is left, whichever comes first. `strategy`:
    which of its goods go first, "" for those that expire first. `one_lot`: how far its lots are kept apart
    (`kinds.Mixing`). `over` and `under`: what may come more or less than was ordered of its items, `sent`: what may
    go more, all in 10⁻⁶ percent, where no order says.
    """

    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    lot_template = models.CharField(max_length=100, default=DEFAULT_LOT_TEMPLATE)
    warn_days = models.IntegerField(null=True, blank=True)
    urgent_days = models.IntegerField(null=True, blank=True)
    warn_percent = models.IntegerField(null=True, blank=True)
    urgent_percent = models.IntegerField(null=True, blank=True)
    strategy = models.CharField(max_length=4, blank=True)
    certificates = models.CharField(max_length=300, blank=True)
    regimes = models.CharField(max_length=300, blank=True)
    one_lot = models.CharField(max_length=9, default=Mixing.NONE.value)
    over = models.BigIntegerField(null=True, blank=True)
    under = models.BigIntegerField(null=True, blank=True)
    sent = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0, db_index=True)

    def __str__(self) -> str:
        return self.code


class StorageClass(models.Model):
    """How goods are kept, as items and places name it by code: at least `coldest` and at most `warmest`, in 10⁻⁶ °C,
    both inclusive; None without a limit."""

    code = models.CharField(max_length=32)
    key = models.CharField(max_length=32, unique=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    coldest = models.BigIntegerField(null=True, blank=True)
    warmest = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class CategoryAttribute(models.Model):
    """A field of their own that the items of a category have. A code means the same type in every category."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="attributes")
    code = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=8)
    choices = models.TextField(blank=True)
    unit = models.CharField(max_length=20, blank=True)
    needed = models.BooleanField(default=False)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["category", "key"], name="attribute_key_once")]

    def __str__(self) -> str:
        return f"{self.category_id}: {self.code}"


class Item(models.Model):
    """A trade item.

    `gtin` is that of its base unit; other levels are packs. `minimum`, `maximum`, `reorder_point` and
    `reorder_quantity` in 10⁻⁶ base units; `weight` and `volume` of one base unit in 10⁻⁶ kg and m³. `custom`: attribute
    key → value as text. `photo`: the hash of a file. `merged_into`: the item that goes on in its place. `catch_weight`:
    it is counted in the base unit and weighed besides, each time.
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
    catch_weight = models.BooleanField(default=False)
    shelf_life_days = models.IntegerField(null=True, blank=True)
    min_remaining_days_receipt = models.IntegerField(null=True, blank=True)
    min_remaining_days_dispatch = models.IntegerField(null=True, blank=True)
    storage_class = models.CharField(max_length=32, blank=True)
    minimum = models.BigIntegerField(null=True, blank=True)
    maximum = models.BigIntegerField(null=True, blank=True)
    reorder_point = models.BigIntegerField(null=True, blank=True)
    reorder_quantity = models.BigIntegerField(null=True, blank=True)
    lead_time_days = models.IntegerField(null=True, blank=True)
    hazard_class = models.CharField(max_length=3, blank=True)
    weight = models.BigIntegerField(null=True, blank=True)
    volume = models.BigIntegerField(null=True, blank=True)
    inspection_plan = models.CharField(max_length=40, blank=True)
    description = models.TextField(blank=True)
    custom = models.JSONField(default=dict)
    photo = models.CharField(max_length=64, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class ItemPack(models.Model):
    """A pack level with a GTIN of its own: one pack is numerator / denominator base units.

    `height` in 10⁻⁶ m, `weight` in 10⁻⁶ kg, of the full pack.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="packs")
    gtin = models.CharField(max_length=14, unique=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(default=1)
    level = models.CharField(max_length=40, blank=True)
    height = models.BigIntegerField(null=True, blank=True)
    weight = models.BigIntegerField(null=True, blank=True)
    version = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="pack_ratio_positive")
        ]

    def __str__(self) -> str:
        return self.gtin


class ItemUnit(models.Model):
    """A unit in which an item is also entered.

    From the day `since` on, one of it is numerator / denominator base units. Writing one restamps its item.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="units")
    unit = models.CharField(max_length=3)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(default=1)
    since = models.DateField(default=EARLIEST)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "unit", "since"], name="item_unit_once"),
            models.CheckConstraint(condition=models.Q(numerator__gt=0, denominator__gt=0), name="unit_ratio_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.unit}"


class Partner(models.Model):
    """Another company. Address and contact are business data only: persons' data live where they can be erased.

    `email`, `phone`: how it is reached; `recall_…`: how in a recall, where that is another way. `ffrn`, `ggn`,
    `source_url`: as of a warehouse.

    `certificates`: the kinds of certificate that it must hold beyond those of what it supplies, by commas. Of a
    customer: `min_days` of life, and `min_share` percent of the shelf life, that goods must have left when it has them;
    `lead_days`: so long goods are under way to it, or with it where it is a carrier.
    """

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
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    recall_contact = models.CharField(max_length=300, blank=True)
    recall_phone = models.CharField(max_length=40, blank=True)
    recall_email = models.CharField(max_length=254, blank=True)
    ffrn = models.CharField(max_length=11, blank=True)
    ggn = models.CharField(max_length=13, blank=True)
    source_url = models.CharField(max_length=200, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    certificates = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)
    status = models.CharField(max_length=12, default=PartnerStatus.APPROVED.value)
    min_days = models.IntegerField(null=True, blank=True)
    min_share = models.IntegerField(null=True, blank=True)
    lead_days = models.IntegerField(null=True, blank=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.code


class CalendarDay(models.Model):
    """A day on which nobody works though it is none of a weekend, or on which people do though it is."""

    day = models.DateField(unique=True)
    works = models.BooleanField()
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return self.day.isoformat()


class Certificate(models.Model):
    """A licence or certificate of a partner, good until its last day, inclusive. Writing one restamps its partner."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="held")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    issuer = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    file = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "kind", "key"], name="certificate_once")]
        indexes: ClassVar = [models.Index(fields=["valid_until"], name="certificate_until")]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.kind} {self.number}"


class SupplierItem(models.Model):
    """What a supplier calls an item of ours; a code of his means one item.

    `over` and `under`: what he may bring more or less than was ordered of it, in 10⁻⁶ percent, where no order says.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="supplies")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="suppliers")
    code = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=300, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    lead_time_days = models.IntegerField(null=True, blank=True)
    over = models.BigIntegerField(null=True, blank=True)
    under = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "key"], name="supplier_code_once")]
        indexes: ClassVar = [models.Index(fields=["key"], name="supplier_item_key")]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.code}"


class Alias(models.Model):
    """A name whose place another one has taken for good: of an item or partner merged into another.

    Times in microseconds. `ended`: when the merge was taken back; the row stays all the same.
    """

    uri = models.CharField(max_length=URI_LENGTH, primary_key=True)
    target = models.CharField(max_length=URI_LENGTH, db_index=True)
    kind = models.CharField(max_length=10)
    at = models.BigIntegerField()
    ended = models.BigIntegerField(null=True, blank=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.uri} → {self.target}"


class Likeness(models.Model):
    """Two rows of a register that may mean one thing, as the last search found them; `one` sorts before `other`.

    `why`: what they share, by commas (`duplicates.Why`); `score` in percent. `dismissed`: why they are two all the
    same; such a pair outlives every search.
    """

    register = models.CharField(max_length=20)
    one = models.CharField(max_length=URI_LENGTH)
    other = models.CharField(max_length=URI_LENGTH)
    why = models.CharField(max_length=40)
    score = models.SmallIntegerField()
    dismissed = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["register", "one", "other"], name="likeness_once")]
        indexes: ClassVar = [models.Index(fields=["register", "other"], name="likeness_other")]

    def __str__(self) -> str:
        return f"{self.one} ≈ {self.other}"


class Searched(models.Model):
    """When a register was last searched for likenesses, and at which version. `at` in microseconds."""

    register = models.CharField(max_length=20, primary_key=True)
    version = models.BigIntegerField()
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return self.register


class File(models.Model):
    """A file that master data show; its bytes lie in the home folder, under its hash (`catalog.files`)."""

    hash = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class LotCounter(models.Model):
    """The next number after a prefix. Stands in the shard of its log, so it points to no warehouse."""

    pk = models.CompositePrimaryKey("log", "prefix")
    log = models.CharField(max_length=16)
    prefix = models.CharField(max_length=60)
    next_number = models.BigIntegerField()


class LotNumber(models.Model):
    """A lot number that was handed out, which no template can make a second time. In the shard of its log."""

    pk = models.CompositePrimaryKey("log", "number")
    log = models.CharField(max_length=16)
    number = models.CharField(max_length=20)
