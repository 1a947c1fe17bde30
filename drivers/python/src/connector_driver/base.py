"""What both connectors share: settings, descriptions, and the steps of a call one by one."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Collection, Mapping
from typing import Any, BinaryIO, NamedTuple, TypedDict, Union

from .authority import Authority, Permission
from .blobs import BlobStore, CallBlobs, Files
from .component import Component, Guest
from .contract import Context, Header, Reply, Send, Step
from .contract.actions import Action
from .contract.actions import Description as ActionDescription
from .contract.connection import Descriptor
from .contract.data import Resource
from .contract.triggers import Description as TriggerDescription
from .contract.triggers import Trigger
from .contract.webhooks import (
    Acknowledgement,
    Constant,
    Credential,
    Delivery,
    SigningKey,
    Subscription,
    Webhook,
)
from .declared import REQUEST, About, about
from .errors import Refusal
from .filled import Filling
from .http import shared
from .json_text import as_json, dumps
from .operations import Operations
from .placement import Signer
from .policy import Policy
from .send import Wire
from .shell import Shell
from .signature import Verdict, judge, within
from .starts import Calls, First, Start, lowered
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
#: The context of no call.
NOBODY = Context("", "")
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
        permission: Permission | None = None, locale: str | None = None,
        signers: Mapping[str, Signer] | None = None, extensions: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._guest = guest
        described = guest.call("connection.describe")
        filling = Filling(settings or {}, described.settings)
        _check_required(described, {*extensions, *(signers or {})})
        self._descriptor: Descriptor = filling.descriptor(described)
        listed: list[Action] = guest.call("actions.list-actions")
        self._actions = {action.id: action for action in listed}
        owners = {webhook.trigger.id: "webhooks" for webhook in self.webhooks()}
        owners |= dict.fromkeys(self._actions, "actions")
        environment = _environment(settings or {}, self._descriptor)
        permission = permission or Permission()
        operations = _operations(guest, self._descriptor, filling)
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
            signers=signers or {},
            context=NOBODY,
        )
        self._calls = Calls(owners, as_json(settings), permission.granted, locale)
        #: The first step of each kind of call.
        self.start = Start(self._calls, self._begin)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._descriptor.id} {self._descriptor.version}>"

    def describe(self) -> Descriptor:
        """What a connection consists of; what the settings stand for in its origins is filled in."""
        return self._descriptor

    def actions(self) -> list[Action]:
        """All actions, in the order to show them."""
        return list(self._actions.values())

    def triggers(self) -> list[Trigger]:
        """All triggers, in the order to show them."""
        return list(self._guest.call("triggers.list-triggers"))

    def webhooks(self) -> list[Webhook]:
        """What the service calls by itself for; of connectors that have some."""
        has = self._guest.has("webhooks")
        return list(self._guest.call("webhooks.list-webhooks")) if has else []

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

    async def _verify(
        self, webhook: str, delivery: Delivery, subscription: Any, client_secret: str | None
    ) -> Verdict:
        listed: list[Webhook] = self._guest.call("webhooks.list-webhooks")
        found = [one for one in listed if one.trigger.id == webhook]
        if not found:
            raise LookupError(f"there is no webhook {webhook}")

        async def key(place: SigningKey) -> str | None:
            match place:
                case "client-secret":
                    return client_secret
                case Constant(value):
                    return value
                case Credential(id):
                    return await self._wire.vault.secret(id)
                case Subscription(pointer):
                    return within(subscription, pointer)

        return await judge(found[0].signatures, delivery, key, time.time())

    def acknowledge(
        self, webhook: str, delivery: Delivery, subscription: Any = None
    ) -> Acknowledgement:
        """What to answer the service at once. Without a subscription: it is not known yet which it is."""
        known = None if subscription is None else dumps(subscription)
        answer: Acknowledgement = self._guest.call("webhooks.acknowledge", webhook, known, delivery)
        return answer

    def accounts(self, webhook: str, delivery: Delivery) -> list[str]:
        """Whom a delivery to an address is for that many connections share: their `account.id`."""
        return list(self._guest.call("webhooks.accounts", webhook, delivery))

    def context(self, limit: int | None = None) -> Context:
        """For an engine that runs the loop itself: what a call is known by from its start to its end.

        Store it with the checkpoint. `limit`: no more items than this are wanted.
        """
        return self._calls.context(limit)

    def open(self, reference: str) -> BinaryIO:
        """The file that an output names, for reading. Raises `BlobError`."""
        return self._wire.blobs.open(reference)

    def discard(self, reference: str) -> None:
        """Removes a file that an output named. Whoever was given it decides for how long it is kept."""
        self._wire.blobs.discard(reference)

    def resume(self, checkpoint: bytes, reply: Reply) -> Step:
        """The next step, from a checkpoint of this process or of any other.

        What it says to send, `send` may refuse.
        """
        return self._step("steps.resume", checkpoint, reply)

    def _begin(self, call: First) -> Step:
        return self._step(call.function, *call.arguments, lowered(call.context))

    def _wire_to(self, call: First) -> Wire:
        return self._wire_of(call.input, call.context, about(call, self._guest))

    def _wire_of(self, input: str, context: Context, call: About = REQUEST) -> Wire:
        """For a call with this input, JSON."""
        blobs = CallBlobs(self._wire.blobs, input, self._wire.policy.blobs)
        return dataclasses.replace(self._wire, blobs=blobs, context=context, call=call)

    def _received(self, delivery: Delivery) -> Delivery:
        """What the service sent by itself may hold what it was sent before."""
        mask = self._wire.vault.mask
        headers = [Header(one.name, mask.text(one.value)) for one in delivery.headers]
        return Delivery(
            delivery.method, mask.text(delivery.url), headers, mask.bytes(delivery.body)
        )

    def _step(self, function: str, *arguments: Any) -> Step:
        step = self._wire.policy.checked(self._guest.call(function, *arguments))
        if isinstance(step, Send):
            effect = self._wire.authority.effect(step.request)
            if effect != step.request.effect:
                request = dataclasses.replace(step.request, effect=effect)
                step = dataclasses.replace(step, request=request)
        return step


def enough(items: Items, call: First) -> bool:
    """Whether no more items are wanted."""
    return call.context.wanted is not None and len(items) >= call.context.wanted


def guest(source: Source) -> Guest:
    """Compiles what is not compiled yet."""
    return Component(source) if isinstance(source, (str, bytes, os.PathLike)) else source


def _check_required(descriptor: Descriptor, known: set[str]) -> None:
    lacking = [name for name in descriptor.requires if name not in known]
    if lacking:
        names = ", ".join(f"`{name}`" for name in lacking)
        message = f"the connector {descriptor.id} needs {names}, which is not there"
        raise Refusal("extension", f"{message}: give `connect` a signer or an extension of that name")


def _operations(guest: Guest, descriptor: Descriptor, filling: Filling) -> Operations | None:
    """What the connector says about them, if it does."""
    if not guest.has("operations"):
        return None
    bases = [filling.base(base) for base in guest.call("operations.bases")]
    listed = guest.call("operations.all")
    return Operations(bases, listed, descriptor.origins)


def _environment(settings: Mapping[str, Any], descriptor: Descriptor) -> str | None:
    """The one that the settings select; the first one is the default.

    The component refuses one that does not exist, and no credential is bound to it.
    """
    first = next((known.id for known in descriptor.environments), None)
    chosen = settings.get("environment", first)
    return chosen if isinstance(chosen, str) else None
