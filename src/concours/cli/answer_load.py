"""The load on an answer desk: many connections, one request each on its way, in one lean loop.

Runs as a process of its own (`python -m concours.cli.answer_load`), knows nothing of the
service but its protocol, and prints what it measured as one line of JSON.
"""

import json
import os
import select
import socket
import sys
import time
from dataclasses import dataclass
from typing import Any

FIRST = 1_000_000
"""Numbers of one width, so that every request is as long as the next."""


@dataclass(slots=True)
class Line:
    """One connection: the requests' heads of its sittings, and where it stands."""

    socket: socket.socket
    heads: list[bytes]
    turn: int = 0
    began: int = 0
    got: bytes = b""


def main() -> None:
    """Read what to do from stdin, do it, print what came of it."""
    asked = json.load(sys.stdin)
    print(json.dumps(run(asked)))


def run(asked: dict[str, Any]) -> dict[str, Any]:
    """Keep every connection busy for so many seconds."""
    lines, poll = {}, select.epoll()
    tokens: list[str] = asked["tokens"]
    count: int = asked["connections"]
    for number in range(count):
        link = socket.create_connection(("127.0.0.1", asked["ports"][number % len(asked["ports"])]))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heads = [_head(asked["kind"], token) for token in tokens[number::count]]
        lines[link.fileno()] = Line(link, heads)
        poll.register(link, select.EPOLLIN)
    make = _save if asked["kind"] == "save" else _read
    wanted = b'"status":"saved"' if asked["kind"] == "save" else b'"items":'
    took: list[int] = []
    other: dict[str, int] = {}
    first = FIRST + asked.get("first", 0)
    clock = time.perf_counter_ns
    used = os.times()
    began = clock()
    until = began + int(asked["seconds"] * 1e9)
    for line in lines.values():
        line.began = clock()
        line.socket.sendall(make(line, first))
    busy = count
    while busy:
        for number, _ in poll.poll():
            line = lines[number]
            data = line.socket.recv(262_144)
            if line.got:
                data = line.got + data
            if not data.endswith(b"}"):
                if not data:
                    raise ConnectionError("the desk hung up")
                line.got = data
                continue
            line.got = b""
            now = clock()
            took.append(now - line.began)
            if wanted not in data:
                said = data[:12].decode() + _status(data)
                other[said] = other.get(said, 0) + 1
            if now < until:
                line.began = now
                line.socket.send(make(line, first))
            else:
                busy -= 1
    seconds = (clock() - began) / 1e9
    after = os.times()
    took.sort()
    return {
        "done": len(took),
        "seconds": seconds,
        "per_second": len(took) / seconds,
        "p50_ms": _share(took, 0.50),
        "p99_ms": _share(took, 0.99),
        "other_replies": other,
        "client_cpu": after.user + after.system - used.user - used.system,
        "turns": max(line.turn for line in lines.values()),
    }


def _head(kind: str, token: str) -> bytes:
    if kind == "save":
        length = len(_body(FIRST, 10))
        return (
            f"POST /desk/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        ).encode()
    return (
        f"GET /desk/section HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


def _body(n: int, item: int) -> bytes:
    choice = "ABCD"[n % 4]
    return b'{"saves":[{"n":%d,"section":"job_knowledge","item":%d,"choice":"%s"}]}' % (
        n,
        item,
        choice.encode(),
    )


def _save(line: Line, first: int) -> bytes:
    """The next save of this connection: another sitting each time, items 10 to 59 in turn."""
    turn = line.turn
    line.turn = turn + 1
    place = turn % len(line.heads)
    n = first + turn // len(line.heads)
    return line.heads[place] + _body(n, 10 + n % 50)


def _read(line: Line, first: int) -> bytes:
    line.turn += 1
    return line.heads[line.turn % len(line.heads)]


def _status(data: bytes) -> str:
    place = data.find(b'"status":')
    return data[place : place + 24].decode() if place >= 0 else ""


def _share(ordered: list[int], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1e6, 3)


if __name__ == "__main__":
    main()
