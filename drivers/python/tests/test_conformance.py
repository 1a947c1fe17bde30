"""Plays the cases of each component. Every step runs in an instance of its own, so the bytes of the
checkpoint alone carry a call."""

from __future__ import annotations

import json
import shutil
from functools import cache
from typing import Any

import pytest

from connector_driver import Connector, ConnectorError, connect
from connector_driver import contract as c

from . import cases
from .cases import Blobs, Case
from .components import REPOSITORY, built

EXAMPLES = REPOSITORY / "examples"
#: Each component, and where its cases are.
COMPONENTS = {
    "github_issues": EXAMPLES / "github-issues/cases",
    "mastodon": EXAMPLES / "mastodon/cases",
    "pinterest_connector": REPOSITORY / "tests/cases",
    "shopify": EXAMPLES / "shopify/cases",
    "wikipedia": EXAMPLES / "wikipedia/cases",
}
if shutil.which("node") is None:
    # Then nobody has built it.
    del COMPONENTS["shopify"]
#: The host's clock in a case that does not say.
NOW = "2026-01-31T12:00:00Z"
#: What each webhook has cases of.
TESTED = ("subscribe", "unsubscribe", "receive")
#: What gives its output at once, without any step.
PURE = ("acknowledge", "accounts")
VERBS = (*TESTED, "renew", *PURE)
ALL = [(name, case) for name, folder in COMPONENTS.items() for case in cases.below(folder)]


@pytest.mark.parametrize(
    ("name", "case"), ALL, ids=[f"{name}:{case.name}" for name, case in ALL]
)
def test_case(name: str, case: Case) -> None:
    call = case.call
    assert case.subject == subject(call), "the call belongs into another folder"
    component = built(name)
    expected = [exchange["request"] for exchange in case.exchanges]
    connector, blobs = connected(name, json.dumps(call.get("settings"))), Blobs.of(call)
    sent: list[Any] = []
    items: list[Any] | None = None
    end: dict[str, Any] = {}
    try:
        component.renew()
        if call["do"] in PURE:
            end = pure(connector, call)
            assert end == case.end
            return
        step = begin(connector, call)
        while not isinstance(step, c.Done):
            reply: c.Reply = "proceed"
            if isinstance(step, c.Send):
                sent.append(cases.request_file(step.request))
                assert sent == expected[: len(sent)]
                reply = blobs.reply(step.request, case.exchanges[len(sent) - 1]["response"])
            elif isinstance(step, c.Read):
                reply = blobs.read(step)
            elif isinstance(step, c.Emit):
                assert len(step.items) == step.count
                items = (items or []) + step.items
            component.renew()
            step = connector.resume(bytes(step.checkpoint), reply)
        end = cases.outcome_file(step)
    except ConnectorError as error:
        end = cases.error_file(error)
    if items is not None:
        end["items"] = items
    assert end == case.end
    assert len(sent) == len(expected), "a request was never sent"


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_action_trigger_and_webhook_has_a_success_and_a_failure(name: str) -> None:
    connector = connect(built(name))
    has = {(case.subject, "error" in case.end) for case in cases.below(COMPONENTS[name])}
    ids = [listed.id for listed in connector.actions()]
    ids += [listed.id for listed in connector.triggers()]
    ids += [f"{verb}.{listed.trigger.id}" for listed in connector.webhooks() for verb in TESTED]
    assert ids
    wanted = {(id, fails) for id in ids for fails in (False, True)}
    assert wanted - has == set()


@cache
def connected(name: str, settings: str) -> Connector:
    return connect(built(name), settings=json.loads(settings))


def begin(connector: Connector, call: dict[str, Any]) -> c.Step:
    start, input, kept = connector.start, call.get("input"), call.get("subscription", {})
    context = c.Context("case", call.get("now", NOW), wanted=call.get("wanted"))
    if call["do"] == "action":
        return start.action(call["id"], input, context)
    if call["do"] == "poll":
        return start.poll(call["id"], input or {}, call.get("cursor"), context)
    if call["do"] == "choices":
        of = None if call.get("of") == "connection" else call["id"]
        return start.choices(of, call["field"], input, call.get("query"), context)
    if call["do"] == "subscribe":
        return start.subscribe(call["id"], input or {}, call["address"], context)
    if call["do"] == "renew":
        return start.renew(call["id"], input or {}, kept, context)
    if call["do"] == "unsubscribe":
        return start.unsubscribe(call["id"], input, context)
    if call["do"] == "receive":
        delivery, cursor = cases.delivery(call["delivery"]), call.get("cursor")
        return start.receive(call["id"], input or {}, kept, delivery, cursor, context)
    assert call["do"] == "test", f"there is no way to do {call['do']}"
    return start.test(call.get("granted"), context)


def pure(connector: Connector, call: dict[str, Any]) -> dict[str, Any]:
    """How a case of one function ends, without any step."""
    delivery = cases.delivery(call["delivery"])
    if call["do"] == "accounts":
        return {"output": connector.accounts(call["id"], delivery)}
    answer = connector.acknowledge(call["id"], delivery, call.get("subscription"))
    return cases.acknowledgement_file(answer)


def subject(call: dict[str, Any]) -> str:
    if call["do"] == "test":
        return "connection.test"
    if call["do"] == "choices":
        return f"choices.{call['field']}"
    return f"{call['do']}.{call['id']}" if call["do"] in VERBS else str(call["id"])
