from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalog", "0004_duplicates")]

    operations: ClassVar = [
        migrations.AddField(model_name="item", name="catch_weight", field=models.BooleanField(default=False)),
    ]
