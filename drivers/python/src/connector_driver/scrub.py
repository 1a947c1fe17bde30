"""A service may echo a credential; the component shall not see it even then."""

from __future__ import annotations

from typing import BinaryIO

#: Shorter values are no secrets, and would be found in ordinary words.
SHORTEST = 8
INSTEAD = "[secret]"


def scrub_text(text: str, secret: str | None) -> str:
    return text.replace(secret, INSTEAD) if secret and len(secret) >= SHORTEST else text


def scrub(content: bytes, secret: str | None) -> bytes:
    if not secret or len(secret) < SHORTEST:
        return content
    return content.replace(secret.encode(), INSTEAD.encode())


class Scrubbed:
    """Writes into a file without the secret, also where it lies across two writes."""

    def __init__(self, file: BinaryIO, secret: str | None) -> None:
        self._file = file
        self._secret = secret
        self._kept = len(secret) - 1 if secret and len(secret) >= SHORTEST else 0
        self._tail = b""

    def write(self, chunk: bytes, /) -> None:
        whole = scrub(self._tail + chunk, self._secret)
        # What may be the beginning of the secret waits for the rest.
        cut = max(len(whole) - self._kept, 0)
        self._file.write(whole[:cut])
        self._tail = whole[cut:]

    def finish(self) -> None:
        """Writes what is left. The file stays open."""
        self._file.write(self._tail)
        self._tail = b""
