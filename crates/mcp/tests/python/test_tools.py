"""Tools, as the official Python client sees them on both transports and both generations."""

import json
import re

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp.shared.exceptions import MCPError

pytestmark = pytest.mark.anyio


def error(result):
    """The error in a result: a text alone, because clients hold values against the schema."""
    assert result.is_error and result.structured_content is None
    (content,) = result.content
    return json.loads(content.text)


async def test_daily_tools_are_listed(way):
    async with way.client("--emulator") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    wanted = {"find_tools", "describe_tool", "read_tool", "call_tool", "boards_list", "boards_delete"}
    assert wanted <= tools.keys() and "api_request" not in tools
    for tool in tools.values():
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool.name)
        assert tool.title and tool.description
        for schema in (tool.input_schema, tool.output_schema or {"type": "object"}):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
            assert "x-choices" not in str(schema) and "$schema" not in schema
    read, delete = tools["boards_list"].annotations, tools["boards_delete"].annotations
    assert read.read_only_hint
    assert (delete.read_only_hint, delete.destructive_hint, delete.idempotent_hint) == (
        False,
        True,
        True,
    )
    create = tools["boards_create"].annotations
    assert (create.read_only_hint, create.destructive_hint, create.idempotent_hint) == (
        False,
        False,
        False,
    )


async def test_a_call_answers_with_structured_content(way):
    async with way.client("--emulator") as client:
        # The client holds it against the output schema.
        made = await client.call_tool("boards_create", {"name": "Made by a model"})
        assert made.structured_content["name"] == "Made by a model"
        got = await client.call_tool("boards_get", {"board_id": made.structured_content["id"]})
        assert got.structured_content["id"] == made.structured_content["id"]
        wanted = {"board_id": got.structured_content["id"]}
        shown = (await client.call_tool("boards_delete", wanted)).structured_content
        gone = await client.call_tool("boards_delete", wanted | {"confirm": shown["confirm"]})
        assert gone.structured_content == {"output": None}


async def test_lists_say_that_there_is_more(way):
    async with way.client("--emulator") as client:
        some = (await client.call_tool("boards_list", {"max_items": 2})).structured_content
        every = (await client.call_tool("boards_list")).structured_content
        rest = await client.call_tool("boards_list", {"skip_items": 2})
    assert len(some["items"]) == 2 and some["truncated"]
    assert some["items"] == every["items"][:2] and "truncated" not in every
    assert rest.structured_content["items"] == every["items"][2:]


async def test_progress_tells_of_pages_and_waits(way, emulator):
    board = emulator.board("Long", pins=600)
    limited = {"on": {"path": "/v5/boards/{board_id}/pins"}, "kind": {"rate_limited": {"reset_s": 1}}}
    emulator.door("faults", limited)
    told = []

    async def progress(progress, total, message):
        told.append((progress, message))

    async with way.client(env=emulator.variables) as client:
        wanted = {"board_id": board, "skip_items": 500, "max_items": 1000}
        result = await client.call_tool("board_pins_list", wanted, progress_callback=progress)
    assert len(result.structured_content["items"]) == 100
    counts, messages = zip(*told)
    assert list(counts) == sorted(set(counts))
    assert any(message.startswith("waiting 1.") for message in messages)
    assert {"250 items so far", "600 items so far"} <= set(messages)


async def test_answers_stay_below_what_clients_take(way, emulator):
    board = emulator.board("Long", pins=600)
    async with way.client(env=emulator.variables) as client:
        wanted, seen = {"board_id": board, "max_items": 1000}, []
        while True:
            result = await client.call_tool("board_pins_list", wanted | {"skip_items": len(seen)})
            seen += [pin["id"] for pin in result.structured_content["items"]]
            if not result.structured_content.get("truncated"):
                break
            assert len(seen) < 600
    assert len(set(seen)) == len(seen) == 600


async def test_errors_say_what_is_wrong(way):
    async with way.client("--emulator") as client:
        wrong = await client.call_tool("boards_create", {"nmae": "x"})
        told = error(wrong)
        assert told["kind"] == "invalid-input"
        assert {field["path"] for field in told["fields"]} == {"name", "nmae"}
        told = error(await client.call_tool("boards_get", {"board_id": "1"}))
        assert (told["kind"], told["status"]) == ("not-found", 404) and told["message"]
        limit = await client.call_tool("boards_list", {"max_items": 0})
        assert error(limit)["fields"][0]["path"] == "max_items"
        with pytest.raises(MCPError, match="no tool `boards_eat`"):
            await client.call_tool("boards_eat")


