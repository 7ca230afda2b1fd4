"""An index of what came out of nowhere, so that a trace need not read all that ever moved to find that nothing did."""

from typing import ClassVar

from django.db import migrations, models

_UNEXPLAINED = bytes.fromhex("3344c56a461f5db79708a33a3cd3b9e5")  # the holder: suyuan.stock.facts.UNEXPLAINED


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stock", "0002_balances_here")]
    operations: ClassVar = [
        migrations.AddIndex(
            "posting",
            models.Index(
                fields=["subject"],
                name="stock_posting_unexplained",
                condition=models.Q(counterpart=_UNEXPLAINED),
            ),
        ),
    ]
