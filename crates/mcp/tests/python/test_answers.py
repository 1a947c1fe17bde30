"""What models read: short answers, ids by names, and prompts."""

import json
import uuid

import pytest

pytestmark = pytest.mark.anyio


async def items(client, name, **arguments):
    result = await client.call_tool("read_tool", {"name": name, "arguments": arguments})
    return result.structured_content["items"]


def refused(result):
    assert result.is_error
    return json.loads(result.content[0].text)


async def test_answers_are_short_and_say_how_to_go_on(way, emulator):
    board = emulator.board("Long", pins=60)
    async with way.client(env=emulator.variables) as client:
        short = await client.call_tool("board_pins_list", {"board_id": board})
        assert len(short.content[0].text.encode()) <= 12_000
        pin = short.structured_content["items"][0]
        assert None not in pin.values() and isinstance(pin["media"]["images"], str)
        (full,) = await items(client, "board_pins_list", board_id=board, full=True, max_items=1)
        assert len(full["media"]["images"]) > 1 and set(pin) < set(full)
        some = await items(client, "board_pins_list", board_id=board, fields=["id", "title"])
        assert all(set(pin) <= {"id", "title"} for pin in some)
        seen, following = [], {}
        while following is not None:
            arguments = {"board_id": board, **following}
            page = (await client.call_tool("board_pins_list", arguments)).structured_content
            seen += [pin["id"] for pin in page["items"]]
            assert page.get("truncated", False) == ("next" in page)
            following = page.get("next")
        assert len(seen) == len(set(seen)) == 60


async def test_names_and_addresses_do_where_ids_are_wanted(way):
    async with way.client("--emulator") as client:
        name = f"Ferns and moss {uuid.uuid4()}"
        made = (await client.call_tool("boards_create", {"name": name})).structured_content
        for said in (
            name.upper(),
            f"https://www.pinterest.com/studiofern/{name.lower().replace(' ', '-')}/",
            f"https://www.pinterest.com/board/{made['id']}/?invite=1",
        ):
            got = await client.call_tool("boards_get", {"board_id": said})
            assert got.structured_content["id"] == made["id"], said
        told = refused(await client.call_tool("boards_get", {"board_id": "Ferns and moss"}))
        assert told["fields"][0]["path"] == "board_id" and name in told["fields"][0]["message"]
        found = await client.call_tool("find_ids", {"field": "board_id", "query": name[:20].lower()})
        assert {"id": made["id"], "title": name} in found.structured_content["ids"]
        accounts = await items(client, "ad_accounts_list")
        by_name = await items(client, "campaigns_list", ad_account_id=accounts[0]["name"])
        assert by_name == await items(client, "campaigns_list", ad_account_id=accounts[0]["id"])
        told = refused(await client.call_tool("find_ids", {"field": "shoe_size"}))
        assert told["fields"][0]["path"] == "field"


async def test_names_do_within_lists_too(way):
    async with way.client("--emulator") as client:
        (account, *_) = await items(client, "ad_accounts_list")
        (campaign, *_) = await items(client, "campaigns_list", ad_account_id=account["id"])
        group = {"campaign_id": campaign["name"].upper(), "name": "New", "billable_event": "IMPRESSION"}
        arguments = {"ad_account_id": account["name"], "body": [group]}
        wanted = {"name": "ad_groups_create", "arguments": arguments}
        shown = (await client.call_tool("call_tool", wanted)).structured_content
        assert shown["preview"]["things"][0]["campaign_id"] == campaign["id"]
        group["campaign_id"] = "no such campaign"
        told = refused(await client.call_tool("call_tool", wanted))
        assert told["fields"][0]["path"] == "body[0].campaign_id"
        assert campaign["name"] in told["fields"][0]["message"]
        field = {"field": "campaign_id", "tool": "ad_groups_create", "arguments": {"ad_account_id": account["id"]}}
        found = (await client.call_tool("find_ids", field)).structured_content["ids"]
        assert campaign["id"] in {it["id"] for it in found}


async def test_what_people_say_does_for_options_and_periods(way):
    async with way.client("--emulator") as client:
        wanted = {"sort_by": "saves", "period": "last week"}
        assert (await client.call_tool("top_pins_get", wanted)).structured_content["pins"]
        (account, *_) = await items(client, "ad_accounts_list")
        (campaign, *_) = await items(client, "campaigns_list", ad_account_id=account["id"])
        wanted = {
            "ad_account_id": account["name"], "campaign_ids": [campaign["name"]],
            "columns": ["SPEND_IN_DOLLAR"], "granularity": "total", "period": "this quarter",
        }  # fmt: skip
        found = (await client.call_tool("campaign_analytics_run", wanted)).structured_content
        assert found["items"] and found["output"]["span"]
        told = refused(await client.call_tool("campaign_analytics_run", wanted | {"columns": ["SPEND"]}))
        assert len(told["fields"][0]["message"]) < 300 and "SPEND_IN_DOLLAR" in told["fields"][0]["message"]
        told = refused(await client.call_tool("top_pins_get", {"sort_by": "SAVE", "period": "soon"}))
        assert told["fields"][0]["path"] == "period" and "last_week" in told["fields"][0]["message"]


async def test_names_stand_beside_ids_that_were_seen(way):
    async with way.client("--emulator") as client:
        names = {board["id"]: board["name"] for board in await items(client, "boards_list")}
        pins = await items(client, "pins_list", max_items=3)
        assert pins and all(pin["board_name"] == names[pin["board_id"]] for pin in pins)
        (full,) = await items(client, "pins_list", max_items=1, full=True)
        assert "board_name" not in full


async def test_common_jobs_are_prompts(way):
    async with way.client("--emulator") as client:
        prompts = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
        assert len(prompts) >= 4 and prompts["plan-week"].arguments[0].name == "topic"
        filled = await client.get_prompt("plan-week", {"topic": "ferns"})
        assert "about ferns" in filled.messages[0].content.text


async def test_guides_are_resources(way):
    async with way.client("--emulator") as client:
        listed = {str(it.uri): it for it in (await client.list_resources()).resources}
        (content,) = (await client.read_resource("guide://pinterest/money-and-time")).contents
        assert "guide://pinterest/money-and-time" in listed and "millionths" in content.text
        (metrics,) = (await client.read_resource("guide://pinterest/metrics")).contents
        assert "`columns` of ad_account_analytics_list" in metrics.text and "SPEND_IN_DOLLAR" in metrics.text
        (limits,) = (await client.read_resource("guide://pinterest/limits")).contents
        limits = json.loads(limits.text)[0]["limits"]
        assert all(limit["left"] <= limit["calls"] for limit in limits)
        before = {limit["limit"]: limit["left"] for limit in limits}["org_read"]
        await client.call_tool("boards_list")
        (limits,) = (await client.read_resource("guide://pinterest/limits")).contents
        after = {it["limit"]: it["left"] for it in json.loads(limits.text)[0]["limits"]}["org_read"]
        assert after < before


async def test_a_change_says_how_it_is_taken_back(way):
    async with way.client("--emulator") as client:
        made = (await client.call_tool("boards_create", {"name": f"Old {uuid.uuid4()}"})).structured_content
        assert made["undo"] == {"name": "boards_delete", "arguments": {"board_id": made["id"]}}
        renamed = await client.call_tool("boards_update", {"board_id": made["id"], "name": f"New {uuid.uuid4()}"})
        undo = renamed.structured_content["undo"]
        assert undo["name"] == "boards_update" and undo["arguments"]["name"] == made["name"]
        back = (await client.call_tool(undo["name"], undo["arguments"])).structured_content
        assert back["name"] == made["name"]
