"""The pictures of the open section."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.services.items.room_pictures import room_picture


@never_cache
@require_safe
def picture(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """One picture. The browser stores nothing of it but the copy that the room keeps and erases."""
    found = room_picture(actor_of(request), code, digest, at=service_now())
    return HttpResponse(found, content_type="image/png")
