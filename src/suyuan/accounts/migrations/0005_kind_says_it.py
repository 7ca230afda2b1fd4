"""The kind of an account says whether it is the system's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("accounts", "0004_persons_of_accounts"),)
    operations = (migrations.RemoveField("user", "is_system"),)
