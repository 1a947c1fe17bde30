"""A component written in Python that sends whatever request a test wants, and a server on loopback
that answers it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from connector_driver import Connector, ConnectorError, Policy, connect
from connector_driver import contract as c
from connector_driver.contract import actions
from connector_driver.contract import connection as d

API = "https://api.example.com"
SECRET = "tok-3f1c9a7e5b2d"


class Probe:
    """Action `send` sends the request of the attribute `request`; error kinds go by the status.

    `first` replaces its first step, `resumed` what comes after it.
    """

    def __init__(self, request: c.Request | None = None) -> None:
        self.request = request or plain()
        self.first: c.Step | None = None
        self.resumed: Callable[[bytes, c.Reply], c.Step] = _answered

    def call(self, function: str, *arguments: Any) -> Any:
        if function == "connection.describe":
            return DESCRIPTOR
        if function == "actions.list-actions":
            return [actions.Action("send", None, "", "", "", [], "read", False, "single", [])]
        if function == "actions.start":
            return self.first or c.Send(self.request, b"sent")
        if function == "steps.resume":
            return self.resumed(*arguments)
        if function.endswith("choices"):
            *given, context = arguments
            assert isinstance(context, c.Context)
            title = json.dumps([function, *given])
            return c.Emit([{"value": 1, "title": title}], 1, b"")
        raise fail("invalid-input", function)

    def has(self, interface: str) -> bool:
        """None of the optional ones."""
        return False


def plain(**changes: Any) -> c.Request:
    """A GET with the credential `token`, and what is different."""
    request: dict[str, Any] = {
        "method": "get", "url": f"{API}/", "headers": [], "body": "empty",
        "credential": "token", "effect": "read", "costs": [],
        "idempotency_header": None, "save": False,
    }  # fmt: skip
    return c.Request(**(request | changes))


DESCRIPTOR = d.Descriptor(
    id="probe", title="", summary="", version="0.0.0", api_version="1",
    environments=[d.Environment("main", "", ""), d.Environment("trial", "", "")],
    origins=[API, "https://trial.example.com", "https://*.upload.example.com",
             "http://plain.example.com"],
    credentials=[
        d.Credential("token", "", True, None, d.Secret(""), "bearer", [
            d.BoundOrigin(API, "main"), d.BoundOrigin("https://trial.example.com", "trial"),
        ]),
        d.Credential("key", "", False, None, d.Secret(""), d.Header("X-Api-Key", ""),
                     [d.BoundOrigin(API, None)]),
    ],
    settings={}, form={}, setup=[], quotas=[], operations=[], requires=[],
)  # fmt: skip


def _answered(_: bytes, reply: c.Reply) -> c.Step:
    if isinstance(reply, c.Undelivered):
        raise fail("unavailable", reply.value)
    if isinstance(reply, c.Saved):
        return c.Read(reply.blob, 0, 1000, b"read")
    if isinstance(reply, c.Chunk):
        return c.Done({"text": reply.data.decode(), "size": reply.size}, None)
    if not isinstance(reply, c.Response):
        return c.Done(None, None)
    text, headers = reply.body.decode(), {one.name: one.value for one in reply.headers}
    after = headers.get("retry-after")
    kinds: dict[int, c.ErrorKind] = {401: "unauthenticated", 429: "rate-limited"}
    kind = kinds.get(reply.status) or ("unavailable" if reply.status >= 500 else None)
    if kind is not None:
        raise fail(kind, text, None if after is None else int(after) * 1000)
    return c.Done({"status": reply.status, "text": text, "headers": headers}, None)


def fail(kind: c.ErrorKind, message: str, after: int | None = None) -> ConnectorError:
    return ConnectorError(c.Error(kind, kind, message, None, [], None, None, after, None))


@dataclass
class Seen:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answers = Callable[["Handler", Seen], None]


@dataclass
class Server:
    base: str
    seen: list[Seen] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_: Server
    answers: tuple[Answers, ...]

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, body)
        self.server_.seen.append(seen)
        self.answers[min(len(self.server_.seen), len(self.answers)) - 1](self, seen)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PROPFIND = serve

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(*answers: Answers) -> Iterator[Server]:
    """Answers with one after the other, the last one again and again."""
    server = Server("")
    handler = type("Bound", (Handler,), {"server_": server, "answers": answers})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    server.base = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


def answer(status: int, text: str | bytes = "", **headers: str) -> Answers:
    content = text.encode() if isinstance(text, str) else text

    def write(handler: Handler, _: Seen) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return write


def echo(status: int) -> Answers:
    """Says which credential came, in a header and in the body."""

    def write(handler: Handler, seen: Seen) -> None:
        came = seen.headers.get("authorization", "")
        answer(status, f"ä {came}", x_echo=came)(handler, seen)

    return write


def cut(handler: Handler, _: Seen) -> None:
    """Half an answer."""
    handler.send_response(200)
    handler.send_header("content-length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


def never(_: Handler, __: Seen) -> None:
    time.sleep(1)


def drip(handler: Handler, _: Seen) -> None:
    """A byte now and then, so no single wait is long."""
    handler.send_response(200)
    handler.send_header("content-length", "100")
    handler.end_headers()
    for _number in range(20):
        handler.wfile.write(b".")
        time.sleep(0.05)


#: Waits that are too short to notice.
QUICK = Policy(backoff=0.001)


def connected(base: str, request: c.Request | None = None, **options: Any) -> Connector:
    """The probe connected to a server."""
    defaults: dict[str, Any] = {
        "credentials": {"token": SECRET, "key": SECRET},
        "routes": {API: base},
        "policy": QUICK,
    }
    return connect(Probe(request), **(defaults | options))
