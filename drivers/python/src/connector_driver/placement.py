"""How a credential travels: what it adds to a request."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from .contract import Extension
from .contract.connection import Credential, Header, Query
from .errors import Refusal
from .shell import Result
from .transport import Outgoing
from .url import Url
from .vault import Pair, Value, secret

#: Signs a whole request, with the credential's value and what the connector says about the signing. It
#: gives the request to send in its place, which goes to the same origin.
Signer = Callable[[Outgoing, Value, Extension], Result[Outgoing]]

_SENDABLE = re.compile(r"[\x21-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Placed:
    """A request's URL with a credential, the headers that it adds, and who signs the whole."""

    url: Url
    headers: list[tuple[str, str]]
    signer: Signer | None = None


def place(credential: Credential, value: Value, url: Url, signers: Mapping[str, Signer]) -> Placed:
    """The only place where a credential becomes a part of a request."""
    placement, plain = credential.placement, secret(value)
    if isinstance(placement, Extension):
        # Looked up before: see `check_placement`.
        return Placed(url, [], signers[placement.name])
    if placement == "basic":
        user, password = value if isinstance(value, Pair) else (value, "")
        if ":" in user or _CONTROL.search(user + password):
            raise _unfit(credential, "into Basic authentication")
        packed = base64.b64encode(f"{user}:{password}".encode()).decode()
        return Placed(url, [("authorization", f"Basic {packed}")])
    if isinstance(placement, Query):
        if _CONTROL.search(plain):
            raise _unfit(credential, "into a query")
        return Placed(_with(url, placement.value, plain), [])
    if not _SENDABLE.fullmatch(plain):
        raise _unfit(credential, "into a header")
    if isinstance(placement, Header):
        return Placed(url, [(placement.name.lower(), placement.prefix + plain)])
    return Placed(url, [("authorization", f"Bearer {plain}")])


def check_placement(credential: Credential, signers: Mapping[str, Signer]) -> None:
    """Refuses a placement that only a signer knows which is not there."""
    placement = credential.placement
    if isinstance(placement, Extension) and placement.name not in signers:
        message = f"the credential {credential.id} is placed by `{placement.name}`, and there is no signer"
        raise Refusal("extension", f"{message} of this name: give one to `connect`")


def _with(url: Url, name: str, value: str) -> Url:
    path, _, query = url.target.partition("?")
    if any(key.casefold() == name.casefold() for key, _ in parse_qsl(query, keep_blank_values=True)):
        raise Refusal("url", f"only the host sets the query parameter {name!r}")
    added = f"{quote(name, safe='')}={quote(value, safe='')}"
    separator = "&" if query else ""
    return Url(url.scheme, url.host, url.port, f"{path}?{query}{separator}{added}")


def _unfit(credential: Credential, where: str) -> Refusal:
    return Refusal("credential", f"the credential {credential.id} does not fit {where}")
