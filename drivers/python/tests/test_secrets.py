"""Credentials that come back in answers, however they are written and wherever they are."""

from __future__ import annotations

import base64
import html
import io
import json
import urllib.parse

import pytest

from connector_driver import BlobError, BlobInfo, ConnectorError, Files
from connector_driver import contract as c
from connector_driver.scrub import Mask

from .probe import answer, connected, plain, serve

SECRET = 'pina_AB/cd+EF=~x"y\\z&<q>'


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


#: By name: the secret as an answer may hold it.
FORMS = {
    "as it is": SECRET,
    "json": json.dumps(SECRET),
    "json with every slash escaped": json.dumps(SECRET).replace("/", "\\/"),
    "json in json": json.dumps(json.dumps(SECRET)),
    "json, letter by letter": "".join(f"\\u{ord(letter):04x}" for letter in SECRET),
    "json, letter by letter in capitals": "".join(f"\\u{ord(letter):04X}" for letter in SECRET),
    "url": urllib.parse.quote(SECRET, safe=""),
    "url in url": urllib.parse.quote(urllib.parse.quote(SECRET, safe=""), safe=""),
    "form": urllib.parse.urlencode({"a": SECRET}),
    "url, letter by letter": "".join(f"%{ord(letter):02x}" for letter in SECRET),
    "html": html.escape(SECRET),
    "base64": packed(SECRET),
    "base64 behind a name": packed(f"Bearer {SECRET}"),
    "base64 between others": packed(f"user:{SECRET}:more"),
    "base64 for URLs": base64.urlsafe_b64encode(f"u:{SECRET}!".encode()).decode(),
    "base64 in a URL": urllib.parse.quote(packed(f"us:{SECRET}!"), safe=""),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_masked_in_texts_and_bytes_and_where_writes_end(form: str) -> None:
    mask, text = Mask(SECRET), f'{{"ä": {form}, "more": 1}}'
    clean = mask.text(text)
    assert "[secret]" in clean and SECRET[:8] not in clean
    assert mask.bytes(text.encode()).decode() == clean
    for size in (1, 2, 7, 64):
        file = io.BytesIO()
        sink, content = mask.into(file), text.encode()
        for at in range(0, len(content), size):
            sink.write(content[at : at + size])
        sink.finish()
        assert file.getvalue().decode() == clean, size


def test_what_is_no_secret_stays_byte_by_byte() -> None:
    content = bytes(index * 31 % 256 for index in range(4096))
    assert Mask(SECRET).bytes(content) is content
    assert Mask("short").text("a short text") == "a short text"
    assert SECRET not in repr(Mask(SECRET))


def test_answers_hold_no_credential_that_is_known_whichever_request_it_belongs_to() -> None:
    token = "known-token-value"
    text = f"{FORMS['url']} {token} {FORMS['json']}"
    with serve(
        answer(200, text, x_echo=f"{SECRET} {packed(token)}"), answer(401, text), answer(200, text)
    ) as server:
        connector = connected(server.base, credentials={"token": token, "key": SECRET})
        seen = [repr(connector.run("send"))]
        with pytest.raises(ConnectorError) as failed:
            connector.run("send")
        seen += [str(failed.value), repr(vars(failed.value))]
        free = connected(server.base, plain(credential=None), credentials={"key": SECRET, "t": token})
        seen.append(repr(free.run("send")))
    for shown in seen:
        assert token not in shown and "pina_AB" not in shown and packed(token) not in shown


def test_a_value_that_was_renewed_is_a_secret_still() -> None:
    values = ["the-first-value", "the-second-value"]
    with serve(answer(401), answer(200, " ".join(values))) as server:
        connector = connected(
            server.base, credentials=lambda _: values[-1], refresh=lambda _: values.reverse()
        )
        values.reverse()
        assert connector.run("send")["text"] == "[secret] [secret]"


def test_what_a_store_says_of_a_failure_is_masked() -> None:
    class Broken(Files):
        def stat(self, reference: str) -> BlobInfo:
            raise BlobError(f"no {SECRET}")

    body = c.Pieces([c.Blob("f")])
    connector = connected(
        "http://127.0.0.1:1", plain(method="post", body=body), blobs=Broken(),
        credentials={"token": SECRET},
    )  # fmt: skip
    with pytest.raises(ConnectorError, match=r"no \[secret\]"):
        connector.run("send", {"file": "f"})
    assert connector.read(c.Read("f", 0, 1, b""), "f") == c.Undelivered("no [secret]")
