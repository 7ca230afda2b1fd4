"""Where our warehouses are and whose they are, as papers for authorities want it."""

from django.db import migrations, models


FIELDS = {"company": 300, "country": 2, "region": 100, "city": 100, "postcode": 20, "phone": 40}


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_mixing"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="warehouse",
                name=name,
                field=models.CharField(blank=True, default="", max_length=length),
                preserve_default=False,
            )
            for name, length in FIELDS.items()
        ),
        migrations.AddField(
            model_name="warehouse",
            name="address",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
