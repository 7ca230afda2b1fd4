"""The tables of what is planned with partners: orders and notices. What has come and gone of it stands in the ledger.

`key` is a number as `catalog.rules.code_key` spells it; `version` the catalog's version when somebody last wrote a row:
goods that close an order, or open it again, leave it.
"""

from typing import ClassVar

from django.db import models

from suyuan.catalog.models import URI_LENGTH, Item, Partner, Place, Warehouse
from suyuan.ledger.fields import Key16Field
from suyuan.ledger.models import LOG_LENGTH
from suyuan.orders.kinds import LineState, NoticeState, OrderState, Priority, ReservationState


class Order(models.Model):
    """A purchase or sales order, or an issue (`kinds.OrderKind`).

    `uri`: as events name it, a business transaction of the CBV type ``po``; a number is one order of each kind.
    Purchases and sales are spelled alike, issues by themselves, since their amounts are those of their picks.
    `expected`: when a purchase is to come, or a sale is to go. `reference`: the partner's number for it; an issue's is
    the number of its work order. `over` and `under`: what may come more or less, in 10⁻⁶ percent, where a line says
    nothing.

    Of what goes out: `priority`; `delivery`, the day the customer has it; `strategy`, "" as the item's category says;
    `single_lot`, each line of one lot only; `owner`, whose goods, None for our own; `carrier`; and of an issue, which
    has no partner, the `destination`.
    """

    kind = models.CharField(max_length=8)
    number = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    uri = models.CharField(max_length=URI_LENGTH)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="orders", null=True, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=9, default=OrderState.OPEN.value)
    ordered = models.DateField(null=True, blank=True)
    expected = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    over = models.BigIntegerField(null=True, blank=True)
    under = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    note = models.TextField(blank=True)
    priority = models.CharField(max_length=6, default=Priority.NORMAL.value)
    delivery = models.DateField(null=True, blank=True)
    strategy = models.CharField(max_length=4, blank=True)
    single_lot = models.BooleanField(default=False)
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="owned_orders", null=True, blank=True)
    carrier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="carried_orders", null=True, blank=True)
    destination = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="issues", null=True, blank=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="order_key_once"),
            models.CheckConstraint(
                condition=models.Q(kind="issue", partner=None)
                | (~models.Q(kind="issue") & models.Q(partner__isnull=False)),
                name="order_partner",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["uri"], name="order_uri"),
            models.Index(fields=["kind", "state", "warehouse"], name="order_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class OrderLine(models.Model):
    """A line of an order. `quantity` in 10⁻⁶ of `unit` as ordered, `base` the same in 10⁻⁶ base units of the item.

    `lot` and `min_days`: what the customer wants, a lot or so many days of remaining life. `price`: of one `unit`, in
    10⁻⁶ of the order's currency.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    number = models.IntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    base = models.BigIntegerField()
    expected = models.DateField(null=True, blank=True)
    over = models.BigIntegerField(null=True, blank=True)
    under = models.BigIntegerField(null=True, blank=True)
    lot = models.CharField(max_length=20, blank=True)
    min_days = models.IntegerField(null=True, blank=True)
    price = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, default=LineState.OPEN.value)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "number"], name="order_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, base__gt=0), name="order_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.number}"


class Notice(models.Model):
    """An advance notice of a delivery (DESADV) that somebody wrote down or brought in as a file.

    `uri`: as events name it, a business transaction of the type ``desadv``. What partners send as shipping events are
    notices too, but no rows (`orders.notices`).
    """

    number = models.CharField(max_length=80)
    key = models.CharField(max_length=80, unique=True)
    uri = models.CharField(max_length=URI_LENGTH, db_index=True)
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="notices")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="notices")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notices", null=True, blank=True)
    expected = models.DateField(null=True, blank=True)
    carrier = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=9, default=NoticeState.OPEN.value)
    version = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "warehouse"], name="notice_state")]

    def __str__(self) -> str:
        return self.number


class NoticeLine(models.Model):
    """Goods of a notice. `quantity` in 10⁻⁶ of `unit` as noticed, `base` in 10⁻⁶ base units of the item.

    `serials`: single ones and ranges as `rules.serials_of` reads them; `sscc`: the pallet they are on, 18 digits.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    number = models.IntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="notice_lines")
    lot = models.CharField(max_length=20, blank=True)
    serials = models.TextField(blank=True)
    produced = models.DateField(null=True, blank=True)
    expiry = models.DateField(null=True, blank=True)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    base = models.BigIntegerField()
    sscc = models.CharField(max_length=18, blank=True, db_index=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0, base__gt=0), name="notice_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.number}"


class Reservation(models.Model):
    """So much of a lot or serial in a warehouse is kept for a line of an order. Released or shipped, the row is gone.

    `quantity` in 10⁻⁶ base units; `owner`: whose goods, 16 zero bytes for our own; `at` in microseconds; `why`: what
    broke it. `reason`: why this lot, a code of `operations.fefo.REASONS`; `before`: the URI of the lot that it went
    before, or ""; `passed`: the better lots that were not taken, each an object with `uri`, the code `why` and the
    params of that code's sentence.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="reservations")
    log = models.CharField(max_length=LOG_LENGTH)
    subject = Key16Field()
    owner = Key16Field()
    uri = models.CharField(max_length=URI_LENGTH)
    quantity = models.BigIntegerField()
    state = models.CharField(max_length=6, default=ReservationState.OPEN.value)
    why = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=24, blank=True)
    before = models.CharField(max_length=URI_LENGTH, blank=True)
    passed = models.JSONField(default=list)
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="reservation_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["subject", "log"], name="reservation_subject")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.uri}"


class PickFace(models.Model):
    """A place from which an item is picked, filled again from reserve. `minimum`: below so much it wants more;
    `maximum`: up to so much. Both in 10⁻⁶ base units."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="faces")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="faces")
    minimum = models.BigIntegerField()
    maximum = models.BigIntegerField()
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "item"], name="pick_face_once"),
            models.CheckConstraint(
                condition=models.Q(minimum__gt=0, maximum__gte=models.F("minimum")), name="pick_face_limits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.item_id}"
