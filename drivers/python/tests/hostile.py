"""A component that sends whatever request it is given, in every kind of call."""

from __future__ import annotations

import json
from typing import Any

from connector_driver import contract as c
from connector_driver.contract import actions, operations, triggers, webhooks
from connector_driver.contract import connection as d

from .probe import API, fail, plain

_TOKENS = d.Endpoints("main", "", [], f"{API}/oauth/token", f"{API}/oauth/revoke")
_ANSWER = d.TokenAnswer("", None, None, None, None, [])
_ALL = [d.Scope("all", "", False, False, ["most"]), d.Scope("most", "", False, False, ["read", "all"])]
_OAUTH = d.Oauth2([_TOKENS], _ALL, " ", [], "basic", "form", [], _ANSWER, False, [], [])
DESCRIPTOR = d.Descriptor(
    id="hostile", title="", summary="", version="0.0.0", api_version="1",
    environments=[d.Environment("main", "", "")], origins=[API],
    credentials=[
        d.Credential("token", "", True, None, _OAUTH, "bearer", [d.BoundOrigin(API, None)]),
        d.Credential("key", "", False, None, d.Secret(""), d.Header("x-key", ""), [d.BoundOrigin(API, None)]),
    ],
    settings={"properties": {"place": {"x-scopes": ["places"]}}},
    form={}, setup=[], quotas=[], operations=[], requires=[],
)  # fmt: skip
OPERATIONS = [
    operations.Operation("things/get", "get", "/things/{id}", ["read"], "read", False),
    operations.Operation("things/search", "post", "/things/search", ["read"], "read", False),
    operations.Operation("things/make", "post", "/things", ["write"], "write", False),
    operations.Operation("things/delete", "delete", "/things/{id}", ["write", "me"], "write", True),
]


_TOLD = triggers.Trigger("told", "", "", "", ["claimed"])


class Hostile:
    """An action has the request as its input, a trigger and a webhook as their configuration.

    Choices have it as what is filled in, the connection test as a setting, and a checkpoint holds it.
    """

    def __init__(self, optional: tuple[str, ...] = ("operations", "webhooks")) -> None:
        self.optional = optional
        self.operations = OPERATIONS
        self.bases = [operations.Base(API, None)]

    def has(self, interface: str) -> bool:
        return interface in self.optional

    def call(self, function: str, *arguments: Any) -> Any:
        owner, verb = function.split(".")
        if function == "connection.describe":
            return DESCRIPTOR
        if owner == "operations":
            return self.bases if verb == "bases" else self.operations
        if verb.startswith("list-"):
            return _listed(owner)
        if verb == "describe":
            schema = {"properties": {"thing": {"x-scopes": ["choosing"]}}}
            if owner == "actions":
                return actions.Description(_listed(owner)[0], schema, {}, [])
            return triggers.Description(_TOLD, schema, {}, {})
        if function == "steps.resume":
            return _resumed(*arguments)
        if function == "connection.test":
            return send(json.loads(arguments[0]).get("request", {}))
        if function == "connection.choices":
            return send(json.loads(arguments[1]))
        if function == "actions.start" and arguments[0] == "two":
            return send({}, b"then " + arguments[1].encode())
        return send(json.loads(arguments[2 if verb == "choices" else 1]))


def send(changes: dict[str, Any], then: bytes = b"done") -> c.Send:
    headers = [c.Header(*pair) for pair in changes.get("headers", [])]
    request = {"url": f"{API}/things/7"} | changes | {"headers": headers}
    return c.Send(plain(**request), then)


def _listed(owner: str) -> list[Any]:
    if owner == "webhooks":
        return [webhooks.Webhook(_TOLD, False, [])]
    if owner == "triggers":
        return [triggers.Trigger("send", "", "", "", ["claimed"])]
    return [
        actions.Action(id, None, "", "", "", ["claimed"], "read", id == "gone", "single", [])
        for id in ("send", "two", "gone")
    ]


def _resumed(checkpoint: bytes, reply: c.Reply) -> c.Step:
    if isinstance(reply, c.Undelivered):
        raise fail("unavailable", reply.value)
    if checkpoint.startswith(b"then "):
        return send(json.loads(checkpoint[5:]))
    return c.Done({}, None)
