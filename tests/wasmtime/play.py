"""Plays cases (`docs/cases.md`) through the stock command line of wasmtime: each step is a process of its own,
`wasmtime run --invoke`, so that nothing but the checkpoint carries a call.

    python3 tests/wasmtime/play.py COMPONENT FOLDER [EVERY]

Of the cases each is played, or one of `EVERY`. Those whose arguments are longer than a command line takes are left
out and counted.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import wasmtime_cli
from wave_text import Case, Word, dumps, loads

PACKAGE = "automation:connector"
VERSION = "0.2.0"
NOW = "2026-01-31T12:00:00Z"
ADDRESS = "https://host.example/hook"
#: The bytes of one argument that Linux takes.
LONGEST = 128 * 1024 - 1
WASMTIME = Path(wasmtime_cli.__file__).with_name("wasmtime")


class TooLong(Exception):
    """Beyond what a command line takes."""


def integer(text: str) -> float:
    """As the runner that wrote the files reads them: beyond 64 bits it keeps no integers."""
    number = int(text)
    return number if -(2**63) <= number < 2**64 else float(text)


read = partial(json.loads, parse_int=integer)


def invoke(component: str, function: str, *arguments: Any) -> Any:
    """What a function answers with: a `Case` of `ok` or `err`, or the value."""
    interface, name = function.split(".")
    call = f"{PACKAGE}/{interface}.{name}@{VERSION}({', '.join(map(dumps, arguments))})"
    if len(call.encode()) > LONGEST:
        raise TooLong
    command = [WASMTIME, "run", "--allow-precompiled", "--invoke", call, component]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return loads(ran.stdout)


def start(call: dict[str, Any]) -> tuple[Any, ...]:
    """The function that begins the call of a case, and its arguments."""
    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    context = {"call": "case", "now": call.get("now", NOW), "wanted": call.get("wanted"), "extensions": []}
    settings, id, input = text(call.get("settings", {})), call.get("id"), text(call.get("input", {}))
    kept, cursor = text(call.get("subscription", {})), call.get("cursor")
    match call["do"]:
        case "action":
            return "actions.start", id, input, settings, context
        case "poll":
            return "triggers.start", id, input, settings, cursor, context
        case "choices" if call.get("of") == "connection":
            return "connection.choices", call["field"], settings, call.get("query"), context
        case "choices":
            of = call.get("of", "action") + "s"
            return f"{of}.choices", id, call["field"], input, settings, call.get("query"), context
        case "test":
            return "connection.test", settings, call.get("granted"), context
        case "subscribe":
            return "webhooks.subscribe", id, input, settings, call["address"], context
        case "renew":
            return "webhooks.renew", id, input, settings, kept, context
        case "unsubscribe":
            return "webhooks.unsubscribe", id, input, settings, context
        case "acknowledge":
            known = text(call["subscription"]) if "subscription" in call else None
            return "webhooks.acknowledge", id, known, delivery(call["delivery"])
        case "accounts":
            return "webhooks.accounts", id, delivery(call["delivery"])
        case "receive":
            return "webhooks.receive", id, input, settings, kept, delivery(call["delivery"]), cursor, context
    raise AssertionError(f"there is no way to do {call['do']}")


def message(written: dict[str, Any]) -> dict[str, Any]:
    headers = [{"name": name, "value": value} for name, value in written.get("headers", {}).items()]
    if "body" in written:
        body = json.dumps(written["body"], ensure_ascii=False, separators=(",", ":")).encode()
    elif "base64" in written:
        body = base64.b64decode(written["base64"])
    else:
        body = written.get("text", "").encode()
    return {"headers": headers, "body": body}


def delivery(written: dict[str, Any]) -> dict[str, Any]:
    method = Word(written.get("method", "POST").lower())
    return {"method": method, "url": written.get("url", ADDRESS), **message(written)}


class Blobs:
    """The files of a case, and those that are saved on the way."""

    def __init__(self, call: dict[str, Any]) -> None:
        self.files = {
            name: (message(file)["body"].ljust(file.get("size", 0), b"\0"), file.get("name"))
            for name, file in (call.get("blobs") or {}).items()
        }
        self.saved = 0

    def read(self, range: dict[str, Any]) -> Any:
        if range["blob"] not in self.files:
            return Case("undelivered", "there is no such file")
        data, name = self.files[range["blob"]]
        part = data[range["offset"] :][: range["length"]]
        return Case("chunk", {"data": part, "size": len(data), "name": name})

    def answer(self, request: dict[str, Any], written: dict[str, Any]) -> Any:
        if "undelivered" in written:
            return Case("undelivered", written["undelivered"])
        whole = {"status": written["status"], **message(written)}
        if not request["save"] or not 200 <= whole["status"] < 300:
            return Case("response", whole)
        reference = f"saved-{self.saved}"
        self.saved += 1
        self.files[reference] = (whole.pop("body"), None)
        return Case("saved", {**whole, "blob": reference})


def request_of(request: dict[str, Any]) -> dict[str, Any]:
    """As the `request` of an exchange is written."""
    method, costs = request["method"], request["costs"]
    one = costs[0]["quota"] if [cost["amount"] for cost in costs] == [1] else None
    written = {
        "method": method.payload if isinstance(method, Case) else method.upper(),
        "url": request["url"],
        "headers": {header["name"]: header["value"] for header in request["headers"]},
        "body": body_of(request["body"]),
        "credential": request.get("credential"),
        "effect": request["effect"],
        "quota": one,
        "costs": None if one else costs or None,
        "idempotency_header": request.get("idempotency-header"),
        "save": request["save"] or None,
    }
    return present(written)


def body_of(body: Any) -> Any:
    if body == "empty":
        return None
    if body.name == "bytes":
        try:
            return read(bytes(body.payload))
        except ValueError:
            return {"text": bytes(body.payload).decode(errors="replace")}
    if body.name == "pieces":
        return {"pieces": [piece_of(piece) for piece in body.payload]}
    names = {"filename": "filename", "content-type": "content_type", "name": "name"}
    return {
        "parts": [
            {ours: part[theirs] for theirs, ours in names.items() if theirs in part} | piece_of(part["content"])
            for part in body.payload
        ]
    }


def piece_of(piece: Case) -> dict[str, Any]:
    return {piece.name.replace("-", "_"): piece.payload}


def present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def error_of(error: dict[str, Any]) -> dict[str, Any]:
    written = {name.replace("-", "_"): value for name, value in error.items()}
    if "details" in written:
        written["details"] = read(written["details"])
    return {"error": written}


def acknowledged(answer: dict[str, Any]) -> dict[str, Any]:
    kept = read(answer["subscription"]) if "subscription" in answer else None
    written = {
        "status": answer["status"],
        "headers": {header["name"]: header["value"] for header in answer["headers"]},
        "body": bytes(answer["body"]).decode(errors="replace"),
        "last": answer["last"],
        "subscription": kept,
    }
    return {"output": present(written)}


def play(component: str, case: dict[str, Any]) -> None:
    """Fails with what differs from the case."""
    call, exchanges = case["call"], iter(case.get("exchanges", []))
    expected = {name: case[name] for name in ("output", "items", "cursor", "error") if name in case}
    blobs, items = Blobs(call), None
    came = invoke(component, *start(call))
    while came.name == "ok" and isinstance(came.payload, Case) and came.payload.name != "done":
        step = came.payload
        checkpoint, reply = step.payload["checkpoint"], Word("proceed")
        if step.name == "send":
            exchange = next(exchanges, None)
            sent = request_of(step.payload["request"])
            assert exchange and sent == exchange["request"], f"sent {sent}, expected {exchange}"
            reply = blobs.answer(step.payload["request"], exchange["response"])
        elif step.name == "read":
            reply = blobs.read(step.payload)
        elif step.name == "emit":
            page = read(step.payload["items"])
            assert len(page) == step.payload["count"]
            items = (items or []) + page
        came = invoke(component, "steps.resume", checkpoint, reply)
    assert next(exchanges, None) is None, "a request was never sent"
    if came.name == "err":
        end = error_of(came.payload)
    elif call["do"] == "accounts":
        end = {"output": came.payload}
    elif call["do"] == "acknowledge":
        end = acknowledged(came.payload)
    else:
        done = came.payload.payload
        end = {"output": read(done["output"])} | present({"cursor": done.get("cursor")})
    if items is not None:
        end["items"] = items
    assert end == expected, f"ended with {end}, expected {expected}"


def cases(folder: Path) -> dict[str, dict[str, Any]]:
    """By name; a table of refusals is one case for each row."""
    found = {f"{path.parent.name}/{path.stem}": read(path.read_text()) for path in folder.glob("*/*.json")}
    for path in folder.glob("*.json"):
        table = read(path.read_text())
        for refusal in table["refusals"]:
            for row in refusal["cases"]:
                sent = "response" in table
                exchanges = [{"request": row["request"], "response": table["response"]}] if sent else []
                found[row["case"]] = {"call": row["call"], "exchanges": exchanges, "error": refusal["error"]}
    return found


def main(component: str, folder: str, every: str = "1") -> int:
    os.chmod(WASMTIME, 0o755)  # The package from PyPI leaves it without the permission.
    chosen = dict(sorted(cases(Path(folder)).items())[:: int(every)])
    assert chosen, f"there are no cases in {folder}"
    with tempfile.TemporaryDirectory() as made:
        compiled = f"{made}/component.cwasm"
        subprocess.run([WASMTIME, "compile", component, "-o", compiled], check=True)

        def outcome(case: dict[str, Any]) -> str:
            try:
                play(compiled, case)
            except TooLong:
                return "too long"
            except AssertionError as fault:
                return str(fault)
            return ""

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            outcomes = dict(zip(chosen, threads.map(outcome, chosen.values()), strict=True))
    long = [name for name, fault in outcomes.items() if fault == "too long"]
    failed = {name: fault for name, fault in outcomes.items() if fault and name not in long}
    for name, fault in failed.items():
        print(f"{name}: {fault}\n")
    print(f"{len(chosen) - len(long) - len(failed)} cases as written, {len(failed)} not, "
          f"{len(long)} too long for a command line")
    return 1 if failed or len(long) == len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
