"""Links in what is written lead to the hosts that the caller names."""

from __future__ import annotations

import json

import pytest

from connector_driver import Refusal
from connector_driver.contract.types import BlobBase64, Body, Bytes, Multipart, Part, Pieces, Request, Text
from connector_driver.links import Links

from .probe import API, answer, connected, plain, serve

LINKS = ["fern.example", "*.example.com"]


def request(body: Body, url: str = "https://api.example.com/things") -> Request:
    return plain(method="post", url=url, body=body, effect="write")


def text(value: object) -> Bytes:
    return Bytes(json.dumps(value).encode())


#: Each leads elsewhere, by the place that it is in and the host that it leads to.
ELSEWHERE: dict[str, Body] = {
    "link: leads to example.com": text({"link": "https://example.com/"}),
    "items[1].url: leads to a.example.com.evil.test": text(
        {"items": ["x", {"url": "https://a.example.com.evil.test/"}]}
    ),
    "a: leads to evil.test": text({"a": "HTTPS://evil.test\\@a.example.com/"}),
    "b: leads to evil.test": text({"b": " https://fern.example@ev\til.test:443/ "}),
    "c: leads to evil.test": text({"c": "http:evil.test"}),
    "d: leads to an address that cannot be read": text({"d": "https://fern%2eexample/"}),
    "e: leads to evil.test": Bytes(b"x=1&e=https%3A%2F%2Fevil.test%2F"),
    "f: leads to evil.test": Multipart([Part("f", None, None, Text("https://evil.test/"))]),
    "g: leads to evil.test": Pieces(
        [Text('{"data":"'), BlobBase64("data:,a"), Text('","g":"https://evil.test/"}')]
    ),
}


@pytest.mark.parametrize("said", ELSEWHERE)
def test_a_link_leads_elsewhere(said: str) -> None:
    with pytest.raises(Refusal) as refused:
        Links(LINKS).check(request(ELSEWHERE[said]))
    assert refused.value.rule == "link"
    assert f"{said}; links may lead to fern.example, *.example.com" in str(refused.value)


def test_in_the_query_too() -> None:
    with pytest.raises(Refusal, match="to: leads to evil.test"):
        Links(LINKS).check(request("empty", "https://api.example.com/?to=https://evil.test/"))


def test_others_go() -> None:
    good = {"a": "https://fern.example./x?to=https://evil.test/", "b": ["http://A.example.com:80"]}
    Links(LINKS).check(request(text(good | {"c": "see https://evil.test", "d": 1, "e": None})))


def test_a_connection_looks_at_what_it_writes() -> None:
    evil = request(text({"link": "https://evil.test/"}), f"{API}/things")
    with serve(answer(200, "{}")) as server:
        with pytest.raises(Refusal, match="link: leads to evil.test"):
            connected(server.base, evil, links=LINKS).run("send")
        assert server.seen == []
        read = plain(url=f"{API}/?q=https://evil.test/")
        connected(server.base, read, links=LINKS).run("send")
        assert len(server.seen) == 1


@pytest.mark.parametrize("host", ["https://example.com", "a/b", "example.com:80", "*", ""])
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        Links([host])
