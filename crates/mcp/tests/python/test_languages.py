"""Connectors in interpreted languages, whose instances are large and slow: many calls at once."""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from conftest import running

ROOT = Path(__file__).parents[4]
COMPONENTS = ROOT / "target/wasm32-unknown-unknown/release"
EXAMPLES = ROOT / "examples"
#: Each with a service on this machine, the origin that stands for, a token of it, settings, and a list.
CONNECTORS = {
    "mastodon": (
        ["python3", EXAMPLES / "mastodon/tests/double.py", "95"], "https://mastodon.example",
        "token-of-a-test", {"instance": "mastodon.example"}, "timelines_home",
    ),
    "shopify": (
        ["node", EXAMPLES / "shopify/tests/double.mjs", '{"products": 95}'],
        "https://plants.myshopify.com", "shpat_of-a-test", {"shop": "plants"}, "products_list",
    ),
}  # fmt: skip
CALLS = 60


@contextmanager
def service(command):
    """Where it is, until the block ends."""
    pipe = subprocess.PIPE
    with subprocess.Popen([*map(str, command)], stdin=pipe, stdout=pipe, text=True) as process:
        yield process.stdout.readline().strip()


@pytest.mark.anyio
@pytest.mark.parametrize("name", CONNECTORS)
async def test_many_calls_at_once_are_all_answered(name, environment):
    command, origin, token, settings, tool = CONNECTORS[name]
    component = COMPONENTS / f"{name}.wasm"
    if not component.exists():
        pytest.skip(f"{component.name} is not built on this machine")
    results = []

    async def call(client, wanted):
        answer = await client.call_tool(tool, {"max_items": wanted})
        results.append((wanted, len(answer.structured_content["items"])))

    with service(command) as base:
        variables = {
            "CONNECTOR_COMPONENT": str(component), "CONNECTOR_ROUTES": f"{origin}={base}",
            "CONNECTOR_TOKEN": token,
        }  # fmt: skip
        options = ["--tools", "all", "--settings", json.dumps(settings)]
        with running(*options, env=environment | variables) as server:
            async with server.client() as client, anyio.create_task_group() as calls:
                for number in range(CALLS):
                    calls.start_soon(call, client, number % 50 + 1)
    assert len(results) == CALLS
    assert all(wanted == given for wanted, given in results)
