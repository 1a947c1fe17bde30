"""Bodies, files and answers."""

from __future__ import annotations

import base64
import gzip
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from connector_driver import BlobError, ConnectorError, Files, Policy, Refusal, connect
from connector_driver import contract as c
from connector_driver.body import PIECE

from .probe import API, QUICK, SECRET, Answers, Probe, Seen, answer, connected, cut, plain, serve

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
    return [
        piece.blob if isinstance(piece, c.Slice) else piece.value
        for piece in pieces
        if not isinstance(piece, c.Text)
    ]


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


def test_a_file_in_a_form_has_a_name_and_a_type_also_where_none_is_given(tmp_path: Path) -> None:
    (tmp_path / "pin.png").write_bytes(b"PIXELS")
    contents: list[c.PartContent] = [
        c.Blob(str(tmp_path / "pin.png")),
        c.Blob(DATA_URI),
        c.Text("x"),
    ]
    form = c.Multipart([c.Part("a", None, None, content) for content in contents])
    lines = post(form, Files(tmp_path)).body.decode().split("\r\n")
    assert [line for line in lines if line.startswith("content-")] == [
        'content-disposition: form-data; name="a"; filename="pin.png"',
        "content-type: application/octet-stream",
        'content-disposition: form-data; name="a"; filename="file"',
        "content-type: application/octet-stream",
        'content-disposition: form-data; name="a"',
    ]


@pytest.mark.parametrize(
    ("offset", "length"), [(0, 0), (0, 5), (3, 2 * PIECE), (PIECE, PIECE + 1), (3 * PIECE, 0)]
)
def test_a_slice_of_a_file_is_sent(tmp_path: Path, offset: int, length: int) -> None:
    content = os.urandom(3 * PIECE)
    (tmp_path / "film").write_bytes(content)
    film = c.Slice(str(tmp_path / "film"), offset, length)
    seen = post(c.Pieces([c.Text("<"), film, c.Text(">")]), Files(tmp_path))
    assert seen.body == b"<" + content[offset : offset + length] + b">"


@pytest.mark.parametrize(("offset", "length"), [(0, 7), (6, 1), (7, 0), (2**64 - 1, 1)])
def test_a_slice_behind_the_end_of_a_file_is_not_sent(offset: int, length: int) -> None:
    body = c.Pieces([c.Slice(DATA_URI, offset, length)])
    with serve(answer(200)) as server:
        connector = connected(server.base, plain(method="post", effect="write", body=body))
        with pytest.raises(ConnectorError, match="ends before its byte") as failed:
            connector.run("send", {"file": DATA_URI})
        assert failed.value.kind == "unavailable"
        assert server.seen == []


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
    assert post("empty", Files()).headers["content-length"] == "0"


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


def test_what_an_output_or_an_item_names_is_kept_for_the_flow() -> None:
    class Watched(Files):
        def __init__(self) -> None:
            super().__init__()
            self.made: list[str] = []

        def create(self) -> tuple[str, BinaryIO]:
            reference, file = super().create()
            self.made.append(reference)
            return reference, file

    def saving(count: int, end: Callable[[list[str]], list[c.Step]]) -> Probe:
        """Saves so many answers, and goes on with the steps that are made of their references."""
        probe, saved = Probe(plain(save=True)), list[str]()
        steps: list[c.Step] = []

        def resumed(_: bytes, reply: c.Reply) -> c.Step:
            if isinstance(reply, c.Saved):
                saved.append(reply.blob)
                if len(saved) < count:
                    return c.Send(probe.request, b"")
                steps.extend(end(saved))
            return steps.pop(0)

        probe.resumed = resumed
        return probe

    def output(saved: list[str]) -> list[c.Step]:
        return [c.Done({"files": [{"film": saved[1]}], "not": f"{saved[0]} in a text"}, None)]

    def items(saved: list[str]) -> list[c.Step]:
        return [c.Emit([saved[0]], 1, b""), c.Emit([saved[1]], 1, b""), c.Done(saved[2], None)]

    with serve(answer(200, "one"), answer(200, "two"), answer(200, "three")) as server:
        files = Watched()
        options: dict[str, Any] = {"credentials": {"token": SECRET}, "blobs": files}
        options |= {"routes": {API: server.base}}
        connector = connect(saving(2, output), **options)
        given = connector.run("send")["files"][0]["film"]
        with connector.open(given) as file:
            assert file.read() == b"two"
        assert [kept(files, one) for one in files.made] == [False, True]
        connector.discard(given)
        assert not kept(files, given)
        # Who stops early has what was given until then.
        files.made.clear()
        connector = connect(saving(3, items), **options)
        for item in connector.list("send"):
            assert item == files.made[0]
            break
        assert [kept(files, one) for one in files.made] == [True, False, False]


def kept(files: Files, reference: str) -> bool:
    try:
        files.open(reference).close()
    except BlobError:
        return False
    return True


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
    assert connector.read(c.Read("data:,a", 2**64 - 1, 3, b""), "data:,a") == c.Chunk(b"", 1, None)
    with pytest.raises(Refusal, match="blob"):
        connector.read(c.Read("data:,a", 0, 2**20 + 1, b""), "data:,a")


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
