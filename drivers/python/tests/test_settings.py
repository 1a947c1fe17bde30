"""Settings that are a part of where requests go to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector_driver import Refusal, connect
from connector_driver import contract as c
from connector_driver.contract import connection as d
from connector_driver.contract import operations as o
from connector_driver.filled import Filling

from .hostile import DESCRIPTOR, Hostile, send
from .probe import QUICK, SECRET, answer, serve

SHOP = "https://{shop}.shops.example.com"
SCHEMA = {"properties": {"region": {"default": "eu-1"}}}


class Shops(Hostile):
    """Whose origins depend on two settings."""

    def __init__(self) -> None:
        super().__init__(("operations",))
        token = DESCRIPTOR.credentials[0]
        assert isinstance(token.source, d.Oauth2)
        (endpoints,) = token.source.endpoints
        source = replace(token.source, endpoints=[replace(endpoints, token_url=f"{SHOP}/oauth/token")])
        token = replace(token, source=source, origins=[d.BoundOrigin(SHOP, None)])
        self.descriptor = replace(
            DESCRIPTOR, origins=[SHOP, "https://files-{region}.example.com", "https://{host}"],
            credentials=[token], settings=SCHEMA,
        )  # fmt: skip
        self.bases = [o.Base(f"{SHOP}/admin", None)]

    def call(self, function: str, *arguments: Any) -> Any:
        if function == "connection.describe":
            return self.descriptor
        return super().call(function, *arguments)


def test_a_connection_reaches_what_its_settings_say_and_nothing_else() -> None:
    origin = "https://my-shop.shops.example.com"
    with serve(answer(200)) as server:
        connector = connect(
            Shops(), settings={"shop": "My-Shop", "host": "social.example.org"},
            credentials={"token": SECRET}, policy=QUICK,
            routes={origin: server.base, "https://social.example.org": server.base},
        )  # fmt: skip
        assert connector.describe().origins == [
            origin, "https://files-eu-1.example.com", "https://social.example.org",
        ]  # fmt: skip
        connector.run("send", {"url": f"{origin}/admin/things/7"})
        connector.run("send", {"url": "https://social.example.org/x", "credential": None})
        assert [seen.path for seen in server.seen] == ["/admin/things/7", "/x"]
        refused = {
            "https://other.shops.example.com/admin/things/7": "declared-origin",
            f"{origin}.evil.example.net/admin/things/7": "declared-origin",
            "https://a.my-shop.shops.example.com/admin/things/7": "declared-origin",
            "https://social.example.org/admin/things/7": "credential-origin",
            f"{origin}/others": "operation",
            f"{origin}/oauth/token": "operation",
        }
        for url, rule in refused.items():
            with pytest.raises(Refusal) as failed:
                connector.run("send", {"url": url})
            assert failed.value.rule == rule, url
        assert len(server.seen) == 2


def test_a_setting_that_is_missing_is_named_when_something_is_sent() -> None:
    connector = connect(Shops(), credentials={"token": SECRET})
    assert connector.describe().origins[0] == SHOP
    with pytest.raises(Refusal, match="`shop`, `host` is missing") as refused:
        connector.run("send", {"url": "https://a.shops.example.com/admin/things/7"})
    assert refused.value.rule == "setting"
    # What does not depend on it is reached.
    with serve(answer(200)) as server:
        origin = "https://files-eu-1.example.com"
        connector = connect(Shops(), routes={origin: server.base})
        connector.run("send", {"url": f"{origin}/x", "credential": None})


@pytest.mark.parametrize(
    ("origin", "settings", "filled"),
    [
        (SHOP, {"shop": "A-1"}, "https://a-1.shops.example.com"),
        ("https://a-{n}.example.com:8443/v1", {"n": 7}, "https://a-7.example.com:8443/v1"),
        ("https://{a}-{b}.{region}.example.com", {"a": "x", "b": "y"}, "https://x-y.eu-1.example.com"),
        ("https://*.{shop}.example.com", {"shop": "a"}, "https://*.a.example.com"),
        ("https://{host}/oauth", {"host": "b.example.org"}, "https://b.example.org/oauth"),
        ("https://example.com/{shop}", {"shop": "a"}, "https://example.com/{shop}"),
        ("https://{shop}.example.com", {"shop": None}, "https://{shop}.example.com"),
        ("https://{shop}.example.com", {"shop": ""}, "https://{shop}.example.com"),
    ],
)
def test_a_setting_is_a_part_of_a_label_or_a_whole_host(
    origin: str, settings: Any, filled: str
) -> None:
    assert Filling(settings, SCHEMA).text(origin) == filled


@pytest.mark.parametrize(
    "value",
    ["a.b", "a/b", "a#", "a?", "a@b", "a:80", "a b", "ä", "a\n", "%2e", "-a", "a-", "a" * 64, True,
     ["a"], {}, 1.5, "*", "{host}"],
)  # fmt: skip
def test_nothing_else_gets_into_a_label(value: Any) -> None:
    with pytest.raises(Refusal, match="the setting `shop`") as refused:
        connect(Shops(), settings={"shop": value})
    assert refused.value.rule == "setting"


@pytest.mark.parametrize(
    "value",
    ["localhost", "169.254.169.254", "127.1", "10.0.0.0x7f", "[::1]", "-a.example", "a..b", ".a.b",
     "a.b.", "a.example:80", "a.example/", "u@a.example", "https://a.example", "a.example#",
     "a." * 127 + "com", 7],
)  # fmt: skip
def test_nothing_else_is_a_host(value: Any) -> None:
    with pytest.raises(Refusal, match="the setting `host`"):
        connect(Shops(), settings={"host": value})


def test_what_a_guest_fills_in_itself_is_no_origin() -> None:
    with pytest.raises(Refusal, match="url"):
        connect(Shops()).run("send", {"url": f"{SHOP}/admin/things/7"})
    assert isinstance(send({}), c.Send)
