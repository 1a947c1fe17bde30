"""Calls from end to end with a real component: items as they come, polls, checkpoints, traps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector_driver import Component, Connector, ConnectorError, Poll, Refusal, connect
from connector_driver import contract as c
from connector_driver.contract import connection as d

from .components import RELEASE, built
from .probe import Answers, Probe, answer, serve

GITHUB = "https://api.github.com"
REPOSITORY = {"repository": "octocat/hello-world"}


def issues(*numbers: int, more: bool = False) -> Answers:
    text = json.dumps([{"id": one, "number": one, "created_at": None} for one in numbers])
    return answer(200, text, **({"link": f'<{GITHUB}/>; rel="next"'} if more else {}))


def github(base: str, **options: Any) -> Connector:
    options = {"credentials": {"token": "t"}, "routes": {GITHUB: base}} | options
    return connect(built("github_issues"), **options)


def test_items_come_page_by_page_and_to_leave_the_loop_is_to_stop_the_call() -> None:
    with serve(issues(4, 3, more=True), issues(2, 1)) as server:
        connector = github(server.base)
        for issue in connector.list("issues.list", REPOSITORY):
            if issue["number"] == 3:
                break
        assert len(server.seen) == 1
        rest = connector.run("issues.list", REPOSITORY)
    assert [issue["number"] for issue in rest] == [2, 1]
    assert server.seen[0].headers["authorization"] == "Bearer t"
    assert server.seen[0].headers["user-agent"]


def test_a_poll_the_connection_test_and_an_action() -> None:
    account = answer(200, '{"id":1,"login":"octocat"}')
    with serve(issues(2, 1), issues(3, 2), account, answer(201, '{"number":5}')) as server:
        connector = github(server.base, credentials=lambda name: "t")
        first = connector.poll("issue.opened", REPOSITORY)
        assert first == Poll([], "2")
        events, cursor = connector.poll("issue.opened", REPOSITORY, first.cursor)
        assert ([event["id"] for event in events], cursor) == (["3"], "3")
        assert connector.test()["account"]["name"] == "octocat"
        assert connector.run("issues.create", REPOSITORY | {"title": "x"})["number"] == 5


def test_choices_come_from_the_owner_of_the_field() -> None:
    connector = connect(Probe())

    def asked(*arguments: Any) -> Any:
        return json.loads(next(iter(connector.choices(*arguments)))["title"])

    assert asked("send", "url", {"a": 1}, "x") == [
        "actions.choices", "send", "url", '{"a": 1}', "{}", "x",
    ]  # fmt: skip
    assert asked("thing.new", "url")[:2] == ["triggers.choices", "thing.new"]
    assert asked(None, "environment") == ["connection.choices", "environment", "{}", None]


def test_a_call_goes_on_elsewhere_from_the_bytes_of_its_checkpoint() -> None:
    first = github("http://127.0.0.1:1").start.action("issues.list", REPOSITORY)
    assert isinstance(first, c.Send)
    stored = bytes(first.checkpoint)
    again = connect(Component(RELEASE / "github_issues.wasm"))
    second = again.resume(stored, c.Response(200, [], b'[{"id":1,"number":1,"created_at":null}]'))
    assert isinstance(second, c.Emit)
    assert [item["id"] for item in second.items] == [1]
    assert again.resume(second.checkpoint, "proceed") == c.Done(None, None)
    with pytest.raises(ConnectorError) as damaged:
        again.resume(b"x" + stored, "proceed")
    assert damaged.value.kind == "invalid-input"


def test_wrong_input_fails_before_anything_is_sent_with_every_field() -> None:
    with pytest.raises(ConnectorError) as wrong:
        github("http://127.0.0.1:1").run("issues.create", {"repository": 1, "label": "bug"})
    assert wrong.value.kind == "invalid-input"
    assert [field.path for field in wrong.value.fields] == ["repository", "title", "label"]
    assert "title" in str(wrong.value)


def test_a_connector_describes_itself() -> None:
    connector = github("http://127.0.0.1:1")
    assert repr(connector).startswith(f"<Connector {connector.describe().id} ")
    token = connector.describe().credentials[0]
    assert token.placement == "bearer"
    assert isinstance(token.source, (d.Secret, d.Oauth2))
    assert [action.id for action in connector.actions()] == ["issues.list", "issues.create"]
    described = connector.describe_action("issues.create")
    assert "title" in described.input["properties"]
    trigger = connector.describe_trigger(connector.triggers()[0].id)
    assert trigger.sample["id"]
    with pytest.raises(ConnectorError, match=r"no action|no trigger"):
        connector.describe_action("issues.nothing")


def test_an_instance_that_ran_out_is_replaced() -> None:
    small = Component(RELEASE / "github_issues.wasm", fuel=1_000_000)
    connector = connect(small, credentials={"token": "t"})
    with pytest.raises(Refusal, match=r"trap.*fuel"):
        connector.start.action("issues.list", {"repository": "x" * 1_000_000})
    assert isinstance(connector.start.action("issues.list", REPOSITORY), c.Send)


def test_an_instance_has_so_much_memory() -> None:
    small = Component(RELEASE / "github_issues.wasm", memory_bytes=2 * 1024 * 1024)
    connector = connect(small)
    with pytest.raises(Refusal, match="trap"):
        connector.start.action("issues.list", {"repository": "x" * 8_000_000})
    assert isinstance(connector.start.action("issues.list", REPOSITORY), c.Send)


@pytest.mark.parametrize("wasm", [b"", b"nonsense", b"\0asm\1\0\0\0", b"\0asm\x0d\0\1\0"])
def test_what_is_not_a_connector_is_refused(wasm: bytes) -> None:
    with pytest.raises(Refusal, match="contract"):
        connect(wasm)


def test_a_path_may_be_a_text(tmp_path: Path) -> None:
    path = str(RELEASE / "wikipedia.wasm")
    assert connect(path).actions()[0].id == "articles.get"
    with pytest.raises(FileNotFoundError):
        connect(str(tmp_path / "nothing.wasm"))
