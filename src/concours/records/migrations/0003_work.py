"""Notices, documents, background jobs, the rehearsal's clock."""

import concours.records.codes
import concours.records.models.kinds
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0002_ledger'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('code', concours.records.models.kinds.CodeField(default=concours.records.codes.new_code, editable=False, max_length=14, primary_key=True, serialize=False)),
                ('person', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=40)),
                ('compartment', models.CharField(blank=True, max_length=20)),
                ('name', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('path', models.CharField(max_length=200)),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by', concours.records.models.kinds.CodeField(max_length=14)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ServiceClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service_anchor', models.DateTimeField()),
                ('machine_anchor', models.DateTimeField()),
                ('running', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('key', models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='queued', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('every', models.PositiveIntegerField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('max_attempts', models.PositiveSmallIntegerField(default=8)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_by', models.CharField(blank=True, max_length=60)),
                ('progress', models.JSONField(default=dict)),
                ('done_count', models.PositiveBigIntegerField(default=0)),
                ('total_count', models.PositiveBigIntegerField(blank=True, null=True)),
                ('result_path', models.CharField(blank=True, max_length=200)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('asked_by', models.CharField(blank=True, max_length=20)),
                ('queued_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='job_due')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', concours.records.models.kinds.CodeField(blank=True, db_index=True, max_length=14)),
                ('file', concours.records.models.kinds.CodeField(blank=True, db_index=True, max_length=14)),
                ('seq', models.PositiveBigIntegerField(blank=True, null=True)),
                ('template', models.CharField(max_length=60)),
                ('version', models.CharField(blank=True, max_length=10)),
                ('language', models.CharField(default='en', max_length=2)),
                ('state', models.CharField(choices=[('held', 'held'), ('released', 'released'), ('sending', 'sending'), ('sent', 'sent'), ('kept', 'kept'), ('failed', 'failed'), ('withdrawn', 'withdrawn')], default='held', max_length=10)),
                ('hold_until', models.DateTimeField()),
                ('queued_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('idempotency_key', models.CharField(max_length=120, unique=True)),
                ('subject', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('text', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_try', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_by', models.CharField(blank=True, max_length=60)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('message_id', models.CharField(blank=True, max_length=120)),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'hold_until'], name='notice_to_release'), models.Index(fields=['state', 'next_try'], name='notice_to_send'), models.Index(fields=['person', '-released_at'], name='notice_of_person')],
            },
        ),
    ]
