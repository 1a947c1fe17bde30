"""Takes credentials out of what comes from outside.

A service may echo them, and no component may see them. A value is found as it is, in JSON, in a
URL, in HTML, and in base64.
"""

from __future__ import annotations

import base64
import bisect
import html
import re
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO

#: Shorter values are no secrets, and would be found in ordinary words.
SHORTEST = 8
INSTEAD = "[secret]"
#: How many values are remembered; a connection whose tokens are renewed has ever new ones.
REMEMBERED = 16
#: Bytes that are looked at together.
BLOCK = 256 * 1024
#: The most characters that one character takes in the ways below.
WIDEST = 16

_IN_JSON = r'\\u(?P<json>[0-9a-f]{4})|\\(?P<plain>["\\/])'
_IN_URL = r"%(?P<url>[0-9a-f]{2})"
_IN_HTML = r"(?P<html>&#x0{0,2}[0-9a-f]{2};|&#0{0,2}[0-9]{2,3};|&(?:amp|lt|gt|quot|apos);)"
_JSON, _URL, _ALL = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (_IN_JSON, _IN_URL, f"{_IN_JSON}|{_IN_URL}|{_IN_HTML}")
)
#: What is undone, in turn: one may be in another, and a text may hold what looks like an escape.
_WAYS: list[tuple[re.Pattern[str], ...]] = [
    (), (_JSON,), (_JSON, _JSON), (_URL,), (_URL, _URL), (_ALL,), (_ALL, _ALL), (_ALL, _ALL, _ALL),
]  # fmt: skip

#: Letters that nobody escapes; a run of fewer is in too many places to look for.
_PLAIN = re.compile(r"[A-Za-z0-9]{4,}")

#: Where a character of the text without escapes begins in the original.
Place = Callable[[int], int]


class Mask:
    """The values that are known. Threads may share it."""

    def __init__(self, *secrets: str) -> None:
        self._forms: dict[str, _Form] = {}
        self._list: tuple[_Form, ...] = ()
        self._lock = threading.Lock()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        if len(secret) < SHORTEST or (self._list and self._list[0].texts[0] == secret):
            return
        with self._lock:
            # The one that was used last is the last one to be forgotten.
            form = self._forms.get(secret) or _Form(secret)
            self._forms.pop(secret, None)
            self._forms[secret] = form
            if len(self._forms) > REMEMBERED:
                del self._forms[next(iter(self._forms))]
            self._list = tuple(reversed(self._forms.values()))

    def text(self, text: str) -> str:
        found = [form for form in self._list if form.likely(text.encode(errors="replace"))]
        return _masked(text, found) if found else text

    def bytes(self, content: bytes) -> bytes:
        found = tuple(form for form in self._list if form.likely(content))
        if not found:
            return content
        blocks = _Blocks(found)
        parts = [blocks.next(content[at : at + BLOCK]) for at in range(0, len(content), BLOCK)]
        return b"".join([*parts, blocks.end()])

    def into(self, file: BinaryIO) -> Scrubbed:
        return Scrubbed(file, self)

    def blocks(self) -> _Blocks:
        return _Blocks(self._list)

    def __repr__(self) -> str:
        return f"<Mask of {len(self._list)}>"


class Scrubbed:
    """Writes into a file without the secrets, also where one lies across two writes."""

    def __init__(self, file: BinaryIO, mask: Mask) -> None:
        self._file = file
        self._blocks = mask.blocks()

    def write(self, chunk: bytes, /) -> None:
        self._file.write(self._blocks.next(chunk))

    def finish(self) -> None:
        """Writes what is left. The file stays open."""
        self._file.write(self._blocks.end())


class _Form:
    """One secret, in base64 too."""

    def __init__(self, secret: str) -> None:
        # Bytes are looked at as if each were a letter.
        forms = dict.fromkeys([secret, secret.encode().decode("latin-1")])
        self.texts = [*forms, *(text for offset in range(3) for text in _base64(secret, offset))]
        runs = [max(_PLAIN.findall(text), key=len, default="") for text in self.texts]
        begin = secret[:2]
        escaped = [
            text
            for kind in "xX"
            for text in (
                "".join(f"%{byte:02{kind}}" for byte in begin.encode()),
                "".join(f"\\u{ord(letter):04{kind}}" for letter in begin),
            )
        ]
        # One of them is in all that holds the secret.
        signs = [] if "" in runs else list(dict.fromkeys([*runs, *escaped]))
        self._signs = [sign.encode() for sign in signs]

    def likely(self, content: bytes) -> bool:
        return not self._signs or any(sign in content for sign in self._signs)


class _Blocks:
    """Content that comes in blocks: the end of one may be the beginning of a secret."""

    def __init__(self, forms: tuple[_Form, ...]) -> None:
        self._forms = forms
        longest = max((len(text) for form in forms for text in form.texts), default=0)
        self._held = longest * WIDEST - 1 if longest else 0
        self._rest = b""

    def next(self, block: bytes) -> bytes:
        whole = self._rest + block
        found = [form for form in self._forms if form.likely(whole)]
        if found:
            whole = _masked(whole.decode("latin-1"), found).encode("latin-1")
        ready = max(len(whole) - self._held, 0)
        self._rest = whole[ready:]
        return whole[:ready]

    def end(self) -> bytes:
        rest, self._rest = self._rest, b""
        return rest


def _masked(text: str, forms: list[_Form]) -> str:
    spans = sorted(
        (place(index), place(index + len(secret)))
        for plain, place in _readings(text)
        for form in forms
        for secret in form.texts
        for index in _found(plain, secret)
    )
    made, at = [], 0
    for start, end in spans:
        if start >= at:
            made += [text[at:start], INSTEAD]
        at = max(at, end)
    return "".join([*made, text[at:]])


def _found(text: str, secret: str) -> Iterator[int]:
    index = text.find(secret)
    while index >= 0:
        yield index
        index = text.find(secret, index + len(secret))


def _readings(text: str) -> Iterator[tuple[str, Place]]:
    """The text itself, and what it may stand for."""
    for way in _WAYS:
        plain: str = text
        place: Place = int
        for escape in way:
            before = plain
            plain, place = _undone(plain, place, escape)
            if plain is before:
                break
        if not way or plain != text:
            yield plain, place


def _undone(text: str, place: Place, escape: re.Pattern[str]) -> tuple[str, Place]:
    parts: list[str] = []
    # Behind each escape: where in the new text, and how much shorter that is so far.
    ends, shorter = [0], [0]
    begin = length = 0
    for match in escape.finditer(text):
        parts += [text[begin : match.start()], _character(match)]
        length += match.start() - begin + 1
        begin = match.end()
        ends.append(length)
        shorter.append(begin - length)
    if not parts:
        return text, place
    parts.append(text[begin:])
    return "".join(parts), lambda index: place(
        index + shorter[bisect.bisect_right(ends, index) - 1]
    )


def _character(match: re.Match[str]) -> str:
    groups = match.groupdict()
    code = groups.get("json") or groups.get("url")
    if code:
        return chr(int(code, 16))
    return str(groups.get("plain") or html.unescape(groups["html"].lower()))[:1]


def _base64(secret: str, offset: int) -> list[str]:
    """The letters of base64 that hold nothing but bits of the secret, when it begins at a byte that
    is `offset` bytes behind a group of three; in both alphabets."""
    letters = base64.b64encode(bytes(offset) + secret.encode()).decode()
    first, last = -(-offset * 8 // 6), (offset + len(secret.encode())) * 8 // 6
    plain = letters[first:last]
    return list(dict.fromkeys([plain, plain.replace("+", "-").replace("/", "_")]))
