"""What a request does decides whether it may be sent, whatever asked for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from connector_driver import Connector, ConnectorError, Delivery, Refusal, connect, connect_async
from connector_driver import contract as c

from .hostile import Hostile
from .probe import API, QUICK, SECRET, Server, answer, cut, serve
from .test_operations import CASES


def connected(server: Server, guest: Hostile | None = None, **options: Any) -> Connector:
    return connect(guest or Hostile(), **(settings(server) | options))


def settings(server: Server) -> dict[str, Any]:
    credentials = {"token": SECRET, "key": SECRET}
    return {"credentials": credentials, "routes": {API: server.base}, "policy": QUICK}


def to(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"method": method, "url": API + path, **more}


NEWS = Delivery("post", "https://host.example/told", [], b"")
UNLISTED = to("get", "/others")


def check(connector: Connector, request: Any) -> Any:
    settings = {"request": request}
    connector._calls._settings = json.dumps(settings)
    return connector.test()


def setting(connector: Connector, request: Any) -> Any:
    connector._calls._settings = json.dumps(request)
    return next(iter(connector.choices(None, "place")), None)


def resumed(connector: Connector, request: Any) -> Any:
    step = connector.resume(b"then " + json.dumps(request).encode(), "proceed")
    assert isinstance(step, c.Send)
    return connector.send(step, connector.context())


#: Every way in, with the request that it sends.
WAYS: dict[str, Callable[[Connector, Any], Any]] = {
    "an action": lambda connector, request: connector.run("send", request),
    "a later step": lambda connector, request: connector.run("two", request),
    "a list": lambda connector, request: list(connector.list("send", request)),
    "a trigger": lambda connector, request: connector.poll("send", request),
    "choices": lambda connector, request: list(connector.choices("send", "thing", request)),
    "a webhook's choices": lambda connector, request: list(connector.choices("told", "thing", request)),
    "the choices of a setting": setting,
    "subscribe": lambda connector, request: connector.subscribe("told", request, "https://a"),
    "renew": lambda connector, request: connector.renew("told", request, {}),
    "unsubscribe": lambda connector, request: connector.unsubscribe("told", request),
    "receive": lambda connector, request: connector.receive("told", request, {}, NEWS),
    "the connection test": check,
    "a forged checkpoint": resumed,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_listed_is_not_sent(way: str) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal) as refused:
            WAYS[way](connected(server), UNLISTED)
        assert refused.value.rule == "operation"
        assert len(server.seen) == (1 if way == "a later step" else 0)
        WAYS[way](connected(server, allow_unlisted=True), UNLISTED)
        assert server.seen[-1].path == "/others"


def test_an_event_loop_is_no_exception() -> None:
    async def run(server: Server, **options: Any) -> None:
        connector = await connect_async(Hostile(), **(settings(server) | options))
        await connector.run("send", UNLISTED)

    async def send(server: Server) -> None:
        connector = await connect_async(Hostile(), **settings(server))
        step = connector.start.action("send", UNLISTED)
        assert isinstance(step, c.Send)
        await connector.send(step, connector.context(), UNLISTED)

    with serve(answer(200)) as server:
        for call in (run(server), send(server)):
            with pytest.raises(Refusal, match="operation"):
                asyncio.run(call)
        assert server.seen == []
        asyncio.run(run(server, allow_unlisted=True))


def test_a_loop_of_others_is_under_the_same_rules() -> None:
    with serve(answer(200)) as server:
        connector = connected(server)
        step = connector.start.action("send", to("delete", "/things/7"))
        assert isinstance(step, c.Send)
        assert step.request.effect == "write", "the operation's"
        other = connector.start.action("send", UNLISTED)
        assert isinstance(other, c.Send)
        with pytest.raises(Refusal, match="operation"):
            connector.send(other, connector.context())
        assert server.seen == []
        connector.send(step, connector.context())


@pytest.mark.parametrize("allow", [False, True])
@pytest.mark.parametrize(
    "path", ["/Things/7", "/things/..%2fothers", "/others//7", "/thing%73/7", "/things/7/",
             "/things/../others", "/things/7/..", "/things/%2e%2e;/x"],
)  # fmt: skip
def test_what_a_service_may_read_as_another_path_is_never_sent(path: str, allow: bool) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="operation"):
            connected(server, allow_unlisted=allow).run("send", to("get", path))
        assert server.seen == []


def test_where_tokens_are_given_out_never_gets_a_credential() -> None:
    paths = [url.removeprefix("https://a.com")[3:] for url in CASES["endpoint"]["same"]]
    with serve(answer(200)) as server:
        connector = connected(server, allow_unlisted=True)
        for path in [*paths, "/oauth/revoke", "/oauth/Revoke/"]:
            with pytest.raises(Refusal, match="operation"):
                connector.run("send", to("post", path))
        assert server.seen == []
        connector.run("send", to("post", "/oauth/token", credential=None))


def test_what_is_compared_is_what_is_sent() -> None:
    with serve(answer(200)) as server:
        for path in ["/things/a%20b?x=/../others", "/things/7;x=1", "/things/%C3%A4'\"<>|^`[]"]:
            connected(server).run("send", to("get", path))
            assert server.seen[-1].path == path
        for path in ["\\things\\7", "/things/ä", "/thi\tngs/7", "/things/7 HTTP/1.1\r\nx: y"]:
            with pytest.raises(Refusal, match="url"):
                connected(server).run("send", to("get", path))


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "x-method-override", "x-original-url", "X-Rewrite-URL"]
)
def test_headers_that_make_another_request_are_refused(name: str) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="request-header"):
            connected(server).run("send", to("get", "/things/7", headers=[[name, "DELETE"]]))
        assert server.seen == []


def test_limits_go_by_the_operation_and_not_by_what_is_claimed() -> None:
    with serve(answer(200)) as server:
        limits: list[tuple[dict[str, Any], Any]] = [
            ({"read_only": True}, to("post", "/things")),
            ({"read_only": True}, to("delete", "/things/7")),
            ({"read_only": True}, to("post", "/x", credential=None)),
            ({"read_only": True, "allow_unlisted": True}, to("post", "/others")),
            ({"no_destructive": True}, to("delete", "/things/7")),
            ({"no_destructive": True, "allow_unlisted": True}, to("post", "/others")),
        ]
        for options, request in limits:
            with pytest.raises(Refusal) as refused:
                connected(server, **options).run("send", request)
            assert refused.value.rule == "permission", request
        assert server.seen == []
        connected(server, read_only=True).run("send", to("get", "/things/7"))
        connected(server, read_only=True).run("send", to("post", "/things/search"))
        connected(server, read_only=True, allow_unlisted=True).run("send", UNLISTED)
        connected(server, no_destructive=True).run("send", to("post", "/things"))


def test_scopes_that_were_not_granted() -> None:
    with serve(answer(200)) as server:

        def lacking(granted: list[str], request: Any, way: str = "an action") -> ConnectorError:
            with pytest.raises(ConnectorError) as failed:
                WAYS[way](connected(server, granted=granted), request)
            assert (failed.value.kind, failed.value.code) == ("forbidden", "missing-scope")
            return failed.value

        one = lacking(["claimed"], {})
        assert one.message == (
            "`send` sends `things/get`, which needs scopes that were not granted: read"
        )
        assert one.advice == "Connect again and grant read."
        assert one.details == {"operation": "things/get", "scopes": ["read"]}
        own = lacking(["read"], {})
        assert own.message == "`send` needs scopes that were not granted: claimed"
        two = lacking(["claimed", "write"], to("delete", "/things/7"))
        assert two.details == {"operation": "things/delete", "scopes": ["me"]}
        for way, message in {
            "choices": "choosing `thing` of `send` needs scopes that were not granted: choosing",
            "a webhook's choices": "choosing `thing` of `told` needs scopes that were not granted: choosing",
            "the choices of a setting": "choosing `place` needs scopes that were not granted: places",
            "a trigger": "`send` needs scopes that were not granted: claimed",
            "subscribe": "`told` needs scopes that were not granted: claimed",
        }.items():
            assert lacking(["read"], {}, way).message == message
        assert lacking([], {}, "the connection test").message == (
            "the connection test sends `things/get`, which needs scopes that were not granted: read"
        )
        assert lacking([], {}, "a forged checkpoint").message == (
            "the request sends `things/get`, which needs scopes that were not granted: read"
        )
        assert server.seen == []
        connected(server, granted=["claimed", "read"]).run("send")
        # What was granted belongs to a credential of OAuth, and to no other.
        connected(server, granted=[]).run("send", {"credential": "key"})
        connected(server, granted=[]).run("send", to("get", "/x", credential=None))


@pytest.mark.parametrize(
    ("method", "path", "count"),
    [("delete", "/things/7", 1), ("post", "/things", 1), ("post", "/others", 1), ("get", "/things/7", 2)],
)  # fmt: skip
def test_a_write_that_claims_to_be_a_read_is_not_repeated(
    method: str, path: str, count: int
) -> None:
    with serve(cut, answer(200)) as server:
        try:
            connected(server, allow_unlisted=True).run("send", to(method, path))
        except ConnectorError as error:
            assert error.kind == "unavailable"
        assert len(server.seen) == count


def test_a_connector_that_lists_no_operations_is_believed_but_for_the_method() -> None:
    silent = Hostile(optional=())
    with serve(answer(200)) as server:
        connected(server, silent).run("send", UNLISTED)
        connected(server, silent).run("send", to("get", "/others//7"))
        connected(server, silent, read_only=True).run("send", UNLISTED)
        limits: list[tuple[dict[str, Any], str, Any]] = [
            ({"read_only": True}, "send", to("post", "/others")),
            ({"no_destructive": True}, "send", to("delete", "/others")),
            ({"no_destructive": True}, "gone", to("post", "/others")),
        ]
        for options, action, request in limits:
            with pytest.raises(Refusal, match="permission"):
                connected(server, silent, **options).run(action, request)
        with pytest.raises(ConnectorError, match="`send` needs scopes that were not granted: claimed"):
            connected(server, silent, granted=[]).run("send", UNLISTED)
        assert len(server.seen) == 3


def test_a_list_that_does_not_hold_together_connects_nothing() -> None:
    wrong = Hostile()
    wrong.bases = []
    with pytest.raises(Refusal, match="contract"):
        connect(wrong)
