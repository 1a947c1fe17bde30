"""A service on loopback: what arrives is kept, and a function of the service answers it."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass
class Seen:
    """A request that arrived."""

    method: str
    #: With the query, as it was sent.
    target: str
    headers: dict[str, str]
    body: bytes

    @cached_property
    def path(self) -> str:
        return urlsplit(self.target).path

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def json(self) -> Any:
        assert self.headers["content-type"].split(";")[0] == "application/json"
        return json.loads(self.body)

    @cached_property
    def bearer(self) -> str | None:
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        return value if kind == "Bearer" else None

    @cached_property
    def basic(self) -> tuple[str, str] | None:
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        if kind != "Basic":
            return None
        user, _, password = b64decode(value).decode().partition(":")
        return user, password


@dataclass
class Answer:
    """What a service says: an object as JSON, or bytes as they are."""

    status: int = 200
    content: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    #: It did what was asked, and nobody hears of it.
    lost: bool = False

    @property
    def body(self) -> bytes:
        return (
            self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()
        )


def sent_back(redirect_uri: str, **query: str) -> Answer:
    """Sends the browser back to whoever asked for consent."""
    return Answer(302, headers={"location": f"{redirect_uri}?{urlencode(query)}"})


class Double:
    """A service. `base` is where it listens."""

    def __init__(self) -> None:
        self.base = ""
        self.seen: list[Seen] = []

    def answer(self, seen: Seen) -> Answer:
        raise NotImplementedError

    def count(self, method: str, path: str) -> int:
        return sum((seen.method, seen.path) == (method, path) for seen in self.seen)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: Double

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, body)
        self.double.seen.append(seen)
        answer = self.double.answer(seen)
        if answer.lost:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        own = {"content-length": str(len(answer.body))} if answer.status != 204 else {}
        kind = {} if isinstance(answer.content, bytes) else {"content-type": "application/json"}
        for name, value in {**own, **kind, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve

    def log_message(self, *_: object) -> None:
        pass


Served = TypeVar("Served", bound=Double)


@contextmanager
def serve(double: Served) -> Iterator[Served]:
    """The service is there until the block ends."""
    handler = type("Bound", (_Handler,), {"double": double})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    double.base = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield double
    finally:
        http.shutdown()
        http.server_close()
