"""Who is asking: the one place that reads the request's user."""

from django.http import HttpRequest

from concours.selection.authority import PUBLIC, Actor
from concours.services.accounts import actor_for


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request; PUBLIC for somebody who is not signed in."""
    user = request.user
    if not user.is_authenticated:
        return PUBLIC
    return actor_for(user.pk)
