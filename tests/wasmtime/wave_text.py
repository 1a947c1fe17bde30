"""Values of the component model as texts (WAVE), which is how the stock `wasmtime` takes arguments and prints results.

    {call: "a", wanted: some(3)}    a record: a dictionary, without the members that are `none`
    send({…})                       a case with a payload: a `Case`; `some(x)` is `x`
    get                             a case without one: a `Word`
    [1, 2], "text", true, 3         as in Python
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|%?[A-Za-z][\w-]*|[\[\](){},:])')
#: WAVE writes what is not printed as `\\u{…}`.
ESCAPED = re.compile(r"\\(u\{([0-9a-f]+)\}|.)")
PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


class Word(str):
    """The name of a case without a payload."""


@dataclass
class Case:
    """A case with a payload."""

    name: str
    payload: Any


def dumps(value: Any) -> str:
    """A dictionary's members that are `None` are left out, which stands for `none`."""
    match value:
        case None:
            return "none"
        case bool():
            return json.dumps(value)
        case Word() | int():
            return str(value)
        case str():
            return '"' + "".join(map(_escaped, value)) + '"'
        case Case(name, payload):
            return f"{name}({dumps(payload)})"
        case bytes():
            return dumps(list(value))
        case list():
            return "[" + ", ".join(map(dumps, value)) + "]"
        case dict():
            members = [f"{name}: {dumps(member)}" for name, member in value.items() if member is not None]
            return "{" + (", ".join(members) or ":") + "}"
    raise TypeError(f"no WAVE for {value!r}")


def _escaped(char: str) -> str:
    return char if char.isprintable() and char not in '"\\' else f"\\u{{{ord(char):x}}}"


def loads(text: str) -> Any:
    """Fails with a `ValueError` when the text is not one value."""
    tokens, end = [], 0
    while found := TOKEN.match(text, end):
        tokens.append(found[1])
        end = found.end()
    if text[end:].strip():
        raise ValueError(f"no WAVE at {text[end : end + 40]!r}")
    reader = _Reader(tokens)
    value = reader.value()
    if reader.at != len(tokens):
        raise ValueError("something follows the value")
    return value


@dataclass
class _Reader:
    tokens: list[str]
    at: int = 0

    def take(self, wanted: str | None = None) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else "the end"
        if wanted not in (None, token):
            raise ValueError(f"{wanted} is wanted, not {token}")
        self.at += 1
        return token

    def follows(self, token: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == token

    def value(self) -> Any:
        token = self.take()
        if token == "{":
            return {name: member for name, member in self.items("}", self.member) if member is not None}
        if token == "[":
            return self.items("]", self.value)
        if token[0] == '"':
            return ESCAPED.sub(_unescaped, token[1:-1])
        if token[0].isdigit() or token[0] == "-":
            return json.loads(token)
        if token in ("true", "false"):
            return token == "true"
        if not self.follows("("):
            return None if token == "none" else Word(token)
        self.take()
        payload = self.value()
        self.take(")")
        return payload if token == "some" else Case(token.lstrip("%"), payload)

    def items(self, close: str, item: Any) -> list[Any]:
        found = []
        if self.follows(":"):
            self.take()
        while not self.follows(close):
            found.append(item())
            if not self.follows(close):
                self.take(",")
        self.take(close)
        return found

    def member(self) -> tuple[str, Any]:
        name = self.take()
        self.take(":")
        return name.lstrip("%"), self.value()


def _unescaped(found: re.Match[str]) -> str:
    if found[2]:
        return chr(int(found[2], 16))
    return PLAIN.get(found[1], found[1])
