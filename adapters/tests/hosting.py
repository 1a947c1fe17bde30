"""A composed component in the stock `wasmtime serve`, and a service that answers what a test says."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import wasmtime_cli

WASMTIME = Path(wasmtime_cli.__file__).with_name("wasmtime")
KEY = "the-key-of-callers"


@dataclass
class Asked:
    """A request that came to the service."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    #: Nothing is answered, and the connection ends.
    lost: bool = False


class Service:
    """Answers on loopback, until it is closed."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do(self) -> None:
                asked = Asked(self.command, self.path, {}, self.content())
                asked.headers = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append(asked)
                given = answer(asked)
                if given.lost:
                    self.close_connection = True
                    return
                # Without a date of its own: the service's clock is the test's.
                self.send_response_only(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(given.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(given.body)

            def content(self) -> bytes:
                if self.headers.get("transfer-encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length", 0)))
                whole = b""
                while size := int(self.rfile.readline(), 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.shutdown()
        self.server.server_close()


class Host:
    """A composed component in a host, until it is closed."""

    def __init__(self, command: Callable[[int], list[Any]], seconds: float = 60, **options: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            command(self.port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            **options,
        )
        self.words: list[str] = []
        assert self.process.stdout
        threading.Thread(target=lambda: self.words.extend(self.process.stdout or []), daemon=True).start()
        end = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < end, self.words
            time.sleep(0.2)

    def answers(self) -> bool:
        """Whether the component is there: without the key it lets nobody in."""
        try:
            return self.ask("/actions", key=None)[0] != 404
        except (OSError, HTTPException, ValueError):
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(self, path: str, body: Any = None, key: str | None = KEY, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, body and headers of an answer; POST when there is a body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request("GET" if body is None else "POST", path, content, sent)
        answer = connection.getresponse()
        text, kind = answer.read(), answer.headers.get("content-type", "")
        connection.close()
        if "ndjson" in kind:
            return answer.status, [json.loads(line) for line in text.splitlines()], dict(answer.headers)
        return answer.status, json.loads(text), dict(answer.headers)


def variables(values: dict[str, str]) -> dict[str, str]:
    """Values as the environment has them."""
    values = {"key": KEY, **values}
    return {f"CONNECTOR_{name.upper().replace('-', '_')}": value for name, value in values.items()}


class Serving(Host):
    """In `wasmtime serve`."""

    def __init__(self, component: str | Path, values: dict[str, str]) -> None:
        os.chmod(WASMTIME, 0o755)  # The package from PyPI leaves it without the permission.
        given = [f"--env={name}={value}" for name, value in variables(values).items()]
        super().__init__(lambda port: [WASMTIME, "serve", "-Scli", f"--addr=127.0.0.1:{port}", *given, component])


@contextmanager
def composed(program: str, connector: str | Path) -> Iterator[Callable[[str], Path]]:
    """Composes a connector for values of a kind, as `connector compose` does."""
    with tempfile.TemporaryDirectory() as made:

        def of(values: str) -> Path:
            out = Path(made) / f"{values}.wasm"
            if not out.exists():
                command = [program, "--state", f"{made}/state", "--component", connector, "compose", "wasi-http",
                           "--values", values, "--out", out]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return out

        yield of
