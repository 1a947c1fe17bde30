"""Carries out one request of a component: checks, credential, body, redirects, log."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urljoin

from .authority import Authority
from .blobs import BlobError, BlobStore
from .body import Content, encode
from .contract import Effect, Header, Reply, Request, Response, Saved, Undelivered
from .declared import REQUEST, About
from .described import Bearer, Credential, Descriptor
from .errors import Refusal
from .policy import Policy
from .request import Headers, check_credential, check_headers, check_url
from .scrub import Mask
from .shell import Misused, Shell
from .transport import Answer, Lost, NotSent, Outgoing, TooLarge, Transport
from .url import Routes, Url
from .vault import Vault

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
    #: The call that the request belongs to.
    call: About = REQUEST


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
    #: The credential's value that travelled with it.
    secret: str | None = field(default=None, repr=False)


async def send(request: Request, wire: Wire) -> Sent:
    """Sends a request once.

    A redirect is followed only without a credential, only for what fetches, and only to declared
    origins; any other one is an answer.
    """
    url = check_url(request.url, wire.descriptor)
    credential = None
    if request.credential is not None:
        credential = check_credential(request.credential, url, wire.descriptor, wire.environment)
    effect = wire.authority.admit(request, url, credential, wire.call)
    headers = check_headers(request, wire.descriptor)
    secret = await _attach(credential, headers, wire.vault) if credential else None
    try:
        body, kind = await wire.shell.call(encode, request.body, wire.blobs)
    except BlobError as error:
        why = wire.vault.mask.text(str(error))
        return Sent(Undelivered(why), effect, left=False, lacking=True, secret=secret)
    if kind is not None:
        headers.append(("content-type", kind))
    if body is not None or request.method in ("post", "put", "patch"):
        headers.append(("content-length", str(body.size if body else 0)))
    follows = request.credential is None and request.method in ("get", "head")
    for _ in range(wire.policy.redirects + 1):
        reply, left = await _exchange(request, url, headers, body, wire)
        target = _redirect(reply, url) if follows else None
        if target is None:
            return Sent(reply, effect, left, secret=secret)
        url = check_url(target, wire.descriptor)
    raise Refusal("redirects", f"more than {wire.policy.redirects} redirects in a row")


async def _attach(credential: Credential, headers: Headers, vault: Vault) -> str:
    """The only place where a credential becomes a header. Returns its value."""
    secret = await vault.get(credential.id)
    if isinstance(credential.placement, Bearer):
        headers.append(("authorization", f"Bearer {secret}"))
    else:
        headers.append((credential.placement.value.lower(), secret))
    return secret


async def _exchange(
    request: Request, url: Url, headers: Headers, body: Content | None, wire: Wire
) -> tuple[Reply, bool]:
    """What came, and whether the request may have reached the service."""
    policy, mask, blob, file = wire.policy, wire.vault.mask, "", None
    if request.save:
        blob, file = await wire.shell.call(wire.blobs.create)
    sink = mask.into(file) if file else None
    outgoing = Outgoing(
        method=request.method.upper(),
        url=wire.routes.lead(url),
        headers=headers,
        body=body,
        timeout=policy.timeout + (body.size / policy.transfer_rate if body else 0),
        transfer_rate=policy.transfer_rate,
        connect_timeout=policy.connect_timeout,
        limit=policy.response_bytes,
        sink=sink,
        sink_limit=policy.saved_bytes,
    )
    begun, kept = time.monotonic(), False
    try:
        answer = await wire.shell.call(wire.transport, outgoing)
        if sink is not None and 200 <= answer.status < 300:
            await wire.shell.call(sink.finish)
            kept = True
        _log(request, url, answer.status, begun)
        return _reply(answer, blob if kept else None, mask), True
    except TooLarge:
        limit = policy.saved_bytes if request.save else policy.response_bytes
        raise Refusal("response-size", f"an answer is larger than {limit} bytes") from None
    except (NotSent, Lost) as error:
        why = mask.text(str(error))
        _log(request, url, why, begun)
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
    headers = [Header(mask.text(name), mask.text(value)) for name, value in answer.headers]
    if blob is not None:
        return Saved(answer.status, headers, blob)
    return Response(answer.status, headers, mask.bytes(answer.body))


def _redirect(reply: Reply, url: Url) -> str | None:
    if not isinstance(reply, Response) or reply.status not in (301, 302, 303, 307, 308):
        return None
    location = next((one.value for one in reply.headers if one.name == "location"), None)
    return None if location is None else urljoin(str(url), location)


def _log(request: Request, url: Url, outcome: object, begun: float) -> None:
    ms = (time.monotonic() - begun) * 1000
    log.debug("%s %s: %s after %.0f ms", request.method, url.without_query, outcome, ms)
