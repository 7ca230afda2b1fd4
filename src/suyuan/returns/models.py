"""The table of announced returns. What has come of one is asked of the receipts that name its permission.

`key` is number and line as `catalog.rules.code_key` spells them; `version` the catalog's when a row was last written.
"""

from typing import ClassVar

from django.db import models

from suyuan.catalog.models import URI_LENGTH, Item, Partner, Warehouse
from suyuan.returns.kinds import NoticeState


class ReturnNotice(models.Model):
    """Goods of one item that a customer may send back. Rows of one `number` are one permission.

    `uri`: the permission as events name it, a business transaction of the CBV type ``rma``. `quantity` in 10⁻⁶ base
    units of the item; `lot` where he has said which.
    """

    number = models.CharField(max_length=80)
    line = models.IntegerField()
    key = models.CharField(max_length=100, unique=True)
    uri = models.CharField(max_length=URI_LENGTH, db_index=True)
    customer = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="return_notices")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="return_notices")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="return_notices")
    lot = models.CharField(max_length=20, blank=True)
    quantity = models.BigIntegerField()
    cause = models.CharField(max_length=12)
    expected = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, default=NoticeState.OPEN.value)
    note = models.TextField(blank=True)
    version = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="return_notice_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["warehouse", "state"], name="return_notice_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.line}"
