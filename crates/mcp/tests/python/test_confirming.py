"""What deletes or spends is done only after a yes."""

import json
import uuid

import pytest
from mcp.types import ElicitResult

pytestmark = pytest.mark.anyio


async def boards(client):
    return [it["id"] for it in (await client.call_tool("boards_list")).structured_content["items"]]


async def board(client):
    """One of this test's own: the emulator keeps what the others need."""
    made = await client.call_tool("boards_create", {"name": f"Made to go {uuid.uuid4()}"})
    return made.structured_content["id"]


async def campaign(client):
    """An ad account, and a campaign of it."""
    accounts = await client.call_tool("read_tool", {"name": "ad_accounts_list", "arguments": {}})
    for account in accounts.structured_content["items"]:
        wanted = {"name": "campaigns_list", "arguments": {"ad_account_id": account["id"]}}
        items = (await client.call_tool("read_tool", wanted)).structured_content["items"]
        if items:
            return account["id"], items[0]
    raise AssertionError("no campaign")


def refused(result):
    assert result.is_error
    return json.loads(result.content[0].text)


async def test_a_delete_takes_two_steps(way):
    async with way.client("--emulator") as client:
        for name, rest in (("boards_delete", {}), ("call_tool", {"name": "boards_delete"})):
            id = await board(client)
            inner = {"board_id": id}
            arguments = rest | {"arguments": inner} if rest else inner
            shown = (await client.call_tool(name, arguments)).structured_content
            (thing,) = shown["preview"]["things"]
            assert thing["id"] == id and thing["name"] and id in await boards(client)
            other = arguments | {"confirm": "0" * 16}
            assert refused(await client.call_tool(name, other))["code"] == "not-confirmed"
            yes = arguments | {"confirm": shown["confirm"]}
            assert not (await client.call_tool(name, yes)).is_error
            assert id not in await boards(client)
            assert refused(await client.call_tool(name, yes))["code"] == "not-confirmed"


async def test_money_is_shown_from_what_to_what_in_units_of_the_currency(way):
    async with way.client("--emulator") as client:
        account, found = await campaign(client)
        body = [{"id": found["id"], "daily_spend_cap": 50_000_000}]
        wanted = {"name": "campaigns_update", "arguments": {"ad_account_id": account, "body": body}}
        shown = (await client.call_tool("call_tool", wanted)).structured_content
        (thing,) = shown["preview"]["things"]
        assert thing["id"] == found["id"]
        assert thing["changes"]["daily_spend_cap"]["to"].startswith("50.00")
        body[0]["daily_spend_cap"] = 90_000_000
        other = wanted | {"confirm": shown["confirm"]}
        assert refused(await client.call_tool("call_tool", other))["code"] == "not-confirmed"
        body[0]["daily_spend_cap"] = 50
        told = refused(await client.call_tool("call_tool", wanted))
        assert told["kind"] == "invalid-input", told
        # A pause costs nothing, and nobody is asked.
        body[0] = {"id": found["id"], "status": "PAUSED"}
        paused = (await client.call_tool("call_tool", wanted)).structured_content
        assert "preview" not in paused
        # What has to do with money is read again, and can be taken back, which is asked about.
        assert paused["read back"]["as asked"]
        assert paused["read back"]["things"][0]["status"] == "PAUSED"
        if found["status"] == "ACTIVE":
            assert paused["undo"]["arguments"]["body"][0]["status"] == "ACTIVE"
            assert "preview" in (await client.call_tool("call_tool", paused["undo"])).structured_content


async def test_what_is_made_starts_paused(way):
    async with way.client("--emulator") as client:
        account, _ = await campaign(client)
        body = [{"ad_account_id": account, "name": "New", "objective_type": "AWARENESS"}]
        wanted = {"name": "campaigns_create", "arguments": {"ad_account_id": account, "body": body}}
        shown = (await client.call_tool("call_tool", wanted)).structured_content
        assert shown["preview"]["does"] == "spends"
        assert shown["preview"]["things"][0]["changes"]["status"] == {"to": "PAUSED"}
        made = await client.call_tool("call_tool", wanted | {"confirm": shown["confirm"]})
        assert "PAUSED" in made.content[0].text


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_a_client_that_can_ask_is_asked(way, answer):
    if way.mode != "legacy":
        pytest.skip("the newer protocol lets no server ask")
    asked = []

    async def ask(context, params):
        asked.append(params.message)
        return ElicitResult(action=answer, content={"confirm": True} if answer == "accept" else None)

    async with way.client("--emulator", elicitation_callback=ask) as client:
        id = await board(client)
        result = await client.call_tool("boards_delete", {"board_id": id})
        assert len(asked) == 1 and id in asked[0]
        assert result.is_error == (answer == "decline")
        assert (id in await boards(client)) == (answer == "decline")


async def test_read_tool_only_reads(way):
    async with way.client("--emulator") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert tools["read_tool"].annotations.read_only_hint
        for name in ("boards_create", "boards_delete", "campaigns_update"):
            told = refused(await client.call_tool("read_tool", {"name": name, "arguments": {}}))
            assert told["code"] == "not-a-read"


async def test_nothing_is_spent_where_nothing_may(way):
    async with way.client("--emulator", "--no-spend") as client:
        account, found = await campaign(client)
        body = [{"id": found["id"], "daily_spend_cap": 50_000_000}]
        wanted = {"name": "campaigns_update", "arguments": {"ad_account_id": account, "body": body}}
        assert refused(await client.call_tool("call_tool", wanted))["code"] == "no-spend"
        body[0] = {"id": found["id"], "status": "PAUSED"}
        assert not (await client.call_tool("call_tool", wanted)).is_error


async def test_the_raw_call_is_off_unless_asked_for(way):
    wanted = {"name": "api_request", "arguments": {"method": "GET", "path": "/boards"}}
    async with way.client("--emulator") as client:
        assert refused(await client.call_tool("call_tool", wanted))["code"] == "raw-call-off"
    async with way.client("--emulator", "--raw") as client:
        assert (await client.call_tool("call_tool", wanted)).structured_content["output"]["items"]
        wanted["arguments"] = {"method": "POST", "path": "/boards", "body": {"name": "x"}}
        assert "preview" in (await client.call_tool("call_tool", wanted)).structured_content
