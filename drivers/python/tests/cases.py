"""Conformance cases: a call, the requests that must be built for it, the answers they get, and what
must come of them. The other hosts play the same files; `docs/cases.md` tells the format."""

from __future__ import annotations

import base64
import dataclasses
import json
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector_driver import ConnectorError
from connector_driver import contract as c
from connector_driver.contract.webhooks import Acknowledgement, Delivery
from connector_driver.idempotency import word

#: Where deliveries come to, when a case does not say.
ADDRESS = "https://host.example/hook"


@dataclass
class Case:
    #: `boards.list/two-pages`
    name: str
    call: Any
    exchanges: list[Any]
    #: `items`, and `output` and `cursor`, or `error`.
    end: dict[str, Any]

    @property
    def subject(self) -> str:
        return self.name.partition("/")[0]


def _integer(text: str) -> float:
    """As the runner that wrote the files reads them: beyond 64 bits it keeps no integers."""
    number = int(text)
    return number if -(2**63) <= number < 2**64 else float(text)


def below(root: Path) -> list[Case]:
    """All cases below a folder, in the order of their names."""
    cases = []
    for path in root.glob("*/*.json"):
        end = _read(path)
        call, exchanges = end.pop("call"), end.pop("exchanges", [])
        cases.append(Case(f"{path.parent.name}/{path.stem}", call, exchanges, end))
    for path in root.glob("*.json"):
        cases += _rows(_read(path))
    assert cases, f"there are no cases in {root}"
    return sorted(cases, key=lambda case: case.name)


def _rows(table: Any) -> list[Case]:
    """Refusals of one answer, or of none, by the errors that they are."""
    answer = {"response": table["response"]} if "response" in table else None
    return [
        Case(row["case"], row["call"], [answer | {"request": row["request"]}] if answer else [], end)
        for refusal in table["refusals"]
        for end in [{"error": refusal["error"]}]
        for row in refusal["cases"]
    ]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(), parse_int=_integer)


@dataclass
class Blobs:
    """The files that a call names, and those that are saved on the way."""

    files: dict[str, tuple[bytes, str | None]] = field(default_factory=dict)
    saved: int = 0

    @classmethod
    def of(cls, call: Any) -> Blobs:
        """`{"film.mp4": {"name": …, "size": …, "text" or "base64": …}}`; up to `size` are zeros."""
        files = {}
        for reference, file in (call.get("blobs") or {}).items():
            content = _content(file)
            files[reference] = (content.ljust(file.get("size", 0), b"\0"), file.get("name"))
        return cls(files)

    def read(self, step: c.Read) -> c.Reply:
        if step.blob not in self.files:
            return c.Undelivered("there is no such file")
        content, name = self.files[step.blob]
        return c.Chunk(content[step.offset :][: step.length], len(content), name)

    def reply(self, request: c.Request, response: Any) -> c.Reply:
        """What the `response` of an exchange stands for."""
        if "undelivered" in response:
            return c.Undelivered(response["undelivered"])
        status, (headers, body) = response["status"], message(response)
        if not request.save or not 200 <= status < 300:
            return c.Response(status, headers, body)
        reference = f"saved-{self.saved}"
        self.saved += 1
        self.files[reference] = (body, None)
        return c.Saved(status, headers, reference)


def message(written: Any) -> tuple[list[c.Header], bytes]:
    """Headers and body of what the service says, in an answer or by itself."""
    headers = written.get("headers", {}).items()
    return [c.Header(name, value) for name, value in headers], _content(written)


def delivery(written: Any) -> Delivery:
    """What the service sends by itself; `method` and `url` where they matter."""
    method, (headers, body) = written.get("method", "POST"), message(written)
    return Delivery(method_of(method), written.get("url", ADDRESS), headers, body)


def method_of(word: str) -> c.Method:
    lower = word.lower()
    plain = lower in typing.get_args(typing.get_args(c.Method)[0])
    return typing.cast(c.Method, lower) if plain else c.Other(word)


def acknowledgement_file(answer: Acknowledgement) -> dict[str, Any]:
    """The output of a case that acknowledges a delivery."""
    output = _present(
        status=answer.status,
        headers={header.name: header.value for header in answer.headers},
        body=answer.body.decode(errors="replace"),
        last=answer.last,
        subscription=answer.subscription,
    )
    return {"output": output}


def _content(written: Any) -> bytes:
    if "body" in written:
        return json.dumps(written["body"], ensure_ascii=False, separators=(",", ":")).encode()
    if "base64" in written:
        return base64.b64decode(written["base64"])
    return str(written.get("text", "")).encode()


def request_file(request: c.Request) -> dict[str, Any]:
    """The `request` of an exchange."""
    return _present(
        method=word(request.method),
        url=request.url,
        headers={header.name: header.value for header in request.headers},
        body=_body(request.body),
        credential=request.credential,
        effect=request.effect,
        **_costs(request.costs),
        idempotency_header=request.idempotency_header,
        save=request.save or None,
    )


def _costs(costs: list[c.Cost]) -> dict[str, Any]:
    """One call of one quota is its name."""
    if [cost.amount for cost in costs] == [1]:
        return {"quota": costs[0].quota}
    return {"costs": [{"quota": one.quota, "amount": one.amount} for one in costs] or None}


def _body(body: c.Body) -> Any:
    if body == "empty":
        return None
    if isinstance(body, c.Multipart):
        return {"parts": [_part(part) for part in body.value]}
    if isinstance(body, c.Pieces):
        return {"pieces": [_piece(piece) for piece in body.value]}
    assert isinstance(body, c.Bytes)
    try:
        return json.loads(body.value)
    except ValueError:
        return {"text": body.value.decode(errors="replace")}


def _part(part: c.Part) -> Any:
    head = _present(name=part.name, filename=part.filename, content_type=part.content_type)
    return head | _piece(part.content)


def _piece(piece: c.Piece) -> Any:
    if isinstance(piece, c.Slice):
        return {"slice": dataclasses.asdict(piece)}
    names = {c.Text: "text", c.Blob: "blob", c.BlobBase64: "blob_base64"}
    return {names[type(piece)]: piece.value}


def outcome_file(done: c.Done) -> dict[str, Any]:
    """How a case ends that ends well, without the items."""
    return {"output": done.output} | _present(cursor=done.cursor)


def error_file(error: ConnectorError) -> dict[str, Any]:
    """How a case ends that fails, without the items."""
    names = [
        "kind",
        "code",
        "message",
        "advice",
        "status",
        "request_id",
        "retry_after_ms",
        "details",
    ]
    fields = [{"path": wrong.path, "message": wrong.message} for wrong in error.fields]
    return {"error": _present(fields=fields, **{name: getattr(error, name) for name in names})}


def _present(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
