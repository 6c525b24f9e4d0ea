"""The one Django app that has tables."""

from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Every table and migration."""

    name = "concours.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Records"

    def ready(self) -> None:
        """Make the lookup `any_of` known."""
        import_module("concours.records.any_of")
