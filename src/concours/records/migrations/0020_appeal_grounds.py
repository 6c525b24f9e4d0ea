"""The written grounds of appeals, sealed with the person's key."""

from django.db import migrations, models

import concours.records.codes
import concours.records.models.kinds


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0019_section_left"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppealGrounds",
            fields=[
                (
                    "code",
                    concours.records.models.kinds.CodeField(
                        default=concours.records.codes.new_code,
                        editable=False,
                        max_length=14,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person", concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ("file", concours.records.models.kinds.CodeField(max_length=14)),
                ("step", models.CharField(max_length=40)),
                ("content", concours.records.models.kinds.SealedField()),
                ("commitment", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["file", "step", "at"], name="appeal_of_file")],
            },
        ),
    ]
