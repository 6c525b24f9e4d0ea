"""One ASGI application: Django as WSGI in a bounded pool of threads, split by path when asked.

Synchronous views in eight threads, so that database connections are bounded and
lasting. The exam room can be served by processes of its own (`concours serve --only
desk`), which a rush on the other pages does not slow: `dispatch` knows which paths
are whose, and each half answers 404 for the other's.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from typing import Any, Literal, cast

from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concours.site.settings")

THREADS = 8
DESK = "/exam/"
"""Where the exam room's pages begin."""

ANSWERS = "/desk/"
"""Where the answer desk's few paths begin: a raw handler, not Django's."""

SHARED = ("/static/", "/healthz", "/readyz")
"""What each half answers for itself."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Half = Literal["pages", "desk"]


def build(only: Half | None = None) -> Application:
    """The application, whole or one half of it."""
    wsgi = import_module("concours.site.wsgi").application
    import_module("concours.site.urls")  # a fault in a page's module ends the start, not a request
    django = cast(Application, WSGIMiddleware(wsgi, workers=THREADS))
    answers = import_module("concours.examroom.desk").AnswerDesk()
    door = import_module("concours.portal.examination.desk").SeatDoor
    return dispatch(
        pages=elsewhere if only == "desk" else door(django),
        desk=elsewhere if only == "pages" else django,
        shared=django,
        answers=elsewhere if only == "pages" else answers,
        at_end=answers.close,
    )


async def _nothing() -> None:
    """What a dispatch without an answer desk has to finish."""


def dispatch(
    *,
    pages: Application,
    desk: Application,
    shared: Application,
    answers: Application | None = None,
    at_end: Callable[[], Awaitable[None]] = _nothing,
) -> Application:
    """Send each request to its half by where its path begins; ``at_end`` is awaited at the stop."""
    answering = answers or desk

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send, at_end)
        elif scope["type"] != "http":
            raise ValueError(f"{scope['type']} connections are not served")
        elif scope["path"].startswith(ANSWERS):
            await answering(scope, receive, send)
        elif scope["path"].startswith(SHARED):
            await shared(scope, receive, send)
        elif scope["path"].startswith(DESK):
            await desk(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application


async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """The half that another process serves: everything is not found here."""
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": 404, "headers": [kind]})
    await send({"type": "http.response.body", "body": b"not served by this process\n"})


async def _lifespan(receive: Receive, send: Send, at_end: Callable[[], Awaitable[None]]) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await at_end()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
