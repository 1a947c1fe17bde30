"""How well tools are found, and how much a model has to read for it. The figures are limits: a change that
makes them worse fails."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.anyio

# What people type, and the tools of which any one will do; none where the service does not offer it.
REQUESTS = json.loads((Path(__file__).parent / "requests.json").read_text())
# Of those, how many may miss.
MISSED = 6
# Bytes of an answer, on the average and at most; and of all that is listed.
MEAN, MOST, LIST = 1_100, 14_000, 36_000


def text(result):
    (content,) = result.content
    return content.text


async def test_people_find_what_they_ask_for(way):
    missed, sizes = [], []
    async with way.client("--emulator") as client:
        for request in REQUESTS:
            result = await client.call_tool("find_tools", {"query": request["say"]})
            sizes.append(len(text(result).encode()))
            found = result.structured_content
            first = [tool["name"] for tool in found["tools"][:3]]
            if request["any"]:
                wanted = {name.replace(".", "_") for name in request["any"]}
                fits = wanted & set(first) and "not offered" not in found
            else:
                fits = "not offered" in found
            if not fits:
                missed.append((request["say"], first))
    assert len(missed) <= MISSED, missed
    assert sum(sizes) / len(sizes) <= MEAN and max(sizes) <= MOST


async def test_the_list_is_short(way):
    async with way.client("--emulator") as client:
        tools = (await client.list_tools()).tools
    told = [tool.model_dump(exclude_none=True) for tool in tools]
    size = len(json.dumps(told, separators=(",", ":")).encode())
    assert len(tools) > 15 and size <= LIST


async def test_a_name_finds_its_tool_first_and_is_described(way):
    async with way.client("--emulator") as client:
        for name in ("campaigns.create", "pins_list", "api.request"):
            found = await client.call_tool("find_tools", {"query": name, "limit": 1})
            (tool,) = found.structured_content["tools"]
            assert tool["name"] == name.replace(".", "_")
        told = (await client.call_tool("describe_tool", {"name": "campaigns_update"})).structured_content
        assert told["inputSchema"]["required"] and told["examples"] and told["does"] == "spends"
        assert len(json.dumps(told)) <= MOST
        wanted = {"name": "campaigns_update", "path": "body[].status"}
        status = (await client.call_tool("describe_tool", wanted)).structured_content["schema"]
        assert "PAUSED" in status["enum"]
        wrong = await client.call_tool("describe_tool", wanted | {"path": "body[].stat"})
        assert wrong.is_error and "path" in text(wrong)


async def test_every_tool_is_described_in_few_words(way):
    async with way.client("--emulator", "--raw") as client:
        found = await client.call_tool("find_tools", {"query": "targeting spec audience", "limit": 25})
        assert len(found.structured_content["tools"]) == 25 and len(text(found)) <= MOST
        for tool in found.structured_content["tools"]:
            told = await client.call_tool("describe_tool", {"name": tool["name"]})
            assert len(text(told).encode()) <= MOST, tool["name"]
