"""The component in the Python driver, against a Shopify on loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from connector_driver import Component, Connector, ConnectorError, Delivery, Header, connect

HERE = Path(__file__).parent
COMPONENT = HERE.parents[2] / "target/wasm32-unknown-unknown/release/shopify.wasm"
ADDRESS = "https://hooks.example/4f1c9a"
SECRET = "hush-of-the-app"


@contextmanager
def shop(products: int) -> Iterator[str]:
    """Where a shop is that is there until the block ends."""
    command = ["node", str(HERE / "double.mjs"), json.dumps({"products": products})]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        yield running.stdout.readline().strip()


@pytest.fixture(scope="module")
def component() -> Component:
    return Component(COMPONENT)


def connected(component: Component, base: str) -> Connector:
    return connect(
        component, settings={"shop": "plants"}, credentials={"access-token": "shpat_of-a-test"},
        routes={"https://plants.myshopify.com": base},
    )  # fmt: skip


def test_products_are_listed_made_and_found_again(component: Component) -> None:
    with shop(120) as base:
        connector = connected(component, base)
        products = connector.run("products.list")
        assert [one["title"] for one in products] == [f"number {n}" for n in range(1, 121)]
        assert connector.run("products.list", limit=2) == products[:2]
        made = connector.run("products.create", {"title": "Fern"})
        assert connector.run("products.get", {"product_id": str(made["id"])}) == made
        with pytest.raises(ConnectorError) as failed:
            connector.run("products.get", {"product_id": "1"})
        assert (failed.value.kind, failed.value.request_id) == ("not-found", "r-1")
        stock = connector.poll("product.created", {})
        assert stock.events == []
        assert connector.poll("product.created", {}, stock.cursor).cursor is not None
        assert connector.test()["account"]["id"] == "548380009"


def test_a_delivery_is_the_shops_or_it_is_not(component: Component) -> None:
    with shop(1) as base:
        connector = connected(component, base)
        subscription = connector.subscribe("product.updated", {}, ADDRESS)
        # The same address once more is the same subscription.
        assert connector.subscribe("product.updated", {}, ADDRESS) == subscription
        body = b'{"id":820982911946154508,"title":"Fern","updated_at":"2026-05-02T06:00:00-04:00"}'
        signed = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        delivery = Delivery("post", ADDRESS, [Header("x-shopify-hmac-sha256", signed)], body)

        def verdict(delivery: Delivery, secret: str | None = SECRET) -> str:
            return connector.verify("product.updated", delivery, subscription, secret)

        assert verdict(delivery) == "right"
        assert verdict(Delivery("post", ADDRESS, delivery.headers, body + b" ")) == "wrong"
        assert verdict(Delivery("post", ADDRESS, [], body)) == "absent"
        assert verdict(delivery, "another") == "wrong"
        assert verdict(delivery, None) == "keyless"
        assert connector.acknowledge("product.updated", delivery, subscription).status == 200
        events = connector.receive("product.updated", {}, subscription, delivery).events
        assert [event["id"] for event in events] == ["820982911946154508/2026-05-02T10:00:00.000Z"]
        connector.unsubscribe("product.updated", subscription)
