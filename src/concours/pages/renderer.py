"""Django's own form rendering, with the templates of this room in front of Django's."""

from functools import cached_property
from pathlib import Path

from django.forms import renderers
from django.template.backends.django import DjangoTemplates

OURS = Path(__file__).parent / "templates"
DJANGOS = Path(renderers.__file__).parent / "templates"


class FormRenderer(renderers.DjangoTemplates):
    """Renders every form of the service, those of libraries too, in our look.

    The engine stands apart from the site's, so that the order of installed
    applications never decides which template draws a field.
    """

    @cached_property
    def engine(self) -> DjangoTemplates:
        """Templates for forms: ours where we have one, Django's otherwise."""
        return DjangoTemplates(
            {"APP_DIRS": False, "DIRS": [OURS, DJANGOS], "NAME": "concours_forms", "OPTIONS": {}}
        )
