"""Whether a delivery is the service's: with what the libraries of services sign."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from connector_driver import Delivery, Extension, Header, Pair, Refusal, connect, connect_async
from connector_driver.contract import webhooks as w
from connector_driver.contract.triggers import Trigger
from connector_driver.signature import Verdict

from .components import REPOSITORY
from .probe import Probe

#: The other hosts read the same file.
VECTORS = json.loads((REPOSITORY / "crates/webhooks/tests/styles/vectors.json").read_text())
NAMES = [vector["name"] for vector in VECTORS]
BODY = b'{"a":1}'
KEY = "the-key"
RULE = w.Signature(
    "x-signature", None, "", "hex", "hmac-sha256", w.Constant(KEY), "plain", "{body}"
)
TIMED = replace(
    RULE, element="v1", signed="{element:t}.{body}", time=w.SignedTime("{element:t}", 300_000)
)
WRONG = "00" * 32


class Hooked(Probe):
    """Its webhook `it` is signed by these rules."""

    def __init__(self, *rules: w.Signature) -> None:
        super().__init__()
        self.rules = list(rules)

    def call(self, function: str, *arguments: Any) -> Any:
        if function == "webhooks.list-webhooks":
            return [w.Webhook(Trigger("it", "", "", "", []), False, self.rules)]
        return super().call(function, *arguments)

    def has(self, interface: str) -> bool:
        return interface == "webhooks"


def sent(*headers: tuple[str, str], body: bytes = BODY, url: str | None = None) -> Delivery:
    listed = [Header(name, value) for name, value in headers]
    return Delivery("post", url or "https://hooks.example/4f1c", listed, body)


def mac(text: bytes) -> str:
    return hmac.new(KEY.encode(), text, hashlib.sha256).hexdigest()


def judged(delivery: Delivery, *rules: w.Signature, **known: Any) -> Verdict:
    credentials = known.pop("credentials", {})
    return connect(Hooked(*rules), credentials=credentials).verify("it", delivery, **known)


def read(vector: Any) -> tuple[w.Signature, Delivery]:
    said = vector["signature"]
    key = said.get("key", "credential")
    keys: dict[str, w.SigningKey] = {
        "client-secret": "client-secret", "credential": w.Credential("signing-secret"),
    }  # fmt: skip
    rule = w.Signature(
        said["header"], said.get("element"), said.get("prefix", ""), said.get("encoding", "hex"),
        said.get("algorithm", "hmac-sha256"), keys.get(key, w.Subscription(key)),
        said.get("key_encoding", "plain"), said.get("signed", "{body}"),
        w.SignedTime(said["time"], 300_000) if "time" in said else None,
    )  # fmt: skip
    body, url = vector["body"].encode(), vector.get("url")
    return rule, sent(*vector["headers"].items(), body=body, url=url)


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_what_a_service_signs_is_right(vector: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(vector.get("now", 1_800_000_000)))
    rule, delivery = read(vector)

    def says(delivery: Delivery, secret: str, subscription: Any) -> Verdict:
        return judged(
            delivery, rule, credentials={"signing-secret": secret}, client_secret=secret,
            subscription=subscription,
        )  # fmt: skip

    secret, subscription = vector["secret"], vector.get("subscription")
    assert says(delivery, secret, subscription) == "right"
    if rule.algorithm != "token":
        changed = replace(delivery, body=delivery.body + b"1")
        assert says(changed, secret, subscription) == "wrong"
    other = secret.translate(str.maketrans("12ab", "21ba"))
    assert says(delivery, other, {"token": other}) == "wrong"


def test_what_is_signed_is_there_exactly_once() -> None:
    now = int(time.time())
    right = f"t={now},v1={mac(f'{now}.'.encode() + BODY)}"
    assert judged(sent(("x-signature", right)), TIMED) == "right"
    # A second time could make a signature good for ever.
    for more in (f"{right},t={now - 1}", f"t={now - 1},{right}", f"{right},t={now}"):
        assert judged(sent(("x-signature", more)), TIMED) == "wrong"
    named = replace(RULE, signed="{header:x-time}{body}")
    signed = ("x-signature", mac(b"1" + BODY))
    assert judged(sent(signed, ("X-Time", "1")), named) == "right"
    assert judged(sent(signed, ("x-time", "1"), ("X-Time", "1")), named) == "wrong"
    for signs in ("{nothing}", "{element:t}", "{body", "body}", "{header:}", "{}"):
        assert judged(sent(("x-signature", mac(BODY))), replace(RULE, signed=signs)) == "wrong"
    braces = replace(RULE, signed="{{{method} {path}}}")
    assert judged(sent(("x-signature", mac(b"{POST /4f1c}"))), braces) == "right"


def test_an_old_delivery_is_wrong() -> None:
    now = int(time.time())
    for at in (now - 400, now + 400, "", "-1", "1e9", "9" * 30):
        signature = f"t={at},v1={mac(f'{at}.'.encode() + BODY)}"
        assert judged(sent(("x-signature", signature)), TIMED) == "wrong", at


def test_one_of_several_is_right_and_no_more_are_tried_than_anybody_sends() -> None:
    def headers(count: int) -> Verdict:
        values = [WRONG] * count + [mac(BODY)]
        return judged(sent(*(("x-signature", value) for value in values)), RULE)

    def listed(count: int) -> Verdict:
        values = [WRONG] * count + [mac(BODY)]
        line = ",".join(f"v1={value}" for value in values)
        return judged(sent(("x-signature", line)), replace(RULE, element="v1"))

    assert (headers(7), headers(8)) == ("right", "wrong")
    assert (listed(7), listed(8)) == ("right", "wrong")
    long = f"v1={mac(BODY)},x={'a' * (16 << 10)}"
    assert judged(sent(("x-signature", long)), replace(RULE, element="v1")) == "wrong"
    other = replace(RULE, key=w.Constant("another"))
    delivery = sent(("x-signature", mac(BODY)))
    assert judged(delivery, other, RULE) == "right"
    assert judged(delivery, other, replace(RULE, header="x-other")) == "wrong"
    assert judged(sent(), RULE) == "absent"
    assert judged(delivery) == "none"


def test_keys_are_with_the_caller_in_the_subscription_or_among_the_credentials() -> None:
    delivery = sent(("x-signature", mac(BODY)))

    def by(key: w.SigningKey, **known: Any) -> Verdict:
        return judged(delivery, replace(RULE, key=key), **known)

    assert by("client-secret", client_secret=KEY) == "right"
    assert by("client-secret") == "keyless"
    assert by(w.Subscription("/a~1b/0"), subscription={"a/b": [KEY]}) == "right"
    lacking: list[Any] = [None, {}, {"a/b": []}, {"a/b": [7]}, {"a/b": {"0": ""}}]
    for subscription in lacking:
        assert by(w.Subscription("/a~1b/0"), subscription=subscription) == "keyless"
    assert by(w.Credential("key"), credentials={"key": KEY}) == "right"
    assert by(w.Credential("key"), credentials={"key": Pair("a", KEY)}) == "right"
    assert by(w.Credential("key")) == "keyless"
    assert by(w.Constant("")) == "keyless", "an empty key is anybody's"
    with pytest.raises(LookupError, match="there is no webhook other"):
        connect(Hooked(RULE)).verify("other", delivery)


def test_on_an_event_loop_where_credentials_are_waited_for() -> None:
    async def find(name: str) -> str:
        assert name == "key"
        return KEY

    async def verdict() -> Verdict:
        rule = replace(RULE, key=w.Credential("key"))
        connector = await connect_async(Hooked(rule), credentials=find)
        return await connector.verify("it", sent(("x-signature", mac(BODY))))

    assert asyncio.run(verdict()) == "right"


def test_what_is_not_known_is_not_right(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = sent(("x-signature", mac(BODY)))
    unknown = replace(RULE, algorithm=Extension("example.com/x", {}))
    assert judged(delivery, unknown) == "wrong"
    assert judged(delivery, unknown, RULE) == "right"
    assert judged(delivery, replace(RULE, algorithm="ed25519")) == "wrong", "no such key"
    for encoding in ("hex", "base64"):
        for text in ("0g", "+/9=", "+", "ä", " "):
            odd = replace(RULE, encoding=encoding)
            assert judged(sent(("x-signature", text)), odd) == "wrong"
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(Refusal, match=r"extension: .* connector-driver\[ed25519\]"):
        judged(delivery, replace(RULE, algorithm="ed25519"))
