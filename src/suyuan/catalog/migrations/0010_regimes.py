"""Whose rules hold for the goods of a category."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_warehouse_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="category",
            name="regimes",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
    ]
