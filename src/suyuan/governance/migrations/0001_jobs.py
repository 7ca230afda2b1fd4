import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("params", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("phase", models.CharField(default="", max_length=20)),
                ("total", models.BigIntegerField(default=0)),
                ("done", models.BigIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("error", models.JSONField(default=list)),
                ("requested_by", models.UUIDField()),
                ("terminal", models.CharField(default="", max_length=200)),
                ("file_hash", models.CharField(default="", max_length=64)),
                ("stop", models.BooleanField(default=False)),
                ("holder", models.CharField(default="", max_length=64)),
                ("tries", models.IntegerField(default=0)),
                ("created", models.BigIntegerField()),
                ("started", models.BigIntegerField(null=True)),
                ("heartbeat", models.BigIntegerField(null=True)),
                ("finished", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="JobPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("wrong", models.IntegerField(default=0)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="JobFile",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="governance.job",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["state", "created"], name="job_next"),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["requested_by", "created"], name="job_of"),
        ),
        migrations.AddField(
            model_name="jobpart",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="governance.job"
            ),
        ),
        migrations.AddConstraint(
            model_name="jobpart",
            constraint=models.UniqueConstraint(fields=("job", "number"), name="job_part_once"),
        ),
    ]
