"""Reads the files of `wit/`: as much of the language as the contract uses, and nothing by guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_TOKEN = re.compile(
    r"///[ ]?(?P<doc>[^\n]*)|//[^\n]*|@\w+(?:\([^)]*\))?|\s+"
    r"|(?P<sign>->|[{}<>(),:;=.])|(?P<word>%?[A-Za-z0-9_/@:.-]*[A-Za-z0-9_])"
)


@dataclass(frozen=True, slots=True)
class Type:
    """`list<option<string>>` is `list` of `option` of `string`; a type of the contract is its name."""

    name: str
    of: tuple[Type, ...] = ()


class Member(NamedTuple):
    """A field of a record, or a case of a variant or an enum; some cases have no type."""

    name: str
    type: Type | None
    docs: list[str]


@dataclass(frozen=True, slots=True)
class Declared:
    """A `record`, `variant`, `enum`, or a `type`, which is another name for the type of its member."""

    kind: str
    name: str
    docs: list[str]
    members: list[Member]


@dataclass(slots=True)
class Interface:
    name: str
    docs: list[str]
    #: Names that other interfaces declare, and which.
    used: dict[str, str] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)
    #: What each function gives, if anything.
    functions: dict[str, Type | None] = field(default_factory=dict)


@dataclass(slots=True)
class Contract:
    #: `automation:connector@0.2.0`
    package: str = ""
    interfaces: dict[str, Interface] = field(default_factory=dict)
    #: What each world exports.
    worlds: dict[str, list[str]] = field(default_factory=dict)


def read(folder: Path) -> Contract:
    """The interfaces in the order of their names. Raises `ValueError` for what it does not know."""
    contract = Contract()
    for path in sorted(folder.glob("*.wit")):
        _Reader(path.read_text(encoding="utf-8")).into(contract)
    return contract


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._docs: list[str] = []

    def into(self, contract: Contract) -> None:
        while self._peek() is not None:
            docs, word = self._described()
            if word == "package":
                contract.package = self._next()
                self._expect(";")
            elif word == "interface":
                interface = Interface(self._next(), docs)
                contract.interfaces[interface.name] = interface
                self._interface(interface)
            elif word == "world":
                name = self._next()
                contract.worlds[name] = self._world()
            else:
                raise ValueError(f"a file of the contract has {word!r}")

    def _interface(self, into: Interface) -> None:
        self._expect("{")
        while (entry := self._described())[1] != "}":
            docs, word = entry
            if word == "use":
                interface = self._next()
                self._expect(".")
                self._expect("{")
                into.used |= {member.name: interface for member in self._members()}
                self._expect(";")
            elif word == "type":
                name = self._next()
                self._expect("=")
                into.declared.append(Declared(word, name, docs, [Member(name, self._type(), [])]))
                self._expect(";")
            elif word in ("record", "variant", "enum"):
                name = self._next().removeprefix("%")
                self._expect("{")
                into.declared.append(Declared(word, name, docs, self._members()))
            else:
                self._expect(":")
                self._expect("func")
                into.functions[word] = self._function()

    def _function(self) -> Type | None:
        self._expect("(")
        while self._next() != ")":
            pass
        given = None
        if self._peek() == "->":
            self._next()
            given = self._type()
        self._expect(";")
        return given

    def _world(self) -> list[str]:
        exports = []
        self._expect("{")
        while (word := self._described()[1]) != "}":
            if word == "export":
                exports.append(self._peek() or "")
            self._next()
            self._expect(";")
        return exports

    def _members(self) -> list[Member]:
        """Up to the brace that closes them."""
        members = []
        while (entry := self._described())[1] != "}":
            docs, name = entry
            type_ = None
            if self._peek() == ":":
                self._next()
                type_ = self._type()
            elif self._peek() == "(":
                self._next()
                type_ = self._type()
                self._expect(")")
            members.append(Member(name.removeprefix("%"), type_, docs))
            if self._peek() == ",":
                self._next()
        return members

    def _type(self) -> Type:
        name, of = self._next().removeprefix("%"), []
        if self._peek() == "<":
            while self._next() != ">":
                of.append(self._type())
                if self._peek() == ">":
                    self._next()
                    break
        return Type(name, tuple(of))

    def _described(self) -> tuple[list[str], str]:
        """The next word, and the documentation before it."""
        word = self._next()
        return self._docs, word

    def _peek(self) -> str | None:
        at = self._at
        while at < len(self._tokens) and self._tokens[at].startswith("///"):
            at += 1
        return self._tokens[at] if at < len(self._tokens) else None

    def _next(self) -> str:
        self._docs = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if not token.startswith("///"):
                return token
            self._docs.append(token[3:])
        raise ValueError("a file of the contract ends too early")

    def _expect(self, sign: str) -> None:
        if (found := self._next()) != sign:
            raise ValueError(f"a file of the contract has {found!r} where {sign!r} belongs")


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"a file of the contract has {text[at : at + 20]!r}")
        at = match.end()
        if match["doc"] is not None:
            yield f"///{match['doc']}"
        elif match["sign"] or match["word"]:
            yield match["sign"] or match["word"]
