"""Persons, accounts, staff roles."""

import concours.records.codes
import concours.records.models.kinds
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('file', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('full_name', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('birth_date', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('address', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('telephone', concours.records.models.kinds.SealedField(blank=True, null=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('code', concours.records.models.kinds.CodeField(default=concours.records.codes.new_code, editable=False, max_length=14, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('language', models.CharField(choices=[('en', 'en'), ('es', 'es'), ('ar', 'ar')], default='en', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account', to='records.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NameKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.BinaryField(max_length=16)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='name_keys', to='records.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('token', 'person'), name='name_key_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('compartment', models.CharField(blank=True, max_length=20)),
                ('key_id', models.CharField(max_length=16)),
                ('wrapped', models.BinaryField()),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='records.person')),
            ],
            options={
                'indexes': [models.Index(fields=['key_id'], name='key_by_service_key')],
                'constraints': [models.UniqueConstraint(fields=('person', 'compartment'), name='one_key_a_compartment')],
            },
        ),
        migrations.CreateModel(
            name='StaffRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('public', 'Anybody, without an account'), ('candidate', 'A person applying, on their own files only'), ('registrar', "Runs the competition's files: eligibility, register, offers, corrections"), ('test_administrator', 'Centres, sessions, seats, scoring and key decisions'), ('proctor', 'Checks candidates in and runs the sitting'), ('scheduler', 'Allocates panels and assessment days'), ('marker', 'Marks essays, blind'), ('panellist', 'Reads narratives, blind'), ('chair', 'Settles disagreements of a panel'), ('assessor', 'Rates the oral assessment'), ('medical_adjudicator', 'The medical compartment'), ('waiver_officer', 'Decides medical waivers'), ('security_adjudicator', 'The security compartment'), ('suitability_examiner', 'Final review'), ('appeals_officer', 'Decides appeals and reversals'), ('appointing_authority', 'Approves competitions, cuts, classes; signs offers'), ('training_officer', 'Training results and first postings'), ('policy_officer', 'Rulebooks, editions and amendments'), ('psychometrician', 'Item analysis and scores'), ('auditor', 'Reads every decision and proof; decides nothing'), ('system', 'The worker, on dates that have come')], max_length=40)),
                ('granted_by', concours.records.models.kinds.CodeField(max_length=14)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff_roles', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'role'], name='role_of_account')],
            },
        ),
    ]
