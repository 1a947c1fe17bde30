"""Each kind of call: the function of the component that begins it, and what that takes."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from .contract import Context, Step
from .contract.webhooks import Delivery
from .json_text import as_json, dumps


class First(NamedTuple):
    """A call that has not begun."""

    function: str
    #: Without the context, which is the last one of each function.
    arguments: tuple[Any, ...]
    #: JSON: what the caller gave, and so the blobs that the call may use.
    input: str
    context: Context


class Calls:
    """Makes calls, and begins none. Without a context a call gets one of its own."""

    def __init__(
        self, owners: Mapping[str, str], settings: str, granted: Sequence[str] | None = None,
        locale: str | None = None,
    ) -> None:  # fmt: skip
        self._owners = owners
        self._settings = settings
        self._granted = granted
        self._locale = locale

    def context(self, limit: int | None = None) -> Context:
        """That of a call which begins now, under a name that nobody can guess."""
        if limit is not None and limit < 1:
            raise ValueError(f"a limit of {limit} items: it is at least 1")
        return Context(secrets.token_hex(16), _now(), self._locale, limit)

    def action(
        self, name: str, input: Mapping[str, Any] | None = None, context: Context | None = None
    ) -> First:
        given = as_json(input)
        return self._first("actions.start", (name, given, self._settings), given, context)

    def poll(
        self, name: str, config: Mapping[str, Any], cursor: str | None = None,
        context: Context | None = None,
    ) -> First:  # fmt: skip
        given = as_json(config)
        return self._first("triggers.start", (name, given, self._settings, cursor), given, context)

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None, context: Context | None = None,
    ) -> First:  # fmt: skip
        if of is None:
            arguments: tuple[Any, ...] = (field, self._settings, query)
            return self._first("connection.choices", arguments, self._settings, context)
        owner, given = self._owners.get(of, "triggers"), as_json(input)
        arguments = (of, field, given, self._settings, query)
        return self._first(f"{owner}.choices", arguments, given, context)

    def subscribe(
        self, name: str, config: Mapping[str, Any], address: str, context: Context | None = None
    ) -> First:
        given = as_json(config)
        arguments = (name, given, self._settings, address)
        return self._first("webhooks.subscribe", arguments, given, context)

    def renew(
        self, name: str, config: Mapping[str, Any], subscription: Any,
        context: Context | None = None,
    ) -> First:  # fmt: skip
        given = as_json(config)
        arguments = (name, given, self._settings, dumps(subscription))
        return self._first("webhooks.renew", arguments, given, context)

    def unsubscribe(self, name: str, subscription: Any, context: Context | None = None) -> First:
        given = dumps(subscription)
        arguments = (name, given, self._settings)
        return self._first("webhooks.unsubscribe", arguments, given, context)

    def receive(
        self, name: str, config: Mapping[str, Any], subscription: Any, delivery: Delivery,
        cursor: str | None = None, context: Context | None = None,
    ) -> First:  # fmt: skip
        given = as_json(config)
        arguments = (name, given, self._settings, dumps(subscription), delivery, cursor)
        return self._first("webhooks.receive", arguments, given, context)

    def test(self, granted: Sequence[str] | None = None, context: Context | None = None) -> First:
        known = self._granted if granted is None else granted
        return self._first("connection.test", (self._settings, known), "null", context)

    def _first(
        self, function: str, arguments: tuple[Any, ...], input: str, context: Context | None
    ) -> First:
        return First(function, arguments, input, context or self.context())


class Start:
    """For an engine that keeps the checkpoints itself: the first step of each kind of call.

    A call that is begun again, or goes on elsewhere, has the context that it began with.
    """

    def __init__(self, calls: Calls, begin: Callable[[First], Step]) -> None:
        self._calls = calls
        self._begin = begin

    def action(
        self, name: str, input: Mapping[str, Any] | None = None, context: Context | None = None
    ) -> Step:
        return self._begin(self._calls.action(name, input, context))

    def poll(
        self, name: str, config: Mapping[str, Any], cursor: str | None = None,
        context: Context | None = None,
    ) -> Step:  # fmt: skip
        return self._begin(self._calls.poll(name, config, cursor, context))

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None, context: Context | None = None,
    ) -> Step:  # fmt: skip
        """`of`: an action, a trigger or a webhook, or none for a field of the settings."""
        return self._begin(self._calls.choices(of, field, input, query, context))

    def subscribe(
        self, name: str, config: Mapping[str, Any], address: str, context: Context | None = None
    ) -> Step:
        """`address`: an https URL of the host's that nobody can guess."""
        return self._begin(self._calls.subscribe(name, config, address, context))

    def renew(
        self, name: str, config: Mapping[str, Any], subscription: Any,
        context: Context | None = None,
    ) -> Step:  # fmt: skip
        return self._begin(self._calls.renew(name, config, subscription, context))

    def unsubscribe(self, name: str, subscription: Any, context: Context | None = None) -> Step:
        return self._begin(self._calls.unsubscribe(name, subscription, context))

    def receive(
        self, name: str, config: Mapping[str, Any], subscription: Any, delivery: Delivery,
        cursor: str | None = None, context: Context | None = None,
    ) -> Step:  # fmt: skip
        call = self._calls.receive(name, config, subscription, delivery, cursor, context)
        return self._begin(call)

    def test(self, granted: Sequence[str] | None = None, context: Context | None = None) -> Step:
        """`granted`: the scopes granted, when they are known; by default those of `connect`."""
        return self._begin(self._calls.test(granted, context))


def lowered(context: Context) -> Context:
    """As a component takes it: the values of its extensions are JSON."""
    if not context.extensions:
        return context
    extensions = [replace(one, value=dumps(one.value)) for one in context.extensions]
    return replace(context, extensions=extensions)


def _now() -> str:
    now = datetime.datetime.now(datetime.UTC)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
