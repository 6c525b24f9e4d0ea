"""The answer desk over HTTP: a raw ASGI handler for its two paths, beside Django's pool.

The protocol is written down in docs/guide/answer-desk.md. A request costs its token's
signature, its body's decoding and its share of one transaction; no session is looked up.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from concours.services.examination.desk import Busy, Desk
from concours.services.examination.desk_token import BadToken, Token

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ANSWERS = "/desk/answers"
SECTION = "/desk/section"
LARGEST = 64 * 1024
JSON = (b"content-type", b"application/json")
PRIVATE = (b"cache-control", b"no-store")
SNIFF = (b"x-content-type-options", b"nosniff")
Header = tuple[bytes, bytes]


class Refused(Exception):
    """An answer other than 200: status, code, remedy, more headers."""

    def __init__(self, status: int, code: str, remedy: str, *more: Header) -> None:
        super().__init__(code)
        self.status, self.code, self.remedy, self.more = status, code, remedy, more


class AnswerDesk:
    """The application for `/desk/…`. The database is opened at the first request."""

    def __init__(self, machine_now: Callable[[], datetime] | None = None) -> None:
        self._now = machine_now or _machine_now
        self._desk: Desk | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        status, more = 200, tuple[Header, ...]()
        try:
            content = await self._answer(scope, receive)
        except Refused as refused:
            status, more = refused.status, refused.more
            content = _refusal(refused.code, refused.remedy)
        length = (b"content-length", b"%d" % len(content))
        headers = [JSON, PRIVATE, SNIFF, length, *more]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def close(self) -> None:
        """Finish what waits; part of stopping the process."""
        if self._desk is not None:
            await self._desk.close()
            self._desk = None

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        method, path = scope["method"], scope["path"]
        if path not in (ANSWERS, SECTION):
            raise Refused(
                404, "no_such_path", "The desk answers at /desk/answers and /desk/section."
            )
        wanted = "POST" if path == ANSWERS else "GET"
        if method != wanted:
            raise Refused(405, "method", f"Use {wanted}.", (b"allow", wanted.encode()))
        desk = self._desk = self._desk or Desk(machine_now=self._now)
        headers: dict[bytes, bytes] = dict(scope["headers"])
        token = self._admit(desk, headers)
        try:
            if path == SECTION:
                return await desk.section(token)
            return await desk.save(token, await _body(headers, receive))
        except Busy as busy:
            raise Refused(
                503,
                "busy",
                "The desk is busy: keep the answers and send them again.",
                (b"retry-after", b"1"),
            ) from busy
        except msgspec.DecodeError as error:
            raise Refused(400, "not_readable", f"{error}.") from error

    def _admit(self, desk: Desk, headers: dict[bytes, bytes]) -> Token:
        scheme, _, text = headers.get(b"authorization", b"").partition(b" ")
        try:
            if scheme.lower() != b"bearer":
                raise BadToken
            return desk.admit(text.decode("latin-1"))
        except BadToken as bad:
            raise Refused(
                401, "token", bad.remedy, (b"www-authenticate", b'Bearer realm="answers"')
            ) from bad


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise Refused(415, "content_type", "Send application/json.")
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":  # the device went away
            raise Refused(400, "not_readable", "The request ended early.")
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise Refused(413, "too_large", f"Send at most {LARGEST} bytes at once.")
        if not message.get("more_body"):
            return body


def _refusal(code: str, remedy: str) -> bytes:
    return msgspec.json.encode({"refused": code, "remedy": remedy})


def _machine_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - tokens are machine time; service time is the database's
