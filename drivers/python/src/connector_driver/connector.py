"""`Connector`: calls that wait where they are. Threads may share one."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
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
from .shell import Blocking, iterate, run
from .signature import Verdict
from .starts import First
from .transport import Transport
from .vault import Credentials, Refresh


def connect(
    component: Source, *, settings: Mapping[str, Any] | None = None,
    credentials: Credentials | None = None, refresh: Refresh | None = None,
    http: Transport | None = None, blobs: BlobStore | None = None,
    policy: Policy | None = None, routes: Mapping[str, str] | None = None,
    read_only: bool = False, no_destructive: bool = False, allow_unlisted: bool = False,
    granted: Sequence[str] | None = None, locale: str | None = None,
    signers: Mapping[str, Signer] | None = None, extensions: Collection[str] = (),
    links: Collection[str] | None = None,
) -> Connector:  # fmt: skip
    """Connects a component to the world.

    `component` is a path, the bytes, or a `Component`, which many connections can share.
    `settings` are as the descriptor's schema says. `credentials` are values by id, or a function
    that is asked before each request; a value is a text, or for what is two values, a user and a
    password. `refresh(id)` renews a value where `credentials` finds it; it
    is called when the service no longer takes the value, once for each request. `http` carries
    requests out. `blobs` says what file references stand for. `routes` leads declared origins to
    other base URLs, for tests. `locale` (BCP 47) is for titles, messages and advice, where the
    connector has them in more than English. `signers` sign requests where a credential is placed so,
    by the placement's name (`aws-sigv4`); `extensions` names what else the caller has of what the
    connector requires.

    Five say what may be done, for every request that carries a credential, whatever the way in.
    `read_only`: what changes nothing at the service. `no_destructive`: nothing that takes something
    away or ends it. `allow_unlisted`: also what is none of the operations that the connector lists;
    what it does, nobody knows beforehand. `granted`: the scopes that the token has, when they are
    known; what needs others is a `ConnectorError` of the kind `forbidden` and sends nothing. `links`: the
    hosts that links in what is written may lead to, `example.com`, or `*.example.com` for all below it; a
    link is a text of the body or the query that is an http or https address as a whole.
    """
    return Connector(
        guest(component), Blocking(), settings=settings, credentials=credentials,
        refresh=refresh, http=http, blobs=blobs, policy=policy, routes=routes,
        permission=Permission(read_only, no_destructive, allow_unlisted, granted, links), locale=locale,
        signers=signers, extensions=extensions,
    )  # fmt: skip


class Connector(Base):
    """Made by `connect`. Each method that runs a call raises `ConnectorError` or `Refusal`."""

    def run(
        self, action: str, input: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Any:
        """The output of an action; for one of shape `items`, its items, `limit` of them at most."""
        context = self._calls.context(limit)
        items, done = self._collect(self._calls.action(action, input, context))
        known = self._actions.get(action)
        return items if known is not None and known.shape == "items" else done.output

    def list(
        self, action: str, input: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Generator[Any, None, Any]:
        """The items of an action as they come, `limit` of them at most. To leave the loop is to stop
        the call.

        The generator returns what belongs to the list as a whole; when it stops at the limit, none.
        """
        return self._items(self._calls.action(action, input, self._calls.context(limit)))

    def poll(
        self, trigger: str, config: Mapping[str, Any], cursor: str | None = None
    ) -> Poll:
        """One poll. Without a cursor it takes stock of what is there."""
        events, done = self._collect(self._calls.poll(trigger, config, cursor))
        return Poll(events, done.cursor)

    def subscribe(self, webhook: str, config: Mapping[str, Any], address: str) -> Any:
        """Asks the service to send events to an address. Keep the result for `unsubscribe`."""
        return self._collect(self._calls.subscribe(webhook, config, address))[1].output

    def renew(self, webhook: str, config: Mapping[str, Any], subscription: Any) -> Any:
        """Makes a subscription last longer. Keep the result in its place."""
        call = self._calls.renew(webhook, config, subscription)
        return self._collect(call)[1].output

    def unsubscribe(self, webhook: str, subscription: Any) -> None:
        """Ends a subscription; one that is gone already is no error."""
        self._collect(self._calls.unsubscribe(webhook, subscription))

    def verify(
        self, webhook: str, delivery: Delivery, subscription: Any = None,
        client_secret: str | None = None,
    ) -> Verdict:  # fmt: skip
        """Whether a delivery is the service's, before anything else is done with it.

        Keys that only the caller has are given: the subscription, and the client secret of the OAuth
        app.
        """
        return run(self._verify(webhook, delivery, subscription, client_secret))

    def receive(
        self, webhook: str, config: Mapping[str, Any], subscription: Any, delivery: Delivery,
        cursor: str | None = None,
    ) -> Poll:  # fmt: skip
        """The events in what the service sent to the address. `cursor`: that of the delivery before."""
        delivery = self._received(delivery)
        call = self._calls.receive(webhook, config, subscription, delivery, cursor)
        events, done = self._collect(call)
        return Poll(events, done.cursor)

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None,
    ) -> Iterator[Choice]:  # fmt: skip
        """What may be picked for a field of an action, a trigger or a webhook.

        `of` none: of the settings.
        """
        return self._items(self._calls.choices(of, field, input, query))

    def test(self, granted: Sequence[str] | None = None) -> Any:
        """Whether the connection works, and whom it belongs to."""
        return self._collect(self._calls.test(granted))[1].output

    def send(self, step: Send, context: Context, input: Any = None) -> Reply:
        """Sends a request once, under the policy and with its credential.

        `context` and `input` are those of the call. Blobs are sent only where the input names them,
        and saved answers.
        """
        return run(send(step, self._wire_of(dumps(input), context))).reply

    def read(self, step: Read, input: Any = None) -> Reply:
        """Looks into a blob that the call's input names, or a saved answer."""
        return look(step, self._wire_of(dumps(input), NOBODY))

    def _items(self, call: First) -> Generator[Any, None, Any]:
        output, left = None, call.context.wanted
        for page in iterate(drive(self._begin(call), self.resume, self._wire_to(call))):
            if isinstance(page, Done):
                output = page.output
                continue
            yield from page.items[:left]
            if left is not None:
                left -= len(page.items)
                if left <= 0:
                    break
        return output

    def _collect(self, call: First) -> tuple[Items, Done]:
        items: Items = []
        done = Done(None, None)
        for page in iterate(drive(self._begin(call), self.resume, self._wire_to(call))):
            if isinstance(page, Done):
                done = page
                continue
            items += page.items
            if enough(items, call):
                break
        return items[: call.context.wanted], done
