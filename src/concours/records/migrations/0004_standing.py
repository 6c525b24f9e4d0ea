"""Where candidacies, competitions and persons stand."""

import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0003_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='CompetitionStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('seq', models.PositiveBigIntegerField()),
                ('title', models.CharField(blank=True, max_length=200)),
                ('process', models.CharField(max_length=60)),
                ('edition', models.CharField(max_length=20)),
                ('status', models.CharField(db_index=True, max_length=12)),
                ('window', models.CharField(blank=True, max_length=7)),
                ('registration_opens', models.DateField(blank=True, null=True)),
                ('seats_from', models.DateField(blank=True, null=True)),
                ('test_starts', models.DateField(blank=True, null=True)),
                ('test_ends', models.DateField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PersonStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('seq', models.PositiveBigIntegerField()),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('erased_on', models.DateTimeField(blank=True, null=True)),
                ('held', models.BooleanField(default=False)),
                ('candidacies', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CandidacyStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('seq', models.PositiveBigIntegerField()),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('person', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('track', models.CharField(blank=True, max_length=40)),
                ('step', models.CharField(max_length=40)),
                ('status', models.CharField(max_length=12)),
                ('outcome', models.CharField(blank=True, max_length=60)),
                ('owner', models.CharField(blank=True, max_length=40)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('due_on', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_on', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=60)),
                ('furthest', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['competition', 'step', 'status'], name='candidacy_in_step'), models.Index(fields=['competition', 'furthest'], name='candidacy_funnel'), models.Index(fields=['owner', 'due_on'], name='candidacy_task'), models.Index(fields=['status', 'closed_on'], name='candidacy_closed')],
            },
        ),
    ]
