"""Plays the cases of a connector (`docs/cases.md`) through its composed component: the requests that reach the service,
and what the caller is told.

    python3 adapters/tests/cases.py CONNECTOR COMPONENT FOLDER [EVERY]

`CONNECTOR` is the program that composes.

Of the cases each is played, or one of `EVERY`. Left out are those that a caller cannot make here: with a clock or scopes
of their own, with files that the case describes, choices for the settings, and the accounts of an address that no
two share.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hosting import Answer, Asked, Service, Serving, composed

sys.path.append(str(Path(__file__).parents[2] / "tests" / "wasmtime"))
from play import cases, delivery, message, read  # noqa: E402

TOKEN, CLIENT = "a-token-of-the-cases", "a-client-secret-of-the-cases"
OF_A_CASE = ("now", "blobs", "granted", "wanted")
#: What services sign deliveries in, with the client secret, and in base64.
SIGNED = "x-shopify-hmac-sha256"
#: What is done with a delivery: the caller does all of it at once.
OF_A_DELIVERY = ("acknowledge", "accounts", "receive")


def path_and_body(call: dict[str, Any]) -> tuple[str, Any] | None:
    """What a caller asks for; none when there is no way to."""
    if any(call.get(name) is not None for name in OF_A_CASE):
        return None
    match call["do"]:
        case "action":
            return f"/actions/{call['id']}", call.get("input", {})
        case "poll":
            return f"/triggers/{call['id']}/poll", {"config": call.get("input", {}), "cursor": call.get("cursor")}
        case "choices" if call.get("of", "action") in ("action", "trigger", "webhook"):
            asked = {call.get("of", "action"): call["id"], "field": call["field"], "input": call.get("input", {})}
            return "/choices", {**asked, "query": call.get("query")}
        case "test":
            return "/test", {}
        case "subscribe":
            return f"/webhooks/{call['id']}/subscribe", {"config": call.get("input", {}), "address": call["address"]}
        case "renew":
            kept = call.get("subscription", {})
            return f"/webhooks/{call['id']}/renew", {"config": call.get("input", {}), "subscription": kept}
        case "unsubscribe":
            return f"/webhooks/{call['id']}/unsubscribe", {"subscription": call.get("input", {})}
        case "acknowledge" | "accounts" | "receive":
            kept = call.get("subscription", {} if call["do"] == "receive" else None)
            asked = {"delivery": delivered(call["delivery"]), "config": call.get("input", {}), "subscription": kept}
            return f"/webhooks/{call['id']}", {**asked, "cursor": call.get("cursor")}
    return None


def delivered(written: dict[str, Any]) -> dict[str, Any]:
    """As the caller passes it on, signed."""
    sent = delivery(written)
    signature = base64.b64encode(hmac.digest(CLIENT.encode(), sent["body"], hashlib.sha256)).decode()
    headers = [[header["name"], header["value"]] for header in sent["headers"]] + [[SIGNED, signature]]
    body = base64.b64encode(sent["body"]).decode()
    return {"method": sent["method"].upper(), "url": sent["url"], "headers": headers, "body": body}


class Exchanges:
    """The service of a case. A request that is sent again after a failure gets the same answer again."""

    def __init__(self) -> None:
        self.begin([])

    def begin(self, exchanges: list[dict[str, Any]]) -> None:
        self.exchanges, self.at, self.faults = exchanges, -1, []

    def __call__(self, asked: Asked) -> Answer:
        answered = self.exchanges[self.at]["response"].get("status", 500) if self.at >= 0 else 200
        for at in sorted((self.at, self.at + 1), reverse=answered < 400):
            if 0 <= at < len(self.exchanges) and not differs(asked, self.exchanges[at]["request"]):
                self.at = at
                return answer(self.exchanges[at]["response"])
        wanted = self.exchanges[self.at + 1 :][:1]
        self.faults.append(differs(asked, wanted[0]["request"]) if wanted else f"{asked.path} is one too many")
        return Answer(500)


def differs(asked: Asked, wanted: dict[str, Any]) -> str | None:
    url = urlsplit(wanted["url"])
    path = url.path + (f"?{url.query}" if url.query else "")
    if (asked.method, asked.path) != (wanted["method"], path):
        return f"{asked.method} {asked.path}, and not {wanted['method']} {path}"
    authorized = any(TOKEN in value for value in asked.headers.values())
    if authorized != ("credential" in wanted):
        return f"{asked.path} has a credential: {authorized}"
    for name, value in wanted["headers"].items():
        if asked.headers.get(name) != value:
            return f"{asked.path} has {name}: {asked.headers.get(name)}, and not {value}"
    body = wanted.get("body")
    if isinstance(body, dict) and set(body) & {"parts", "pieces"}:
        return None  # Its files are those of the case.
    if isinstance(body, dict) and set(body) == {"text"}:
        return None if asked.body.decode() == body["text"] else f"{asked.path} has the body {asked.body!r}"
    if body is None:
        return None if asked.body == b"" else f"{asked.path} has the body {asked.body!r}"
    return None if read(asked.body) == body else f"{asked.path} has the body {asked.body!r}"


def answer(written: dict[str, Any]) -> Answer:
    if "undelivered" in written:
        return Answer(lost=True)
    body = message(written)["body"]
    return Answer(written["status"], body, written.get("headers", {}))


def expected(case: dict[str, Any]) -> Any:
    """The body of the answer, without what a case does not say."""
    if "error" in case:
        error = dict(case["error"])
        error["detail"] = error.pop("message")
        error["service_status"] = error.pop("status", None)
        error.pop("retry_after_ms", None)
        name = "events" if case["call"]["do"] in ("poll", "receive") else "items"
        error[name] = case.get("items")
        return {name: value for name, value in error.items() if value not in (None, [])}
    if case["call"]["do"] == "poll":
        return {"events": case.get("items", []), "cursor": case["cursor"]}
    if case["call"]["do"] == "receive":
        cursor = {"cursor": case["cursor"]} if "cursor" in case else {}
        return {"events": case.get("items", []), **cursor}
    if case["call"]["do"] in ("subscribe", "renew"):
        return {"subscription": case["output"]}
    if "items" in case:
        return {"items": case["items"], "output": case["output"]}
    return case["output"]


def seen(case: dict[str, Any], body: Any) -> Any:
    """The part of a body that a case tells of, in its words."""
    text = json.dumps(body)
    for exchange in case.get("exchanges", [])[::-1]:
        if "undelivered" in exchange["response"]:
            # How a connection broke is told in words of the host.
            text = text.replace("the host says HttpProtocolError", exchange["response"]["undelivered"])
    body = read(text)
    if "error" in case:
        return {name: body.get(name) for name in expected(case)}
    match case["call"]["do"]:
        case "acknowledge":
            told = body["acknowledgement"]
            told["body"] = base64.b64decode(told["body"]).decode()
            told["headers"] = dict(told["headers"])
            return told
        case "accounts":
            return body.get("accounts")
        case "receive":
            del body["acknowledgement"]
            return body
    # A list without items, of which a case says nothing.
    is_empty = "items" not in case and isinstance(body, dict) and body.get("items") == []
    return body.get("output") if is_empty else body


def to_the_end(serving: Serving, path: str, asked: Any) -> tuple[int, Any]:
    """Goes on with a call as often as it is told to, at once: the service of a case needs no time."""
    items: list[Any] = []
    while True:
        status, text, _ = serving.ask(path, asked)
        body = read(json.dumps(text))
        name = next((name for name in ("items", "events") if isinstance(body, dict) and name in body), None)
        if status != 202:
            if name and items:
                body[name] = items + body[name]
            return status, body
        items += body[name] if name else []
        path, asked = "/continue", {"continue": body["continue"]}


def is_refused_before(case: dict[str, Any], status: int, body: Any) -> bool:
    """Whether no call was begun where the case has one that fails: for a delivery that is none, and a webhook that there
    is not."""
    if case["call"]["do"] not in OF_A_DELIVERY or case.get("error", {}).get("code") != "invalid-input":
        return False
    acknowledged = body.get("acknowledgement", {})
    of_nothing = status == 404 and body["code"] == "no-such-webhook"
    return of_nothing or (status == 200 and 400 <= acknowledged.get("status", 0) and body["events"] == [])


def is_failed(case: dict[str, Any], status: int) -> bool:
    """Acknowledged is also what no events can be made of."""
    return status >= 400 and case["call"]["do"] != "acknowledge"


def shared(serving: Serving, id: str) -> bool:
    return any(listed["shared"] for listed in serving.ask("/webhooks")[1] if listed["id"] == id)


def main(program: str, component: str, folder: str, every: str = "1") -> int:
    chosen = dict(sorted(cases(Path(folder)).items())[:: int(every)])
    exchanges, failed, left_out, webhooks = Exchanges(), {}, 0, 0
    urls = [exchange["request"]["url"] for case in chosen.values() for exchange in case.get("exchanges", [])]
    origins = sorted({"https://" + urlsplit(url).netloc for url in urls})
    with ExitStack() as open, Service(exchanges) as service, composed(program, component) as of:
        # Short enough that calls which wait go on by a continuation.
        values = {"seconds": "1", "early": "yes", "credential-access-token": TOKEN, "client-secret": CLIENT}
        values["routes"] = ",".join(f"{it}={service.url}" for it in origins)
        hosts: dict[str, Serving] = {}
        for name, case in chosen.items():
            call = path_and_body(case["call"])
            if call is None:
                left_out += 1
                continue
            settings = json.dumps(case["call"].get("settings", {}))
            if settings not in hosts:
                hosts[settings] = open.enter_context(Serving(of("environment"), values | {"settings": settings}))
            if case["call"]["do"] == "accounts" and not shared(hosts[settings], case["call"]["id"]):
                left_out += 1
                continue
            exchanges.begin(case.get("exchanges", []))
            status, body = to_the_end(hosts[settings], *call)
            assert TOKEN not in json.dumps(body) and CLIENT not in json.dumps(body)
            webhooks += call[0].startswith("/webhooks/")
            if exchanges.faults:
                failed[name] = exchanges.faults[0]
            elif is_refused_before(case, status, body):
                continue
            elif seen(case, body) != expected(case) or ("error" in case) != is_failed(case, status):
                failed[name] = f"answered with {status} {body}, expected {expected(case)}"
        words = "".join(word for serving in hosts.values() for word in serving.words)
        assert TOKEN not in words and CLIENT not in words
    for name, fault in failed.items():
        print(f"{name}: {fault[:2000]}\n")
    played = len(chosen) - len(failed) - left_out
    print(f"{played} cases as written, {webhooks} of them webhooks', {len(failed)} not, {left_out} left out")
    return 1 if failed or left_out == len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
