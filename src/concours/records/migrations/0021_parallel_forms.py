"""Parallel forms of one test, and items with several right options."""

from django.db import migrations, models

from concours.records.guards import GuardTables


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0020_appeal_grounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="testitem",
            name="forms",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="testitem",
            name="several",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="testitem",
            name="key",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="sitting",
            name="form",
            field=models.CharField(blank=True, default="", max_length=1),
        ),
        migrations.AlterField(
            model_name="keycheckitem",
            name="key",
            field=models.CharField(max_length=8),
        ),
        migrations.AlterField(
            model_name="keycheckitem",
            name="suspect",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="answer",
            name="choice",
            field=models.CharField(blank=True, max_length=8),
        ),
        GuardTables(),
    ]
