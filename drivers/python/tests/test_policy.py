"""What the driver refuses, and what never leaves it."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from typing import Any

import pytest

from connector_driver import Answer, ConnectorError, Outgoing, Policy, Refusal, connect
from connector_driver import contract as c
from connector_driver.scrub import Mask
from connector_driver.url import Url, covers

from .probe import API, QUICK, SECRET, Probe, answer, connected, echo, plain, serve

EMPTY = c.Text("")


def header(name: str, value: str = "x") -> dict[str, Any]:
    return {"headers": [c.Header(name, value)]}


def form(name: str = "a", content: c.PartContent = EMPTY, kind: str | None = None) -> Any:
    part = c.Part(name, None, kind, content)
    return {"method": "post", "body": c.Multipart([part])}


#: The rule, what breaks it, and how.
REFUSED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("url", "not absolute", {"url": "/path"}, {}),
    ("url", "a user in it", {"url": "https://api.example.com@evil.example.net/"}, {}),
    ("url", "a backslash", {"url": "https://api.example.com\\@evil.example.net/"}, {}),
    ("url", "a fragment", {"url": f"{API}/#x"}, {}),
    ("url", "a line break", {"url": f"{API}/\r\nx: y"}, {}),
    ("https", "declared without https", {"url": "http://plain.example.com/"}, {}),
    ("declared-origin", "a foreign origin", {"url": "https://evil.example.net/"}, {}),
    ("declared-origin", "another port", {"url": f"{API}:8443/"}, {}),
    ("declared-credential", "an unknown one", {"credential": "password"}, {}),
    ("credential-origin", "of another environment", {"url": "https://trial.example.com/"}, {}),
    ("credential-origin", "for an upload", {"url": "https://a.upload.example.com/"}, {}),
    ("credential", "without a value", {}, {"credentials": {}}),
    ("credential", "of two lines", {}, {"credentials": {"token": "a\r\nb: c"}}),
    ("request-header", "the host's", header("Authorization"), {}),
    ("request-header", "for a proxy", header("proxy-any"), {}),
    ("request-header", "where a credential goes", header("x-api-key"), {}),
    ("request-header", "of two lines", header("accept", "a\r\nb: c"), {}),
    ("request-header", "a type for a form", form() | header("content-type"), {}),
    ("multipart", "a name that breaks out", form('a"; b'), {}),
    ("multipart", "a type that breaks out", form(kind="a/b\r\nc: d"), {}),
    ("blob", "a file that no folder holds", form(content=c.Blob("/etc/passwd")), {}),
]


@pytest.mark.parametrize(
    ("rule", "request_", "options"),
    [(rule, changes, options) for rule, _, changes, options in REFUSED],
    ids=[f"{rule}: {what}" for rule, what, _, _ in REFUSED],
)
def test_refused(rule: str, request_: dict[str, Any], options: dict[str, Any]) -> None:
    with serve(answer(200)) as server:
        with pytest.raises(Refusal) as refused:
            connected(server.base, plain(**request_), **options).run("send")
        assert refused.value.rule == rule
        assert server.seen == [], "nothing was sent"


def test_a_wildcard_stands_for_one_or_more_labels() -> None:
    def covered(origin: str) -> bool:
        return covers("https://*.upload.example.com", Url.parse(origin))

    assert covered("https://a.upload.example.com")
    assert covered("https://A.b.upload.example.com:443/x")
    assert not covered("https://upload.example.com")
    assert not covered("https://.upload.example.com")
    assert not covered("https://a..upload.example.com")
    assert not covered("https://evilupload.example.com")
    assert not covered("http://a.upload.example.com")
    assert not covered("https://a.upload.example.com:8443")
    assert not covered("https://a.upload.example.com.evil.net")


def test_a_credential_travels_as_its_placement_says() -> None:
    with serve(answer(200)) as server:
        connected(server.base).run("send")
        connected(server.base, plain(credential="key")).run("send")
    bearer, own = (seen.headers for seen in server.seen)
    assert bearer["authorization"] == f"Bearer {SECRET}"
    assert "authorization" not in own
    assert own["x-api-key"] == SECRET


def test_a_redirect_is_not_followed_with_a_credential_nor_with_a_body() -> None:
    with serve(answer(302, location="/elsewhere")) as server:
        output = connected(server.base).run("send")
        assert (output["status"], output["headers"]["location"]) == (302, "/elsewhere")
        post = plain(method="post", credential=None)
        assert connected(server.base, post).run("send")["status"] == 302
        assert len(server.seen) == 2


def test_a_redirect_without_a_credential_is_followed_among_declared_origins() -> None:
    free, trial = plain(credential=None), "https://trial.example.com"
    with (
        serve(answer(200, "there")) as other,
        serve(
            answer(302, location=f"{trial}/x?y=1"),
            answer(302, location=other.base),
            answer(302, location="https://evil.example.net/"),
            answer(302, location="/again"),
        ) as server,
    ):
        routes = {API: server.base, trial: f"{other.base}/base/"}
        assert connected("", free, routes=routes).run("send")["text"] == "there"
        assert other.seen[0].path == "/base/x?y=1"
        # To plain http, to an origin that is not declared, and in a circle: an answer like any other.
        for location in (other.base, "https://evil.example.net/", "/again"):
            output = connected(server.base, free).run("send")
            assert (output["status"], output["headers"]["location"]) == (302, location)
        assert len(other.seen) == 1
        assert len(server.seen) == 3 + 1 + QUICK.redirects


def test_a_route_leads_to_https_or_to_loopback() -> None:
    with pytest.raises(ValueError, match="neither https nor http on loopback"):
        connected("http://api.example.net")
    connected("https://api.example.net")
    connected("http://[::1]:4000")


def test_an_answer_that_is_too_large_is_refused() -> None:
    with serve(answer(200, "x" * 200_000)) as server:
        small = connected(server.base, policy=Policy(response_bytes=100_000))
        with pytest.raises(Refusal, match="response-size"):
            small.run("send")


def test_the_limits_of_a_call() -> None:
    endless = Probe()
    endless.first = c.Emit([1], 1, bytes(10))
    endless.resumed = lambda checkpoint, _: c.Emit([1], 1, checkpoint)

    def limited(**limits: Any) -> Any:
        return connect(endless, policy=Policy(**limits))

    with pytest.raises(Refusal, match="steps"):
        limited(steps=50).run("send")
    with pytest.raises(Refusal, match="checkpoint-size"):
        limited(checkpoint_bytes=9).run("send")
    endless.resumed = lambda checkpoint, _: c.Pause(11, "", checkpoint)
    with pytest.raises(Refusal, match="pause"):
        limited(pause=0.01).run("send")


def test_a_secret_is_seen_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serve(echo(400), echo(401)) as server:
        connector = connected(server.base)
        output = connector.run("send")
        assert output["text"] == "ä Bearer [secret]"
        with pytest.raises(ConnectorError) as failed:
            connector.run("send")
        assert failed.value.kind == "unauthenticated"
        sent = connector.send(c.Send(plain(), b""), connector.context())
    seen = [output, failed.value, vars(failed.value), connector, connector._wire, sent]
    assert SECRET not in repr(seen) + str(failed.value) + caplog.text
    assert "GET https://api.example.com/" in caplog.text


def test_a_secret_is_not_in_what_another_http_client_says() -> None:
    outgoing: list[Outgoing] = []

    def http(request: Outgoing) -> Answer:
        outgoing.append(request)
        raise TypeError(f"bad {request.headers}")

    connector = connected(API, http=http, policy=replace(QUICK, tries=1))
    with pytest.raises(ConnectorError) as failed:
        connector.run("send")
    assert str(failed.value) == "TypeError"
    assert dict(outgoing[0].headers)["authorization"].endswith(SECRET)
    assert SECRET not in repr(outgoing)


def test_a_secret_is_taken_out_of_what_is_saved() -> None:
    file = io.BytesIO()
    sink = Mask(SECRET).into(file)
    for part in ("a" + SECRET[:5], SECRET[5:] + "b" + SECRET, "c"):
        sink.write(part.encode())
    sink.finish()
    assert file.getvalue() == b"a[secret]b[secret]c"
