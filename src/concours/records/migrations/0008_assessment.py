"""Assessment days."""

import concours.records.models.kinds
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_panels'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentDay',
            fields=[
                ('code', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('place', models.CharField(max_length=80)),
                ('address', models.CharField(max_length=300)),
                ('zone', models.CharField(max_length=60)),
                ('starts_at', models.DateTimeField()),
                ('closes_minute', models.PositiveSmallIntegerField(default=1080)),
                ('pause', models.PositiveSmallIntegerField(default=15)),
                ('rooms', models.PositiveSmallIntegerField(default=6)),
                ('state', models.CharField(default='open', max_length=10)),
                ('sequence', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['competition', 'state', 'starts_at'], name='days_to_come')],
            },
        ),
        migrations.CreateModel(
            name='AssessmentPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('candidacy', concours.records.models.kinds.CodeField(blank=True, max_length=14, null=True, unique=True)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='records.assessmentday')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'number'), name='place_of_day_once')],
            },
        ),
        migrations.CreateModel(
            name='DayAssessor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessors', to='records.assessmentday')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'account'), name='assessor_of_day_once')],
            },
        ),
        migrations.CreateModel(
            name='DaySession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('panel', concours.records.models.kinds.CodeField(max_length=14)),
                ('group', models.PositiveSmallIntegerField()),
                ('candidacy', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('exercise', models.CharField(max_length=40)),
                ('room', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('day', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='records.assessmentday')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('candidacy', 'exercise'), name='exercise_once')],
            },
        ),
    ]
