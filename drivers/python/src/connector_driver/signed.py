"""What a signature of a delivery is over: a template of the contract, filled in."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from .contract.webhooks import Delivery
from .idempotency import word

#: Braces that stand for themselves, names in braces, and text.
_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]")


def filled(template: str, delivery: Delivery, line: str) -> bytes | None:
    """None when the delivery does not have what the template names exactly once, or nobody knows the
    name. `line` is the header that holds the signature.
    """
    parts = b""
    for found in _PART.finditer(template):
        text, name = found[0], found[1]
        part: bytes | None
        if name is not None:
            part = _value(name, delivery, line)
        elif text in ("{", "}"):
            part = None
        else:
            part = {"{{": "{", "}}": "}"}.get(text, text).encode()
        if part is None:
            return None
        parts += part
    return parts


def headers(delivery: Delivery, name: str) -> list[str]:
    """The values of all headers with this name."""
    return [one.value for one in delivery.headers if one.name.lower() == name.lower()]


def elements(line: str, name: str) -> list[str]:
    """The values with this name in a header that is a list of `name=value`."""
    pairs = [element.partition("=") for element in line.split(",")]
    return [value.strip() for key, equals, value in pairs if equals and key.strip() == name]


def _value(name: str, delivery: Delivery, line: str) -> bytes | None:
    kind, colon, of = name.partition(":")
    if colon and of:
        found = {"header": headers(delivery, of), "element": elements(line, of)}.get(kind, [])
        # Which of several was signed, nobody can tell.
        return found[0].encode() if len(found) == 1 else None
    match name:
        case "body":
            return delivery.body
        case "method":
            return word(delivery.method).encode()
        case "url":
            return delivery.url.encode()
        case "path":
            return _path(delivery.url).encode()
        case "form":
            return _form(delivery.body)
    return None


def _path(url: str) -> str:
    """From the path of an address on, with the query, as it is written."""
    rest = url.partition("://")[2] or url
    at = re.search(r"[/?]", rest)
    return rest[at.start() :] if at else "/"


def _form(body: bytes) -> bytes:
    """The pairs of a form in order, each once, with nothing between."""
    pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, errors="replace")
    once = sorted({(name.encode(), value.encode()) for name, value in pairs})
    return b"".join(name + value for name, value in once)
