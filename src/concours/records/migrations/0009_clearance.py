"""Clearances and the final review."""

import concours.records.codes
import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0008_assessment'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClearanceStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('person', concours.records.models.kinds.CodeField(max_length=14)),
                ('compartment', models.CharField(max_length=20)),
                ('state', models.CharField(max_length=20)),
                ('waits_on', models.CharField(blank=True, max_length=20)),
                ('since', models.DateTimeField()),
                ('due_on', models.DateTimeField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['compartment', 'state', 'due_on'], name='clearance_desk')],
                'constraints': [models.UniqueConstraint(fields=('file', 'compartment'), name='compartment_once')],
            },
        ),
        migrations.CreateModel(
            name='CompartmentRecord',
            fields=[
                ('code', concours.records.models.kinds.CodeField(default=concours.records.codes.new_code, editable=False, max_length=14, primary_key=True, serialize=False)),
                ('person', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('file', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('compartment', models.CharField(max_length=20)),
                ('kind', models.CharField(max_length=40)),
                ('content', concours.records.models.kinds.SealedField()),
                ('commitment', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', concours.records.models.kinds.CodeField(max_length=14)),
            ],
            options={
                'indexes': [models.Index(fields=['file', 'compartment', 'at'], name='compartment_of_file')],
            },
        ),
        migrations.CreateModel(
            name='ReviewSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('member', concours.records.models.kinds.CodeField(max_length=14)),
                ('sworn', models.BooleanField(default=False)),
                ('state', models.CharField(max_length=20)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('due_on', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['member', 'state', 'due_on'], name='review_desk')],
                'constraints': [models.UniqueConstraint(fields=('file', 'member'), name='review_seat_once')],
            },
        ),
        migrations.CreateModel(
            name='ReviewSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', concours.records.models.kinds.CodeField(db_index=True, max_length=14)),
                ('file', concours.records.models.kinds.CodeField(max_length=14)),
                ('round', models.PositiveSmallIntegerField()),
                ('turn', models.PositiveBigIntegerField(default=0)),
                ('member', concours.records.models.kinds.CodeField(max_length=14)),
                ('content', concours.records.models.kinds.SealedField()),
                ('locked_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('file', 'turn', 'member'), name='one_review_vote')],
            },
        ),
    ]