async def test_scopes_that_were_not_granted_are_refused(way):
    async with way.client("--emulator", "--scope", "boards:read") as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert "boards_list" in names and "boards_create" not in names
        calls = [
            await client.call_tool("boards_create", {"name": "x"}),
            await client.call_tool("call_tool", {"name": "boards_create"}),
        ]
        for refused in calls:
            told = error(refused)
            assert (told["kind"], told["code"]) == ("forbidden", "missing-scope")
            assert told["scopes"] == ["boards:write"]
        found = await client.call_tool("find_tools", {"query": "create a board", "limit": 25})
        names = {tool["name"] for tool in found.structured_content["tools"]}
        assert "boards_list" in names and "boards_create" not in names
        (closed,) = [it for it in found.structured_content["not granted"] if it["name"] == "boards_create"]
        assert closed["scopes"] == ["boards:write"]


async def test_the_service_refuses_what_nobody_knows_about(way, emulator):
    token = emulator.door("tokens", {"scopes": ["boards:read"]})["access_token"]
    async with way.client(env=emulator.variables | {"CONNECTOR_TOKEN": token}) as client:
        refused = await client.call_tool("boards_create", {"name": "x"})
    assert error(refused)["kind"] in ("forbidden", "unauthenticated")
    assert token not in str(refused)


async def test_the_rest_is_found_and_called(way):
    async with way.client("--emulator") as client:
        found = await client.call_tool("find_tools", {"query": "list ad accounts", "limit": 3})
        tools = found.structured_content["tools"]
        assert tools[0]["name"] == "ad_accounts_list" and found.structured_content["more"] > 0
        assert tools[0]["does"] == "reads" and tools[0]["needs"] == []
        wanted = {"name": "ad_accounts_list", "arguments": {"max_items": 1}}
        called = await client.call_tool("call_tool", wanted)
        assert len(called.structured_content["items"]) == 1
        unknown = await client.call_tool("call_tool", {"name": "boards_eat"})
        assert error(unknown)["fields"][0]["path"] == "name"


async def test_groups_and_all(way):
    async with way.client("--emulator", "--tools", "ad accounts,boards.get") as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert {"ad_accounts_list", "boards_get", "find_tools"} <= names and "boards_list" not in names
    async with way.client("--emulator", "--tools", "all") as client:
        names, page = [], await client.list_tools()
        names += [tool.name for tool in page.tools]
        while page.next_cursor:
            page = await client.list_tools(cursor=page.next_cursor)
            names += [tool.name for tool in page.tools]
    assert len(set(names)) == len(names) > 250 and "find_tools" not in names


async def test_a_cancelled_call_ends(way, emulator):
    board = emulator.board("Long", pins=600)
    slow = {"on": {"path": "/v5/boards/{board_id}/pins"}, "times": 9, "kind": {"slow": 400}}
    emulator.door("faults", slow)
    async with way.client(env=emulator.variables) as client:
        with anyio.move_on_after(0.6):
            await client.call_tool("board_pins_list", {"board_id": board, "max_items": 1000})
            pytest.fail("the call was not cancelled")
        await anyio.sleep(1.5)
        asked = [row for row in emulator.door("requests") if (row["template"] or "").endswith("/pins")]
        assert len(asked) in (1, 2), asked
        assert (await client.call_tool("boards_list")).structured_content["items"]


async def test_a_raw_call_does_no_more_than_its_scopes(way):
    async with way.client("--emulator", "--raw", "--scope", "boards:read") as client:
        (board, *others) = (await client.call_tool("boards_list")).structured_content["items"]
        path = f"/boards/{board['id']}"

        async def raw(method, path, **more):
            arguments = {"method": method, "path": path, **more}
            return await client.call_tool("call_tool", {"name": "api_request", "arguments": arguments})

        told = error(await raw("DELETE", path))
        assert (told["code"], told["details"]["operation"]) == ("missing-scope", "boards/delete")
        assert error(await raw("POST", "/boards", body={"name": "x"}))["code"] == "missing-scope"
        for elsewhere in (path + "/unknown", "/Boards", "/boards;x=1", "/user_account/new"):
            assert error(await raw("GET", elsewhere))["rule"] == "operation", elsewhere
        assert (await raw("GET", path)).structured_content["output"]["id"] == board["id"]
        left = (await client.call_tool("boards_list")).structured_content["items"]
    assert left == [board, *others]


async def test_many_calls_at_once_all_come_to_their_end(way):
    results = []

    async def call(client):
        results.append(await client.call_tool("boards_list", {"max_items": 1}))

    async with way.client("--emulator") as client:
        async with anyio.create_task_group() as calls:
            for _ in range(200):
                calls.start_soon(call, client)
    assert len(results) == 200
    assert all(len(result.structured_content["items"]) == 1 for result in results)
