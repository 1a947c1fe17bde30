"""Deliveries that are the service's, and those that are not: to a connector that does what their bodies say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

from hosting import KEY, Service, Serving

CLIENT, OURS, KEPT = "the-client-secret", "a-key/that+we=have", "a-key-that-is-kept"
VALUES = {"client-secret": CLIENT, "credential-hook": OURS, "early": "yes"}
SUBSCRIPTION = {"key": KEPT}
KEYS = {"kept": KEPT, "shared": CLIENT, "ours": OURS}
DIGESTS = {"kept": "sha256", "shared": "sha1", "ours": "sha512"}
#: What others sign.
VECTORS = Path(__file__).parents[2] / "crates/webhooks/tests/styles/vectors.json"
#: A list of one event, and its cursor.
SEEN = {"receive": ["seen", {}]}


def delivery(id: str, content: Any, key: str | None = None, at: float | None = None, **more: Any) -> dict[str, Any]:
    """As the service sends it to a webhook, signed with its key or another one."""
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    made: dict[str, Any] = {"url": "https://hooks.example.com/5f0c?a=b", "body": base64.b64encode(content).decode()}
    if id in DIGESTS:
        stamp = str(int(at or time.time()))
        signed = hmac.new((key or KEYS[id]).encode(), f"{stamp}.".encode() + content, DIGESTS[id])
        made["headers"] = [["X-Signature", signed.hexdigest()], ["X-Time", stamp]]
    return made | more


class Deliveries:
    def __init__(self, serving: Serving, service: Service) -> None:
        self.serving, self.service = serving, service

    def send(self, id: str, body: Any, *, how: dict[str, Any] | None = None, **more: Any) -> tuple[int, Any]:
        """Status and body. `how`: it is signed otherwise, or is another one."""
        asked = {"delivery": delivery(id, body, **how or {}), **more}
        status, came, _ = self.serving.ask(f"/webhooks/{id}", asked)
        assert CLIENT not in json.dumps(came) and OURS not in json.dumps(came), came
        return status, came

    def refused(self, status: int, code: str, id: str, body: Any, **more: Any) -> Any:
        came, problem = self.send(id, body, **more)
        assert (came, problem.get("code")) == (status, code) and "events" not in problem, problem
        return problem

    def check_what_is_signed_is_acknowledged_and_received(self) -> None:
        body = {"status": 202, "headers": [["x-a", "b"]], "body": "ä"}
        for id in ("kept", "ours", "open"):
            status, came = self.send(id, body | SEEN, subscription=SUBSCRIPTION)
            told = {"status": 202, "headers": [["x-a", "b"]], "body": "w6Q=", "last": False}
            assert status == 200 and came["acknowledgement"] == told, came
            assert came["events"][0]["url"] == "https://hooks.example.com/5f0c?a=b", came
            status, came = self.send(id, {}, subscription=SUBSCRIPTION, cursor="|")
            assert came["events"] == [] and came["cursor"] == "||", came

    def check_lines_begin_with_the_acknowledgement(self) -> None:
        asked = {"delivery": delivery("kept", {"receive": ["pages", {"number": 2}]}), "subscription": SUBSCRIPTION}
        status, lines, _ = self.serving.ask("/webhooks/kept", asked, accept="application/x-ndjson")
        assert status == 200 and lines[0]["acknowledgement"]["status"] == 200, lines
        assert lines[1:] == [{"events": [2]}, {"events": [1]}, {}], lines

    def check_another_key_is_wrong(self) -> None:
        # The connector would answer it with 400: it is not asked.
        for id, key in (("kept", "another"), ("kept", OURS), ("shared", KEPT), ("ours", CLIENT), ("ours", KEPT)):
            problem = self.refused(401, "wrong-signature", id, b"no JSON", how={"key": key}, subscription=SUBSCRIPTION)
            assert "acknowledgement" not in problem and "JSON" not in json.dumps(problem), problem
        for kept in ({"key": "another"}, {"key": KEPT + " "}):
            self.refused(401, "wrong-signature", "kept", SEEN, subscription=kept)

    def check_a_delivery_is_for_its_own_webhook(self) -> None:
        asked = {"delivery": delivery("ours", SEEN), "subscription": SUBSCRIPTION}
        for id in ("kept", "shared"):
            status, problem, _ = self.serving.ask(f"/webhooks/{id}", asked)
            assert (status, problem["code"]) == (401, "wrong-signature"), problem
        for id, status, code in (("unknown", 404, "no-such-webhook"), ("kept%2f..%2fours", 404, "no-such-webhook")):
            came, problem, _ = self.serving.ask(f"/webhooks/{id}", asked)
            assert (came, problem["code"]) == (status, code), problem

    def check_an_old_delivery_is_not_taken_again(self) -> None:
        for off in (-301, 302):
            how = {"at": time.time() + off}
            problem = self.refused(401, "wrong-signature", "ours", SEEN, how=how, subscription={})
            assert "from now" in problem["detail"], problem
        status, _ = self.send("ours", SEEN, how={"at": time.time() - 290}, subscription={})
        assert status == 200
        # A new time that the signature does not hold.
        old = delivery("ours", SEEN, at=time.time() - 3600)
        old["headers"][1][1] = str(int(time.time()))
        status, problem, _ = self.serving.ask("/webhooks/ours", {"delivery": old, "subscription": {}})
        assert (status, problem["code"]) == (401, "wrong-signature"), problem

    def check_what_is_signed_is_there_once(self) -> None:
        right = delivery("ours", SEEN)
        # Of two times nobody can tell which was signed; of two signatures one may be right.
        for twice, status in (([["x-time", "1"]], 401), ([right["headers"][1]], 401), ([["x-signature", "00"]], 200),
                              ([["x-signature", "00"]] * 8, 401)):
            asked = {"delivery": right | {"headers": twice + right["headers"]}, "subscription": {}}
            came, body, _ = self.serving.ask("/webhooks/ours", asked)
            assert came == status, (twice, body)

    def check_a_changed_delivery_is_wrong(self) -> None:
        right = delivery("ours", SEEN)
        signature, stamp = right["headers"]
        for changed in ({"body": base64.b64encode(b"{} ").decode()}, {"headers": [signature]},
                        {"headers": [["x-signature", signature[1][:-2]], stamp]},
                        {"headers": [["x-signature", ""], stamp]}, {"headers": [signature, ["x-time", "now"]]}):
            status, problem, _ = self.serving.ask("/webhooks/ours", {"delivery": right | changed, "subscription": {}})
            assert (status, problem["code"]) == (401, "wrong-signature"), (changed, problem)

    def check_without_a_signature_only_the_last_is_answered(self) -> None:
        bare = {"headers": []}
        problem = self.refused(401, "not-signed", "ours", SEEN, how=bare, subscription={})
        assert "acknowledgement" not in problem, problem
        status, came = self.send("ours", {"last": True, "body": "echo"} | SEEN, how=bare, subscription={})
        assert status == 200 and came["acknowledgement"]["body"] == "ZWNobw==" and came["events"] == [], came
        # Who says it is the last in what is sent gets no events for it, and forged ones are not even read.
        self.refused(401, "wrong-signature", "ours", {"last": True}, how={"key": "x"}, subscription={})

    def check_a_public_key_and_a_token_are_signatures_too(self) -> None:
        vector = next(one for one in json.loads(VECTORS.read_text()) if "Discord" in one["name"])
        headers, body = list(vector["headers"].items()), vector["body"].encode()
        for sent, status in ((body, 200), (body + b" ", 401)):
            assert self.send("constant", sent, how={"headers": headers}, subscription={})[0] == status
        for changed in ("00" * 64, "ff" * 64, "", headers[0][1][:-2]):
            how = {"headers": [[name, changed if "ed25519" in name else value] for name, value in headers]}
            self.refused(401, "wrong-signature", "constant", body, how=how, subscription={})
        kept = {"keys": [KEPT]}
        for value, status in ((f"v0=is:a,v1=is:{KEPT}", 200), (f"v1=is:a, v1=is:{KEPT}", 200), (f"v1={KEPT}", 401),
                              (f"v0=is:{KEPT}", 401), ("v1=is:", 401), (f"v1=is:{KEPT[:-1]}", 401)):
            came, body = self.send("token", {}, how={"headers": [["x-signature", value]]}, subscription=kept)
            assert came == status, (value, body)

    def check_a_key_is_taken_once(self) -> None:
        greeting = {"last": True, "subscription": {"key": "brought"}}
        status, came = self.send("kept", greeting, how={"headers": []}, subscription={"id": 12345678901234567890123})
        assert status == 200 and came["subscription"] == {"key": "brought"}, came
        status, came = self.send("kept", greeting, how={"headers": []}, subscription=SUBSCRIPTION)
        assert status == 200 and "subscription" not in came, came
        # As long as there is none, events are acknowledged only.
        for subscription in ({}, {"key": ""}, {"key": 7}):
            status, came = self.send("kept", SEEN, subscription=subscription)
            assert status == 200 and came["events"] == [], came

    def check_a_shared_address_tells_its_accounts(self) -> None:
        body = SEEN | {"accounts": ["1", "2"]}
        status, came = self.send("shared", body)
        assert came["accounts"] == ["1", "2"] and came["events"] == [], came
        status, came = self.send("shared", body, subscription={})
        assert came["accounts"] == ["1", "2"] and len(came["events"]) == 1, came
        problem = self.refused(422, "invalid-input", "open", {}, config={})
        assert problem["acknowledgement"]["status"] == 200 and problem["fields"][0]["path"] == "subscription", problem

    def check_what_is_too_large_or_odd_is_refused(self) -> None:
        largest = json.dumps({"body": "x" * 1000}).encode().ljust((4 << 20), b" ")
        assert self.send("ours", largest, subscription={})[0] == 200
        self.refused(413, "too-large", "ours", largest + b" ", subscription={})
        self.refused(413, "too-large", "ours", {}, how={"headers": [["x", "y" * (64 << 10)]]}, subscription={})
        asked = {"delivery": delivery("ours", {}), "subscription": {}, "cursor": "x" * (9 << 20)}
        assert self.serving.ask("/webhooks/ours", asked)[0] == 413
        for odd, field in (({"method": "post"}, "delivery.method"), ({"url": "/5f0c"}, "delivery.url"),
                           ({"body": "%"}, "delivery.body"), ({"url": None}, "delivery.url")):
            problem = self.refused(422, "invalid-input", "ours", {}, how=odd, subscription={})
            assert problem["fields"][0]["path"] == field, problem
        for asked in ({}, {"delivery": delivery("ours", {}), "subscription": 7}, {"delivery": {}, "more": 1}):
            status, problem, _ = self.serving.ask("/webhooks/ours", asked)
            assert status == 422, problem
        status, problem, _ = self.serving.ask("/webhooks/ours?limit=1", {"delivery": delivery("ours", {})})
        assert (status, problem["code"]) == (422, "limit"), problem

    def check_no_answer_of_the_connectors_is_more_than_one(self) -> None:
        for wrong in ({"status": 302}, {"status": 500}, {"headers": [["a", "b\r\nset-cookie: c"]]},
                      {"headers": [["Set-Cookie", "a=b"]]}, {"headers": [["a b", "c"]]}, {"body": "x" * (64 << 10) + "x"},
                      {"subscription": []}):
            problem = self.refused(502, "acknowledgement", "ours", wrong | SEEN, subscription={})
            assert "acknowledgement" not in problem, problem
        status, came = self.send("ours", {"status": 410} | SEEN, subscription={})
        assert came["acknowledgement"]["status"] == 410 and came["events"] == [], came

    def check_the_connector_sees_no_secret_in_a_delivery(self) -> None:
        told = {"a": [OURS, CLIENT, KEY], "b": base64.b64encode(f"to {CLIENT}".encode()).decode()}
        how = {"url": f"https://hooks.example.com/{CLIENT}?key={KEY}"}
        status, came = self.send("ours", told | SEEN, how=how, subscription={})
        seen = json.dumps(came["events"])
        assert status == 200 and seen.count("[secret]") == 6 and KEY not in seen, came

    def check_the_key_of_a_subscription_is_taken_out_of_answers(self) -> None:
        request = {"url": "https://api.example.com/", "text": KEPT, "method": "post"}
        asked = {"subscription": SUBSCRIPTION | {"request": request}}
        status, output, _ = self.serving.ask("/webhooks/kept/unsubscribe", asked)
        assert status == 200 and KEPT.encode() in self.service.asked[-1].body, output
        assert "[secret]" in json.dumps(output) and KEPT not in json.dumps(output), output

    def check_a_long_delivery_goes_on_with_its_subscription(self) -> None:
        body = {"receive": ["pause", {"number": 3_600_000}]}
        status, later = self.send("kept", body, subscription=SUBSCRIPTION)
        assert status == 202 and later["acknowledgement"]["status"] == 200 and later["after_ms"] == 3_600_000, later
        token = later["continue"]
        assert KEPT not in token and KEPT.encode() not in base64.urlsafe_b64decode(token + "=="), "it tells the key"
        for more in ({}, {"subscription": {}}, {"subscription": {"key": "another"}}):
            status, problem, _ = self.serving.ask("/continue", {"continue": token, **more})
            assert (status, problem["code"]) == (422, "continuation"), problem
        status, came, _ = self.serving.ask("/continue", {"continue": token, "subscription": {"id": 1, **SUBSCRIPTION}})
        assert (status, came) == (200, {"events": []}), came

    def check_a_list_that_is_too_long_goes_on(self) -> None:
        status, came = self.send("open", {"receive": ["large", 33 << 20]}, subscription={})
        assert status == 202 and [len(item) for item in came["events"]] == [33 << 20] and came["after_ms"] == 0
        status, came, _ = self.serving.ask("/continue", {"continue": came["continue"]})
        assert (status, came) == (200, {"events": [2, 1]}), came

    def check_a_failure_tells_what_to_answer(self) -> None:
        for receive in (["unknown", {}], ["request", {"url": "https://evil.example.org/"}]):
            status, problem = self.send("ours", {"status": 201, "receive": receive}, subscription={})
            assert status >= 400 and problem["acknowledgement"]["status"] == 201, problem
        assert self.service.asked == []

    def check_subscriptions_are_made_renewed_and_ended(self) -> None:
        address = "https://hooks.example.com/5f0c"
        made = self.serving.ask("/webhooks/open/subscribe", {"address": address})
        assert made[:2] == (200, {"subscription": {"address": address}}), made
        status, came, _ = self.serving.ask("/webhooks/open/renew", made[1])
        assert came == made[1], came
        status, problem, _ = self.serving.ask("/webhooks/open/subscribe", {"address": address, "config": {"odd": True}})
        assert (status, problem["code"]) == (502, "unexpected"), problem
        for path, asked in (("subscribe", {}), ("renew", {}), ("unsubscribe", {}), ("renew", {"subscription": 1}),
                            ("renew", {"subscription": {}, "address": address}),
                            ("unsubscribe", {"subscription": {}, "config": {}})):
            status, problem, _ = self.serving.ask(f"/webhooks/open/{path}", asked)
            assert (status, problem["code"]) == (422, "invalid-input"), (path, asked, problem)
        assert self.serving.ask("/webhooks/open/other", {})[0] == 404
        assert self.serving.ask("/webhooks/other/renew", {"subscription": {}})[0] == 404

    def check_webhooks_are_listed(self) -> None:
        listed = self.serving.ask("/webhooks")[1]
        assert [one["id"] for one in listed if one["shared"]] == ["shared"] and len(listed) == 6, listed
        paths = self.serving.ask("/openapi.json")[1]["paths"]
        assert {f"/webhooks/kept{end}" for end in ("", "/subscribe", "/renew", "/unsubscribe")} <= paths.keys()
        choices = self.serving.ask("/choices", {"webhook": "open", "field": "a", "query": "b"})[1]
        assert choices["items"] == [{"value": "a", "title": "b"}], choices
        for key in (None, "wrong"):
            asked = {"delivery": delivery("open", SEEN), "subscription": {}}
            status, problem, _ = self.serving.ask("/webhooks/open", asked, key=key)
            assert (status, problem["code"]) == (401, "no-valid-key"), problem


def without_keys(serving: Serving) -> None:
    """Where the values lack the keys nothing is let through."""
    for id in ("ours", "shared"):
        asked = {"delivery": delivery(id, SEEN), "subscription": {}}
        status, problem, _ = serving.ask(f"/webhooks/{id}", asked)
        assert (status, problem["code"]) == (503, "not-set-up") and "value" in problem["detail"], problem
        asked["delivery"] = delivery(id, {"last": True})
        assert serving.ask(f"/webhooks/{id}", asked)[0] == 200


def without_webhooks(serving: Serving) -> None:
    """A connector that has none is composed all the same."""
    assert serving.ask("/webhooks")[1] == []
    for path, asked in (("/webhooks/kept", {"delivery": delivery("kept", {})}), ("/choices", {"webhook": "a", "field": "b"}),
                        ("/webhooks/kept/subscribe", {"address": "https://hooks.example.com/"})):
        status, problem, _ = serving.ask(path, asked)
        assert (status, problem["code"]) == (501, "no-webhooks"), problem
