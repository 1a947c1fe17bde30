"""Pictures as a model sees them, fetched by the server from where the service keeps them."""

import base64
import json

import pytest

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n"


def told(result):
    return json.loads(result.content[0].text)["pictures"]


def images(result):
    return [content for content in result.content if content.type == "image"]


async def test_pictures_are_shown_with_what_they_are_of(way, emulator):
    emulator.board("Bare")
    async with way.client(env=emulator.variables) as client:
        boards = await client.call_tool("show_pictures", {"name": "boards_list", "max_items": 9})
        rows = told(boards)
        assert {"Bare"} == {row["name"] for row in rows if row["picture"] == "none"} - {"Moss and stone"}
        assert len(images(boards)) == max(row["picture"] for row in rows if row["picture"] != "none")
        for image in images(boards):
            assert image.mime_type == "image/png" and base64.b64decode(image.data).startswith(PNG)
        wanted = {"name": "board_pins_list", "arguments": {"board_id": rows[0]["name"]}, "max_items": 2}
        pins = await client.call_tool("show_pictures", wanted)
        assert [row["picture"] for row in told(pins)] == [1, 2] and len(images(pins)) == 2


INSTEAD = {
    "no picture": "html_page",
    "answers 503": {"status": 503},
    "only https": {"redirect": "http://127.0.0.1/inside"},
    "not a public address": {"redirect": "https://10.0.0.1/inside"},
    "does not come": {"huge_body": 1 << 20},
}


@pytest.mark.parametrize("said", INSTEAD)
async def test_what_comes_instead_of_a_picture_is_not_shown(way, emulator, said):
    fault = {"on": {"path": "/emulator/pictures"}, "kind": INSTEAD[said]}
    emulator.door("faults", fault)
    async with way.client(env=emulator.variables) as client:
        for wanted in (said, 1):
            result = await client.call_tool("show_pictures", {"name": "boards_list", "max_items": 1})
            (row,) = told(result)
            assert row["picture"] == wanted or wanted in row["picture"], row
            assert len(images(result)) == (wanted == 1)


async def test_only_what_reads_shows_pictures(way):
    async with way.client("--emulator") as client:
        refused = await client.call_tool("show_pictures", {"name": "boards_delete"})
        assert refused.is_error and "only reads" in refused.content[0].text
    async with way.client("--emulator", "--no-pictures") as client:
        assert "show_pictures" not in {tool.name for tool in (await client.list_tools()).tools}
