"""How partners are reached, in a recall too, and how lots name who assigned their codes."""

from django.db import migrations, models

CONTACTS = {"email": 254, "recall_contact": 300, "recall_phone": 40, "recall_email": 254}
SOURCES = {"ffrn": 11, "ggn": 13, "source_url": 200}


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0010_regimes"),
    ]

    operations = [
        migrations.AddField(
            model_name=model,
            name=name,
            field=models.CharField(blank=True, default="", max_length=length),
            preserve_default=False,
        )
        for model, fields in (("partner", CONTACTS | SOURCES), ("warehouse", SOURCES))
        for name, length in fields.items()
    ]
