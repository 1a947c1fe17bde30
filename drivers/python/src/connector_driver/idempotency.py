"""The value by which a service knows a request that it had before."""

from __future__ import annotations

import hashlib

from .contract import Context, Method, Other, Send

#: Characters of a key. Services take at least so many, and so many tell all requests apart.
LENGTH = 32


def word(method: Method) -> str:
    """As HTTP writes it, such as `GET`."""
    return method.value if isinstance(method, Other) else method.upper()


def key(context: Context, pending: Send) -> str:
    """The same for the same request of the same call, however often and by whatever host it is sent."""
    digest = hashlib.sha256()
    for part in (context.call.encode(), pending.checkpoint, word(pending.request.method).encode()):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    digest.update(pending.request.url.encode())
    return digest.hexdigest()[:LENGTH]
