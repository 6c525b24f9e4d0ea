"""What every page of the room is given: its looks, its sentences, its addresses."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from concours.examroom import assets
from concours.examroom.display import display_of
from concours.examroom.speech import speech


def of_room(
    request: HttpRequest, code: str, *, granted: Collection[str], **config: Any
) -> dict[str, Any]:
    """The context of a page of the room; ``granted`` are the candidate's accommodations,
    ``config`` is for its scripts."""
    home = reverse("examroom:sitting", args=[code])
    urls = {
        "home": home,
        "page": request.path,
        "device": f"{home}device/",
        "answers": "/desk/answers",
        "section": "/desk/section",
        "worker": f"{reverse('examroom:worker')}?v={assets.version()}",
        "sign_in": f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.path})}",
    }
    plain = {"code": code, "version": assets.version(), "urls": urls, **config}
    return {"display": display_of(request, granted), "speech": speech(), "config": plain}
