"""The official client finds out by itself how to get a key of `connector serve`, and a person grants it."""

import re
import subprocess
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from conftest import CONNECTOR
from mcp.client import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider, OAuthFlowError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

pytestmark = pytest.mark.anyio

BACK = "http://127.0.0.1:33418/back"


@contextmanager
def serving(environment, folder):
    """`connector serve` on the emulator: its address, and a key of a person."""
    environment = environment | {"CONNECTOR_STATE": str(folder), "CONNECTOR_VAULT_KEY": "BwcH" * 10 + "Bwc="}
    command = [str(CONNECTOR), "--emulator", "serve", "--listen", "127.0.0.1:0"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
    try:
        for line in process.stderr:
            if found := re.match("Serving at (.*?)/?;", line):
                break
        yield found[1], process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=60)


class Storage:
    """Of one client."""

    tokens = info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.info

    async def set_client_info(self, info):
        self.info = info


class Person:
    """Has the page before him, and is sent back to the client."""

    def __init__(self, key, choice="allow", scopes=("read",)):
        self.form = {"key": key, "choice": choice, **dict.fromkeys(scopes, "on")}
        self.page = self.back = ""

    async def sees(self, url):
        async with httpx2.AsyncClient() as http:
            self.page = (await http.get(url)).text
            answer = await http.post(url, data=self.form)
            self.page += answer.text
            self.back = answer.headers.get("location", "")

    async def comes_back(self):
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.back).query).items()}
        return AuthorizationCodeResult(code=query.get("code", ""), state=query.get("state"), iss=query.get("iss"))


def provider(url, person, storage):
    metadata = OAuthClientMetadata(client_name="A test", redirect_uris=[BACK])
    return OAuthClientProvider(url, metadata, storage, person.sees, person.comes_back)


async def tools(url, person, storage):
    """What the client does with whatever it finds out."""
    async with httpx2.AsyncClient(auth=provider(url, person, storage), timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode="legacy") as client:
            listed = await client.list_tools()
            read = await client.call_tool("read_tool", {"name": "boards_list", "arguments": {}})
            write = await client.call_tool("call_tool", {"name": "boards_create", "arguments": {"name": "A"}})
            return listed.tools, read, write


async def test_a_client_without_a_token_is_led_to_one(environment, tmp_path):
    with serving(environment, tmp_path) as (origin, key):
        url, storage = f"{origin}/mcp/emulator", Storage()
        listed, read, write = await tools(url, person := Person(key), storage)
        assert "A test" in person.page and "emulator" in person.page
        assert listed and not read.is_error
        assert write.is_error, "only reading was granted"
        token = storage.tokens.access_token
        assert token != key and storage.tokens.scope == "read"

        def ask(path, token, method="GET"):
            return httpx2.request(method, origin + path, headers={"authorization": f"Bearer {token}"})

        # It is of no use anywhere else.
        assert ask("/v1/me", token).status_code == 401
        assert ask("/v1/emulator/actions/boards.list", token).status_code == 401
        keys = ask("/v1/keys", key).json()["keys"]
        granted = next(it for it in keys if it["name"] == "A test")
        assert (granted["rights"], granted["resource"]) == (["read"], "/mcp/emulator")
        assert "oauth.grant" in ask("/v1/audit", key).text
        # A second start of the client asks nobody.
        await tools(url, nobody := Person("wrong"), storage)
        assert nobody.page == ""
        assert ask(f"/v1/keys/{granted['id']}", key, "DELETE").status_code == 204
        assert ask("/mcp/emulator", token).status_code == 401


async def test_a_person_refuses_or_has_no_key(environment, tmp_path):
    with serving(environment, tmp_path) as (origin, key):
        url = f"{origin}/mcp/emulator"
        refused = Person(key, choice="refuse")
        with pytest.raises(Exception) as raised:
            await tools(url, refused, Storage())
        assert "error=access_denied" in refused.back
        assert raised.group_contains(OAuthFlowError)
        stranger = Person("cnk_" + "x" * 43)
        with pytest.raises(Exception):
            await tools(url, stranger, Storage())
        assert "it is no key of this server" in stranger.page and stranger.back == ""


async def test_codes_are_for_who_asked(environment, tmp_path):
    with serving(environment, tmp_path) as (origin, key), httpx2.Client(timeout=60) as http:
        about = http.get(f"{origin}/.well-known/oauth-authorization-server").json()
        assert about["issuer"] == origin
        client = {"client_name": "A", "redirect_uris": [BACK]}
        id = http.post(about["registration_endpoint"], json=client).json()["client_id"]
        # S256 of "a" * 43.
        challenge = "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"
        asked = {
            "client_id": id, "redirect_uri": BACK, "response_type": "code", "code_challenge": challenge,
            "code_challenge_method": "S256", "resource": f"{origin}/mcp/emulator", "state": "s",
        }  # fmt: skip
        form = {"key": key, "choice": "allow", "read": "on"}

        def code(headers=None, **changed):
            address = f"{about['authorization_endpoint']}?{urlencode(asked | changed)}"
            shown, answer = http.get(address), http.post(address, data=form, headers=headers)
            if "location" not in answer.headers:
                return shown.status_code, answer.status_code
            assert answer.headers["location"].startswith(f"{BACK}?")
            return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

        # Nobody is led to an address that the client has not registered, or by a page of somebody else.
        for wrong in [
            {"redirect_uri": "https://evil.example/"}, {"client_id": id[:-2] + "AA"}, {"resource": "https://evil.example/mcp/x"},
            {"code_challenge_method": "plain"}, {"response_type": "token"}, {"resource": f"{origin}/mcp/"},
        ]:  # fmt: skip
            assert code(**wrong) == (400, 400), wrong
        assert code(headers={"origin": "https://evil.example"}) == (200, 403)
        assert code(resource=f"{origin}/mcp/nothing") == (200, 422)
        evil = http.post(about["registration_endpoint"], json=client | {"redirect_uris": ["javascript:alert(1)"]})
        assert (evil.status_code, evil.json()["error"]) == (400, "invalid_redirect_uri")

        def token(code, **changed):
            given = {"grant_type": "authorization_code", "code": code, "client_id": id, "redirect_uri": BACK}
            return http.post(about["token_endpoint"], data=given | {"code_verifier": "a" * 43} | changed)

        for wrong in [{"code_verifier": "b" * 43}, {"client_id": "x"}, {"redirect_uri": BACK + "/"}]:
            refused = token(code(), **wrong)
            assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant"), wrong
        once = code()
        given = token(once)
        assert given.status_code == 200 and given.json()["token_type"] == "Bearer"
        assert token(once).status_code == 400, "it is good once"
        mine = {"authorization": f"Bearer {given.json()['access_token']}"}
        # Nothing comes of a granted key but what was granted, and it ends with the key that it came from.
        form["key"] = given.json()["access_token"]
        assert code() == (200, 422)
        made = http.post(f"{origin}/v1/keys", json={"name": "x", "rights": ["read", "write"]}, headers={"authorization": f"Bearer {key}"})
        form["key"] = made.json()["key"]
        other = {"authorization": f"Bearer {token(code()).json()['access_token']}"}
        hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        assert http.post(f"{origin}/mcp/emulator", headers=other, json=hello).status_code != 401
        http.delete(f"{origin}/v1/keys/{made.json()['id']}", headers={"authorization": f"Bearer {key}"})
        assert http.post(f"{origin}/mcp/emulator", headers=other, json=hello).status_code == 401
        assert http.post(f"{origin}/mcp/emulator", headers=mine, json=hello).status_code != 401
