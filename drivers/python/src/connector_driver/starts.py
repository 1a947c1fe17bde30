"""Each kind of call: the function of the component that begins it, and what that takes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .contract import Delivery, Step
from .json_text import as_json, dumps


class First(NamedTuple):
    """A call that has not begun."""

    function: str
    arguments: tuple[Any, ...]
    #: JSON: what the caller gave, and so the blobs that the call may use.
    input: str


class Calls:
    """Makes calls, and begins none."""

    def __init__(
        self, owners: Mapping[str, str], settings: str, granted: Sequence[str] | None = None
    ) -> None:
        self._owners = owners
        self._settings = settings
        self._granted = granted

    def action(self, name: str, input: Mapping[str, Any] | None = None) -> First:
        given = as_json(input)
        return First("actions.start", (name, given, self._settings), given)

    def poll(
        self, name: str, config: Mapping[str, Any], cursor: str | None = None,
        now: str | None = None,
    ) -> First:  # fmt: skip
        given = as_json(config)
        return First("triggers.start", (name, given, self._settings, cursor, now or _now()), given)

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None,
    ) -> First:  # fmt: skip
        if of is None:
            return First("connection.choices", (field, self._settings, query), self._settings)
        owner, given = self._owners.get(of, "triggers"), as_json(input)
        return First(f"{owner}.choices", (of, field, given, self._settings, query), given)

    def subscribe(self, name: str, config: Mapping[str, Any], address: str) -> First:
        given = as_json(config)
        return First("webhooks.subscribe", (name, given, self._settings, address), given)

    def unsubscribe(self, name: str, subscription: Any) -> First:
        given = dumps(subscription)
        return First("webhooks.unsubscribe", (name, given, self._settings), given)

    def receive(self, name: str, config: Mapping[str, Any], delivery: Delivery) -> First:
        given = as_json(config)
        return First("webhooks.receive", (name, given, self._settings, delivery), given)

    def test(self, granted: Sequence[str] | None = None) -> First:
        known = self._granted if granted is None else granted
        return First("connection.test", (self._settings, known), "null")


class Start:
    """For an engine that keeps the checkpoints itself: the first step of each kind of call."""

    def __init__(self, calls: Calls, begin: Callable[[First], Step]) -> None:
        self._calls = calls
        self._begin = begin

    def action(self, name: str, input: Mapping[str, Any] | None = None) -> Step:
        return self._begin(self._calls.action(name, input))

    def poll(
        self, name: str, config: Mapping[str, Any], cursor: str | None = None,
        now: str | None = None,
    ) -> Step:  # fmt: skip
        """`now` is the clock, RFC 3339 in UTC."""
        return self._begin(self._calls.poll(name, config, cursor, now))

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None,
    ) -> Step:  # fmt: skip
        """`of`: an action, a trigger or a webhook, or none for a field of the settings."""
        return self._begin(self._calls.choices(of, field, input, query))

    def subscribe(self, name: str, config: Mapping[str, Any], address: str) -> Step:
        """`address`: an https URL of the host's that nobody can guess."""
        return self._begin(self._calls.subscribe(name, config, address))

    def unsubscribe(self, name: str, subscription: Any) -> Step:
        return self._begin(self._calls.unsubscribe(name, subscription))

    def receive(self, name: str, config: Mapping[str, Any], delivery: Delivery) -> Step:
        return self._begin(self._calls.receive(name, config, delivery))

    def test(self, granted: Sequence[str] | None = None) -> Step:
        """`granted`: the scopes granted, when they are known; by default those of `connect`."""
        return self._begin(self._calls.test(granted))


def _now() -> str:
    now = datetime.datetime.now(datetime.UTC)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
