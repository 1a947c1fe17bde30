"""Who may talk to the server on HTTP."""

import socket
import subprocess
from urllib.parse import urlsplit

import httpx2
import pytest
from conftest import CONNECTOR, running

pytestmark = pytest.mark.anyio

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ACCEPT = {"accept": "application/json, text/event-stream"}


def answer(server, **headers):
    sent = ACCEPT | {"authorization": f"Bearer {server.token}"} | headers
    return httpx2.post(server.url, json=INITIALIZE, headers=sent).status_code


async def test_the_token_is_needed(environment):
    with running("--emulator", env=environment) as server:
        assert server.url.startswith("http://127.0.0.1:") and len(server.token) >= 32
        assert answer(server) == 200
        assert answer(server, authorization="Bearer " + "0" * len(server.token)) == 401
        assert answer(server, authorization=f"Basic {server.token}") == 401
        refused = httpx2.post(server.url, json=INITIALIZE, headers=ACCEPT)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        # Its body was not read, so nothing more can be sent on the socket.
        assert refused.headers["connection"] == "close"


async def test_whoever_does_not_show_the_token_is_not_kept(environment):
    with running("--emulator", env=environment) as server:
        url = urlsplit(server.url)
        silent, half = (socket.create_connection((url.hostname, url.port)) for _ in range(2))
        half.sendall(b"POST /mcp HTTP/1.1\r\nhost: localhost\r\n")
        refused = socket.create_connection((url.hostname, url.port))
        refused.sendall(b"GET /mcp HTTP/1.1\r\nhost: localhost\r\n\r\n")
        for stranger in (silent, half, refused):
            with stranger:
                stranger.settimeout(30)
                while stranger.recv(4096):
                    pass
        assert answer(server) == 200


async def test_sessions_are_bounded(environment):
    with running("--emulator", env=environment) as server:
        headers = ACCEPT | {"authorization": f"Bearer {server.token}"}
        with httpx2.Client(headers=headers) as http:
            codes = [http.post(server.url, json=INITIALIZE).status_code for _ in range(260)]
    assert codes[:250] == [200] * 250
    assert codes[-1] != 200


async def test_pages_of_other_sites_are_refused(environment):
    with running("--emulator", env=environment) as server:
        assert answer(server, origin="http://localhost:6274") == 200
        for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
            assert answer(server, origin=origin) == 403, origin
        for host in ("evil.example", "127.0.0.1.evil.example"):
            assert answer(server, host=host) == 403, host
    with running("--emulator", "--host", "box.example", env=environment) as server:
        assert answer(server, host="box.example") == 200


async def test_a_token_of_ones_own_is_not_printed(environment):
    token = "a token that is long enough"
    env = environment | {"CONNECTOR_MCP_TOKEN": token}
    with running("-vvv", "--emulator", env=env) as server:
        async with server.client(token=token) as client:
            await client.call_tool("boards_get", {"board_id": "1"})
        said = server.log.read_text()
    assert "boards" in said, "the log says what happens"
    assert token not in said


def refusal(*arguments, env):
    command = [str(CONNECTOR), "mcp", *arguments]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert ran.stdout == ""
    return ran.returncode, ran.stderr


def test_what_makes_no_sense_is_said(environment):
    code, said = refusal("--emulator", "--tools", "knitting", env=environment)
    assert code == 2 and "`knitting`; the groups are Account, " in said
    code, said = refusal("--bind", "0.0.0.0", env=environment)
    assert code == 2 and "--http" in said
    short = environment | {"CONNECTOR_MCP_TOKEN": "short"}
    code, said = refusal("--emulator", "--http", "0", env=short)
    assert code == 2 and "CONNECTOR_MCP_TOKEN" in said
