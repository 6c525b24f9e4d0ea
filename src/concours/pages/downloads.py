"""Files handed out: always as a download, never opened inside the service's own pages."""

from urllib.parse import quote

from django.http import HttpResponse


def file_response(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes as a download under their own name, whatever letters it has."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
