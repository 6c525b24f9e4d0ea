"""One ASGI application: the answer desk's few paths raw, everything else Django in threads.

Django runs as WSGI in a bounded pool, so that database connections are bounded and
persistent. The answer desk (`concours.examroom.desk`) is an ASGI application of its
own, for one insert per request; each half can be served alone.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, cast

from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concours.site.settings")

THREADS = 8
DESK = "/exam/desk/"
"""Where the answer desk's paths begin."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Half = Literal["pages", "desk"]


def build(only: Half | None = None) -> Application:
    """The application, whole or one half of it; what the other half answers is not found here."""
    pages = _pages() if only != "desk" else nothing
    desk = _desk() if only != "pages" else nothing
    return dispatch(pages, desk)


def dispatch(pages: Application, desk: Application) -> Application:
    """Send each request to its half by where its path begins."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            half = desk if scope["path"].startswith(DESK) else pages
            if scope["path"] == "/healthz" and half is nothing:
                half = _alive
            await half(scope, receive, send)
        else:
            raise ValueError(f"{scope['type']} connections are not served")

    return application


def _pages() -> Application:
    wsgi = import_module("concours.site.wsgi").application
    import_module("concours.site.urls")  # a fault in a page's module ends the start, not a request
    return cast(Application, WSGIMiddleware(wsgi, workers=THREADS))


def _desk() -> Application:
    if find_spec("concours.examroom.desk") is None:
        return nothing
    import_module("concours.site.wsgi")  # tables must be loaded first
    return cast(Application, import_module("concours.examroom.desk").application)


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """The half that is served elsewhere: everything is not found."""
    await _answer(send, 404, b"not found\n")


async def _alive(scope: Scope, receive: Receive, send: Send) -> None:
    await _answer(send, 200, b'{"alive": true}')


async def _answer(send: Send, status: int, body: bytes) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [kind]})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
