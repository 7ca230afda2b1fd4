"""An index of what stands in a place itself: where a look at a whole warehouse begins."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stock", "0003_unexplained")]
    operations: ClassVar = [
        migrations.AddIndex(
            "balance",
            models.Index(
                fields=["log"],
                name="stock_balance_placed",
                condition=models.Q(kind="place") & (models.Q(quantity__gt=0) | models.Q(second__gt=0)),
            ),
        ),
    ]
