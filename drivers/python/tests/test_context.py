"""What a component hears of a call: its name, the time, how much is wanted; and the keys of requests."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector_driver import (
    AsyncConnector,
    Connector,
    ConnectorError,
    Extension,
    Refusal,
    connect,
    connect_async,
)
from connector_driver import contract as c
from connector_driver.idempotency import key

from .components import built
from .probe import API, QUICK, SECRET, Probe, answer, connected, cut, plain, serve

#: SHA-256 of `case`, `sent` and `POST`, each behind its length, and the URL, as another tool gives it.
KEY = "1c1781839614d17a9812f34b90bdff53"


class Noting(Probe):
    """Notes the contexts of its calls, and emits pages of three numbers without an end."""

    def __init__(self) -> None:
        super().__init__()
        self.contexts: list[c.Context] = []
        self.pages = 0
        self.first = c.Emit([0, 1, 2], 3, b"1")
        self.resumed = self._more

    def call(self, function: str, *arguments: Any) -> Any:
        if function.endswith(("start", "choices", "test")):
            self.contexts.append(arguments[-1])
        if function == "triggers.start":
            return c.Done(None, "7")
        return super().call(function, *arguments)

    def _more(self, checkpoint: bytes, _: c.Reply) -> c.Step:
        page = int(checkpoint)
        self.pages = page
        return c.Emit([3 * page, 3 * page + 1, 3 * page + 2], 3, str(page + 1).encode())


def test_each_call_has_a_name_of_its_own_and_the_time() -> None:
    probe = Noting()
    connector = connect(probe, locale="de-CH")
    connector.run("send", limit=1)
    connector.run("send", limit=1)
    connector.poll("thing.new", {})
    names = [context.call for context in probe.contexts]
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"[!-~]{16,64}", name) for name in names)
    for context in probe.contexts:
        told = datetime.fromisoformat(context.now)
        assert context.now.endswith("Z")
        assert abs(datetime.now(UTC) - told) < timedelta(hours=1)
        assert context.locale == "de-CH"
    assert [context.wanted for context in probe.contexts] == [1, 1, None]


def test_a_limit_is_told_and_kept() -> None:
    probe = Noting()
    connector = connect(probe)
    assert list(connector.list("send", limit=7)) == list(range(7))
    assert (probe.contexts[-1].wanted, probe.pages) == (7, 2)
    assert list(connector.list("send", limit=6)) == list(range(6))
    assert probe.pages == 1, "there was enough"
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            connector.run("send", limit=wrong)

    async def calls() -> list[int]:
        other: AsyncConnector = await connect_async(probe)
        return [item async for item in other.list("send", limit=5)]

    assert asyncio.run(calls()) == list(range(5))
    assert (probe.contexts[-1].wanted, probe.pages) == (5, 1)


def test_a_real_component_takes_a_context() -> None:
    connector = connect(built("pinterest_connector"), locale="en")
    context = connector.context(limit=2)
    extended = c.Context(context.call, context.now, "en", 2, [Extension("example.com/a", {"b": 1})])
    for one in (context, extended):
        step = connector.start.action("boards.list", {}, one)
        assert isinstance(step, c.Send)
        assert step.request.url.endswith("page_size=2")


def test_a_request_has_the_same_key_whenever_it_is_sent_again() -> None:
    request = plain(method="post", effect="idempotent", idempotency_header="Idempotency-Key")
    with serve(cut, answer(500), answer(429, retry_after="0"), answer(200)) as server:
        connected(server.base, request).run("send")
        keys = {seen.headers["idempotency-key"] for seen in server.seen}
        assert len(server.seen) == 4 and len(keys) == 1
        connected(server.base, request).run("send")
        assert server.seen[-1].headers["idempotency-key"] not in keys, "another call"
        # After a restart, from what was stored.
        for _ in range(2):
            connector: Connector = connected(server.base, request)
            context = c.Context("case", "2026-01-31T12:00:00Z")
            step = connector.start.action("send", {}, context)
            assert isinstance(step, c.Send)
            connector.send(step, context)
            assert server.seen[-1].headers["idempotency-key"] == KEY


def test_a_key_tells_requests_apart() -> None:
    def of(call: str, checkpoint: bytes, **request: Any) -> str:
        return key(c.Context(call, ""), c.Send(plain(**request), checkpoint))

    keys = [
        of("a", b"1"), of("b", b"1"), of("a", b"2"), of("a1", b""), of("a", b"1", url=f"{API}/x"),
        of("a", b"1", method="put"), of("a", b"1", method=c.Other("MERGE")),
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in keys)


@pytest.mark.parametrize(
    "changes",
    [
        {"idempotency_header": "authorization"},
        {"idempotency_header": "X-Api-Key"},
        {"idempotency_header": "content-type"},
        {"idempotency_header": "proxy-key"},
        {"idempotency_header": "a b"},
        {"idempotency_header": ""},
        {"idempotency_header": "key", "headers": [c.Header("Key", "mine")]},
    ],
)
def test_only_the_host_fills_the_header_of_a_key(changes: dict[str, Any]) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="request-header"):
            connected(server.base, plain(**changes)).run("send")
        assert server.seen == []


def test_what_only_a_code_says_is_a_refusal_for_good() -> None:
    probe = Probe(plain(method="get"))

    def resumed(_: bytes, __: c.Reply) -> c.Step:
        raise ConnectorError(c.Error("other", "quorum", "no", None, []))

    probe.resumed = resumed
    with serve(answer(200)) as server:
        connector = connect(probe, credentials={"token": SECRET}, routes={API: server.base}, policy=QUICK)
        with pytest.raises(ConnectorError, match="no") as failed:
            connector.run("send")
        assert len(server.seen) == 1
    assert (failed.value.kind, failed.value.code) == ("other", "quorum")
