"""Triggers as resources."""

import json

import anyio
import pytest
from mcp.client.subscriptions import ResourceUpdated
from mcp.shared.exceptions import MCPError

pytestmark = pytest.mark.anyio

BOARDS = "trigger://pinterest/boards.new"


async def events(client, address):
    content = (await client.read_resource(address)).contents[0]
    assert content.mime_type == "application/json"
    return json.loads(content.text)["events"]


async def test_triggers_are_listed(way):
    async with way.client("--emulator") as client:
        resources = {str(it.uri) for it in (await client.list_resources()).resources}
        templates = await client.list_resource_templates()
    templates = {template.name: template.uri_template for template in templates.resource_templates}
    assert BOARDS in resources
    assert not any("board_pins.new" in address for address in resources), "it needs a board"
    assert templates["board_pins.new"].startswith("trigger://pinterest/board_pins.new{?board_id,")
    async with way.client("--emulator", "--scope", "ads:read") as client:
        assert BOARDS not in {str(it.uri) for it in (await client.list_resources()).resources}
        with pytest.raises(MCPError, match="nothing to watch"):
            await client.read_resource(BOARDS)


async def test_reading_gives_what_is_new(way, emulator):
    board = emulator.board("Watched")
    address = f"trigger://pinterest/board_pins.new?board_id={board}"
    async with way.client(env=emulator.variables) as client:
        assert await events(client, address) == []
        for title in ("First", "Second"):
            emulator.door("pins", {"board_id": board, "title": title})
            newest = (await events(client, address))[0]
            assert newest["data"]["title"] == title
        assert len(await events(client, address)) == 2
        with pytest.raises(MCPError, match="board_id"):
            await client.read_resource("trigger://pinterest/board_pins.new?board_id=mine")


async def test_subscribers_are_told(way, emulator):
    told = []

    async def hear(message):
        told.append(message)

    options = {"env": emulator.variables, "message_handler": hear}
    async with way.client("--poll-every", "1", **options) as client:
        with anyio.fail_after(15):
            if way.mode == "legacy":
                await client.subscribe_resource(BOARDS)
                emulator.board("Fresh")
                while not any(BOARDS in str(message) for message in told):
                    await anyio.sleep(0.1)
                await client.unsubscribe_resource(BOARDS)
            else:
                async with client.listen(resource_subscriptions=[BOARDS]) as news:
                    assert await events(client, BOARDS) == []
                    emulator.board("Fresh")
                    async for event in news:
                        assert isinstance(event, ResourceUpdated) and event.uri == BOARDS
                        break
        assert [event["data"]["name"] for event in await events(client, BOARDS)] == ["Fresh"]
