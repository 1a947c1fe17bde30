"""`Connector`: calls that wait where they are. Threads may share one."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from .authority import Permission
from .base import Base, Choice, Events, Items, Poll, Source, guest
from .blobs import BlobStore
from .contract import Delivery, Done, Read, Reply, Request
from .driver import drive, look
from .json_text import dumps
from .policy import Policy
from .send import send
from .shell import Blocking, iterate, run
from .starts import First
from .transport import Transport
from .vault import Credentials, Refresh


def connect(
    component: Source, *, settings: Mapping[str, Any] | None = None,
    credentials: Credentials | None = None, refresh: Refresh | None = None,
    http: Transport | None = None, blobs: BlobStore | None = None,
    policy: Policy | None = None, routes: Mapping[str, str] | None = None,
    read_only: bool = False, no_destructive: bool = False, allow_unlisted: bool = False,
    granted: Sequence[str] | None = None,
) -> Connector:  # fmt: skip
    """Connects a component to the world.

    `component` is a path, the bytes, or a `Component`, which many connections can share.
    `settings` are as the descriptor's schema says. `credentials` are values by id, or a function
    that is asked before each request. `refresh(id)` renews a value where `credentials` finds it; it
    is called when the service no longer takes the value, once for each request. `http` carries
    requests out. `blobs` says what file references stand for. `routes` leads declared origins to
    other base URLs, for tests.

    Four say what may be done, for every request that carries a credential, whatever the way in.
    `read_only`: what changes nothing at the service. `no_destructive`: nothing that takes something
    away or ends it. `allow_unlisted`: also what is none of the operations that the connector lists;
    what it does, nobody knows beforehand. `granted`: the scopes that the token has, when they are
    known; what needs others is a `ConnectorError` of the kind `forbidden` and sends nothing.
    """
    return Connector(
        guest(component), Blocking(), settings=settings, credentials=credentials,
        refresh=refresh, http=http, blobs=blobs, policy=policy, routes=routes,
        permission=Permission(read_only, no_destructive, allow_unlisted, granted),
    )  # fmt: skip


class Connector(Base):
    """Made by `connect`. Each method that runs a call raises `ConnectorError` or `Refusal`."""

    def run(self, action: str, input: Mapping[str, Any] | None = None) -> Any:
        """The output of an action; for one of shape `items`, all its items."""
        items, done = self._collect(self._calls.action(action, input))
        known = self._actions.get(action)
        return items if known is not None and known.shape == "items" else done.output

    def list(
        self, action: str, input: Mapping[str, Any] | None = None
    ) -> Generator[Any, None, Any]:
        """The items of an action as they come. To leave the loop is to stop the call.

        The generator returns what belongs to the list as a whole.
        """
        return self._items(self._calls.action(action, input))

    def poll(
        self, trigger: str, config: Mapping[str, Any], cursor: str | None = None,
        now: str | None = None,
    ) -> Poll:  # fmt: skip
        """One poll. Without a cursor it takes stock of what is there."""
        events, done = self._collect(self._calls.poll(trigger, config, cursor, now))
        return Poll(events, done.cursor)

    def subscribe(self, webhook: str, config: Mapping[str, Any], address: str) -> Any:
        """Asks the service to send events to an address. Keep the result for `unsubscribe`."""
        return self._collect(self._calls.subscribe(webhook, config, address))[1].output

    def unsubscribe(self, webhook: str, subscription: Any) -> None:
        """Ends a subscription; one that is gone already is no error."""
        self._collect(self._calls.unsubscribe(webhook, subscription))

    def receive(self, webhook: str, config: Mapping[str, Any], delivery: Delivery) -> Events:
        """The events in what the service sent to the address."""
        return self._collect(self._calls.receive(webhook, config, delivery))[0]

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

    def send(self, request: Request, input: Any = None) -> Reply:
        """Sends a request once, under the policy and with its credential.

        `input` is that of the call: blobs are sent only where it names them, and saved answers.
        """
        return run(send(request, self._wire_of(dumps(input)))).reply

    def read(self, step: Read, input: Any = None) -> Reply:
        """Looks into a blob that the call's input names, or a saved answer."""
        return look(step, self._wire_of(dumps(input)))

    def _items(self, call: First) -> Generator[Any, None, Any]:
        output = None
        for page in iterate(drive(self._begin(call), self.resume, self._wire_to(call))):
            if isinstance(page, Done):
                output = page.output
            else:
                yield from page.items
        return output

    def _collect(self, call: First) -> tuple[Items, Done]:
        items: Items = []
        done = Done(None, None)
        for page in iterate(drive(self._begin(call), self.resume, self._wire_to(call))):
            if isinstance(page, Done):
                done = page
            else:
                items += page.items
        return items, done
