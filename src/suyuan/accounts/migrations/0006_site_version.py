from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_kind_says_it"),
    ]

    operations = [
        migrations.AddField(model_name="site", name="version", field=models.BigIntegerField(default=0)),
    ]
