"""Answers by epoch: which device wrote, what a late one is, and that no row is ever changed."""

from django.db import migrations, models

import concours.records.guards


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0011_correction'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='answer', name='answer_latest'),
        migrations.RemoveConstraint(model_name='answer', name='answer_once'),
        migrations.AddField(model_name='answer', name='epoch', field=models.PositiveIntegerField(default=1)),
        migrations.AddField(model_name='answer', name='receipt', field=models.CharField(blank=True, default='', max_length=16)),
        migrations.AddField(model_name='answer', name='late', field=models.BooleanField(default=False)),
        migrations.AddField(model_name='answer', name='given_at', field=models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(model_name='answer', constraint=models.UniqueConstraint(fields=('sitting', 'epoch', 'n'), name='answer_once')),
        migrations.AddIndex(model_name='answer', index=models.Index(fields=['sitting', 'section', 'item', 'epoch', 'n'], name='answer_latest')),
        # Sittings that stand already have one epoch; a sitting opened from now on has none yet.
        migrations.AddField(model_name='sitting', name='epoch', field=models.PositiveIntegerField(default=1)),
        migrations.AlterField(model_name='sitting', name='epoch', field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name='sitting', name='state', field=models.CharField(default='closed', max_length=8)),
        migrations.AddField(model_name='sitting', name='section', field=models.CharField(blank=True, default='', max_length=40)),
        migrations.AddField(model_name='sitting', name='closes_at', field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name='sitting', name='accepts_until', field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name='sitting', name='late_until', field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name='sitting', name='late_taken', field=models.BooleanField(default=False)),
        migrations.RemoveField(model_name='sitting', name='next_n'),
        concours.records.guards.GuardTables(),
    ]
