"""How much more than a customer ordered may go, by category."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_storage_classes")]
    operations = [
        migrations.AddField("category", "sent", models.BigIntegerField(null=True, blank=True)),
    ]
