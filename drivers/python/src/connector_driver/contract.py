"""How a call goes on: the interface `types` of the contract as Python sees it.

A record is a dataclass with the record's fields, hyphens as underscores. An enum is a literal. A
variant is a union with one dataclass for each case: that of its payload when it is a record, and
otherwise one with the single field `value`, or none. `case` names the variant's case where it is not
the class's name in lower case. Text that holds JSON is parsed where the hint is `Json`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Union

JSON = "json"
Json = Annotated[Any, JSON]
#: The text itself where it is no JSON.
MAYBE_JSON = "maybe json"
MaybeJson = Annotated[Any, MAYBE_JSON]

Method = Literal["get", "head", "post", "put", "patch", "delete"]
Effect = Literal["read", "idempotent", "write"]
ErrorKind = Literal[
    "invalid-input", "unauthenticated", "forbidden", "not-found", "conflict", "rate-limited",
    "rejected", "unavailable", "unexpected",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """A header field. Names are in lower case."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """The content itself."""

    value: str


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob reference: the bytes that it stands for."""

    value: str


@dataclass(frozen=True, slots=True)
class BlobBase64:
    """A blob reference: its bytes in base64, with padding."""

    case: ClassVar[str] = "blob-base64"
    value: str


PartContent = Union[Text, Blob]
Piece = Union[Text, Blob, BlobBase64]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form."""

    name: str
    filename: str | None
    content_type: str | None
    content: PartContent


@dataclass(frozen=True, slots=True)
class Empty:
    """No body."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """The bytes to send; a header says their type."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Multipart:
    """`multipart/form-data`, in this order."""

    value: list[Part]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces one after the other; a header says the type of the whole."""

    value: list[Piece]


Body = Union[Empty, Bytes, Multipart, Pieces]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request for the host to send. It holds no credential, only the name of one."""

    method: Method
    url: str
    headers: list[Header]
    body: Body
    credential: str | None
    effect: Effect
    quota: str | None
    save: bool


@dataclass(frozen=True, slots=True)
class Response:
    """The answer of the service, with any status, decompressed."""

    status: int
    headers: list[Header]
    body: bytes


@dataclass(frozen=True, slots=True)
class Saved:
    """A 2xx answer to a request with `save`; `blob` is a reference to its body."""

    status: int
    headers: list[Header]
    blob: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the service sent to the address of a webhook. Header names are in lower case."""

    headers: list[Header]
    body: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes out of a blob, shorter than asked for only at its end. `size` is the whole blob's."""

    data: bytes
    size: int
    name: str | None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """No complete answer arrived, or nobody knows; or the blob cannot be read. The text says why."""

    value: str


@dataclass(frozen=True, slots=True)
class Proceed:
    """To `Pause` and `Emit`: done."""


Reply = Union[Response, Saved, Chunk, Undelivered, Proceed]


@dataclass(frozen=True, slots=True)
class Send:
    """Send the request, and resume with what came of it."""

    request: Request
    checkpoint: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait at least so many milliseconds, and resume with `Proceed`."""

    ms: int
    reason: str
    checkpoint: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Emit:
    """A piece of a longer result. Pass the items on and resume with `Proceed`, or stop here."""

    items: Json
    count: int
    checkpoint: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """Look into a blob, 1 MiB at most, and resume with `Chunk`."""

    blob: str
    offset: int
    length: int
    checkpoint: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a call; `cursor` is that of the next poll."""

    output: Json
    cursor: str | None


Step = Union[Send, Pause, Emit, Read, Done]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the input."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed. `ConnectorError` carries it."""

    kind: ErrorKind
    code: str
    message: str
    advice: str | None
    fields: list[FieldError]
    status: int | None
    request_id: str | None
    retry_after_ms: int | None
    details: MaybeJson | None
