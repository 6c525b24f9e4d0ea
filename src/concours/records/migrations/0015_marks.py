"""Marks: key check, artefacts of measurement, known-mark scripts, challenges, room messages."""

from django.db import migrations, models

import concours.records.models.kinds


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0014_items'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChallengeArgument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('section', models.CharField(max_length=40)),
                ('item', models.PositiveSmallIntegerField()),
                ('argument', concours.records.models.kinds.SealedField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KeyCheckItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('section', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=4)),
                ('suspect', models.CharField(blank=True, max_length=4)),
                ('persons', models.PositiveIntegerField()),
                ('difficulty', models.FloatField(blank=True, null=True)),
                ('options', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MeasurementArtefact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('competition', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('section', models.CharField(max_length=40)),
                ('what', models.CharField(max_length=12)),
                ('persons', models.PositiveIntegerField()),
                ('items', models.PositiveIntegerField()),
                ('inputs', models.CharField(max_length=64)),
                ('result', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', concours.records.models.kinds.CodeField(max_length=14)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoomMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('candidacy', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('text', models.CharField(blank=True, max_length=300)),
                ('sealed', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('by', concours.records.models.kinds.CodeField(max_length=14)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SeededScript',
            fields=[
                ('code', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('competition', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('text', models.TextField()),
                ('mark', models.PositiveSmallIntegerField()),
                ('added_by', concours.records.models.kinds.CodeField(max_length=14)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='essaysheet',
            name='essay_reading_once',
        ),
        migrations.AddField(
            model_name='essaysheet',
            name='seeded',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='essaysheet',
            constraint=models.UniqueConstraint(condition=models.Q(('seeded', False)), fields=('candidacy', 'step', 'reading'), name='essay_reading_once'),
        ),
        migrations.AddConstraint(
            model_name='keycheckitem',
            constraint=models.UniqueConstraint(fields=('competition', 'step', 'section', 'number'), name='key_check_once'),
        ),
    ]
