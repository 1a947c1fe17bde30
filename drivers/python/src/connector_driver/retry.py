"""One pending request until the component goes on: what is sent again, and after which wait."""

from __future__ import annotations

import random
from collections.abc import Callable

from .contract import ErrorKind, Reply, Send, Step, Undelivered
from .errors import ConnectorError
from .policy import Policy
from .send import Sent, Wire, send

Resume = Callable[[bytes, Reply], Step]


async def answer(pending: Send, resume: Resume, wire: Wire, kept: Callable[[Reply], None]) -> Step:
    """Sends a request, again where that helps and does no harm, and resumes with what came of it.

    Each repeat is the same request, and resumes the same checkpoint. `kept` hears of each reply.
    """
    policy, renewed = wire.policy, False
    tries = 0
    while True:
        tries += 1
        sent = await send(pending, wire)
        kept(sent.reply)
        again = tries < policy.tries and not sent.lacking
        if (
            isinstance(sent.reply, Undelivered)
            and again
            and _harmless("unavailable", sent)
        ):
            await wire.shell.sleep(_backoff(tries, policy))
            continue
        try:
            return resume(pending.checkpoint, sent.reply)
        except ConnectorError as error:
            if error.kind == "unauthenticated" and sent.attached is not None and not renewed:
                renewed = True
                if await wire.vault.renew(sent.attached.id, sent.attached.value):
                    continue
            wait = _backoff(tries, policy)
            if error.retry_after_ms is not None:
                wait = error.retry_after_ms / 1000
            # Waiting less than the service asks for would only be refused again.
            if not again or wait > policy.max_wait or not _harmless(error.kind, sent):
                raise
        await wire.shell.sleep(wait)


def _harmless(kind: ErrorKind, sent: Sent) -> bool:
    """Whether a repeat after such a failure can help, and does no more than was asked for."""
    # A request that was refused for its number was not processed, so even a write did nothing.
    if kind == "rate-limited":
        return True
    return kind == "unavailable" and (sent.effect != "write" or not sent.left)


def _backoff(tries: int, policy: Policy) -> float:
    """Doubles each time; half of it is chance, so that many callers do not return together."""
    doubled = policy.backoff * 2.0 ** min(tries - 1, 16)
    return min(doubled, policy.max_wait) * (0.5 + random.random() / 2)
