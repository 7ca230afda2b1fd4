from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalog", "0007_going_out")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="category", name="one_lot", field=models.CharField(default="none", max_length=9)
        ),
        *(
            migrations.AddField(model_name=model, name=name, field=models.BigIntegerField(blank=True, null=True))
            for model in ("category", "supplieritem")
            for name in ("over", "under")
        ),
    ]
