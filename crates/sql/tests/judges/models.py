"""A client of MCP that nobody here wrote speaks with `connector --emulator mcp --sql`: the official one in Python. Takes
the program."""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

PROGRAM = str(Path(sys.argv[1]).resolve())
OURS = {"get_tables", "get_columns", "query"}


async def listed(client):
    return {tool.name: tool for tool in (await client.list_tools()).tools}


async def asked(client, tool, **arguments):
    answer = await client.call_tool(tool, arguments)
    text = json.loads(answer.content[0].text)
    assert not answer.is_error, text
    assert answer.structured_content == text
    return text


async def judge(state):
    def server(*words):
        words = ["--emulator", "mcp", *words]
        return StdioServerParameters(command=PROGRAM, args=words, env={**os.environ, "CONNECTOR_STATE": state})

    async with Client(server()) as client:
        assert not OURS & set(await listed(client))
    async with Client(server("--sql")) as client:
        tools = await listed(client)
        assert set(tools) >= OURS and all(tools[name].annotations.read_only_hint for name in OURS)
        tables = [table["name"] for table in (await asked(client, "get_tables"))["tables"]]
        assert len(tables) > 90 and "boards" in tables
        columns = {column["name"]: column for column in (await asked(client, "get_columns", table="boards"))["columns"]}
        assert columns["pin_count"]["type"] == "bigint" and columns["id"]["use"] == "key"
        answer = await asked(client, "query", sql="SELECT b.name, count(*) AS pins FROM boards b JOIN board_pins p"
                             " ON p.board_id = b.id GROUP BY b.name ORDER BY pins DESC", limit=1)
        assert len(answer["rows"]) == 1 and answer["rows"][0]["pins"] > 0 and answer["truncated"], answer
        assert answer["requests"] > 1
        emails = await asked(client, "query", sql="SELECT user_email FROM business_members WHERE user_email LIKE '%@%'")
        assert emails["rows"] == [], emails
        for sql, word in [("DELETE FROM boards", "only reads"), ("SELECT nothing FROM boards", "nothing"),
                          ("SELECT repeat('x', 1000000000)", "the most"), ("DROP TABLE boards", "dropped")]:
            refused = await client.call_tool("query", {"sql": sql})
            assert refused.is_error and word in refused.content[0].text, (sql, refused)
        big = await asked(client, "query", sql="SELECT repeat('x', 10000) AS x FROM generate_series(1, 100000)", limit=500)
        assert big["truncated"] and len(json.dumps(big)) < 50_000


def main():
    with tempfile.TemporaryDirectory() as state:
        asyncio.run(judge(state))
    print("ok   tools for language models")


main()
