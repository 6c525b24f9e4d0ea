"""What of a competition waits for a second person; `concours rebuild` fills it for older files."""

from django.db import migrations, models

import concours.records.models.kinds


class Migration(migrations.Migration):
    dependencies = [("records", "0023_test_items_in_markup")]

    operations = [
        migrations.AddField(
            model_name="competitionstanding",
            name="drafted_by",
            field=concours.records.models.kinds.CodeField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="competitionstanding",
            name="key_changes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="competitionstanding",
            name="key_changes_wait",
            field=models.BooleanField(db_index=True, default=False),
        ),
    ]
