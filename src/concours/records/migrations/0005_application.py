"""The application."""

import concours.records.models.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_standing'),
    ]

    operations = [
        migrations.CreateModel(
            name='EqualityAnswer',
            fields=[
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14, primary_key=True, serialize=False)),
                ('content', concours.records.models.kinds.SealedField()),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApplicationSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('candidacy', concours.records.models.kinds.CodeField(max_length=14)),
                ('section', models.CharField(max_length=40)),
                ('content', concours.records.models.kinds.SealedField()),
                ('digest', models.CharField(max_length=64)),
                ('complete', models.BooleanField(default=False)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('candidacy', 'section'), name='section_once')],
            },
        ),
    ]
