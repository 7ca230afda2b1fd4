"""The edges. All of them can be dropped and made again from the ledger."""

from typing import ClassVar

from django.db import models

from suyuan.ledger.fields import Key16Field
from suyuan.ledger.models import LOG_LENGTH


class Edge(models.Model):
    """One step from `parent` to `child`, said by `record`.

    input: goods → transformation (its node); output: transformation → goods; within: goods → container, from `since` to
    `until`; seen: the same, only observed; pooled: into a tank, where what was in it goes on with what comes after;
    left: goods (or nothing: all of them) taken out of a container; member: lot → serial; cleaned: a tank to itself.
    Times in microseconds, quantities in millionths of `unit`.
    """

    pk = models.CompositePrimaryKey("parent", "child", "kind", "record", "log")
    log = models.CharField(max_length=LOG_LENGTH)
    record = Key16Field()
    kind = models.CharField(max_length=7)
    parent = Key16Field()
    child = Key16Field()
    quantity = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=3, default="")
    since = models.BigIntegerField()
    sequence = models.IntegerField(default=0)
    until = models.BigIntegerField(null=True)
    instance = models.SmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["child", "kind"], name="genealogy_edge_child"),
            models.Index(fields=["record"], name="genealogy_edge_record"),
        ]
