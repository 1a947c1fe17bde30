"""Runs any `automation:connector` component: `connect` it, then call its actions and triggers."""

from .aio import AsyncConnector, connect_async
from .base import Choice, Event, Poll
from .blobs import BlobError, BlobInfo, BlobStore, Files
from .component import Component
from .connector import Connector, connect
from .contract import Delivery, Header
from .errors import ConnectorError, Refusal
from .http import Http
from .policy import Policy
from .transport import Answer, Lost, NotSent, Outgoing, TooLarge, Transport

__all__ = [
    "Answer",
    "AsyncConnector",
    "BlobError",
    "BlobInfo",
    "BlobStore",
    "Choice",
    "Component",
    "Connector",
    "ConnectorError",
    "Delivery",
    "Event",
    "Files",
    "Header",
    "Http",
    "Lost",
    "NotSent",
    "Outgoing",
    "Policy",
    "Poll",
    "Refusal",
    "TooLarge",
    "Transport",
    "connect",
    "connect_async",
]
