"""The tables of delivery. Times in microseconds since 1970 UTC; `key`: a code as `catalog.rules.code_key` spells it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from suyuan.catalog.models import URI_LENGTH, Partner
from suyuan.delivery.kinds import AdviceFormat, AdviceState, LoadState, Source, State
from suyuan.ledger.models import LOG_LENGTH
from suyuan.orders.edifact_desadv import Function


class CarrierAccount(models.Model):
    """How consignments are booked with a carrier. `adapter`: the name of an entry point; `customer`: how the carrier
    knows us; `mapping`: JSON of the adapter's own shape; `services`: codes and words, a line each; `cutoff`: until when
    goods must be ready, by weekday (`rules.read_cutoffs`). `sender_…`: from whom, as the carrier is told. What must not
    be seen again stands in `CarrierSecret`.
    """

    key = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="carrier_accounts")
    adapter = models.CharField(max_length=40)
    address = models.CharField(max_length=300, blank=True)
    customer = models.CharField(max_length=100, blank=True)
    pays = models.CharField(max_length=100, blank=True)
    services = models.TextField(blank=True)
    cutoff = models.CharField(max_length=200, blank=True)
    mapping = models.TextField(blank=True)
    sender_name = models.CharField(max_length=100, blank=True)
    sender_phone = models.CharField(max_length=40, blank=True)
    sender_region = models.CharField(max_length=100, blank=True)
    sender_city = models.CharField(max_length=100, blank=True)
    sender_address = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class CarrierSecret(models.Model):
    """A password or key of an account, sealed with the installation's key (`sealing`). Nobody is shown it again."""

    account = models.ForeignKey(CarrierAccount, on_delete=models.PROTECT, related_name="secrets")
    name = models.CharField(max_length=40)
    sealed = models.BinaryField()
    changed = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "name"], name="carrier_secret_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.name}"


class CarrierHealth(models.Model):
    """Whether an account's carrier answers. After a failure nobody asks him until `until`, however many consignments
    wait: a dead carrier costs one call a pause, and holds up no other."""

    account = models.OneToOneField(
        CarrierAccount, on_delete=models.PROTECT, primary_key=True, related_name="health"
    )  # fmt: skip
    fails = models.IntegerField(default=0)
    since = models.BigIntegerField(null=True)
    until = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.account_id)


class Consignment(models.Model):
    """What a carrier is to take to a customer: a shipment (`document`: its despatch advice), its booking, its way.

    `reference`: our own number for it with the carrier, so that asking twice books once. `promised`: the day the
    customer wants it; `estimated`: when the carrier says it comes. `step`, `at`: what was reported last, by the
    reports' own time. `due`: when the worker has something to do for it, None: nothing; `holder` has it since `taken`.
    `unsure`: a try may have reached the carrier though nobody heard an answer. `trouble`: why it waits or was given up,
    a Problem as JSON. `weight` in 10⁻⁶ kg.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    log = models.CharField(max_length=LOG_LENGTH)
    document = models.CharField(max_length=URI_LENGTH)
    number = models.CharField(max_length=80)
    customer = models.CharField(max_length=URI_LENGTH)
    account = models.ForeignKey(CarrierAccount, on_delete=models.PROTECT, related_name="consignments")
    service = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40)
    parcels = models.IntegerField(default=1)
    weight = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, default=State.WAITING.value)
    step = models.CharField(max_length=16, blank=True)
    at = models.BigIntegerField(null=True)
    promised = models.DateField(null=True, blank=True)
    estimated = models.BigIntegerField(null=True)
    label = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made = models.BigIntegerField()
    booked = models.BigIntegerField(null=True)
    due = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    holder = models.CharField(max_length=64, blank=True)
    taken = models.BigIntegerField(null=True)
    unsure = models.BooleanField(default=False)
    trouble = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "reference"], name="consignment_reference_once"),
            # One that is under way or to be, for each shipment and account: a second is made after the first ended.
            models.UniqueConstraint(
                fields=["log", "document", "account"], name="consignment_open_once",
                condition=Q(state__in=("waiting", "booked", "cancelling")),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["due"], name="consignment_due", condition=Q(due__isnull=False)),
            models.Index(fields=["log", "state", "made"], name="consignment_list"),
            models.Index(fields=["document"], name="consignment_document"),
            models.Index(fields=["waybill"], name="consignment_waybill"),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.number}"


class Report(models.Model):
    """What was reported of a consignment, once however often it is told. `key`: what tells reports of one consignment
    apart; `at`: when it happened, as the carrier says; `step` empty where his `code` stands for nothing we know."""

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="reports")
    key = models.CharField(max_length=64)
    at = models.BigIntegerField()
    step = models.CharField(max_length=16, blank=True)
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Source])
    heard = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["consignment", "key"], name="delivery_report_once")]

    def __str__(self) -> str:
        return f"{self.consignment_id}: {self.step}"


class RefusedCall(models.Model):
    """How often on a day an account's webhook was called without a signature that holds, or otherwise for nothing."""

    account = models.CharField(max_length=40)
    day = models.DateField()
    why = models.CharField(max_length=60)
    count = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "day", "why"], name="refused_call_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.day} {self.why}"


