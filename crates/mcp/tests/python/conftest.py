"""Servers under test, and the official Python client at them."""

import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

CONNECTOR = Path(__file__).parents[4] / "target/release/connector"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Variables of a person who never used the connector before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}
    return kept | {"CONNECTOR_STATE": str(tmp_path_factory.mktemp("state"))}


@dataclass
class Running:
    """A server on HTTP."""

    url: str
    token: str | None
    log: Path

    @asynccontextmanager
    async def client(self, mode="legacy", token=None, **options):
        headers = {"authorization": f"Bearer {token or self.token}"}
        # A call may wait, and a subscription be silent, for long.
        async with httpx2.AsyncClient(headers=headers, timeout=300) as http:
            transport = streamable_http_client(self.url, http_client=http)
            async with Client(transport, mode=mode, **options) as client:
                yield client


@contextmanager
def running(*arguments, env):
    """Starts `connector mcp --http` and stops it."""
    command = [str(CONNECTOR), "mcp", "--http", "0", *arguments]
    # A file, not a pipe: a pipe that nobody reads fills up and stops the server.
    with tempfile.NamedTemporaryFile("w") as log:
        process = subprocess.Popen(command, env=env, stderr=log)
        try:
            yield Running(*started(process, Path(log.name)), Path(log.name))
        finally:
            process.terminate()
            process.wait()


def started(process, log):
    """The address and, if one was made, the token, once the server says them."""
    while process.poll() is None:
        said = log.read_text()
        if found := re.search(r"^Serving at (\S+);.*\n(?:Its token.*: (\S+)\n)?", said, re.M):
            return found.groups()
        time.sleep(0.02)
    raise AssertionError(log.read_text())


@dataclass
class Way:
    """How a client reaches the server: the transport, and the generation of the protocol."""

    transport: str
    mode: str
    environment: dict

    @asynccontextmanager
    async def client(self, *arguments, env=None, **options):
        env = self.environment | (env or {})
        if self.transport == "http":
            with running(*arguments, env=env) as server:
                async with server.client(self.mode, **options) as client:
                    yield client
            return
        server = StdioServerParameters(command=str(CONNECTOR), args=["mcp", *arguments], env=env)
        async with Client(server, mode=self.mode, **options) as client:
            yield client


@pytest.fixture(
    params=[(transport, mode) for transport in ("stdio", "http") for mode in ("legacy", "auto")],
    ids="-".join,
)
def way(request, environment):
    return Way(*request.param, environment)


class Emulator:
    """The service in a process of its own, with its side door."""

    def __init__(self, said):
        self.origin = said["origin"]
        self.token = said["access_token"]
        routes = ",".join(said["routes"])
        self.variables = {"CONNECTOR_ROUTES": routes, "CONNECTOR_TOKEN": self.token}

    def door(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        url = f"{self.origin}/emulator/{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def board(self, name, pins=0):
        id = self.door("boards", {"name": name})["id"]
        if pins:
            self.door("pins", {"board_id": id, "count": pins})
        return id


@pytest.fixture
def emulator(environment):
    command = [str(CONNECTOR), "--json", "emulator"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield Emulator(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()
