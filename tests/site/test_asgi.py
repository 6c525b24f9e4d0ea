"""The answer desk's paths go to the desk, everything else to Django; each half stands alone."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from concours.site import asgi


def answer(application: asgi.Application, path: str) -> tuple[int, bytes]:
    """Status and body of one GET."""
    sent: list[MutableMapping[str, Any]] = []
    scope = {"type": "http", "path": path, "method": "GET", "headers": []}

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return int(sent[0]["status"]), body


def named(word: bytes) -> asgi.Application:
    """A half that answers with its own name."""

    async def half(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": word})

    return half


def halves(*, pages: bool = True, desk: bool = True) -> asgi.Application:
    """The dispatcher with a half left to another process where told."""
    return asgi.dispatch(
        pages=named(b"pages") if pages else asgi.elsewhere,
        desk=named(b"desk") if desk else asgi.elsewhere,
        shared=named(b"shared"),
    )


@pytest.mark.parametrize(
    ("path", "half"),
    [
        ("/exam/2F0W-P5F5/", b"desk"),
        ("/examiners/", b"pages"),
        ("/board/exam/", b"pages"),
        ("/", b"pages"),
        ("/healthz", b"shared"),
        ("/static/pages/css/parts.css", b"shared"),
    ],
)
def test_each_path_has_one_half(path: str, half: bytes) -> None:
    assert answer(halves(), path) == (200, half)


def test_a_desk_alone_knows_no_page_but_is_well() -> None:
    desk = halves(pages=False)
    assert answer(desk, "/exam/2F0W-P5F5/") == (200, b"desk")
    assert answer(desk, "/board/") == (404, b"not served by this process\n")
    assert answer(desk, "/readyz") == (200, b"shared")


def test_pages_alone_serve_no_sitting() -> None:
    pages = halves(desk=False)
    assert answer(pages, "/") == (200, b"pages")
    assert answer(pages, "/exam/2F0W-P5F5/") == (404, b"not served by this process\n")


def test_a_connection_that_is_not_http_is_refused() -> None:
    async def connect() -> None:
        await halves()({"type": "websocket", "path": "/"}, None, None)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(connect())
