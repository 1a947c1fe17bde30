"""Stripe as its documentation has it: the key as the user of HTTP Basic, forms, requests that may be repeated
under their key, and events that its own library signs and checks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
import stripe
from command import Home
from double import Answer, Double, Seen, serve
from stripe._encode import _api_encode

KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
SIGNING = "whsec_c2VjcmV0IG9mIHRoZSBlbmRwb2ludA"
ADDRESS = "https://hooks.example.com/stripe/4f1c9a"
EVENT = b'{\n  "id": "evt_1",\n  "object": "event", "type": "payment_intent.succeeded", "name": "Zo\xc3\xab"}'


class Stripe(Double):
    """One account."""

    def __init__(self) -> None:
        super().__init__()
        #: How many answers get lost.
        self.losses = 0
        #: By the key of the request: what was sent, and what came of it.
        self.done: dict[str, tuple[bytes, object]] = {}
        self.endpoints: dict[str, list[tuple[str, str]]] = {}

    def answer(self, seen: Seen) -> Answer:
        if seen.basic != (KEY, ""):
            return Answer(
                401,
                {"error": {"message": "Invalid API Key provided", "type": "invalid_request_error"}},
            )
        assert seen.headers["stripe-version"] == "2025-10-29.clover"
        match seen.method, seen.path.split("/")[2:]:
            case "GET", ["account"]:
                return Answer(content={"id": "acct_1", "business_profile": {"name": "Acme"}})
            case "POST", [_]:
                return self.once(seen)
            case "DELETE", ["webhook_endpoints", id] if self.endpoints.pop(id, None):
                return Answer(content={"id": id, "object": "webhook_endpoint", "deleted": True})
        return Answer(404, {"error": {"message": "No such thing", "type": "invalid_request_error"}})

    def once(self, seen: Seen) -> Answer:
        key = seen.headers["idempotency-key"]
        if key not in self.done:
            self.done[key] = (seen.body, self.make(seen))
        body, made = self.done[key]
        if body != seen.body:
            return Answer(400, {"error": {"type": "idempotency_error"}})
        self.losses -= 1
        return Answer(content=made, lost=self.losses >= 0)

    def make(self, seen: Seen) -> object:
        pairs = parse_qsl(seen.body.decode(), strict_parsing=True)
        number = len(self.done) + 1
        if seen.path == "/v1/customers":
            return {"id": f"cus_{number}", "object": "customer", "email": seen.form.get("email")}
        self.endpoints[f"we_{number}"] = pairs
        return {"id": f"we_{number}", "object": "webhook_endpoint", "secret": SIGNING}


def connected(home: Callable[..., Home], double: Stripe) -> Home:
    made = home("stripe", {"https://api.stripe.com": double.base})
    assert "Connected as Acme (id acct_1)" in made.run("connect", "--token", stdin=KEY).out
    return made


def signed(body: bytes, secret: str = SIGNING, age: int = 0) -> dict[str, str]:
    at = int(time.time()) - age
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)
    return {"stripe-signature": f"t={at},v1={signature},v0={signature[::-1]}"}


def test_a_key_that_is_wrong_is_not_stored(home: Callable[..., Home]) -> None:
    with serve(Stripe()) as double:
        made = home("stripe", {"https://api.stripe.com": double.base})
        ran = made.run("connect", "--token", stdin="sk_test_wrong", code=3)
        assert "Invalid API Key provided" in ran.err
        assert made.run("connections", "--json").json == []


def test_a_repeat_has_the_same_key_and_makes_no_second_customer(home: Callable[..., Home]) -> None:
    customer = {"email": "zoë@example.com", "name": "Zoë & Co", "metadata": {"plan": "basic+"}}
    with serve(Stripe()) as double:
        made = connected(home, double)
        double.losses = 2
        ran = made.run("run", "customers.create", "--input", json.dumps(customer))
        assert ran.json["id"] == "cus_1"
        posts = [seen for seen in double.seen if seen.method == "POST"]
        assert len(posts) == 3
        assert len({seen.headers["idempotency-key"] for seen in posts}) == 1
        # As the library writes it.
        expected = sorted((name, str(value)) for name, value in _api_encode(customer))
        assert sorted(parse_qsl(posts[0].body.decode(), strict_parsing=True)) == expected
        # The same again is another call.
        again = made.run("run", "customers.create", "--input", json.dumps(customer))
        assert again.json["id"] == "cus_2"


def test_events_are_read_with_the_key_that_came_with_the_subscription(
    home: Callable[..., Home],
) -> None:
    with serve(Stripe()) as double:
        made = connected(home, double)
        ran = made.run("webhook", "subscribe", "payment.succeeded", "--address", ADDRESS, "--json")
        id = ran.json["id"]
        wanted = {"url": ADDRESS, "enabled_events": ["payment_intent.succeeded"]}
        (pairs,) = double.endpoints.values()
        assert sorted(pairs) == sorted(_api_encode(wanted))
        headers = signed(EVENT)
        assert (
            stripe.Webhook.construct_event(EVENT, headers["stripe-signature"], SIGNING).id
            == "evt_1"
        )
        (event,) = made.receive("payment.succeeded", EVENT, headers, "--subscription", id).lines
        assert (event["id"], event["data"]["name"]) == ("evt_1", "Zoë")
        for forged in (signed(EVENT + b" "), signed(EVENT, "whsec_other"), signed(EVENT, age=301)):
            with pytest.raises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(EVENT, forged["stripe-signature"], SIGNING)
            ran = made.receive("payment.succeeded", EVENT, forged, "--subscription", id, code=1)
            assert ran.out == ""
        assert SIGNING not in made.run("webhook", "subscriptions", "--json").out
        made.run("webhook", "unsubscribe", id)
        assert double.endpoints == {}


def test_what_is_sent_twice_is_printed_once(home: Callable[..., Home]) -> None:
    with serve(Stripe()) as double:
        made = connected(home, double)
        with made.listening("payment.succeeded", ADDRESS) as listener:
            for secret, status in [(SIGNING, 200), ("whsec_other", 401), (SIGNING, 200)]:
                assert (
                    listener.post("/stripe/4f1c9a", EVENT, signed(EVENT, secret)).status == status
                )
        assert [event["id"] for event in listener.events] == ["evt_1"]
        assert double.endpoints == {}
