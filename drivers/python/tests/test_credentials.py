"""Where credentials go: each placement, groups, signers; and what a connector may require."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connector_driver import (
    Connector,
    ConnectorError,
    Extension,
    Outgoing,
    Pair,
    Refusal,
    connect,
    connect_async,
)
from connector_driver import contract as c
from connector_driver.contract import connection as d
from connector_driver.vault import Value

from .probe import API, DESCRIPTOR, QUICK, SECRET, Probe, Seen, answer, plain, serve

SIGV4 = Extension("aws-sigv4", {"service": "s3"})
PASSWORD = "p=ss wörd/&+%:x"


class Placing(Probe):
    """Its credential `token` is placed as a test wants; `others` are declared too."""

    def __init__(
        self, placement: d.Placement, request: c.Request | None = None,
        others: tuple[d.Credential, ...] = (), requires: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(request)
        token = replace(DESCRIPTOR.credentials[0], placement=placement, group="any")
        self.descriptor = replace(
            DESCRIPTOR, credentials=[token, *others], requires=list(requires)
        )

    def call(self, function: str, *arguments: Any) -> Any:
        if function == "connection.describe":
            return self.descriptor
        return super().call(function, *arguments)


def connected(server: Any, probe: Probe, value: Any = SECRET, **options: Any) -> Connector:
    defaults: dict[str, Any] = {"credentials": {"token": value}, "routes": {API: server.base}}
    return connect(probe, **(defaults | {"policy": QUICK} | options))


def sent(probe: Probe, value: Any = SECRET, **options: Any) -> Seen:
    with serve(answer(200)) as server:
        connected(server, probe, value, **options).run("send")
        return server.seen[0]


def packed(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_a_header_with_what_stands_before_the_value() -> None:
    seen = sent(Placing(d.Header("Authorization", "Bot ")))
    assert seen.headers["authorization"] == f"Bot {SECRET}"
    seen = sent(Placing(d.Header("x-key", "")), Pair("me", SECRET))
    assert seen.headers["x-key"] == SECRET


@pytest.mark.parametrize(
    ("value", "plain_"),
    [
        (Pair("me", "secret-of-mine"), "me:secret-of-mine"),
        (("me", "secret-of-mine"), "me:secret-of-mine"),
        (Pair("mé", PASSWORD), f"mé:{PASSWORD}"),
        (Pair("", SECRET), f":{SECRET}"),
        (SECRET, f"{SECRET}:"),
    ],
)
def test_basic_authentication(value: Any, plain_: str) -> None:
    assert sent(Placing("basic"), value).headers["authorization"] == packed(plain_)


@pytest.mark.parametrize("value", [("a:b", "c"), ("a", "b\nc"), ("a\r", "b"), "a:b"])
def test_what_basic_authentication_cannot_carry_is_not_sent(value: Any) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="credential"):
            connected(server, Placing("basic"), value).run("send")
        assert server.seen == []


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{API}/a", "/a?api%20key=p%3Dss%20w%C3%B6rd%2F%26%2B%25%3Ax"),
        (f"{API}/a?b=1", "/a?b=1&api%20key=p%3Dss%20w%C3%B6rd%2F%26%2B%25%3Ax"),
        (f"{API}?", "/?api%20key=p%3Dss%20w%C3%B6rd%2F%26%2B%25%3Ax"),
    ],
)
def test_a_query_parameter(url: str, path: str) -> None:
    assert sent(Placing(d.Query("api key"), plain(url=url)), PASSWORD).path == path


@pytest.mark.parametrize("query", ["key=mine", "a=1&KEY=", "%6bey=1", "key"])
def test_a_connector_cannot_set_the_parameter_of_a_credential(query: str) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="url"):
            connected(server, Placing(d.Query("key"), plain(url=f"{API}/?{query}"))).run("send")
        assert server.seen == []


def test_a_value_in_a_query_is_seen_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    outgoing: list[Outgoing] = []

    def echo(handler: Any, seen: Seen) -> None:
        answer(401, f"no {seen.path}", x_url=seen.path)(handler, seen)

    def failing(request: Outgoing) -> Any:
        outgoing.append(request)
        raise ValueError(str(request.url))

    for value in (SECRET, PASSWORD):
        with serve(echo) as server:
            connector = connected(server, Placing(d.Query("key")), value)
            step = connector.start.action("send")
            assert isinstance(step, c.Send)
            shown = [repr(connector.send(step, connector.context()))]
            with pytest.raises(ConnectorError) as failed:
                connector.run("send")
            shown += [str(failed.value), repr(vars(failed.value)), repr(connector)]
            assert "[secret]" in shown[0]
            with pytest.raises(ConnectorError):
                connected(server, Placing(d.Query("key")), value, http=failing).run("send")
        shown += [caplog.text, repr(outgoing), repr(outgoing[-1].url)]
        quoted = str(outgoing[-1].url).partition("key=")[2]
        for text in shown:
            assert value not in text and quoted not in text


def test_the_one_of_a_group_that_the_connection_has() -> None:
    bound = [d.BoundOrigin(API, None)]
    key = d.Credential("key", "", False, "any", d.Secret(""), d.Header("x-key", ""), bound)
    other = d.Credential("other", "", False, "any", d.Secret(""), "bearer", bound)
    probe = Placing("bearer", plain(credential="any"), (key, other))
    assert sent(probe, credentials={"key": SECRET}).headers["x-key"] == SECRET
    both = sent(probe, credentials={"other": SECRET, "token": "the-first-one"})
    assert both.headers["authorization"] == "Bearer the-first-one"
    asked = sent(probe, credentials=lambda id: SECRET if id == "other" else None)
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    with serve(answer(200)) as server:
        for none in ({}, {"key": ""}):
            with pytest.raises(Refusal, match="any credential of any: token, key, other"):
                connected(server, probe, credentials=none).run("send")
        assert server.seen == []


def test_of_a_group_only_what_may_go_there() -> None:
    trial = [d.BoundOrigin("https://trial.example.com", None)]
    other = d.Credential("other", "", False, "any", d.Secret(""), "bearer", trial)
    probe = Placing("bearer", plain(credential="any"), (other,))
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="there is no value for the credential token"):
            connected(server, probe, credentials={"other": SECRET}).run("send")
        assert server.seen == []


def test_the_one_of_a_group_is_renewed_by_its_own_name() -> None:
    values, renewed = {"token": "old-token-value"}, []

    def refresh(id: str) -> None:
        renewed.append(id)
        values["token"] = "new-token-value"

    with serve(answer(401), answer(200)) as server:
        probe = Placing("bearer", plain(credential="any"))
        connected(server, probe, credentials=values, refresh=refresh).run("send")
        assert renewed == ["token"]
        assert server.seen[1].headers["authorization"] == "Bearer new-token-value"


def sign(outgoing: Outgoing, value: Value, about: Extension) -> Outgoing:
    assert isinstance(value, Pair)
    body = b"".join(outgoing.body.chunks()) if outgoing.body else b""
    made = f"{value.user}/{about.value['service']}/{outgoing.method}/{outgoing.url.path}/{len(body)}"
    return replace(outgoing, headers=[*outgoing.headers, ("authorization", made)])


def test_a_signer_sees_the_whole_request_each_time() -> None:
    request = plain(method="put", effect="idempotent", body=c.Bytes(b"four"))
    pair, signers = Pair("AKID", SECRET), {"aws-sigv4": sign}
    with serve(answer(500), answer(200)) as server:
        connected(server, Placing(SIGV4, request), pair, signers=signers).run("send")
        assert [seen.headers["authorization"] for seen in server.seen] == ["AKID/s3/PUT///4"] * 2

    async def calls(base: str) -> None:
        async def later(outgoing: Outgoing, value: Value, about: Extension) -> Outgoing:
            await asyncio.sleep(0)
            return sign(outgoing, value, about)

        connector = await connect_async(
            Placing(SIGV4, request), credentials={"token": pair}, routes={API: base},
            signers={"aws-sigv4": later},
        )  # fmt: skip
        await connector.run("send")

    with serve(answer(200)) as server:
        asyncio.run(calls(server.base))
        assert server.seen[0].headers["authorization"] == "AKID/s3/PUT///4"


def test_without_a_signer_nothing_is_sent() -> None:
    others: list[Mapping[str, Any]] = [{}, {"oauth1": sign}]
    with serve(answer(200)) as server:
        for signers in others:
            with pytest.raises(Refusal, match="`aws-sigv4`") as refused:
                connected(server, Placing(SIGV4), signers=signers).run("send")
            assert refused.value.rule == "extension"
        assert server.seen == []


def test_a_signer_leads_nowhere_else() -> None:
    def elsewhere(outgoing: Outgoing, value: Value, about: Extension) -> Outgoing:
        url = type(outgoing.url).parse("https://evil.example.net/")
        return replace(outgoing, url=url)

    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="credential-origin"):
            connected(server, Placing(SIGV4), signers={"aws-sigv4": elsewhere}).run("send")
        assert server.seen == []


def test_what_a_connector_requires_is_there_or_it_is_refused_by_name() -> None:
    probe = Placing("bearer", requires=("aws-sigv4", "example.com/quorum"))
    with pytest.raises(Refusal, match=r"`aws-sigv4`, `example\.com/quorum`") as refused:
        connect(probe)
    assert refused.value.rule == "extension"
    with pytest.raises(Refusal) as one:
        connect(probe, signers={"aws-sigv4": sign})
    assert "`example.com/quorum`" in str(one.value) and "`aws-sigv4`" not in str(one.value)
    connect(probe, signers={"aws-sigv4": sign}, extensions=["example.com/quorum"])


@pytest.mark.parametrize(
    "method", ["CONNECT", "connect", "get", "Propfind", "", "GET /x", "A\r\nB: c", "-A", "A--B", "Ä"]
)
def test_a_method_is_a_word_in_capitals_and_opens_no_tunnel(method: str) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal) as refused:
            connected(server, Placing("bearer", plain(method=c.Other(method)))).run("send")
        assert refused.value.rule == "method"
        assert server.seen == []


def test_another_method_is_sent_and_counts_as_no_read() -> None:
    request = plain(method=c.Other("PROPFIND"), effect="read")
    assert sent(Placing("bearer", request)).method == "PROPFIND"
    step = connect(Placing("bearer", request)).start.action("send")
    assert isinstance(step, c.Send)
    assert step.request.effect == "idempotent"
    with serve(answer(200)) as server:
        with pytest.raises(Refusal, match="permission"):
            free = replace(request, credential=None)
            connected(server, Placing("bearer", free), read_only=True).run("send")
        assert server.seen == []
