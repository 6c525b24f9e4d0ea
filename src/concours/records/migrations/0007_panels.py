"""Panels, rating sheets, narratives."""

import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0006_examination'),
    ]

    operations = [
        migrations.CreateModel(
            name='PanelMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('member', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('is_chair', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReaderProfile',
            fields=[
                ('account', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('track', models.CharField(blank=True, max_length=40)),
                ('at_most', models.PositiveSmallIntegerField(default=60)),
                ('available', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReadingFile',
            fields=[
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('person', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('track', models.CharField(max_length=40)),
                ('content', concours.records.models.kinds.SealedField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FileTie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('kind', models.CharField(max_length=12)),
                ('token', models.BinaryField(max_length=16)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('token', 'kind', 'candidacy'), name='file_tie_once')],
            },
        ),
        migrations.CreateModel(
            name='NarrativeDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('theme', models.CharField(max_length=40)),
                ('text', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('verifier', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('relation', models.CharField(blank=True, max_length=40)),
                ('salt', models.BinaryField(max_length=32)),
                ('characters', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('candidacy', 'theme'), name='narrative_once')],
            },
        ),
        migrations.CreateModel(
            name='PanelReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('member', concours.records.models.kinds.CodeField(max_length=14)),
                ('candidacy', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('part', models.CharField(blank=True, max_length=40)),
                ('barred', models.BooleanField(default=False)),
                ('entered', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['member', 'step', 'entered', 'candidacy'], name='readings_of_member')],
            },
        ),
        migrations.CreateModel(
            name='PanelStanding',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('seq', models.PositiveBigIntegerField()),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('track', models.CharField(blank=True, max_length=40)),
                ('chair', concours.records.models.kinds.CodeField(max_length=14)),
                ('members', models.PositiveSmallIntegerField()),
                ('readings', models.PositiveIntegerField()),
                ('entered', models.PositiveIntegerField()),
                ('formed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['competition', 'step', 'track'], name='panel_of_track')],
            },
        ),
        migrations.CreateModel(
            name='RatingSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('panel', concours.records.models.kinds.CodeField(max_length=14)),
                ('part', models.CharField(blank=True, max_length=40)),
                ('rater', concours.records.models.kinds.CodeField(max_length=14)),
                ('kind', models.CharField(default='independent', max_length=12)),
                ('ratings', models.JSONField(default=dict)),
                ('reasons', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('salt', models.BinaryField(max_length=32)),
                ('saved_at', models.DateTimeField()),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['panel', 'candidacy', 'part'], name='sheets_of_file')],
                'constraints': [models.UniqueConstraint(fields=('candidacy', 'part', 'rater', 'kind'), name='one_sheet_a_rater')],
            },
        ),
        migrations.CreateModel(
            name='ReaderTie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('relation', models.CharField(max_length=40)),
                ('token', models.BinaryField(max_length=16)),
                ('declared_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['token'], name='tie_by_token')],
                'constraints': [models.UniqueConstraint(fields=('account', 'relation', 'token'), name='tie_once')],
            },
        ),
    ]
