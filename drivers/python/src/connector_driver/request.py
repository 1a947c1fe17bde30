"""Checks a component's request against the descriptor before anything is sent."""

from __future__ import annotations

import re

from .contract import Multipart, Other, Request
from .contract.connection import Credential, Descriptor, Header
from .errors import Refusal
from .filled import missing
from .idempotency import word
from .url import Url, covers

#: They carry credentials, or they steer the HTTP connection. So does all that starts with `proxy-`.
HOST_HEADERS = frozenset({
    "accept-encoding", "authorization", "connection", "content-length", "cookie", "expect", "host",
    "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x20-\x7e]*")
_METHOD = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
#: Characters of a URL.
LONGEST = 64 * 1024

Headers = list[tuple[str, str]]


def check_url(text: str, descriptor: Descriptor) -> Url:
    """A URL that a request or a redirect may go to."""
    if len(text) > LONGEST:
        raise Refusal("url", f"the URL of a request has more than {LONGEST} characters")
    try:
        url = Url.parse(text)
    except ValueError as error:
        raise Refusal("url", f"the URL of a request: {error}") from None
    if url.scheme != "https":
        raise Refusal("https", f"a request to {url.origin}")
    if not any(covers(origin, url) for origin in descriptor.origins):
        message = f"a request to {url.origin}, which the connector does not declare"
        if open_ := missing(descriptor.origins):
            settings = ", ".join(f"`{name}`" for name in open_)
            message += f" without the settings that are parts of its origins: {settings} is missing"
            raise Refusal("setting", message)
        raise Refusal("declared-origin", message)
    return url


def check_method(request: Request) -> str:
    """As it is sent: a word in capitals, and none that opens a tunnel."""
    method = word(request.method)
    if isinstance(request.method, Other) and (
        not _METHOD.fullmatch(method) or method == "CONNECT"
    ):
        raise Refusal("method", f"the method {method!r} of a request")
    return method


def check_headers(request: Request, descriptor: Descriptor, key: str) -> Headers:
    """The headers that the component sets, with their names in lower case.

    With them the one that it has the host fill with `key`.
    """
    filled = request.idempotency_header and request.idempotency_header.lower()
    kept = {
        credential.placement.name.lower()
        for credential in descriptor.credentials
        if isinstance(credential.placement, Header)
    }
    headers: Headers = []
    for header in request.headers:
        name = header.name.lower()
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(header.value):
            raise Refusal("request-header", f"the header {header.name!r} is not well formed")
        chosen = name == "content-type" and isinstance(request.body, Multipart)
        if name == filled or _is_hosts(name, kept) or chosen:
            raise Refusal("request-header", f"only the host sets the header {header.name!r}")
        headers.append((name, header.value))
    if filled is not None:
        if not _NAME.fullmatch(filled) or _is_hosts(filled, kept) or filled == "content-type":
            message = f"the header {request.idempotency_header!r} is not for an idempotency key"
            raise Refusal("request-header", message)
        headers.append((filled, key))
    return headers


def _is_hosts(name: str, kept: set[str]) -> bool:
    return name in HOST_HEADERS or name.startswith("proxy-") or name in kept


def check_credential(
    name: str, url: Url, descriptor: Descriptor, environment: str | None
) -> list[Credential]:
    """The descriptor's credential of this id, or those of this group, that may go to the URL."""
    found = [known for known in descriptor.credentials if known.id == name]
    found = found or [known for known in descriptor.credentials if known.group == name]
    if not found:
        message = f"a request names the credential {name!r}, which is not declared"
        raise Refusal("declared-credential", message)
    allowed = [
        credential
        for credential in found
        if any(
            covers(bound.origin, url) and bound.environment in (None, environment)
            for bound in credential.origins
        )
    ]
    if allowed:
        return allowed
    place = f" in the environment {environment}" if environment else ""
    raise Refusal("credential-origin", f"the credential {name} is not for {url.origin}{place}")
