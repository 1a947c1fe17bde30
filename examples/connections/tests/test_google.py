"""Google Drive as its documentation has it: a person's consent or the key of a service account, whose
assertion google-auth checks; channels that are renewed; and deliveries without a body."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from command import Home
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from double import Answer, Double, Seen, sent_back, serve
from google.auth import jwt

APP, SECRET = "1234.apps.googleusercontent.com", "GOCSPX-secret-of-the-app"
SCOPE = "https://www.googleapis.com/auth/drive"
ADDRESS = "https://hooks.example.com/google/4f1c9a"
MAIL = "robot@acme.iam.gserviceaccount.com"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = PRIVATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
KEY = json.dumps({
    "type": "service_account", "private_key_id": "3c0ffee", "client_email": MAIL,
    "private_key": PRIVATE.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode(),
})  # fmt: skip


class Google(Double):
    """accounts.google.com, oauth2.googleapis.com and www.googleapis.com, with one account."""

    challenge = ""
    #: Whether a person has entered the code.
    entered = False
    #: Whether nobody is let in with any token.
    broken = False

    def __init__(self) -> None:
        super().__init__()
        self.tokens: set[str] = set()
        self.channels: dict[str, dict[str, str]] = {}
        self.files: list[dict[str, str]] = []
        self.changes: list[dict[str, object]] = [{"fileId": "from-before", "time": "2020"}]

    def answer(self, seen: Seen) -> Answer:
        match seen.method, seen.path:
            case "GET", "/o/oauth2/v2/auth":
                query = seen.query
                assert (query["client_id"], query["scope"]) == (APP, SCOPE)
                assert (query["access_type"], query["prompt"]) == ("offline", "consent")
                self.challenge = query["code_challenge"]
                return sent_back(
                    query["redirect_uri"], code="4/code", state=query["state"], scope=SCOPE
                )
            case "POST", "/token":
                return self.token(seen.form)
            case "POST", "/device/code":
                assert (seen.form["client_id"], seen.form["scope"]) == (APP, f"{SCOPE}.file")
                shown = {"user_code": "GQVQ-JKEC", "verification_url": "https://www.google.com/device"}
                made = {"device_code": "a-device-code", "expires_in": 1800, "interval": 1}
                return Answer(content=shown | made)
            case "POST", "/revoke":
                self.tokens.clear()
                return Answer(content={})
        if seen.bearer not in self.tokens or self.broken:
            return Answer(
                401,
                {
                    "error": {
                        "code": 401,
                        "message": "Invalid Credentials",
                        "status": "UNAUTHENTICATED",
                    }
                },
            )
        return self.drive(seen)

    def token(self, form: dict[str, str]) -> Answer:
        token = f"ya29.{len(self.seen)}"
        given = {"access_token": token, "expires_in": 3599, "scope": SCOPE, "token_type": "Bearer"}
        match form["grant_type"]:
            case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                try:
                    audience = "https://oauth2.googleapis.com/token"
                    claims = jwt.decode(
                        form["assertion"], certs={"3c0ffee": PUBLIC}, audience=audience
                    )
                except ValueError as wrong:
                    return Answer(400, {"error": "invalid_grant", "error_description": str(wrong)})
                assert (claims["iss"], claims["scope"]) == (MAIL, SCOPE)
                assert claims["exp"] - claims["iat"] <= 3600
                # No scope in the answer to an assertion.
                del given["scope"]
            case _ if (form["client_id"], form["client_secret"]) != (APP, SECRET):
                return Answer(401, {"error": "invalid_client"})
            case "authorization_code":
                assert create_s256_code_challenge(form["code_verifier"]) == self.challenge
                given["refresh_token"] = "1//refresh"
            case "refresh_token":
                assert form["refresh_token"] == "1//refresh"
            case "urn:ietf:params:oauth:grant-type:device_code":
                assert form["device_code"] == "a-device-code"
                if not self.entered:
                    return Answer(428, {"error": "authorization_pending"})
                given["refresh_token"] = "1//refresh"
        self.tokens.add(token)
        return Answer(content=given)

    def drive(self, seen: Seen) -> Answer:
        match seen.method, seen.path.removeprefix("/drive/v3/"):
            case "GET", "about":
                user = {
                    "permissionId": "0677",
                    "displayName": "Ada",
                    "emailAddress": "ada@example.com",
                }
                return Answer(content={"user": user} if seen.query["fields"] == "user" else {})
            case "POST", "files":
                self.files.append(seen.json)
                return Answer(content={"id": f"1file{len(self.files)}", **seen.json})
            case "GET", "changes/startPageToken":
                return Answer(content={"startPageToken": str(len(self.changes))})
            case "GET", "changes":
                # Two on a page.
                start = int(seen.query["pageToken"])
                page, end = self.changes[start : start + 2], min(start + 2, len(self.changes))
                more = "nextPageToken" if end < len(self.changes) else "newStartPageToken"
                return Answer(content={"kind": "drive#changeList", "changes": page, more: str(end)})
            case "POST", "changes/watch":
                asked = seen.json
                assert asked["type"] == "web_hook" and asked["address"].startswith("https://")
                assert len(asked["id"]) <= 64 and len(asked["token"]) <= 256
                assert asked["id"] not in self.channels
                left = int(asked["expiration"]) / 1000 - time.time()
                assert 0 < left <= 7 * 86400
                self.channels[asked["id"]] = asked
                made = {"id": asked["id"], "resourceId": "res", "expiration": asked["expiration"]}
                return Answer(content={"kind": "api#channel", **made})
            case "POST", "channels/stop":
                assert seen.json["resourceId"] == "res"
                return Answer(204 if self.channels.pop(seen.json["id"], None) else 404)
        return Answer(404, {"error": {"code": 404, "message": "Not Found"}})

    def change(self, *names: str) -> None:
        for name in names:
            time = f"2026-01-31T12:00:{len(self.changes):02}.000Z"
            self.changes.append(
                {"kind": "drive#change", "fileId": name, "time": time, "removed": False}
            )

    def ping(self, state: str = "change", token: str | None = None) -> dict[str, str]:
        """The headers of a delivery through the newest channel."""
        channel = list(self.channels.values())[-1]
        return {
            "x-goog-channel-id": channel["id"], "x-goog-channel-token": token or channel["token"],
            "x-goog-resource-id": "res", "x-goog-resource-state": state, "x-goog-message-number": "1",
        }  # fmt: skip


def at_home(home: Callable[..., Home], google: Google) -> Home:
    origins = [
        "https://accounts.google.com",
        "https://oauth2.googleapis.com",
        "https://www.googleapis.com",
    ]
    return home("google", dict.fromkeys(origins, google.base))


def by_key(home: Callable[..., Home], google: Google) -> Home:
    made = at_home(home, google)
    ran = made.run("connect", "--credential", "service-account", stdin=KEY)
    assert "Connected as Ada (id 0677)" in ran.out
    return made


def subscribe(made: Home) -> str:
    ran = made.run("webhook", "subscribe", "file.changed", "--address", ADDRESS, "--json")
    return str(ran.json["id"])


def test_the_key_of_a_service_account_makes_tokens(home: Callable[..., Home]) -> None:
    with serve(Google()) as google:
        made = by_key(home, google)
        made.run("run", "files.create", "--set", "name=Ferns")
        # With a new assertion, when the token is refused.
        google.tokens.clear()
        file = made.run("run", "files.create", "--set", "name=Mosses").json
        assert (file["id"], [it["name"] for it in google.files]) == ("1file2", ["Ferns", "Mosses"])
        (held,) = made.run("connections", "--json").json[0]["credentials"]
        assert held["id"] == "service-account"
        ran = made.run(
            "connect",
            "again",
            "--credential",
            "service-account",
            stdin=KEY.replace("3c0ffee", "x"),
            code=3,
        )
        assert "invalid_grant" in ran.err


def test_a_person_agrees_once_and_stays_connected(home: Callable[..., Home]) -> None:
    with serve(Google()) as google:
        made = at_home(home, google)
        made.variables |= {"CONNECTOR_CLIENT_ID": APP, "CONNECTOR_CLIENT_SECRET": SECRET}
        assert "Connected as Ada (id 0677)" in made.consent().out
        google.tokens.clear()
        made.run("run", "files.create", "--set", "name=Ferns")
        assert google.count("POST", "/token") == 2
        # A connection has one of them.
        args = ["connect", "google-drive", "--credential", "service-account"]
        assert "disconnect it first" in made.run(*args, stdin=KEY, code=2).err
        made.run("disconnect", "google-drive")
        assert google.tokens == set()


def test_a_delivery_is_followed_to_the_changes_and_each_comes_once(
    home: Callable[..., Home],
) -> None:
    with serve(Google()) as google:
        made = by_key(home, google)
        id = subscribe(made)
        args = ["--subscription", id]
        google.change("a", "b", "c", "a")
        events = made.receive("file.changed", b"", google.ping(), *args).lines
        assert [event["data"]["fileId"] for event in events] == ["a", "b", "c", "a"]
        assert [event["data"] for event in events] == google.changes[1:]
        assert len({event["id"] for event in events}) == 4
        # It goes on where it was.
        assert made.receive("file.changed", b"", google.ping(), *args).lines == []
        google.change("d")
        (event,) = made.receive("file.changed", b"", google.ping(), *args).lines
        assert event["id"] == "d/2026-01-31T12:00:05.000Z"
        before = len(google.seen)
        made.receive("file.changed", b"", google.ping(token="0" * 32), *args, code=1)
        assert len(google.seen) == before
        made.run("webhook", "unsubscribe", id)
        assert google.channels == {}


def test_a_channel_is_renewed_before_it_ends(home: Callable[..., Home]) -> None:
    with serve(Google()) as google:
        made = by_key(home, google)
        id = subscribe(made)
        (first,) = google.channels.values()
        google.change("a")
        made.receive("file.changed", b"", google.ping(), "--subscription", id)
        google.change("b")
        end = made.run("webhook", "renew", id, "--json").json["expires_at"]
        (second,) = google.channels.values()
        assert first["id"] != second["id"]
        assert first["token"] == second["token"]
        assert datetime.fromisoformat(end) == datetime.fromtimestamp(
            int(second["expiration"]) // 1000, UTC
        )
        # What happened meanwhile is not lost.
        (event,) = made.receive("file.changed", b"", google.ping(), "--subscription", id).lines
        assert event["data"]["fileId"] == "b"


def test_a_listener_hears_of_each_change_once_and_again_when_it_comes_back(
    home: Callable[..., Home],
) -> None:
    with serve(Google()) as google:
        made = by_key(home, google)
        id, path = subscribe(made), "/google/4f1c9a"
        for names in (["a", "b", "c"], ["d"]):
            with made.listening("file.changed", ADDRESS, "--subscription", id) as listener:
                assert listener.post(path, b"", google.ping("sync")).status == 200
                assert listener.post(path, b"", google.ping(token="no")).status == 401
                assert listener.post(path, b"", {}).status in (400, 401)
                google.change(*names)
                for _ in range(2):
                    assert listener.post(path, b"", google.ping()).status == 200
            assert [event["data"]["fileId"] for event in listener.events] == names
        assert len(google.channels) == 1
        # Without one of its own it makes a channel, and stops it.
        with made.listening("file.changed", ADDRESS) as listener:
            assert len(google.channels) == 2
            google.change("e")
            assert listener.post(path, b"", google.ping()).status == 200
        assert [event["data"]["fileId"] for event in listener.events] == ["e"]
        assert len(google.channels) == 1


@pytest.mark.parametrize("key", ["no JSON", "{}", json.dumps({"client_email": "a"})])
def test_what_is_no_key_is_refused_here(home: Callable[..., Home], key: str) -> None:
    with serve(Google()) as google:
        made = at_home(home, google)
        ran = made.run("connect", "--credential", "service-account", stdin=key, code=3)
        assert "the pasted key" in ran.err and google.seen == []


class Server:
    """`connector serve` of a home, as its first key sees it."""

    def __init__(self, home: Home) -> None:
        self.process = home.start("serve", "--listen", "127.0.0.1:0")
        assert self.process.stderr and self.process.stdout
        for line in self.process.stderr:
            if line.startswith("Serving at "):
                self.url = line.split()[2].rstrip("/;")
                break
        self.key = self.process.stdout.readline().strip()

    def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        try:
            with urlopen(Request(self.url + path, data, headers), timeout=60) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            return refused.code, json.load(refused)

    def page(self, url: str, **form: str) -> str:
        data = urlencode(form).encode() if form else None
        try:
            with urlopen(Request(url, data), timeout=60) as answer:
                return str(answer.read().decode())
        except HTTPError as refused:
            return str(refused.read().decode())


@contextmanager
def server(home: Callable[..., Home], google: Google) -> Iterator[Server]:
    made = at_home(home, google)
    made.variables |= {"CONNECTOR_CLIENT_ID": APP, "CONNECTOR_CLIENT_SECRET": SECRET}
    serving = Server(made)
    try:
        yield serving
    finally:
        serving.process.terminate()
        serving.process.communicate()


def test_a_server_is_given_a_key_file(home: Callable[..., Home]) -> None:
    with serve(Google()) as google, server(home, google) as served:
        kinds = {it["id"]: it["kind"] for it in served.ask("/v1/connectors")[1][0]["credentials"]}
        assert kinds == {"person": "oauth2", "service-account": "key", "device": "device"}
        wanted = {"connector": "google-drive", "name": "robot", "credential": "service-account"}
        status, wrong = served.ask("/v1/connections", wanted | {"secret": '{"type": "x"}'})
        assert (status, wrong["fields"][0]["path"]) == (422, "secret")
        assert google.count("POST", "/token") == 0
        status, made = served.ask("/v1/connections", wanted | {"secret": KEY})
        assert (status, made["account"]["name"]) == (201, "Ada")
        # With a new assertion, when the token is refused.
        google.tokens.clear()
        status, file = served.ask("/v1/robot/actions/files.create", {"name": "Ferns"})
        assert (status, file["name"]) == (200, "Ferns")
        # And on the page, where a person chooses it.
        url = served.ask("/v1/connections", {"connector": "google-drive", "name": "other"})[1]["url"]
        page = served.page(url)
        assert "Continue to" in page and "?with=service-account" in page
        assert "<textarea" in served.page(url + "?with=service-account")
        form = {"with": "service-account"}
        assert "the pasted key" in served.page(url, secret="{}", **form)
        assert "is connected as Ada" in served.page(url, secret=KEY, **form)
        assert served.ask("/v1/other/actions/files.create", {"name": "Mosses"})[0] == 200
        text = json.dumps(served.ask("/v1/audit")[1])
        assert "PRIVATE KEY" not in text and MAIL not in text


def test_a_server_shows_a_code_to_enter(home: Callable[..., Home]) -> None:
    with serve(Google()) as google, server(home, google) as served:
        wanted = {"connector": "google-drive", "name": "tv", "credential": "device"}
        url = served.ask("/v1/connections", wanted)[1]["url"]
        assert "Get a code" in served.page(url)
        for page in (served.page(url, **{"with": "device"}), served.page(url)):
            assert "GQVQ-JKEC" in page and "https://www.google.com/device" in page
        assert google.count("POST", "/device/code") == 1
        assert served.ask("/v1/connections/tv")[0] == 404
        google.entered = True
        until = time.time() + 60
        while "is connected as Ada" not in (page := served.page(url)):
            assert "GQVQ-JKEC" in page and time.time() < until
            time.sleep(0.2)
        google.tokens.clear()
        assert served.ask("/v1/tv/actions/files.create", {"name": "Ferns"})[0] == 200
        # What went wrong is told, and may be tried again.
        google.entered = False
        url = served.ask("/v1/connections", wanted | {"name": "two"})[1]["url"]
        served.page(url, **{"with": "device"})
        google.entered, google.broken = True, True
        while "role=\"alert\"" not in (page := served.page(url)):
            assert time.time() < until
            time.sleep(0.2)
        assert "Get a code" in page
        google.broken = False
        assert "GQVQ-JKEC" in served.page(url, **{"with": "device"})
