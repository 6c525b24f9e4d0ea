"""Seats kept for a while, the waiting list, and the lottery."""

import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0012_answer_epochs'),
    ]

    operations = [
        migrations.CreateModel(
            name='SeatLottery',
            fields=[
                ('competition', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('step', models.CharField(max_length=40)),
                ('seed', models.CharField(max_length=64)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('drawn_at', models.DateTimeField(blank=True, null=True)),
                ('published', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SeatTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('competition', concours.records.models.kinds.CodeField(max_length=14)),
                ('ticket', concours.records.models.kinds.CodeField(max_length=14, unique=True)),
                ('wishes', models.JSONField(default=list)),
                ('accessible', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SeatWait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('step', models.CharField(max_length=40)),
                ('session', concours.records.models.kinds.CodeField(max_length=14)),
                ('accessible', models.BooleanField(default=False)),
                ('joined_at', models.DateTimeField()),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('seat', models.CharField(blank=True, default='', max_length=8)),
                ('answer_by', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='seat',
            name='kept_as',
            field=models.CharField(blank=True, default='', max_length=5),
        ),
        migrations.AddField(
            model_name='seat',
            name='kept_for',
            field=concours.records.models.kinds.CodeField(blank=True, max_length=14, null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='kept_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('kept_for__isnull', False)), fields=('kept_for', 'step'), name='one_seat_kept_each'),
        ),
        migrations.AddConstraint(
            model_name='seatticket',
            constraint=models.UniqueConstraint(fields=('candidacy', 'competition'), name='ticket_each'),
        ),
        migrations.AddIndex(
            model_name='seatwait',
            index=models.Index(fields=['session', 'state', 'id'], name='seat_wait_order'),
        ),
        migrations.AddConstraint(
            model_name='seatwait',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'offered'])), fields=('candidacy', 'session'), name='waits_once'),
        ),
        migrations.AddConstraint(
            model_name='seatwait',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('candidacy', 'step'), name='one_offer_each'),
        ),
    ]
