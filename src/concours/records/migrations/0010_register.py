"""Registers, classes, offers, officers."""

import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0009_clearance'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClassStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('process', models.CharField(db_index=True, max_length=60)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('size', models.PositiveIntegerField(default=0)),
                ('offered', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('sworn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ClassPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('candidacy', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('track', models.CharField(max_length=40)),
                ('rank', models.PositiveIntegerField()),
                ('score', models.CharField(max_length=40)),
                ('offered_at', models.DateTimeField(db_index=True)),
                ('answer', models.CharField(blank=True, max_length=20)),
                ('sworn_in', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('file', 'candidacy'), name='class_place_once')],
            },
        ),
        migrations.CreateModel(
            name='OfficerStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('person', concours.records.models.kinds.CodeField(max_length=14)),
                ('class_file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('grade', models.CharField(max_length=10)),
                ('grade_step', models.PositiveSmallIntegerField()),
                ('modules_passed', models.PositiveSmallIntegerField(default=0)),
                ('modules_failed', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(max_length=20)),
                ('post', models.CharField(blank=True, max_length=40)),
                ('since', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'since', 'file'], name='officer_state')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_file', concours.records.models.kinds.CodeField(max_length=14)),
                ('code', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=120)),
                ('abroad', models.BooleanField(default=True)),
                ('places', models.PositiveSmallIntegerField(default=1)),
                ('need', models.PositiveSmallIntegerField(default=0)),
                ('starts_on', models.DateField()),
                ('months', models.PositiveSmallIntegerField(default=24)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('class_file', 'code'), name='post_once_a_class')],
            },
        ),
        migrations.CreateModel(
            name='RegisterPlace',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('process', models.CharField(max_length=60)),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('person', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('track', models.CharField(max_length=40)),
                ('live', models.BooleanField()),
                ('score', models.CharField(max_length=40)),
                ('score_nano', models.BigIntegerField()),
                ('oral', models.CharField(max_length=40)),
                ('points', models.CharField(max_length=40)),
                ('placed_at', models.DateTimeField()),
                ('lot', models.CharField(max_length=64)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('do_not_call', models.BooleanField(default=False)),
                ('stopped_from', models.DateField(blank=True, null=True)),
                ('stopped_until', models.DateField(blank=True, null=True)),
                ('declines', models.PositiveSmallIntegerField(default=0)),
                ('offer_class', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('accepted_class', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('claims_waiting', models.PositiveSmallIntegerField(default=0)),
                ('stop_waiting', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['process', 'track', 'live', '-score_nano', 'placed_at', 'lot', 'file'], name='register_rank'), models.Index(fields=['live', 'ends_on'], name='register_clock')],
            },
        ),
    ]
