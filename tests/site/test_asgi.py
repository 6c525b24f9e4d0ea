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


@pytest.mark.parametrize(
    ("path", "half"),
    [
        ("/exam/desk/answers", b"desk"),
        ("/exam/desk", b"pages"),
        ("/exam/sitting/", b"pages"),
        ("/", b"pages"),
        ("/healthz", b"pages"),
    ],
)
def test_each_path_has_one_half(path: str, half: bytes) -> None:
    whole = asgi.dispatch(named(b"pages"), named(b"desk"))
    assert answer(whole, path) == (200, half)


def test_a_desk_alone_knows_no_page_but_says_it_is_alive() -> None:
    desk = asgi.dispatch(asgi.nothing, named(b"desk"))
    assert answer(desk, "/exam/desk/answers") == (200, b"desk")
    assert answer(desk, "/board/") == (404, b"not found\n")
    assert answer(desk, "/healthz") == (200, b'{"alive": true}')


def test_pages_alone_answer_no_desk() -> None:
    pages = asgi.dispatch(named(b"pages"), asgi.nothing)
    assert answer(pages, "/exam/desk/answers") == (404, b"not found\n")


def test_a_connection_that_is_not_http_is_refused() -> None:
    whole = asgi.dispatch(named(b"pages"), named(b"desk"))

    async def connect() -> None:
        await whole({"type": "websocket", "path": "/"}, None, None)

    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(connect())
