"""Runs any `automation:connector` component: `connect` it, then call its actions and triggers."""

from .aio import AsyncConnector, connect_async
from .base import Choice, Event, Poll
from .blobs import BlobError, BlobInfo, BlobStore, Files
from .component import Component
from .connector import Connector, connect
from .contract import Context, Extension, Header
from .contract.webhooks import Delivery
from .errors import ConnectorError, Refusal, SqlError
from .http import Http
from .placement import Signer
from .policy import Policy
from .signature import Verdict
from .sql import sql
from .transport import Answer, Lost, NotSent, Outgoing, TooLarge, Transport
from .vault import Pair

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
    "Context",
    "Delivery",
    "Event",
    "Extension",
    "Files",
    "Header",
    "Http",
    "Lost",
    "NotSent",
    "Outgoing",
    "Pair",
    "Policy",
    "Poll",
    "Refusal",
    "Signer",
    "SqlError",
    "TooLarge",
    "Transport",
    "Verdict",
    "connect",
    "connect_async",
    "sql",
]
