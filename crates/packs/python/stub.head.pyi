# Made from the connector's schemas. What is not told here, `connector_driver` tells.

from collections.abc import AsyncGenerator, Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any, Generic, Literal, NamedTuple, TypedDict, TypeVar, overload

from connector_driver import AsyncConnector, BlobStore, Choice, Component, Connector, Policy, Signer, Transport
from connector_driver import ConnectorError as ConnectorError
from connector_driver import Delivery as Delivery
from connector_driver import Files as Files
from connector_driver import Pair as Pair
from connector_driver import Refusal as Refusal

from .types import *

_T = TypeVar("_T")
_List = list

#: Where values are: by id, or asked for before each request.
Credentials = TypedDict("Credentials", {"CREDENTIALS": str}, total=False)

class Event(TypedDict, Generic[_T]):
    """What a trigger found or a service sent. A host that has seen the id drops the event."""

    id: str
    occurred_at: str | None
    data: _T

class Poll(NamedTuple, Generic[_T]):
    """Store the cursor together with the events, or after them."""

    events: _List[Event[_T]]
    cursor: str | None

def component() -> Component:
    """The connector's own, compiled once for all connections."""

def connect(
    *,
    settings: SETTINGS | None = None,
    credentials: Credentials | Callable[[str], Any] | None = None,
    refresh: Callable[[str], None] | None = None,
    http: Transport | None = None,
    blobs: BlobStore | None = None,
    policy: Policy | None = None,
    routes: Mapping[str, str] | None = None,
    read_only: bool = False,
    no_destructive: bool = False,
    allow_unlisted: bool = False,
    granted: Sequence[str] | None = None,
    locale: str | None = None,
    signers: Mapping[str, Signer] | None = None,
    extensions: Collection[str] = (),
    links: Collection[str] | None = None,
) -> Client:
    """Connects to the service: as `connector_driver.connect`, with the connector's own component."""

async def connect_async(
    *,
    settings: SETTINGS | None = None,
    credentials: Credentials | Callable[[str], Any] | None = None,
    refresh: Callable[[str], Any] | None = None,
    http: Transport | None = None,
    blobs: BlobStore | None = None,
    policy: Policy | None = None,
    routes: Mapping[str, str] | None = None,
    read_only: bool = False,
    no_destructive: bool = False,
    allow_unlisted: bool = False,
    granted: Sequence[str] | None = None,
    locale: str | None = None,
    signers: Mapping[str, Signer] | None = None,
    extensions: Collection[str] = (),
    links: Collection[str] | None = None,
) -> AsyncClient:
    """The same on an event loop."""
