"""The first step of each kind of call."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .contract import Delivery, Step


class Start:
    """For an engine that keeps the checkpoints itself."""

    def __init__(self, step: Callable[..., Step], owners: Mapping[str, str], settings: str) -> None:
        self._step = step
        self._owners = owners
        self._settings = settings

    def action(self, name: str, input: Mapping[str, Any] | None = None) -> Step:
        return self._step("actions.start", name, as_json(input), self._settings)

    def poll(
        self, name: str, config: Mapping[str, Any], cursor: str | None = None,
        now: str | None = None,
    ) -> Step:  # fmt: skip
        """`now` is the clock, RFC 3339 in UTC."""
        now = now or _now()
        return self._step("triggers.start", name, as_json(config), self._settings, cursor, now)

    def choices(
        self, of: str | None, field: str, input: Mapping[str, Any] | None = None,
        query: str | None = None,
    ) -> Step:  # fmt: skip
        """`of`: an action, a trigger or a webhook, or none for a field of the settings."""
        if of is None:
            return self._step("connection.choices", field, self._settings, query)
        owner = self._owners.get(of, "triggers")
        return self._step(f"{owner}.choices", of, field, as_json(input), self._settings, query)

    def subscribe(self, name: str, config: Mapping[str, Any], address: str) -> Step:
        """`address`: an https URL of the host's that nobody can guess."""
        return self._step("webhooks.subscribe", name, as_json(config), self._settings, address)

    def unsubscribe(self, name: str, subscription: Any) -> Step:
        return self._step("webhooks.unsubscribe", name, json.dumps(subscription), self._settings)

    def receive(self, name: str, config: Mapping[str, Any], delivery: Delivery) -> Step:
        return self._step("webhooks.receive", name, as_json(config), self._settings, delivery)

    def test(self, granted: Sequence[str] | None = None) -> Step:
        """`granted`: the scopes granted, when they are known."""
        return self._step("connection.test", self._settings, granted)


def as_json(value: Mapping[str, Any] | None) -> str:
    """An object; nothing is an empty one."""
    return json.dumps({} if value is None else dict(value))


def _now() -> str:
    now = datetime.datetime.now(datetime.UTC)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
