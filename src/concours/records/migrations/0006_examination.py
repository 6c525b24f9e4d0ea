"""The test: centres, sessions, seats, sittings, answers."""

import concours.records.models.kinds
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_application'),
    ]

    operations = [
        migrations.CreateModel(
            name='Centre',
            fields=[
                ('code', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('city', models.CharField(max_length=100)),
                ('country', models.CharField(max_length=3)),
                ('zone', models.CharField(max_length=60)),
                ('address', models.CharField(max_length=300)),
                ('step_free', models.BooleanField(default=True)),
                ('abroad', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EssaySheet',
            fields=[
                ('code', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('marker', concours.records.models.kinds.CodeField(max_length=14)),
                ('reading', models.PositiveSmallIntegerField()),
                ('mark', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['marker', 'locked_at'], name='essay_of_marker')],
                'constraints': [models.UniqueConstraint(fields=('candidacy', 'step', 'marker'), name='essay_marker_once'), models.UniqueConstraint(fields=('candidacy', 'step', 'reading'), name='essay_reading_once')],
            },
        ),
        migrations.CreateModel(
            name='ExaminationStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('session', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('seat', models.CharField(blank=True, max_length=8)),
                ('checked_in', models.BooleanField(default=False)),
                ('sitting', models.CharField(blank=True, max_length=12)),
                ('scored', models.BooleanField(default=False)),
                ('total', models.CharField(blank=True, max_length=12)),
                ('total_nano', models.BigIntegerField(blank=True, null=True)),
                ('essay', models.CharField(blank=True, max_length=16)),
                ('essay_total', models.CharField(blank=True, max_length=12)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('closed', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['competition', 'sitting'], name='examination_sitting'), models.Index(fields=['session', 'seat'], name='examination_seat'), models.Index(fields=['competition', 'essay'], name='examination_essay')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=8)),
                ('accessible', models.BooleanField(default=False)),
                ('holder', concours.records.models.kinds.CodeField(blank=True, max_length=14, null=True)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('holder__isnull', True)), fields=['session', 'accessible', 'id'], name='seat_free')],
                'constraints': [models.UniqueConstraint(fields=('session', 'label'), name='seat_once'), models.UniqueConstraint(condition=models.Q(('holder__isnull', False)), fields=('holder', 'step'), name='one_seat_each')],
            },
        ),
        migrations.CreateModel(
            name='SessionStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('seq', models.PositiveBigIntegerField()),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('centre', models.CharField(max_length=40)),
                ('room', models.CharField(max_length=40)),
                ('zone', models.CharField(max_length=60)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('seats', models.PositiveIntegerField()),
                ('accessible', models.PositiveIntegerField()),
                ('status', models.CharField(max_length=12)),
            ],
            options={
                'indexes': [models.Index(fields=['competition', 'status', 'starts_at'], name='session_to_come')],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('medium', models.CharField(max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('next_n', models.PositiveIntegerField(default=1)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('candidacy', 'step', 'number'), name='sitting_once')],
            },
        ),
        migrations.CreateModel(
            name='TestItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('section', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=40)),
                ('stem', models.TextField(blank=True)),
                ('options', models.JSONField(default=list)),
                ('key', models.CharField(blank=True, max_length=4)),
                ('counts', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('competition', 'step', 'section', 'number'), name='item_once'), models.UniqueConstraint(fields=('competition', 'step', 'section', 'name'), name='item_named_once')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('section', models.CharField(max_length=40)),
                ('item', models.PositiveSmallIntegerField()),
                ('choice', models.CharField(blank=True, max_length=4)),
                ('text', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='records.sitting')),
            ],
            options={
                'indexes': [models.Index(fields=['sitting', 'section', 'item', 'n'], name='answer_latest')],
                'constraints': [models.UniqueConstraint(fields=('sitting', 'n'), name='answer_once')],
            },
        ),
    ]
