"""Which hosts the addresses may lead to that a caller sends to a service."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .contract.types import Bytes, Multipart, Pieces, Request, Text
from .errors import Refusal

#: What browsers leave out of an address.
_LEFT_OUT = re.compile(r"[\t\r\n]")
_HOST = re.compile(r"([a-z0-9_-]+\.)*[a-z0-9_-]+")
#: The host of an address as browsers read it: for them a backslash is a slash, and there may be any number.
_AUTHORITY = re.compile(r"https?:[/\\]*([^/\\?#]*)", re.IGNORECASE)
_NO_PORT = re.compile(r"(.*?)\.?(?::\d*)?")


class Links:
    """The hosts that links may lead to: `example.com` is this one, `*.example.com` all below it."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = [host.strip().lower() for host in hosts]
        for host in self._hosts:
            if not _HOST.fullmatch(host.removeprefix("*.")):
                example = "it is one like example.com or *.example.com"
                raise ValueError(f"`links`: {host!r} is no host: {example}")

    def check(self, request: Request) -> None:
        """Raises with the place of the first link that leads elsewhere."""
        self._form(urlsplit(request.url).query)
        match request.body:
            case Bytes(content):
                self._content(content.decode(errors="replace"))
            case Pieces(pieces):
                # Files leave nothing behind but the text around them.
                texts = (piece.value for piece in pieces if isinstance(piece, Text))
                self._content("".join(texts))
            case Multipart(parts):
                for part in parts:
                    if isinstance(part.content, Text):
                        self._text(part.name, part.content.value)

    def _content(self, text: str) -> None:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            self._form(text)
        else:
            self._value("", value)

    def _form(self, text: str) -> None:
        for name, value in parse_qsl(text, keep_blank_values=True):
            self._text(name, value)

    def _value(self, path: str, value: Any) -> None:
        if isinstance(value, str):
            self._text(path, value)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._value(f"{path}[{index}]", item)
        elif isinstance(value, dict):
            for name, member in value.items():
                self._value(f"{path}.{name}" if path else name, member)

    def _text(self, path: str, given: str) -> None:
        text = _LEFT_OUT.sub("", given.strip())
        found = None if re.search(r"\s", text) else _AUTHORITY.match(text)
        if found is None:
            return
        address = _NO_PORT.fullmatch(found[1].rpartition("@")[2].lower())
        host = address[1] if address is not None else ""
        # What is no plain name, such as one with percent-encodings, could be any.
        is_read = _HOST.fullmatch(host) is not None
        if is_read and any(_allows(known, host) for known in self._hosts):
            return
        where = host if is_read else "an address that cannot be read"
        allowed = ", ".join(self._hosts) or "none"
        raise Refusal("link", f"{path}: leads to {where}; links may lead to {allowed}")


def _allows(known: str, host: str) -> bool:
    if known.startswith("*."):
        return host.endswith(known[1:]) and len(host) >= len(known)
    return host == known
