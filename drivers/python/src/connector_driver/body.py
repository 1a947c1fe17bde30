"""Bodies of known length that are read while they are sent, so a file of any size takes little."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from . import contract
from .blobs import BlobError, BlobStore, short
from .contract import BlobBase64, Multipart, Part, Piece, Pieces, Slice, Text
from .errors import Refusal

#: A multiple of three, so that base64 of the pieces is base64 of the whole.
PIECE = 96 * 1024

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Content:
    """A body: how many bytes, and the bytes. It can be read again and again."""

    size: int
    chunks: Callable[[], Iterator[bytes]]


def encode(body: contract.Body, blobs: BlobStore) -> tuple[Content | None, str | None]:
    """The body, and the content type that it brings along. Looks at files, so it may block.

    Raises `BlobError`.
    """
    if body == "empty":
        return None, None
    if isinstance(body, contract.Bytes):
        return _bytes(body.value), None
    if isinstance(body, Pieces):
        return _join([_piece(piece, blobs) for piece in body.value]), None
    return _form(body, blobs)


def _form(form: Multipart, blobs: BlobStore) -> tuple[Content, str]:
    boundary = f"part-{uuid.uuid4()}"
    contents = []
    for part in form.value:
        part = _with_name(part, blobs)
        head = f"--{boundary}\r\n{_head(part)}\r\n"
        contents += [_bytes(head.encode()), _piece(part.content, blobs), _bytes(b"\r\n")]
    contents.append(_bytes(f"--{boundary}--\r\n".encode()))
    return _join(contents), f"multipart/form-data; boundary={boundary}"


def _with_name(part: Part, blobs: BlobStore) -> Part:
    """A file has a name and a type, also where the connector gives none."""
    if isinstance(part.content, Text):
        return part
    return replace(
        part,
        filename=part.filename or blobs.stat(part.content.value).name or "file",
        content_type=part.content_type or "application/octet-stream",
    )


def _head(part: Part) -> str:
    rest = (part.filename or "") + (part.content_type or "")
    if '"' in part.name or _BREAKS.search(part.name + rest):
        raise Refusal("multipart", f"the head of the part {part.name!r}")
    filename = (part.filename or "").replace('"', "%22")
    file = "" if part.filename is None else f'; filename="{filename}"'
    kind = "" if part.content_type is None else f"content-type: {part.content_type}\r\n"
    return f'content-disposition: form-data; name="{part.name}"{file}\r\n{kind}'


def _piece(piece: Piece, blobs: BlobStore) -> Content:
    if isinstance(piece, Text):
        return _bytes(piece.value.encode())
    if isinstance(piece, Slice):
        end = piece.offset + piece.length
        if end > blobs.stat(piece.blob).size:
            raise BlobError(f"{short(piece.blob)} ends before its byte {end}")
        return Content(
            piece.length, lambda: _file(piece.blob, piece.length, blobs, piece.offset)
        )
    size = blobs.stat(piece.value).size
    if isinstance(piece, BlobBase64):
        return Content(
            (size + 2) // 3 * 4,
            lambda: (base64.b64encode(chunk) for chunk in _file(piece.value, size, blobs)),
        )
    return Content(size, lambda: _file(piece.value, size, blobs))


def _file(reference: str, size: int, blobs: BlobStore, offset: int = 0) -> Iterator[bytes]:
    """Exactly as many bytes as the length that was told."""
    with blobs.open(reference) as file:
        if offset:
            file.seek(offset)
        while size > 0:
            chunk = _full(file, min(size, PIECE))
            size -= len(chunk)
            yield chunk
            if len(chunk) < PIECE and size > 0:
                raise BlobError(f"{short(reference)} became shorter while it was sent")


def _full(file: BinaryIO, length: int) -> bytes:
    """Raw files may read less than they were asked for before their end."""
    chunks = []
    while length > 0 and (chunk := file.read(length)):
        chunks.append(chunk)
        length -= len(chunk)
    return b"".join(chunks)


def _bytes(value: bytes) -> Content:
    return Content(len(value), lambda: iter((value,)))


def _join(contents: list[Content]) -> Content:
    size = sum(content.size for content in contents)
    return Content(size, lambda: (chunk for content in contents for chunk in content.chunks()))
