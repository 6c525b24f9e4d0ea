"""The item bank and its forms."""

import concours.records.guards
import concours.records.models.kinds
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0013_seats_kept_waiting_drawn'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assembly',
            fields=[
                ('code', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('competition', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('blueprint', models.JSONField()),
                ('seed', models.CharField(max_length=64)),
                ('pool', models.CharField(max_length=64)),
                ('by', concours.records.models.kinds.CodeField(max_length=14)),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(max_length=12)),
                ('conflict', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BankImage',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('media_type', models.CharField(max_length=20)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('data', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='testitem',
            name='passage',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='testitem',
            name='shuffle',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='testitem',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='BankAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=40)),
                ('seq', models.PositiveIntegerField()),
                ('body', models.TextField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'seq'), name='bank_act_once')],
            },
        ),
        migrations.CreateModel(
            name='BankFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=40)),
                ('version', models.PositiveIntegerField()),
                ('administration', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('presented', models.PositiveIntegerField()),
                ('difficulty', models.FloatField(blank=True, null=True)),
                ('discrimination', models.FloatField(blank=True, null=True)),
                ('options', models.JSONField(default=dict)),
                ('a', models.FloatField(blank=True, null=True)),
                ('b', models.FloatField(blank=True, null=True)),
                ('c', models.FloatField(blank=True, null=True)),
                ('fit', models.FloatField(blank=True, null=True)),
                ('dif', models.CharField(blank=True, max_length=2)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'administration'), name='bank_figures_once')],
            },
        ),
        migrations.CreateModel(
            name='BankItem',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('state', models.CharField(max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('section', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=40)),
                ('subtopic', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=10)),
                ('level', models.CharField(blank=True, max_length=10)),
                ('words', models.PositiveIntegerField()),
                ('stem', models.TextField()),
                ('stimulus', models.CharField(blank=True, max_length=40)),
                ('author', concours.records.models.kinds.CodeField(max_length=14)),
                ('reviewer', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('changed_at', models.DateTimeField()),
                ('administrations', models.PositiveIntegerField(default=0)),
                ('difficulty', models.FloatField(blank=True, null=True)),
                ('discrimination', models.FloatField(blank=True, null=True)),
                ('a', models.FloatField(blank=True, null=True)),
                ('b', models.FloatField(blank=True, null=True)),
                ('c', models.FloatField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['section', 'state', 'subject'], name='bank_item_section')],
            },
        ),
        migrations.CreateModel(
            name='BankStimulus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('author', concours.records.models.kinds.CodeField(max_length=14)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='bank_stimulus_once')],
            },
        ),
        migrations.CreateModel(
            name='BankUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=40)),
                ('version', models.PositiveIntegerField()),
                ('competition', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('form', concours.records.models.kinds.CodeField(max_length=14)),
                ('section', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('counts', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'form'), name='bank_use_once')],
            },
        ),
        migrations.CreateModel(
            name='BankForm',
            fields=[
                ('code', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('items', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(default='proposed', max_length=12)),
                ('locked_by', concours.records.models.kinds.CodeField(blank=True, max_length=14)),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('assembly', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='records.assembly')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('assembly', 'number'), name='bank_form_once')],
            },
        ),
        concours.records.guards.GuardTables(),
    ]
