"""How candidacies stand from one date to the next.

Each starts with the standing that is stored; `concours rebuild` adds what comes of the dates.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models

import concours.records.models.kinds

EVER, NEVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
COLUMNS = (
    "file",
    "competition",
    "person",
    "track",
    "step",
    "status",
    "outcome",
    "owner",
    "since",
    "due_on",
    "opened_at",
    "closed_on",
    "reason",
    "furthest",
)


def start(apps: Any, schema_editor: Any) -> None:
    """One period for every candidacy there is, so that no list is empty before a rebuild."""
    standing = apps.get_model("records", "CandidacyStanding").objects.values(*COLUMNS)
    period = apps.get_model("records", "CandidacyPeriod")
    period.objects.bulk_create(
        (period(holds_from=EVER, holds_until=NEVER, **row) for row in standing.iterator()),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_parallel_forms"),
    ]

    operations = [
        migrations.CreateModel(
            name="CandidacyPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("competition", concours.records.models.kinds.CodeField(max_length=14)),
                ("track", models.CharField(blank=True, max_length=40)),
                ("step", models.CharField(max_length=40)),
                ("status", models.CharField(max_length=12)),
                ("outcome", models.CharField(blank=True, max_length=60)),
                ("owner", models.CharField(blank=True, max_length=40)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("due_on", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_on", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("furthest", models.PositiveSmallIntegerField(default=1)),
                ("file", concours.records.models.kinds.CodeField(max_length=14)),
                ("person", concours.records.models.kinds.CodeField(max_length=14)),
                ("holds_from", models.DateTimeField()),
                ("holds_until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["competition", "step", "status"], name="period_in_step"),
                    models.Index(fields=["owner", "due_on", "file"], name="period_task"),
                    models.Index(fields=["person", "opened_at"], name="period_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "holds_from"), name="candidacy_period_once"
                    )
                ],
            },
        ),
        migrations.RunPython(start, migrations.RunPython.noop),
    ]
