"""Bodies, files and answers."""

from __future__ import annotations

import base64
import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from connector_driver import BlobError, ConnectorError, Files, Policy, Refusal
from connector_driver import contract as c
from connector_driver.body import PIECE

from .probe import QUICK, Answers, Seen, answer, connected, cut, plain, serve

DATA_URI = "data:text/plain;base64,UElYRUxT"


def post(body: c.Body, files: Files, *answers: Answers) -> Seen:
    request = plain(method="post", effect="write", body=body)
    with serve(*(answers or [answer(200)])) as server:
        connected(server.base, request, blobs=files).run("send", {"files": references(body)})
    return server.seen[-1]


def references(body: c.Body) -> list[str]:
    """What the input has to name, so that the body can be sent."""
    parts = body.value if isinstance(body, (c.Pieces, c.Multipart)) else []
    pieces = [part.content if isinstance(part, c.Part) else part for part in parts]
    return [piece.value for piece in pieces if not isinstance(piece, c.Text)]


def test_the_parts_of_a_form_keep_their_order_and_a_file_its_length(tmp_path: Path) -> None:
    (tmp_path / "pin.png").write_bytes(b"PIXELS")
    form = c.Multipart([
        c.Part("key", None, None, c.Text("ä")),
        c.Part("file", 'a"b.png', "image/png", c.Blob(str(tmp_path / "pin.png"))),
    ])  # fmt: skip
    seen = post(form, Files(tmp_path))
    boundary = seen.headers["content-type"].removeprefix("multipart/form-data; boundary=")
    assert seen.body.decode().split("\r\n") == [
        f"--{boundary}",
        'content-disposition: form-data; name="key"',
        "",
        "ä",
        f"--{boundary}",
        'content-disposition: form-data; name="file"; filename="a%22b.png"',
        "content-type: image/png",
        "",
        "PIXELS",
        f"--{boundary}--",
        "",
    ]
    assert int(seen.headers["content-length"]) == len(seen.body)


@pytest.mark.parametrize("size", [0, 1, 2, PIECE, PIECE + 1, 3 * PIECE + 5])
def test_pieces_come_one_after_the_other(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "film").write_bytes(content)
    film = str(tmp_path / "film")
    seen = post(
        c.Pieces([c.Text('{"a":"'), c.BlobBase64(film), c.Text('"}'), c.Blob(film)]),
        Files(tmp_path),
    )
    assert seen.body == b'{"a":"' + base64.b64encode(content) + b'"}' + content
    assert int(seen.headers["content-length"]) == len(seen.body)


def test_a_file_is_read_again_for_a_repeat() -> None:
    seen = post(c.Pieces([c.Blob(DATA_URI)]), Files(), answer(429, retry_after="0"), answer(200))
    assert seen.body == b"PIXELS"


def test_an_answer_to_a_post_without_a_body_has_a_length() -> None:
    assert post(c.Empty(), Files()).headers["content-length"] == "0"


def test_a_data_uri_holds_its_bytes() -> None:
    files = Files()
    assert files.open("data:,a%20b").read() == b"a b"
    assert files.stat(DATA_URI).size == 6
    with pytest.raises(BlobError) as wrong:
        files.stat("data:;base64,*" + "x" * 1000)
    assert len(str(wrong.value)) < 200


def test_a_file_that_becomes_shorter_is_refused() -> None:
    class Shrinking(Files):
        def stat(self, reference: str) -> object:  # type: ignore[override]
            return replace(super().stat(reference), size=100)

    with pytest.raises(Refusal, match="became shorter"):
        post(c.Pieces([c.Blob(DATA_URI)]), Shrinking())


def test_an_answer_is_saved_read_and_dropped_at_the_end() -> None:
    kept = []

    class Watched(Files):
        def discard(self, reference: str) -> None:
            kept.append(self.open(reference).read().decode())
            super().discard(reference)
            with pytest.raises(BlobError):
                self.stat(reference)

    files, text = Watched(), "x" * 200_000
    save = plain(save=True)
    with serve(answer(200, text), answer(404, "none"), cut, answer(200, "late")) as server:
        connector = connected(
            server.base, save, blobs=files, policy=replace(QUICK, response_bytes=9)
        )
        assert connector.run("send") == {"text": "x" * 1000, "size": 200_000}
        assert connector.run("send")["status"] == 404
        assert connector.run("send")["text"] == "late"
    assert kept == [text, "", "", "late"]


def test_a_saved_answer_has_a_limit() -> None:
    with serve(answer(200, "x" * 1000)) as server:
        connector = connected(server.base, plain(save=True), policy=Policy(saved_bytes=999))
        with pytest.raises(Refusal, match="response-size"):
            connector.run("send")


def test_a_look_has_a_limit() -> None:
    connector = connected("http://127.0.0.1:1")
    reply = connector.read(c.Read("data:,abcdef", 2, 3, b""), "data:,abcdef")
    assert reply == c.Chunk(b"cde", 6, None)
    assert connector.read(c.Read("data:,abc", 9, 3, b""), ["data:,abc"]) == c.Chunk(b"", 3, None)
    for length, offset in ((2**21, 0), (1, -1), (1, 2**53)):
        with pytest.raises(Refusal, match="blob"):
            connector.read(c.Read("data:,a", offset, length, b""), "data:,a")


def test_an_answer_arrives_decompressed_without_cookies() -> None:
    packed = answer(
        200, gzip.compress(b"plain"), content_encoding="gzip", set_cookie="a=b", x_kept="1"
    )
    with serve(packed) as server:
        output = connected(server.base).run("send")
    assert output["text"] == "plain"
    assert set(output["headers"]) - {"date", "server"} == {"x-kept"}


def test_an_answer_that_unpacks_to_too_much_is_refused() -> None:
    bomb = answer(200, gzip.compress(bytes(50_000_000)), content_encoding="gzip")
    with serve(bomb) as server, pytest.raises(Refusal, match="response-size"):
        connected(server.base, policy=Policy(response_bytes=1_000_000)).run("send")


def test_an_upload_has_time_in_proportion_to_its_size() -> None:
    import time

    def slow(handler: object, seen: Seen) -> None:
        time.sleep(0.3)
        answer(200, "ok")(handler, seen)  # type: ignore[arg-type]

    policy = replace(QUICK, timeout=0.1, transfer_rate=100)
    with serve(slow) as server:
        for size, fine in ((1, False), (1000, True)):
            request = plain(method="post", effect="write", body=c.Bytes(bytes(size)))
            connector = connected(server.base, request, policy=policy)
            if fine:
                assert connector.run("send")["text"] == "ok"
            else:
                with pytest.raises(ConnectorError):
                    connector.run("send")
