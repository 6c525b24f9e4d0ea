"""Guard the ledger's tables."""

from typing import ClassVar

from django.db import migrations

from concours.records.guards import GuardTables


class Migration(migrations.Migration):
    """Triggers refuse what an append-only table does not allow."""

    dependencies: ClassVar = [("records", "0001_tables")]
    operations: ClassVar = [GuardTables()]
