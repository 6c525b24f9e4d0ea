"""Files, entries, bodies, the log; guarded at once."""

import concours.records.guards
import concours.records.models.kinds
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0001_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', concours.records.models.kinds.CodeField(max_length=14)),
                ('seq', models.PositiveBigIntegerField()),
                ('kind', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
                ('header', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='FileHead',
            fields=[
                ('code', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('candidacy', 'candidacy'), ('person', 'person'), ('competition', 'competition'), ('session', 'session'), ('panel', 'panel'), ('class', 'class')], max_length=12)),
                ('seq', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LogCheckpoint',
            fields=[
                ('size', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField(max_length=32)),
                ('frontier', models.BinaryField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LogLeaf',
            fields=[
                ('position', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LogTile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('place', models.PositiveBigIntegerField()),
                ('hashes', models.BinaryField()),
                ('root', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='RunFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.CharField(max_length=40)),
                ('file', concours.records.models.kinds.CodeField(max_length=14)),
            ],
        ),
        migrations.CreateModel(
            name='BodyDestruction',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='destruction', serialize=False, to='records.ledgerentry')),
                ('actor', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LedgerBody',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='body', serialize=False, to='records.ledgerentry')),
                ('text', models.TextField()),
                ('salt', models.BinaryField(max_length=32)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('file', 'seq'), name='entry_once'),
        ),
        migrations.AddIndex(
            model_name='filehead',
            index=models.Index(fields=['kind', 'code'], name='head_by_kind'),
        ),
        migrations.AddField(
            model_name='logleaf',
            name='entry',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='records.ledgerentry'),
        ),
        migrations.AddConstraint(
            model_name='logtile',
            constraint=models.UniqueConstraint(fields=('level', 'place'), name='tile_once'),
        ),
        migrations.AddConstraint(
            model_name='runfile',
            constraint=models.UniqueConstraint(fields=('run', 'file'), name='run_reaches_file_once'),
        ),
        concours.records.guards.GuardTables(
        ),
    ]
