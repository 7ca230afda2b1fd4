"""The tables of stock. All of them can be dropped and made again from the ledger."""

from typing import ClassVar

from django.db import models

from suyuan.ledger.fields import Key16Field
from suyuan.ledger.models import LOG_LENGTH
from suyuan.stock.facts import UNEXPLAINED

_HERE = models.Q(kind__in=["place", "container"])
_SOMETHING = models.Q(quantity__gt=0) | models.Q(second__gt=0)  # as `queries` asks for it


class Subject(models.Model):
    """A lot, serial, item or container in one log: its units, dates and blocks, and the last event that concerned it.

    The row is what a writer locks, so a hold and a pick can't pass each other. `blocks` is a JSON object, record id
    (hex) → disposition; `previous_*` is what `last_*` was before the latest writer, so that locking and reading are
    one statement.
    """

    pk = models.CompositePrimaryKey("subject", "log")
    log = models.CharField(max_length=LOG_LENGTH)
    subject = Key16Field()
    instance = models.SmallIntegerField(default=0)
    container = models.SmallIntegerField(default=0)
    item = Key16Field(null=True)
    lot = Key16Field(null=True)
    unit = models.CharField(max_length=3, default="")
    second_unit = models.CharField(max_length=3, default="")
    expiry = models.IntegerField(null=True)
    produced = models.IntegerField(null=True)
    blocks = models.TextField(default="")
    last_at = models.BigIntegerField()
    last_sequence = models.IntegerField(default=0)
    last_recorded = models.BigIntegerField(default=0)
    last_record = Key16Field()
    previous_at = models.BigIntegerField(null=True)
    previous_sequence = models.IntegerField(null=True)
    previous_recorded = models.BigIntegerField(null=True)
    previous_record = Key16Field(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["log", "item"], name="stock_subject_item"),
            models.Index(fields=["log"], name="stock_subject_blocked", condition=~models.Q(blocks="")),
            models.Index(
                fields=["log", "expiry"], name="stock_subject_expiry", condition=models.Q(expiry__isnull=False)
            ),
        ]


class Balance(models.Model):
    """How much of a subject lies in a holder, whose, from which receipt, in which status. Millionths of the subject's
    units.
    """

    pk = models.CompositePrimaryKey("subject", "log", "holder", "owner", "receipt", "status")
    log = models.CharField(max_length=LOG_LENGTH)
    subject = Key16Field()
    holder = Key16Field()
    owner = Key16Field()
    receipt = Key16Field()
    status = models.CharField(max_length=10)
    quantity = models.BigIntegerField()
    second = models.BigIntegerField(default=0)
    since = models.BigIntegerField()
    kind = models.CharField(max_length=9)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["log", "status", "since"], name="stock_balance_status", condition=_SOMETHING),
            models.Index(fields=["subject", "log"], name="stock_balance_here", condition=_SOMETHING & _HERE),
            models.Index(fields=["holder", "subject"], name="stock_balance_holder", condition=models.Q(quantity__gt=0)),
            models.Index(fields=["log"], name="stock_balance_placed", condition=models.Q(kind="place") & _SOMETHING),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0, second__gte=0), name="stock_balance_not_negative"
            ),
        ]


class Posting(models.Model):
    """One line of the double entry behind the balances. `at` is the event's time in microseconds."""

    pk = models.CompositePrimaryKey("record", "subject", "log", "number")
    log = models.CharField(max_length=LOG_LENGTH)
    record = Key16Field()
    subject = Key16Field()
    number = models.SmallIntegerField()
    at = models.BigIntegerField()
    holder = Key16Field()
    owner = Key16Field()
    receipt = Key16Field()
    status = models.CharField(max_length=10)
    quantity = models.BigIntegerField()
    second = models.BigIntegerField(default=0)
    counterpart = Key16Field()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "at"], name="stock_posting_subject"),
            models.Index(fields=["holder", "at"], name="stock_posting_holder"),
            # A trace asks of each of its goods whether something of them came out of nowhere: nearly always nothing.
            models.Index(
                fields=["subject"], name="stock_posting_unexplained", condition=models.Q(counterpart=UNEXPLAINED)
            ),
        ]
