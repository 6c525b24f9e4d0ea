"""An item's markup drawn: reduced to the safe set once more, its images at their addresses."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from concours.services.items.markup import drawn

register = template.Library()


@register.filter
def item_markup(markup: str) -> SafeString:
    """The markup of a stem, option or passage as HTML."""
    return mark_safe(drawn(markup, lambda digest: reverse("board:items_image", args=[digest])))
