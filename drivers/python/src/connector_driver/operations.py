"""Which operation of the service a request is: told by its method and its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Union

from .contract import Effect, Method, Other
from .contract.operations import Base, Operation
from .errors import Refusal
from .filled import is_open
from .url import Url, covers

#: How often something may be percent-encoded. Nobody means more, and each round looks at all of it.
_ROUNDS = 8
#: Stands for bytes that are no text; no plain segment has it.
_REPLACEMENT = "\ufffd"
#: What Unicode takes for white space.
_WHITE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\ufffd]")
_NAME = re.compile(r"\{[^{}]+\}")

#: Why a request is no operation of the list.
Unlisted = Literal["unknown", "not-plain", "ambiguous"]
WHY: dict[Unlisted, str] = {
    "unknown": "it is no operation that the connector lists",
    "not-plain": "its path has an empty or dotted segment, or one with an encoded slash",
    "ambiguous": "a service that compares paths otherwise could take it for another operation",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a request does. Where more than one operation fits, all of them together."""

    id: str
    scopes: list[str]
    effect: Effect
    destructive: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A part of a path, as it is and as the most lenient server compares it."""

    exact: str
    folded: str


#: None is a name: any one part that is not empty.
_Segments = list[Union[_Text, None]]


@dataclass(frozen=True, slots=True)
class _Place:
    origin: str
    environment: str | None
    segments: _Segments


@dataclass(frozen=True, slots=True)
class _Row:
    operation: Operation
    segments: _Segments


@dataclass(frozen=True, slots=True)
class _Fit:
    row: _Row
    #: Where its path has a text.
    texts: list[bool]


class Operations:
    """What a connector says about the operations of its service."""

    def __init__(
        self, bases: Sequence[Base], operations: Sequence[Operation], origins: list[str]
    ) -> None:
        """Refuses lists that do not hold together."""
        if not bases:
            raise _wrong("they have no base")
        # Nothing is sent below one of which a setting is missing.
        self._bases = [_place(base, origins) for base in bases if not is_open(base.url)]
        self._rows: dict[tuple[Method, int], list[_Row]] = {}
        for row in map(_row, operations):
            self._rows.setdefault((row.operation.method, len(row.segments)), []).append(row)

    def find(self, environment: str | None, method: Method, url: Url) -> Meaning | Unlisted:
        """What a request of this method to this URL does in an environment.

        A path that a service may read otherwise than this driver does is no operation.
        """
        path = [] if url.path == "/" else url.path[1:].split("/")
        if not all(map(_is_plain, path)):
            return "not-plain"
        listed: Method = "get" if method == "head" else method
        bases = [
            base
            for base in self._bases
            if base.origin == url.origin and base.environment in (None, environment)
        ]
        loose = [_folded(segment) for segment in path]
        fits = self._fitting(bases, listed, len(path), lambda at, text: text.exact == path[at])
        others = self._fitting(bases, listed, len(path), lambda at, text: text.folded == loose[at])
        if list(map(id, fits)) != list(map(id, others)):
            return "ambiguous"
        return _together(listed, [row.operation for row in fits]) if fits else "unknown"

    def _fitting(
        self, bases: list[_Place], method: Method, count: int, same: Callable[[int, _Text], bool]
    ) -> list[_Row]:
        """The operations of a method whose paths fit, but for those that others fit more closely."""
        fits = []
        for base in bases:
            for row in self._rows.get((method, count - len(base.segments)), []):
                segments = base.segments + row.segments
                if all(text is None or same(at, text) for at, text in enumerate(segments)):
                    fits.append(_Fit(row, [text is not None for text in segments]))
        return [fit.row for fit in fits if not any(_below(fit, other) for other in fits)]


def stricter(one: Effect, other: Effect) -> Effect:
    """Of two effects, the one that allows less."""
    order: tuple[Effect, ...] = ("write", "idempotent", "read")
    return min(one, other, key=order.index)


def at_least(method: Method, said: Effect) -> Effect:
    """What replaces, changes or takes away is no read, whatever is said about it.

    Neither is what a method does of which nobody knows.
    """
    changes = isinstance(method, Other) or method in ("put", "patch", "delete")
    return stricter(said, "idempotent") if changes else said


def folded_path(url: Url) -> list[str]:
    """A path as the most lenient server compares it: decoded, and with the ways out of it taken."""
    path: list[str] = []
    for segment in re.split(r"[/\\]", _decoded(url.path)):
        plain = segment.partition(";")[0].strip(_WHITE)
        if plain == "..":
            del path[-1:]
        elif plain not in ("", "."):
            path.append(_folded(plain))
    return path


def _together(method: Method, operations: list[Operation]) -> Meaning:
    effect = at_least(method, "read")
    for operation in operations:
        effect = stricter(effect, operation.effect)
    scopes = dict.fromkeys(scope for operation in operations for scope in operation.scopes)
    return Meaning(
        id=", ".join(operation.id for operation in operations),
        scopes=list(scopes),
        effect=effect,
        destructive=any(operation.destructive for operation in operations),
    )


def _below(one: _Fit, other: _Fit) -> bool:
    """Whether the other has a text wherever this one has, and more."""
    pairs = zip(one.texts, other.texts, strict=True)
    return one.texts != other.texts and all(there or not here for here, there in pairs)


def _wrong(why: str) -> Refusal:
    return Refusal("contract", f"operations: {why}")


def _place(base: Base, origins: list[str]) -> _Place:
    named = f"the base `{base.url}`"
    try:
        url = Url.parse(base.url)
    except ValueError:
        raise _wrong(f"{named} is no URL") from None
    if not any(covers(origin, url) for origin in origins):
        raise _wrong(f"{named} is not on one of the origins")
    if re.search(r"[?#{}]|/\Z", base.url):
        raise _wrong(f"{named} has a query, a name in braces or a slash at its end")
    segments = _segments(url.path)
    if segments is None:
        raise _wrong(f"{named} has a path that is not plain")
    return _Place(url.origin, base.environment, segments)


def _row(operation: Operation) -> _Row:
    segments = _segments(operation.path)
    if segments is None:
        raise _wrong(f"the path `{operation.path}` of `{operation.id}` is not plain")
    return _Row(operation, segments)


def _segments(path: str) -> _Segments | None:
    """None when it is not a path of texts and names."""
    if path in ("", "/"):
        return []
    if not path.startswith("/"):
        return None
    segments: _Segments = []
    for text in path[1:].split("/"):
        if _NAME.fullmatch(text):
            segments.append(None)
        elif re.search(r"[{}?#]", text) or not _is_plain(text):
            return None
        else:
            segments.append(_Text(text, _folded(text)))
    return segments


def _is_plain(segment: str) -> bool:
    """Whether every server reads it as one segment, and as no way to another path.

    Also one that decodes more than once, and one that takes what follows a semicolon for a parameter.
    """
    text = _decoded(segment)
    before = text.partition(";")[0].strip(_WHITE)
    return not _NOT_PLAIN.search(text) and before.strip(".") != ""


def _folded(segment: str) -> str:
    """As the most lenient server compares segments."""
    return _decoded(segment).partition(";")[0].strip(_WHITE).rstrip(".").lower()


def _decoded(text: str) -> str:
    """Without percent-encodings, however often they were applied.

    What has more than it may is marked by a character that no plain segment has.
    """
    for _ in range(_ROUNDS):
        decoded = _ENCODED.sub(_bytes, text)
        if decoded == text:
            return text
        text = decoded
    return text + _REPLACEMENT


def _bytes(encoded: re.Match[str]) -> str:
    return bytes.fromhex(encoded[0].replace("%", "")).decode("utf-8", "replace")
