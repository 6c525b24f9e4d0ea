"""The words of a test's items are markup from now on: what stood there as plain text is escaped."""

from html import escape
from typing import Any

from django.db import migrations


def to_markup(apps: Any, schema_editor: Any) -> None:
    """Escape what markup would read otherwise; paragraphs of a passage become paragraphs."""
    model = apps.get_model("records", "TestItem")
    changed = []
    for row in model.objects.iterator(chunk_size=500):
        before = (row.stem, row.options, row.passage)
        row.stem = escape(row.stem, quote=False).replace("\n", "<br/>")
        row.options = [[letter, escape(str(words), quote=False)] for letter, words in row.options]
        row.passage = "".join(
            f"<p>{escape(part, quote=False)}</p>" for part in row.passage.split("\n\n") if part
        )
        if before != (row.stem, row.options, row.passage):
            changed.append(row)
    model.objects.bulk_update(changed, ["stem", "options", "passage"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("records", "0022_candidacy_periods")]

    operations = [migrations.RunPython(to_markup, migrations.RunPython.noop)]