class Load(models.Model):
    """What is to go onto a truck for an order, checked by scan before it leaves.

    `order`, `customer`, `carrier`, `place` (the dock), and `document`, the despatch advice once it left, by URI;
    `number` counts the loads of a warehouse. The driver's name stands with the command that closed it
    (`closed_request`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    log = models.CharField(max_length=LOG_LENGTH)
    number = models.CharField(max_length=80)
    order = models.CharField(max_length=URI_LENGTH)
    order_number = models.CharField(max_length=80)
    customer = models.CharField(max_length=URI_LENGTH)
    carrier = models.CharField(max_length=URI_LENGTH, blank=True)
    place = models.CharField(max_length=URI_LENGTH, blank=True)
    vehicle = models.CharField(max_length=40, blank=True)
    seal = models.CharField(max_length=40, blank=True)
    logger = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=9, default=LoadState.OPEN.value)
    made = models.BigIntegerField()
    made_by = models.CharField(max_length=80)
    closed = models.BigIntegerField(null=True)
    closed_request = models.CharField(max_length=36, blank=True)
    document = models.CharField(max_length=URI_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["log", "order"], name="load_open_once", condition=Q(state__in=("open", "closed"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["log", "state", "made"], name="load_list")]

    def __str__(self) -> str:
        return f"{self.log} {self.number}"


class LoadRow(models.Model):
    """A carton, a pallet, a serial, or so much of a lot, that is to be loaded, and what of it was: `quantity` and
    `loaded` in 10⁻⁶ of `unit`. `holder`: where it was when the load was made, "" where nobody said. `person`, `at`: who
    scanned it last."""

    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="rows")
    uri = models.CharField(max_length=URI_LENGTH)
    holder = models.CharField(max_length=URI_LENGTH, blank=True)
    packed = models.BooleanField(default=False)
    whole = models.BooleanField(default=False)
    unit = models.CharField(max_length=3, blank=True)
    quantity = models.BigIntegerField()
    loaded = models.BigIntegerField(default=0)
    person = models.CharField(max_length=80, blank=True)
    at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["load", "uri", "holder"], name="load_row_once"),
            models.CheckConstraint(condition=Q(loaded__gte=0, loaded__lte=F("quantity")), name="load_row_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.load_id}: {self.uri}"


class AdviceChannel(models.Model):
    """Where a customer wants despatch advices sent (a webhook, or mailto:), and in which format, for what leaves from
    `since` on. What was recorded before `seen` has been looked through."""

    key = models.CharField(max_length=80, unique=True)
    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="advice_channel")
    url = models.CharField(max_length=300)
    format = models.CharField(max_length=8, default=AdviceFormat.EPCIS.value)
    is_active = models.BooleanField(default=True)
    since = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Advice(models.Model):
    """The despatch advice of a shipment (`document`) to its customer, sent once; and one more, with the next
    `sequence`, each time that the shipment is another than was told. `stands`: a hash of the events that it tells;
    `function`: what it is to those before it. `due`: when the worker tries (again); `holder` has it since `taken`;
    `error`: why the last try failed."""

    log = models.CharField(max_length=LOG_LENGTH)
    document = models.CharField(max_length=URI_LENGTH)
    number = models.CharField(max_length=80)
    sequence = models.IntegerField(default=0)
    function = models.CharField(max_length=1, default=Function.ORIGINAL.value)
    stands = models.CharField(max_length=64, blank=True)
    channel = models.ForeignKey(AdviceChannel, on_delete=models.PROTECT, related_name="advices")
    state = models.CharField(max_length=9, default=AdviceState.WAITING.value)
    due = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    holder = models.CharField(max_length=64, blank=True)
    taken = models.BigIntegerField(null=True)
    made = models.BigIntegerField()
    ended = models.BigIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "document", "sequence"], name="advice_once")]
        indexes: ClassVar = [models.Index(fields=["due"], name="advice_due", condition=Q(due__isnull=False))]

    def __str__(self) -> str:
        return f"{self.log} {self.number}"
