from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalog", "0005_catch_weight")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="category", name="warn_percent", field=models.IntegerField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="category", name="urgent_percent", field=models.IntegerField(blank=True, null=True)
        ),
    ]
