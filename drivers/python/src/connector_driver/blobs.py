"""What blob references stand for: files below allowed folders, and data URIs."""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import tempfile
import threading
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


class BlobError(Exception):
    """A reference leads to nothing that may be read. The text is for people."""


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """Bytes, and the file's name without folders, if it has one."""

    size: int
    name: str | None


class BlobStore(Protocol):
    """Finds and keeps bytes. A platform with uploads brings its own. Calls may block."""

    def stat(self, reference: str) -> BlobInfo:
        """Raises `BlobError`."""
        ...

    def open(self, reference: str) -> BinaryIO:
        """For reading, with `seek`. Raises `BlobError`."""
        ...

    def create(self) -> tuple[str, BinaryIO]:
        """A new blob to write, which the driver closes, and the reference to it."""
        ...

    def discard(self, reference: str) -> None:
        """The call that a created blob belongs to has ended."""
        ...


class Files:
    """Paths of files below the folders given, data URIs, and downloads in a temporary folder.

    Without a folder no file can be read.
    """

    def __init__(self, *folders: str | os.PathLike[str]) -> None:
        self._folders = [Path(folder) for folder in folders]
        self._saved: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def stat(self, reference: str) -> BlobInfo:
        if reference.startswith("data:"):
            return BlobInfo(len(_data(reference)), None)
        path = self._path(reference)
        name = None if reference in self._saved else path.name
        return BlobInfo(path.stat().st_size, name)

    def open(self, reference: str) -> BinaryIO:
        if reference.startswith("data:"):
            return io.BytesIO(_data(reference))
        return self._path(reference).open("rb")

    def create(self) -> tuple[str, BinaryIO]:
        with self._lock:
            if self._temporary is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="connector-")
        handle, path = tempfile.mkstemp(dir=self._temporary.name)
        reference = f"saved:{Path(path).name}"
        self._saved[reference] = Path(path)
        return reference, os.fdopen(handle, "wb")

    def discard(self, reference: str) -> None:
        path = self._saved.pop(reference, None)
        if path is not None:
            path.unlink(missing_ok=True)

    def _path(self, reference: str) -> Path:
        if reference in self._saved:
            return self._saved[reference]
        try:
            # Both sides are resolved, so neither `..` nor a symbolic link leads out.
            path = Path(reference).resolve(strict=True)
            allowed = any(path.is_relative_to(folder.resolve()) for folder in self._folders)
        except (OSError, ValueError, RuntimeError):
            raise BlobError(f"{short(reference)}: there is no such file") from None
        if not allowed:
            raise BlobError(f"{short(reference)} is not below an allowed folder")
        if not path.is_file():
            raise BlobError(f"{short(reference)} is not a file")
        return path


def short(reference: str) -> str:
    """A reference in a message: a data URI would be as long as its bytes."""
    return repr(reference if len(reference) <= 100 else f"{reference[:100]}…")


def _data(uri: str) -> bytes:
    """RFC 2397: `data:[type][;base64],content`."""
    head, comma, content = uri.partition(",")
    if not comma:
        raise BlobError(f"{short(uri)} is not a data URI")
    raw = urllib.parse.unquote_to_bytes(content)
    if not head.endswith(";base64"):
        return raw
    try:
        return base64.b64decode(re.sub(rb"\s", b"", raw), validate=True)
    except binascii.Error:
        raise BlobError(f"{short(uri)} is not base64") from None
