"""Connections that are open and idle."""

from __future__ import annotations

import http.client
import os
import selectors
import threading
import time

from .url import Url

#: How many for one origin, and for how many seconds.
KEPT, SECONDS = 8, 30.0


class Pool:
    """The connection that was used last is used first. Any thread may take one."""

    def __init__(self) -> None:
        self._idle: dict[str, list[tuple[float, http.client.HTTPConnection]]] = {}
        self._lock = threading.Lock()
        self._process = os.getpid()

    def take(self, url: Url) -> http.client.HTTPConnection | None:
        """One that is still open, as far as that can be seen."""
        if os.getpid() != self._process:
            # The parent goes on with its connections, and two cannot share one.
            self._process, self._idle = os.getpid(), {}
        while True:
            with self._lock:
                idle = self._idle.get(url.origin)
                if not idle:
                    return None
                since, connection = idle.pop()
            if time.monotonic() - since < SECONDS and _quiet(connection):
                return connection
            connection.close()

    def put(self, url: Url, connection: http.client.HTTPConnection) -> None:
        """Keeps a connection whose last answer was read to its end."""
        with self._lock:
            idle = self._idle.setdefault(url.origin, [])
            idle.append((time.monotonic(), connection))
            oldest = idle.pop(0)[1] if len(idle) > KEPT else None
        if oldest is not None:
            oldest.close()

    def clear(self) -> None:
        """Closes them all."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for connections in idle.values():
            for _, connection in connections:
                connection.close()


def _quiet(connection: http.client.HTTPConnection) -> bool:
    """Nothing to read: what a service says unasked is that it closes the connection."""
    if connection.sock is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return not selector.select(0)
