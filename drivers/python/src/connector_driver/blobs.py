"""What blob references stand for: files below allowed folders, and data URIs."""

from __future__ import annotations

import base64
import binascii
import errno
import io
import os
import re
import tempfile
import threading
import urllib.parse
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from .errors import Refusal
from .folders import LeadsOut, open_below
from .json_text import loads

#: How references to saved answers begin: only who was told one knows it, so no input needs to name
#: it. What follows is the store's, and cannot be guessed.
SAVED = "saved:"

_URL = re.compile("(https?|ftp|file):", re.IGNORECASE)


class BlobError(Exception):
    """A reference leads to nothing that may be read. The text is for people."""


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """Bytes, and the file's name without folders, if it has one."""

    size: int
    name: str | None


class BlobStore(Protocol):
    """Finds and keeps bytes. A platform with uploads brings its own. Calls may block.

    It is asked only for references that the call's input names, and for those that it gave itself.
    A `Refusal` that it raises ends the call; a `BlobError` is told to the connector.
    """

    def stat(self, reference: str) -> BlobInfo:
        """Raises `BlobError`."""
        ...

    def open(self, reference: str) -> BinaryIO:
        """For reading, with `seek`. Raises `BlobError`."""
        ...

    def create(self) -> tuple[str, BinaryIO]:
        """A new blob to write, which the driver closes, and the reference to it.

        One that begins with `saved:` is good for whoever runs the loop: nobody may guess it.
        """
        ...

    def discard(self, reference: str) -> None:
        """The call that a created blob belongs to has ended."""
        ...


class CallBlobs:
    """The blobs of one call: those that its input names, and the answers that it saved.

    A connector that could make references up could send anybody's files to its service.
    """

    def __init__(self, store: BlobStore, input: str, most: int) -> None:
        self._store = store
        self._input = input
        self._most = most
        self._named: set[str] | None = None
        self._used: set[str] = set()
        self._saved: set[str] = set()

    def stat(self, reference: str) -> BlobInfo:
        return self._store.stat(self._claimed(reference))

    def open(self, reference: str) -> BinaryIO:
        return self._store.open(self._claimed(reference))

    def create(self) -> tuple[str, BinaryIO]:
        if len(self._saved) >= self._most:
            raise Refusal("blob", f"a call saves more than {self._most} blobs")
        reference, file = self._store.create()
        self._saved.add(reference)
        return reference, file

    def discard(self, reference: str) -> None:
        self._store.discard(reference)

    def _claimed(self, reference: str) -> str:
        if self._named is None:
            self._named = set(texts(loads(self._input)))
        own = reference.startswith(SAVED) or reference in self._saved
        if not own and reference not in self._named:
            raise Refusal("blob", f"{short(reference)} is not in the call's input")
        self._used.add(reference)
        if len(self._used) > self._most:
            raise Refusal("blob", f"a call uses more than {self._most} blobs")
        return reference


class Files:
    """Paths of files below the folders given, data URIs, and downloads in a temporary folder.

    Without a folder no file can be read, and never one below a `denied` folder. A file is opened
    once, from a handle of its folder: no race leads out. A link has to stay below the folder, and
    may not be absolute.
    """

    def __init__(
        self, *folders: str | os.PathLike[str], denied: Sequence[str | os.PathLike[str]] = ()
    ) -> None:
        self._folders = folders
        self._denied = denied
        self._saved: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def stat(self, reference: str) -> BlobInfo:
        if _is_data(reference):
            return BlobInfo(len(_data(reference)), None)
        with self.open(reference) as file:
            size = os.fstat(file.fileno()).st_size
        return BlobInfo(size, None if reference.startswith(SAVED) else Path(reference).name)

    def open(self, reference: str) -> BinaryIO:
        if _is_data(reference):
            return io.BytesIO(_data(reference))
        if reference.startswith(SAVED):
            if reference not in self._saved:
                raise BlobError(f"{short(reference)} is not kept any more")
            return self._saved[reference].open("rb")
        if _URL.match(reference):
            message = f"{short(reference)} is not below an allowed folder: nothing is fetched here"
            raise Refusal("blob", message)
        try:
            return os.fdopen(open_below(reference, self._folders, self._denied), "rb")
        except LeadsOut:
            message = f"{short(reference)} is not below an allowed folder"
            raise Refusal("blob", message) from None
        except OSError as error:
            raise BlobError(f"{short(reference)}: {reason(error)}") from None

    def create(self) -> tuple[str, BinaryIO]:
        with self._lock:
            if self._temporary is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="connector-")
        handle, path = tempfile.mkstemp(dir=self._temporary.name)
        reference = f"{SAVED}{uuid.uuid4()}"
        self._saved[reference] = Path(path)
        return reference, os.fdopen(handle, "wb")

    def discard(self, reference: str) -> None:
        path = self._saved.pop(reference, None)
        if path is not None:
            path.unlink(missing_ok=True)


def reason(error: OSError) -> str:
    if error.errno == errno.EISDIR:
        return "it is not a file"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "there is no such file"
    return errno.errorcode.get(error.errno or 0, "it cannot be read")


def texts(value: Any) -> Iterator[str]:
    """All texts in a value, without the names of members."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            rest += one
        elif isinstance(one, dict):
            rest += one.values()


def short(reference: str) -> str:
    """A reference in a message: no content, and no query, which may hold a signature."""
    if _is_data(reference):
        return "the data URI"
    if _URL.match(reference):
        reference = re.split("[?#]", reference)[0]
    return repr(reference if len(reference) <= 100 else f"{reference[:100]}…")


def _is_data(reference: str) -> bool:
    return reference[:5].lower() == "data:"


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
