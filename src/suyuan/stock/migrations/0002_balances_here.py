"""An index of what lies in the house: what a lot has left with its customers is not read to find it."""

from typing import ClassVar

from django.db import migrations, models

_SOMETHING = models.Q(quantity__gt=0) | models.Q(second__gt=0)
_HERE = models.Q(kind__in=["place", "container"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stock", "0001_initial")]
    operations: ClassVar = [
        migrations.AddIndex(
            "balance",
            models.Index(fields=["subject", "log"], name="stock_balance_here", condition=_SOMETHING & _HERE),
        ),
    ]
