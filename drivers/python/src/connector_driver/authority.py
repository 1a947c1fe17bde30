"""The one place that decides whether a request may be sent: by what it does, not by what asked for
it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Union

from .contract import Effect, Error, Request
from .contract.connection import Credential, Descriptor, Oauth2, SharedConsent
from .declared import About, Declared
from .errors import ConnectorError, Refusal
from .idempotency import word
from .links import Links
from .operations import WHY, Meaning, Operations, at_least, folded_path, stricter
from .url import Url

#: Headers by which some servers take a request for one of another method or path.
REROUTING = frozenset({
    "x-http-method", "x-http-method-override", "x-method-override", "x-original-url",
    "x-override-url", "x-rewrite-url",
})  # fmt: skip

#: The contract's code for a refusal because of scopes.
MISSING = "missing-scope"

#: What is known of a request: its operation; or the connector does not list it, and that is allowed;
#: or it lists none at all.
Known = Union[Meaning, Literal["unlisted", "no list"]]


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be done with a connection, besides what the service granted: see `connect`."""

    read_only: bool = False
    no_destructive: bool = False
    allow_unlisted: bool = False
    granted: Sequence[str] | None = None
    links: Collection[str] | None = None


class Authority:
    """Decides about all requests of one connection."""

    def __init__(
        self, descriptor: Descriptor, environment: str | None, operations: Operations | None,
        permission: Permission,
    ) -> None:  # fmt: skip
        self._descriptor = descriptor
        self._environment = environment
        self._operations = operations
        self._permission = permission
        self._links = None if permission.links is None else Links(permission.links)
        self._granted = _with_implied(permission.granted, descriptor)

    def admit(
        self, request: Request, url: Url, credential: Credential | None, call: About
    ) -> Effect:
        """Says what sending the request twice does.

        That is never less than the connector's list of operations says. Raises when the request may
        not be sent. `url` is what it is sent to, and the credential may go there.
        """
        limits, reads = self._permission, request.method in ("get", "head")
        floor = at_least(request.method, request.effect)
        if credential is None:
            # Nobody's rights go with it; what it says about itself is not to be relied on.
            if limits.read_only and not reads:
                raise _not_allowed(f"{_shown(request)} may change something")
            return floor
        for header in request.headers:
            if header.name.lower() in REROUTING:
                message = f"the header {header.name!r} makes another request of this one"
                raise Refusal("request-header", message)
        known = self._known(request, url)
        limited = self._granted is not None or limits.no_destructive
        declared = call.declared() if limited else Declared()
        effect, is_read, destructive = _does(known, request, reads, declared)
        name = f"`{known.id}`" if isinstance(known, Meaning) else _shown(request)
        if limits.read_only and not is_read:
            raise _not_allowed(f"{name} changes something")
        if limits.no_destructive and destructive:
            raise _not_allowed(f"{name} takes something away, or may do so")
        if self._links is not None and not is_read:
            self._links.check(request)
        # What was granted belongs to a credential of OAuth.
        if self._granted is not None and isinstance(credential.source, (Oauth2, SharedConsent)):
            _check_scopes(known, declared, self._granted, call.subject)
        return stricter(floor, effect)

    def effect(self, request: Request) -> Effect:
        """What sending the request twice does, for whoever runs the loop.

        What `admit` does not take is not sent.
        """
        floor = at_least(request.method, request.effect)
        if request.credential is None or self._operations is None:
            return floor
        try:
            url = Url.parse(request.url)
        except ValueError:
            return floor
        found = self._operations.find(self._environment, request.method, url)
        return stricter(floor, found.effect) if isinstance(found, Meaning) else floor

    def _known(self, request: Request, url: Url) -> Known:
        if self._operations is None:
            return "no list"
        found = self._operations.find(self._environment, request.method, url)
        if isinstance(found, Meaning):
            return found
        why = WHY[found]
        if _is_endpoint(self._descriptor, url):
            why = "only the connection itself asks for tokens"
        # Any other may be one that is listed, with other scopes than this one would need.
        elif found == "unknown":
            if self._permission.allow_unlisted:
                return "unlisted"
            why += ", and others are not allowed here"
        raise Refusal("operation", f"{_shown(request)}: {why}")


def _does(
    known: Known, request: Request, reads: bool, declared: Declared
) -> tuple[Effect, bool, bool]:
    """Its effect, whether it changes nothing, and whether it takes something away."""
    if isinstance(known, Meaning):
        return known.effect, known.effect == "read", known.destructive
    # Nobody knows what it does, so it may do anything.
    if known == "unlisted":
        return "read" if reads else "write", reads, not reads
    # What the connector says about a call is all there is.
    return "read", reads, declared.destructive or request.method == "delete"


def _with_implied(granted: Sequence[str] | None, descriptor: Descriptor) -> list[str] | None:
    """The scopes that were granted, and those that they hold."""
    if granted is None:
        return None
    implied: dict[str, list[str]] = {}
    for credential in descriptor.credentials:
        if isinstance(credential.source, Oauth2):
            for scope in credential.source.scopes:
                implied.setdefault(scope.id, []).extend(scope.implies)
    held: dict[str, None] = {}
    rest = list(granted)
    while rest:
        one = rest.pop()
        if one not in held:
            held[one] = None
            rest += implied.get(one, [])
    return list(held)


def _check_scopes(known: Known, declared: Declared, granted: Sequence[str], subject: str) -> None:
    operation = known if isinstance(known, Meaning) else None
    needed = dict.fromkeys([*declared.scopes, *(operation.scopes if operation else [])])
    lacking = [scope for scope in needed if scope not in granted]
    if not lacking:
        return
    # What the call says about itself needs no operation for an explanation.
    if operation and any(scope not in declared.scopes for scope in lacking):
        subject = f"{subject} sends `{operation.id}`, which"
    scopes = ", ".join(lacking)
    raise ConnectorError(
        Error(
            kind="forbidden",
            code=MISSING,
            message=f"{subject} needs scopes that were not granted: {scopes}",
            advice=f"Connect again and grant {scopes}.",
            fields=[],
            status=None,
            request_id=None,
            retry_after_ms=None,
            details={"operation": operation.id if operation else None, "scopes": lacking},
        )
    )


def _not_allowed(what: str) -> Refusal:
    return Refusal("permission", f"{what}, and the caller may not")


def _shown(request: Request) -> str:
    """Without the query, which may hold what people search for."""
    url = request.url.partition("?")[0].partition("#")[0]
    return f"`{word(request.method)} {url}`"


def _is_endpoint(descriptor: Descriptor, url: Url) -> bool:
    """Whether it is where tokens are given or ended, however it is written."""
    for credential in descriptor.credentials:
        if not isinstance(credential.source, Oauth2):
            continue
        for endpoints in credential.source.endpoints:
            for text in filter(None, (endpoints.token_url, endpoints.revoke_url)):
                try:
                    endpoint = Url.parse(text)
                except ValueError:
                    continue
                if endpoint.origin == url.origin and folded_path(endpoint) == folded_path(url):
                    return True
    return False
