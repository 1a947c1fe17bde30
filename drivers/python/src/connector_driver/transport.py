"""What carries requests out: the interface, for those who bring their own HTTP client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from .body import Content
from .shell import Result
from .url import Url


class Sink(Protocol):
    """Takes bytes."""

    def write(self, chunk: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request on its way out, with the credential among its headers."""

    method: str
    url: Url
    #: Names in lower case. With a body there is a `content-length`.
    headers: list[tuple[str, str]] = field(repr=False)
    body: Content | None = field(repr=False)
    #: Seconds, from beginning to connect until the answer is there, without its body.
    timeout: float
    connect_timeout: float
    #: Bytes a second that the answer's body comes with at least: each takes its time besides.
    transfer_rate: int
    #: Bytes of the answer's body in memory, decompressed.
    limit: int
    #: Where the body of a 2xx answer goes instead, and its limit there.
    sink: Sink | None = None
    sink_limit: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered, decompressed. `body` is empty when it went into the sink."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


#: Follows no redirect and repeats nothing. An exception that is none of those below is `Lost`.
Transport = Callable[[Outgoing], Result[Answer]]


class NotSent(Exception):
    """The request never left: the service cannot have seen it. The text holds no header."""


class Lost(Exception):
    """Something left, and no complete answer came. The text holds no header."""


class TooLarge(Exception):
    """The answer's body is larger than its limit."""
