"""Slack as its documentation has it: two tokens of one consent, refusals with status 200, deliveries that
slack_sdk signs, and a challenge."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from command import Home
from double import Answer, Double, Seen, sent_back, serve
from slack_sdk.signature import SignatureVerifier

APP, SECRET = "111.222", "secret+of/the=app"
BOT, PERSON = "xoxb-token-of-the-bot", "xoxp-token-of-the-person"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
ADDRESS = "https://hooks.example.com/slack/4f1c9a"


class Slack(Double):
    """One workspace."""

    redirect_uri = ""
    code = "code-of-a-consent"
    is_revoked = False
    posted: list[object]

    def __init__(self) -> None:
        super().__init__()
        self.posted = []

    def answer(self, seen: Seen) -> Answer:
        match seen.method, seen.path:
            case "GET", "/oauth/v2/authorize":
                query = seen.query
                # Slack has scopes of its own for the person, with commas between.
                assert (query["client_id"], query["scope"]) == (APP, "chat:write")
                assert query["user_scope"] == "search:read"
                self.redirect_uri = query["redirect_uri"]
                return sent_back(self.redirect_uri, code=self.code, state=query["state"])
            case "POST", "/api/oauth.v2.access":
                return Answer(content=self.tokens(seen))
            case "POST", "/api/auth.test":
                if seen.bearer != BOT:
                    return Answer(content={"ok": False, "error": "invalid_auth"})
                return Answer(
                    content={"ok": True, "team": "Acme", "team_id": "T012", "user": "bot"}
                )
            case "POST", "/api/chat.postMessage":
                return Answer(content=self.post(seen))
            case "GET", "/api/search.messages":
                if seen.bearer != PERSON:
                    return Answer(content={"ok": False, "error": "not_allowed_token_type"})
                found = {"total": 1, "matches": [{"text": seen.query["query"]}]}
                return Answer(content={"ok": True, "messages": found})
        return Answer(404)

    def tokens(self, seen: Seen) -> object:
        if seen.basic != (APP, "secret%2Bof%2Fthe%3Dapp"):
            return {"ok": False, "error": "bad_client_secret"}
        form, code, self.code = seen.form, self.code, ""
        if not code or form["code"] != code or form["redirect_uri"] != self.redirect_uri:
            return {"ok": False, "error": "invalid_code"}
        person = {"id": "U1", "scope": "search:read", "access_token": PERSON, "token_type": "user"}
        return {
            "ok": True, "access_token": BOT, "token_type": "bot", "scope": "chat:write",
            "bot_user_id": "U2", "app_id": "A1", "team": {"id": "T012", "name": "Acme"},
            "authed_user": person,
        }  # fmt: skip

    def post(self, seen: Seen) -> object:
        if self.is_revoked or seen.bearer != BOT:
            return {"ok": False, "error": "token_revoked"}
        if not seen.json["channel"].startswith("C"):
            return {"ok": False, "error": "channel_not_found"}
        self.posted.append(seen.json)
        return {"ok": True, "channel": seen.json["channel"], "ts": "1503435956.000247"}


def connected(home: Callable[..., Home], slack: Slack) -> Home:
    made = home("slack", {"https://slack.com": slack.base})
    made.variables |= {"CONNECTOR_CLIENT_ID": APP, "CONNECTOR_CLIENT_SECRET": SECRET}
    assert "Connected as Acme (id T012)" in made.consent().out
    return made


def signed(body: bytes, secret: str = SIGNING, age: int = 0) -> dict[str, str]:
    at = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
    assert signature
    return {"x-slack-request-timestamp": at, "x-slack-signature": signature}


def message(team: str = "T012", event: str = "Ev1") -> bytes:
    said = {"type": "message", "channel": "C1", "text": "Grüße"}
    whole = {"type": "event_callback", "team_id": team, "event_id": event, "event": said}
    return json.dumps(whole).encode()


def test_a_consent_gives_two_tokens_and_each_is_used_for_its_own(home: Callable[..., Home]) -> None:
    with serve(Slack()) as slack:
        made = connected(home, slack)
        sent = made.run("run", "messages.send", "--set", "channel=C1", "--set", "text=Good morning")
        assert sent.json["ts"] == "1503435956.000247"
        assert slack.posted == [{"channel": "C1", "text": "Good morning"}]
        found = made.run("run", "messages.search", "--set", "query=morning")
        assert found.json["messages"]["matches"] == [{"text": "morning"}]
        assert "lacking" in made.run("test", "--json").out
        for secret in (BOT, PERSON, SECRET):
            assert secret not in sent.out + sent.err + found.out + found.err


def test_a_refusal_with_status_200_is_one(home: Callable[..., Home]) -> None:
    with serve(Slack()) as slack:
        made = connected(home, slack)
        ran = made.run("run", "messages.send", "--set", "channel=D1", "--set", "text=a", code=1)
        assert "channel_not_found" in ran.err
        assert slack.posted == []
        # The code was used already.
        assert "invalid_code" in made.consent("another", code=3).err
        assert [it["name"] for it in made.run("connections", "--json").json] == ["slack"]
        # What a refusal means, the connector says, whatever its status.
        slack.is_revoked = True
        ran = made.run("run", "messages.send", "--set", "channel=C1", "--set", "text=a", code=3)
        assert "token_revoked" in ran.err and "Connect again." in ran.err


def test_a_delivery_is_read_when_slack_has_signed_it(home: Callable[..., Home]) -> None:
    with serve(Slack()) as slack:
        made = connected(home, slack)
        made.run("connect", "--token", "--credential", "signing-secret", stdin=SIGNING)
        body = message()
        assert SignatureVerifier(SIGNING).is_valid_request(body, signed(body))
        (event,) = made.receive("message.sent", body, signed(body)).lines
        assert (event["id"], event["data"]["event"]["text"]) == ("Ev1", "Grüße")
        for forged in (signed(body + b" "), signed(body, "another secret"), signed(body, age=301)):
            assert made.receive("message.sent", body, forged, code=1).out == ""


def test_a_challenge_is_answered_and_each_workspace_hears_its_own(
    home: Callable[..., Home],
) -> None:
    challenge = b'{"token": "a", "challenge": "3eZbrw1aBm2rZgRN", "type": "url_verification"}'
    with serve(Slack()) as slack:
        made = connected(home, slack)
        made.run("connect", "--token", "--credential", "signing-secret", stdin=SIGNING)
        with made.listening("message.sent", ADDRESS) as listener:
            path = "/slack/4f1c9a"
            heard = listener.post(path, challenge, signed(challenge))
            assert (heard.status, heard.body) == (200, b"3eZbrw1aBm2rZgRN")
            assert listener.post(path, message(), signed(message(), "forged")).status == 401
            assert listener.post(path, message(), {}).status == 401
            for team, event in [("T012", "Ev1"), ("T999", "Ev2"), ("T012", "Ev1"), ("T012", "Ev3")]:
                body = message(team, event)
                assert listener.post(path, body, signed(body)).status == 200
        assert [event["id"] for event in listener.events] == ["Ev1", "Ev3"]


@pytest.mark.parametrize("answer", [b'{"ok": false, "error": "ratelimited"}', b""])
def test_a_limit_is_waited_for(home: Callable[..., Home], answer: bytes) -> None:
    class Limited(Slack):
        def answer(self, seen: Seen) -> Answer:
            if self.count("POST", "/api/chat.postMessage") == 1:
                return Answer(429, answer, {"retry-after": "0"})
            return super().answer(seen)

    with serve(Limited()) as slack:
        made = connected(home, slack)
        made.run("run", "messages.send", "--set", "channel=C1", "--set", "text=a")
        assert len(slack.posted) == 1
