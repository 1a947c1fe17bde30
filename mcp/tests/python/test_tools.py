"""Tools, as the official Python client sees them on both transports and both generations."""

import re

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp.shared.exceptions import MCPError

pytestmark = pytest.mark.anyio


async def test_daily_tools_are_listed(way):
    async with way.client("--emulator") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {"find_tools", "call_tool", "boards_list", "boards_delete"} <= tools.keys()
    assert "campaigns_list" not in tools and "api_request" not in tools
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
        gone = await client.call_tool("boards_delete", {"board_id": got.structured_content["id"]})
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
        assert wrong.is_error
        error = wrong.structured_content
        assert error["kind"] == "invalid-input"
        assert {field["path"] for field in error["fields"]} == {"name", "nmae"}
        missing = await client.call_tool("boards_get", {"board_id": "1"})
        assert missing.is_error
        error = missing.structured_content
        assert (error["kind"], error["status"]) == ("not-found", 404)
        assert error["message"] in missing.content[0].text
        limit = await client.call_tool("boards_list", {"max_items": 0})
        assert limit.structured_content["fields"][0]["path"] == "max_items"
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
            assert refused.is_error
            error = refused.structured_content
            assert (error["kind"], error["code"]) == ("forbidden", "missing-scope")
            assert error["scopes"] == ["boards:write"]
        found = await client.call_tool("find_tools", {"query": "create a board", "limit": 25})
        names = {tool["name"] for tool in found.structured_content["tools"]}
        assert "boards_list" in names and "boards_create" not in names


async def test_the_service_refuses_what_nobody_knows_about(way, emulator):
    token = emulator.door("tokens", {"scopes": ["boards:read"]})["access_token"]
    async with way.client(env=emulator.variables | {"CONNECTOR_TOKEN": token}) as client:
        refused = await client.call_tool("boards_create", {"name": "x"})
    assert refused.is_error and refused.structured_content["kind"] in ("forbidden", "unauthenticated")
    assert token not in str(refused)


async def test_the_rest_is_found_and_called(way):
    async with way.client("--emulator") as client:
        found = await client.call_tool("find_tools", {"query": "list ad accounts", "limit": 3})
        tools = found.structured_content["tools"]
        assert tools[0]["name"] == "ad_accounts_list" and found.structured_content["more"] > 0
        assert tools[0]["inputSchema"]["type"] == "object"
        wanted = {"name": "ad_accounts_list", "arguments": {"max_items": 1}}
        called = await client.call_tool("call_tool", wanted)
        assert len(called.structured_content["items"]) == 1
        unknown = await client.call_tool("call_tool", {"name": "boards_eat"})
        assert unknown.structured_content["fields"][0]["path"] == "name"


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
