"""URLs and origins, read strictly: what was checked is what is sent, letter by letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:(?P<port>\d{1,5}))?"
    r"(?P<path>/[!-~]*)?(?P<query>\?[!-~]*)?",
    re.IGNORECASE,
)
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, repr=False)
class Url:
    """An absolute URL of printable ASCII without user name and fragment."""

    scheme: str
    host: str
    port: int
    #: Path and query.
    target: str

    @classmethod
    def parse(cls, text: str) -> Url:
        """Raises `ValueError` for anything else."""
        match = _URL.fullmatch(text)
        if not match or "#" in text or "\\" in text:
            raise ValueError("it is absolute, printable ASCII, without user name and fragment")
        scheme = match["scheme"].lower()
        port = int(match["port"] or _PORTS[scheme])
        target = (match["path"] or "/") + (match["query"] or "")
        return cls(scheme, match["host"].lower(), port, target)

    @property
    def origin(self) -> str:
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def path(self) -> str:
        """Begins with a slash. It is sent as it is written."""
        return self.target.partition("?")[0]

    @property
    def without_query(self) -> str:
        """Queries hold what people search for, so they stay out of logs."""
        return self.origin + self.path

    @property
    def loopback(self) -> bool:
        return _LOOPBACK.fullmatch(self.host) is not None

    def __repr__(self) -> str:
        return f"<Url {self.without_query}>"

    def __str__(self) -> str:
        return self.origin + self.target


def covers(origin: str, url: Url) -> bool:
    """Whether a declared origin covers a URL. A `*.` at its front is one or more labels."""
    scheme, _, host = origin.partition("://")
    wildcard = host.startswith("*.")
    try:
        base = Url.parse(f"{scheme}://{host[2:] if wildcard else host}")
    except ValueError:
        return False
    if (base.scheme, base.port, base.target) != (url.scheme, url.port, "/"):
        return False
    if not wildcard:
        return base.host == url.host
    labels = url.host.removesuffix(f".{base.host}")
    return labels != url.host and all(labels.split("."))


class Routes:
    """Leads what is meant for a declared origin to another place, for tests.

    Every check is made on the declared origin. A base is https, or http on loopback.
    """

    def __init__(self, routes: Mapping[str, str]) -> None:
        self._routes = [(origin, _base(to)) for origin, to in routes.items()]

    def lead(self, url: Url) -> Url:
        """Where a URL leads; the first route that fits wins."""
        for origin, base in self._routes:
            if covers(origin, url):
                target = base.target.rstrip("/") + url.target
                return Url(base.scheme, base.host, base.port, target)
        return url


def _base(to: str) -> Url:
    try:
        base = Url.parse(to)
    except ValueError as error:
        raise ValueError(f"the route to {to}: {error}") from None
    if (base.scheme == "http" and not base.loopback) or "?" in to:
        raise ValueError(f"the route to {to}: neither https nor http on loopback, or with a query")
    return base
