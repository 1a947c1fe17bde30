"""What both connectors share: settings, descriptions, and the steps of a call one by one."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict, Union

from .authority import Authority, Permission
from .blobs import BlobStore, CallBlobs, Files
from .component import Component, Guest
from .contract import Reply, Send, Step
from .declared import REQUEST, About, about
from .described import (
    Action,
    ActionDescription,
    Descriptor,
    Resource,
    Trigger,
    TriggerDescription,
)
from .http import shared
from .operations import Operations
from .policy import Policy
from .send import Wire
from .shell import Shell
from .json_text import as_json
from .starts import Calls, First, Start
from .transport import Transport
from .url import Routes
from .vault import Credentials, Refresh, Vault

#: A path, the bytes, or a component that is compiled already.
Source = Union[str, "os.PathLike[str]", bytes, Guest]


class Event(TypedDict):
    """What a trigger found or a service sent. A host that has seen the id drops the event."""

    id: str
    occurred_at: str | None
    data: Any


#: In a connector `list` is a method.
Items = list[Any]
Events = list[Event]


class Poll(NamedTuple):
    """Store the cursor together with the events, or after them."""

    events: Events
    cursor: str | None


class Choice(TypedDict):
    """What may be picked for a field."""

    value: Any
    title: str


class Base:
    """A connector with everything that one account's calls need."""

    def __init__(
        self, guest: Guest, shell: Shell, *, settings: Mapping[str, Any] | None = None,
        credentials: Credentials | None = None, refresh: Refresh | None = None,
        http: Transport | None = None, blobs: BlobStore | None = None,
        policy: Policy | None = None, routes: Mapping[str, str] | None = None,
        permission: Permission | None = None,
    ) -> None:  # fmt: skip
        self._guest = guest
        self._descriptor: Descriptor = guest.call("connection.describe")
        listed: list[Action] = guest.call("actions.list")
        self._actions = {action.id: action for action in listed}
        owners = {webhook.id: "webhooks" for webhook in self.webhooks()}
        owners |= dict.fromkeys(self._actions, "actions")
        environment = _environment(settings or {}, self._descriptor)
        permission = permission or Permission()
        operations = _operations(guest, self._descriptor)
        self._wire = Wire(
            descriptor=self._descriptor,
            environment=environment,
            policy=policy or Policy(),
            routes=Routes(routes or {}),
            transport=http or shared(),
            blobs=blobs or Files(),
            vault=Vault(credentials if credentials is not None else {}, refresh, shell),
            shell=shell,
            authority=Authority(self._descriptor, environment, operations, permission),
        )
        self._calls = Calls(owners, as_json(settings), permission.granted)
        #: The first step of each kind of call.
        self.start = Start(self._calls, self._begin)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._descriptor.id} {self._descriptor.version}>"

    def describe(self) -> Descriptor:
        """What a connection consists of."""
        return self._descriptor

    def actions(self) -> list[Action]:
        """All actions, in the order to show them."""
        return list(self._actions.values())

    def triggers(self) -> list[Trigger]:
        """All triggers, in the order to show them."""
        return list(self._guest.call("triggers.list"))

    def webhooks(self) -> list[Trigger]:
        """Triggers for which the service calls; of connectors that have some."""
        return list(self._guest.call("webhooks.list")) if self._guest.has("webhooks") else []

    def resources(self) -> list[Resource]:
        """The service's data as tables; of connectors that know it so."""
        return list(self._guest.call("data.resources")) if self._guest.has("data") else []

    def describe_action(self, name: str) -> ActionDescription:
        """Its input and output as JSON Schemas, and examples."""
        found: ActionDescription = self._guest.call("actions.describe", name)
        return found

    def describe_trigger(self, name: str) -> TriggerDescription:
        """Its configuration and the data of its events as JSON Schemas, and a sample event."""
        found: TriggerDescription = self._guest.call("triggers.describe", name)
        return found

    def describe_webhook(self, name: str) -> TriggerDescription:
        """As `describe_trigger`."""
        found: TriggerDescription = self._guest.call("webhooks.describe", name)
        return found

    def resume(self, checkpoint: bytes, reply: Reply) -> Step:
        """The next step, from a checkpoint of this process or of any other.

        What it says to send, `send` may refuse.
        """
        return self._step("steps.resume", checkpoint, reply)

    def _begin(self, call: First) -> Step:
        return self._step(call.function, *call.arguments)

    def _wire_to(self, call: First) -> Wire:
        return self._wire_of(call.input, about(call, self._guest))

    def _wire_of(self, input: str, call: About = REQUEST) -> Wire:
        """For a call with this input, JSON."""
        blobs = CallBlobs(self._wire.blobs, input, self._wire.policy.blobs)
        return dataclasses.replace(self._wire, blobs=blobs, call=call)

    def _step(self, function: str, *arguments: Any) -> Step:
        step = self._wire.policy.checked(self._guest.call(function, *arguments))
        if isinstance(step, Send):
            effect = self._wire.authority.effect(step.request)
            if effect != step.request.effect:
                request = dataclasses.replace(step.request, effect=effect)
                step = dataclasses.replace(step, request=request)
        return step


def guest(source: Source) -> Guest:
    """Compiles what is not compiled yet."""
    return Component(source) if isinstance(source, (str, bytes, os.PathLike)) else source


def _operations(guest: Guest, descriptor: Descriptor) -> Operations | None:
    """What the connector says about them, if it does."""
    if not guest.has("operations"):
        return None
    bases, listed = guest.call("operations.bases"), guest.call("operations.all")
    return Operations(bases, listed, descriptor.origins)


def _environment(settings: Mapping[str, Any], descriptor: Descriptor) -> str | None:
    """The one that the settings select; the first one is the default.

    The component refuses one that does not exist, and no credential is bound to it.
    """
    first = next((known.id for known in descriptor.environments), None)
    chosen = settings.get("environment", first)
    return chosen if isinstance(chosen, str) else None
