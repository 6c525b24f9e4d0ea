"""An item's markup as the room shows it: reduced to the safe set, its pictures at the sitting's addresses."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from concours.services.items.markup import drawn, has_blocks, in_one_line

register = template.Library()


@register.filter
def room_text(markup: str, code: str) -> SafeString:
    """A stem or passage; ``code`` is the candidacy whose sitting shows it, "" in the rehearsal."""
    return mark_safe(drawn(markup, lambda digest: reverse("examroom:picture", args=[code, digest])))


@register.filter
def room_line(markup: str, code: str) -> SafeString:
    """The same for a place that holds no paragraphs, such as a heading or a label."""
    return room_text(in_one_line(markup), code)


@register.filter
def in_blocks(markup: str) -> bool:
    """Whether a stem needs a place of its own, because it holds more than a heading can."""
    return has_blocks(markup)
