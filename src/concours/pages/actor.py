"""Who is asking: the one place that reads the request's user."""

from django.http import HttpRequest

from concours.selection.authority import PUBLIC, Actor
from concours.services.accounts import actor_for


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request; PUBLIC for somebody who is not signed in.

    Asked several times in one request (the door, the frame, the view), it is looked up
    once; signing in within a request asks again.
    """
    user = request.user
    if not user.is_authenticated:
        return PUBLIC
    known: tuple[int, Actor] | None = getattr(request, "_concours_actor", None)
    if known is None or known[0] != user.pk:
        known = (user.pk, actor_for(user.pk))
        request._concours_actor = known  # type: ignore[attr-defined]
    return known[1]
