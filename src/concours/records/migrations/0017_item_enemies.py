"""The items an item calls its enemies, for looking them up from the other side."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0016_item_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='bankitem',
            name='enemies',
            field=models.TextField(blank=True, default=""),
        ),
    ]
