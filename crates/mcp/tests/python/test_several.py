"""Several connections in one server: whose a call is, is said by its argument `connection`."""

import json
import subprocess

import pytest
from conftest import CONNECTOR

pytestmark = pytest.mark.anyio

BOTH = ("--connection", "studio", "--connection", "shop")


@pytest.fixture
def both(emulator, environment, tmp_path):
    """Two stored connections: what `studio` may do, and what `shop` may."""
    variables = {"CONNECTOR_ROUTES": emulator.variables["CONNECTOR_ROUTES"], "CONNECTOR_STATE": str(tmp_path)}
    shop = emulator.door("tokens", {"scopes": ["boards:read", "user_accounts:read"]})["access_token"]
    for name, token in (("studio", emulator.token), ("shop", shop)):
        command = [str(CONNECTOR), "connect", name, "--token"]
        subprocess.run(command, env=environment | variables, input=f"{token}\n", text=True, check=True, capture_output=True)
    return variables


def refused(result):
    assert result.is_error
    return json.loads(result.content[0].text)


async def test_tools_are_listed_once_and_take_a_connection(way, both):
    async with way.client(*BOTH, env=both) as client:
        tools = (await client.list_tools()).tools
        assert len({tool.name for tool in tools}) == len(tools) > 15
        for tool in tools:
            field = tool.input_schema["properties"]["connection"]
            assert field["enum"] == ["studio", "shop"]
            is_local = tool.name in ("find_tools", "describe_tool")
            assert ("connection" in tool.input_schema["required"]) != is_local, tool.name
    async with way.client("--connection", "shop", env=both) as client:
        for tool in (await client.list_tools()).tools:
            assert "connection" not in tool.input_schema["properties"]
        assert (await client.call_tool("boards_list")).structured_content["items"]


async def test_a_call_is_of_the_connection_that_it_names(way, both):
    async with way.client(*BOTH, env=both) as client:
        told = refused(await client.call_tool("boards_list"))
        assert told["fields"][0]["path"] == "connection" and "studio" in told["fields"][0]["message"]
        assert refused(await client.call_tool("boards_list", {"connection": "other"})) == told
        for arguments in ({"connection": "Shop"}, {"connection": "studio"}):
            assert (await client.call_tool("boards_list", arguments)).structured_content["items"]
        read = {"name": "boards_list", "connection": "shop", "arguments": {"max_items": 1}}
        assert len((await client.call_tool("read_tool", read)).structured_content["items"]) == 1
        made = {"name": "Made by one of two"}
        assert (await client.call_tool("boards_create", made | {"connection": "studio"})).structured_content
        assert (await client.call_tool("boards_create", made | {"connection": "shop"})).is_error


async def test_a_yes_for_one_is_none_for_the_other(way, both):
    async with way.client(*BOTH, env=both) as client:
        (board, *_) = (await client.call_tool("boards_list", {"connection": "studio"})).structured_content["items"]
        wanted = {"board_id": board["id"], "connection": "studio"}
        shown = (await client.call_tool("boards_delete", wanted)).structured_content
        other = wanted | {"connection": "shop", "confirm": shown["confirm"]}
        assert (await client.call_tool("boards_delete", other)).is_error
        assert not (await client.call_tool("boards_delete", wanted | {"confirm": shown["confirm"]})).is_error


async def test_triggers_are_those_of_each_connection(way, both):
    async with way.client(*BOTH, env=both) as client:
        listed = [str(it.uri) for it in (await client.list_resources()).resources]
        for name in ("studio", "shop"):
            address = f"trigger://pinterest/boards.new?connection={name}"
            assert address in listed
            (content,) = (await client.read_resource(address)).contents
            assert json.loads(content.text)["trigger"] == "boards.new"
        limits = json.loads((await client.read_resource("guide://pinterest/limits")).contents[0].text)
        assert [of_one["connection"] for of_one in limits] == ["studio", "shop"]
