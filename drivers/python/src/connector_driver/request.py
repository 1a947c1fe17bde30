"""Checks a component's request against the descriptor before anything is sent."""

from __future__ import annotations

import re

from .contract import Multipart, Request
from .described import Credential, Descriptor, InHeader
from .errors import Refusal
from .url import Url, covers

#: They carry credentials, or they steer the HTTP connection. So does all that starts with `proxy-`.
HOST_HEADERS = frozenset({
    "accept-encoding", "authorization", "connection", "content-length", "cookie", "expect", "host",
    "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")

Headers = list[tuple[str, str]]


def check_url(text: str, descriptor: Descriptor) -> Url:
    """A URL that a request or a redirect may go to."""
    try:
        url = Url.parse(text)
    except ValueError as error:
        raise Refusal("url", f"the URL of a request: {error}") from None
    if url.scheme != "https":
        raise Refusal("https", f"a request to {url.origin}")
    if not any(covers(origin, url) for origin in descriptor.origins):
        message = f"a request to {url.origin}, which the connector does not declare"
        raise Refusal("declared-origin", message)
    return url


def check_headers(request: Request, descriptor: Descriptor) -> Headers:
    """The headers that the component sets, with their names in lower case."""
    placed = {
        credential.placement.value.lower()
        for credential in descriptor.credentials
        if isinstance(credential.placement, InHeader)
    }
    headers = []
    for header in request.headers:
        name = header.name.lower()
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(header.value):
            raise Refusal("request-header", f"the header {header.name!r} is not well formed")
        chosen = name == "content-type" and isinstance(request.body, Multipart)
        if name in HOST_HEADERS or name.startswith("proxy-") or name in placed or chosen:
            raise Refusal("request-header", f"only the host sets the header {header.name!r}")
        headers.append((name, header.value))
    return headers


def check_credential(
    name: str, url: Url, descriptor: Descriptor, environment: str | None
) -> Credential:
    """The descriptor's credential, if it may go to the URL."""
    found = next((known for known in descriptor.credentials if known.id == name), None)
    if found is None:
        message = f"a request names the credential {name!r}, which is not declared"
        raise Refusal("declared-credential", message)
    for bound in found.origins:
        if covers(bound.origin, url) and bound.environment in (None, environment):
            return found
    place = f" in the environment {environment}" if environment else ""
    raise Refusal("credential-origin", f"the credential {name} is not for {url.origin}{place}")
