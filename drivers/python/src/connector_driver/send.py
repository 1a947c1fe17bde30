"""Carries out one request of a component: checks, credential, body, redirects, log."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from urllib.parse import urljoin

from .authority import Authority
from .blobs import BlobError, BlobStore
from .body import encode
from .contract import (
    Context,
    Effect,
    Extension,
    Header,
    Reply,
    Response,
    Saved,
    Send,
    Undelivered,
)
from .contract.connection import Credential, Descriptor
from .declared import REQUEST, About
from .errors import Refusal
from .idempotency import key
from .placement import Placed, Signer, check_placement, place
from .policy import Policy
from .request import check_credential, check_headers, check_method, check_url
from .scrub import Mask
from .shell import Misused, Shell
from .transport import Answer, Lost, NotSent, Outgoing, TooLarge, Transport
from .url import Routes, Url
from .vault import Value, Vault

log = logging.getLogger("connector_driver")


@dataclass(frozen=True, slots=True)
class Wire:
    """What a request needs to know about its connection."""

    descriptor: Descriptor
    environment: str | None
    policy: Policy
    routes: Routes
    transport: Transport
    blobs: BlobStore
    vault: Vault
    shell: Shell
    authority: Authority
    #: By the names of placements.
    signers: Mapping[str, Signer]
    context: Context
    #: The call that the request belongs to.
    call: About = REQUEST


#: Headers of an answer that go no further: those of one connection only, and secrets of the service.
DROPPED = frozenset({
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "set-cookie", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attached:
    """A credential, and the value of it that travelled with a request."""

    id: str
    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending a request once."""

    reply: Reply
    #: What sending it twice does.
    effect: Effect
    #: Whether it may have reached the service.
    left: bool = True
    #: A file for it cannot be read: to send it again is in vain.
    lacking: bool = False
    attached: Attached | None = None


async def send(pending: Send, wire: Wire) -> Sent:
    """Sends a request once.

    A redirect is followed only without a credential, only for what fetches, and only to declared
    origins; any other one is an answer.
    """
    request = pending.request
    url, method = check_url(request.url, wire.descriptor), check_method(request)
    credential = None
    if request.credential is not None:
        named = request.credential
        allowed = check_credential(named, url, wire.descriptor, wire.environment)
        credential = await wire.vault.choose(allowed, named)
        check_placement(credential, wire.signers)
    effect = wire.authority.admit(request, url, credential, wire.call)
    filled = key(wire.context, pending) if request.idempotency_header is not None else ""
    headers = check_headers(request, wire.descriptor, filled)
    attached, sign = None, None
    if credential is not None:
        attached = Attached(credential.id, await wire.vault.get(credential.id))
        placed = place(credential, attached.value, url, wire.signers)
        url, headers = placed.url, headers + placed.headers
        sign = _signing(placed, credential, attached.value, wire)
    try:
        body, kind = await wire.shell.call(encode, request.body, wire.blobs)
    except BlobError as error:
        why = wire.vault.mask.text(str(error))
        return Sent(Undelivered(why), effect, left=False, lacking=True, attached=attached)
    if kind is not None:
        headers.append(("content-type", kind))
    if body is not None or method in ("POST", "PUT", "PATCH"):
        headers.append(("content-length", str(body.size if body else 0)))
    follows = wire.policy.redirects if credential is None and method in ("GET", "HEAD") else 0
    outgoing = Outgoing(
        method=method,
        url=url,
        headers=headers,
        body=body,
        timeout=wire.policy.timeout + (body.size / wire.policy.transfer_rate if body else 0),
        transfer_rate=wire.policy.transfer_rate,
        connect_timeout=wire.policy.connect_timeout,
        limit=wire.policy.response_bytes,
    )
    while True:
        reply, left = await _exchange(request.save, outgoing, sign, wire)
        target = _redirect(reply, outgoing.url, wire) if follows else None
        if target is None:
            return Sent(reply, effect, left, attached=attached)
        follows -= 1
        outgoing = replace(outgoing, url=target)


Sign = Callable[[Outgoing], Awaitable[Outgoing]]


def _signing(placed: Placed, credential: Credential, value: Value, wire: Wire) -> Sign | None:
    signer, placement = placed.signer, credential.placement
    if signer is None or not isinstance(placement, Extension):
        return None

    async def sign(outgoing: Outgoing) -> Outgoing:
        signed = await wire.shell.call(signer, outgoing, value, placement)
        if signed.url.origin != outgoing.url.origin:
            message = f"the signer `{placement.name}` leads a request to {signed.url.origin}"
            raise Refusal("credential-origin", message)
        return signed

    return sign


async def _exchange(
    save: bool, outgoing: Outgoing, sign: Sign | None, wire: Wire
) -> tuple[Reply, bool]:
    """What came, and whether the request may have reached the service."""
    policy, mask, blob, file, url = wire.policy, wire.vault.mask, "", None, outgoing.url
    if sign is not None:
        outgoing = await sign(outgoing)
    if save:
        blob, file = await wire.shell.call(wire.blobs.create)
    sink = mask.into(file) if file else None
    outgoing = replace(
        outgoing, url=wire.routes.lead(outgoing.url), sink=sink, sink_limit=policy.saved_bytes
    )
    begun, kept = time.monotonic(), False
    try:
        answer = await wire.shell.call(wire.transport, outgoing)
        if sink is not None and 200 <= answer.status < 300:
            await wire.shell.call(sink.finish)
            kept = True
        _log(outgoing.method, url, answer.status, begun)
        return _reply(answer, blob if kept else None, mask), True
    except TooLarge:
        limit = policy.saved_bytes if save else policy.response_bytes
        raise Refusal("response-size", f"an answer is larger than {limit} bytes") from None
    except (NotSent, Lost) as error:
        why = mask.text(str(error))
        _log(outgoing.method, url, why, begun)
        return Undelivered(why), not isinstance(error, NotSent)
    except BlobError as error:
        raise Refusal("blob", str(error)) from None
    except (Refusal, Misused):
        raise
    except Exception as error:
        # The words of another's client may quote what was sent.
        return Undelivered(type(error).__name__), True
    finally:
        await _close(file, blob, kept, wire)


async def _close(file: BinaryIO | None, blob: str, kept: bool, wire: Wire) -> None:
    if file is not None:
        await wire.shell.call(file.close)
        if not kept:
            await wire.shell.call(wire.blobs.discard, blob)


def _reply(answer: Answer, blob: str | None, mask: Mask) -> Reply:
    headers = [
        Header(mask.text(name), mask.text(value))
        for name, value in answer.headers
        if name.lower() not in DROPPED
    ]
    if blob is not None:
        return Saved(answer.status, headers, blob)
    return Response(answer.status, headers, mask.bytes(answer.body))


def _redirect(reply: Reply, url: Url, wire: Wire) -> Url | None:
    """Where to go on; none, when that is nowhere to go by itself."""
    if not isinstance(reply, Response) or reply.status not in (301, 302, 303, 307, 308):
        return None
    location = next((one.value for one in reply.headers if one.name == "location"), None)
    try:
        target = None if location is None else urljoin(str(url), location)
        return None if target is None else check_url(target, wire.descriptor)
    except (Refusal, ValueError):
        return None


def _log(method: str, url: Url, outcome: object, begun: float) -> None:
    ms = (time.monotonic() - begun) * 1000
    log.debug("%s %s: %s after %.0f ms", method, url.without_query, outcome, ms)
