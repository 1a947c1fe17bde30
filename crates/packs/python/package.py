"""The connector: `connect` it, or `connect_async`, then call its actions and poll its triggers."""

from functools import cache
from importlib import import_module
from importlib.resources import files

import connector_driver
from connector_driver import AsyncConnector as AsyncClient
from connector_driver import Component, ConnectorError, Delivery, Event, Files, Pair, Poll, Refusal
from connector_driver import Connector as Client

__all__ = [
    "AsyncClient",
    "Client",
    "ConnectorError",
    "Delivery",
    "Event",
    "Files",
    "Pair",
    "Poll",
    "Refusal",
    "component",
    "connect",
    "connect_async",
]


@cache
def component():
    """The connector's own, compiled once for all connections."""
    return Component(files(__name__).joinpath("component.wasm").read_bytes())


def connect(**options):
    """Connects to the service: as `connector_driver.connect`, with the connector's own component."""
    return connector_driver.connect(component(), **options)


async def connect_async(**options):
    """The same on an event loop."""
    return await connector_driver.connect_async(component(), **options)


def __getattr__(name):
    # There are many types, and few programs look at one while they run.
    if not name.startswith("_"):
        types = import_module(".types", __name__)
        if hasattr(types, name):
            return getattr(types, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
