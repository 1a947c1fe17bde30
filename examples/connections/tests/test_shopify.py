"""Shopify as its documentation has it: a shop has an address and a token of its own, the scope that is granted
holds another one, and deliveries are signed with the app's secret."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from command import Home
from double import Answer, Double, Seen, sent_back, serve

APP, SECRET = "b1946ac92492d2347c6235b4d2611184", "shpss_secret-of-the-app"
ADDRESS = "https://hooks.example.com/shopify/4f1c9a"
PRODUCT = '{"id": 7001, "title": "Fern, grün", "created_at": "2026-01-31T12:00:00Z"}'.encode()


class Shop(Double):
    """One of many."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.token = name, f"shpat_token-of-{name}"
        self.products: list[object] = []
        self.webhooks: dict[int, object] = {}

    def answer(self, seen: Seen) -> Answer:
        match seen.method, seen.path.split("/")[2:]:
            case "GET", ["oauth", "authorize"]:
                query = seen.query
                assert (query["client_id"], query["scope"]) == (APP, "write_products")
                more = {
                    "shop": f"{self.name}.myshopify.com",
                    "timestamp": "1798761600",
                    "hmac": "0a",
                }
                return sent_back(query["redirect_uri"], code="code", state=query["state"], **more)
            case "POST", ["oauth", "access_token"]:
                if (seen.json["client_id"], seen.json["client_secret"]) != (APP, SECRET):
                    return Answer(400, {"error": "invalid_client"})
                assert seen.json["code"] == "code"
                return Answer(content={"access_token": self.token, "scope": "write_products"})
        if (
            seen.headers.get("x-shopify-access-token") != self.token
            or "authorization" in seen.headers
        ):
            return Answer(401, {"errors": "[API] Invalid API key or access token"})
        match seen.method, seen.path.removeprefix("/admin/api/2025-10/").split("/"):
            case "GET", ["shop.json"]:
                return Answer(content={"shop": {"id": len(self.name), "name": self.name.title()}})
            case "POST", ["products.json"]:
                self.products.append(seen.json["product"])
                return Answer(201, {"product": {"id": 7001, **seen.json["product"]}})
            case "POST", ["webhooks.json"]:
                id = 4759306 + len(self.webhooks)
                self.webhooks[id] = seen.json["webhook"]
                return Answer(201, {"webhook": {"id": id, **seen.json["webhook"]}})
            case "DELETE", ["webhooks", id] if self.webhooks.pop(
                int(id.removesuffix(".json")), None
            ):
                return Answer(content={})
        return Answer(404, {"errors": "Not Found"})


def at_home(home: Callable[..., Home], *shops: Shop) -> Home:
    made = home(
        "shopify_connection", {f"https://{shop.name}.myshopify.com": shop.base for shop in shops}
    )
    made.variables |= {"CONNECTOR_CLIENT_ID": APP, "CONNECTOR_CLIENT_SECRET": SECRET}
    return made


def connect(made: Home, shop: Shop) -> None:
    ran = made.consent(shop.name, "--settings", json.dumps({"shop": shop.name}))
    assert f"Connected as {shop.name.title()} (id {len(shop.name)})" in ran.out


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    # The line of Shopify's page "Verify webhooks".
    return {"x-shopify-hmac-sha256": b64encode(hmac.digest(secret.encode(), body, sha256)).decode()}


def test_each_shop_has_its_own_address_and_token(home: Callable[..., Home]) -> None:
    with serve(Shop("ferns")) as ferns, serve(Shop("mosses")) as mosses:
        made = at_home(home, ferns, mosses)
        for shop in (ferns, mosses):
            connect(made, shop)
        for name, shop in [("ferns", ferns), ("mosses", mosses)]:
            product = json.dumps({"product": {"title": f"of {name}"}})
            made.run("--connection", name, "run", "products.create", "--input", product)
            assert shop.products == [{"title": f"of {name}"}]
        # The token of one shop does not travel to another one.
        other = json.dumps({"shop": "mosses"})
        before = len(mosses.seen)
        product = json.dumps({"product": {"title": "lost"}})
        args = ["--connection", "ferns", "--settings", other, "run", "products.create"]
        made.run(*args, "--input", product, code=3)
        assert len(mosses.seen) == before
        for wrong in ("ferns.example.com/", "ferns.evil", "a/b", ""):
            settings = json.dumps({"shop": wrong})
            ran = made.run("connect", "third", "--settings", settings, code=2)
            assert "shop" in ran.err


def test_what_the_granted_scope_holds_is_granted(home: Callable[..., Home]) -> None:
    with serve(Shop("ferns")) as shop:
        made = at_home(home, shop)
        connect(made, shop)
        assert made.run("test", "--json").json["lacking"] == []
        # It needs the scope to read.
        ran = made.run("webhook", "subscribe", "product.created", "--address", ADDRESS, "--json")
        (webhook,) = shop.webhooks.values()
        assert webhook == {"topic": "products/create", "address": ADDRESS, "format": "json"}
        made.run("webhook", "unsubscribe", ran.json["id"])
        assert shop.webhooks == {}


def test_a_delivery_is_read_when_it_is_signed_with_the_secret_of_the_app(
    home: Callable[..., Home],
) -> None:
    with serve(Shop("ferns")) as shop:
        made = at_home(home, shop)
        connect(made, shop)
        (event,) = made.receive("product.created", PRODUCT, signed(PRODUCT)).lines
        assert (event["id"], event["data"]["title"]) == ("7001", "Fern, grün")
        assert event["occurred_at"] == "2026-01-31T12:00:00Z"
        for forged in (signed(PRODUCT + b" "), signed(PRODUCT, "shpss_other"), {}):
            assert made.receive("product.created", PRODUCT, forged, code=1).out == ""
        with made.listening("product.created", ADDRESS) as listener:
            for headers, status in [(signed(PRODUCT), 200), (signed(b"{}"), 401), ({}, 401)]:
                assert listener.post("/shopify/4f1c9a", PRODUCT, headers).status == status
        assert len(listener.events) == 1 and shop.webhooks == {}
