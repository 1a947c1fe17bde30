"""The same calls on an event loop."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from connector_driver import Answer, AsyncConnector, Outgoing, connect, connect_async
from connector_driver.shell import Misused

from .components import built
from .probe import API, QUICK, SECRET, Handler, Probe, Seen, answer, plain, serve
from .test_calls import GITHUB, REPOSITORY, issues


async def github(base: str) -> AsyncConnector:
    async def credentials(name: str) -> str:
        await asyncio.sleep(0)
        return "t"

    return await connect_async(
        built("github_issues"), credentials=credentials, routes={GITHUB: base}
    )


def test_items_polls_and_outputs() -> None:
    async def calls(base: str) -> None:
        connector = await github(base)
        items = connector.list("issues.list", REPOSITORY)
        assert (await anext(items))["number"] == 4
        await items.aclose()
        assert len(await connector.run("issues.list", REPOSITORY)) == 2
        first = await connector.poll("issue.opened", REPOSITORY)
        again = await connector.poll("issue.opened", REPOSITORY, first.cursor)
        assert [event["id"] for event in again.events] == ["3"]
        assert (await connector.test())["account"]["name"] == "octocat"

    account = answer(200, '{"id":1,"login":"octocat"}')
    pages = [issues(4, 3, more=True), issues(2, 1), issues(2, 1), issues(3, 2), account]
    with serve(*pages) as server:
        asyncio.run(calls(server.base))


def test_calls_wait_beside_each_other_and_share_a_renewal() -> None:
    credentials, renewals = {"token": SECRET}, []
    together = threading.Barrier(5)

    def only_new(handler: Handler, seen: Seen) -> None:
        together.wait(60)
        good = seen.headers["authorization"] == "Bearer new-token"
        answer(200 if good else 401, "ok")(handler, seen)

    async def refresh(name: str) -> None:
        renewals.append(name)
        await asyncio.sleep(0.02)
        credentials["token"] = "new-token"

    async def calls(base: str) -> None:
        connector = await connect_async(
            Probe(plain(method="post", effect="write")), credentials=credentials, refresh=refresh,
            routes={API: base}, policy=QUICK,
        )  # fmt: skip
        outputs = await asyncio.gather(*(connector.run("send") for _ in range(5)))
        assert [output["text"] for output in outputs] == ["ok"] * 5

    with serve(only_new) as server:
        asyncio.run(calls(server.base))
    assert renewals == ["token"]


def test_an_asynchronous_http_client_can_carry_the_requests() -> None:
    seen: list[Outgoing] = []

    async def http(outgoing: Outgoing) -> Answer:
        seen.append(outgoing)
        await asyncio.sleep(0)
        if len(seen) == 1:
            raise OSError("down")
        return Answer(200, [], b"ok")

    async def calls() -> Any:
        connector = await connect_async(
            Probe(), http=http, credentials={"token": SECRET}, policy=QUICK
        )
        return await connector.run("send")

    assert asyncio.run(calls())["text"] == "ok"
    assert len(seen) == 2
    # The blocking connector says so when it is given one.
    with pytest.raises(Misused, match="AsyncConnector"):
        connect(Probe(), http=http, credentials={"token": SECRET}).run("send")


def test_to_cancel_the_task_is_to_end_the_call() -> None:
    async def http(_: Outgoing) -> Answer:
        await asyncio.sleep(60)
        raise AssertionError

    async def calls() -> None:
        connector = await connect_async(Probe(), http=http, credentials={"token": SECRET})
        async with asyncio.timeout(0.05):
            await connector.run("send")

    with pytest.raises(TimeoutError):
        asyncio.run(calls())
