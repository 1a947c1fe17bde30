"""`AsyncConnector`: the same calls on an event loop. The component itself takes microseconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any

from .authority import Permission
from .base import NOBODY, Base, Choice, Items, Poll, Source, enough, guest
from .blobs import BlobStore
from .contract import Context, Done, Read, Reply, Send
from .contract.webhooks import Delivery
from .driver import drive, look
from .json_text import dumps
from .placement import Signer
from .policy import Policy
from .send import send
from .shell import Asyncio
from .signature import Verdict
from .starts import First
from .transport import Transport
from .vault import Credentials, Refresh


async def connect_async(
    component: Source, *, settings: Mapping[str, Any] | None = None,
    credentials: Credentials | None = None, refresh: Refresh | None = None,
    http: Transport | None = None, blobs: BlobStore | None = None,
    policy: Policy | None = None, routes: Mapping[str, str] | None = None,
    read_only: bool = False, no_destructive: bool = False, allow_unlisted: bool = False,
    granted: Sequence[str] | None = None, locale: str | None = None,
    signers: Mapping[str, Signer] | None = None, extensions: Collection[str] = (),
    links: Collection[str] | None = None,
) -> AsyncConnector:  # fmt: skip
    """As `connect`. `credentials`, `refresh`, `http` and signers may be coroutine functions.

    Ordinary functions, and what reads files, run in a thread. So does compiling the component.
    """
    return AsyncConnector(
        await asyncio.to_thread(guest, component), Asyncio(), settings=settings,
        credentials=credentials, refresh=refresh, http=http, blobs=blobs, policy=policy,
        routes=routes, permission=Permission(read_only, no_destructive, allow_unlisted, granted, links),
        locale=locale, signers=signers, extensions=extensions,
    )  # fmt: skip


class AsyncConnector(Base):
    """Made by `connect_async`. To cancel the task is to end the call."""

    async def run(
        self, action: str, input: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Any:
        """The output of an action; for one of shape `items`, its items, `limit` of them at most."""
        context = self._calls.context(limit)
        items, done = await self._collect(self._calls.action(action, input, context))
        known = self._actions.get(action)
        return items if known is not None and known.shape == "items" else done.output

    def list(
        self, action: str, input: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> AsyncGenerator[Any, None]:
        """The items of an action as they come, `limit` of them at most.

        Close the generator to stop the call at once.
        """
        return self._items(self._calls.action(action, input, self._calls.context(limit)))

    async def poll(
        self, trigger: str, config: Mapping[str, Any], cursor: str | None = None
    ) -> Poll:
        """One poll. Without a cursor it takes stock of what is there."""
        events, done = await self._collect(self._calls.poll(trigger, config, cursor))
        return Poll(events, done.cursor)

    async def subscribe(self, webhook: str, config: Mapping[str, Any], address: str) -> Any:
        """Asks the service to send events to an address. Keep the result for `unsubscribe`."""
        return (await self._collect(self._calls.subscribe(webhook, config, address)))[1].output

    async def renew(self, webhook: str, config: Mapping[str, Any], subscription: Any) -> Any:
        """Makes a subscription last longer. Keep the result in its place."""
        call = self._calls.renew(webhook, config, subscription)
        return (await self._collect(call))[1].output

    async def unsubscribe(self, webhook: str, subscription: Any) -> None:
        """Ends a subscription; one that is gone already is no error."""
        await self._collect(self._calls.unsubscribe(webhook, subscription))

    async def verify(
        self, webhook: str, delivery: Delivery, subscription: Any = None,
        client_secret: str | None = None,
    ) -> Verdict:  # fmt: skip
        """Whether a delivery is the service's, before anything else is done with it.

        Keys that only the caller has are given: the subscription, and the client secret of the OAuth
        app.
        """
        return await self._verify(webhook, delivery, subscription, client_secret)

    async def receive(
        self, webhook: str, config: Mapping[str, Any], subscription: Any, delivery: Delivery,
        cursor: str | None = None,
    ) -> Poll:  # fmt: skip
        """The events in what the service sent to the address. `cursor`: that of the delivery before."""
        delivery = self._received(delivery)
        call = self._calls.receive(webhook, config, subscription, delivery, cursor)
        events, done = await self._collect(call)
        return Poll(events, done.cursor)

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None,
    ) -> AsyncGenerator[Choice, None]:  # fmt: skip
        """What may be picked for a field of an action, a trigger or a webhook.

        `of` none: of the settings.
        """
        return self._items(self._calls.choices(of, field, input, query))

    async def test(self, granted: Sequence[str] | None = None) -> Any:
        """Whether the connection works, and whom it belongs to."""
        return (await self._collect(self._calls.test(granted)))[1].output

    async def send(self, step: Send, context: Context, input: Any = None) -> Reply:
        """Sends a request once, under the policy and with its credential.

        `context` and `input` are those of the call. Blobs are sent only where the input names them,
        and saved answers.
        """
        return (await send(step, self._wire_of(dumps(input), context))).reply

    async def read(self, step: Read, input: Any = None) -> Reply:
        """Looks into a blob that the call's input names, or a saved answer."""
        return await asyncio.to_thread(look, step, self._wire_of(dumps(input), NOBODY))

    async def _items(self, call: First) -> AsyncGenerator[Any, None]:
        pages, left = drive(self._begin(call), self.resume, self._wire_to(call)), call.context.wanted
        try:
            async for page in pages:
                if isinstance(page, Done):
                    continue
                for item in page.items[:left]:
                    yield item
                if left is not None:
                    left -= len(page.items)
                    if left <= 0:
                        break
        finally:
            await pages.aclose()

    async def _collect(self, call: First) -> tuple[Items, Done]:
        items: Items = []
        done = Done(None, None)
        pages = drive(self._begin(call), self.resume, self._wire_to(call))
        try:
            async for page in pages:
                if isinstance(page, Done):
                    done = page
                    continue
                items += page.items
                if enough(items, call):
                    break
        finally:
            await pages.aclose()
        return items[: call.context.wanted], done
