"""The component in the Python driver, against a Mastodon on loopback."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from connector_driver import Component, Connector, ConnectorError, Files, Policy, Refusal, connect
from connector_driver import contract as c
from double import Mastodon, serve

RELEASE = Path(__file__).parents[3] / "target/wasm32-unknown-unknown/release"


@cache
def component() -> Component:
    return Component(RELEASE / "mastodon.wasm")


def connected(mastodon: Mastodon, **options: Any) -> Connector:
    settings = {"instance": mastodon.name} | options.pop("settings", {})
    return connect(
        component(), settings=settings, credentials={"account": mastodon.token},
        routes={f"https://{mastodon.name}": mastodon.base}, policy=Policy(backoff=0.001), **options,
    )  # fmt: skip


def test_a_timeline_comes_page_by_page_as_the_server_gives_it() -> None:
    with serve() as mastodon:
        statuses = [mastodon.add(f"number {number}") for number in range(95)]
        connector = connected(mastodon)
        assert connector.run("timelines.home") == statuses[::-1]
        assert len(mastodon.seen) == 3
        assert connector.run("timelines.list", {"list_id": "7"}, limit=2) == statuses[:-3:-1]
        assert mastodon.seen[-1].path == "/api/v1/timelines/list/7?limit=2"
        with pytest.raises(ConnectorError) as failed:
            connector.run("timelines.list", {"list_id": "9/../7"})
        assert (failed.value.kind, failed.value.message) == ("not-found", "Record not found")
        assert mastodon.seen[-1].path.startswith("/api/v1/timelines/list/9%2F..%2F7?")


def test_a_status_is_posted_once_also_when_the_answer_is_lost() -> None:
    with serve() as mastodon:
        connector = connected(mastodon, settings={"visibility": "unlisted"})
        mastodon.faults = ["cut", "cut"]
        posted = connector.run("statuses.create", {"text": "Good morning"})
        assert mastodon.statuses == [posted]
        assert posted["visibility"] == "unlisted"
        assert len(mastodon.seen) == 3
        connector.run("statuses.create", {"text": "Good morning", "visibility": "private"})
        assert [one["visibility"] for one in mastodon.statuses] == ["unlisted", "private"]


def test_what_is_gone_already_is_deleted() -> None:
    with serve() as mastodon:
        status, connector = mastodon.add("old"), connected(mastodon)
        for _ in range(2):
            deleted = connector.run("statuses.delete", {"status_id": status["id"]})
            assert deleted == {"id": status["id"]}
        assert mastodon.statuses == []
        step = connector.start.action("statuses.delete", {"status_id": "1"})
        assert isinstance(step, c.Send)
        assert step.request.costs == [c.Cost("all", 1), c.Cost("deletions", 1)]


def test_media_are_uploaded_and_waited_for(tmp_path: Path) -> None:
    (tmp_path / "sun.jpg").write_bytes(b"PIXELS")
    input = {"file": str(tmp_path / "sun.jpg"), "description": "The sun"}
    with serve() as mastodon:
        mastodon.processing = 2
        media = connected(mastodon, blobs=Files(tmp_path)).run("media.upload", input)
        assert media == {"id": "1", "type": "image", "url": "https://mastodon.example/media/1.jpg"}
        assert mastodon.media == [("sun.jpg", "The sun", b"PIXELS")]
        assert [seen.method for seen in mastodon.seen] == ["POST", "GET", "GET"]
        # Uploads have no key at the server: what may have arrived is not sent again.
        mastodon.faults = ["cut"]
        with pytest.raises(ConnectorError, match="nobody knows what it did") as failed:
            connected(mastodon, blobs=Files(tmp_path)).run("media.upload", input)
        assert failed.value.kind == "unavailable"
        assert len(mastodon.media) == 2


def test_new_statuses_come_once_and_the_oldest_first() -> None:
    with serve() as mastodon:
        connector = connected(mastodon)
        empty = connector.poll("status.created", {})
        assert empty == ([], "0")
        ids = [mastodon.add(f"number {number}")["id"] for number in range(90)]
        first = connector.poll("status.created", {}, empty.cursor)
        assert [event["id"] for event in first.events] == ids
        assert first.events[0]["data"] == mastodon.statuses[0]
        assert connector.poll("status.created", {}, first.cursor) == ([], ids[-1])
        mastodon.add("one more")
        again = connector.poll("status.created", {"list_id": "7"}, first.cursor)
        assert len(again.events) == 1
        stock = connector.poll("status.created", {})
        assert stock == ([], mastodon.statuses[-1]["id"])
        existing = connector.poll("status.created", {"existing": True})
        assert len(existing.events) == 40
        assert existing.cursor == stock.cursor


def test_choices_and_whom_a_connection_belongs_to() -> None:
    with serve() as mastodon:
        connector = connected(mastodon, granted=["read", "write:statuses"])
        lists = list(connector.choices("timelines.list", "list_id", query="NEW"))
        assert lists == [{"value": "8", "title": "News"}]
        tested = connector.test()
        assert tested["account"] == {"id": "1", "name": "Me Myself"}
        assert [one["scopes"] for one in tested["lacking"]] == [["write:media"]]
        # `read` holds all of its kind, and `write:statuses` does not hold media.
        connector.run("timelines.home")
        with pytest.raises(ConnectorError, match="write:media"):
            connector.run("media.upload", {"file": "data:,a"})
        assert not mastodon.media


def test_each_connection_reaches_its_own_server_only() -> None:
    with serve("one.example") as one, serve("two.example", "another-token") as two:
        connected(two).run("timelines.home")
        assert one.seen == [] and len(two.seen) == 1
        begun = connected(one).start.action("timelines.home")
        assert isinstance(begun, c.Send)
        # A checkpoint of another connection leads nowhere else.
        with pytest.raises(Refusal, match="declared-origin"):
            connected(two).send(begun, connected(two).context())
        assert one.seen == []
    for instance in ("localhost", "one.example/x", "127.0.0.1"):
        with pytest.raises(Refusal, match="`instance`"):
            connect(component(), settings={"instance": instance})


@pytest.mark.parametrize(
    ("faults", "kind"), [([429], None), ([503], None), ([401], "unauthenticated"), ([422], "rejected")]
)
def test_what_the_server_refuses(faults: list[int | str], kind: str | None) -> None:
    with serve() as mastodon:
        mastodon.faults = faults
        connector = connected(mastodon)
        if kind is None:
            assert connector.run("timelines.home") == []
            assert len(mastodon.seen) == 2
            return
        with pytest.raises(ConnectorError, match="Not now") as failed:
            connector.run("timelines.home")
        assert (failed.value.kind, failed.value.request_id) == (kind, "r-1")


@pytest.mark.parametrize(
    ("checkpoint", "code"),
    [(b"", "damaged"), (b"[]", "damaged"), (b"{}", "damaged"), (b"\xff", "damaged"),
     (b'{"v":1,"then":"x","server":"s","now":"n"}', "damaged"),
     (b"[" * 100_000, "damaged"), (b'{"v":2,"then":"page","server":"s","now":"n"}', "other-version")],
)  # fmt: skip
def test_a_checkpoint_that_is_none_is_refused(checkpoint: bytes, code: str) -> None:
    connector = connect(component(), settings={"instance": "one.example"})
    with pytest.raises(ConnectorError) as failed:
        connector.resume(checkpoint, "proceed")
    assert (failed.value.kind, failed.value.code) == ("invalid-input", code)
