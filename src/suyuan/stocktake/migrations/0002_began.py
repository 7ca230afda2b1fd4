"""From when on somebody looked into a bin, beside until when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stocktake", "0001_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="binlook",
            name="began",
            field=models.BigIntegerField(default=0),
        ),
    ]
