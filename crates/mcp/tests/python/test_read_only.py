"""With `--read-only` nothing but reads leaves, whatever is called and however."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.anyio

MANIFEST = json.loads((Path(__file__).parents[4] / "connector.json").read_text())
# What reads although it is sent by POST says so.
READS = {it["action"]["id"] for it in MANIFEST["actions"] if it["action"]["effect"] == "read"}


async def test_no_tool_changes_anything(way, emulator):
    if (way.transport, way.mode) != ("stdio", "legacy"):
        pytest.skip("it is the same server, and there are many tools")
    changed = set()
    async with way.client("--read-only", "--raw", env=emulator.variables) as client:
        for described in MANIFEST["actions"]:
            id, example = described["action"]["id"], described["examples"][0]["input"]
            asked = len(emulator.door("requests"))
            result = await client.call_tool("call_tool", {"name": id, "arguments": example})
            sent = {row["method"] for row in emulator.door("requests")[asked:]} - {"GET"}
            if sent and id not in READS:
                changed.add(id)
            if id not in READS and id != "api.request":
                told = json.loads(result.content[0].text)
                # Either nobody may do it, or the thing that it would change is not there to be read.
                assert result.is_error, (id, told)
        raw = {"method": "DELETE", "path": "/boards/1"}
        refused = await client.call_tool("call_tool", {"name": "api.request", "arguments": raw})
        assert json.loads(refused.content[0].text)["rule"] == "permission"
    assert not changed
