"""Jobs as a model walks them that sees only what the server says: how many calls, and how much to read."""

import datetime
import json

import pytest

pytestmark = pytest.mark.anyio

# 24,000 bytes are less than 8,000 tokens, and a picture is about so many bytes of text.
CALLS, BYTES, PICTURE = 6, 24_000, 4_000


class Walk:
    """Counts calls and what is read. A preview is confirmed, which is a call more."""

    def __init__(self, client):
        self.client, self.calls, self.bytes = client, 0, 0

    async def __call__(self, tool, /, **arguments):
        self.calls += 1
        result = await self.client.call_tool(tool, arguments)
        (content, *images) = result.content
        self.bytes += len(content.text.encode()) + len(images) * PICTURE
        assert not result.is_error, (tool, content.text)
        told = json.loads(content.text)
        if "preview" in told:
            return await self(tool, **arguments, confirm=told["confirm"])
        return told

    async def read(self, tool, /, **arguments):
        return await self("read_tool", name=tool, arguments=arguments)

    async def act(self, tool, /, **arguments):
        return await self("call_tool", name=tool, arguments=arguments)

    async def find(self, query):
        found = await self("find_tools", query=query)
        return [tool["name"] for tool in found["tools"]]


async def a_board_with_a_picture(walk):
    await walk("boards_create", name="Lemon cakes")
    assert "pins_create" in await walk.find("pin an image from a url to my board")
    source = {"source_type": "image_url", "url": "https://example.com/cake.jpg"}
    await walk.act("pins_create", board_id="lemon cakes", title="Cake", media_source=source)
    (pin,) = (await walk("board_pins_list", board_id="lemon cakes"))["items"]
    assert pin["title"] == "Cake"
    seen = await walk("show_pictures", name="pins_get", arguments={"pin_id": pin["id"]})
    assert seen["pictures"][0]["picture"] == 1


async def a_carousel(walk):
    tool = "pins_create"
    assert tool in await walk.find("make a carousel of three pictures")
    described = await walk("describe_tool", name=tool, path="media_source")
    assert "multiple_image_urls" in json.dumps(described)
    urls = [{"url": f"https://example.com/{number}.jpg"} for number in range(3)]
    source = {"source_type": "multiple_image_urls", "items": urls}
    made = await walk.act(tool, board_id="botanical prints", title="Three", media_source=source)
    seen = await walk("show_pictures", name="pins_get", arguments={"pin_id": made["id"]})
    assert [row["picture"] for row in seen["pictures"]] == [1, 2, 3]


async def undo(walk):
    (board, *_) = (await walk("boards_list", fields=["id", "name"]))["items"]
    renamed = await walk("boards_update", board_id=board["id"], name="A mistake")
    back = await walk(renamed["undo"]["name"], **renamed["undo"]["arguments"])
    assert back["name"] == board["name"]
    made = await walk("boards_create", name="Another mistake")
    # A preview and a yes: what is made is taken away by a delete.
    await walk(made["undo"]["name"], **made["undo"]["arguments"])


async def what_worked_and_why(walk):
    end = datetime.date.today() - datetime.timedelta(days=2)
    start = end - datetime.timedelta(days=28)
    days = {"start_date": start.isoformat(), "end_date": end.isoformat()}
    (best, *_) = (await walk("top_pins_get", sort_by="SAVE", **days))["pins"]
    assert (await walk("pins_get", pin_id=best["pin_id"]))["id"] == best["pin_id"]
    assert (await walk("pin_analytics_get", pin_id=best["pin_id"], metric_types=["SAVE"], **days))["all"]


async def pause_everything_that_spends(walk):
    (account, *_) = (await walk("ad_accounts_list", fields=["id", "name"]))["items"]
    wanted = {"ad_account_id": account["id"], "fields": ["id", "status"]}
    running = [it for it in (await walk("campaigns_list", **wanted))["items"] if it["status"] == "ACTIVE"]
    body = [{"id": campaign["id"], "status": "PAUSED"} for campaign in running]
    await walk("campaigns_update", ad_account_id=account["id"], body=body)
    after = (await walk("campaigns_list", **wanted))["items"]
    assert running and all(campaign["status"] != "ACTIVE" for campaign in after)


async def fifty_a_day(walk):
    (account, *_) = (await walk("ad_accounts_list", fields=["id", "name"]))["items"]
    (campaign, *_) = (await walk("campaigns_list", ad_account_id=account["name"], max_items=1))["items"]
    body = [{"id": campaign["id"], "daily_spend_cap": 50_000_000}]
    made = await walk("campaigns_update", ad_account_id=account["name"], body=body)
    assert made["results"][0]["data"]["daily_spend_cap"].startswith("50.00")


async def products_that_fail(walk):
    (feed, *_) = (await walk("catalog_feeds_list"))["items"]
    assert (await walk("catalog_feed_results_list", feed_id=feed["id"]))["items"]


async def access_for_a_colleague(walk):
    assert "business_member_asset_access_update" in await walk.find("give my colleague access to an ad account")
    (business, *_) = (await walk("find_ids", field="business_id"))["ids"]
    (member, *_) = (await walk("business_members_list", business_id=business["id"], max_items=1))["items"]
    assets = await walk.read("business_assets_list", business_id=business["id"], max_items=1)
    access = {"asset_id": assets["items"][0]["asset_id"], "member_id": member["user"]["id"], "permissions": ["ANALYST"]}
    await walk.act("business_member_asset_access_update", business_id=business["id"], accesses=[access])


async def rename_and_move(walk):
    (first, second, *_) = (await walk("boards_list", fields=["id", "name"]))["items"]
    await walk("boards_update", board_id=first["name"], name="Renamed")
    (pin, *_) = (await walk("pins_list", max_items=1))["items"]
    moved = await walk("pins_update", pin_id=pin["id"], board_id=second["name"])
    assert moved["board_id"] == second["id"]


async def a_report_by_country(walk):
    name = "ad_account_targeting_analytics_list"
    assert name in await walk.find("ad account performance by country")
    (account, *_) = (await walk("ad_accounts_list", fields=["id", "name"]))["items"]
    options = await walk("describe_tool", name=name, path="targeting_types")
    assert "COUNTRY" in json.dumps(options)
    end = datetime.date.today() - datetime.timedelta(days=2)
    wanted = {
        "ad_account_id": account["id"],
        "start_date": (end - datetime.timedelta(days=20)).isoformat(),
        "end_date": end.isoformat(),
        "granularity": "TOTAL",
        "targeting_types": ["COUNTRY"],
        "columns": ["SPEND_IN_DOLLAR"],
    }
    await walk.read(name, **wanted)


JOBS = [
    a_board_with_a_picture,
    what_worked_and_why,
    pause_everything_that_spends,
    fifty_a_day,
    products_that_fail,
    access_for_a_colleague,
    rename_and_move,
    a_report_by_country,
    a_carousel,
    undo,
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
async def test_a_job_takes_few_calls_and_little_to_read(way, job, emulator):
    if (way.transport, way.mode) != ("stdio", "legacy"):
        pytest.skip("the answers are the same")
    async with way.client(env=emulator.variables) as client:
        walk = Walk(client)
        await job(walk)
    print(f"{job.__name__}: {walk.calls} calls, {walk.bytes} bytes")
    assert walk.calls <= CALLS and walk.bytes <= BYTES
