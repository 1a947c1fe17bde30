"""Webhooks of a real component: what goes out, what a delivery holds, and a connector without any."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from connector_driver import ConnectorError, Delivery, Header, Refusal, connect, connect_async
from connector_driver import contract as c

from .components import built
from .probe import answer, serve

PINTEREST = "https://api.pinterest.com"
WEBHOOK = "leads.received"
ACCOUNT, FORM = "549755885175", "8012345678"
CONFIG = {"ad_account_id": ACCOUNT, "lead_form_id": FORM}
ADDRESS = "https://host.example/hooks/5f0c"
SUBSCRIPTION = {"ad_account_id": ACCOUNT, "subscription_id": "571322500947"}


def delivery(body: bytes) -> Delivery:
    return Delivery("post", ADDRESS, [Header("content-type", "application/json")], body)


DELIVERY = delivery(b'{"encrypted":"c2FtcGxl","advertiser_id":"549755885175"}')

MADE = answer(201, json.dumps({"id": SUBSCRIPTION["subscription_id"]}))
GONE = answer(404, '{"code":70,"message":"Nothing has this id."}')
DENIED = answer(403, '{"code":3,"message":"The token lacks a scope."}')


def options(base: str) -> dict[str, Any]:
    return {"credentials": {"access-token": "t"}, "routes": {PINTEREST: base}}


def test_what_there_is_and_what_it_takes() -> None:
    connector = connect(built("pinterest_connector"))
    assert [webhook.trigger.id for webhook in connector.webhooks()] == [WEBHOOK]
    described = connector.describe_webhook(WEBHOOK)
    assert described.trigger == connector.webhooks()[0].trigger
    assert set(CONFIG) <= set(described.config["properties"])
    assert set(described.sample) == {"id", "occurred_at", "data"}
    with pytest.raises(ConnectorError, match=r"there is no webhook boards\.new"):
        connector.describe_webhook("boards.new")


def test_a_subscription_is_made_and_ended() -> None:
    with serve(MADE, answer(200, "{}"), GONE, DENIED) as server:
        connector = connect(built("pinterest_connector"), **options(server.base))
        subscription = connector.subscribe(WEBHOOK, CONFIG, ADDRESS)
        assert subscription == SUBSCRIPTION
        connector.unsubscribe(WEBHOOK, subscription)
        # Once more: it is gone already.
        connector.unsubscribe(WEBHOOK, subscription)
        with pytest.raises(ConnectorError) as denied:
            connector.unsubscribe(WEBHOOK, subscription)
    assert denied.value.kind == "forbidden"
    path = f"/v5/ad_accounts/{ACCOUNT}/leads/subscriptions"
    assert [(seen.method, seen.path) for seen in server.seen] == [
        ("POST", path), *[("DELETE", f"{path}/571322500947")] * 3,
    ]  # fmt: skip
    assert json.loads(server.seen[0].body) == {"webhook_url": ADDRESS, "lead_form_id": FORM}
    assert server.seen[0].headers["authorization"] == "Bearer t"


def test_a_delivery_gives_the_same_events_each_time() -> None:
    connector = connect(built("pinterest_connector"))
    events = connector.receive(WEBHOOK, CONFIG, SUBSCRIPTION, DELIVERY).events
    assert [event["data"]["encrypted"] for event in events] == ["c2FtcGxl"]
    assert connector.receive(WEBHOOK, CONFIG, SUBSCRIPTION, DELIVERY).events == events
    other = connector.receive(WEBHOOK, CONFIG, SUBSCRIPTION, delivery(b'{"encrypted":"b3RoZXI="}'))
    assert other.events[0]["id"] != events[0]["id"]
    with pytest.raises(ConnectorError) as wrong:
        connector.receive(WEBHOOK, CONFIG, SUBSCRIPTION, delivery(b"\xff\0"))
    assert [field.path for field in wrong.value.fields] == ["delivery.body"]


def test_a_delivery_is_acknowledged_and_says_whom_it_is_for() -> None:
    connector = connect(built("pinterest_connector"))
    answer = connector.acknowledge(WEBHOOK, DELIVERY, SUBSCRIPTION)
    assert (answer.status, answer.last) == (200, False)
    assert connector.acknowledge(WEBHOOK, delivery(b"\xff")).status == 400
    assert connector.accounts(WEBHOOK, DELIVERY) == [ACCOUNT]
    with pytest.raises(ConnectorError, match="there is no webhook"):
        connector.accounts("boards.new", DELIVERY)


def test_wrong_arguments_are_named_and_nothing_is_sent() -> None:
    connector = connect(built("pinterest_connector"), **options("http://127.0.0.1:1"))
    with pytest.raises(ConnectorError) as plain:
        connector.subscribe(WEBHOOK, CONFIG, "http://host.example/")
    assert [field.path for field in plain.value.fields] == ["address"]
    with pytest.raises(ConnectorError) as short:
        connector.subscribe(WEBHOOK, {"lead_form_id": "a form"}, ADDRESS)
    assert [field.path for field in short.value.fields] == ["ad_account_id", "lead_form_id"]


def test_choices_for_its_configuration() -> None:
    page = {"items": [{"id": FORM, "name": "Newsletter", "status": "ACTIVE"}], "bookmark": None}
    with serve(answer(200, json.dumps(page))) as server:
        connector = connect(built("pinterest_connector"), **options(server.base))
        choices = list(connector.choices(WEBHOOK, "lead_form_id", {"ad_account_id": ACCOUNT}))
    assert [choice["value"] for choice in choices] == [FORM]
    assert server.seen[0].path.startswith(f"/v5/ad_accounts/{ACCOUNT}/lead_forms")


def test_on_an_event_loop() -> None:
    async def calls(base: str) -> None:
        connector = await connect_async(built("pinterest_connector"), **options(base))
        assert [webhook.trigger.id for webhook in connector.webhooks()] == [WEBHOOK]
        subscription = await connector.subscribe(WEBHOOK, CONFIG, ADDRESS)
        assert subscription == SUBSCRIPTION
        await connector.unsubscribe(WEBHOOK, subscription)
        received = await connector.receive(WEBHOOK, CONFIG, SUBSCRIPTION, DELIVERY)
        assert [event["data"]["encrypted"] for event in received.events] == ["c2FtcGxl"]

    with serve(MADE, GONE) as server:
        asyncio.run(calls(server.base))
    assert [seen.method for seen in server.seen] == ["POST", "DELETE"]


def test_an_engine_keeps_the_checkpoints_itself() -> None:
    connector = connect(built("pinterest_connector"))
    first = connector.start.subscribe(WEBHOOK, CONFIG, ADDRESS)
    assert isinstance(first, c.Send)
    stored = bytes(first.checkpoint)
    made = c.Response(201, [], b'{"id":"571322500947"}')
    assert connector.resume(stored, made) == c.Done(SUBSCRIPTION, None)


@pytest.mark.parametrize(
    "call",
    [
        lambda connector: connector.subscribe(WEBHOOK, CONFIG, ADDRESS),
        lambda connector: connector.unsubscribe(WEBHOOK, SUBSCRIPTION),
        lambda connector: connector.renew(WEBHOOK, CONFIG, SUBSCRIPTION),
        lambda connector: connector.receive(WEBHOOK, CONFIG, SUBSCRIPTION, DELIVERY),
        lambda connector: connector.verify(WEBHOOK, DELIVERY),
        lambda connector: connector.acknowledge(WEBHOOK, DELIVERY),
        lambda connector: connector.accounts(WEBHOOK, DELIVERY),
        lambda connector: connector.describe_webhook(WEBHOOK),
    ],
)
def test_a_connector_without_them_says_so(call: Callable[[Any], Any]) -> None:
    connector = connect(built("github_issues"))
    assert connector.webhooks() == []
    with pytest.raises(Refusal, match="contract: this connector has no webhooks"):
        call(connector)
    # It goes on with what it has.
    assert connector.triggers()
