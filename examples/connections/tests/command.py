"""The command `connector` with a state of its own, as a person or a script runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TARGET = Path(__file__).parents[3] / "target"
COMMAND = os.environ.get("CONNECTOR", str(TARGET / "release/connector"))
#: What ends a program that hangs, in seconds.
PATIENCE = 120
#: Of each vault, so that the machine's keyring is left alone.
VAULT_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@dataclass
class Ran:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Heard:
    """What a listener answers to a delivery."""

    status: int
    headers: dict[str, str]
    body: bytes


class Home:
    """A connector, and the folder in which it keeps what it knows."""

    def __init__(self, name: str, folder: Path, compiled: Path, routes: dict[str, str]) -> None:
        state = folder / "state"
        state.mkdir(mode=0o700, exist_ok=True)
        # Compiling takes longer than all else, and gives the same each time.
        (state / "compiled").symlink_to(compiled)
        self.folder = folder
        self.variables = {
            "PATH": os.environ["PATH"],
            "CONNECTOR_COMPONENT": str(TARGET / f"wasm32-unknown-unknown/release/{name}.wasm"),
            "CONNECTOR_STATE": str(state),
            "CONNECTOR_VAULT_KEY": VAULT_KEY,
        }
        if routes:
            ways = (f"{origin}={place}" for origin, place in routes.items())
            self.variables["CONNECTOR_ROUTES"] = ",".join(ways)

    def start(self, *args: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [COMMAND, *args], cwd=self.folder, env=self.variables, text=True,
            stdin=pipe, stdout=pipe, stderr=pipe,
        )  # fmt: skip
        timer = threading.Timer(PATIENCE, process.kill)
        timer.daemon = True
        timer.start()
        return process

    def run(self, *args: str, stdin: str = "", code: int = 0) -> Ran:
        """Fails the test unless it ends with this code."""
        process = self.start(*args)
        out, err = process.communicate(stdin)
        assert process.returncode == code, f"{args} ended with {process.returncode}: {out}{err}"
        return Ran(code, out, err)

    def consent(self, *args: str, code: int = 0) -> Ran:
        """Connects; the test is the person with the browser, who agrees."""
        process = self.start("connect", *args, "--redirect-uri", "http://127.0.0.1:0/")
        assert process.stderr
        seen = ""
        for line in process.stderr:
            seen += line
            if line.startswith("http"):
                # Answered when it is known whether the connection works.
                with urlopen(line.strip(), timeout=PATIENCE) as page:
                    page.read()
                break
        out, err = process.communicate()
        assert process.returncode == code, (
            f"{args} ended with {process.returncode}: {out}{seen}{err}"
        )
        return Ran(code, out, seen + err)

    def receive(
        self, webhook: str, body: bytes, headers: Mapping[str, str], *args: str, code: int = 0
    ) -> Ran:
        """Reads a delivery."""
        (self.folder / "delivery").write_bytes(body)
        named = [f"{name}: {value}" for name, value in headers.items()]
        given = [arg for header in named for arg in ("--header", header)]
        args = ("webhook", "receive", webhook, "--body", "delivery", *given, *args)
        return self.run(*args, code=code)

    @contextmanager
    def listening(self, webhook: str, address: str, *args: str) -> Iterator[Listener]:
        """Listens until the block ends; the events are those of all that was sent meanwhile."""
        process = self.start(
            "webhook", "listen", webhook, "--address", address, "--listen", "127.0.0.1:0", *args
        )
        listener = Listener(process)
        try:
            yield listener
            process.send_signal(signal.SIGINT)
            out, err = process.communicate()
            assert process.returncode == 0, out + err
            listener.events += [json.loads(line) for line in out.splitlines()]
        finally:
            process.kill()
            process.wait()


class Listener:
    """A program that waits for deliveries."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.events: list[Any] = []
        assert process.stderr
        said = ""
        for line in process.stderr:
            said += line
            if line.startswith("Listening at "):
                self.place = line.removeprefix("Listening at ").split(";")[0]
                return
        raise AssertionError(f"it does not listen: {said}")

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        request = Request(self.place + path, body, dict(headers), method="POST")
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                return Heard(answer.status, dict(answer.headers), answer.read())
        except HTTPError as refused:
            return Heard(refused.code, dict(refused.headers), refused.read())
