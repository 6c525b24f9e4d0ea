"""Correction."""

import concours.records.codes
import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0010_register'),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkCorrection',
            fields=[
                ('code', concours.records.models.kinds.CodeField(default=concours.records.codes.new_code, editable=False, max_length=14, primary_key=True, serialize=False)),
                ('competition', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('what', models.CharField(max_length=40)),
                ('rows', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=60)),
                ('authority', models.CharField(max_length=120)),
                ('proposed_by', concours.records.models.kinds.CodeField(max_length=14)),
                ('proposed_at', models.DateTimeField(db_index=True)),
                ('signed_by', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('run', models.CharField(blank=True, max_length=60)),
                ('decided', models.PositiveIntegerField(default=0)),
                ('left_out', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
