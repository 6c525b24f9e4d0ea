"""The seat desk's door: the reservation form's POST, answered in groups.

It takes exactly what the page sends: the session cookie, the form's token and its fields. What is
anything but a plain reservation by a signed-in candidate goes on to the page itself, which
answers with its own words; so does whatever the rules refuse, except that a session is full.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.cookie import parse_cookie
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from concours.pages.clock import service_now
from concours.services.examination.seat_desk import (
    MOST,
    WAITING,
    Answer,
    Request,
    answer_group,
    lanes,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/candidacy/([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/examination/seats/\Z")
LARGEST = 8_192
FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class _Waiting:
    request: Request
    answer: "asyncio.Future[Answer]"


class SeatDoor:
    """An ASGI application in front of the pages: it keeps reservations, the rest goes on."""

    def __init__(self, pages: Application) -> None:
        self.pages = pages
        self.waiting: list[_Waiting] = []
        self.serving: set[asyncio.Task[None]] = set()
        self.lanes = [
            ThreadPoolExecutor(1, thread_name_prefix=f"seat-desk-{n}") for n in range(lanes())
        ]
        self.idle = [*self.lanes]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.match(scope["path"]) if scope.get("method") == "POST" else None
        if found is None or not _short(scope):
            await self.pages(scope, receive, send)
            return
        body = await _body(receive)
        request = _request(scope, found[1], body)
        if request is None:
            await self.pages(scope, _again(body, receive), send)
        elif len(self.waiting) >= WAITING:
            await _send(send, 503, (b"retry-after", b"1"))
        else:
            answer = await self._answer(request)
            if answer == "elsewhere":
                await self.pages(scope, _again(body, receive), send)
            else:
                await _send(send, 302, (b"location", _next(answer, request).encode()))

    async def _answer(self, request: Request) -> Answer:
        place = _Waiting(request, asyncio.get_running_loop().create_future())
        self.waiting.append(place)
        if self.idle:
            task = asyncio.create_task(self._serve(self.idle.pop()))
            self.serving.add(task)
            task.add_done_callback(self.serving.discard)
        return await place.answer

    async def _serve(self, lane: ThreadPoolExecutor) -> None:
        """Answer whoever waits, group after group; while one is recorded the next gathers."""
        try:
            await self._groups(lane)
        finally:
            self.idle.append(lane)

    async def _groups(self, lane: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            group, self.waiting = self.waiting[:MOST], self.waiting[MOST:]
            answers: list[Answer]
            try:
                answers = await loop.run_in_executor(
                    lane, _answers, [place.request for place in group]
                )
            except Exception:  # the page meets the same fault, and says or logs it
                answers = ["elsewhere"] * len(group)
            for place, answer in zip(group, answers, strict=True):
                if not place.answer.done():
                    place.answer.set_result(answer)


def _answers(requests: list[Request]) -> list[Answer]:
    return answer_group(requests, at=service_now(), machine_now=datetime.now(UTC))  # noqa: TID251


def _next(answer: Answer, request: Request) -> str:
    if answer == "reserved":
        return reverse("portal:examination_confirmation", args=[request.code])
    address = reverse("portal:examination_reserve_seat", args=[request.code])
    return f"{address}?full={request.session}"


def _request(scope: Scope, code: str, body: bytes) -> Request | None:
    """The reservation in this request; None for anything the page had better answer."""
    http = _http(scope, body)
    if http is None or not _from_our_form(http):
        return None
    session_key = http.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    wanted, seen = http.POST.get("session", ""), http.POST.get("seen", "")
    accessible = http.POST.get("accessible")
    if not session_key or not wanted or not seen or accessible not in ("yes", "no"):
        return None
    if "hold" in http.POST:
        return None
    return Request(
        session_key=session_key,
        code=code,
        session=wanted,
        accessible=accessible == "yes",
        seen=seen,
    )


def _http(scope: Scope, body: bytes) -> HttpRequest | None:
    """What Django's own checks look at: the form, the cookies, where it was sent from and to."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if not headers.get("content-type", "").startswith(FORM):
        return None
    http = HttpRequest()
    http.method = "POST"
    http.META = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    if scope.get("scheme") == "https":
        http.META["wsgi.url_scheme"] = "https"
    http.COOKIES = parse_cookie(headers.get("cookie", ""))
    try:
        http.POST = QueryDict(body)
    except (UnicodeError, TooManyFieldsSent):
        return None
    return http


def _from_our_form(http: HttpRequest) -> bool:
    """Whether a page of ours sent it, to our address, over HTTPS where we ask for it."""
    secure = http.is_secure() or http.META.get("wsgi.url_scheme") == "https"
    if settings.SECURE_SSL_REDIRECT and not secure:
        return False
    try:
        http.get_host()
        GUARD.process_request(http)
        return GUARD.process_view(http, _nothing, (), {}) is None
    except DisallowedHost:
        return False


def _nothing(http: HttpRequest) -> HttpResponse:
    return HttpResponse()


class _Guard(CsrfViewMiddleware):
    """The guard against forged forms that stands before every page; the page says its no."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


GUARD = _Guard(_nothing)


def _short(scope: Scope) -> bool:
    """Whether the request says its length, and it is that of a form."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return bool(length.isdigit() and int(length) <= LARGEST)


async def _body(receive: Receive) -> bytes:
    """The whole body, or as much as came before the browser went away."""
    parts = b""
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            return parts


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read already, given to the page as if it had not been."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def _send(send: Send, status: int, header: tuple[bytes, bytes]) -> None:
    headers = [
        header,
        (b"content-length", b"0"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
