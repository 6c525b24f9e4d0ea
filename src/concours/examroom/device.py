"""Opening the sitting on a device: signed in, by the page's own script; the answer is JSON."""

from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from concours.kernel.errors import NotPermitted, Refusal
from concours.kernel.period import instant_text
from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.services.examination.device import Device, open_device

LARGEST = 4_000


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device sends: the token it kept, if it kept one."""

    resume: str = ""


@never_cache
@require_POST
def device(request: HttpRequest, code: str) -> HttpResponse:
    """Open the sitting on this device: the next epoch, or the one it still holds."""
    try:
        body = request.body[:LARGEST] or b"{}"
        asked = msgspec.json.decode(body, type=Asked)
    except msgspec.DecodeError as error:
        return _json({"refused": "not_readable", "remedy": str(error)}, HTTPStatus.BAD_REQUEST)
    machine_now = datetime.now(UTC)  # noqa: TID251 - how long a token is good is machine time
    try:
        found = open_device(
            actor_of(request), code, at=service_now(), machine_now=machine_now, resume=asked.resume
        )
    except NotPermitted as refusal:
        return _json({"refused": refusal.code, "remedy": refusal.remedy}, HTTPStatus.FORBIDDEN)
    except Refusal as refusal:
        return _json({"refused": refusal.code, "remedy": refusal.remedy}, HTTPStatus.CONFLICT)
    return _json(written(found), HTTPStatus.OK)


def written(found: Device) -> dict[str, object]:
    """A device's reply as the protocol writes it."""
    plain = asdict(found)
    key = plain.pop("hand_over")
    jwk = {"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["y"]}
    return {**plain, "hand_over": {"kid": key["kid"], "jwk": jwk}}


def _json(content: object, status: int) -> HttpResponse:
    text = msgspec.json.encode(_instants(content))
    return HttpResponse(text, status=status, content_type="application/json")


def _instants(value: object) -> object:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, dict):
        return {k: _instants(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_instants(v) for v in value]
    return value
