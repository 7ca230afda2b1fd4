"""The tables of the ledger. Every key contains the log, which is the shard; nothing points to another floor."""

from typing import ClassVar

from django.db import models

from suyuan.ledger.fields import HashField, Key16Field

LOG_LENGTH = 16


class Kind(models.TextChoices):
    """What a record is: an EPCIS event, a change made by a person, an access or refusal, an approval."""

    EPCIS = "epcis"
    CHANGE = "change"
    ACCESS = "access"
    APPROVAL = "approval"


_BESIDE_EVENTS = models.Q(kind__in=[Kind.CHANGE.value, Kind.ACCESS.value, Kind.APPROVAL.value])
_RARE = models.Q(kind__in=[Kind.ACCESS.value, Kind.APPROVAL.value])


class Record(models.Model):
    """One entry of one log. Times in microseconds since 1970 UTC; the columns from `type` on are read from the body
    of an event.
    """

    pk = models.CompositePrimaryKey("id", "log")
    log = models.CharField(max_length=LOG_LENGTH)
    id = Key16Field()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    record_time = models.BigIntegerField()
    nonce = Key16Field()
    body_hash = HashField()
    type = models.CharField(max_length=20, default="")
    action = models.CharField(max_length=8, default="")
    event_time = models.BigIntegerField()
    sequence = models.IntegerField(default=0)
    utc_offset = models.SmallIntegerField(default=0)
    biz_step = models.CharField(max_length=200, default="")
    disposition = models.CharField(max_length=200, default="")
    read_point = Key16Field(null=True)
    biz_location = Key16Field(null=True)
    declares = Key16Field(null=True)  # the id of the event that this record declares wrong

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["record_time"], name="ledger_record_recorded"),
            models.Index(fields=["event_time"], name="ledger_record_happened"),
            models.Index(
                fields=["declares"], name="ledger_record_declares", condition=models.Q(declares__isnull=False)
            ),
            # For the audit: what was done by which command, and what is rare.
            models.Index(fields=["type", "record_time"], name="ledger_record_command", condition=_BESIDE_EVENTS),
            models.Index(fields=["kind", "record_time"], name="ledger_record_rare", condition=_RARE),
        ]


class Body(models.Model):
    """The canonical bytes of a record, beside it, so that they can expire by month while their leaf stays."""

    pk = models.CompositePrimaryKey("id", "log", "month")
    log = models.CharField(max_length=LOG_LENGTH)
    month = models.SmallIntegerField()
    id = Key16Field()
    body = models.BinaryField()


class Identifier(models.Model):
    """A thing that events name: `uri` is canonical, `item` the trade item of a lot or serial, `lot` the lot a serial
    belongs to.
    """

    pk = models.CompositePrimaryKey("id", "log")
    log = models.CharField(max_length=LOG_LENGTH)
    id = Key16Field()
    uri = models.TextField()
    kind = models.CharField(max_length=10)
    item = Key16Field(null=True)
    code = models.CharField(max_length=120)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["code"], name="ledger_identifier_code"),
            models.Index(fields=["item"], name="ledger_identifier_item"),
        ]


class EventItem(models.Model):
    """What one event says of one identifier: its role and, for a class, how much.

    Roles: epc, parent, child, input, output; ``from.T`` and ``to.T`` for sources and destinations of type T;
    ``doc.T`` for business transactions. Quantities in millionths of the unit, converted to the item's base unit where
    the item is known. `event_time` is that of the record, so that what happened to a thing since a moment is found
    without reading what happened before.
    """

    pk = models.CompositePrimaryKey("record", "log", "position")
    log = models.CharField(max_length=LOG_LENGTH)
    record = Key16Field()
    position = models.IntegerField()
    identifier = Key16Field()
    event_time = models.BigIntegerField()
    role = models.CharField(max_length=24)
    quantity = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=3, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["identifier", "event_time"], name="ledger_eventitem_since")]


class Pending(models.Model):
    """A record that waits for its leaf. The sequencer removes the row when the leaf is written.

    The key is the order of the leaves, so that a batch of a long queue is read from its front without sorting the rest.
    """

    pk = models.CompositePrimaryKey("log", "record_time", "id")
    log = models.CharField(max_length=LOG_LENGTH)
    record_time = models.BigIntegerField()
    id = Key16Field()


class Leaf(models.Model):
    """The place of a record in the tree of its log."""

    pk = models.CompositePrimaryKey("log", "index")
    log = models.CharField(max_length=LOG_LENGTH)
    index = models.BigIntegerField()
    id = Key16Field()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["log", "id"], name="ledger_leaf_record")]


class Tree(models.Model):
    """How far the leaves of a log reach, and the checkpoint signed last, which may lag behind by a moment.

    Proofs are made for `signed_size`: the tiles reach at least that far.
    """

    log = models.CharField(max_length=LOG_LENGTH, primary_key=True)
    size = models.BigIntegerField(default=0)
    root = HashField()
    checkpoint = models.TextField(default="")
    signed_size = models.BigIntegerField(default=0)
    signed_at = models.BigIntegerField(default=0)


class Lease(models.Model):
    """One holder at a time for work that must not run twice; a row, because advisory locks do not hold across nodes."""

    log = models.CharField(max_length=LOG_LENGTH)
    name = models.CharField(max_length=20)
    pk = models.CompositePrimaryKey("log", "name")
    holder = models.CharField(max_length=64, default="")
    until = models.BigIntegerField(default=0)


class PersonalValue(models.Model):
    """What a commitment in a body stands for. Erase the row and every proof still holds."""

    pk = models.CompositePrimaryKey("log", "commitment")
    log = models.CharField(max_length=LOG_LENGTH)
    commitment = HashField()
    record = Key16Field()
    field = models.CharField(max_length=60)
    value = models.TextField()
    salt = Key16Field()
